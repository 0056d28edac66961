//! Conversations, their messages, and what happened in the workspace, over HTTP.

use axum::Json;
use axum::http::StatusCode;
use domain::conversation::{Conversation, ConversationStatus};
use domain::event::Activity;
use domain::filter::{Filter, Page, PageAt};
use domain::id::{ConversationId, MessageId, TemplateId};
use domain::intent::Analysis;
use domain::message::Message;
use engine::inbox::{self, OperatorReply};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(find))
        .routes(routes!(analysis))
        .routes(routes!(messages))
        .routes(routes!(reply))
        .routes(routes!(take_over))
        .routes(routes!(return_to_ai))
        .routes(routes!(close))
        .routes(routes!(reopen))
        .routes(routes!(settle))
        .routes(routes!(activity))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A part of the name, company, e-mail address, at least three digits of the phone number, words of a message, or a ticket's number.
    q: Option<String>,
    /// `sms`, `whatsapp` or `voice`.
    channel: Option<String>,
    /// `open` or `closed`.
    status: Option<String>,
    /// `ai` for those that the AI answers, `human`, `mine` for those that you hold, or `escalated` for those that wait for a human.
    owner: Option<String>,
    /// What the person wants: `meeting_request`, `interested`, `question`, `not_interested`, `unsubscribe`, `out_of_office` or `auto_reply`.
    intent: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists conversations, those with the newest messages first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", operation_id = "list_conversations", params(ListQuery),
    responses((status = 200, body = Page<Conversation>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<Conversation>>, ApiError> {
    let ListQuery { q, channel, status, owner, intent, page, page_size } = query;
    let filter = Filter { q, channel, status, owner, intent, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::conversations::list(&mut tx, &filter, cx.user()).await?))
}

/// Gives one conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", operation_id = "find_conversation", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Conversation>, ApiError> {
    let mut tx = cx.read().await?;
    Ok(Json(db::conversations::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?))
}

/// Tells what the person's last message means: intent with its reasons, mood, what is named, what might be answered. Nothing before
/// they wrote.
#[utoipa::path(get, path = "/conversations/{id}/analysis", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Option<Analysis>)))]
async fn analysis(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Option<Analysis>>, ApiError> {
    let mut tx = cx.read().await?;
    db::conversations::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(db::readings::analysis(&mut tx, id).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// Which page, from 1; page 1 has the newest.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists the messages of a conversation. Page 1 has the newest; each page has its oldest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = ConversationId, Path), PageQuery),
    responses((status = 200, body = Page<Message>)))]
async fn messages(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<ConversationId>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Page<Message>>, ApiError> {
    let mut tx = cx.read().await?;
    db::conversations::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(db::messages::thread(&mut tx, id, PageAt::new(query.page, query.page_size)).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Reply {
    /// The text; may be left out when a template is named.
    #[serde(default)]
    body: String,
    /// A template instead of a text, filled for this person. WhatsApp needs one outside the 24-hour window.
    template_id: Option<TemplateId>,
    /// Your own name for this message, at most 100 characters: the same one again in this conversation sends nothing twice.
    client_key: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Replied {
    /// The message, written down and on its way.
    id: MessageId,
}

/// Answers as a human, and takes the conversation over with it. What may not be sent is refused with its reasons.
#[utoipa::path(post, path = "/conversations/{id}/reply", tag = "conversations", params(("id" = ConversationId, Path)), request_body = Reply,
    responses((status = 201, body = Replied), (status = 409, body = ErrorBody)))]
async fn reply(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<ConversationId>,
    ApiJson(reply): ApiJson<Reply>,
) -> Result<(StatusCode, Json<Replied>), ApiError> {
    let client_key = match reply.client_key {
        Some(key) if !key.is_empty() => key,
        _ => uuid::Uuid::now_v7().to_string(),
    };
    let reply = OperatorReply { body: reply.body, template_id: reply.template_id, client_key };
    let id = inbox::reply(&cx, id, reply).await?;
    Ok((StatusCode::CREATED, Json(Replied { id })))
}

/// Takes a conversation over: the AI is silent from here on, and what it was writing is void.
#[utoipa::path(post, path = "/conversations/{id}/take-over", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn take_over(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Conversation>, ApiError> {
    Ok(Json(inbox::take_over(&cx, id).await?))
}

/// Gives a conversation back to the AI. What waits for an answer gets one.
#[utoipa::path(post, path = "/conversations/{id}/return-to-ai", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn return_to_ai(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Conversation>, ApiError> {
    Ok(Json(inbox::return_to_ai(&cx, id).await?))
}

/// Closes a conversation; a new message opens it again.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn close(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Conversation>, ApiError> {
    Ok(Json(inbox::set_status(&cx, id, ConversationStatus::Closed).await?))
}

/// Opens a closed conversation again.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn reopen(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ConversationId>) -> Result<Json<Conversation>, ApiError> {
    Ok(Json(inbox::set_status(&cx, id, ConversationStatus::Open).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Settle {
    /// Whether the person has the message.
    arrived: bool,
}

/// Settles a message that is in doubt. Nothing is sent by this. 409 when it is not in doubt any more.
#[utoipa::path(post, path = "/messages/{id}/settle", tag = "conversations", params(("id" = MessageId, Path)), request_body = Settle,
    responses((status = 204), (status = 409, body = ErrorBody)))]
async fn settle(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<MessageId>,
    ApiJson(settle): ApiJson<Settle>,
) -> Result<StatusCode, ApiError> {
    inbox::settle_doubt(&cx, id, settle.arrived).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ActivityQuery {
    /// How many, 1-100; 30 unless told.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct Happened {
    /// What happened, newest first.
    items: Vec<Activity>,
}

/// Lists what happened last in the workspace.
#[utoipa::path(get, path = "/activity", tag = "activity", params(ActivityQuery),
    responses((status = 200, body = Happened)))]
async fn activity(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ActivityQuery>) -> Result<Json<Happened>, ApiError> {
    let mut tx = cx.read().await?;
    let items = db::events::recent(&mut tx, query.limit.unwrap_or(30).clamp(1, 100)).await?;
    Ok(Json(Happened { items }))
}
