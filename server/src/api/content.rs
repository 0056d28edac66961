//! Drafts over HTTP: an agent writes to a lead, and somebody else decides what becomes of it.

use axum::Json;
use domain::content::{ContentAsk, Written};
use domain::id::AgentId;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(write))
}

/// Writes a draft to a lead as an agent, in the tone that fits the person: SMS, WhatsApp, e-mail, LinkedIn note, InMail or voice script.
/// Nothing is sent. A draft that breaks a rule of the agent comes with `usable: false` and the verdicts. 409: the budget is used up, or the
/// person asked us to stop; 502: no model wrote one.
#[utoipa::path(post, path = "/agents/{id}/content", tag = "agents", operation_id = "write_content", params(("id" = AgentId, Path)), request_body = ContentAsk,
    responses((status = 200, body = Written), (status = 409, body = ErrorBody),
        (status = 502, body = ErrorBody)))]
async fn write(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(ask): ApiJson<ContentAsk>,
) -> Result<Json<Written>, ApiError> {
    Ok(Json(engine::content::write(&cx, id, ask).await?))
}
