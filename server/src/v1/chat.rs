//! One call: who asks, which models, may it be paid, then the first model that answers.

use std::time::Duration;

use async_stream::stream;
use axum::body::Body as HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::agent::ModelChoice;
use engine::{Engine, gateway};
use futures::StreamExt;
use llm::{Models, Refused, Relayed};
use serde::Deserialize;

use super::body::Body;
use super::described::{ChatAnswer, ChatRequest, GatewayError};
use super::ending::Ending;
use super::frames::{Frames, UsageJson};
use super::{V1Error, asked, translate};

/// The largest request: long conversations and images in them.
const LARGEST: usize = 16 * 1024 * 1024;
/// As much of a request that is refused is read for nothing.
const HEARD_OUT: usize = 512 * 1024 * 1024;
/// How long a request may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);
/// How long a model may take in all, as OpenAI's own clients wait.
pub const PATIENCE: Duration = Duration::from_secs(300);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MODEL: HeaderName = HeaderName::from_static("x-model");

/// Asks a model, as OpenAI's chat completions do; any OpenAI client works with this server's `/v1` as its base address.
///
/// Several models with `|` between are tried in order. The call is held against the workspace's budget before it is made; where there is
/// one, a model that is billed without a known price is refused (`model_not_priced`), alone or among others.
/// With `stream`, the answer is a stream of `chat.completion.chunk` events that ends with `data: [DONE]`; an error after its beginning is
/// an event `{"error": …}`.
#[utoipa::path(post, path = "/v1/chat/completions", tag = "gateway", operation_id = "chat_completions", security(("key" = [])),
    params(("x-request-id" = Option<String>, Header, description = "Your own id of the call, a plain word of at most 64 characters. It comes back, and is in the log.")),
    request_body = ChatRequest,
    responses(
        (status = 200, description = "The answer.", content((ChatAnswer = "application/json"), (String = "text/event-stream")),
            headers(("x-model" = String, description = "The model that answered, as `provider/model`."), ("x-request-id" = String, description = "The id of the call."))),
        (status = 400, body = GatewayError, description = "A field is wrong; `param` names it."),
        (status = 401, body = GatewayError, description = "No key, or one that does not open the gateway."),
        (status = 404, body = GatewayError, description = "No model of that name."),
        (status = 408, body = GatewayError, description = "The request did not arrive in time."),
        (status = 413, body = GatewayError, description = "Larger than 16 MB."),
        (status = 429, body = GatewayError, description = "A budget is used up (`insufficient_quota`, not worth a retry before tomorrow), or the provider wants a pause.",
            headers(("retry-after" = u32, description = "Seconds."), ("x-should-retry" = bool, description = "Whether a client should try again by itself."))),
        (status = 500, body = GatewayError),
        (status = 502, body = GatewayError, description = "The provider answered with an error or with nonsense, or is not set up."),
        (status = 503, body = GatewayError, description = "Too many calls at once, or no provider can be reached.",
            headers(("retry-after" = u32, description = "Seconds."))),
        (status = 504, body = GatewayError, description = "No provider answered in time.")))]
pub async fn completions(State(engine): State<Engine>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let id = request_id(&parts.headers);
    let mut response = match answer(&engine, &parts.headers, body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The client's own id, if it is a plain word; a new one else.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    if let Some(given) = headers.get(REQUEST_ID)
        && given.len() <= 64
        && given.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    {
        return given.clone();
    }
    let id = format!("req_{}", uuid::Uuid::now_v7().simple());
    HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("req"))
}

async fn answer(engine: &Engine, headers: &HeaderMap, body: HttpBody) -> Result<Response, V1Error> {
    let key = match super::key(engine, headers).await {
        Ok(key) => key,
        Err(error) => {
            // A caller that waits for a go-ahead sends nothing until it gets one.
            if !headers.contains_key(header::EXPECT) {
                let _ = tokio::time::timeout(ARRIVAL, arrived(body, 0)).await;
            }
            return Err(error);
        }
    };
    let bytes = match tokio::time::timeout(ARRIVAL, arrived(body, LARGEST)).await {
        Ok(bytes) => bytes?,
        Err(_) => {
            return Err(V1Error::new(408, "invalid_request_error", "timeout", "The request did not arrive in time."));
        }
    };
    // Half an emoji spoils one sign of one message.
    let bytes = domain::json::mended(&bytes);
    let body = Body::read(&bytes)?;
    let models = &engine.parts().models;
    let choices = body.choices(models)?;
    // Before anything is spent: a model further back in the chain must be able to be asked, too.
    let ours = choices.iter().filter(|choice| !Models::relays(choice.provider));
    let ours = ours.map(|choice| asked::asked(&body, choice)).collect::<Result<Vec<_>, _>>()?;
    let mut ours = ours.into_iter();
    let pass = gateway::enter(engine, key.workspace(), key.id, body.worst(&choices)).await;
    let pass = pass.map_err(|denied| V1Error::denied(denied, engine.system(key.workspace()).now()))?;
    let mut ending = Ending::new(pass, body.most());
    let mut refusals: Vec<Refused> = Vec::new();
    for choice in &choices {
        ending.guess = body.guess(0);
        if !Models::relays(choice.provider)
            && let Some(asked) = ours.next()
        {
            match translate::answer(models, choice, asked, &body, ending).await {
                Ok(response) => return Ok(response),
                Err((back, refused)) => {
                    ending = back;
                    refusals.push(refused);
                    continue;
                }
            }
        }
        ending.begin(choice);
        match models.relay(choice, Bytes::from(body.for_model(choice)), body.stream, PATIENCE).await {
            Ok(relayed) if body.stream => return Ok(pass_on(relayed, choice, &body, ending)),
            Ok(relayed) => match relayed.whole().await {
                Ok(whole) => {
                    let guess = body.guess(whole.len());
                    ending.guess = guess;
                    ending.end("ok", None, usage(&whole));
                    return Ok(with_model(
                        ([(header::CONTENT_TYPE, "application/json")], whole).into_response(),
                        choice,
                    ));
                }
                Err(error) => {
                    ending.failed(&error);
                    refusals.push(error.into());
                }
            },
            Err(refused) => {
                ending.failed(&refused.error);
                refusals.push(refused);
            }
        }
    }
    ending.give_up();
    Err(V1Error::refused(most_hopeful(refusals)))
}

/// A whole body. One that is too large is heard out before it is refused, or its sender would see a broken connection instead of the
/// reason.
async fn arrived(body: HttpBody, most: usize) -> Result<Bytes, V1Error> {
    let mut stream = body.into_data_stream();
    let broken = |_| V1Error::new(400, "invalid_request_error", "incomplete", "The request broke off on its way.");
    let Some(first) = stream.next().await.transpose().map_err(broken)? else { return Ok(Bytes::new()) };
    let (mut seen, mut rest) = (first.len(), Vec::new());
    while let Some(part) = stream.next().await.transpose().map_err(broken)? {
        seen += part.len();
        if seen > HEARD_OUT {
            break;
        }
        if seen <= most {
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&part);
        } else {
            rest = Vec::new();
        }
    }
    match seen {
        _ if seen > most => Err(V1Error::too_large()),
        // The common case: it came in one piece, and is not copied.
        _ if rest.is_empty() => Ok(first),
        _ => Ok(rest.into()),
    }
}

/// Names the model that answers.
pub fn with_model(mut response: Response, choice: &ModelChoice) -> Response {
    if let Ok(name) = HeaderValue::from_str(&choice.to_string()) {
        response.headers_mut().insert(MODEL, name);
    }
    response
}

/// A stream of events, with the headers that keep it one.
pub fn events(body: HttpBody, choice: &ModelChoice) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    with_model((headers, body).into_response(), choice)
}

/// Passes a stream on, event by event, and keeps the books.
fn pass_on(mut relayed: Relayed, choice: &ModelChoice, body: &Body<'_>, mut ending: Ending) -> Response {
    let mut frames = Frames::new(body.usage);
    let base = body.guess(0);
    let events_of = stream! {
        ending.spoke();
        let broken = loop {
            match relayed.next().await {
                Ok(Some(bytes)) => {
                    let out = match frames.push(bytes) {
                        Ok(out) => out,
                        Err(error) => break Some(error),
                    };
                    // An event carries about 160 bytes around a token.
                    let written = u32::try_from(frames.passed / 160).unwrap_or(u32::MAX);
                    ending.guess = llm::Usage { completion_tokens: written, ..base };
                    if !out.is_empty() {
                        yield Ok::<_, std::convert::Infallible>(out);
                    }
                }
                Ok(None) => {
                    let rest = frames.finish();
                    if !rest.is_empty() {
                        yield Ok(rest);
                    }
                    break (!frames.is_done && !frames.failed).then_some(llm::Error::Cut);
                }
                Err(_) if frames.is_done => break None,
                Err(error) => break Some(error),
            }
        };
        let failed = frames.failed.then_some(llm::Error::Cut);
        relayed.settle(broken.as_ref().or(failed.as_ref()));
        match (&broken, frames.failed) {
            (None, false) if !frames.has_reason => {
                ending.end("cut", Some("the provider ended without a reason to stop".into()), frames.usage);
            }
            (None, false) => ending.end("ok", None, frames.usage),
            (None, true) => ending.end("cut", Some("the provider broke off with an error".into()), frames.usage),
            (Some(error), _) => {
                ending.end(error.word(), Some(error.to_string()), frames.usage);
                yield Ok(Bytes::from(V1Error::event(error)));
            }
        }
    };
    events(HttpBody::from_stream(events_of), choice)
}

#[derive(Deserialize)]
struct Whole {
    usage: Option<UsageJson>,
}

fn usage(whole: &[u8]) -> Option<llm::Usage> {
    serde_json::from_slice::<Whole>(whole).ok()?.usage.map(Into::into)
}

/// What a client can do something about comes first: wrong requests, then what time may cure.
fn most_hopeful(refusals: Vec<Refused>) -> Refused {
    let rank = |refused: &Refused| match &refused.error {
        llm::Error::Retry { .. } => 0,
        llm::Error::Timeout | llm::Error::Cut => 1,
        llm::Error::Stop { .. } => 2,
        llm::Error::Malformed { .. } => 3,
        llm::Error::Key { .. } | llm::Error::NotConfigured { .. } => 4,
    };
    let nobody = || llm::Error::Stop { status: None, reason: "no model was named".into() }.into();
    refusals.into_iter().min_by_key(rank).unwrap_or_else(nobody)
}
