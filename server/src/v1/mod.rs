//! The model gateway: OpenAI's chat completions over our own models, with their fallbacks, breakers and budgets, for any OpenAI client.
//!
//! Made for little work per call: requests to hosts that speak the same dialect are passed through with only the fields changed that
//! are ours; keys are remembered, money comes from blocks that were reserved before, the log is written in batches. No call asks
//! Postgres for anything in the common case. None of the layers of the pages stands before it.

mod asked;
mod attachments;
mod body;
mod chat;
pub mod described;
mod ending;
mod error;
mod frames;
mod translate;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::agent::ModelChoice;
use domain::api_key::KeyScope;
use engine::Engine;
use engine::api_keys::{self, Key};
use serde_json::{Value, json};

use described::{GatewayError, ListedModel, ModelList};

pub use error::V1Error;

/// The routes.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat::completions))
        .route("/v1/models", get(list))
        .route("/v1/models/{*name}", get(find))
        .route("/v1", axum::routing::any(nowhere))
        .route("/v1/", axum::routing::any(nowhere))
        .route("/v1/{*path}", axum::routing::any(nowhere))
        .method_not_allowed_fallback(wrong_method)
        .with_state(engine)
}

/// The key of a request, if it may use the gateway.
async fn key(engine: &Engine, headers: &HeaderMap) -> Result<Arc<Key>, V1Error> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The scheme is the same word in any case (RFC 9110, 11.1).
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).unwrap_or_default();
    if token.is_empty() {
        return Err(V1Error::unauthorised("Send a key of this server as `Authorization: Bearer ao_…`."));
    }
    api_keys::by_token(engine, token, KeyScope::Gateway).await?.ok_or_else(|| {
        V1Error::unauthorised(
            "This is no key of this server, or it was revoked, or it does not open the model gateway.",
        )
    })
}

/// Lists every model that can be asked, as OpenAI lists them.
#[utoipa::path(get, path = "/v1/models", tag = "gateway", operation_id = "list_models", security(("key" = [])),
    responses((status = 200, body = ModelList), (status = 401, body = GatewayError)))]
async fn list(State(engine): State<Engine>, headers: HeaderMap) -> Result<Json<Value>, V1Error> {
    key(&engine, &headers).await?;
    let data: Vec<Value> = engine.parts().models.available().iter().map(|entry| model(&entry.choice)).collect();
    Ok(Json(json!({ "object": "list", "data": data })))
}

/// Gives one model that can be asked.
#[utoipa::path(get, path = "/v1/models/{name}", tag = "gateway", operation_id = "find_model", security(("key" = [])),
    params(("name" = String, Path, description = "`provider/model`, or a model's own name.")),
    responses((status = 200, body = ListedModel), (status = 401, body = GatewayError), (status = 404, body = GatewayError)))]
async fn find(
    State(engine): State<Engine>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, V1Error> {
    key(&engine, &headers).await?;
    let choice = engine.parts().models.resolve(&name).ok_or_else(|| V1Error::no_model(&name))?;
    Ok(Json(model(&choice)))
}

fn model(choice: &ModelChoice) -> Value {
    let priced = llm::price::cost(choice, llm::Usage::default()).is_some();
    json!({ "id": choice.to_string(), "object": "model", "created": 0, "owned_by": choice.provider, "priced": priced })
}

async fn nowhere() -> Response {
    V1Error::new(
        404,
        "invalid_request_error",
        "unknown_url",
        "There is no such address here. This server has /v1/chat/completions and /v1/models.",
    )
    .into_response()
}

async fn wrong_method() -> Response {
    V1Error::new(405, "invalid_request_error", "method_not_supported", "This address does not take that method.")
        .into_response()
}

/// Whether the gateway takes a body, for the tests of its example.
#[cfg(test)]
pub(crate) fn takes(bytes: &[u8]) -> bool {
    body::Body::read(bytes).is_ok()
}
