//! The thin call that all HTTP providers share: send, judge the status, turn the stream into deltas.
//!
//! Not here: which provider to call, when to try again. What a status means is decided by [`judge`], without IO.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use crate::settings::Secret;
use crate::sse::{Event, Parser};
use crate::{Delta, Error, Provider};

/// As much of an error answer as we read.
const ERROR_BODY: usize = 64 * 1024;
/// As much of a provider's sentence as we show.
const ERROR_TEXT: usize = 240;

/// What reads one provider's events.
pub(crate) trait Decode: Send + 'static {
    /// One event. `Done` is given once, at the end.
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error>;
    /// The stream is over: fine if a finish reason was seen, else `Cut`.
    fn end(&mut self) -> Result<Delta, Error>;
}

/// Sends a request and gives its deltas. Dropping the stream closes the call.
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
        if is_document(&headers) {
            Err(Error::Stop { reason: format!("`{provider}` did not answer with a stream; check its base address") })?;
        }
        let mut parser = Parser::default();
        while let Some(part) = bytes.next().await {
            // What went wrong with the connection does not matter: the answer is incomplete.
            let part = part.map_err(|_| Error::Cut)?;
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
async fn beginning<B: AsRef<[u8]>, E>(bytes: &mut (impl futures::Stream<Item = Result<B, E>> + Unpin)) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(Ok(part)) = bytes.next().await
        && body.len() < ERROR_BODY
    {
        body.extend_from_slice(part.as_ref());
    }
    body
}

fn not_sent(provider: Provider, error: &reqwest::Error) -> Error {
    if error.is_builder() {
        return Error::Stop { reason: format!("the base address or the key of `{provider}` is not valid") };
    }
    let what = if error.is_connect() { "cannot be reached" } else { "closed the connection without an answer" };
    Error::Retry { after: None, reason: format!("`{provider}` {what}") }
}

/// A page or a plain JSON answer in place of a stream, as a wrong base address gives.
fn is_document(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/json")
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
    let mut reason = format!("`{provider}` answered {status}");
    if let Some(code) = code {
        reason = format!("{reason} `{}`", shorten(code, 60));
    }
    if let Some(text) = text {
        reason = format!("{reason}: {text}");
    }
    let after = retry_after(headers, now);
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
    if may_retry { Error::Retry { after, reason } } else { Error::Stop { reason } }
}

/// An error that came in the middle of a stream: its type decides, there is no status.
pub(crate) fn mid_stream_error(error: &Value) -> Error {
    let code = code(error).unwrap_or("error");
    let reason = format!("the provider broke off with `{}`", shorten(code, 60));
    match code {
        "invalid_request_error"
        | "authentication_error"
        | "permission_error"
        | "not_found_error"
        | "request_too_large"
        | "billing_error"
        | "insufficient_quota" => Error::Stop { reason },
        _ => Error::Retry { after: None, reason },
    }
}

fn code(error: &Value) -> Option<&str> {
    error["code"].as_str().or_else(|| error["type"].as_str())
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

/// How long the provider asks us to wait: milliseconds before seconds before a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let number = |text: &str, unit: f64| {
        let seconds = text.parse::<f64>().ok()? * unit;
        Duration::try_from_secs_f64(seconds.max(0.0)).ok()
    };
    if let Some(wait) = header(headers, "retry-after-ms").and_then(|text| number(text, 0.001)) {
        return Some(wait);
    }
    let text = header(headers, "retry-after")?;
    number(text, 1.0).or_else(|| {
        let date = DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc);
        Some((date - now).to_std().unwrap_or(Duration::ZERO))
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Ask, ModelChoice, Turn};

    /// The request of the fixtures.
    pub fn ask() -> Ask {
        Ask {
            system: "You answer for a dentist.".into(),
            messages: vec![Turn::assistant("Hello Ada, this is Dr. Weiß."), Turn::user("When are you open?")],
            max_tokens: 300,
            temperature: Some(0.7),
            ..Ask::default()
        }
    }

    pub fn choice(provider: Provider, model: &str) -> ModelChoice {
        ModelChoice { provider, model: model.into() }
    }

    /// What a stream gives, in portions of every size from one byte to all; they must agree.
    pub fn decode<D: Decode + Default>(_: D, bytes: &[u8]) -> Vec<Result<Delta, Error>> {
        let run = |portion: usize| {
            let (mut parser, mut decoder, mut seen) = (Parser::default(), D::default(), Vec::new());
            let mut events: Vec<_> = bytes.chunks(portion).flat_map(|part| parser.push(part).unwrap()).collect();
            events.extend(parser.finish());
            for event in events {
                match decoder.event(&event) {
                    Ok(None) => {}
                    Ok(Some(delta)) => seen.push(Ok(delta)),
                    Err(error) => seen.push(Err(error)),
                }
                if matches!(seen.last(), Some(Ok(Delta::Done { .. }) | Err(_))) {
                    return seen;
                }
            }
            seen.push(decoder.end());
            seen
        };
        let whole = run(bytes.len().max(1));
        for portion in [1, 2, 3, 7, 64] {
            assert_eq!(run(portion), whole, "portions of {portion}");
        }
        whole
    }

    fn judged(provider: Provider, status: u16, headers: &[(&'static str, &str)], body: &str) -> Error {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        judge(provider, status, &headers, body.as_bytes(), Some(&Secret::new("sk-secret")), now)
    }

    #[test]
    fn each_status_leads_to_the_right_thing_to_do() {
        use Provider::{Anthropic, OpenAi};
        let quota = r#"{"error":{"code":"insufficient_quota","message":"m"}}"#;
        for (provider, status, headers, body, word) in [
            (OpenAi, 400, vec![], "", "stop"),
            (OpenAi, 401, vec![], "", "key"),
            (OpenAi, 403, vec![("x-should-retry", "true")], "", "key"),
            (OpenAi, 404, vec![], "", "stop"),
            (OpenAi, 408, vec![], "", "retry"),
            (OpenAi, 409, vec![], "", "retry"),
            (OpenAi, 422, vec![], "", "stop"),
            (OpenAi, 429, vec![], "", "retry"),
            (OpenAi, 429, vec![], quota, "stop"),
            (OpenAi, 429, vec![("x-should-retry", "true")], quota, "stop"),
            (OpenAi, 429, vec![("x-should-retry", "false")], "", "stop"),
            (OpenAi, 422, vec![("x-should-retry", "true")], "", "retry"),
            (OpenAi, 302, vec![], "", "stop"),
            (OpenAi, 503, vec![], "<html>", "retry"),
            (Anthropic, 402, vec![], "", "stop"),
            (Anthropic, 413, vec![], "", "stop"),
            (Anthropic, 429, vec![], "", "stop"),
            (Anthropic, 429, vec![("retry-after", "3")], "", "retry"),
            (Anthropic, 500, vec![("x-should-retry", "false")], "", "stop"),
            (Anthropic, 529, vec![], r#"{"error":{"type":"overloaded_error"}}"#, "retry"),
        ] {
            let error = judged(provider, status, &headers, body);
            assert_eq!(error.word(), word, "{provider} {status} {headers:?} {body}");
        }
    }

    #[test]
    fn the_wait_is_read_from_all_three_forms() {
        for (headers, wait) in [
            (vec![("retry-after", "2")], Some(Duration::from_secs(2))),
            (vec![("retry-after-ms", "150"), ("retry-after", "2")], Some(Duration::from_millis(150))),
            (vec![("retry-after-ms", "soon"), ("retry-after", "1.5")], Some(Duration::from_millis(1500))),
            (vec![("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")], Some(Duration::from_secs(30))),
            (vec![("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT")], Some(Duration::ZERO)),
            (vec![("retry-after", "-1")], Some(Duration::ZERO)),
            (vec![("retry-after", "NaN")], Some(Duration::ZERO)),
            (vec![("retry-after", "1e300")], None),
            (vec![("retry-after", "later")], None),
            (vec![], None),
        ] {
            let error = judged(Provider::OpenAi, 429, &headers, "");
            assert!(matches!(error, Error::Retry { after, .. } if after == wait), "{headers:?}: {error:?}");
        }
    }

    #[test]
    fn reasons_are_short_and_carry_no_key() {
        let long = format!(r#"{{"error":{{"type":"bad","message":"your sk-secret\n{}"}}}}"#, "x".repeat(1000));
        let reason = judged(Provider::OpenAi, 400, &[], &long).to_string();
        assert!(
            reason.starts_with("`openai` answered 400 `bad`: your *** xxx") && reason.chars().count() < 300,
            "{reason}"
        );
        let reason =
            judged(Provider::OpenAi, 401, &[], r#"{"error":{"message":"Incorrect key: sk-se****"}}"#).to_string();
        assert_eq!(reason, "`openai` refused the key (401)");
    }
}
