//! What agents know, over HTTP: files, pages, and what a search finds.

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use domain::filter::{Filter, Page};
use domain::id::{AgentId, DocumentId, UserId};
use domain::knowledge::{Document, PageDraft, Passage, category};
use domain::problem::Problems;
use engine::knowledge;
use futures::StreamExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody, room};

/// The largest file, and what multipart writes around it.
const UPLOAD_LIMIT: usize = knowledge::MAX_BYTES + 64 * 1024;
/// How much of a file that is too large we read on, so that its sender hears the answer instead of a broken connection.
const DRAIN_LIMIT: usize = 4 * UPLOAD_LIMIT;

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, add).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .routes(routes!(add_page))
        .routes(routes!(search))
        .routes(routes!(find, change, delete))
        .routes(routes!(refresh))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// `queued`, `parsing`, `ready` or `failed`.
    status: Option<String>,
    /// Only this category.
    category: Option<String>,
    /// A part of the title.
    q: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists what an agent knows, newest first.
#[utoipa::path(get, path = "/agents/{id}/knowledge", tag = "knowledge", operation_id = "list_knowledge", params(("id" = AgentId, Path), ListQuery),
    responses((status = 200, body = Page<Document>)))]
async fn list(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Json<Page<Document>>, ApiError> {
    let only = query.category.as_deref().filter(|c| !c.trim().is_empty()).map(category);
    let filter =
        Filter { status: query.status, q: query.q, page: query.page, page_size: query.page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(db::knowledge::list(&mut tx, id, only.as_deref(), &filter).await?))
}

#[derive(ToSchema)]
#[schema(as = DocumentUpload)]
#[expect(dead_code, reason = "describes the form; it is read field by field")]
struct UploadForm {
    /// PDF, DOCX, HTML, Markdown, CSV, plain text, or a zip of those; at most 25 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it is about; `general` when it is missing.
    category: Option<String>,
}

/// Takes a file into an agent's knowledge. It is read by a worker: its `state` tells how far it is, and `reason` why it could not be read.
#[utoipa::path(post, path = "/agents/{id}/knowledge", tag = "knowledge", params(("id" = AgentId, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Document), (status = 409, body = ErrorBody)))]
async fn add(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    upload: Upload,
) -> Result<(StatusCode, Json<Document>), ApiError> {
    let Upload { file_name, content, category, _place } = upload;
    let document = knowledge::add_file(&cx, id, &file_name, &category, content).await?;
    Ok((StatusCode::CREATED, Json(document)))
}

/// Takes a page of the web into an agent's knowledge. Addresses that lead into private networks are refused, redirects included.
#[utoipa::path(post, path = "/agents/{id}/knowledge/pages", tag = "knowledge", params(("id" = AgentId, Path)), request_body = PageDraft,
    responses((status = 201, body = Document), (status = 409, body = ErrorBody)))]
async fn add_page(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(page): ApiJson<PageDraft>,
) -> Result<(StatusCode, Json<Document>), ApiError> {
    Ok((StatusCode::CREATED, Json(knowledge::add_page(&cx, id, page).await?)))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Search {
    /// What a person might ask, in their words.
    query: String,
    /// Only these categories; all when empty.
    #[serde(default)]
    categories: Vec<String>,
}

/// Searches what an agent knows, as it does itself: at most five passages, best first, scores from 0 to 1. Empty when nothing fits.
#[utoipa::path(post, path = "/agents/{id}/knowledge/search", tag = "knowledge", params(("id" = AgentId, Path)), request_body = Search,
    responses((status = 200, body = Vec<Passage>)))]
async fn search(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(search): ApiJson<Search>,
) -> Result<Json<Vec<Passage>>, ApiError> {
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    drop(tx);
    Ok(Json(knowledge::search(&cx, id, &search.query, &search.categories).await?))
}

/// Gives one document.
#[utoipa::path(get, path = "/knowledge/{id}", tag = "knowledge", operation_id = "find_document", params(("id" = DocumentId, Path)),
    responses((status = 200, body = Document)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<DocumentId>) -> Result<Json<Document>, ApiError> {
    Ok(Json(knowledge::get(&cx, id).await?))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = DocumentChange)]
pub(super) struct Change {
    /// What it is about; `general` when empty.
    category: String,
}

/// Puts a document into another category.
#[utoipa::path(patch, path = "/knowledge/{id}", tag = "knowledge", operation_id = "change_document", params(("id" = DocumentId, Path)), request_body = Change,
    responses((status = 200, body = Document)))]
async fn change(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<DocumentId>,
    ApiJson(change): ApiJson<Change>,
) -> Result<Json<Document>, ApiError> {
    Ok(Json(knowledge::set_category(&cx, id, &change.category).await?))
}

/// Reads a document anew; a page is fetched again. Until then what it gave before can be found.
#[utoipa::path(post, path = "/knowledge/{id}/refresh", tag = "knowledge", params(("id" = DocumentId, Path)),
    responses((status = 200, body = Document)))]
async fn refresh(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<DocumentId>) -> Result<Json<Document>, ApiError> {
    Ok(Json(knowledge::refresh(&cx, id).await?))
}

/// Deletes a document with everything of it, for good.
#[utoipa::path(delete, path = "/knowledge/{id}", tag = "knowledge", operation_id = "delete_document", params(("id" = DocumentId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<DocumentId>) -> Result<StatusCode, ApiError> {
    knowledge::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file that came as a form. It keeps its place until it is dropped: once the file is stored.
pub(super) struct Upload {
    file_name: String,
    content: Vec<u8>,
    category: String,
    _place: room::Place,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let holder = room::may_upload(&parts)?;
        Self::take(Request::from_parts(parts, body), state, &room::ROOM, holder).await
    }
}

impl Upload {
    /// Reads a file once there is room for it.
    pub(super) async fn take<S: Send + Sync>(
        request: Request,
        state: &S,
        room: &'static room::Room,
        holder: Option<UserId>,
    ) -> Result<Self, ApiError> {
        let headers = request.headers().clone();
        let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
        let is_form = text(header::CONTENT_TYPE)
            .is_some_and(|t| t.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"));
        let length: Option<usize> = text(header::CONTENT_LENGTH).and_then(|v| v.parse().ok());
        if !is_form {
            let sentence = "Send the file as `multipart/form-data`, in a field called `file`.";
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", sentence));
        }
        if length.is_some_and(|length| length > UPLOAD_LIMIT) {
            drain(request.into_body()).await;
            return Err(too_large());
        }
        let form = Multipart::from_request(request, state).await.map_err(|error| unreadable(&error.body_text()))?;
        let place = room.place(holder).await?;
        room::in_time(async |form| read(form, length.unwrap_or_default(), place).await, form).await
    }
}

async fn read(mut form: Multipart, length: usize, place: room::Place) -> Result<Upload, ApiError> {
    let (mut file, mut category) = (None, String::new());
    while let Some(field) = form.next_field().await.map_err(refused)? {
        match field.name() {
            Some("file") => {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                file = Some((file_name, room::bytes(field, length).await.map_err(refused)?));
            }
            Some("category") => category = field.text().await.map_err(refused)?,
            _ => {}
        }
    }
    let missing = || Problems::one("file", "Send the file in a multipart field called `file`.");
    let (file_name, content) = file.ok_or_else(|| engine::Error::Invalid(missing()))?;
    Ok(Upload { file_name, content, category, _place: place })
}

/// Reads a body to its end, or to where patience ends, and forgets it.
async fn drain(body: Body) {
    let mut stream = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        seen += chunk.len();
        if seen > DRAIN_LIMIT {
            return;
        }
    }
}

fn refused(error: MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { unreadable(&error.body_text()) }
}

fn unreadable(why: &str) -> ApiError {
    let sentence = format!("The form could not be read: {}.", why.trim_end_matches('.'));
    ApiError::new(StatusCode::BAD_REQUEST, "invalid", sentence)
}

fn too_large() -> ApiError {
    let most = knowledge::MAX_BYTES / 1024 / 1024;
    let sentence = format!("The file is larger than {most} MB. Split it into smaller ones.");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", sentence)
}
