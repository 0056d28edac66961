//! Turns of agents over HTTP: trying an agent, why a message was written, and a conversation once more with something changed.

use axum::Json;
use domain::agent::Provider;
use domain::id::{AgentId, ConversationId, MessageId, TurnId};
use domain::message::Channel;
use domain::money::Micros;
use domain::turn::{Handover, Overrides, ReplayAsk, Replayed, Said, TestAsk, TraceStep, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(test)).routes(routes!(why)).routes(routes!(replay))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Test {
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
    /// What differs from the saved agent, for this test only.
    #[serde(default)]
    overrides: Overrides,
}

#[derive(Serialize, ToSchema)]
struct Tested {
    /// The turn, as it is kept.
    turn: TurnId,
    /// Who ran the model that answered; null when the message had to go to a human before any model was asked.
    provider: Option<Provider>,
    /// The model that answered; null when none was asked.
    model: Option<String>,
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
    /// The answer, or the holding text of a conversation that goes to a human.
    response: String,
    /// The messages that it would go out as.
    parts: Vec<String>,
    /// Why it would go to a human; null when the agent answers.
    escalated: Option<Handover>,
    /// Step by step.
    trace: Vec<TraceStep>,
}

/// Tries an agent on what a lead might say. Nothing is sent to anyone, no ticket is opened, no webhook is called.
#[utoipa::path(post, path = "/agents/{id}/test", tag = "agents", params(("id" = AgentId, Path)), request_body = Test,
    responses((status = 200, body = Tested),
        (status = 502, body = ErrorBody, description = "No model gave an answer.")))]
async fn test(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(test): ApiJson<Test>,
) -> Result<Json<Tested>, ApiError> {
    let Test { input, history, channel, lead_name, overrides } = test;
    let ask = TestAsk { input, history, channel, lead_name, overrides };
    let done = engine::turn::test(&cx, id, ask, &mut |_| {}).await?;
    if !done.answered {
        return Err(engine::Error::Refused(done.reason.unwrap_or_else(|| "No model gave an answer.".into())).into());
    }
    let figures = done.figures.as_ref();
    let count = |read: fn(&domain::turn::Figures) -> u32| figures.map_or(0, read);
    Ok(Json(Tested {
        turn: done.record.id,
        provider: figures.map(|f| f.model.provider),
        model: figures.map(|f| f.model.model.clone()),
        tokens_prompt: count(|f| f.tokens_prompt),
        tokens_completion: count(|f| f.tokens_completion),
        latency_ms: figures.map_or(done.record.duration_ms, |f| f.latency_ms),
        first_token_ms: count(|f| f.first_token_ms),
        cost_micros: figures.map(|f| f.cost_micros).unwrap_or_default(),
        fallbacks: figures.map(|f| f.fallbacks.clone()).unwrap_or_default(),
        response: done.text,
        parts: done.parts,
        escalated: done.escalated,
        trace: done.record.trace,
    }))
}

/// Tells why a message was written: by whom, from which template or version, with which passages, tools, rules, model, cost and times.
#[utoipa::path(get, path = "/messages/{id}/why", tag = "conversations", params(("id" = MessageId, Path)),
    responses((status = 200, body = Why)))]
async fn why(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<MessageId>) -> Result<Json<Why>, ApiError> {
    Ok(Json(engine::why::of_message(&cx, id).await?))
}

/// Runs the agent's turns of a conversation again with another model, prompt or set of guardrails, and compares. Tools answer from the
/// record and nothing is sent; the models are really asked.
#[utoipa::path(post, path = "/conversations/{id}/replay", tag = "conversations", params(("id" = ConversationId, Path)), request_body = ReplayAsk,
    responses((status = 200, body = Replayed), (status = 409, body = ErrorBody)))]
async fn replay(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<ConversationId>,
    ApiJson(ask): ApiJson<ReplayAsk>,
) -> Result<Json<Replayed>, ApiError> {
    Ok(Json(engine::replay::run(&cx, id, ask).await?))
}
