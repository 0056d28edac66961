//! What a turn was made of: passages, tools, rules.

use domain::knowledge::{Reason, why};
use domain::turn::{Found, Ruling, ToolUse};
use leptos::prelude::*;

use crate::ui::{Badge, Icon, Progress, Tone};

/// The passages that the model was shown, best first, each with its score.
#[component]
pub fn PassageList(
    /// The passages.
    passages: Vec<Found>,
) -> impl IntoView {
    let row = |passage: Found| {
        view! {
            <li class="py-2.5">
                <div class="flex items-baseline justify-between gap-3 text-sm">
                    <span class="min-w-0 break-words font-medium text-ink">{passage.title}</span>
                    <span class="shrink-0 text-xs tabular-nums text-ink-2">{format!("{} %", passage.score)}</span>
                </div>
                <div class="mt-1"><Progress done=i64::from(passage.score) of=100 label="Score"/></div>
                <p class="mt-1.5 line-clamp-4 whitespace-pre-wrap break-words text-xs text-ink-2">{passage.text}</p>
                <p class="mt-1 break-words text-2xs text-ink-3">{format!("Found for: {}", passage.query)}</p>
                <WhyFound reasons=passage.reasons/>
            </li>
        }
    };
    view! { <ul class="divide-y divide-line">{passages.into_iter().map(row).collect_view()}</ul> }
}

/// Why a passage was found: which words of the question it holds, and in what way.
#[component]
pub fn WhyFound(
    /// The reasons.
    reasons: Vec<Reason>,
) -> impl IntoView {
    (!reasons.is_empty()).then(|| {
        view! { <p class="mt-1 break-words text-2xs text-ink-3">{format!("Why: {}", why(&reasons))}</p> }
    })
}

/// The tools that ran or were refused.
#[component]
pub fn ToolList(
    /// The uses, in order.
    tools: Vec<ToolUse>,
) -> impl IntoView {
    let row = |used: ToolUse| {
        let (tone, word) = match (used.refused, used.ok) {
            (true, _) => (Tone::Bad, "refused"),
            (false, true) => (Tone::Good, "done"),
            (false, false) => (Tone::Warn, "failed"),
        };
        let who = if used.by_model { "asked for by the model" } else { "run by code" };
        let told = used.result.as_str().map_or_else(|| used.result.to_string(), str::to_owned);
        view! {
            <li class="py-2.5">
                <div class="flex flex-wrap items-center gap-2 text-sm">
                    <span class="break-all font-mono text-xs text-ink">{used.name}</span>
                    <Badge tone=tone>{word}</Badge>
                    <span class="text-2xs text-ink-3">{who}</span>
                    <span class="ml-auto text-2xs tabular-nums text-ink-3">{format!("{} ms", used.duration_ms)}</span>
                </div>
                <details class="mt-1">
                    <summary class="cursor-pointer text-2xs text-ink-3 hover:text-ink">"Arguments and result"</summary>
                    <pre class="mt-1 max-h-56 overflow-auto whitespace-pre-wrap break-words rounded-md bg-surface-2 p-2 font-mono text-2xs text-ink-2">
                        {used.arguments.to_string()}"\n\n"{told}
                    </pre>
                </details>
            </li>
        }
    };
    view! { <ul class="divide-y divide-line">{tools.into_iter().map(row).collect_view()}</ul> }
}

/// What the rules said.
#[component]
pub fn RulingList(
    /// Each rule, in order.
    rulings: Vec<Ruling>,
) -> impl IntoView {
    let row = |ruling: Ruling| {
        let (icon, tone, word) =
            if ruling.passed { (Icon::Check, "text-good", "holds") } else { (Icon::X, "text-bad", "broken") };
        let label = ruling.label();
        view! {
            <li class="flex items-start gap-2 py-1.5 text-sm">
                <span class=format!("mt-0.5 {tone}")><Icon icon=icon/></span>
                <span class="min-w-0 flex-1 break-words">
                    <span class="text-ink">{label}</span>
                    <span class="sr-only">{format!(": {word}")}</span>
                    {(!ruling.note.is_empty()).then(|| view! { <span class="block text-xs text-ink-3">{ruling.note}</span> })}
                </span>
            </li>
        }
    };
    view! { <ul class="divide-y divide-line">{rulings.into_iter().map(row).collect_view()}</ul> }
}
