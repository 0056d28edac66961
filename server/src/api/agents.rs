//! Agents over HTTP: making, saving, publishing, and their versions. Trying one is in `turns`, their webhooks are in `actions`.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::diff::{self, FieldChange};
use domain::filter::{Filter, Page};
use domain::id::{AgentId, AgentVersionId};
use domain::library::{AgentRow, Publication};
use domain::skill::VoiceScript;
use engine::agents;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(find, save, delete))
        .routes(routes!(publish))
        .routes(routes!(versions))
        .routes(routes!(restore))
        .routes(routes!(set_status))
        .routes(routes!(speech))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// `draft`, `live` or `paused`.
    status: Option<String>,
    /// A part of the name.
    q: Option<String>,
    /// A model's name, or `provider/name`.
    model: Option<String>,
    /// Only agents that need attention.
    attention: Option<bool>,
    /// A column, with `-` in front for downwards: `updated`, `name`, `status`, `model`, `average`, `p50`, `p95`, `cost`,
    /// `cost_per_conversation`, `cost_per_minute`, `messages`, `escalation`, `tests`, `version`, `campaigns`.
    sort: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists agents, last saved first unless told otherwise, with what each did in the last 30 days.
#[utoipa::path(get, path = "/agents", tag = "agents", operation_id = "list_agents", params(ListQuery),
    responses((status = 200, body = Page<AgentRow>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<AgentRow>>, ApiError> {
    let ListQuery { status, q, model, attention, sort, page, page_size } = query;
    let filter = Filter { status, q, model, attention, sort, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::agents::list(&mut tx, &filter, cx.now()).await?))
}

/// Makes an agent. A name is enough.
#[utoipa::path(post, path = "/agents", tag = "agents", operation_id = "create_agent", request_body = AgentDraft,
    responses((status = 201, body = Agent)))]
async fn create(ApiCx(cx): ApiCx, ApiJson(draft): ApiJson<AgentDraft>) -> Result<(StatusCode, Json<Agent>), ApiError> {
    Ok((StatusCode::CREATED, Json(agents::create(&cx, draft).await?)))
}

/// Gives one agent.
#[utoipa::path(get, path = "/agents/{id}", tag = "agents", operation_id = "find_agent", params(("id" = AgentId, Path)),
    responses((status = 200, body = Agent)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<Json<Agent>, ApiError> {
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(agent))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Save {
    #[serde(flatten)]
    draft: AgentDraft,
    /// The version that was edited. With it, a save by somebody else in between is a conflict; without it the last one wins.
    version: Option<i32>,
}

/// Saves an agent as its next version. The whole of it: a field that is left out takes its default.
#[utoipa::path(put, path = "/agents/{id}", tag = "agents", operation_id = "save_agent", params(("id" = AgentId, Path)), request_body = Save,
    responses((status = 200, body = Agent), (status = 409, body = ErrorBody)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(save): ApiJson<Save>,
) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::save(&cx, id, save.draft, save.version).await?))
}

/// Deletes an agent that no campaign under way speaks through.
#[utoipa::path(delete, path = "/agents/{id}", tag = "agents", operation_id = "delete_agent", params(("id" = AgentId, Path)),
    responses((status = 204),
        (status = 409, body = ErrorBody)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<StatusCode, ApiError> {
    agents::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, Default, ToSchema)]
pub(super) struct Publish {
    /// What changed, for the history.
    #[serde(default)]
    note: String,
    /// Why it is published although its tests are not green. Owners only.
    overrule: Option<String>,
}

/// Makes the newest version the one that people hear. A suite that is not green keeps it back, unless an owner says why not.
#[utoipa::path(post, path = "/agents/{id}/publish", tag = "agents", params(("id" = AgentId, Path)), request_body = Publish,
    responses((status = 200, body = Agent), (status = 409, body = ErrorBody)))]
async fn publish(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(ask): ApiJson<Publish>,
) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::publish(&cx, id, &ask.note, ask.overrule).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct VersionsQuery {
    /// How many, the newest first, 1-100.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct Version {
    /// Its id.
    id: AgentVersionId,
    /// Its number, from 1.
    version: i32,
    /// Who saved it; empty for the system.
    author: String,
    /// When.
    created_at: chrono::DateTime<chrono::Utc>,
    /// Whether people hear it now.
    is_published: bool,
    /// Each time it was published, the last one first.
    publications: Vec<Publication>,
    /// What was saved.
    draft: AgentDraft,
    /// What changed since the version before it; empty for the first and for the oldest one listed.
    changes: Vec<FieldChange>,
}

/// Lists the versions of an agent, newest first, each with what changed.
#[utoipa::path(get, path = "/agents/{id}/versions", tag = "agents", params(("id" = AgentId, Path), VersionsQuery),
    responses((status = 200, body = Vec<Version>)))]
async fn versions(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiQuery(query): ApiQuery<VersionsQuery>,
) -> Result<Json<Vec<Version>>, ApiError> {
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let all = db::agents::versions(&mut tx, id, query.limit.unwrap_or(25).clamp(1, 100)).await?;
    let before = all.iter().skip(1).map(|v| Some(v.draft.clone())).chain(std::iter::once(None)).collect::<Vec<_>>();
    let listed = all.into_iter().zip(before).map(|(v, before)| Version {
        changes: before.map(|before| diff::drafts(&before, &v.draft)).unwrap_or_default(),
        id: v.id,
        version: v.version,
        author: v.author,
        created_at: v.created_at,
        is_published: v.is_published,
        publications: v.publications,
        draft: v.draft,
    });
    Ok(Json(listed.collect()))
}

/// Brings an old version back as the newest draft. People hear it once it is published.
#[utoipa::path(post, path = "/agents/{id}/versions/{version}/restore", tag = "agents",
    params(("id" = AgentId, Path), ("version" = i32, Path, description = "Its number.")),
    responses((status = 200, body = Agent)))]
async fn restore(ApiCx(cx): ApiCx, ApiPath((id, version)): ApiPath<(AgentId, i32)>) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::restore(&cx, id, version).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct SetStatus {
    /// `live`, `paused` or `draft`.
    status: AgentStatus,
}

/// Lets an agent speak or silences it, at once and without a new version. One that was never published is published as it is.
#[utoipa::path(put, path = "/agents/{id}/status", tag = "agents", params(("id" = AgentId, Path)), request_body = SetStatus,
    responses((status = 200, body = Agent)))]
async fn set_status(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(ask): ApiJson<SetStatus>,
) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::set_status(&cx, id, ask.status).await?))
}

#[derive(Deserialize, Default, ToSchema)]
pub(super) struct Speak {
    /// The script to read; without it, that of the draft.
    script: Option<VoiceScript>,
}

/// Reads an agent's phone script aloud. Without a speech model on this server it is a conflict.
#[utoipa::path(post, path = "/agents/{id}/speech", tag = "agents", params(("id" = AgentId, Path)), request_body = Speak,
    responses((status = 200, content_type = "audio/mpeg", description = "The sound."), (status = 409, body = ErrorBody), (status = 502, body = ErrorBody)))]
async fn speech(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(ask): ApiJson<Speak>,
) -> Result<impl IntoResponse, ApiError> {
    let sample = engine::speech::sample(&cx, id, ask.script).await?;
    Ok(([(header::CONTENT_TYPE, sample.content_type)], sample.audio))
}
