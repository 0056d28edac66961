//! Signing in for programs: a password for a token.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use domain::problem::Problems;
use engine::{Engine, access};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::guard::Caller;

use super::{ApiCx, ApiError, ApiJson, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(login)).routes(routes!(me))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Login {
    /// The operator's e-mail address.
    #[serde(default)]
    email: String,
    /// Their password.
    #[serde(default)]
    password: String,
}

#[derive(Serialize, ToSchema)]
struct Token {
    /// Send it as `Authorization: Bearer …`.
    token: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

/// Gives a token for an e-mail address and a password.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = Token), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn login(
    State(engine): State<Engine>,
    Extension(caller): Extension<Caller>,
    ApiJson(login): ApiJson<Login>,
) -> Result<Json<Token>, ApiError> {
    let mut problems = Problems::none();
    if login.email.trim().is_empty() {
        problems.add("email", "Give the e-mail address.");
    }
    if login.password.is_empty() {
        problems.add("password", "Give the password.");
    }
    if !problems.is_empty() {
        return Err(ApiError::invalid(StatusCode::UNPROCESSABLE_ENTITY, problems));
    }
    let identity = access::sign_in(&engine, &login.email, &login.password, caller.0, domain::access::Door::Api).await?;
    let (token, expires_at) = access::token(&engine, &identity)?;
    Ok(Json(Token { token, expires_at }))
}

#[derive(Serialize, ToSchema)]
struct Who {
    /// The operator.
    user_id: Option<domain::id::UserId>,
    /// The workspace that everything is in.
    workspace_id: domain::id::WorkspaceId,
}

/// Says who the token belongs to.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = Who)))]
async fn me(ApiCx(cx): ApiCx) -> Json<Who> {
    Json(Who { user_id: cx.user(), workspace_id: cx.workspace() })
}
