//! The drawer's sections as tabs that stand in the address. What is typed lives in the draft, so that moving between them loses nothing.

use domain::advice::{Level, Section};
use domain::agent::{Agent, AgentDraft};
use domain::id::AgentId;
use leptos::prelude::*;

use super::advice::AdviceList;
use super::api::{EditorData, ModelOption, PreviewLead, Talked};
use super::draft::Editing;
use super::general::General;
use super::guardrails::Guardrails;
use super::history::History;
use super::models::Models;
use super::phrases::PhraseList;
use super::prompt::Prompt;
use super::voice::Voice;
use super::webhooks::Webhooks;
use crate::pages::agents::knowledge::KnowledgeSection;
use crate::pages::console::TestsSection;
use crate::ui::{Button, Empty, Icon, LinkButton, Variant, browser};

/// The element of the section that is shown.
pub const PANEL: &str = "agent-section";
/// The element of the tabs.
const TABS: &str = "agent-sections";

/// What the sections need beside the draft.
#[derive(Clone)]
pub struct Shelf {
    options: StoredValue<Vec<ModelOption>>,
    leads: StoredValue<Vec<PreviewLead>>,
    talked: Talked,
    speaker: Option<String>,
    templates: StoredValue<Vec<(String, String)>>,
}

impl Shelf {
    /// From what the server said.
    pub fn of(data: EditorData) -> Self {
        Self {
            options: StoredValue::new(data.models),
            leads: StoredValue::new(data.leads),
            talked: data.talked,
            speaker: data.speaker,
            templates: StoredValue::new(data.templates),
        }
    }
}

const TAB: &str = "relative -mb-px inline-flex items-center gap-1.5 whitespace-nowrap border-b-2 border-transparent px-0.5 pb-2.5 pt-1 \
    text-sm font-medium text-ink-3 transition-colors hover:text-ink aria-[current=page]:border-accent-text aria-[current=page]:text-ink \
    pointer-coarse:py-3";

/// The tabs, each with a mark when something in it needs attention.
#[component]
pub fn SectionTabs(
    /// What is being edited.
    editing: Editing,
    /// The one that is shown.
    section: Memo<Section>,
    /// The address of a section.
    href: Callback<Section, String>,
) -> impl IntoView {
    let mark = move |of: Section| {
        let advice = editing.advice_on(of);
        match (advice.iter().any(|a| a.level == Level::Error), advice.is_empty()) {
            (true, _) => Some(("size-1.5 rounded-full bg-bad-solid", "has an error")),
            (false, false) => Some(("size-1.5 rounded-full bg-warn-solid", "has a warning")),
            (false, true) => None,
        }
    };
    // Narrow windows show only some of them: the current one is always among those.
    Effect::new(move |_| {
        section.track();
        request_animation_frame(|| browser::center_current(TABS));
    });
    view! {
        <nav
            id=TABS aria-label="Sections"
            class="fade-more mb-5 flex gap-4 overflow-x-auto border-b border-line"
        >
            {Section::ALL
                .iter()
                .map(|of| view! {
                    <a
                        class=TAB
                        href=move || href.run(*of)
                        // A step of the drawer is none of the window's history: Back leaves the drawer.
                        prop:replace=true
                        data-noscroll="true"
                        aria-current=move || (section.get() == *of).then_some("page")
                    >
                        {of.label()}
                        {move || mark(*of).map(|(class, words)| view! {
                            <span class=class aria-hidden="true"></span>
                            <span class="sr-only">{words}</span>
                        })}
                    </a>
                })
                .collect_view()}
        </nav>
    }
}

/// The section that is shown.
#[component]
pub fn SectionPanel(
    /// What is being edited.
    editing: Editing,
    /// Which.
    section: Memo<Section>,
    /// What it needs.
    shelf: Shelf,
    /// Whether it is being saved.
    saving: RwSignal<bool>,
    /// The address of a section.
    href: Callback<Section, String>,
    /// Saves.
    #[prop(into)]
    on_save: Callback<()>,
    /// An old version was brought back.
    on_restored: Callback<Agent>,
) -> impl IntoView {
    let id = Memo::new(move |_| editing.base().map(|(id, _)| id));
    move || {
        let Shelf { options, leads, talked, speaker, templates } = shelf.clone();
        // The id is asked for only where it matters, so that the first save does not make the others anew under somebody's hands.
        let inner = match section.get() {
            // A new agent needs a name and a prompt before anything else.
            Section::General if id.get().is_none() => view! { <General editing/> <Prompt editing leads/> }.into_any(),
            Section::General => view! { <General editing/> }.into_any(),
            Section::Prompt => view! { <Prompt editing leads/> }.into_any(),
            Section::Model => view! { <Models editing options talked templates/> }.into_any(),
            Section::Voice => view! { <Voice editing speaker/> }.into_any(),
            Section::Guardrails => return panel(section, view! { <Guardrails editing/> }.into_any()),
            other => {
                let inner = match id.get() {
                    Some(id) => of_saved(editing, other, id, on_restored),
                    None => view! { <SaveFirst editing saving href on_save/> }.into_any(),
                };
                return panel(section, inner);
            }
        };
        let form = view! {
            <form
                class="flex flex-col gap-5"
                on:submit=move |event| {
                    event.prevent_default();
                    on_save.run(());
                }
            >
                {inner}
            </form>
        };
        panel(section, form.into_any())
    }
}

fn panel(section: Memo<Section>, inner: AnyView) -> AnyView {
    let label = untrack(|| section.get()).label();
    view! { <section id=PANEL tabindex="-1" class="flex flex-col gap-5 outline-none" aria-label=label>{inner}</section> }.into_any()
}

/// What is kept beside the draft has nothing to be kept by before the first save.
#[component]
fn SaveFirst(
    editing: Editing,
    saving: RwSignal<bool>,
    href: Callback<Section, String>,
    on_save: Callback<()>,
) -> impl IntoView {
    let missing = Memo::new(move |_| {
        let problems = editing.draft.with(AgentDraft::check);
        problems.0.into_iter().chain(editing.problems().0).next().map(|problem| problem.message)
    });
    move || {
        let missing = missing.get();
        let text = missing.clone().unwrap_or_else(|| "This is kept with the saved agent.".to_owned());
        view! {
            <Empty icon=Icon::Bot title="Save the agent first" text=text>
                {match missing {
                    Some(_) => view! { <LinkButton href=href.run(Section::General)>"Back to General"</LinkButton> }.into_any(),
                    None => view! {
                        <Button variant=Variant::Primary busy=saving on_click=move |_| on_save.run(())>"Save it now"</Button>
                    }
                    .into_any(),
                }}
            </Empty>
        }
    }
}

/// Sections of what is kept beside the draft.
fn of_saved(editing: Editing, section: Section, id: AgentId, on_restored: Callback<Agent>) -> AnyView {
    match section {
        Section::Knowledge => view! { <Categories editing/> <KnowledgeSection agent_id=id/> }.into_any(),
        Section::Webhooks => view! { <Webhooks agent=id hooking=editing.hooking/> }.into_any(),
        Section::Tests => view! { <AdviceList editing section=Section::Tests/> <TestsSection agent_id=id/> }.into_any(),
        _ => view! { <History editing agent=id on_restored/> }.into_any(),
    }
}

/// The categories of knowledge that the agent reads.
#[component]
fn Categories(editing: Editing) -> impl IntoView {
    let draft = editing.draft;
    view! {
        <PhraseList
            id="agent-categories" label="Categories it reads" hint="Of the documents below. None: it reads them all."
            problem=editing.problem("knowledge")
            phrases=Signal::derive(move || draft.with(|d| d.knowledge.clone()))
            on_change={move |all: Vec<String>| draft.update(|d| d.knowledge = all)}
        />
    }
}
