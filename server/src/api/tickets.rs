//! Tickets over HTTP, with what we answered since they were opened.

use axum::Json;
use domain::filter::{Filter, Page};
use domain::guardrail::Priority;
use domain::id::TicketId;
use domain::message::{Direction, Message};
use domain::ticket::{Ticket, TicketCategory, TicketStatus};
use engine::tickets::{self, TicketChange};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list)).routes(routes!(find, change))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A part of the number, the subject or the person's name.
    q: Option<String>,
    /// `open`, `pending`, `resolved`, `closed`, or `unsolved` for open and pending.
    status: Option<String>,
    /// `sms`, `whatsapp` or `voice`.
    channel: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists tickets, the newest first.
#[utoipa::path(get, path = "/tickets", tag = "tickets", operation_id = "list_tickets", params(ListQuery),
    responses((status = 200, body = Page<Ticket>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<Ticket>>, ApiError> {
    let ListQuery { q, status, channel, page, page_size } = query;
    let filter = Filter { q, status, channel, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::tickets::list(&mut tx, &filter).await?))
}

#[derive(Serialize, ToSchema)]
struct TicketWithResponses {
    #[serde(flatten)]
    ticket: Ticket,
    /// What we answered in its conversation since it was opened, oldest first; at most the newest 100 messages are looked at.
    responses: Vec<Message>,
}

/// Gives one ticket with what was answered since it was opened.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", operation_id = "find_ticket", params(("id" = TicketId, Path)),
    responses((status = 200, body = TicketWithResponses)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<TicketId>) -> Result<Json<TicketWithResponses>, ApiError> {
    let mut tx = cx.read().await?;
    let ticket = db::tickets::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let newest = domain::filter::PageAt::new(Some(1), Some(100));
    let mut responses = db::messages::thread(&mut tx, ticket.conversation_id, newest).await?.items;
    responses.retain(|m| m.direction == Direction::Outbound && m.created_at >= ticket.created_at);
    Ok(Json(TicketWithResponses { ticket, responses }))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = TicketChange)]
pub(super) struct Change {
    /// How far it is.
    status: Option<TicketStatus>,
    /// What it is about.
    category: Option<TicketCategory>,
    /// How soon somebody should look.
    priority: Option<Priority>,
}

/// Changes a ticket; what is left out stays. 409 when another ticket of its conversation is open.
#[utoipa::path(patch, path = "/tickets/{id}", tag = "tickets", operation_id = "change_ticket", params(("id" = TicketId, Path)), request_body = Change,
    responses((status = 200, body = Ticket), (status = 409, body = ErrorBody)))]
async fn change(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<TicketId>,
    ApiJson(change): ApiJson<Change>,
) -> Result<Json<Ticket>, ApiError> {
    let Change { status, category, priority } = change;
    Ok(Json(tickets::change(&cx, id, TicketChange { status, category, priority }).await?))
}
