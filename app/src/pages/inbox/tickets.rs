//! The person's tickets beside the thread: what is open, and the way to solve it.

use domain::guardrail::Priority;
use domain::id::TicketId;
use domain::ticket::{Ticket, TicketStatus};
use leptos::prelude::*;

use super::api::set_ticket_status;
use super::page::Desk;
use crate::session::use_me;
use crate::ui::*;

/// The section of the person's column.
pub(super) fn tickets(tickets: Vec<Ticket>, desk: Desk) -> Option<impl IntoView> {
    if tickets.is_empty() {
        return None;
    }
    let rows = tickets.into_iter().map(|ticket| row(ticket, desk)).collect_view();
    Some(view! {
        <section aria-label="Tickets">
            <h3 class="mb-1 text-xs font-semibold text-ink-2">"Tickets"</h3>
            <ul class="divide-y divide-line">{rows}</ul>
        </section>
    })
}

/// State as a mark.
fn mark(status: TicketStatus) -> impl IntoView {
    let (tone, icon, word) = match status {
        TicketStatus::Open => (Tone::Info, Icon::Flag, "Open"),
        TicketStatus::Pending => (Tone::Warn, Icon::Clock, "Waits for them"),
        TicketStatus::Resolved => (Tone::Good, Icon::Check, "Resolved"),
        TicketStatus::Closed => (Tone::Neutral, Icon::Check, "Closed"),
    };
    view! { <Badge tone=tone icon=icon>{word}</Badge> }
}

fn row(ticket: Ticket, desk: Desk) -> impl IntoView {
    let Ticket { id, number, subject, category, priority, status, created_at, .. } = ticket;
    let urgent = (priority != Priority::Normal).then(|| format!(" · {} priority", priority.label().to_lowercase()));
    view! {
        <li class="py-2">
            <p class="flex flex-wrap items-center gap-2">
                <span class="font-mono text-xs font-medium text-ink">{number.clone()}</span>
                {mark(status)}
                {use_me().may_write().then(|| view! { <span class="ml-auto">{change(id, &number, status, desk)}</span> })}
            </p>
            <p class="mt-1 break-words text-sm text-ink-2">{subject}</p>
            <p class="mt-0.5 text-2xs text-ink-3">{category.label()}{urgent}" · "<When at=created_at relative=true/></p>
        </li>
    }
}

/// Solves an open one, opens a solved one again.
fn change(id: TicketId, number: &str, status: TicketStatus, desk: Desk) -> impl IntoView + use<> {
    let (word, to) = match status.is_open() {
        true => ("Resolve", TicketStatus::Resolved),
        false => ("Reopen", TicketStatus::Open),
    };
    view! {
        <Button size=Size::Small of=number.to_string() busy=desk.acting on_click=move |_| desk.act(set_ticket_status(id, to))>{word}</Button>
    }
}
