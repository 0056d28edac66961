//! The overview of one campaign: figures, how each step was passed, and what it waits for. Follows the data by itself.

use domain::campaign::{CampaignStatus, Counted, NodeProgress};
use domain::id::CampaignId;
use leptos::prelude::*;

use super::advice::{AdvicePanel, Asked, Ways};
use super::api::CampaignData;
use super::steps::Step;
use super::why::{Reason, reasons};
use crate::ui::{
    Badge, Button, Card, ChannelIcon, Column, Empty, Icon, LinkButton, Progress, Stat, Table, Td, Tone, Tr, Variant,
    When,
};

/// A share for people; nothing of nothing is a dash.
fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 { "–".to_owned() } else { format!("{}%", part * 100 / whole) }
}

/// The tab.
#[component]
pub fn Overview(
    /// The campaign, as it changes.
    data: RwSignal<CampaignData>,
    /// Opens the launch dialog.
    launching: RwSignal<bool>,
    /// Whether the operator may change things.
    may_write: bool,
    /// The question for advice.
    asked: Asked,
    /// Where advice leads to.
    ways: Ways,
) -> impl IntoView {
    let p = Memo::new(move |_| data.with(|d| d.progress.clone()));
    let figure = move |of: fn(&domain::campaign::Progress) -> i64| Signal::derive(move || p.with(of).to_string());
    let nothing =
        Memo::new(move |_| data.with(|d| d.progress.enrolled == 0 && d.campaign.status == CampaignStatus::Draft));
    let id = data.with_untracked(|d| d.campaign.id);
    view! {
        <div class="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
            <Stat label="People" icon=Icon::Users value=figure(|p| p.enrolled) href=format!("/campaigns/{id}?tab=people") hint=move || Some(p.with(|p| format!("{} under way", p.running)))/>
            <Stat label="Came to the end" icon=Icon::Flag value=figure(|p| p.done) href=format!("/campaigns/{id}?tab=people&status=done") hint=move || Some(p.with(|p| format!("{} stopped", p.stopped)))/>
            <Stat label="Replied" icon=Icon::Message value=figure(|p| p.replied) href=behind(id, Counted::Replied, None) hint=move || Some(p.with(|p| percent(p.replied, p.enrolled)))/>
            <Stat label="Sent" icon=Icon::Send value=figure(|p| p.sent) href=behind(id, Counted::Sent, None) hint=move || Some(p.with(|p| percent(p.sent, p.sent + p.not_sent + p.in_doubt)))/>
            <Stat label="Not sent" icon=Icon::Ban value=figure(|p| p.not_sent) href=behind(id, Counted::NotSent, None)/>
            <Stat label="In doubt" icon=Icon::Help value=figure(|p| p.in_doubt) href=behind(id, Counted::InDoubt, None)/>
        </div>
        <div class="mt-4 grid gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
            <Card title="Steps" subtitle="How people passed each step, as it happens" flush=true>
                {move || if nothing.get() {
                    let id = data.with_untracked(|d| d.campaign.id);
                    view! {
                        <Empty icon=Icon::Play title="Not launched yet" text="The figures of each step stand here once people go through it.">
                            <LinkButton href=format!("/campaigns/{id}/flow") icon=Icon::Branch>"Open the flow"</LinkButton>
                            {may_write.then(|| view! {
                                <Button variant=Variant::Primary icon=Icon::Play of="the campaign" on_click=move |_| launching.set(true)>"Launch"</Button>
                            })}
                        </Empty>
                    }
                    .into_any()
                } else {
                    view! { <StepTable data/> }.into_any()
                }}
            </Card>
            <Card title="What it waits for">
                <Why data/>
            </Card>
        </div>
        <div class="mt-4">
            <AdvicePanel data asked ways may_write/>
        </div>
    }
}

/// The list of the people behind a figure, of one step or of all.
fn behind(id: CampaignId, counted: Counted, step: Option<&str>) -> String {
    let step = step.map(|node| format!("&step={node}")).unwrap_or_default();
    format!("/campaigns/{id}?tab=people&counted={counted}{step}")
}

/// A step with its figures; steps that were removed from the drawing but were passed come last.
fn rows(data: &CampaignData) -> Vec<(Step, NodeProgress)> {
    let none =
        |node: &str| NodeProgress { node: node.to_owned(), entered: 0, here: 0, sent: 0, not_sent: 0, in_doubt: 0 };
    let of = |node: &str| data.nodes.iter().find(|n| n.node == node).cloned().unwrap_or_else(|| none(node));
    let removed = data.nodes.iter().filter(|n| !data.steps.iter().any(|s| s.node == n.node)).map(|n| Step {
        node: n.node.clone(),
        name: "A step that was removed".into(),
        detail: n.node.clone(),
        channel: None,
        kind: None,
    });
    data.steps.iter().cloned().chain(removed).map(|s| (s.clone(), of(&s.node))).collect()
}

/// How the calls of a step ended, in words.
fn call_ends(data: &CampaignData, node: &str) -> String {
    let of = data.calls.iter().filter(|(at, _, _)| at == node);
    of.map(|(_, end, n)| format!("{n} {}", end.label())).collect::<Vec<_>>().join(" · ")
}

#[component]
fn StepTable(data: RwSignal<CampaignData>) -> impl IntoView {
    let columns = vec![
        Column::new("Step"),
        Column::new("Entered"),
        Column::new("Here now").number(),
        Column::new("Sent").number(),
        Column::new("Not sent").number(),
        Column::new("In doubt").number(),
    ];
    let rows = Memo::new(move |_| data.with(rows));
    let nodes = Memo::new(move |_| rows.with(|r| r.iter().map(|(s, _)| s.clone()).collect::<Vec<_>>()));
    view! {
        <Table label="Steps" columns=columns cards=true>
            <For each=move || nodes.get() key=|step| (step.node.clone(), step.name.clone(), step.detail.clone()) let:step>
                {
                    let node = step.node.clone();
                    let figures = Memo::new(move |_| rows.with(|r| r.iter().find(|(s, _)| s.node == node).map(|(_, n)| n.clone())));
                    view! { <StepRow step figures data/> }
                }
            </For>
        </Table>
    }
}

#[component]
fn StepRow(step: Step, figures: Memo<Option<NodeProgress>>, data: RwSignal<CampaignData>) -> impl IntoView {
    let of = move |what: fn(&NodeProgress) -> i64| figures.with(|f| f.as_ref().map_or(0, what));
    let all = Signal::derive(move || data.with(|d| d.progress.enrolled));
    let entered = Signal::derive(move || of(|n| n.entered));
    let sends = step.channel.is_some();
    let id = data.with_untracked(|d| d.campaign.id);
    let place = StoredValue::new((step.node.clone(), step.name.clone()));
    let figure = move |what: fn(&NodeProgress) -> i64, counted: Counted, tone: Tone| {
        let (href, label) =
            place.with_value(|(node, name)| (behind(id, counted, Some(node)), format!("{name}, {}", counted.label())));
        // Only steps that send have these.
        let none = !sends && matches!(counted, Counted::Sent | Counted::NotSent | Counted::InDoubt);
        move || match of(what) {
            _ if none => view! { <span class="text-ink-3">"–"</span> }.into_any(),
            0 => view! { <span>"0"</span> }.into_any(),
            n => {
                let shown = if tone == Tone::Neutral {
                    n.into_any()
                } else {
                    view! { <Badge tone=tone>{n}</Badge> }.into_any()
                };
                view! {
                    <a href=href.clone() class="rounded-sm text-ink hover:underline">{shown}<span class="sr-only">" "{label.clone()}</span></a>
                }
                .into_any()
            }
        }
    };
    let icon = step.icon();
    let ends = {
        let node = step.node.clone();
        Memo::new(move |_| data.with(|d| call_ends(d, &node)))
    };
    let bar = format!("People who entered {}", step.name);
    view! {
        <Tr>
            <Td label="Step">
                <span class="flex min-w-0 items-center gap-2.5">
                    {match step.channel {
                        Some(channel) => view! { <ChannelIcon channel=channel/> }.into_any(),
                        None => view! { <span class="text-ink-3"><Icon icon=icon/></span> }.into_any(),
                    }}
                    <span class="min-w-0">
                        <span class="block text-ink">{step.name.clone()}</span>
                        {(!step.detail.is_empty()).then(|| view! { <span class="block truncate text-xs text-ink-3">{step.detail.clone()}</span> })}
                        {move || ends.with(|e| (!e.is_empty()).then(|| view! { <span class="block text-xs text-ink-3">{e.clone()}</span> }))}
                    </span>
                </span>
            </Td>
            <Td label="Entered">
                <div class="flex min-w-32 items-center gap-3">
                    <span class="w-10 shrink-0 tabular-nums text-ink">{figure(|n| n.entered, Counted::Entered, Tone::Neutral)}</span>
                    <div class="min-w-16 flex-1"><Progress done=entered of=all label=bar/></div>
                </div>
            </Td>
            <Td label="Here now" number=true>
                {figure(|n| n.here, Counted::Running, Tone::Info)}
            </Td>
            <Td label="Sent" number=true>{figure(|n| n.sent, Counted::Sent, Tone::Neutral)}</Td>
            <Td label="Not sent" number=true>{figure(|n| n.not_sent, Counted::NotSent, Tone::Bad)}</Td>
            <Td label="In doubt" number=true>{figure(|n| n.in_doubt, Counted::InDoubt, Tone::Warn)}</Td>
        </Tr>
    }
}

#[component]
fn Why(data: RwSignal<CampaignData>) -> impl IntoView {
    let said = Memo::new(move |_| data.with(reasons));
    view! {
        <ul class="space-y-3 text-sm" aria-label="What the campaign waits for">
            {move || {
                let said = said.get();
                if said.is_empty() {
                    return view! { <li class="text-ink-2">"Nothing holds it up: every step is taken as soon as it is due."</li> }.into_any();
                }
                said.into_iter()
                    .map(|Reason { tone, icon, sentence, next_at }| view! {
                        <li class="flex items-start gap-2.5">
                            <span class=format!("mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full {}", tone.soft())>
                                <Icon icon=icon class="size-3"/>
                            </span>
                            <span class="min-w-0 text-ink-2">
                                {sentence}
                                {next_at.map(|at| view! { <span class="block text-xs text-ink-3">"Next: "<When at=at due=true/></span> })}
                            </span>
                        </li>
                    })
                    .collect_view()
                    .into_any()
            }}
        </ul>
    }
}
