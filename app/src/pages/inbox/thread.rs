//! One conversation: its head, its lines, and below them who holds it and the composer.

use domain::conversation::ConversationStatus;
use domain::id::ConversationId;
use domain::lead::LeadStatus;
use domain::message::Direction;
use domain::skill::Escalation;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{mark_read, return_to_ai, set_conversation_status};
use super::composer::Composer;
use super::data::Thread;
use super::owner::OwnerBar;
use super::page::Desk;
use super::timeline::timeline;
use super::{dom, message};
use crate::session::use_me;
use crate::ui::*;

/// The element that scrolls.
const SCROLL: &str = "thread-scroll";
/// Somebody this near the end, in pixels, reads along and is kept at the end.
const NEAR: i32 = 160;

/// The middle of the page.
#[component]
pub(super) fn ThreadPane(
    /// What is shown.
    thread: Thread,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    follow(&thread, desk);
    let id = thread.conversation.id;
    let shown = i64::try_from(thread.messages.len()).unwrap_or_default();
    let older = thread.total - shown;
    let lines = timeline(&thread.messages, &thread.moments, desk.offset.get_value())
        .into_iter()
        .map(|line| message::line(&thread, line, desk))
        .collect_view();
    let load_earlier = move |_| {
        desk.keep.set_value(Some(dom::from_end(SCROLL)));
        desk.earlier.update(|(of, pages)| {
            *pages = if *of == Some(id) { *pages + 1 } else { 2 };
            *of = Some(id);
        });
    };
    let opted_out = thread.lead.status == LeadStatus::OptedOut;
    let since = thread.opted_out_since();
    let c = &thread.conversation;
    let escalated =
        c.escalation_reason.filter(|_| c.waits_for_human()).map(|reason| (reason, c.escalation_evidence.clone()));
    let class = move || {
        if desk.place.with(|p| p.details) {
            "hidden min-h-0 min-w-0 flex-col overflow-y-auto bg-canvas xl:flex"
        } else {
            "flex min-h-0 min-w-0 flex-col overflow-y-auto bg-canvas"
        }
    };
    view! {
        <section aria-label="Conversation" class=class>
            {head(&thread, desk)}
            {opted_out.then(|| view! {
                <div class="flex items-start gap-2 border-b border-bad-line bg-bad-soft px-4 py-2 text-sm text-bad" role="alert">
                    <Icon icon=Icon::Hand class="mt-0.5 size-4"/>
                    <p>
                        <strong>"Opted out"</strong>
                        {since.map(|at| view! { " since "<When at=at/> })}
                        ". Nothing is sent to this person, by nobody, until they write START."
                    </p>
                </div>
            })}
            {escalated.map(|(reason, evidence)| view! { <Escalated id=id reason=reason evidence=evidence desk=desk/> })}
            <div id=SCROLL on:scroll=move |_| desk.at_end.set_value(dom::from_end(SCROLL) <= NEAR) class="min-h-40 flex-1 overflow-y-auto px-4 py-4 outline-offset-[-2px]" role="log" aria-label="Messages" tabindex="0">
                <div class="mx-auto flex max-w-3xl flex-col">
                    {(older > 0).then(|| view! {
                        <div class="mb-3 flex justify-center">
                            <Button size=Size::Small icon=Icon::ArrowUp on_click=load_earlier>{format!("Load earlier ({older})")}</Button>
                        </div>
                    })}
                    {(shown == 0).then(|| view! {
                        <Empty icon=Icon::Message title="No messages yet" text="What is said in this conversation appears here."/>
                    })}
                    {lines}
                </div>
            </div>
            // The line above says all there is to say to somebody who opted out.
            {(!opted_out).then(|| view! {
                <OwnerBar conversation=thread.conversation.clone() mine=thread.mine desk=desk/>
                <Composer thread=thread desk=desk/>
            })}
        </section>
    }
}

/// A human has to look: why, in a line that folds open, and the way back to the AI without anybody answering.
#[component]
fn Escalated(
    /// The conversation.
    id: ConversationId,
    /// Why.
    reason: Escalation,
    /// What made it so.
    evidence: String,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let evidence = (!evidence.is_empty()).then(|| format!(" “{evidence}”."));
    let open = move || desk.unfolded.get() == Some(id);
    let fold = move |_| desk.unfolded.update(|of| *of = (*of != Some(id)).then_some(id));
    view! {
        <div class="flex items-center gap-2 border-b border-bad-line bg-bad-soft px-4 py-1.5 text-sm text-bad" role="alert">
            <Icon icon=Icon::Alert class="size-4"/>
            <p id="escalated-why" class="min-w-0 flex-1" class:truncate=move || !open()>
                <strong>{format!("Escalated: {}.", reason.label())}</strong>
                {evidence}
                " The AI is silent. Take over to answer, or return it to the AI."
            </p>
            <button
                type="button"
                aria-label="The whole reason"
                aria-expanded=move || if open() { "true" } else { "false" }
                aria-controls="escalated-why"
                class="flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-surface-3 pointer-coarse:size-9"
                on:click=fold
            >
                <span class="flex transition-transform" class=("rotate-180", open)><Icon icon=Icon::ChevronDown/></span>
            </button>
            {use_me().may_write().then(|| view! {
                <Button size=Size::Small icon=Icon::Bot busy=desk.acting on_click=move |_| desk.act(return_to_ai(id))>"Return to AI"</Button>
            })}
        </div>
    }
}

/// Marks as read what is open, and keeps the end of the thread in view while somebody reads there.
fn follow(thread: &Thread, desk: Desk) {
    let (id, unread) = (thread.conversation.id, thread.conversation.unread > 0);
    let last = thread.messages.last().map(|m| (m.id, m.direction));
    let lines = thread.moments.len();
    let may_write = use_me().may_write();
    Effect::new(move |_| {
        if unread && may_write {
            // Told again by the live stream; a failure only leaves the mark.
            spawn_local(async move { drop(mark_read(id).await) });
        }
        let now = Some((id, last.map(|(last, _)| last), lines));
        let before = desk.seen.get_value();
        desk.seen.set_value(now);
        let another = before.is_none_or(|(of, ..)| of != id);
        let mine = last.is_some_and(|(_, direction)| direction == Direction::Outbound);
        // Where they stood before the new lines came: these have moved the end away already.
        let near = desk.at_end.get_value();
        if another {
            desk.at_end.set_value(true);
        }
        let keep = desk.keep.get_value();
        desk.keep.set_value(None);
        request_animation_frame(move || match keep {
            Some(pixels) if !another => dom::scroll_from_end(SCROLL, pixels),
            _ if another || (before != now && (mine || near)) => dom::scroll_to_end(SCROLL),
            _ => {}
        });
    });
}

fn head(thread: &Thread, desk: Desk) -> impl IntoView + use<> {
    let c = thread.conversation.clone();
    let id = c.id;
    let place = desk.place.get_untracked();
    let (back, details) = (place.opening(None).href(), place.opening(Some(id)).with_details(true).href());
    // A closed one is opened again below the thread, unless nothing stands there.
    let closed = c.status == ConversationStatus::Closed;
    let can_change = !closed || c.opted_out;
    let next = if closed { ConversationStatus::Open } else { ConversationStatus::Closed };
    let channels = thread
        .channels
        .iter()
        .map(|(other, channel)| {
            view! {
                <a
                    href=place.opening(Some(*other)).href()
                    aria-current=(*other == id).then_some("page")
                    data-noscroll="true"
                    class="inline-flex h-7 items-center rounded-sm px-2 text-xs font-medium text-ink-2 hover:text-ink \
                           aria-[current=page]:bg-surface aria-[current=page]:text-ink aria-[current=page]:shadow-xs \
                           dark:aria-[current=page]:bg-line-strong pointer-coarse:h-9"
                >
                    <ChannelIcon channel=*channel/>
                </a>
            }
        })
        .collect_view();
    let may_write = use_me().may_write();
    view! {
        <header class="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-3 py-2 low:min-h-0 low:py-1 md:px-4">
            <a href=back aria-label="Back to the list" class="flex size-9 items-center justify-center rounded-md text-ink-2 hover:bg-surface-3 md:hidden">
                <Icon icon=Icon::ArrowLeft/>
            </a>
            <Avatar name=c.lead_name.clone()/>
            <div class="min-w-0 flex-1">
                <h2 class="truncate text-sm font-semibold text-ink">{c.lead_name.clone()}</h2>
                <p class="truncate text-xs text-ink-3">{c.lead_phone.clone().unwrap_or_else(|| "No phone number".into())}</p>
            </div>
            <nav aria-label="Channels of this person" class="hidden gap-0.5 rounded-md bg-surface-3 p-0.5 sm:flex">{channels}</nav>
            {(may_write && can_change).then(|| view! {
                <Button
                    size=Size::Small
                    icon=if closed { Icon::Refresh } else { Icon::Check }
                    busy=desk.acting
                    on_click=move |_| desk.act(set_conversation_status(id, next))
                >
                    {if closed { "Reopen" } else { "Close" }}
                </Button>
            })}
            <a
                href=details
                data-noscroll="true"
                class="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-xs font-medium shadow-xs \
                       hover:bg-surface-2 pointer-coarse:h-9 xl:hidden"
            >
                <Icon icon=Icon::User class="size-3.5"/>
                "Details"
            </a>
        </header>
    }
}
