//! Leads over HTTP: one by one, a thousand at once, or as a CSV file.

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use domain::erasure::Receipt;
use domain::filter::{Filter, Page};
use domain::id::{ImportId, LeadId, UserId};
use domain::lead::{BulkResult, ColumnMapping, Import, ImportPreview, Lead, LeadDraft};
use domain::problem::Problems;
use engine::{erasure, imports, leads};
use futures::StreamExt;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody, room};

/// A thousand leads with long notes.
const BULK_LIMIT: usize = 8 * 1024 * 1024;
/// The largest file, and what multipart writes around it.
const UPLOAD_LIMIT: usize = imports::MAX_BYTES + 64 * 1024;
/// How much of a file that is too large we read on, so that its sender hears the answer instead of a broken connection.
const DRAIN_LIMIT: usize = 4 * UPLOAD_LIMIT;

/// The routes of this file.
pub fn routes() -> ApiRouter {
    let upload_limit = || DefaultBodyLimit::max(UPLOAD_LIMIT);
    ApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(find, save, delete))
        .routes(routes!(erase))
        .routes(routes!(bulk).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .routes(routes!(import).layer(upload_limit()))
        .routes(routes!(preview).layer(upload_limit()))
        .routes(routes!(find_import))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// `new`, `contacted`, `replied` or `opted_out`.
    status: Option<String>,
    /// A part of the name, company, number or address.
    q: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists leads, newest first.
#[utoipa::path(get, path = "/leads", tag = "leads", operation_id = "list_leads", params(ListQuery),
    responses((status = 200, body = Page<Lead>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<Lead>>, ApiError> {
    let ListQuery { status, q, page, page_size } = query;
    let filter = Filter { status, q, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::leads::list(&mut tx, &filter).await?))
}

/// Makes a lead. A phone number or an e-mail address is enough; one that another lead has is refused.
#[utoipa::path(post, path = "/leads", tag = "leads", operation_id = "create_lead", request_body = LeadDraft,
    responses((status = 201, body = Lead)))]
async fn create(ApiCx(cx): ApiCx, ApiJson(draft): ApiJson<LeadDraft>) -> Result<(StatusCode, Json<Lead>), ApiError> {
    Ok((StatusCode::CREATED, Json(leads::create(&cx, draft).await?)))
}

/// Gives one lead.
#[utoipa::path(get, path = "/leads/{id}", tag = "leads", operation_id = "find_lead", params(("id" = LeadId, Path)),
    responses((status = 200, body = Lead)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<LeadId>) -> Result<Json<Lead>, ApiError> {
    Ok(Json(leads::get(&cx, id).await?))
}

/// Writes every field of a lead anew. A change of consent is written down with where and who.
#[utoipa::path(put, path = "/leads/{id}", tag = "leads", operation_id = "save_lead", params(("id" = LeadId, Path)), request_body = LeadDraft,
    responses((status = 200, body = Lead)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<LeadId>,
    ApiJson(draft): ApiJson<LeadDraft>,
) -> Result<Json<Lead>, ApiError> {
    Ok(Json(leads::update(&cx, id, draft).await?))
}

/// Deletes a lead and frees its number and address. What was said stays, and so does an opt-out.
#[utoipa::path(delete, path = "/leads/{id}", tag = "leads", operation_id = "delete_lead", params(("id" = LeadId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<LeadId>) -> Result<StatusCode, ApiError> {
    leads::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erases a person: names, numbers, messages, raw posts and everything else that was kept about them. There is no way back; only an
/// opt-out stays, as a number. Owners and admins only. Gives the receipt; a deleted lead can still be erased.
#[utoipa::path(post, path = "/leads/{id}/erase", tag = "leads", operation_id = "erase_lead", params(("id" = LeadId, Path)),
    responses((status = 200, body = Receipt), (status = 409, body = ErrorBody)))]
async fn erase(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<LeadId>) -> Result<Json<Receipt>, ApiError> {
    Ok(Json(erasure::erase(&cx, id).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Bulk {
    /// At most 1000.
    leads: Vec<LeadDraft>,
}

/// Makes up to 1000 leads. Rows with problems and rows that are known already are left out and named.
#[utoipa::path(post, path = "/leads/bulk", tag = "leads", request_body = Bulk,
    responses((status = 200, body = BulkResult)))]
async fn bulk(ApiCx(cx): ApiCx, ApiJson(bulk): ApiJson<Bulk>) -> Result<Json<BulkResult>, ApiError> {
    Ok(Json(leads::bulk(&cx, bulk.leads).await?))
}

#[derive(ToSchema)]
#[schema(as = LeadsUpload)]
#[expect(dead_code, reason = "describes the form; the parts are read one by one")]
struct UploadForm {
    /// The CSV file: a heading row, then one lead per row.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Which column (from 0) holds which field, as JSON: `{"name": 0, "phone": 2}`. Guessed from the heading when it is missing.
    /// `"country_code": 49` says which country numbers without `+` are of; without it they are of the US.
    mapping: Option<String>,
}

/// Takes a CSV file in. A file of up to 5,000 rows is done when this answers; a longer one goes on, see its report.
#[utoipa::path(post, path = "/leads/import", tag = "leads",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Import)))]
async fn import(ApiCx(cx): ApiCx, upload: Upload) -> Result<(StatusCode, Json<Import>), ApiError> {
    let Upload { file_name, content, mapping, _place } = upload;
    let import = imports::start(&cx, &file_name, content, mapping).await?;
    Ok((StatusCode::CREATED, Json(import)))
}

/// Looks at a CSV file without keeping it: its columns, what they seem to be, and its first rows.
#[utoipa::path(post, path = "/leads/import/preview", tag = "leads",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportPreview)))]
async fn preview(ApiCx(cx): ApiCx, upload: Upload) -> Result<Json<ImportPreview>, ApiError> {
    cx.may(domain::access::Right::Write)?;
    let look = move || imports::preview(&upload.content, upload.mapping);
    Ok(Json(tokio::task::spawn_blocking(look).await.map_err(engine::Error::internal)??))
}

/// Gives an import with its report so far.
#[utoipa::path(get, path = "/leads/imports/{id}", tag = "leads", params(("id" = ImportId, Path)),
    responses((status = 200, body = Import)))]
async fn find_import(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<ImportId>) -> Result<Json<Import>, ApiError> {
    Ok(Json(imports::get(&cx, id).await?))
}

/// A file that came as a form. It keeps its place until it is dropped.
struct Upload {
    file_name: String,
    content: Vec<u8>,
    mapping: Option<ColumnMapping>,
    _place: room::Place,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let holder = room::may_upload(&parts)?;
        Self::take(Request::from_parts(parts, body), state, holder).await
    }
}

impl Upload {
    async fn take<S: Send + Sync>(request: Request, state: &S, holder: Option<UserId>) -> Result<Self, ApiError> {
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
        let place = room::ROOM.place(holder).await?;
        room::in_time(async |form| read(form, length.unwrap_or_default(), place).await, form).await
    }
}

async fn read(mut form: Multipart, length: usize, place: room::Place) -> Result<Upload, ApiError> {
    let (mut file, mut mapping) = (None, None);
    while let Some(field) = form.next_field().await.map_err(refused)? {
        match field.name() {
            Some("file") => {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                file = Some((file_name, room::bytes(field, length).await.map_err(refused)?));
            }
            Some("mapping") => mapping = mapping_of(&field.text().await.map_err(refused)?)?,
            _ => {}
        }
    }
    let missing = || Problems::one("file", "Send the CSV file in a multipart field called `file`.");
    let (file_name, content) = file.ok_or_else(|| engine::Error::Invalid(missing()))?;
    Ok(Upload { file_name, content, mapping, _place: place })
}

/// Reads `{"name": 0}` or `[["name", 0]]`. Nothing, or an empty one, means: guess.
fn mapping_of(text: &str) -> Result<Option<ColumnMapping>, ApiError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Pairs(ColumnMapping),
        Names(BTreeMap<String, u32>),
    }
    if text.trim().is_empty() {
        return Ok(None);
    }
    let form = serde_json::from_str(text).map_err(|_| {
        engine::Error::field(
            "mapping",
            "Give the mapping as JSON: a field and its column from 0, such as {\"phone\": 2}.",
        )
    })?;
    let pairs = match form {
        Form::Pairs(pairs) => pairs,
        Form::Names(names) => names.into_iter().collect(),
    };
    Ok(Some(pairs).filter(|pairs| !pairs.is_empty()))
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
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "invalid",
        format!("The form could not be read: {}.", why.trim_end_matches('.')),
    )
}

fn too_large() -> ApiError {
    let sentence =
        format!("The file is larger than {} MB. Split it into smaller ones.", imports::MAX_BYTES / 1024 / 1024);
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn upload(content_type: &str, body: impl Into<Body>) -> Result<Upload, StatusCode> {
        use axum::response::IntoResponse;
        let request = Request::builder()
            .method("POST")
            .header("content-type", content_type)
            .body(body.into())
            .expect("a request");
        Upload::take(request, &(), None).await.map_err(|error| error.into_response().status())
    }

    #[tokio::test]
    async fn a_form_is_read_and_what_is_none_is_refused_with_a_reason() {
        let form = "multipart/form-data; boundary=x";
        let part = |head: &str, text: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
        let file = part("name=\"file\"; filename=\"a.csv\"", "phone\n1");
        let whole = format!("{}{file}--x--\r\n", part("name=\"mapping\"", "{\"phone\": 0}"));
        let read = upload(form, whole).await.expect("a form");
        assert_eq!((read.file_name.as_str(), read.content.as_slice()), ("a.csv", &b"phone\n1"[..]));
        assert_eq!(read.mapping, Some(vec![("phone".to_owned(), 0)]));

        let status =
            async |content_type: &str, body: String| upload(content_type, body).await.err().map(|s| s.as_u16());
        assert_eq!(status("text/plain", "phone\n1".into()).await, Some(415));
        assert_eq!(status("multipart/form-data", file.clone()).await, Some(400));
        assert_eq!(status(form, "--x\r\n".into()).await, Some(400));
        assert_eq!(status(form, file.clone()).await, Some(400), "cut short");
        assert_eq!(status(form, "--x--\r\n".into()).await, Some(422), "no file");
        assert_eq!(status(form, format!("{}--x--\r\n", part("name=\"picture\"", "1"))).await, Some(422));
        assert_eq!(status(form, format!("{file}{}--x--\r\n", part("name=\"mapping\"", "nonsense"))).await, Some(422));
    }
}
