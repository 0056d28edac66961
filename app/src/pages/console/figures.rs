//! What answers took: the newest one in full, all of them in sum.

use domain::agent::Provider;
use domain::turn::Figures;
use leptos::prelude::*;

use super::state::{Console, sum};
use crate::pages::agents::ScriptedMark;
use crate::ui::{Card, Fact, Facts, Money, Stat};

/// The right side of the console.
#[component]
pub fn FiguresPane(
    /// The console's state.
    console: Console,
) -> impl IntoView {
    let last = Memo::new(move |_| console.last());
    let total = Memo::new(move |_| console.transcript.with(sum));
    let shown = move |read: fn(&Figures) -> String| {
        Signal::derive(move || last.with(|f| f.as_ref().map_or_else(|| "–".to_owned(), read)))
    };
    view! {
        <aside class="flex min-w-0 flex-col gap-4" aria-label="Figures">
            <Card title="Last answer">
                <div class="grid grid-cols-2 gap-3">
                    <Stat label="Latency" value=shown(|f| format!("{} ms", f.latency_ms))/>
                    <Stat label="First token" value=shown(|f| format!("{} ms", f.first_token_ms))/>
                    <Stat label="Tokens in" value=shown(|f| f.tokens_prompt.to_string())/>
                    <Stat label="Tokens out" value=shown(|f| f.tokens_completion.to_string())/>
                    <div class="col-span-2">
                        <Stat label="Cost" value=shown(|f| f.cost_micros.show())/>
                    </div>
                </div>
                {move || last.get().map(|figures| view! { <Model figures/> })}
            </Card>
            <Card title="This conversation">
                <Facts>
                    <Fact label="Answers">{move || total.get().answers}</Fact>
                    <Fact label="Tokens">{move || total.get().tokens}</Fact>
                    <Fact label="Cost">{move || view! { <Money amount=total.get().cost/> }}</Fact>
                </Facts>
            </Card>
        </aside>
    }
}

/// Which model answered, and which failed before it.
#[component]
fn Model(figures: Figures) -> impl IntoView {
    let is_scripted = figures.model.provider == Provider::Scripted;
    view! {
        <div class="mt-4 flex flex-col gap-2 border-t border-line pt-3 text-sm">
            <p class="flex flex-wrap items-center gap-2">
                <span class="text-ink-3">"Answered by"</span>
                <span class="break-all font-mono text-xs text-ink">{figures.model.to_string()}</span>
                {is_scripted.then(|| view! { <ScriptedMark/> })}
            </p>
            {if figures.fallbacks.is_empty() {
                view! { <p class="text-xs text-ink-3">"No fallback was needed."</p> }.into_any()
            } else {
                view! {
                    <div>
                        <p class="text-xs font-medium text-warn">"Failed before it"</p>
                        <ul class="mt-1 flex list-disc flex-col gap-1 pl-4 text-xs text-ink-2">
                            {figures.fallbacks.into_iter().map(|reason| view! { <li class="break-words">{reason}</li> }).collect_view()}
                        </ul>
                    </div>
                }
                .into_any()
            }}
        </div>
    }
}
