//! Templates over HTTP, and handing one in to WhatsApp.

use axum::Json;
use axum::http::StatusCode;
use domain::filter::{Filter, Page};
use domain::id::TemplateId;
use domain::template::{Template, TemplateDraft};
use engine::templates;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(find, save, delete)).routes(routes!(submit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// `sms`, `whatsapp` or `voice`.
    channel: Option<String>,
    /// `draft`, `submitted`, `approved` or `rejected`.
    status: Option<String>,
    /// A part of the name or the text.
    q: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists templates by channel and name.
#[utoipa::path(get, path = "/templates", tag = "templates", operation_id = "list_templates", params(ListQuery),
    responses((status = 200, body = Page<Template>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<Template>>, ApiError> {
    let ListQuery { channel, status, q, page, page_size } = query;
    let filter = Filter { channel, status, q, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::templates::list(&mut tx, &filter).await?))
}

/// Makes a template as a draft.
#[utoipa::path(post, path = "/templates", tag = "templates", operation_id = "create_template", request_body = TemplateDraft,
    responses((status = 201, body = Template)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiJson(draft): ApiJson<TemplateDraft>,
) -> Result<(StatusCode, Json<Template>), ApiError> {
    Ok((StatusCode::CREATED, Json(templates::create(&cx, draft).await?)))
}

/// Gives one template.
#[utoipa::path(get, path = "/templates/{id}", tag = "templates", operation_id = "find_template", params(("id" = TemplateId, Path)),
    responses((status = 200, body = Template)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<TemplateId>) -> Result<Json<Template>, ApiError> {
    Ok(Json(templates::get(&cx, id).await?))
}

/// Saves a template. One that changed is a draft again: WhatsApp approved another text.
#[utoipa::path(put, path = "/templates/{id}", tag = "templates", operation_id = "save_template", params(("id" = TemplateId, Path)), request_body = TemplateDraft,
    responses((status = 200, body = Template), (status = 409, body = ErrorBody)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<TemplateId>,
    ApiJson(draft): ApiJson<TemplateDraft>,
) -> Result<Json<Template>, ApiError> {
    Ok(Json(templates::save(&cx, id, draft).await?))
}

/// Deletes a template that no campaign under way sends.
#[utoipa::path(delete, path = "/templates/{id}", tag = "templates", operation_id = "delete_template", params(("id" = TemplateId, Path)),
    responses((status = 204),
        (status = 409, body = ErrorBody)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<TemplateId>) -> Result<StatusCode, ApiError> {
    templates::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hands a WhatsApp template in for approval. Its state follows by itself: ask again for it.
#[utoipa::path(post, path = "/templates/{id}/submit", tag = "templates", params(("id" = TemplateId, Path)),
    responses((status = 200, body = Template), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 502, body = ErrorBody, description = "The provider refused it.")))]
async fn submit(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<TemplateId>) -> Result<Json<Template>, ApiError> {
    Ok(Json(templates::submit(&cx, id).await?))
}
