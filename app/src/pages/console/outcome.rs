//! What was expected of a test and what came, side by side, with the trace of the turn.

use domain::id::{AgentId, SuiteRunId, TestId};
use domain::suite::TestResult;
use leptos::prelude::*;

use super::api::suite_report;
use super::trace::Timeline;
use crate::error::AppError;
use crate::ui::{Badge, Dialog, Fact, Facts, Icon, Loaded, Money, Skeleton, Tone, When};

/// The window; open while a result is chosen.
#[component]
pub fn ResultDialog(
    /// The agent.
    agent: AgentId,
    /// The run and the test; none closes the window.
    shown: RwSignal<Option<(SuiteRunId, TestId)>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(shown.with(Option::is_some)));
    view! {
        <Dialog open=open title="Expected and actual" wide=true on_close=move |()| shown.set(None)>
            {move || shown.get().map(|(run, test)| view! { <Content agent run test/> })}
        </Dialog>
    }
}

#[component]
fn Content(agent: AgentId, run: SuiteRunId, test: TestId) -> impl IntoView {
    let result = Resource::new(
        || (),
        move |()| async move {
            let report = suite_report(agent, run).await?;
            report.results.into_iter().find(|r| r.test_id == test).ok_or(AppError::NotFound)
        },
    );
    view! {
        <Loaded resource=result skeleton=move || view! { <Skeleton rows=5/> } let:result>
            <Compared result/>
        </Loaded>
    }
}

#[component]
fn Compared(result: TestResult) -> impl IntoView {
    let report = result.report;
    let (tone, icon, word) = match result.passed {
        true => (Tone::Good, Icon::Check, "Passed"),
        false => (Tone::Bad, Icon::X, "Failed"),
    };
    let checks = report
        .checks
        .into_iter()
        .map(|check| {
            let (icon, class, said) =
                if check.passed { (Icon::Check, "text-good", "Held") } else { (Icon::X, "text-bad", "Broken") };
            let row = if check.passed { "border-line" } else { "border-bad-line bg-bad-soft" };
            view! {
                <li class=format!("grid gap-x-4 gap-y-1 rounded-md border px-3 py-2 text-sm sm:grid-cols-2 {row}")>
                    <p class="flex min-w-0 items-start gap-2">
                        <span class=format!("mt-0.5 {class}")><Icon icon=icon/></span>
                        <span class="sr-only">{format!("{said}. Expected: ")}</span>
                        <span class="min-w-0 break-words text-ink">{check.expected}</span>
                    </p>
                    <p class="min-w-0 whitespace-pre-wrap break-words text-ink-2">
                        <span class="sr-only">"Actual: "</span>
                        {check.actual}
                    </p>
                </li>
            }
        })
        .collect_view();
    let output = report.output.into_iter().map(|text| {
        view! { <p class="whitespace-pre-wrap break-words rounded-lg bg-surface-3 px-3 py-2 text-sm text-ink">{text}</p> }
    });
    let trace = report.trace;
    let judge = report.judged.and_then(|j| j.model).map(|m| m.to_string());
    let model = report.figures.map(|f| f.model.to_string());
    view! {
        <div class="flex flex-col gap-4">
            <div class="flex flex-wrap items-center gap-2">
                <Badge tone=tone icon=icon>{word}</Badge>
                <span class="font-medium text-ink">{report.test.name}</span>
                <span class="text-xs text-ink-3"><When at=result.at relative=true/></span>
            </div>
            {(!report.test.note.is_empty()).then(|| view! {
                <p class="whitespace-pre-wrap break-words text-sm text-ink-2">{format!("Note: {}", report.test.note)}</p>
            })}
            <section aria-label="What the lead said">
                <h3 class="mb-1 text-xs font-medium text-ink-3">"The lead said"</h3>
                <p class="whitespace-pre-wrap break-words text-sm text-ink">{report.test.input}</p>
            </section>
            <section aria-label="Expected and actual">
                <div class="mb-1 hidden gap-4 px-3 text-xs font-medium text-ink-3 sm:grid sm:grid-cols-2" aria-hidden="true">
                    <span class="pl-6">"Expected"</span><span>"Actual"</span>
                </div>
                {report.error.map(|why| view! {
                    <p class="mb-2 rounded-md border border-bad-line bg-bad-soft px-3 py-2 text-sm text-bad" role="alert">{format!("No answer: {why}")}</p>
                })}
                <ul class="flex flex-col gap-1.5">{checks}</ul>
            </section>
            <section aria-label="What the person would have got">
                <h3 class="mb-1 text-xs font-medium text-ink-3">"What the person would have got"</h3>
                <div class="flex flex-col gap-1.5">{output.collect_view()}</div>
            </section>
            <Facts>
                {model.map(|model| view! { <Fact label="Answered by">{model}</Fact> })}
                {judge.map(|model| view! { <Fact label="Judged by">{model}</Fact> })}
                <Fact label="Latency">{format!("{} ms", result.latency_ms)}</Fact>
                <Fact label="Cost"><Money amount=result.cost_micros/></Fact>
            </Facts>
            <section aria-label="Trace of the test">
                <h3 class="mb-1 text-xs font-medium text-ink-3">"Trace"</h3>
                <Timeline steps=Signal::stored(trace)/>
            </section>
        </div>
    }
}
