//! The work list: what waits, what is under way, and what failed on every try.

use domain::id::JobId;
use domain::work::{DeadJob, JobKind, Work, WorkKind};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{drop_job, load_work, retry_job};
use super::{SettingsTabs, may_manage};
use crate::live::use_live_calm;
use crate::shell::PageHead;
use crate::ui::*;

/// What somebody wants done with a dead job.
type Ask = Callback<(JobId, JobKind)>;

/// `/settings/work`
#[component]
pub fn WorkPage() -> impl IntoView {
    // Work is done for these; when one of them moves, so has the list.
    let live = use_live_calm(&[
        "job",
        "message",
        "conversation",
        "campaign",
        "leads",
        "knowledge",
        "suite",
        "template",
        "reply",
    ]);
    let work = Resource::new(move || live.get(), |_| load_work());
    let (asking, dropping) = (RwSignal::new(false), RwSignal::new(None::<(JobId, JobKind)>));
    let toasts = use_toasts();
    let may = may_manage();
    let retry: Ask = Callback::new(move |(id, kind): (JobId, JobKind)| {
        spawn_local(async move {
            match retry_job(id).await {
                Ok(()) => toasts.success(format!("{} is tried again.", kind.label())),
                Err(error) => toasts.error(error.to_string()),
            }
            work.refetch();
        });
    });
    let give_up: Ask = Callback::new(move |job: (JobId, JobKind)| {
        dropping.set(Some(job));
        asking.set(true);
    });
    let drop_it = move |()| {
        let Some((id, kind)) = dropping.get_untracked() else { return };
        spawn_local(async move {
            match drop_job(id).await {
                Ok(()) => toasts.success(format!("{} is given up.", kind.label())),
                Err(error) => toasts.error(error.to_string()),
            }
            work.refetch();
        });
    };
    view! {
        <PageHead
            title="Work"
            subtitle=Some("What the workers have to do for this workspace: messages, answers, steps of campaigns, documents. What fails is repeated with growing pauses; what fails on every try stays below.".to_owned())
            actions=move || view! { <Button icon=Icon::Refresh on_click=move |_| work.refetch()>"Refresh"</Button> }
        />
        <SettingsTabs current="work"/>
        <div class="mt-4">
            <Loaded resource=work steady=true let:work>
                <List work may retry give_up/>
            </Loaded>
        </div>
        <ConfirmDialog
            open=asking
            title=move || dropping.with(|d| d.map_or_else(String::new, |(_, kind)| format!("Give up: {}?", kind.label())))
            confirm="Give up"
            danger=true
            on_confirm=drop_it
        >
            "It is gone from this list and never tried again. What it was for stays as it is."
        </ConfirmDialog>
    }
}

#[component]
fn List(work: Work, may: bool, retry: Ask, give_up: Ask) -> impl IntoView {
    let under_way: i64 = work.kinds.iter().map(|k| k.under_way).sum();
    let waiting: i64 = work.kinds.iter().map(|k| k.waiting).sum();
    let dead: i64 = work.kinds.iter().map(|k| k.dead).sum();
    let (late, tone) = (work.late, if dead > 0 { Tone::Bad } else { Tone::Neutral });
    let workers = format!("a worker does {} at a time", work.at_a_time);
    view! {
        <div class="flex flex-col gap-4">
            {(late > 0).then(|| view! {
                <Banner tone=Tone::Warn title="Work is late">
                    {format!("{late} should have begun more than a minute ago, or broke off and waits anew. Look whether a worker runs, and into its log.")}
                </Banner>
            })}
            <div class="grid grid-cols-1 gap-3 sm:grid-cols-3">
                <Stat label="Waiting" value=waiting.to_string() hint="for their time, or for a worker".to_owned()/>
                <Stat label="Under way" value=under_way.to_string() hint=workers/>
                <Stat label="Failed for good" value=dead.to_string() tone=tone/>
            </div>
            {work.last_taken_at.map(|at| view! {
                <p class="text-xs text-ink-3">"A worker last took something that is still under way "<When at=at relative=true/>"."</p>
            })}
            {if work.kinds.is_empty() {
                view! {
                    <Card flush=true>
                        <Empty icon=Icon::Check title="Nothing to do" text="No work waits, none is under way, and none has failed."/>
                    </Card>
                }
                .into_any()
            } else {
                view! { <Kinds kinds=work.kinds/> }.into_any()
            }}
            {(!work.dead.is_empty()).then(|| view! { <Dead jobs=work.dead may retry give_up/> })}
        </div>
    }
}

#[component]
fn Kinds(kinds: Vec<WorkKind>) -> impl IntoView {
    let columns = vec![
        Column::new("Kind"),
        Column::new("Waiting").number(),
        Column::new("Under way").number(),
        Column::new("Failed for good").number(),
        Column::new("Oldest that waits"),
    ];
    view! {
        <Card flush=true>
            <Table label="Kinds of work" columns=columns cards=true>
                {kinds.into_iter().map(|k| view! {
                    <Tr>
                        <Td label="Kind"><span class="font-medium text-ink">{k.kind.label()}</span></Td>
                        <Td label="Waiting" number=true>{k.waiting}</Td>
                        <Td label="Under way" number=true>{k.under_way}</Td>
                        <Td label="Failed for good" number=true>{k.dead}</Td>
                        <Td label="Oldest that waits">
                            {match k.oldest_at {
                                Some(at) => view! { <When at=at relative=true/> }.into_any(),
                                None => view! { <span class="text-ink-3">"none"</span> }.into_any(),
                            }}
                        </Td>
                    </Tr>
                }).collect_view()}
            </Table>
        </Card>
    }
}

#[component]
fn Dead(jobs: Vec<DeadJob>, may: bool, retry: Ask, give_up: Ask) -> impl IntoView {
    let rows = jobs
        .into_iter()
        .map(|job| {
            let (id, kind) = (job.id, job.kind);
            let name = kind.label();
            let tried = if job.attempts == 1 { "tried once".to_owned() } else { format!("tried {} times", job.attempts) };
            view! {
                <li class="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
                    <div class="min-w-0 flex-1 basis-64">
                        <p class="flex flex-wrap items-baseline gap-x-2 text-sm">
                            <span class="font-medium text-ink">{name}</span>
                            <span class="text-xs text-ink-3">{tried}", queued "<When at=job.created_at relative=true/></span>
                        </p>
                        <p class="mt-1 break-words text-xs text-ink-2">{job.error}</p>
                        {(!kind.may_try_again()).then(|| view! {
                            <p class="mt-1 text-xs text-ink-3">"The message is marked as failed. Write it again in its conversation."</p>
                        })}
                    </div>
                    {may.then(|| view! {
                        <span class="flex gap-2">
                            {kind.may_try_again().then(|| view! {
                                <Button size=Size::Small icon=Icon::Refresh of=name on_click=move |_| retry.run((id, kind))>"Try again"</Button>
                            })}
                            <Button size=Size::Small of=name on_click=move |_| give_up.run((id, kind))>"Give up"</Button>
                        </span>
                    })}
                </li>
            }
        })
        .collect_view();
    view! {
        <Card title="Failed for good" subtitle="Tried again and again, and failed each time" flush=true>
            <ul class="divide-y divide-line" aria-label="Failed for good">{rows}</ul>
        </Card>
    }
}
