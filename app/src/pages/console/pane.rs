//! The third column: the trace of the chosen reply, and what the newest answer took.

use domain::agent::Provider;
use domain::turn::{Figures, TraceStep};
use leptos::prelude::*;

use super::lane::sum;
use super::state::Console;
use super::trace::Timeline;
use crate::pages::agents::ScriptedMark;
use crate::ui::{Button, Card, Icon, Money, Size, Stat};

/// See the head of this file.
#[component]
pub fn TracePane(
    /// The console's state.
    console: Console,
) -> impl IntoView {
    view! {
        <Steps console/>
        <Numbers console/>
    }
}

/// What the newest answer took, and all of them together.
#[component]
fn Numbers(console: Console) -> impl IntoView {
    let last = Memo::new(move |_| console.shown_lane().last());
    // A handed-over answer took nothing; the figures of the one before it would be wrong here.
    let unasked =
        Memo::new(move |_| last.with(Option::is_none) && console.shown_lane().transcript.with(sum).answers > 0);
    let total = Memo::new(move |_| console.shown_lane().transcript.with(sum));
    let shown = move |read: fn(&Figures) -> String| {
        Signal::derive(move || last.with(|f| f.as_ref().map_or_else(|| "–".to_owned(), read)))
    };
    view! {
        <aside class="shrink-0" aria-label="Figures">
            <Card title="Last answer">
                <div class="grid grid-cols-2 gap-3">
                    <Stat label="Latency" value=shown(|f| format!("{} ms", f.latency_ms))/>
                    <Stat label="First token" value=shown(|f| format!("{} ms", f.first_token_ms))/>
                    <Stat label="Tokens in" value=shown(|f| f.tokens_prompt.to_string())/>
                    <Stat label="Tokens out" value=shown(|f| f.tokens_completion.to_string())/>
                    <div class="col-span-2"><Stat label="Cost" value=shown(|f| f.cost_micros.show())/></div>
                </div>
                <Show when=move || unasked.get()>
                    <p class="mt-3 text-xs text-ink-3">"No model was asked for this one."</p>
                </Show>
                {move || last.get().map(|figures| view! { <Model figures/> })}
                <p class="mt-3 border-t border-line pt-2 text-xs text-ink-3">
                    {move || {
                        let sum = total.get();
                        format!("This conversation: {} {}, {} tokens, ", sum.answers, if sum.answers == 1 { "answer" } else { "answers" }, sum.tokens)
                    }}
                    {move || view! { <Money amount=total.get().cost/> }}
                </p>
            </Card>
        </aside>
    }
}

/// Which model answered, and which failed before it.
#[component]
fn Model(figures: Figures) -> impl IntoView {
    let is_scripted = figures.model.provider == Provider::Scripted;
    let failed = (!figures.fallbacks.is_empty()).then(|| {
        view! {
            <div>
                <p class="text-xs font-medium text-warn">"Failed before it"</p>
                <ul class="mt-1 flex list-disc flex-col gap-1 pl-4 text-xs text-ink-2">
                    {figures.fallbacks.iter().map(|reason| view! { <li class="break-words">{reason.clone()}</li> }).collect_view()}
                </ul>
            </div>
        }
    });
    let none = failed.is_none().then(|| view! { <p class="text-xs text-ink-3">"No fallback was needed."</p> });
    view! {
        <div class="mt-3 flex flex-col gap-1.5 border-t border-line pt-2.5 text-sm">
            <p class="flex flex-wrap items-center gap-2">
                <span class="text-ink-3">"Answered by"</span>
                <span class="break-all font-mono text-xs text-ink">{figures.model.to_string()}</span>
                {is_scripted.then(|| view! { <ScriptedMark/> })}
            </p>
            {failed}
            {none}
        </div>
    }
}

/// The steps of the chosen reply.
#[component]
fn Steps(console: Console) -> impl IntoView {
    let at = Memo::new(move |_| console.shown.get().1.or_else(|| console.shown_lane().last_reply()));
    let steps = Memo::new(move |_| -> Vec<TraceStep> {
        let Some(at) = at.get() else { return vec![] };
        console.shown_lane().transcript.with(|t| t.lines.get(at).map(|l| l.trace.clone()).unwrap_or_default())
    });
    let asked = Memo::new(move |_| {
        let at = at.get()?;
        console.shown_lane().transcript.with(|t| t.lines.get(at.checked_sub(1)?).map(|l| l.text.clone()))
    });
    let is_chosen = move || console.shown.get().1.is_some();
    let is_empty = Memo::new(move |_| steps.with(Vec::is_empty));
    view! {
        <section
            class="scroll-my-16 rounded-lg border border-line bg-surface p-3.5 outline-none"
            aria-label="Trace" id="console-trace" tabindex="-1"
        >
            <div class="mb-2 flex flex-wrap items-center gap-2">
                <h2 class="text-sm font-semibold text-ink">
                    {move || if console.compare.get() { format!("Trace of {}", console.shown_lane().name) } else { "Trace".to_owned() }}
                </h2>
                <Show when=is_chosen>
                    <Button size=Size::Small on_click=move |_| console.shown.update(|s| s.1 = None)>"Newest reply"</Button>
                </Show>
                <Show when=move || console.compare.get()>
                    <span class="ml-auto flex gap-1">
                        <Button size=Size::Small on_click=move |_| console.shown.set((false, None))>"A"</Button>
                        <Button size=Size::Small on_click=move |_| console.shown.set((true, None))>"B"</Button>
                    </span>
                </Show>
            </div>
            {move || asked.get().map(|text| view! {
                <p class="mb-2 line-clamp-2 break-words text-xs text-ink-3">"In answer to: “"{text}"”"</p>
            })}
            <Show
                when=move || !is_empty.get()
                fallback=|| view! {
                    <p class="flex items-start gap-2 text-xs text-ink-3">
                        <Icon icon=Icon::Activity class="mt-0.5 size-3.5"/>
                        "What the agent does stands here step by step: the rules, the tools, what it found, which model answered, what was decided."
                    </p>
                }
            >
                <Timeline steps/>
            </Show>
        </section>
    }
}
