//! Three looks at a prompt under its editor: as a person's agent reads it, with its placeholders marked, and against what people hear.

use domain::agent::PROMPT_PLACEHOLDERS;
use domain::template;
use leptos::prelude::*;

use super::api::PreviewLead;
use super::diff::DiffView;
use super::draft::Editing;
use crate::ui::{Choice, Field, Segmented, Select, Tab};

/// A piece of a prompt.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Known(String),
    Unknown(String),
}

/// The prompt cut into texts and placeholders.
fn pieces(prompt: &str) -> Vec<Piece> {
    let (mut out, mut rest) = (Vec::new(), prompt);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        if !before.is_empty() {
            out.push(Piece::Text(before.to_owned()));
        }
        let is_known = PROMPT_PLACEHOLDERS.contains(&name.trim());
        out.push(if is_known { Piece::Known(name.trim().to_owned()) } else { Piece::Unknown(name.trim().to_owned()) });
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest.to_owned()));
    }
    out
}

/// The three looks.
#[component]
pub fn PromptViews(
    /// What is being edited.
    editing: Editing,
    /// Who it can be previewed with.
    leads: StoredValue<Vec<PreviewLead>>,
) -> impl IntoView {
    let which = RwSignal::new("preview".to_owned());
    let items =
        vec![Tab::new("preview", "Preview"), Tab::new("marked", "Variables"), Tab::new("live", "Compare with live")];
    view! {
        <section class="flex flex-col gap-3" aria-label="How the prompt reads">
            <Segmented label="Show the prompt as" selected=which items=items/>
            {move || match which.get().as_str() {
                "marked" => view! { <Marked editing/> }.into_any(),
                "live" => view! { <AgainstLive editing/> }.into_any(),
                _ => view! { <Preview editing leads/> }.into_any(),
            }}
        </section>
    }
}

const PAPER: &str = "max-h-80 overflow-y-auto whitespace-pre-wrap break-words rounded-md border border-line bg-surface-2 p-3 text-sm text-ink-2";

/// Filled in for a chosen person.
#[component]
fn Preview(editing: Editing, leads: StoredValue<Vec<PreviewLead>>) -> impl IntoView {
    let chosen = RwSignal::new("0".to_owned());
    let options: Vec<Choice> = leads.with_value(|all| {
        all.iter().enumerate().map(|(at, lead)| Choice::new(at.to_string(), lead.label.clone())).collect()
    });
    let text = Memo::new(move |_| {
        let at: usize = chosen.get().parse().unwrap_or_default();
        let mut values = leads.with_value(|all| all.get(at).map(|lead| lead.values.clone()).unwrap_or_default());
        editing.draft.with(|d| {
            values.insert("agent.name".into(), d.name.clone());
            template::fill(&d.prompt, &values)
        })
    });
    view! {
        <Field id="prompt-lead" label="Preview for">
            <Select bind=chosen options=options/>
        </Field>
        <p class=PAPER aria-label="Preview of the prompt" role="region">{text}</p>
    }
}

/// With placeholders as chips; those that nothing fills are underlined.
#[component]
fn Marked(editing: Editing) -> impl IntoView {
    view! {
        <p class=PAPER aria-label="The prompt with its variables marked" role="region">
            {move || {
                editing.draft.with(|d| pieces(&d.prompt))
                    .into_iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => view! { <span>{text}</span> }.into_any(),
                        Piece::Known(name) => {
                            view! { <span class="rounded-sm bg-accent-soft px-1 font-mono text-xs text-accent-text">{name}</span> }.into_any()
                        }
                        Piece::Unknown(name) => view! {
                            <mark
                                class="rounded-sm bg-warn-soft px-1 font-mono text-xs text-warn underline decoration-wavy"
                                title="Nothing fills this: it will read as nothing."
                            >
                                {name}
                                <span class="sr-only">" (unknown)"</span>
                            </mark>
                        }
                        .into_any(),
                    })
                    .collect_view()
            }}
        </p>
    }
}

/// Line by line against what people hear.
#[component]
fn AgainstLive(editing: Editing) -> impl IntoView {
    move || match (editing.published_version(), editing.against_live()) {
        (Some(version), Some(changes)) => {
            let changes = changes.into_iter().filter(|c| c.field == "prompt").collect::<Vec<_>>();
            view! {
                <p class="text-xs text-ink-3">{format!("People hear version {version}.")}</p>
                <DiffView changes none="The prompt is the one that people hear."/>
            }
            .into_any()
        }
        _ => view! { <p class="text-sm text-ink-3">"Nothing is published yet."</p> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_cut_at_its_placeholders() {
        let text = |t: &str| Piece::Text(t.into());
        assert_eq!(
            pieces("Hi {{ lead.name }}, {{lead.shoe}}!"),
            [text("Hi "), Piece::Known("lead.name".into()), text(", "), Piece::Unknown("lead.shoe".into()), text("!")]
        );
        assert_eq!(pieces("open {{x"), [text("open {{x")]);
        assert_eq!(pieces(""), []);
    }
}
