//! The webhooks that an agent may call as tools, over HTTP. Their secrets come in and never go out.

use axum::Json;
use axum::http::StatusCode;
use domain::action::{Action, ActionDraft, CallReport};
use domain::id::{ActionId, AgentId};
use engine::actions::{self, NewSecrets};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(save, delete)).routes(routes!(test))
}

/// Lists an agent's webhooks by name.
#[utoipa::path(get, path = "/agents/{id}/actions", tag = "agents", operation_id = "list_actions", params(("id" = AgentId, Path)),
    responses((status = 200, body = Vec<Action>)))]
async fn list(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<Json<Vec<Action>>, ApiError> {
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    drop(tx);
    Ok(Json(actions::list(&cx, id).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct SaveAction {
    #[serde(flatten)]
    draft: ActionDraft,
    /// A new bearer token; empty to take it away, left out to keep it. It is kept only while scheme, host and port of the address stay as
    /// they were, and goes over `https://` (or to this machine) only.
    token: Option<String>,
    /// A new signing secret (`whsec_…` or any text); empty to take it away, left out to keep it. It is kept only
    /// while scheme, host and port of the address stay as they were.
    secret: Option<String>,
}

impl SaveAction {
    fn parts(self) -> (ActionDraft, NewSecrets) {
        (self.draft, NewSecrets { token: self.token, secret: self.secret })
    }
}

/// Makes a webhook that the agent may call. It holds at once, for every version of the agent.
#[utoipa::path(post, path = "/agents/{id}/actions", tag = "agents", operation_id = "create_action", params(("id" = AgentId, Path)),
    request_body = SaveAction,
    responses((status = 201, body = Action), (status = 409, body = ErrorBody)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(save): ApiJson<SaveAction>,
) -> Result<(StatusCode, Json<Action>), ApiError> {
    let (draft, secrets) = save.parts();
    Ok((StatusCode::CREATED, Json(actions::save(&cx, id, None, draft, secrets).await?)))
}

/// Changes a webhook. The whole of it; only its secrets stay when they are left out, and they, too, are gone when the address leads to
/// another scheme, host or port: `has_token` and `has_secret` of the answer say what is kept.
#[utoipa::path(put, path = "/agents/{id}/actions/{action}", tag = "agents", operation_id = "save_action",
    params(("id" = AgentId, Path), ("action" = ActionId, Path)), request_body = SaveAction,
    responses((status = 200, body = Action)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath((id, action)): ApiPath<(AgentId, ActionId)>,
    ApiJson(save): ApiJson<SaveAction>,
) -> Result<Json<Action>, ApiError> {
    let (draft, secrets) = save.parts();
    Ok(Json(actions::save(&cx, id, Some(action), draft, secrets).await?))
}

/// Deletes a webhook; its secrets are gone for good.
#[utoipa::path(delete, path = "/agents/{id}/actions/{action}", tag = "agents", operation_id = "delete_action",
    params(("id" = AgentId, Path), ("action" = ActionId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath((id, action)): ApiPath<(AgentId, ActionId)>) -> Result<StatusCode, ApiError> {
    owned(&cx, id, action).await?;
    actions::delete(&cx, action).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls a webhook with made-up values. It really calls; what was sent and what came back is shown with secrets masked.
#[utoipa::path(post, path = "/agents/{id}/actions/{action}/test", tag = "agents", operation_id = "test_action",
    params(("id" = AgentId, Path), ("action" = ActionId, Path)),
    responses((status = 200, body = CallReport), (status = 422, body = ErrorBody)))]
async fn test(
    ApiCx(cx): ApiCx,
    ApiPath((id, action)): ApiPath<(AgentId, ActionId)>,
) -> Result<Json<CallReport>, ApiError> {
    owned(&cx, id, action).await?;
    Ok(Json(actions::test(&cx, action).await?))
}

/// A webhook is found under its own agent only.
async fn owned(cx: &engine::Cx, agent: AgentId, action: ActionId) -> Result<(), ApiError> {
    let known = actions::list(cx, agent).await?;
    known.iter().any(|a| a.id == action).then_some(()).ok_or_else(|| engine::Error::NotFound.into())
}
