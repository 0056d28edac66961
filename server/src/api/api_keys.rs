//! Keys for programs over HTTP. A key cannot make keys: that takes an owner or admin.

use axum::Json;
use axum::http::StatusCode;
use domain::api_key::{ApiKey, ApiKeyDraft, NewApiKey};
use domain::id::ApiKeyId;
use engine::api_keys;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// Lists the keys, newest first and revoked ones last. The keys themselves are not known.
#[utoipa::path(get, path = "/keys", tag = "keys", operation_id = "list_keys",
    responses((status = 200, body = Vec<ApiKey>), (status = 403, body = ErrorBody)))]
async fn list(ApiCx(cx): ApiCx) -> Result<Json<Vec<ApiKey>>, ApiError> {
    Ok(Json(api_keys::list(&cx).await?))
}

/// Makes a key. The `secret` in the answer is shown this once. Send it as `Authorization: Bearer ao_…`.
#[utoipa::path(post, path = "/keys", tag = "keys", operation_id = "create_key", request_body = ApiKeyDraft,
    responses((status = 201, body = NewApiKey), (status = 409, body = ErrorBody)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiJson(draft): ApiJson<ApiKeyDraft>,
) -> Result<(StatusCode, Json<NewApiKey>), ApiError> {
    Ok((StatusCode::CREATED, Json(api_keys::create(&cx, draft).await?)))
}

/// Revokes a key. It stays in the list.
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", params(("id" = ApiKeyId, Path)),
    responses((status = 204)))]
async fn revoke(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ApiKeyId>) -> Result<StatusCode, ApiError> {
    api_keys::revoke(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
