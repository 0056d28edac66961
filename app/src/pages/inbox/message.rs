//! One line of a thread: a day, an event, a bubble, a call.

use domain::id::MessageId;
use domain::message::{Author, Channel, Direction, Message, Status};
use leptos::prelude::*;

use super::api::settle_doubt;
use super::data::Thread;
use super::page::Desk;
use super::timeline::Line;
use crate::ui::*;

/// The line as it is shown.
pub(super) fn line(thread: &Thread, line: Line, desk: Desk) -> AnyView {
    match line {
        Line::Day(day) => view! {
            <div class="my-4 flex items-center gap-3 text-2xs font-medium text-ink-3">
                <span class="h-px flex-1 bg-line"></span>
                {day.format("%A, %-d %B %Y").to_string()}
                <span class="h-px flex-1 bg-line"></span>
            </div>
        }
        .into_any(),
        Line::Happened { sentence, at, alarm } => view! {
            <p class="my-2 flex items-center justify-center gap-1.5 text-center text-2xs text-ink-3" class=("text-bad", alarm)>
                {alarm.then(|| view! { <Icon icon=Icon::Alert class="size-3.5"/> })}
                {sentence}
                " · "
                <When at=at time_only=true/>
            </p>
        }
        .into_any(),
        Line::Said { message, first } => said(thread, *message, first, desk).into_any(),
    }
}

/// Who spoke: icon and name.
fn author(thread: &Thread, m: &Message) -> (Icon, String) {
    match m.author {
        Author::Lead => (Icon::User, thread.conversation.lead_name.clone()),
        Author::Agent => (Icon::Bot, format!("{} · AI", thread.name(m.agent_id).unwrap_or_else(|| "Agent".into()))),
        Author::Operator => (Icon::User, thread.name(m.user_id).unwrap_or_else(|| "Operator".into())),
        Author::Campaign => (Icon::Megaphone, thread.name(m.campaign_id).unwrap_or_else(|| "Campaign".into())),
    }
}

fn said(thread: &Thread, m: Message, first: bool, desk: Desk) -> impl IntoView + use<> {
    let outbound = m.direction == Direction::Outbound;
    let (icon, name) = author(thread, &m);
    let look = match (m.author, m.status) {
        (Author::Lead, _) => "bg-surface-3 text-ink",
        (_, Status::Blocked | Status::Failed) => "border border-dashed border-bad-line bg-bad-soft text-ink",
        (Author::Operator, _) => "bg-accent text-accent-ink",
        (Author::Agent, _) => "bg-accent-soft text-ink",
        (Author::Campaign, _) => "border border-accent-line bg-surface text-ink",
    };
    let body = match (m.channel, m.direction) {
        (Channel::Voice, Direction::Outbound) => call(&m).into_any(),
        (Channel::Voice, Direction::Inbound) => pressed(&m).into_any(),
        _ => view! {
            <div class=format!("w-fit max-w-full whitespace-pre-wrap break-words rounded-xl px-3.5 py-2 text-sm {look}") class=("self-end", outbound)>
                {if m.body.is_empty() { "(no text)".to_owned() } else { m.body.clone() }}
                {attachments(&m)}
            </div>
        }
        .into_any(),
    };
    view! {
        <article
            aria-label=format!("{} {}", if outbound { "To the person, by" } else { "From" }, name)
            class="flex max-w-[min(85%,34rem)] flex-col gap-1"
            class=("self-end", outbound) class=("items-end", outbound) class=("mt-4", first) class=("mt-1.5", !first)
        >
            {first.then(|| view! {
                <p class="flex max-w-full items-center gap-1.5 text-2xs font-medium text-ink-3">
                    <Icon icon=icon class="size-3.5"/>
                    <span class="truncate">{name.clone()}</span>
                </p>
            })}
            {body}
            <p class="flex items-center gap-2 text-2xs text-ink-3">
                <When at=m.created_at time_only=true/>
                {outbound.then(|| delivery(&m))}
                {outbound.then(|| ask_why(m.id, desk))}
            </p>
            {why(&m, desk)}
        </article>
    }
}

/// Opens what is known about how a message came to be.
fn ask_why(id: MessageId, desk: Desk) -> impl IntoView + use<> {
    let href = move || desk.place.with(|place| place.asking_why(Some(id)).href());
    view! {
        <a href=href data-noscroll="true" aria-label="Why this message?" class="rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current">"Why?"</a>
    }
}

/// A call of ours: the script, and how the call went.
fn call(m: &Message) -> impl IntoView + use<> {
    view! {
        <div class="w-full overflow-hidden rounded-xl border border-line bg-surface text-sm shadow-xs">
            <p class="flex items-center gap-2 border-b border-line bg-surface-2 px-3.5 py-2 text-xs font-semibold text-ink-2">
                <Icon icon=Icon::Phone class="size-3.5"/>
                "Call: what was spoken"
            </p>
            <p class="whitespace-pre-wrap break-words px-3.5 py-2.5 text-ink">{m.body.clone()}</p>
        </div>
    }
}

/// What the person did in a call.
fn pressed(m: &Message) -> impl IntoView + use<> {
    let meaning = match m.body.trim() {
        "1" => Some("confirm"),
        "2" | "9" => Some("do not call again"),
        _ => None,
    };
    let key = m.body.trim().to_owned();
    let is_key = key.chars().count() <= 4;
    view! {
        <p class="flex w-fit items-center gap-2 rounded-xl bg-surface-3 px-3.5 py-2 text-sm text-ink">
            {if is_key {
                view! { "Pressed "<Kbd>{key}</Kbd>{meaning.map(|m| view! { <span class="text-ink-3">{m}</span> })} }.into_any()
            } else {
                key.into_any()
            }}
        </p>
    }
}

/// What came along. Only web addresses become links.
fn attachments(m: &Message) -> impl IntoView + use<> {
    m.media
        .clone()
        .into_iter()
        .map(|media| {
            let name = format!("Attachment ({})", media.content_type);
            if media.url.starts_with("https://") || media.url.starts_with("http://") {
                view! { <a class="mt-1 block underline" href=media.url target="_blank" rel="noopener noreferrer">{name}</a> }.into_any()
            } else {
                view! { <span class="mt-1 block">{name}</span> }.into_any()
            }
        })
        .collect_view()
}

/// How far it got: icon and word. Calls have words of their own.
fn delivery(m: &Message) -> impl IntoView + use<> {
    let (tone, icon, word) = status_look(m.status.as_str());
    let word = match (m.channel, m.status, m.call_end) {
        (Channel::Voice, _, Some(end)) => format!("Call: {}", end.label()),
        (Channel::Voice, Status::Accepted, _) => "Dialling".to_owned(),
        (Channel::Voice, Status::Sent, _) => "Ringing or in the call".to_owned(),
        (Channel::Voice, Status::Delivered, _) => "Call completed".to_owned(),
        (Channel::Voice, Status::Failed, _) => "Call did not come about".to_owned(),
        _ => word,
    };
    view! {
        <span class=format!("inline-flex items-center gap-1 font-medium {}", tone.text()) title=m.error.clone()>
            <Icon icon=icon class="size-3.5"/>
            {word}
        </span>
    }
}

/// Why it was not sent, or what nobody knows and an operator has to decide.
fn why(m: &Message, desk: Desk) -> Option<AnyView> {
    let sentences = m.verdict.as_ref().map(|v| v.sentences()).filter(|s| !s.is_empty());
    match m.status {
        Status::Blocked | Status::Held => {
            let class = if m.status == Status::Blocked {
                "text-right text-xs text-bad"
            } else {
                "text-right text-xs text-warn"
            };
            sentences.map(|text| view! { <p class=class>{text}</p> }.into_any())
        }
        Status::Failed => {
            m.error.clone().map(|text| view! { <p class="text-right text-xs text-bad">{text}</p> }.into_any())
        }
        Status::Queued => m.error.clone().map(|text| {
            view! { <p class="text-right text-xs text-warn">{text}" It will be tried again."</p> }.into_any()
        }),
        Status::InDoubt => {
            let id = m.id;
            let text = m
                .error
                .clone()
                .unwrap_or_else(|| "Nobody knows whether the provider took this. It is not repeated.".into());
            let settle = move |arrived: bool| move |_| desk.act(settle_doubt(id, arrived));
            let may_write = crate::session::use_me().may_write();
            Some(
                view! {
                    <div class="rounded-lg border border-warn-line bg-warn-soft px-3 py-2 text-xs text-warn">
                        <p>{text}</p>
                        {may_write.then(|| view! {
                            <div class="mt-2 flex flex-wrap gap-2">
                                <Button size=Size::Small icon=Icon::Check busy=desk.acting on_click=settle(true)>"It arrived"</Button>
                                <Button size=Size::Small icon=Icon::X busy=desk.acting on_click=settle(false)>"It did not"</Button>
                            </div>
                        })}
                    </div>
                }
                .into_any(),
            )
        }
        _ => None,
    }
}
