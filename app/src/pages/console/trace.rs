//! The trace of a turn as a timeline: one row per step with its bar, each to be opened; or everything as JSON.

use domain::money::Micros;
use domain::turn::{StepKind, TraceStep};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::pages::turns::WhyFound;
use crate::ui::{Badge, Icon, Switch, Tone};

/// The steps of one turn.
#[component]
pub fn Timeline(
    /// Its steps, oldest first; grows while the turn runs.
    #[prop(into)]
    steps: Signal<Vec<TraceStep>>,
) -> impl IntoView {
    let raw = RwSignal::new(false);
    let whole = Memo::new(move |_| steps.with(|all| all.iter().map(end_of).max().unwrap_or(0).max(1)));
    let count = Memo::new(move |_| steps.with(Vec::len));
    view! {
        <div class="flex flex-col gap-2">
            <div class="flex items-center justify-between gap-3">
                <p class="text-xs text-ink-3">{move || {
                    let n = count.get();
                    format!("{n} {}, {}", if n == 1 { "step" } else { "steps" }, millis(whole.get()))
                }}</p>
                <Switch bind=raw label="Raw JSON"/>
            </div>
            <Show
                when=move || !raw.get()
                fallback=move || view! {
                    <pre class="max-h-[32rem] overflow-auto rounded-md border border-line bg-surface-2 p-3 font-mono text-2xs text-ink-2" aria-label="Trace as JSON" tabindex="0">
                        {move || steps.with(|all| serde_json::to_string_pretty(all).unwrap_or_default())}
                    </pre>
                }
            >
                <ol class="flex flex-col gap-1" aria-label="Steps of the turn">
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        <Row steps at whole/>
                    </For>
                </ol>
            </Show>
        </div>
    }
}

fn end_of(step: &TraceStep) -> u32 {
    step.at_ms.saturating_add(step.duration_ms)
}

fn look(kind: StepKind) -> Icon {
    match kind {
        StepKind::Guardrail => Icon::Shield,
        StepKind::Budget => Icon::Dollar,
        StepKind::Tool => Icon::Zap,
        StepKind::Search => Icon::Book,
        StepKind::Model => Icon::Bot,
        StepKind::Decision => Icon::Flag,
        StepKind::Format => Icon::Layout,
    }
}

/// A row that stays as it is, opened or not, while others follow.
#[component]
fn Row(steps: Signal<Vec<TraceStep>>, at: usize, whole: Memo<u32>) -> impl IntoView {
    let step = Memo::new(move |_| steps.with(|all| all.get(at).cloned()));
    move || step.get().map(|step| view! { <Step step whole/> })
}

#[component]
fn Step(step: TraceStep, whole: Memo<u32>) -> impl IntoView {
    let (at, lasted, tokens, cost) = (step.at_ms, step.duration_ms, step.tokens, step.cost);
    let tone = if step.ok { Tone::Accent } else { Tone::Warn };
    let icon_class = if step.ok { "text-ink-3" } else { "text-warn" };
    // A rule that stops an answer, and a decision to hand over, do what they are there for; their titles say what.
    let has_failed = !step.ok && !matches!(step.kind, StepKind::Guardrail | StepKind::Decision);
    let refused = step.detail.get("refused").is_some_and(|r| !r.is_null() && *r != Value::Bool(false));
    let x = move || u64::from(at) * 1000 / u64::from(whole.get());
    let width = move || (u64::from(lasted) * 1000 / u64::from(whole.get())).max(6);
    view! {
        <li class="rounded-md border border-line bg-surface">
            <details class="group">
                <summary class="cursor-pointer list-none rounded-md px-2.5 py-1.5 hover:bg-surface-2 pointer-coarse:py-2.5">
                    <span class="flex items-start gap-2 text-xs">
                        <span class=format!("mt-0.5 {icon_class}")><Icon icon=look(step.kind) class="size-3.5"/></span>
                        <span class="min-w-0 flex-1 break-words text-ink">
                            <span class="sr-only">{format!("{}: ", step.kind.label())}</span>
                            {step.title.clone()}
                            {has_failed.then(|| view! { <span class="sr-only">" (failed)"</span> })}
                        </span>
                        {refused.then(|| view! { <Badge tone=Tone::Bad>"Refused"</Badge> })}
                        <span class="shrink-0 tabular-nums text-ink-3">{millis(lasted)}</span>
                        <Icon icon=Icon::ChevronDown class="mt-0.5 size-3.5 text-ink-3 transition-transform group-open:rotate-180"/>
                    </span>
                    <svg class="mt-1.5 block h-1 w-full rounded-full bg-surface-3" viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect class=tone.fill() x=x width=width height="4"></rect>
                    </svg>
                    {(tokens.is_some() || cost.is_some()).then(|| view! {
                        <span class="mt-1 block text-2xs text-ink-3">
                            {tokens.map(|n| format!("{n} tokens"))}
                            {cost.map(|cost| format!(" · {}", cost.show()))}
                        </span>
                    })}
                </summary>
                <div class="border-t border-line px-2.5 py-2 text-xs text-ink-2">
                    <p class="mb-1.5 text-2xs text-ink-3">{format!("{}, from {} to {}", step.kind.label(), millis(at), millis(at.saturating_add(lasted)))}</p>
                    <Detail detail=step.detail/>
                </div>
            </details>
        </li>
    }
}

/// Everything that a step knows: rulings and passages as lists, the rest as names and values.
#[component]
fn Detail(detail: Value) -> impl IntoView {
    let Value::Object(fields) = detail else {
        return view! { <p class="text-ink-3">"Nothing more to say."</p> }.into_any();
    };
    let rows = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null() && *value != Value::String(String::new()))
        .map(|(name, value)| match (name.as_str(), &value) {
            ("rulings", Value::Array(all)) => rulings(all),
            ("passages", Value::Array(all)) => passages(all),
            _ => fact(&name, &value),
        })
        .collect_view();
    view! { <dl class="flex flex-col gap-1.5">{rows}</dl> }.into_any()
}

fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn rulings(all: &[Value]) -> AnyView {
    let rows = all
        .iter()
        .map(|ruling| {
            let passed = ruling.get("passed").and_then(Value::as_bool) == Some(true);
            let word = text(ruling, "rule");
            let label = word.parse::<domain::guardrail::Rule>().map_or(word, |rule| rule.label().to_owned());
            let (icon, class, said) =
                if passed { (Icon::Check, "text-good", "holds") } else { (Icon::Hand, "text-warn", "stopped it here") };
            view! {
                <li class="flex items-start gap-1.5">
                    <span class=format!("mt-0.5 {class}")><Icon icon=icon class="size-3.5"/></span>
                    <span class="min-w-0 break-words">
                        <span class="text-ink">{label}</span>
                        <span class="sr-only">{format!(": {said}. ")}</span>
                        <span class="ml-1.5 text-ink-3">{text(ruling, "note")}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="flex flex-col gap-1" aria-label="What the rules said">{rows}</ul> }.into_any()
}

fn passages(all: &[Value]) -> AnyView {
    if all.is_empty() {
        return view! { <p class="text-ink-3">"No passage fits."</p> }.into_any();
    }
    let rows = all
        .iter()
        .map(|passage| {
            let score = passage.get("score").and_then(Value::as_u64).unwrap_or_default();
            let body = text(passage, "text");
            // Traces of before reasons were kept have none.
            let reasons = passage.get("reasons").and_then(|r| Vec::deserialize(r).ok()).unwrap_or_default();
            view! {
                <li>
                    <span class="flex justify-between gap-2">
                        <span class="min-w-0 break-words text-ink">{text(passage, "title")}</span>
                        <span class="shrink-0 tabular-nums text-ink-3">{format!("{score} %")}</span>
                    </span>
                    <svg class="mt-0.5 block h-1 w-full rounded-full bg-surface-3" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="fill-good" width=score height="4"></rect>
                    </svg>
                    {(!body.is_empty()).then(|| view! { <p class="mt-1 line-clamp-4 text-ink-3">{body}</p> })}
                    <WhyFound reasons/>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="flex flex-col gap-1.5" aria-label="Passages found, best first">{rows}</ul> }.into_any()
}

/// A name and its value; amounts and words for people, everything else as JSON.
fn fact(name: &str, value: &Value) -> AnyView {
    let label = name.replace('_', " ");
    let (label, shown, is_code) = match value {
        Value::String(s) => (label, s.clone(), false),
        Value::Bool(b) => (label, if *b { "yes" } else { "no" }.to_owned(), false),
        Value::Number(n) if name.ends_with("_micros") => {
            let label = label.trim_end_matches(" micros").to_owned();
            (label, n.as_i64().map_or_else(|| n.to_string(), |n| Micros(n).show()), false)
        }
        Value::Number(n) => (label, n.to_string(), false),
        other => (label, serde_json::to_string_pretty(other).unwrap_or_default(), true),
    };
    let class = if is_code {
        "mt-0.5 max-h-48 overflow-auto whitespace-pre-wrap break-words rounded-sm bg-surface-2 p-1.5 font-mono text-2xs"
    } else {
        "whitespace-pre-wrap break-words text-ink"
    };
    view! {
        <div>
            <dt class="text-2xs text-ink-3">{label}</dt>
            <dd class=class>{shown}</dd>
        </div>
    }
    .into_any()
}

/// A length of time: milliseconds, from ten seconds on seconds.
pub fn millis(ms: u32) -> String {
    if ms < 10_000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}
