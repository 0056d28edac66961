//! Agents over HTTP, and trying one.

use axum::Json;
use axum::http::StatusCode;
use domain::agent::{Agent, AgentDraft, AgentRow, Provider};
use domain::filter::{Filter, Page};
use domain::id::AgentId;
use domain::message::Channel;
use domain::money::Micros;
use domain::turn::{Said, TestAsk};
use engine::agents;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiQuery, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(find, save, delete)).routes(routes!(test))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `draft`, `live` or `paused`.
    status: Option<String>,
    /// A part of the name.
    q: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Rows per page, 1-100.
    page_size: Option<i64>,
}

/// Lists agents, last saved first, with what each did in the last 30 days.
#[utoipa::path(get, path = "/agents", tag = "agents", params(ListQuery),
    responses((status = 200, body = Page<AgentRow>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
async fn list(ApiCx(cx): ApiCx, ApiQuery(query): ApiQuery<ListQuery>) -> Result<Json<Page<AgentRow>>, ApiError> {
    let ListQuery { status, q, page, page_size } = query;
    let filter = Filter { status, q, page, page_size, ..Filter::default() };
    let mut tx = cx.read().await?;
    Ok(Json(db::agents::list(&mut tx, &filter, cx.now()).await?))
}

/// Makes an agent. A name is enough.
#[utoipa::path(post, path = "/agents", tag = "agents", request_body = AgentDraft,
    responses((status = 201, body = Agent), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(ApiCx(cx): ApiCx, ApiJson(draft): ApiJson<AgentDraft>) -> Result<(StatusCode, Json<Agent>), ApiError> {
    Ok((StatusCode::CREATED, Json(agents::create(&cx, draft).await?)))
}

/// Gives one agent.
#[utoipa::path(get, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = Agent), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn find(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<Json<Agent>, ApiError> {
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    Ok(Json(agent))
}

#[derive(Deserialize, ToSchema)]
struct Save {
    #[serde(flatten)]
    draft: AgentDraft,
    /// The version that was edited. With it, a save by somebody else in between is a conflict; without it the last one wins.
    version: Option<i32>,
}

/// Saves an agent as its next version. The whole of it: a field that is left out takes its default.
#[utoipa::path(put, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path)), request_body = Save,
    responses((status = 200, body = Agent), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(save): ApiJson<Save>,
) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::save(&cx, id, save.draft, save.version).await?))
}

/// Deletes an agent that no campaign under way speaks through.
#[utoipa::path(delete, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<StatusCode, ApiError> {
    agents::delete(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
struct Test {
    /// What the lead says.
    #[serde(default)]
    input: String,
    /// What was said before, oldest first.
    #[serde(default)]
    history: Vec<Said>,
    /// The channel whose rules hold.
    channel: Option<Channel>,
    /// What to call the lead.
    #[serde(default)]
    lead_name: String,
}

#[derive(Serialize, ToSchema)]
struct Tested {
    /// Who ran the model that answered.
    provider: Provider,
    /// The model that answered.
    model: String,
    /// Tokens sent, as the provider counted them.
    tokens_prompt: u32,
    /// Tokens answered with.
    tokens_completion: u32,
    /// From asking to the last word.
    latency_ms: u32,
    /// From asking to the first word.
    first_token_ms: u32,
    /// What it cost, in millionths of a US dollar.
    cost_micros: Micros,
    /// The models that failed before this one, each with its reason.
    fallbacks: Vec<String>,
    /// The answer.
    response: String,
}

/// Tries an agent on what a lead might say. Nothing is sent to anyone.
#[utoipa::path(post, path = "/agents/{id}/test", tag = "agents", params(("id" = AgentId, Path)), request_body = Test,
    responses((status = 200, body = Tested), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 502, body = ErrorBody, description = "No model gave an answer.")))]
async fn test(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(test): ApiJson<Test>,
) -> Result<Json<Tested>, ApiError> {
    let Test { input, history, channel, lead_name } = test;
    let ask = TestAsk { input, history, channel, lead_name, ..TestAsk::default() };
    let done = engine::turn::test(&cx, id, ask, &mut |_| {}).await?;
    let Some(figures) = done.figures.filter(|_| done.answered) else {
        return Err(engine::Error::Refused(done.reason.unwrap_or_else(|| "No model gave an answer.".into())).into());
    };
    Ok(Json(Tested {
        provider: figures.model.provider,
        model: figures.model.model,
        tokens_prompt: figures.tokens_prompt,
        tokens_completion: figures.tokens_completion,
        latency_ms: figures.latency_ms,
        first_token_ms: figures.first_token_ms,
        cost_micros: figures.cost_micros,
        fallbacks: figures.fallbacks,
        response: done.text,
    }))
}
