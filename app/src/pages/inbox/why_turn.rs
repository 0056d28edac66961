//! The turn behind a message: version, model and what it took, rules, passages, tools, steps, what the model was told.

use domain::turn::{ModelCall, Outcome, TurnRecord};
use leptos::prelude::*;

use crate::pages::turns::{PassageList, RulingList, ToolList, TraceList};
use crate::ui::*;

/// The sections of a turn.
#[component]
pub(super) fn TurnSections(
    /// The turn.
    turn: TurnRecord,
) -> impl IntoView {
    let agent = turn.agent_id.map(|id| format!("/agents?edit={id}"));
    let version = turn.version.map_or_else(|| "not saved".to_owned(), |n| format!("version {n}"));
    let cost = turn.cost();
    let tokens: u32 = turn.calls.iter().fold(0, |sum, c| sum.saturating_add(c.tokens_prompt + c.tokens_completion));
    let changed = matches!(&turn.outcome, Outcome::Sent { parts, .. } if parts.join("\n\n") != turn.said);
    let said = (changed && !turn.said.is_empty()).then(|| turn.said.clone());
    let handover = match &turn.outcome {
        Outcome::Escalated { handover } => Some(handover.clone()),
        Outcome::Sent { .. } | Outcome::Failed { .. } => None,
    };
    view! {
        <div class="space-y-5">
            {handover.map(|h| view! {
                <Banner tone=Tone::Warn title="Handed over to a human">
                    {format!("{}: {}", h.reason.label(), h.evidence)}
                </Banner>
            })}
            <Section title="The turn">
                <Facts>
                    <Fact label="Agent">
                        {match agent {
                            Some(href) => view! { <a class="text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=href>{turn.draft.name.clone()}</a> }.into_any(),
                            None => turn.draft.name.clone().into_any(),
                        }}
                        {format!(", {version}")}
                    </Fact>
                    <Fact label="Answered by">{turn.figures.as_ref().map_or_else(|| "No model was asked".to_owned(), |f| f.model.to_string())}</Fact>
                    <Fact label="Sentiment">{turn.sentiment.map_or_else(|| "Not read".to_owned(), |s| format!("{s} of 100"))}</Fact>
                    <Fact label="Tokens">{tokens}</Fact>
                    <Fact label="Cost"><Money amount=cost/></Fact>
                    <Fact label="Time">{format!("{} ms", turn.duration_ms)}</Fact>
                </Facts>
            </Section>
            {said.map(|said| view! {
                <Section title="What the model said, before it was put into form">
                    <p class="whitespace-pre-wrap break-words text-sm text-ink-2">{said}</p>
                </Section>
            })}
            <Section title="Models, in the order they were asked"><Calls calls=turn.calls/></Section>
            <Section title="Rules">
                {match turn.rulings.is_empty() {
                    true => view! { <Nothing text="No answer was judged."/> }.into_any(),
                    false => view! { <RulingList rulings=turn.rulings/> }.into_any(),
                }}
            </Section>
            <Section title="Passages from the knowledge">
                {match turn.passages.is_empty() {
                    true => view! { <Nothing text="No passage was used."/> }.into_any(),
                    false => view! { <PassageList passages=turn.passages/> }.into_any(),
                }}
            </Section>
            <Section title="Tools">
                {match turn.tools.is_empty() {
                    true => view! { <Nothing text="No tool ran."/> }.into_any(),
                    false => view! { <ToolList tools=turn.tools/> }.into_any(),
                }}
            </Section>
            <Section title="Step by step"><TraceList steps=turn.trace whole_ms=turn.duration_ms/></Section>
            {(!turn.system.is_empty()).then(|| view! {
                <details>
                    <summary class="cursor-pointer text-xs font-semibold text-ink-2 hover:text-ink">"What the model was told"</summary>
                    <pre class="mt-2 max-h-96 overflow-auto whitespace-pre-wrap break-words rounded-md bg-surface-2 p-3 font-mono text-2xs text-ink-2">{turn.system}</pre>
                </details>
            })}
        </div>
    }
}

#[component]
fn Section(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section>
            <h3 class="mb-1.5 text-xs font-semibold text-ink-2">{title}</h3>
            {children()}
        </section>
    }
}

#[component]
fn Nothing(text: &'static str) -> impl IntoView {
    view! { <p class="text-sm text-ink-3">{text}</p> }
}

/// The calls to models, failed ones too: the fallback path.
#[component]
fn Calls(calls: Vec<ModelCall>) -> impl IntoView {
    if calls.is_empty() {
        return view! { <Nothing text="No model was asked: a rule decided before that."/> }.into_any();
    }
    let row = |call: ModelCall| {
        let ok = call.outcome == "ok";
        let (icon, tone) = if ok { (Icon::Check, "text-good") } else { (Icon::X, "text-bad") };
        view! {
            <li class="flex items-start gap-2 py-1.5 text-sm">
                <span class=format!("mt-0.5 {tone}")><Icon icon=icon/></span>
                <span class="min-w-0 flex-1 break-words">
                    <span class="break-all font-mono text-xs text-ink">{call.model.to_string()}</span>
                    {call.reason.map(|reason| view! { <span class="block text-xs text-ink-3">{reason}</span> })}
                </span>
                <span class="shrink-0 text-right text-2xs tabular-nums text-ink-3">
                    {format!("{} ms", call.latency_ms)}<br/>
                    {format!("{}{} + {} tokens", if call.estimated { "about " } else { "" }, call.tokens_prompt, call.tokens_completion)}
                </span>
            </li>
        }
    };
    view! { <ol class="divide-y divide-line">{calls.into_iter().map(row).collect_view()}</ol> }.into_any()
}
