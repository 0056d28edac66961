//! Then and now, side by side: texts with their differences, outcome, model, cost and time.

use domain::money::Micros;
use domain::turn::{Change, Outcome, ReplayTurn, Replayed, Side};
use leptos::prelude::*;

use crate::pages::turns::RulingList;
use crate::ui::*;

/// All turns and their sums.
#[component]
pub(super) fn Comparison(
    /// What came of it.
    replayed: Replayed,
) -> impl IntoView {
    let sum = |read: fn(&ReplayTurn) -> &Side| {
        replayed
            .turns
            .iter()
            .map(read)
            .fold((Micros(0), 0_u64), |(cost, ms), side| (cost + side.cost_micros, ms + u64::from(side.latency_ms)))
    };
    let (then, now) = (sum(|t| &t.before), sum(|t| &t.after));
    let (count, differ) = (replayed.turns.len(), replayed.differ);
    view! {
        <section aria-label="What came of it" class="space-y-4">
            <div class="grid grid-cols-2 gap-3 lg:grid-cols-4">
                <Stat label="Turns that differ" value=format!("{differ} of {count}")/>
                <Stat label="Cost" value=now.0.show() hint=format!("then {}", then.0.show())/>
                <Stat label="Time" value=format!("{} ms", now.1) hint=format!("then {} ms", then.1)/>
                <Stat label="Cost difference" value=Micros(now.0.0 - then.0.0).show()/>
            </div>
            {replayed.turns.into_iter().enumerate().map(|(at, turn)| view! { <Turn at turn/> }).collect_view()}
        </section>
    }
}

#[component]
fn Turn(at: usize, turn: ReplayTurn) -> impl IntoView {
    let ReplayTurn { input, before, after, changes, unanswered_tools } = turn;
    let same = before.outcome.word() == after.outcome.word() && before.outcome.text() == after.outcome.text();
    let (old, new) = (text(&changes, false), text(&changes, true));
    view! {
        <Card title=format!("Turn {}", at + 1)>
            <p class="mb-3 whitespace-pre-wrap break-words rounded-md bg-surface-3 px-3 py-2 text-sm text-ink">
                <span class="sr-only">"The person wrote: "</span>
                {input}
            </p>
            {same.then(|| view! { <p class="mb-2 text-xs text-ink-3">"Came out the same."</p> })}
            <div class="grid gap-4 md:grid-cols-2">
                <SidePane name="Then" side=before words=old/>
                <SidePane name="Now" side=after words=new/>
            </div>
            {(!unanswered_tools.is_empty()).then(|| view! {
                <p class="mt-3 flex items-start gap-1.5 text-xs text-warn">
                    <Icon icon=Icon::Alert class="mt-0.5 size-3.5"/>
                    {format!("Asked for now, but not in the record: {}.", unanswered_tools.join(", "))}
                </p>
            })}
        </Card>
    }
}

/// One half of a comparison, with what only it has marked.
fn text(changes: &[Change], new: bool) -> Vec<(bool, String)> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::Same(text) => Some((false, text.clone())),
            Change::Gone(text) if !new => Some((true, text.clone())),
            Change::New(text) if new => Some((true, text.clone())),
            Change::Gone(_) | Change::New(_) => None,
        })
        .collect()
}

#[component]
fn SidePane(name: &'static str, side: Side, words: Vec<(bool, String)>) -> impl IntoView {
    let new = name == "Now";
    let (tone, outcome) = match &side.outcome {
        Outcome::Sent { .. } => (Tone::Good, "Sent".to_owned()),
        Outcome::Escalated { handover } => (Tone::Warn, format!("Handed over: {}", handover.reason.label())),
        Outcome::Failed { .. } => (Tone::Bad, "No answer".to_owned()),
    };
    let failure = match &side.outcome {
        Outcome::Failed { reason, .. } => Some(reason.clone()),
        Outcome::Sent { .. } | Outcome::Escalated { .. } => None,
    };
    let rulings = side.rulings;
    let word = move |(marked, text): (bool, String)| match (marked, new) {
        (false, _) => view! { <span>{text}</span> }.into_any(),
        (true, true) => view! { <ins class="rounded-sm bg-good-soft text-good no-underline">{text}</ins> }.into_any(),
        (true, false) => view! { <del class="rounded-sm bg-bad-soft text-bad">{text}</del> }.into_any(),
    };
    view! {
        <section aria-label=name class="min-w-0 rounded-md border border-line p-3">
            <h3 class="flex flex-wrap items-center gap-2 text-xs font-semibold text-ink-2">{name}<Badge tone=tone>{outcome}</Badge></h3>
            <p class="mt-2 whitespace-pre-wrap break-words text-sm text-ink">{words.into_iter().map(word).collect_view()}</p>
            {failure.map(|reason| view! { <p class="text-sm text-bad">{reason}</p> })}
            <p class="mt-2 flex flex-wrap gap-x-2.5 gap-y-1 text-2xs tabular-nums text-ink-3">
                <span class="break-all">{side.model.map_or_else(|| "no model asked".to_owned(), |m| m.to_string())}</span>
                <span>{format!("{} ms", side.latency_ms)}</span>
                <span>{format!("{} tokens", side.tokens)}</span>
                <span>{side.cost_micros.show()}</span>
            </p>
            {(!rulings.is_empty()).then(|| view! {
                <details class="mt-2">
                    <summary class="cursor-pointer text-2xs text-ink-3 hover:text-ink">"Rules"</summary>
                    <RulingList rulings=rulings/>
                </details>
            })}
        </section>
    }
}
