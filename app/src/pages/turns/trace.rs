//! The steps of a turn as a timeline: what, when, how long, for how much.

use domain::turn::{StepKind, TraceStep};
use leptos::prelude::*;

use crate::ui::Icon;

const fn icon(kind: StepKind) -> Icon {
    match kind {
        StepKind::Guardrail => Icon::Shield,
        StepKind::Budget => Icon::Dollar,
        StepKind::Tool => Icon::Zap,
        StepKind::Search => Icon::Search,
        StepKind::Model => Icon::Bot,
        StepKind::Decision => Icon::Flag,
        StepKind::Format => Icon::FileText,
    }
}

/// Where a step's bar begins and how wide it is, in thousandths of the whole turn; a step without a length is still seen.
fn place(step: &TraceStep, whole: u32) -> (u32, u32) {
    let share = |ms: u32| u32::try_from(u64::from(ms) * 1_000 / u64::from(whole.max(1))).unwrap_or(1_000).min(1_000);
    let width = share(step.duration_ms).max(8);
    (share(step.at_ms).min(1_000 - width), width)
}

/// The steps, each with its bar on one line of time.
#[component]
pub fn TraceList(
    /// The steps, oldest first.
    steps: Vec<TraceStep>,
    /// How long the whole turn took; 0 to take it from the steps.
    #[prop(default = 0)]
    whole_ms: u32,
) -> impl IntoView {
    let last = steps.iter().map(|s| s.at_ms.saturating_add(s.duration_ms)).max().unwrap_or_default();
    let whole = whole_ms.max(last);
    let row = move |step: TraceStep| {
        let (x, width) = place(&step, whole);
        let fill = if step.ok { "fill-accent" } else { "fill-bad-solid" };
        let detail = serde_json::to_string_pretty(&step.detail).unwrap_or_default();
        let has_detail = !matches!(detail.as_str(), "null" | "{}" | "");
        view! {
            <li class="py-2">
                <div class="flex items-start gap-2 text-sm">
                    <span class="mt-0.5 text-ink-3" class=("text-bad", !step.ok)><Icon icon=icon(step.kind)/></span>
                    <span class="min-w-0 flex-1 break-words text-ink">
                        <span class="sr-only">{format!("{}: ", step.kind.label())}</span>
                        {step.title}
                    </span>
                    <span class="shrink-0 text-right text-2xs tabular-nums text-ink-3">
                        {format!("{} ms", step.duration_ms)}
                        {step.tokens.map(|tokens| view! { <br/>{format!("{tokens} tokens")} })}
                        {step.cost.filter(|cost| cost.0 > 0).map(|cost| view! { <br/>{cost.show()} })}
                    </span>
                </div>
                <svg class="mt-1.5 h-1 w-full" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="fill-surface-3" x="0" y="0" width="1000" height="10" rx="5"></rect>
                    <rect class=fill x=x.to_string() y="0" width=width.to_string() height="10" rx="5"></rect>
                </svg>
                {has_detail.then(|| view! {
                    <details class="mt-1">
                        <summary class="cursor-pointer text-2xs text-ink-3 hover:text-ink">"Details"</summary>
                        <pre class="mt-1 max-h-56 overflow-auto whitespace-pre-wrap break-words rounded-md bg-surface-2 p-2 font-mono text-2xs text-ink-2">{detail}</pre>
                    </details>
                })}
            </li>
        }
    };
    view! { <ol class="divide-y divide-line" aria-label="Steps of the turn">{steps.into_iter().map(row).collect_view()}</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_the_line() {
        let step = |at_ms, duration_ms| TraceStep {
            kind: StepKind::Model,
            title: String::new(),
            ok: true,
            detail: serde_json::Value::Null,
            at_ms,
            duration_ms,
            tokens: None,
            cost: None,
        };
        assert_eq!(place(&step(0, 0), 0), (0, 8));
        assert_eq!(place(&step(500, 250), 1_000), (500, 250));
        assert_eq!(place(&step(1_000, 0), 1_000), (992, 8));
        assert_eq!(place(&step(u32::MAX, u32::MAX), 10), (0, 1_000));
    }
}
