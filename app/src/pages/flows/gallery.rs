//! Drawings to begin with: on an empty canvas, and in a dialog later. Also import and export.

use domain::agent::AgentStatus;
use domain::flow::check::Known;
use domain::flow::edit::FlowEdit;
use domain::flow::starter::{one_sms, sms_whatsapp_voice};
use domain::flow::{FlowGraph, NodeKind};
use domain::id::TemplateId;
use domain::message::Channel;
use domain::template::TemplateState;
use leptos::prelude::*;

use super::state::{Editor, use_editor};
use super::{dom, import};
use crate::session::use_me;
use crate::ui::{Dialog, Icon, IconButton, Size};

/// The id of the file input behind "Import JSON".
const FILE: &str = "flow-import";

/// How long the starter waits for an answer: a day, or a minute where made-up people answer at once and somebody is watching.
const WAITS: (u32, u32) = (86_400, 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Starter {
    Journey,
    OneSms,
    Blank,
}

impl Starter {
    /// The drawing, with the first templates that fit and the first agent that is live.
    fn graph(self, known: &Known, wait_secs: u32) -> FlowGraph {
        match self {
            Self::Journey => {
                let agent = known.agents.iter().find(|a| a.status == AgentStatus::Live).map(|a| a.id);
                let [sms, whatsapp, voice] =
                    [Channel::Sms, Channel::Whatsapp, Channel::Voice].map(|c| first_template(known, c));
                sms_whatsapp_voice(sms, whatsapp, voice, agent, wait_secs)
            }
            Self::OneSms => one_sms(first_template(known, Channel::Sms)),
            Self::Blank => FlowGraph::blank(),
        }
    }
}

/// An approved one if there is one, else the first of the channel.
fn first_template(known: &Known, channel: Channel) -> Option<TemplateId> {
    let fitting = || known.templates.iter().filter(|t| t.channel == channel);
    fitting().find(|t| t.state == TemplateState::Approved).or_else(|| fitting().next()).map(|t| t.id)
}

impl Editor {
    fn replace(&self, graph: FlowGraph, news: String) {
        self.gallery_open.set(false);
        self.invites.set(false);
        self.selection.set(super::state::Selected::Nothing);
        if self.edit(&FlowEdit::Replace { graph }) {
            self.fit();
            self.offer_undo(news);
        }
    }

    /// Opens the browser's file dialog.
    pub fn choose_file(&self) {
        dom::press(FILE);
    }

    /// Saves the drawing as a file.
    pub fn export(&self) {
        let name = self.campaign.with_value(|c| import::file_name(&c.name));
        self.doc.with_untracked(|d| dom::download(&name, &import::write(d.now())));
    }
}

/// The input behind "Import JSON". It is there once, whatever opens it.
#[component]
pub fn FileInput() -> impl IntoView {
    let editor = use_editor();
    let take = Callback::new(move |text: Result<String, String>| match text.and_then(|t| import::read(&t)) {
        Ok(graph) => {
            let n = graph.nodes.len();
            editor.replace(graph, format!("Imported {n} {}.", if n == 1 { "step" } else { "steps" }));
        }
        Err(why) => editor.toasts.error(why),
    });
    view! {
        <input
            id=FILE
            type="file"
            accept=".json,application/json"
            class="hidden"
            aria-label="Flow as a JSON file"
            on:change=move |event| dom::read_chosen(&event, import::MAX_BYTES, take)
        />
    }
}

/// The cards to begin with.
#[component]
fn Starters() -> impl IntoView {
    let editor = use_editor();
    let wait_secs = if use_me().emulator { WAITS.1 } else { WAITS.0 };
    let card = move |icons: &'static [Icon], title: &'static str, text: &'static str, choose: Callback<()>| {
        view! {
            <button
                type="button"
                class="flex flex-col items-start gap-2 rounded-lg border border-line bg-surface p-3.5 text-left shadow-xs transition-colors hover:border-accent-text hover:bg-accent-soft"
                on:click=move |_| choose.run(())
            >
                <span class="flex items-center gap-1 text-accent-text">
                    {icons.iter().enumerate().map(|(i, icon)| view! {
                        {(i > 0).then(|| view! { <Icon icon=Icon::ChevronRight class="size-3 text-ink-3"/> })}
                        <Icon icon=*icon class="size-4.5"/>
                    }).collect_view()}
                </span>
                <span class="text-sm font-medium text-ink">{title}</span>
                <span class="text-xs text-ink-3">{text}</span>
            </button>
        }
    };
    let start = move |starter: Starter| {
        Callback::new(move |()| {
            let graph = editor.known.with_untracked(|k| starter.graph(k, wait_secs));
            editor.replace(graph, "Drawing replaced.".into());
        })
    };
    view! {
        <div class="grid gap-3 sm:grid-cols-2">
            {card(
                &[Icon::Message, Icon::Whatsapp, Icon::Phone],
                "SMS → WhatsApp → voice",
                "Three tries over three channels. Whoever answers is handed to your agent.",
                start(Starter::Journey),
            )}
            {card(&[Icon::Message], "One SMS", "One text message and nothing else.", start(Starter::OneSms))}
            {card(&[Icon::Edit], "Blank", "Only the start. Draw the rest yourself.", start(Starter::Blank))}
            {card(&[Icon::Upload], "Import JSON", "A flow that was exported here, or written by hand.", Callback::new(move |()| editor.choose_file()))}
        </div>
    }
}

/// The gallery in a dialog.
#[component]
pub fn Gallery() -> impl IntoView {
    let editor = use_editor();
    view! {
        <Dialog open=editor.gallery_open title="Start from" wide=true>
            <p class="mb-4 text-sm text-ink-2">"This replaces the drawing. You can undo it."</p>
            <Starters/>
        </Dialog>
    }
}

/// While there is nothing but the start: the same cards, over the canvas or at the head of the outline.
#[component]
pub fn Invitation(
    /// Over the canvas.
    #[prop(optional)]
    floating: bool,
) -> impl IntoView {
    const CARD: &str = "mx-auto max-w-xl cursor-default rounded-xl border border-line bg-surface p-5";
    let place = if floating {
        "absolute inset-x-3 top-36 z-10 max-h-[calc(100%-10rem)] overflow-y-auto shadow-pop"
    } else {
        "m-3 mb-0 sm:mt-6"
    };
    let editor = use_editor();
    let is_empty = Memo::new(move |_| {
        editor.doc.with(|d| d.now().nodes.len() <= 1 && d.now().nodes.iter().all(|n| n.kind == NodeKind::Start))
    });
    move || {
        (is_empty.get() && editor.may_write && editor.invites.get()).then(|| {
            view! {
                <div
                    class=format!("{CARD} {place}")
                    on:pointerdown=move |event| event.stop_propagation()
                    on:wheel=move |event| event.stop_propagation()
                >
                    <div class="mb-4 flex items-start justify-between gap-3">
                        <div>
                            <h2 class="text-base font-semibold">"Draw what happens to each lead"</h2>
                            <p class="mt-0.5 text-sm text-ink-3">"Begin with a ready-made flow, or add the steps yourself."</p>
                        </div>
                        <IconButton icon=Icon::X label="Not now" size=Size::Small on_click=move |_| editor.invites.set(false)/>
                    </div>
                    <Starters/>
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::check::KnownTemplate;

    #[test]
    fn a_starter_is_filled_with_what_fits() {
        let template = |n: u128, channel, state| KnownTemplate {
            id: TemplateId::new(uuid::Uuid::from_u128(n)),
            name: format!("t{n}"),
            channel,
            state,
        };
        let known = Known {
            templates: vec![
                template(1, Channel::Whatsapp, TemplateState::Rejected),
                template(2, Channel::Whatsapp, TemplateState::Approved),
                template(3, Channel::Sms, TemplateState::Draft),
            ],
            agents: vec![],
        };
        let chosen: Vec<u128> =
            Starter::Journey.graph(&known, 60).templates().into_iter().map(|(_, _, id)| id.uuid().as_u128()).collect();
        assert_eq!(chosen, [3, 2], "no voice template, so that step stays open");
        assert_eq!(Starter::Blank.graph(&known, 60), FlowGraph::blank());
    }
}
