//! All server functions of the Inbox.

use domain::conversation::ConversationStatus;
use domain::filter::Filter;
use domain::id::{ConversationId, MessageId, TemplateId, TicketId};
use domain::ticket::TicketStatus;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::data::{InboxList, Thread};
#[cfg(feature = "ssr")]
use super::load;
#[cfg(feature = "ssr")]
use crate::backend::{cx, phone_line};
use crate::error::AppError;

/// One page of the list, and the figures on the tabs.
#[server(prefix = "/fn", input = Json)]
pub async fn list_conversations(filter: Filter) -> Result<InboxList, AppError> {
    let cx = cx().await?;
    load::list(&cx, &filter).await
}

/// How many conversations have something unread, for the frame.
#[server(prefix = "/fn", input = Json)]
pub async fn count_unread() -> Result<i64, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::inbox::unread(&mut tx).await?)
}

/// One conversation with its newest messages: `pages` times fifty.
#[server(prefix = "/fn", input = Json)]
pub async fn load_thread(id: ConversationId, pages: i64) -> Result<Thread, AppError> {
    let cx = cx().await?;
    load::thread(&cx, phone_line(), id, pages).await
}

/// Sends as the signed-in human, and takes the conversation over with it.
#[server(prefix = "/fn", input = Json)]
pub async fn send_reply(
    id: ConversationId,
    body: String,
    template_id: Option<TemplateId>,
    client_key: String,
) -> Result<MessageId, AppError> {
    let cx = cx().await?;
    let reply = engine::inbox::OperatorReply { body, template_id, client_key };
    Ok(engine::inbox::reply(&cx, id, reply).await?)
}

/// Takes a conversation over from the AI or from somebody else.
#[server(prefix = "/fn", input = Json)]
pub async fn take_over(id: ConversationId) -> Result<(), AppError> {
    let cx = cx().await?;
    engine::inbox::take_over(&cx, id).await?;
    Ok(())
}

/// Gives a conversation back to the AI.
#[server(prefix = "/fn", input = Json)]
pub async fn return_to_ai(id: ConversationId) -> Result<(), AppError> {
    let cx = cx().await?;
    engine::inbox::return_to_ai(&cx, id).await?;
    Ok(())
}

/// Closes a conversation or opens it again.
#[server(prefix = "/fn", input = Json)]
pub async fn set_conversation_status(id: ConversationId, status: ConversationStatus) -> Result<(), AppError> {
    let cx = cx().await?;
    engine::inbox::set_status(&cx, id, status).await?;
    Ok(())
}

/// The operator looked at it: nothing in it is unread any more.
#[server(prefix = "/fn", input = Json)]
pub async fn mark_read(id: ConversationId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::inbox::mark_read(&cx, id).await?)
}

/// Everything that is known about how a message came to be. The id is as it stands in the address.
#[server(prefix = "/fn", input = Json)]
pub async fn why_message(id: String) -> Result<domain::turn::Why, AppError> {
    let cx = cx().await?;
    let id: MessageId = id.parse().map_err(|_| engine::Error::NotFound)?;
    Ok(engine::why::of_message(&cx, id).await?)
}

/// Changes how far a ticket is.
#[server(prefix = "/fn", input = Json)]
pub async fn set_ticket_status(id: TicketId, status: TicketStatus) -> Result<(), AppError> {
    let cx = cx().await?;
    let change = engine::tickets::TicketChange { status: Some(status), ..Default::default() };
    engine::tickets::change(&cx, id, change).await?;
    Ok(())
}

/// Settles a message that is in doubt, without sending anything.
#[server(prefix = "/fn", input = Json)]
pub async fn settle_doubt(id: MessageId, arrived: bool) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::inbox::settle_doubt(&cx, id, arrived).await?)
}
