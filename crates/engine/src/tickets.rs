//! Tickets: opened by the agent before it answers, changed by operators.

use db::Tx;
use db::tickets::NewTicket;
use domain::access::Right;
use domain::conversation::Conversation;
use domain::event::EventKind;
use domain::guardrail::Priority;
use domain::id::TicketId;
use domain::ticket::{self, Ticket, TicketCategory, TicketStatus};

use crate::{Cx, Error, Result, events};

/// The open ticket of a conversation, in a transaction of its own. See [`open_in`].
pub async fn open_for(cx: &Cx, conversation: &Conversation, text: &str) -> Result<Ticket> {
    let mut tx = cx.write().await?;
    let ticket = open_in(cx, &mut tx, conversation, text).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// The open ticket of a conversation; opens one about `text` when there is none. Twice gives the same ticket.
pub(crate) async fn open_in(cx: &Cx, tx: &mut Tx, conversation: &Conversation, text: &str) -> Result<Ticket> {
    if let Some(open) = db::tickets::open_of(tx, conversation.id).await? {
        return Ok(open);
    }
    let new = NewTicket {
        id: cx.new_id(),
        conversation_id: conversation.id,
        lead_id: conversation.lead_id,
        channel: conversation.channel,
        subject: ticket::subject(text),
        category: TicketCategory::of(conversation.escalation_reason, conversation.intent),
        priority: conversation.priority,
    };
    let opened = db::tickets::insert(tx, &new, cx.now()).await?;
    let ticket =
        db::tickets::open_of(tx, conversation.id).await?.ok_or_else(|| Error::internal("a ticket vanished"))?;
    if opened {
        events::record(cx, tx, EventKind::TicketOpened, ticket.id, &ticket.number).await?;
        events::note(tx, EventKind::ConversationStatus, conversation.id);
    }
    Ok(ticket)
}

/// What an operator changes about a ticket; what is left out stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
pub struct TicketChange {
    /// How far it is.
    pub status: Option<TicketStatus>,
    /// What it is about.
    pub category: Option<TicketCategory>,
    /// How soon somebody should look.
    pub priority: Option<Priority>,
}

/// Changes a ticket. One that is opened again must be the only open one of its conversation.
pub async fn change(cx: &Cx, id: TicketId, change: TicketChange) -> Result<Ticket> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let ticket = db::tickets::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let status = change.status.unwrap_or(ticket.status);
    let other = db::tickets::open_of(&mut tx, ticket.conversation_id).await?.filter(|open| open.id != id);
    if let (true, Some(other)) = (status.is_open(), other) {
        return Err(Error::Conflict(format!("{} is open in this conversation. Resolve it first.", other.number)));
    }
    let category = change.category.unwrap_or(ticket.category);
    let priority = change.priority.unwrap_or(ticket.priority);
    db::tickets::change(&mut tx, id, status, category, priority, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::TicketChanged, id, &ticket.number).await?;
    events::note(&mut tx, EventKind::ConversationStatus, ticket.conversation_id);
    let changed = db::tickets::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(changed)
}
