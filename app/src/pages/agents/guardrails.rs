//! The drawer's section on what the agent may never say and what goes to a human, with a box that asks the server what its rules make of
//! a sentence.

use std::time::Duration;

use domain::guardrail::Inbound;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::try_sentence;
use super::draft::Editing;
use super::phrases::PhraseList;
use crate::error::AppError;
use crate::ui::{Badge, Field, Icon, Switch, TextArea, Tone};

/// Phrases, prices, and trying a sentence.
#[component]
pub fn Guardrails(
    /// What is being edited.
    editing: Editing,
) -> impl IntoView {
    let draft = editing.draft;
    let listed = move |field: &'static str| {
        Signal::derive(move || {
            let problems = editing.problems();
            problems.0.iter().find(|p| p.field.starts_with(field)).map(|p| p.message.clone())
        })
    };
    view! {
        <p class="text-sm text-ink-2">
            "A person who asks about a price, a refund or a legal matter, or asks for a human, always goes to a human, whatever the \
             model wants. What you set here holds on top of that."
        </p>
        <PhraseList
            id="guardrail-never" label="Never say"
            hint="An answer with one of these is not sent; a human takes over."
            problem=listed("guardrails.never_say")
            phrases=Signal::derive(move || draft.with(|d| d.guardrails.never_say.clone()))
            on_change={move |all: Vec<String>| draft.update(|d| d.guardrails.never_say = all)}
        />
        <PhraseList
            id="guardrail-escalate" label="Hand over on"
            hint="When a person writes one of these, a human takes over before any model is asked."
            problem=listed("guardrails.escalate_on")
            phrases=Signal::derive(move || draft.with(|d| d.guardrails.escalate_on.clone()))
            on_change={move |all: Vec<String>| draft.update(|d| d.guardrails.escalate_on = all)}
        />
        <Switch
            label="May name prices"
            hint="For answers to other questions: who asks about a price goes to a human either way. \
                  When off, an answer may name an amount of money only when it stands in its knowledge."
            checked=Signal::derive(move || draft.with(|d| d.guardrails.may_name_prices))
            on_change=move |on: bool| draft.update(|d| d.guardrails.may_name_prices = on)
        />
        <Try editing/>
    }
}

/// How long somebody has to pause before a sentence is judged.
const PAUSE: Duration = Duration::from_millis(250);

/// What the rules read in a sentence, as it is typed.
#[component]
fn Try(editing: Editing) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let guardrails = Memo::new(move |_| editing.draft.with(|d| d.guardrails.clone()));
    // The newest answer stays until the next one is there.
    let read = RwSignal::new(None::<Result<Inbound, AppError>>);
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (sentence, guardrails) = (text.get(), guardrails.get());
        let nth = asked.with_value(|nth| nth + 1);
        asked.set_value(nth);
        if sentence.trim().is_empty() {
            read.set(None);
            return;
        }
        set_timeout(
            move || {
                let is_newest = move || asked.try_with_value(|last| *last == nth).unwrap_or(false);
                if is_newest() {
                    spawn_local(async move {
                        let told = try_sentence(sentence, guardrails).await;
                        if is_newest() {
                            read.set(Some(told));
                        }
                    });
                }
            },
            PAUSE,
        );
    });
    view! {
        <section class="flex flex-col gap-3 rounded-lg border border-line bg-surface-2 p-4" aria-label="Try a sentence">
            <Field id="guardrail-try" label="Try a sentence" hint="What a person might write. Judged here by the same rules as in a conversation.">
                <TextArea bind=text rows=2 placeholder="I want my money back".to_owned()/>
            </Field>
            <div aria-live="polite">{move || read.get().map(|read| match read {
                Ok(read) => verdict(read).into_any(),
                Err(error) => view! { <p class="text-sm text-bad">{error.to_string()}</p> }.into_any(),
            })}</div>
        </section>
    }
}

fn verdict(read: Inbound) -> impl IntoView {
    let (tone, icon, words) = match &read.forced {
        Some(forced) => (Tone::Bad, Icon::Hand, format!("Goes to a human: {}", forced.reason.label())),
        None => (Tone::Good, Icon::Check, "The agent may answer".to_owned()),
    };
    let evidence = read.forced.as_ref().map(|forced| forced.evidence.clone()).filter(|e| !e.is_empty());
    let sentiment = match read.sentiment {
        0..30 => Tone::Bad,
        30..50 => Tone::Warn,
        _ => Tone::Neutral,
    };
    view! {
        <div class="flex flex-col gap-2 text-sm text-ink-2">
            <span class="flex flex-wrap items-center gap-1.5">
                <Badge tone icon>{words}</Badge>
                <Badge tone=sentiment>{format!("Sentiment {} of 100", read.sentiment)}</Badge>
                <Badge>{format!("Priority {}", read.priority().label().to_lowercase())}</Badge>
            </span>
            {evidence.map(|evidence| view! { <p class="text-xs">"Because of “"<mark class="rounded-sm bg-warn-soft text-ink">{evidence}</mark>"”"</p> })}
            {read.injection.map(|words| view! { <p class="text-xs">"Tries to give the model orders: “"{words}"”. They change nothing."</p> })}
            {read.hidden.then(|| view! { <p class="text-xs">"It carries characters that a reader does not see."</p> })}
        </div>
    }
}
