//! The list of conversations: tabs, queues, rows.

use domain::conversation::{Conversation, ConversationStatus, Owner};
use domain::guardrail::Priority;
use domain::intent::Intent;
use domain::message::{Direction, Status};
use domain::sentiment::Trend;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::data::{Counts, InboxList};
use super::owner::WAITS;
use super::page::Desk;
use super::place::Place;
use super::reading::sure;
use crate::session::use_me;
use crate::ui::*;

/// Everything below the search.
#[component]
pub(super) fn List(
    /// What was found.
    found: InboxList,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let place = desk.place.get_untracked();
    let InboxList { page, counts } = found;
    let pager = place.clone();
    let rows = page.items.into_iter().map(|conversation| row(conversation, desk)).collect_view();
    let (total, at, pages) = (page.total, page.page, page.total_pages);
    view! {
        {tabs(&place, &counts, desk)}
        <div id="conversation-list" class="min-h-0 flex-1 overflow-y-auto">
            {if total == 0 {
                view! { <Nothing anything={counts.anything || place.is_narrowed()}/> }.into_any()
            } else {
                view! { <ul class="divide-y divide-line" aria-label="Conversations">{rows}</ul> }.into_any()
            }}
            {(pages > 1).then(|| view! {
                <div class="border-t border-line px-3 py-2">
                    <Pager page=at total_pages=pages total=total href=move |page: i64| Place { page, ..pager.clone() }.href()/>
                </div>
            })}
        </div>
    }
}

fn tabs(place: &Place, counts: &Counts, desk: Desk) -> impl IntoView + use<> {
    let tab = |key: &str, label: &str, unread: i64| {
        let tab = Tab::new(if key.is_empty() { "all" } else { key }, label).href(place.on_channel(key).href());
        if unread > 0 { tab.count(unread) } else { tab }
    };
    let channels = vec![
        tab("", "All", counts.unread()),
        tab("sms", "SMS", counts.sms),
        tab("whatsapp", "WhatsApp", counts.whatsapp),
        tab("voice", "Voice", counts.voice),
    ];
    let channel = Signal::derive(move || {
        desk.place.with(|p| if p.channel.is_empty() { "all".into() } else { p.channel.clone() })
    });
    let queue = |key: &'static str, label: &'static str, count: i64| {
        let here = move || desk.place.with(|p| p.owner == key).then_some("page");
        view! {
            <a
                href=place.in_queue(key).href()
                aria-current=here
                data-noscroll="true"
                class="inline-flex h-7 items-center gap-1.5 whitespace-nowrap rounded-md px-2 text-xs font-medium text-ink-2 transition-colors \
                       hover:bg-surface-3 aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-text pointer-coarse:h-9"
            >
                {label}
                <span class="text-2xs text-ink-3">{count}</span>
            </a>
        }
    };
    let state = |key: &'static str, label: &'static str| {
        let here = move || desk.place.with(|p| p.status == key).then_some("page");
        view! {
            <a
                href=place.in_state(key).href()
                aria-current=here
                data-noscroll="true"
                class="inline-flex h-7 items-center whitespace-nowrap rounded-md px-2 text-xs font-medium text-ink-2 transition-colors \
                       hover:bg-surface-3 aria-[current=page]:bg-surface-3 aria-[current=page]:text-ink pointer-coarse:h-9"
            >
                {label}
            </a>
        }
    };
    view! {
        <div class="px-4 pt-1"><TabLinks label="Channel" items=channels current=channel/></div>
        <nav aria-label="Queue" class="flex flex-wrap gap-x-1 border-b border-line px-3 py-1.5">
            {queue("", "All", counts.conversations)}
            {queue("escalated", WAITS, counts.escalated)}
            {queue("ai", "AI handling", counts.ai)}
            {queue("mine", "Mine", counts.mine)}
            {queue("human", "Human", counts.human)}
        </nav>
        <div class="flex items-center gap-2 border-b border-line px-3 py-1.5">
            {intents(desk)}
            <span class="ml-auto flex gap-1" role="group" aria-label="State">{state("", "Open")}{state("closed", "Closed")}</span>
        </div>
    }
}

/// Narrows to those who want one thing.
fn intents(desk: Desk) -> impl IntoView {
    let options: Vec<Choice> = std::iter::once(Choice::new("", "Any intent"))
        .chain(Intent::ALL.iter().map(|intent| Choice::new(intent.as_str(), intent.label())))
        .collect();
    let navigate = use_navigate();
    let chosen = Signal::derive(move || desk.place.with(|p| p.intent.clone()));
    let narrow = move |intent: String| {
        navigate(
            &desk.place.get_untracked().wanting(&intent).href(),
            NavigateOptions { scroll: false, ..NavigateOptions::default() },
        );
    };
    view! { <Select value=chosen on_change=narrow options=options id="inbox-intent" label="Intent" narrow=true/> }
}

/// One conversation. The whole row is one link, so that the arrow keys have one stop per row.
fn row(c: Conversation, desk: Desk) -> impl IntoView {
    let id = c.id;
    let here = move || desk.place.with(|p| p.open.as_deref() == Some(id.to_string().as_str())).then_some("true");
    let href = desk.place.get_untracked().opening(Some(id)).href();
    let unread = c.unread > 0;
    let (name_class, line_class) = if unread {
        ("min-w-0 truncate text-sm font-semibold text-ink", "min-w-0 flex-1 truncate text-xs font-medium text-ink")
    } else {
        ("min-w-0 truncate text-sm font-medium text-ink", "min-w-0 flex-1 truncate text-xs text-ink-3")
    };
    let owner = match c.owner {
        // The mark beside it says why.
        _ if c.opted_out => (Icon::Ban, "text-ink-3", "Nobody writes to them".to_owned()),
        Owner::Ai if c.waits_for_human() => (Icon::Hand, "text-bad", WAITS.to_owned()),
        Owner::Ai => (
            Icon::Bot,
            "text-accent-text",
            format!("AI: {}", c.agent_name.clone().unwrap_or_else(|| "no agent".into())),
        ),
        Owner::Human => (Icon::User, "text-warn", c.owner_name.clone().unwrap_or_else(|| "A human".into())),
    };
    let (icon, colour, title) = owner;
    // What nobody got must not look as if it had been said.
    let unsent = match c.last_status {
        Some(Status::Blocked) => Some("Not sent: "),
        Some(Status::Failed) => Some("Not delivered: "),
        _ => None,
    };
    let unsent = unsent.map(|words| view! { <span class="font-medium text-bad">{words}</span> });
    let last = if c.last_body.is_empty() { "No messages yet".to_owned() } else { c.last_body.clone() };
    view! {
        <li>
            <a
                href=href
                aria-current=here
                data-noscroll="true"
                class="relative flex gap-3 px-4 py-3 outline-offset-[-2px] transition-colors hover:bg-surface-2 \
                       aria-[current=true]:bg-accent-soft aria-[current=true]:before:absolute aria-[current=true]:before:inset-y-0 \
                       aria-[current=true]:before:left-0 aria-[current=true]:before:w-0.5 aria-[current=true]:before:bg-accent"
            >
                <span class="relative mt-0.5 h-fit">
                    <Avatar name=c.lead_name.clone()/>
                    <span class="absolute -bottom-1 -right-1 flex size-4.5 items-center justify-center rounded-full border border-line bg-surface">
                        <ChannelIcon channel=c.channel class="size-3"/>
                    </span>
                </span>
                <span class="min-w-0 flex-1">
                    <span class="flex items-baseline justify-between gap-2">
                        <span class=name_class>{c.lead_name.clone()}</span>
                        <span class="shrink-0 text-2xs text-ink-3"><When at=c.last_message_at relative=true/></span>
                    </span>
                    <span class="mt-0.5 flex items-center gap-1.5">
                        <span class=line_class>
                            {unsent}
                            {(c.last_direction == Some(Direction::Outbound)).then_some("→ ")}
                            {last}
                        </span>
                        {unread.then(|| view! {
                            <span class="flex h-4.5 min-w-4.5 items-center justify-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-ink">
                                {c.unread}<span class="sr-only">" unread"</span>
                            </span>
                        })}
                    </span>
                    <span class="mt-1.5 flex flex-wrap items-center gap-1.5 text-2xs text-ink-3">
                        <span class="inline-flex min-w-0 items-center gap-1" title=title.clone()>
                            <span class=colour><Icon icon=icon class="size-3.5"/></span>
                            <span class="truncate">{title.clone()}</span>
                        </span>
                        {standing(&c)}
                        {c.opted_out.then(|| view! { <StatusBadge status="opted_out"/> })}
                        {(c.status == ConversationStatus::Closed).then(|| view! { <StatusBadge status="closed"/> })}
                    </span>
                </span>
            </a>
        </li>
    }
}

/// What they want, how they sound, and whether somebody has to look: as marks.
pub(super) fn standing(c: &Conversation) -> impl IntoView + use<> {
    let escalated = c.escalation_reason.filter(|_| c.waits_for_human()).map(|reason| {
        view! { <Badge tone=Tone::Bad icon=Icon::Alert title=c.escalation_evidence.clone()>{format!("Escalated: {}", reason.label())}</Badge> }
    });
    let priority = (c.priority != Priority::Normal && escalated.is_none())
        .then(|| view! { <Badge tone=Tone::Warn>{format!("{} priority", c.priority.label())}</Badge> });
    let intent = c.intent.map(|intent| {
        let sure = c.intent_confidence.map(sure).unwrap_or_default();
        view! { <Badge title=sure>{intent.label()}</Badge> }
    });
    view! { {escalated} {priority} {intent} {mood(c)} }
}

/// How they sound: a dot with an arrow, and the same in words.
fn mood(c: &Conversation) -> impl IntoView + use<> {
    let score = c.sentiment?;
    let (dot, word) = match score {
        ..30 => ("size-2 rounded-full bg-bad-solid", "angry"),
        30..50 => ("size-2 rounded-full bg-warn-solid", "unhappy"),
        50..65 => ("size-2 rounded-full bg-line-strong", "neutral"),
        _ => ("size-2 rounded-full bg-good", "happy"),
    };
    let trend = c.sentiment_trend.unwrap_or(Trend::Steady);
    let arrow = match trend {
        Trend::Falling => "↘",
        Trend::Steady => "→",
        Trend::Rising => "↗",
    };
    let words = format!("Sounds {word} ({score} of 100), {}", trend.label());
    let title = words.clone();
    Some(view! {
        <span class="inline-flex items-center gap-1" title=title>
            <span class=dot aria-hidden="true"></span>
            <span aria-hidden="true">{arrow}</span>
            <span class="sr-only">{words}</span>
        </span>
    })
}

/// An empty list: nothing yet, or nothing that fits.
#[component]
fn Nothing(
    /// Whether there are conversations at all.
    anything: bool,
) -> impl IntoView {
    if anything {
        return view! {
            <Empty icon=Icon::Search title="Nothing here" text="No conversation fits this search and these filters.">
                <LinkButton href="/inbox">"Show all"</LinkButton>
            </Empty>
        }
        .into_any();
    }
    let emulator = use_me().emulator;
    view! {
        <Empty icon=Icon::Inbox title="No conversations yet" text="Conversations begin when a campaign writes to somebody, or when somebody writes to you.">
            {emulator.then(|| view! { <LinkButton href="/phone" variant=Variant::Primary icon=Icon::Smartphone>"Write as a person"</LinkButton> })}
            <LinkButton href="/campaigns" icon=Icon::Megaphone>"Campaigns"</LinkButton>
        </Empty>
    }
    .into_any()
}
