//! The first column: who writes, over which channel, what was said before, and what is changed for this session only.

use domain::message::Channel;
use domain::skill::Tool;
use domain::turn::{Said, Speaker};
use leptos::prelude::*;

use super::state::Console;
use crate::ui::{Button, Checkbox, Choice, Field, Icon, IconButton, Segmented, Select, Size, Tab, TextArea, TextInput};

/// See the head of this file.
#[component]
pub fn Scenario(
    /// The console's state.
    console: Console,
) -> impl IntoView {
    let channels: Vec<Choice> = std::iter::once(Choice::new("", "No channel rules"))
        .chain(Channel::ALL.iter().map(|c| Choice::new(c.as_str(), c.label())))
        .collect();
    view! {
        <section
            class="flex flex-col gap-4 rounded-lg border border-line bg-surface p-3.5 outline-none"
            aria-label="Scenario" id="console-scenario" tabindex="-1"
        >
            <h2 class="text-sm font-semibold text-ink">"Scenario"</h2>
            <Field id="console-channel" label="Channel"><Select bind=console.channel options=channels/></Field>
            <Field id="console-lead" label="Lead name" optional=true><TextInput bind=console.lead_name autocomplete="off"/></Field>
            <Before console/>
            <Changes console/>
        </section>
    }
}

/// What was said before the conversation begins.
#[component]
fn Before(console: Console) -> impl IntoView {
    let (text, by) = (RwSignal::new(String::new()), RwSignal::new("before-lead".to_owned()));
    let add = move || {
        let said = text.get_untracked().trim().to_owned();
        if said.is_empty() {
            return;
        }
        let speaker = if by.with_untracked(|b| b == "before-agent") { Speaker::Agent } else { Speaker::Lead };
        console.history.update(|h| h.push(Said { speaker, text: said }));
        text.set(String::new());
    };
    let rows = move || {
        let all = console.history.get();
        (!all.is_empty()).then(|| {
            let rows = all
                .into_iter()
                .enumerate()
                .map(|(at, said)| {
                    let who = if said.speaker == Speaker::Lead { "Lead" } else { "Agent" };
                    view! {
                        <li class="flex items-start gap-2 text-xs">
                            <span class="w-10 shrink-0 text-ink-3">{who}</span>
                            <span class="min-w-0 flex-1 break-words text-ink-2">{said.text}</span>
                            <IconButton
                                icon=Icon::X size=Size::Small label=format!("Remove earlier message {}", at + 1)
                                on_click=move |_| console.history.update(|h| { if at < h.len() { h.remove(at); } })
                            />
                        </li>
                    }
                })
                .collect_view();
            view! { <ol class="flex flex-col gap-1" aria-label="Said before">{rows}</ol> }
        })
    };
    view! {
        <details class="group border-t border-line pt-3">
            <summary class="cursor-pointer text-xs font-medium text-ink-2">
                "Said before"
                {move || console.history.with(|h| (!h.is_empty()).then(|| format!(" ({})", h.len())))}
            </summary>
            <div class="mt-2 flex flex-col gap-2">
                {rows}
                <Segmented label="Who said it" selected=by items=vec![Tab::new("before-lead", "Lead"), Tab::new("before-agent", "Agent")]/>
                <TextInput bind=text label="What was said before" placeholder="An earlier message" autocomplete="off" id="console-before"/>
                <Button size=Size::Small icon=Icon::Plus on_click=move |_| add()>"Add earlier message"</Button>
            </div>
        </details>
    }
}

/// What can be changed for this session. The chips above the conversation show what was.
#[component]
fn Changes(console: Console) -> impl IntoView {
    let (note, never) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let saved_prompt = move || console.agent.with(|a| a.draft.prompt.clone());
    let prompt = Signal::derive(move || console.session.with(|s| s.prompt.clone()).unwrap_or_else(saved_prompt));
    let edit = move |text: String| {
        let is_saved = console.agent.with_untracked(|a| a.draft.prompt == text);
        console.session.update(|s| s.prompt = (!is_saved).then_some(text));
    };
    let tools = move || {
        let on = console.agent.with(|a| a.draft.tools.clone());
        Tool::ALL
            .iter()
            .copied()
            .filter(|tool| on.contains(tool))
            .map(|tool| {
                let checked = Signal::derive(move || console.session.with(|s| !s.tools_off.contains(&tool)));
                let change = move |is_on: bool| {
                    console.session.update(|s| {
                        s.tools_off.retain(|t| *t != tool);
                        if !is_on {
                            s.tools_off.push(tool);
                        }
                    });
                };
                view! { <Checkbox checked=checked on_change=change label=tool.as_str()/> }
            })
            .collect_view()
    };
    let rules = Signal::derive(move || console.session.with(|s| !s.rules_off));
    view! {
        <details class="group border-t border-line pt-3">
            <summary class="cursor-pointer text-xs font-medium text-ink-2">"Change for this session only"</summary>
            <div class="mt-3 flex flex-col gap-3">
                <Field id="session-prompt" label="Session prompt" hint="Tried here; saved only when you make it permanent.">
                    <TextArea value=prompt on_input=edit rows=6/>
                </Field>
                <div class="flex flex-col gap-1.5">
                    <TextInput bind=note id="session-note" label="Note for the agent" placeholder="We close at six on Fridays" autocomplete="off"/>
                    <Button
                        size=Size::Small icon=Icon::Plus
                        on_click=move |_| { console.session.update(|s| s.note(&note.get_untracked())); note.set(String::new()); }
                    >"Add note"</Button>
                </div>
                <fieldset class="flex flex-col gap-1.5">
                    <legend class="mb-1 text-xs font-medium text-ink-2">"Tools in this session"</legend>
                    {tools}
                </fieldset>
                <div class="flex flex-col gap-1.5">
                    <TextInput bind=never id="session-never" label="Never say" placeholder="A phrase" autocomplete="off"/>
                    <Button
                        size=Size::Small icon=Icon::Plus
                        on_click=move |_| { console.session.update(|s| s.never(&never.get_untracked())); never.set(String::new()); }
                    >"Add phrase"</Button>
                </div>
                <Checkbox
                    checked=rules on_change=move |on: bool| console.session.update(|s| s.rules_off = !on)
                    label="Guardrails decide" hint="Off: the model's words are shown as they are, to compare. For people the rules always hold."
                />
            </div>
        </details>
    }
}
