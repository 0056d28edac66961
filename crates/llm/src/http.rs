//! The thin call that all HTTP providers share: send, judge the status, turn the stream into deltas.
//!
//! Not here: which provider to call, when to try again. What a status means is decided by [`judge`], without IO.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::pause;
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use crate::settings::Secret;
use crate::sse::{Event, Parser};
use crate::{Delta, Error, Provider};

#[cfg(test)]
pub(crate) mod tests;

/// As much of an error answer as we read.
const ERROR_BODY: usize = 64 * 1024;
/// As much of a provider's sentence as we show.
const ERROR_TEXT: usize = 240;
/// The largest answer that we read in one piece.
const WHOLE: usize = 8 * 1024 * 1024;
/// The longest stream that we read: more tokens than any model writes, each with what stands around it.
const STREAM: usize = 32 * 1024 * 1024;

/// What reads one provider's answer.
pub(crate) trait Decode: Send + 'static {
    /// One event. `Done` is given once, at the end.
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error>;
    /// A whole answer, all of its text in one piece. `end` follows.
    fn whole(&mut self, body: &[u8]) -> Result<Option<Delta>, Error>;
    /// The stream is over: fine if a finish reason was seen, else `Cut`.
    fn end(&mut self) -> Result<Delta, Error>;
}

/// Sends a request and gives its deltas, also when the answer comes in one piece. Dropping the stream closes the call.
pub(crate) fn call(
    provider: Provider,
    request: reqwest::RequestBuilder,
    key: Option<Secret>,
    mut decoder: impl Decode,
) -> BoxStream<'static, Result<Delta, Error>> {
    async_stream::try_stream! {
        let response = request.send().await.map_err(|error| not_sent(provider, &error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = response.bytes_stream();
        if status != 200 {
            let body = beginning(&mut bytes).await;
            Err(judge(provider, status, &headers, &body, key.as_ref(), Utc::now()))?;
        }
        match kind(&headers) {
            Kind::Stream => {}
            Kind::Page => {
                Err(Error::Stop { status: None, reason: format!("`{provider}` did not answer with a stream; check its base address") })?;
            }
            Kind::Whole => {
                let body = all(&mut bytes, WHOLE).await?;
                if let Some(delta) = decoder.whole(&body)? {
                    yield delta;
                }
                yield decoder.end()?;
                return;
            }
        }
        let mut parser = Parser::default();
        let mut room = STREAM;
        while let Some(part) = bytes.next().await {
            // What went wrong with the connection does not matter: the answer is incomplete.
            let part = part.map_err(|_| Error::Cut)?;
            room = room.checked_sub(part.len()).ok_or_else(|| Error::Stop { status: None, reason: "the answer does not end".into() })?;
            for event in parser.push(&part).map_err(|_| Error::Cut)? {
                if let Some(delta) = decoder.event(&event)? {
                    let done = matches!(delta, Delta::Done { .. });
                    yield delta;
                    if done {
                        return;
                    }
                }
            }
        }
        let rest = match parser.finish() {
            Some(event) => decoder.event(&event)?,
            None => None,
        };
        let done = matches!(rest, Some(Delta::Done { .. }));
        if let Some(delta) = rest {
            yield delta;
        }
        if done {
            return;
        }
        yield decoder.end()?;
    }
    .boxed()
}

/// The first part of an error answer, whatever becomes of the rest.
pub(crate) async fn beginning<B: AsRef<[u8]>, E>(
    bytes: &mut (impl futures::Stream<Item = Result<B, E>> + Unpin),
) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(Ok(part)) = bytes.next().await
        && body.len() < ERROR_BODY
    {
        body.extend_from_slice(part.as_ref());
    }
    body
}

pub(crate) fn not_sent(provider: Provider, error: &reqwest::Error) -> Error {
    if error.is_builder() {
        return Error::Stop {
            status: None,
            reason: format!("the base address or the key of `{provider}` is not valid"),
        };
    }
    let what = if error.is_connect() { "cannot be reached" } else { "closed the connection without an answer" };
    Error::Retry { status: None, after: None, reason: format!("`{provider}` {what}") }
}

/// How an answer comes.
enum Kind {
    Stream,
    Whole,
    /// As a wrong base address gives.
    Page,
}

fn kind(headers: &HeaderMap) -> Kind {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match kind {
        _ if kind.starts_with("text/html") => Kind::Page,
        _ if kind.starts_with("application/json") => Kind::Whole,
        _ => Kind::Stream,
    }
}

/// A whole answer. One that breaks off, or never ends, is no answer.
pub(crate) async fn all<B: AsRef<[u8]>, E>(
    bytes: &mut (impl futures::Stream<Item = Result<B, E>> + Unpin),
    most: usize,
) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(part) = bytes.next().await {
        body.extend_from_slice(part.map_err(|_| Error::Cut)?.as_ref());
        if body.len() > most {
            return Err(Error::Stop { status: None, reason: "the answer is larger than we read".into() });
        }
    }
    Ok(body)
}

/// The number as it is written, or 0.7 is sent as 0.699999988.
pub(crate) fn written(number: f32) -> Value {
    number.to_string().parse().unwrap_or_else(|_| Value::from(number))
}

/// What an answer other than 200 means for the caller. The rules are the providers' own; see each line.
pub(crate) fn judge(
    provider: Provider,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    key: Option<&Secret>,
    now: DateTime<Utc>,
) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let (code, text) = (code(&body["error"]), text(&body["error"], key));
    // A key's error often quotes a part of the key, so its sentence is ours.
    if matches!(status, 401 | 403) {
        let what = if status == 401 { "refused the key" } else { "does not allow this key to do that" };
        return Error::Key { reason: format!("`{provider}` {what} ({status})") };
    }
    // Google says 400 to a wrong key.
    if status == 400 && details(&body["error"]).any(|detail| detail["reason"] == "API_KEY_INVALID") {
        return Error::Key { reason: format!("`{provider}` refused the key (400)") };
    }
    let mut reason = format!("`{provider}` answered {status}");
    if let Some(code) = code {
        reason = format!("{reason} `{}`", shorten(code, 60));
    }
    if let Some(text) = text {
        reason = format!("{reason}: {text}");
    }
    let after = retry_after(headers, now).or_else(|| retry_info(&body["error"]));
    let may_retry = match (status, header(headers, "x-should-retry")) {
        // Out of money: waiting does not help.
        (402, _) => false,
        (429, _)
            if matches!(
                code,
                Some("insufficient_quota" | "credit_balance_exhausted" | "billing_hard_limit_reached")
            ) =>
        {
            false
        }
        // Anthropic's spend cap looks like a rate limit, but says no time.
        (429, None) if provider == Provider::Anthropic && after.is_none() => false,
        (_, Some("true")) => true,
        (_, Some("false")) => false,
        (408 | 409 | 429 | 500.., _) => true,
        _ => false,
    };
    let status = Some(status);
    if may_retry { Error::Retry { status, after, reason } } else { Error::Stop { status, reason } }
}

/// What an error in the middle of a stream would have had as its status, and whether the same request may go well later.
const MID_STREAM: &[(&str, Option<u16>, bool)] = &[
    ("invalid_request_error", Some(400), false),
    ("INVALID_ARGUMENT", Some(400), false),
    ("FAILED_PRECONDITION", Some(400), false),
    ("authentication_error", None, false),
    ("permission_error", None, false),
    ("PERMISSION_DENIED", None, false),
    ("billing_error", Some(402), false),
    ("not_found_error", Some(404), false),
    ("NOT_FOUND", Some(404), false),
    ("request_too_large", Some(413), false),
    ("insufficient_quota", Some(429), false),
    ("rate_limit_error", Some(429), true),
    ("rate_limit_exceeded", Some(429), true),
    ("RESOURCE_EXHAUSTED", Some(429), true),
];

/// An error that came in the middle of a stream: its type decides, there is no status.
pub(crate) fn mid_stream_error(error: &Value) -> Error {
    let code = code(error).unwrap_or("error");
    let reason = format!("the provider broke off with `{}`", shorten(code, 60));
    match MID_STREAM.iter().find(|(known, ..)| *known == code) {
        Some((_, status, false)) => Error::Stop { status: *status, reason },
        Some((_, status, true)) => Error::Retry { status: *status, after: retry_info(error), reason },
        None => Error::Retry { status: None, after: None, reason },
    }
}

fn code(error: &Value) -> Option<&str> {
    error["code"].as_str().or_else(|| error["type"].as_str()).or_else(|| error["status"].as_str())
}

fn details(error: &Value) -> impl Iterator<Item = &Value> {
    error["details"].as_array().into_iter().flatten()
}

/// Google tells the wait in the body: `{"retryDelay": "34s"}`.
fn retry_info(error: &Value) -> Option<Duration> {
    pause::seconds(details(error).find_map(|detail| detail["retryDelay"].as_str())?.strip_suffix('s')?)
}

fn text(error: &Value, key: Option<&Secret>) -> Option<String> {
    let text = error["message"].as_str().or_else(|| error.as_str())?;
    let text = match key {
        Some(key) if !key.expose().is_empty() => text.replace(key.expose(), "***"),
        _ => text.to_owned(),
    };
    Some(shorten(&text, ERROR_TEXT))
}

fn shorten(text: &str, longest: usize) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(longest).collect();
    if text.chars().nth(longest).is_some() { format!("{one_line}…") } else { one_line }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// How long the provider asks us to wait, within bounds: milliseconds before seconds before a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let exact = header(headers, "retry-after-ms").and_then(pause::milliseconds);
    exact.or_else(|| pause::retry_after(header(headers, "retry-after")?, now))
}
