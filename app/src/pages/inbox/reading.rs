//! What the person's last message means, beside the thread: intent with its reasons, mood, what is named; and the answers that it
//! suggests, above the composer. Read by rules first, by a model where they were not sure.

use domain::id::ConversationId;
use domain::intent::{Analysis, Reader};
use domain::message::Direction;
use leptos::prelude::*;

use super::data::Thread;
use super::page::Desk;
use crate::ui::*;

/// A word of a closed list as a person would write it.
fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

/// How sure a reading is, in percent.
pub(super) fn sure(confidence: f64) -> String {
    format!("{:.0} % sure", confidence * 100.0)
}

/// The section of the person's column.
pub(super) fn reading(thread: &Thread) -> Option<impl IntoView + use<>> {
    let Analysis { intent, confidence, reasoning, reader, mood, entities, suggestions: _ } = thread.analysis.clone()?;
    let by = match reader {
        Reader::Rules => "read by rules",
        Reader::Model => "read by a model",
    };
    let named = [
        ("Buying signals", mood.buying_signals),
        ("Objections", mood.objections),
        ("When to meet", entities.meeting_preferences),
        ("Questions", entities.questions),
        ("Troubles", entities.pain_points),
        ("Competitors", entities.competitors),
        ("Budget", entities.budget_signals),
        ("Timeline", entities.timeline_signals),
        ("Who decides", entities.decision_makers),
    ];
    let named = named
        .into_iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(label, texts)| {
            let texts = texts.into_iter().map(|text| format!("“{text}”")).collect::<Vec<_>>().join(", ");
            view! { <Fact label=label>{texts}</Fact> }
        })
        .collect_view();
    let emotion = format!("{}, {} of 100", spoken(mood.emotion.as_str()), mood.score);
    Some(view! {
        <section aria-label="What they want">
            <h3 class="mb-2 text-xs font-semibold text-ink-2">"What they want"</h3>
            <p class="flex flex-wrap items-center gap-2">
                <Badge tone=Tone::Accent>{intent.label()}</Badge>
                <span class="text-xs text-ink-3">{format!("{}, {by}", sure(confidence))}</span>
            </p>
            {(!reasoning.is_empty()).then(|| view! { <p class="mb-2 mt-1.5 break-words text-xs text-ink-2">{format!("Because: {reasoning}")}</p> })}
            <Facts>
                <Fact label="Sounds">{emotion}</Fact>
                <Fact label="Urgency">{spoken(mood.urgency.as_str())}</Fact>
                <Fact label="Formality">{spoken(mood.formality.as_str())}</Fact>
                {named}
            </Facts>
        </section>
    })
}

/// Answers to begin with, while nothing is written yet and a human is the one to answer.
pub(super) fn suggestions(thread: &Thread, desk: Desk) -> Option<impl IntoView + use<>> {
    let conversation = &thread.conversation;
    let theirs = thread.messages.last().is_some_and(|m| m.direction == Direction::Inbound);
    let texts = thread.analysis.clone().map(|a| a.suggestions).filter(|texts| !texts.is_empty())?;
    if thread.refused.is_some() || !(theirs || conversation.waits_for_human()) {
        return None;
    }
    let id = conversation.id;
    let empty = move || desk.drafts.of(id, |d| d.text.is_empty() && d.template.is_none());
    Some(view! {
        // On a phone one line that is pushed along: the messages need the room.
        <ul
            aria-label="Suggested answers"
            class="flex gap-1.5 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:py-0.5 md:flex-wrap"
            class:hidden=move || !empty() || desk.writing.is_open(id)
        >
            {texts.into_iter().map(|text| suggestion(id, text, desk)).collect_view()}
        </ul>
    })
}

fn suggestion(id: ConversationId, text: String, desk: Desk) -> impl IntoView {
    let shown = text.clone();
    let take = move |_| {
        desk.drafts.change(id, |d| d.text.clone_from(&text));
        browser::focus("reply");
    };
    view! {
        <li class="max-md:shrink-0 md:min-w-0 md:max-w-full">
            <Button size=Size::Small icon=Icon::Sparkles title=shown.clone() on_click=take>
                <span class="truncate">{shown}</span>
            </Button>
        </li>
    }
}
