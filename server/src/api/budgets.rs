//! Budgets over HTTP: limits of what may be spent on models in a UTC day.

use axum::Json;
use axum::http::StatusCode;
use domain::budget::{Budget, BudgetDraft};
use domain::id::BudgetId;
use domain::money::Micros;
use domain::spending::Spending;
use engine::budgets;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(spending)).routes(routes!(find, save, delete))
}

/// Lists the budgets with what is spent and held back today. There is one at most for the workspace and for each agent and campaign.
#[utoipa::path(get, path = "/budgets", tag = "budgets", operation_id = "list_budgets",
    responses((status = 200, body = Vec<Budget>)))]
async fn list(ApiCx(cx): ApiCx) -> Result<Json<Vec<Budget>>, ApiError> {
    Ok(Json(budgets::list(&cx).await?))
}

/// Makes a budget. What was spent today already counts.
#[utoipa::path(post, path = "/budgets", tag = "budgets", operation_id = "create_budget", request_body = BudgetDraft,
    responses((status = 201, body = Budget)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiJson(draft): ApiJson<BudgetDraft>,
) -> Result<(StatusCode, Json<Budget>), ApiError> {
    Ok((StatusCode::CREATED, Json(budgets::create(&cx, draft).await?)))
}

/// Gives what was spent in the workspace on each of the last fourteen UTC days, and who spends several times as much as usual today.
#[utoipa::path(get, path = "/spending", tag = "budgets", operation_id = "show_spending",
    responses((status = 200, body = Spending)))]
async fn spending(ApiCx(cx): ApiCx) -> Result<Json<Spending>, ApiError> {
    Ok(Json(engine::spending::get(&cx).await?))
}

/// Gives one budget.
#[utoipa::path(get, path = "/budgets/{id}", tag = "budgets", operation_id = "find_budget", params(("id" = BudgetId, Path)),
    responses((status = 200, body = Budget)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<BudgetId>) -> Result<Json<Budget>, ApiError> {
    Ok(Json(budgets::get(&cx, id).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Limit {
    /// The most that may be spent on one UTC day, in millionths of a dollar.
    limit_micros: Micros,
}

/// Changes a budget's limit.
#[utoipa::path(put, path = "/budgets/{id}", tag = "budgets", operation_id = "save_budget", params(("id" = BudgetId, Path)), request_body = Limit,
    responses((status = 200, body = Budget)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<BudgetId>,
    ApiJson(limit): ApiJson<Limit>,
) -> Result<Json<Budget>, ApiError> {
    Ok(Json(budgets::save(&cx, id, limit.limit_micros).await?))
}

/// Deletes a budget.
#[utoipa::path(delete, path = "/budgets/{id}", tag = "budgets", operation_id = "delete_budget", params(("id" = BudgetId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<BudgetId>) -> Result<StatusCode, ApiError> {
    budgets::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
