//! An agent's tests: how each last came out, how far it can be trusted, all of them run at once, and what was expected of one that failed.
//! The same list stands in the console's Suite tab and in the agent's drawer.

use domain::id::{AgentId, SuiteRunId, TestId};
use domain::suite::{Gate, Suite, SuiteRun, SuiteStatus, TestDraft, TestRow};
use leptos::prelude::*;

use super::api::{delete_test, list_suite, run_suite, stop_suite};
use super::editor::{TestEditor, Writing};
use super::outcome::ResultDialog;
use crate::error::AppError;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::ui::{
    Badge, Banner, Button, Column, ConfirmDialog, Empty, FormError, Icon, LinkButton, Loaded, Menu, MenuItem, Money,
    Progress, Size, Skeleton, Table, Td, Tone, Tr, Variant, When, use_toasts,
};

/// The Tests section of an agent's drawer: list, last result, run all, and the way to the console.
#[component]
pub fn TestsSection(
    /// The agent.
    agent_id: AgentId,
    /// Loads a test's scene into the console, where there is one.
    #[prop(optional, into)]
    on_try: Option<Callback<TestDraft>>,
) -> impl IntoView {
    let live = use_live_calm(&["suite", "agent"]);
    let suite = Resource::new(move || live.get(), move |_| list_suite(agent_id));
    let writing = RwSignal::new(None::<Writing>);
    let deleting = RwSignal::new(None::<(TestId, String)>);
    let shown = RwSignal::new(None::<(SuiteRunId, TestId)>);
    let error = RwSignal::new(None::<AppError>);
    let toasts = use_toasts();
    let confirm = RwSignal::new(false);
    Effect::new(move |_| confirm.set(deleting.with(Option::is_some)));
    let delete = Action::new(move |test: &TestId| {
        let test = *test;
        async move {
            match delete_test(agent_id, test).await {
                Ok(()) => {
                    toasts.success("Test deleted.");
                    suite.refetch();
                }
                Err(e) => error.set(Some(e)),
            }
        }
    });
    let start = Action::new(move |version: &Option<i32>| {
        let version = *version;
        async move {
            match run_suite(agent_id, version).await {
                Ok(_) => {
                    error.set(None);
                    suite.refetch();
                }
                Err(e) => error.set(Some(e)),
            }
        }
    });
    let stop = Action::new(move |run: &SuiteRunId| {
        let run = *run;
        async move {
            match stop_suite(agent_id, run).await {
                Ok(_) => suite.refetch(),
                Err(e) => error.set(Some(e)),
            }
        }
    });
    let acts = Acts { agent_id, writing, deleting, shown, start, stop, on_try };
    view! {
        <div class="flex flex-col gap-4">
            <FormError error=move || error.get()/>
            <Loaded resource=suite steady=true skeleton=move || view! { <Skeleton rows=4/> } let:suite>
                <Head suite=suite.clone() acts/>
                <Rows suite acts/>
            </Loaded>
            <TestEditor agent=agent_id writing on_saved=move |()| suite.refetch()/>
            <ResultDialog agent=agent_id shown/>
            <ConfirmDialog
                open=confirm title="Delete this test?" confirm="Delete test" danger=true
                on_confirm=move |_| { if let Some((id, _)) = deleting.get_untracked() { delete.dispatch(id); } deleting.set(None); }
            >
                {move || deleting.with(|d| d.as_ref().map(|(_, name)| format!("“{name}” no longer runs. What came of it before stays.")))}
            </ConfirmDialog>
        </div>
    }
}

/// What can be done here.
#[derive(Clone, Copy)]
struct Acts {
    agent_id: AgentId,
    writing: RwSignal<Option<Writing>>,
    deleting: RwSignal<Option<(TestId, String)>>,
    shown: RwSignal<Option<(SuiteRunId, TestId)>>,
    start: Action<Option<i32>, ()>,
    stop: Action<SuiteRunId, ()>,
    on_try: Option<Callback<TestDraft>>,
}

/// What the tests say about the newest version, the run under way, and the buttons.
#[component]
fn Head(suite: Suite, acts: Acts) -> impl IntoView {
    let may_write = use_me().may_write();
    let (version, none) = (suite.version, suite.tests.is_empty());
    let running = suite.run.clone().filter(|r| r.status == SuiteStatus::Running);
    let busy = acts.start.pending();
    let cost =
        suite.tests.iter().filter_map(|t| t.last.as_ref()).fold(domain::money::Micros(0), |sum, l| sum + l.cost_micros);
    let (tone, title) = match &suite.gate {
        Gate::Ok { .. } => (Tone::Good, "Green"),
        Gate::Red { failing, .. } if failing.is_empty() => (Tone::Info, "Not run yet"),
        Gate::Red { .. } => (Tone::Bad, "Red"),
    };
    view! {
        // Without tests the empty list below says all there is to say.
        {(!none).then(|| view! {
            <Banner tone=tone title=title>
                {format!("Version {version}: {} ", suite.gate.sentence())}
                "A version is published only when its tests are green; an owner may overrule with a reason."
            </Banner>
        })}
        {running.clone().map(|run| view! { <Running run acts/> })}
        <div class="flex flex-wrap items-center gap-2">
            {may_write.then(|| view! {
                <Button
                    variant=Variant::Primary icon=Icon::Play busy=Signal::derive(move || busy.get()) disabled={none || running.is_some()}
                    on_click=move |_| { acts.start.dispatch(None); }
                >"Run all tests"</Button>
                <Button icon=Icon::Plus on_click=move |_| acts.writing.set(Some(Writing { id: None, draft: fresh() }))>"New test"</Button>
            })}
            {acts.on_try.is_none().then(|| view! {
                <LinkButton href=format!("/agents/{}/test?tab=suite", acts.agent_id) icon=Icon::External>"Open the Test Console"</LinkButton>
            })}
            {(!none).then(|| view! {
                <p class="ml-auto text-xs text-ink-3">"Last cost of all: "<Money amount=cost/></p>
            })}
        </div>
    }
}

/// A test to begin with.
fn fresh() -> TestDraft {
    TestDraft {
        channel: Some(domain::message::Channel::Sms),
        lead_name: "Ada Lovelace".into(),
        assertions: vec![domain::suite::Assertion::NotEscalated],
        ..TestDraft::default()
    }
}

#[component]
fn Running(run: SuiteRun, acts: Acts) -> impl IntoView {
    let (id, done, total) = (run.id, i64::from(run.done()), i64::from(run.total));
    let may_write = use_me().may_write();
    view! {
        <div class="flex items-center gap-3 rounded-md border border-line bg-surface-2 px-3 py-2.5">
            <div class="min-w-0 flex-1">
                <p class="mb-1.5 text-sm text-ink" role="status">
                    {format!("Running on version {}: {done} of {total}, {} failed", run.version, run.failed)}
                </p>
                <Progress done=Signal::stored(done) of=Signal::stored(total) label="Tests run"/>
            </div>
            {may_write.then(|| view! { <Button size=Size::Small icon=Icon::Ban on_click=move |_| { acts.stop.dispatch(id); }>"Stop the tests"</Button> })}
        </div>
    }
}

#[component]
fn Rows(suite: Suite, acts: Acts) -> impl IntoView {
    if suite.tests.is_empty() {
        return view! {
            <Empty
                icon=Icon::Check title="No tests yet"
                text="Try the agent in the Test Console. Press “Save as test” on an answer that is right, “Mark wrong” on one that is not: every change is held against them."
            >
                {acts.on_try.is_none().then(|| view! { <LinkButton href=format!("/agents/{}/test", acts.agent_id)>"Try the agent"</LinkButton> })}
            </Empty>
        }
        .into_any();
    }
    let columns = vec![
        Column::new("Test"),
        Column::new("Last result"),
        Column::new("Flakes").number().wide_only(),
        Column::new("Cost").number().wide_only(),
        Column::actions(),
    ];
    let rows = suite.tests.into_iter().map(|test| view! { <Row test acts/> }).collect_view();
    view! { <Table label="Tests" columns=columns cards=true>{rows}</Table> }.into_any()
}

#[component]
fn Row(test: TestRow, acts: Acts) -> impl IntoView {
    let me = use_me();
    let (id, name) = (test.id, test.draft.name.clone());
    let channel = test.draft.channel.map(|c| c.label());
    let flakes = test.flake_percent.map_or_else(|| "–".to_owned(), |p| format!("{p} %"));
    let last = test.last.clone();
    let open = last.clone().map(|last| {
        let (run, of) = (last.run_id, format!("of {name}"));
        view! {
            <Button size=Size::Small of=of on_click=move |_| acts.shown.set(Some((run, id)))>"Details"</Button>
        }
    });
    let note = Some(test.draft.note.clone()).filter(|note| !note.is_empty());
    let state = match &last {
        None => view! { <Badge>"Not run"</Badge> }.into_any(),
        Some(last) if last.is_stale => view! { <Badge tone=Tone::Neutral icon=Icon::Clock title="The test was changed since it ran.">"Changed since"</Badge> }.into_any(),
        Some(last) if last.passed => view! { <Badge tone=Tone::Good icon=Icon::Check>"Passed"</Badge> }.into_any(),
        Some(_) => view! { <Badge tone=Tone::Bad icon=Icon::X>"Failed"</Badge> }.into_any(),
    };
    let cost = last.as_ref().map(|l| l.cost_micros);
    let (edited, tried) = (test.draft.clone(), test.draft.clone());
    let (deleted, label) = (name.clone(), format!("Actions for {name}"));
    view! {
        <Tr>
            <Td label="Test">
                <span class="block min-w-0 break-words font-medium text-ink">{name}</span>
                <span class="mt-0.5 line-clamp-1 block text-xs text-ink-3">
                    {channel.map(|c| format!("{c}: "))}{format!("“{}”", test.draft.input)}
                </span>
                {note.map(|note| view! {
                    <span class="mt-0.5 line-clamp-2 block max-w-[60ch] break-words text-xs text-ink-2" title=note.clone()>{format!("Note: {note}")}</span>
                })}
            </Td>
            <Td label="Last result">
                <span class="flex flex-wrap items-center gap-2">
                    {state}
                    {last.map(|last| view! {
                        <span class="text-xs text-ink-3">{format!("v{} · {} ms · ", last.version, last.latency_ms)}<When at=last.at relative=true/></span>
                    })}
                    {open}
                </span>
            </Td>
            <Td label="Flakes" number=true wide_only=true>{flakes}</Td>
            <Td label="Cost" number=true wide_only=true>{cost.map(|cost| view! { <Money amount=cost/> })}</Td>
            <Td label="" on_top=true>
                {me.may_write().then(|| view! {
                    <Menu id=format!("test-{id}") label=label.clone() icon=Icon::More>
                        {acts.on_try.map(|on_try| view! {
                            <MenuItem icon=Icon::Play on_click=move || on_try.run(tried.clone())>"Try in the console"</MenuItem>
                        })}
                        <MenuItem icon=Icon::Edit on_click=move || acts.writing.set(Some(Writing { id: Some(id), draft: edited.clone() }))>"Edit test"</MenuItem>
                        <MenuItem icon=Icon::Trash disabled={!me.may_delete()} on_click=move || acts.deleting.set(Some((id, deleted.clone())))>"Delete test"</MenuItem>
                    </Menu>
                })}
            </Td>
        </Tr>
    }
}
