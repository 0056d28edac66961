//! Campaigns for programs: made, drawn, checked, filled, started, held.

use axum::Json;
use axum::http::StatusCode;
use domain::campaign::{Audience, Campaign, CampaignDraft, CampaignRow, Counted, Flow, NodeProgress, Progress, RunRow};
use domain::filter::{Filter, Page};
use domain::flow::check::FlowProblem;
use domain::flow::graph::FlowGraph;
use domain::id::{AgentId, CampaignId};
use domain::lead::BulkResult;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, save, delete))
        .routes(routes!(flow, save_flow))
        .routes(routes!(validate))
        .routes(routes!(activate))
        .routes(routes!(pause))
        .routes(routes!(complete))
        .routes(routes!(enrol))
        .routes(routes!(runs))
        .routes(routes!(progress))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A part of the name.
    q: Option<String>,
    /// `draft`, `active`, `paused` or `completed`.
    status: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RunsQuery {
    /// A part of the person's name.
    q: Option<String>,
    /// Where the person stands: `waiting_reply`, `done` and others.
    status: Option<String>,
    /// Only those whom this figure counts.
    #[param(inline)]
    counted: Option<Counted>,
    /// The step that the figure is about, such as `n2`; the whole campaign when left out.
    step: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists campaigns, newest first, each with its figures.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", operation_id = "list_campaigns",
    params(ListQuery),
    responses((status = 200, body = Page<CampaignRow>)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<CampaignRow>>, ApiError> {
    let ListQuery { q, status, page, page_size } = query;
    let filter = Filter { q, status, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::campaigns::list(&mut tx, &filter).await?))
}

/// What makes a campaign.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewCampaign {
    /// Its name.
    #[serde(default)]
    name: String,
    /// The agent that speaks for it.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// Its drawing; a blank one when left out.
    #[serde(default, alias = "graph")]
    flow: Option<FlowGraph>,
}

/// Makes a campaign as a draft.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", operation_id = "create_campaign", request_body = NewCampaign,
    responses((status = 201, body = Campaign)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiJson(new): ApiJson<NewCampaign>,
) -> Result<(StatusCode, Json<Campaign>), ApiError> {
    let draft = CampaignDraft { name: new.name, agent_id: new.agent_id };
    Ok((StatusCode::CREATED, Json(engine::campaigns::create(&cx, draft, new.flow).await?)))
}

/// Gives one campaign with its figures.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", operation_id = "find_campaign", params(("id" = CampaignId, Path)),
    responses((status = 200, body = CampaignRow)))]
async fn get(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<CampaignRow>, ApiError> {
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(CampaignRow { campaign, progress: db::campaigns::progress(&mut tx, id).await? }))
}

/// Saves a campaign's name and agent.
#[utoipa::path(put, path = "/campaigns/{id}", tag = "campaigns", operation_id = "save_campaign", params(("id" = CampaignId, Path)), request_body = CampaignDraft,
    responses((status = 200, body = Campaign)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<CampaignId>,
    ApiJson(draft): ApiJson<CampaignDraft>,
) -> Result<Json<Campaign>, ApiError> {
    Ok(Json(engine::campaigns::save(&cx, id, draft).await?))
}

/// Deletes a campaign and stops everybody in it.
#[utoipa::path(delete, path = "/campaigns/{id}", tag = "campaigns", operation_id = "delete_campaign", params(("id" = CampaignId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<StatusCode, ApiError> {
    engine::campaigns::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a campaign's drawing as it stands.
#[utoipa::path(get, path = "/campaigns/{id}/flow", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Flow)))]
async fn flow(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Flow>, ApiError> {
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(db::flows::find(&mut tx, campaign.flow_id).await?.ok_or(engine::Error::NotFound)?))
}

/// A drawing and the revision it was made from.
#[derive(Deserialize, ToSchema)]
pub(super) struct EditedFlow {
    /// The revision that was edited.
    revision: i32,
    /// The new drawing.
    graph: FlowGraph,
}

/// Saves a campaign's drawing; 409 when somebody saved in between.
#[utoipa::path(put, path = "/campaigns/{id}/flow", tag = "campaigns", params(("id" = CampaignId, Path)), request_body = EditedFlow,
    responses((status = 200, body = Flow), (status = 409, body = ErrorBody)))]
async fn save_flow(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<CampaignId>,
    ApiJson(edited): ApiJson<EditedFlow>,
) -> Result<Json<Flow>, ApiError> {
    Ok(Json(engine::campaigns::save_flow(&cx, id, edited.revision, edited.graph).await?))
}

/// What a check found.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedFlow)]
struct Checked {
    /// Whether the campaign may start.
    valid: bool,
    /// Everything found, advice included.
    problems: Vec<FlowProblem>,
}

/// Checks a campaign as it is drawn now.
#[utoipa::path(post, path = "/campaigns/{id}/validate", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Checked)))]
async fn validate(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Checked>, ApiError> {
    let problems = engine::campaigns::check(&cx, id).await?;
    Ok(Json(Checked { valid: !problems.iter().any(|p| p.blocking), problems }))
}

/// Starts or resumes a campaign.
#[utoipa::path(post, path = "/campaigns/{id}/activate", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Campaign), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn activate(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Campaign>, ApiError> {
    Ok(Json(engine::campaigns::activate(&cx, id).await?))
}

/// Holds a running campaign.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Campaign), (status = 409, body = ErrorBody)))]
async fn pause(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Campaign>, ApiError> {
    Ok(Json(engine::campaigns::pause(&cx, id).await?))
}

/// Ends a running or held campaign: whoever is still in it is taken out and gets nothing more from it.
#[utoipa::path(post, path = "/campaigns/{id}/complete", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Campaign), (status = 409, body = ErrorBody)))]
async fn complete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Campaign>, ApiError> {
    Ok(Json(engine::campaigns::complete(&cx, id).await?))
}

/// Takes leads into a campaign: named ones, all, or those that a search leaves. Each lead is in a campaign once.
#[utoipa::path(post, path = "/campaigns/{id}/enrol", tag = "campaigns", params(("id" = CampaignId, Path)), request_body = Audience,
    responses((status = 200, body = BulkResult)))]
async fn enrol(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<CampaignId>,
    ApiJson(audience): ApiJson<Audience>,
) -> Result<Json<BulkResult>, ApiError> {
    Ok(Json(engine::campaigns::enrol(&cx, id, audience).await?))
}

/// Lists the people of a campaign and where each stands.
#[utoipa::path(get, path = "/campaigns/{id}/runs", tag = "campaigns", operation_id = "campaign_runs",
    params(("id" = CampaignId, Path), RunsQuery),
    responses((status = 200, body = Page<RunRow>)))]
async fn runs(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<CampaignId>,
    ApiQuery(query): ApiQuery<RunsQuery>,
) -> Result<Json<Page<RunRow>>, ApiError> {
    let RunsQuery { q, status, counted, step, page, page_size } = query;
    let filter = Filter { q, status, counted, step, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(db::runs::list(&mut tx, id, &filter).await?))
}

/// A campaign's figures, as a whole and per step.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignFigures)]
struct Figures {
    #[serde(flatten)]
    progress: Progress,
    /// Per step of the drawing; steps that nobody came to are left out.
    nodes: Vec<NodeProgress>,
}

/// Tells how far a campaign is, as a whole and per step.
#[utoipa::path(get, path = "/campaigns/{id}/progress", tag = "campaigns", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Figures)))]
async fn progress(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Figures>, ApiError> {
    let mut tx = cx.read().await?;
    db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let progress = db::campaigns::progress(&mut tx, id).await?;
    Ok(Json(Figures { progress, nodes: db::campaigns::node_progress(&mut tx, id).await? }))
}
