//! The work list over HTTP: how it stands, and what becomes of work that failed on every try.

use axum::Json;
use axum::http::StatusCode;
use domain::id::JobId;
use domain::work::Work;
use engine::work;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list)).routes(routes!(give_up)).routes(routes!(retry))
}

/// Says how much of each kind of work waits, is under way and has failed for good, and lists the latter.
#[utoipa::path(get, path = "/jobs", tag = "jobs", operation_id = "list_jobs",
    responses((status = 200, body = Work)))]
async fn list(ApiCx(cx): ApiCx) -> Result<Json<Work>, ApiError> {
    Ok(Json(work::get(&cx).await?))
}

/// Lets work that failed for good begin anew. 409 for a message that could not be sent: it has to be written again.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "jobs", operation_id = "retry_job", params(("id" = JobId, Path)),
    responses((status = 204),
        (status = 409, body = ErrorBody)))]
async fn retry(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<JobId>) -> Result<StatusCode, ApiError> {
    work::retry(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives work that failed for good up: it is gone from the list. What it was for stays as it is.
#[utoipa::path(delete, path = "/jobs/{id}", tag = "jobs", operation_id = "give_up_job", params(("id" = JobId, Path)),
    responses((status = 204)))]
async fn give_up(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<JobId>) -> Result<StatusCode, ApiError> {
    work::give_up(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
