//! The page: figures, traffic, activity, next steps, the queue.

use leptos::prelude::*;

use super::activity::Feed;
use super::alerts::alerts;
use super::api::load_overview;
use super::data::Overview;
use super::plot::InOut;
use super::steps::Steps;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::*;

const LIVE: &[&str] = &[
    "agent",
    "budget",
    "campaign",
    "conversation",
    "lead",
    "leads",
    "message",
    "reply",
    "template",
    "user",
    "webhook",
];

/// The overview.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let me = use_me();
    let live = use_live_calm(LIVE);
    let overview = Resource::new(move || live.get(), |_| load_overview());
    let first = me.name.split_whitespace().next().unwrap_or_default().to_owned();
    let subtitle =
        if first.is_empty() { "How things stand.".to_owned() } else { format!("How things stand, {first}.") };
    let emulator = me.emulator;
    view! {
        <PageHead
            title="Overview".to_owned()
            subtitle=subtitle
            actions=move || view! {
                {emulator.then(|| view! { <LinkButton href="/phone" icon=Icon::Smartphone>"Phone"</LinkButton> })}
                <LinkButton href="/campaigns" variant=Variant::Primary icon=Icon::Megaphone>"Campaigns"</LinkButton>
            }
        />
        <Loaded resource=overview steady=true skeleton=skeleton let:overview>
            {content(overview)}
        </Loaded>
    }
}

fn skeleton() -> AnyView {
    let boxes = (0..8).map(|_| view! { <SkeletonBox class="h-26 w-full rounded-lg"/> }).collect_view();
    view! {
        <div class="grid grid-cols-2 gap-3 lg:grid-cols-4">{boxes}</div>
        <div class="mt-4"><SkeletonBox class="h-64 w-full rounded-lg"/></div>
    }
    .into_any()
}

fn content(o: Overview) -> impl IntoView {
    let (hours, activity) = (o.hours.clone(), o.activity.clone());
    let fresh = o.started_campaigns == 0 || o.agents == 0 || o.leads == 0 || o.templates == 0;
    view! {
        <div class="flex flex-col gap-4">
            {alerts(o.alarmed.clone(), o.spikes.clone())}
            {fresh.then(|| view! { <Steps overview=o.clone()/> })}
            {cards(&o)}
            <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
                <div class="flex min-w-0 flex-col gap-4">
                    <Card title="Messages" subtitle="Per hour, last 24 hours">
                        <InOut hours=hours/>
                    </Card>
                    {queue(&o)}
                </div>
                <Card title="Activity" flush=true>
                    <Feed activity=activity/>
                </Card>
            </div>
        </div>
    }
}

fn cards(o: &Overview) -> impl IntoView + use<> {
    let trend = |pick: fn(&(i64, i64)) -> i64| o.hours.iter().map(pick).collect::<Vec<_>>();
    let not_sent = match o.not_sent {
        0 => "last 24 hours".to_owned(),
        n => format!("last 24 hours, {n} not sent"),
    };
    let asked = match o.failed_requests {
        0 => format!("{} requests, last 30 days", o.requests),
        failed => format!("{} requests, {failed} failed, last 30 days", o.requests),
    };
    let doubt_tone = if o.in_doubt > 0 { Tone::Warn } else { Tone::Neutral };
    let doubt = if o.in_doubt > 0 { "settle them in the inbox" } else { "nothing to settle" };
    view! {
        <div class="grid grid-cols-2 gap-3 lg:grid-cols-4">
            <Stat label="Unread conversations" value=o.unread.to_string() hint=format!("{} held by people", o.with_human) icon=Icon::Inbox href="/inbox"/>
            <Stat label="Active campaigns" value=o.active_campaigns.to_string() hint=format!("of {}", o.campaigns) icon=Icon::Megaphone href="/campaigns"/>
            <Stat label="Messages sent" value=o.sent.to_string() hint=not_sent icon=Icon::Send trend=trend(|h| h.0) href="/inbox"/>
            <Stat label="Replies" value=o.received.to_string() hint="last 24 hours".to_owned() icon=Icon::Message trend=trend(|h| h.1) href="/inbox"/>
            <Stat label="Leads" value=o.leads.to_string() icon=Icon::Users href="/leads"/>
            <Stat label="Conversations" value=o.conversations.to_string() icon=Icon::Message href="/inbox"/>
            <Stat label="In doubt" value=o.in_doubt.to_string() hint=doubt.to_owned() tone=doubt_tone icon=Icon::Help href="/inbox"/>
            <Stat label="AI cost" value=o.cost.show() hint=asked icon=Icon::Dollar href="/settings/budgets"/>
        </div>
    }
}

fn queue(o: &Overview) -> impl IntoView + use<> {
    let (waiting, dead) = (o.waiting, o.dead);
    view! {
        <Card title="Work queue">
            <Facts>
                <Fact label="Waiting">{waiting}</Fact>
                <Fact label="Failed for good">
                    {if dead == 0 {
                        view! { <Badge tone=Tone::Good icon=Icon::Check>"None"</Badge> }.into_any()
                    } else {
                        view! { <Badge tone=Tone::Bad icon=Icon::Alert>{dead}</Badge> }.into_any()
                    }}
                </Fact>
            </Facts>
            {(dead > 0).then(|| view! {
                <p class="mt-2 text-xs text-ink-3">"Work that failed on every try stays in the "<a class="font-medium underline" href="/settings/work">"work list"</a>" and is not repeated by itself."</p>
            })}
        </Card>
    }
}
