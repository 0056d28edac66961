//! The drawer's sections as tabs that stand in the address. What is typed lives in the draft, so that moving between them loses nothing.

use domain::advice::{Level, Section};
use domain::agent::Agent;
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
use crate::ui::{Empty, Icon};

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
    view! {
        <nav aria-label="Sections" class="mb-5 flex gap-4 overflow-x-auto border-b border-line">
            {Section::ALL
                .iter()
                .map(|of| view! {
                    <a
                        class=TAB
                        href=href.run(*of)
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
    /// Saves.
    #[prop(into)]
    on_save: Callback<()>,
    /// An old version was brought back.
    on_restored: Callback<Agent>,
) -> impl IntoView {
    let id = Memo::new(move |_| editing.base().map(|(id, _)| id));
    move || {
        let Shelf { options, leads, talked, speaker, templates } = shelf.clone();
        let inner = match (section.get(), id.get()) {
            // A new agent needs a name and a prompt before anything else.
            (Section::General, None) => view! { <General editing/> <Prompt editing leads/> }.into_any(),
            (Section::General, Some(_)) => view! { <General editing/> }.into_any(),
            (Section::Prompt, _) => view! { <Prompt editing leads/> }.into_any(),
            (Section::Model, _) => view! { <Models editing options talked templates/> }.into_any(),
            (Section::Voice, _) => view! { <Voice editing speaker/> }.into_any(),
            (Section::Guardrails, _) => return panel(section, view! { <Guardrails editing/> }.into_any()),
            (other, id) => return panel(section, of_saved(editing, other, id, on_restored)),
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
    view! { <section class="flex flex-col gap-5" aria-label=label>{inner}</section> }.into_any()
}

/// Sections of what is kept beside the draft: there is nothing to keep it by before the first save.
fn of_saved(editing: Editing, section: Section, id: Option<AgentId>, on_restored: Callback<Agent>) -> AnyView {
    let Some(id) = id else {
        return view! {
            <Empty icon=Icon::Bot title="Save the agent first" text="This is kept with the saved agent."/>
        }
        .into_any();
    };
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
