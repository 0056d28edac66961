//! A conversation goes to a human: marked, ticketed, announced. From then on the AI is silent in it until an operator returns it.
//!
//! The owner stays `ai` until somebody takes over, so that the inbox shows both: nobody holds it, and somebody should.

use db::Tx;
use domain::event::EventKind;
use domain::guardrail::Priority;
use domain::id::ConversationId;
use domain::skill::Escalation;

use crate::{Cx, Error, Result, events, tickets};

/// The most of the evidence that is kept, in characters.
const EVIDENCE: usize = 300;

/// Hands a conversation to a human, in a transaction of its own. See [`escalate_in`].
pub async fn escalate(
    cx: &Cx,
    id: ConversationId,
    reason: Escalation,
    evidence: &str,
    priority: Priority,
) -> Result<bool> {
    let mut tx = cx.write().await?;
    let first = escalate_in(cx, &mut tx, id, reason, evidence, priority).await?;
    tx.commit().await?;
    Ok(first)
}

/// Hands a conversation to a human: it is marked, has a ticket and an event. The first reason stands until an operator returns it;
/// gives whether this was the first. The holding text is for the caller to queue, in the same transaction.
pub(crate) async fn escalate_in(
    cx: &Cx,
    tx: &mut Tx,
    id: ConversationId,
    reason: Escalation,
    evidence: &str,
    priority: Priority,
) -> Result<bool> {
    db::conversations::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let evidence = domain::text::storable(domain::text::cut(evidence, EVIDENCE));
    if !db::readings::escalate(tx, id, reason, &evidence, priority, cx.now()).await? {
        return Ok(false);
    }
    let shown = db::conversations::find(tx, id).await?.ok_or(Error::NotFound)?;
    let ticket = tickets::open_in(cx, tx, &shown, &shown.last_body).await?;
    let category = match domain::ticket::TicketCategory::of(Some(reason), None) {
        domain::ticket::TicketCategory::General => ticket.category,
        category => category,
    };
    db::tickets::change(tx, ticket.id, ticket.status, category, priority.max(ticket.priority), cx.now()).await?;
    events::record(cx, tx, EventKind::ConversationEscalated, id, &shown.lead_name).await?;
    Ok(true)
}
