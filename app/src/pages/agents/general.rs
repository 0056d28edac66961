//! The drawer's first section: what the agent is called, what it is for, how it sounds, whether it speaks, and what else it may do.

use domain::advice::Section;
use domain::agent::{AgentKind, AgentStatus, Tone};
use domain::skill::Tool;
use leptos::prelude::*;

use super::advice::AdviceList;
use super::draft::Editing;
use crate::ui::{Choice, Field, Select, Switch, TextInput};

/// For people.
pub fn kind_label(kind: AgentKind) -> &'static str {
    match kind {
        AgentKind::Reply => "Answers replies",
        AgentKind::Outreach => "Writes first",
        AgentKind::Voice => "Speaks on the phone",
    }
}

fn tone_label(tone: Tone) -> &'static str {
    match tone {
        Tone::Professional => "Professional",
        Tone::Friendly => "Friendly",
        Tone::Direct => "Direct",
    }
}

fn status_label(status: AgentStatus) -> &'static str {
    match status {
        AgentStatus::Draft => "Draft",
        AgentStatus::Live => "Live",
        AgentStatus::Paused => "Paused",
    }
}

fn status_hint(status: AgentStatus) -> &'static str {
    match status {
        AgentStatus::Draft => "Being made. It never speaks to people.",
        AgentStatus::Live => "It answers people, with its published version.",
        AgentStatus::Paused => "Silent until it is live again. Nothing else changes.",
    }
}

/// What a tool is called on the screen, and what it does.
fn tool_words(tool: Tool) -> (&'static str, &'static str) {
    match tool {
        Tool::CreateTicket => ("Open tickets", "create_ticket: each conversation gets one, before anything else."),
        Tool::GetCustomerHistory => {
            ("Read the history", "get_customer_history: what was said with this person before.")
        }
        Tool::SearchKnowledgeBase => {
            ("Search the knowledge", "search_knowledge_base: the five passages that fit best.")
        }
        Tool::SendResponse => ("Answer", "send_response: when off, it only reads and hands over."),
        Tool::EscalateToHuman => (
            "Hand over",
            "escalate_to_human: what it reads between the lines, or must not decide; the rules hand over anyway.",
        ),
    }
}

/// Name, kind, tone, status, tools.
#[component]
pub fn General(
    /// What is being edited.
    editing: Editing,
) -> impl IntoView {
    let draft = editing.draft;
    let kinds: Vec<Choice> = AgentKind::ALL.iter().map(|k| Choice::new(k.as_str(), kind_label(*k))).collect();
    let tones: Vec<Choice> = Tone::ALL.iter().map(|t| Choice::new(t.as_str(), tone_label(*t))).collect();
    let states: Vec<Choice> = AgentStatus::ALL.iter().map(|s| Choice::new(s.as_str(), status_label(*s))).collect();
    view! {
        <Field id="agent-name" label="Name" hint="Your team and {{agent.name}} use it." problem=editing.problem("name")>
            <TextInput
                value=move || draft.with(|d| d.name.clone())
                on_input=move |text: String| draft.update(|d| d.name = text)
                autocomplete="off"
            />
        </Field>
        <div class="grid gap-4 sm:grid-cols-2">
            <Field id="agent-kind" label="Purpose">
                <Select
                    value=move || draft.with(|d| d.kind.as_str().to_owned())
                    on_change=move |word: String| if let Ok(kind) = word.parse() { draft.update(|d| d.kind = kind) }
                    options=kinds
                />
            </Field>
            <Field id="agent-tone" label="Tone">
                <Select
                    value=move || draft.with(|d| d.tone.as_str().to_owned())
                    on_change=move |word: String| if let Ok(tone) = word.parse() { draft.update(|d| d.tone = tone) }
                    options=tones
                />
            </Field>
        </div>
        <Field id="agent-status" label="Status" hint=move || Some(status_hint(draft.with(|d| d.status)).to_owned())>
            <Select
                value=move || draft.with(|d| d.status.as_str().to_owned())
                on_change=move |word: String| if let Ok(status) = word.parse() { draft.update(|d| d.status = status) }
                options=states
            />
        </Field>
        <fieldset class="flex flex-col gap-3">
            <legend class="mb-2 text-sm font-medium text-ink">"Tools"</legend>
            {Tool::ALL
                .iter()
                .map(|tool| {
                    let (label, hint) = tool_words(*tool);
                    let set = move |on: bool| draft.update(|d| {
                        d.tools.retain(|t| t != tool);
                        if on {
                            d.tools.push(*tool);
                        }
                        // Always in the order in which they run, so that switching twice changes nothing.
                        d.tools.sort();
                    });
                    view! {
                        <Switch
                            label=label hint=hint
                            checked=Signal::derive(move || draft.with(|d| d.tools.contains(tool)))
                            on_change=set
                        />
                    }
                })
                .collect_view()}
        </fieldset>
        <AdviceList editing section=Section::General/>
    }
}
