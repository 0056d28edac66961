//! Calls in OpenAI's dialect that are passed through as they are, for the gateway: nothing is decoded that need not be. The breakers
//! hold here as everywhere.
//!
//! Not here: which fields of a request are ours to change, budgets, what a client is told.

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use domain::agent::{ModelChoice, Provider};
use reqwest::Method;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::breakers::Permit;
use crate::http::{all, judge, mid_stream_error, not_sent};
use crate::price;
use crate::sse::Parser;
use crate::{Error, Models, openai, wire};

/// As much of a whole answer as is read.
const WHOLE: usize = 32 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// As much of an error answer as is read.
const REFUSAL: usize = 64 * 1024;

/// Why a provider did not answer.
#[derive(Debug)]
pub struct Refused {
    /// What it said: its own JSON, for requests that are wrong.
    pub body: Vec<u8>,
    /// What it means.
    pub error: Error,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { body: Vec::new(), error }
    }
}

/// An answer that has begun.
pub struct Relayed {
    permit: Permit,
    answer: Answer,
    first: Option<Bytes>,
    deadline: Instant,
}

impl Models {
    /// Whether a provider speaks OpenAI's dialect, so that its calls can be passed through.
    pub const fn relays(provider: Provider) -> bool {
        matches!(provider, Provider::OpenAi | Provider::Compatible)
    }

    /// The model behind a name: `provider/model`, a known model's own name, or any name where a compatible host is set up.
    pub fn resolve(&self, name: &str) -> Option<ModelChoice> {
        let choice = |provider, model: &str| ModelChoice { provider, model: model.to_owned() };
        if let Some((provider, model)) = name.split_once('/')
            && let Ok(provider) = provider.parse::<Provider>()
            && !model.is_empty()
        {
            return Some(choice(provider, model));
        }
        let set_up = Provider::ALL.iter().copied().filter(|provider| self.is_set_up(*provider));
        let known = set_up.map(|provider| choice(provider, name)).find(|choice| price::find(choice).is_some());
        let has_host = self.is_set_up(Provider::Compatible) && !name.is_empty();
        known.or_else(|| has_host.then(|| choice(Provider::Compatible, name)))
    }

    /// Passes a request on. A stream is given once its first bytes have come and are no error, so that until then another model can
    /// be asked instead.
    pub async fn relay(
        &self,
        choice: &ModelChoice,
        body: Bytes,
        stream: bool,
        patience: Duration,
    ) -> Result<Relayed, Refused> {
        if !self.is_set_up(choice.provider) {
            return Err(Error::NotConfigured { provider: choice.provider }.into());
        }
        let permit = self.enter(choice)?;
        let deadline = Instant::now() + patience;
        let begun = match timeout_at(deadline, self.begin(choice, body, stream)).await {
            Ok(begun) => begun,
            Err(_) => Err(Error::Timeout.into()),
        };
        match begun {
            Ok((answer, first)) => Ok(Relayed { permit, answer, first, deadline }),
            Err(refused) => {
                permit.settle(Some(&refused.error));
                Err(refused)
            }
        }
    }

    async fn begin(&self, choice: &ModelChoice, body: Bytes, stream: bool) -> Result<(Answer, Option<Bytes>), Refused> {
        let (provider, inner) = (choice.provider, &self.inner);
        let request = wire::request(&inner.http, &inner.settings, provider, Method::POST, openai::PATH)?
            .header("content-type", "application/json")
            .header("accept", if stream { "text/event-stream" } else { "application/json" })
            .body(body);
        let response = request.send().await.map_err(|error| not_sent(provider, &error))?;
        let status = response.status().as_u16();
        if status != 200 {
            let headers = response.headers().clone();
            let body = all(&mut Box::pin(response.bytes_stream()), REFUSAL).await.unwrap_or_default();
            let key = wire::key(&inner.settings, provider);
            let error = judge(provider, status, &headers, &body, key, Utc::now());
            return Err(Refused { body, error });
        }
        let mut answer = Answer::new(response);
        if !stream {
            return Ok((answer, None));
        }
        let first = first_event(&mut answer).await?;
        Ok((answer, Some(first)))
    }
}

/// A provider's answer as it comes, unpacked where it is packed although nobody asked for that.
struct Answer {
    response: reqwest::Response,
    unpack: Option<flate2::write::MultiGzDecoder<Vec<u8>>>,
}

impl Answer {
    fn new(response: reqwest::Response) -> Self {
        let coding =
            response.headers().get("content-encoding").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_packed = coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip");
        Self { unpack: is_packed.then(|| flate2::write::MultiGzDecoder::new(Vec::new())), response }
    }

    /// The next bytes; none at the end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let packed = self.response.chunk().await.map_err(|_| Error::Cut)?;
            let Some(unpack) = &mut self.unpack else { return Ok(packed) };
            let is_over = packed.is_none();
            match packed {
                Some(packed) => unpack.write_all(&packed).map_err(|_| Error::Cut)?,
                None => unpack.try_finish().map_err(|_| Error::Cut)?,
            }
            unpack.flush().map_err(|_| Error::Cut)?;
            let bytes = std::mem::take(unpack.get_mut());
            // A small answer may unpack to one without end.
            if bytes.len() > WHOLE {
                return Err(Error::Stop { status: None, reason: "the answer is larger than we read".into() });
            }
            if is_over {
                self.unpack = None;
                return Ok((!bytes.is_empty()).then(|| bytes.into()));
            }
            if !bytes.is_empty() {
                return Ok(Some(bytes.into()));
            }
        }
    }
}

/// Everything up to the first event of a stream, which must be no error: until then another model can be asked instead. A whole answer in
/// place of a stream is made into one.
async fn first_event(answer: &mut Answer) -> Result<Bytes, Error> {
    let mut begun = answer.chunk().await?.ok_or(Error::Cut)?;
    // The mark of a byte order is no part of the first line, and not every client knows that.
    if begun.starts_with(BYTE_ORDER_MARK) {
        begun = begun.slice(BYTE_ORDER_MARK.len()..);
    }
    if begun.trim_ascii_start().starts_with(b"{") || begun.trim_ascii_start().starts_with(b"<") {
        let mut whole = begun.to_vec();
        while let Some(part) = answer.chunk().await? {
            whole.extend_from_slice(&part);
            if whole.len() > WHOLE {
                return Err(Error::Stop { status: None, reason: "the answer is larger than we read".into() });
            }
        }
        return as_stream(&whole);
    }
    let mut reader = Parser::default();
    let mut events = reader.push(&begun).map_err(|_| too_long())?;
    while events.is_empty() {
        match answer.chunk().await? {
            Some(part) => {
                events = reader.push(&part).map_err(|_| too_long())?;
                begun = [begun, part].concat().into();
            }
            None => {
                events.extend(reader.finish());
                if events.is_empty() {
                    return Err(Error::Cut);
                }
            }
        }
    }
    match early_error(&events[0].data) {
        Some(error) => Err(error),
        None => Ok(begun),
    }
}

/// Whether this is a JSON object from its first brace to its last: half of one is no answer, whatever the status said.
fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

fn too_long() -> Error {
    Error::Stop { status: None, reason: "the provider sent an event without end".into() }
}

/// A whole answer as the stream it should have been: one event for what was said, one for what was used, and the end.
fn as_stream(whole: &[u8]) -> Result<Bytes, Error> {
    let no_answer = || Error::Malformed {
        reason: "the provider answered a stream with something else; check its base address".into(),
    };
    let mut answer: Value = serde_json::from_slice(whole).map_err(|_| no_answer())?;
    if !answer["error"].is_null() {
        return Err(mid_stream_error(&answer["error"]));
    }
    let usage = answer["usage"].take();
    let choices = answer["choices"].as_array_mut().ok_or_else(no_answer)?;
    for choice in choices {
        let mut said = choice["message"].take();
        for (at, call) in said["tool_calls"].as_array_mut().into_iter().flatten().enumerate() {
            call["index"] = at.into();
        }
        choice["delta"] = said;
        if let Some(choice) = choice.as_object_mut() {
            choice.remove("message");
        }
    }
    answer["object"] = "chat.completion.chunk".into();
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("usage");
    }
    let mut stream = format!("data: {answer}\n\n");
    if !usage.is_null() {
        answer["choices"] = Value::Array(vec![]);
        answer["usage"] = usage;
        stream.push_str(&format!("data: {answer}\n\n"));
    }
    stream.push_str("data: [DONE]\n\n");
    Ok(stream.into())
}

/// A whole body, unless it is announced or turns out to be larger than we read. One that came in one piece is not copied.
async fn gathered(mut answer: Answer) -> Result<Bytes, Error> {
    let announced =
        answer.response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let too_large = || Error::Stop { status: None, reason: "the answer is larger than we read".into() };
    if announced > WHOLE {
        return Err(too_large());
    }
    let mut next = async || answer.chunk().await;
    let Some(first) = next().await? else { return Ok(Bytes::new()) };
    let Some(second) = next().await? else { return Ok(first) };
    let mut whole = Vec::with_capacity(announced.max(first.len() + second.len()));
    whole.extend_from_slice(&first);
    let mut part = Some(second);
    while let Some(bytes) = part {
        if whole.len() + bytes.len() > WHOLE {
            return Err(too_large());
        }
        whole.extend_from_slice(&bytes);
        part = next().await?;
    }
    Ok(whole.into())
}

/// An error in place of the first event of a stream.
fn early_error(data: &str) -> Option<Error> {
    if !data.contains("\"error\"") {
        return None;
    }
    let value: Value = serde_json::from_str(data).ok()?;
    (!value["error"].is_null()).then(|| mid_stream_error(&value["error"]))
}

impl Relayed {
    /// The whole answer. One that breaks off is no answer.
    pub async fn whole(self) -> Result<Bytes, Error> {
        let Self { permit, answer, deadline, .. } = self;
        let read = match timeout_at(deadline, gathered(answer)).await {
            Ok(Ok(body)) if is_object(&body) => Ok(body),
            Ok(Ok(_)) => {
                Err(Error::Malformed { reason: "the provider did not answer with JSON; check its base address".into() })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::Timeout),
        };
        permit.settle(read.as_ref().err());
        read
    }

    /// The next bytes of a stream; none at its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        timeout_at(self.deadline, self.answer.chunk()).await.unwrap_or(Err(Error::Timeout))
    }

    /// The stream is over: tells the breaker how it went.
    pub fn settle(self, error: Option<&Error>) {
        self.permit.settle(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_errors_in_front_are_seen() {
        let settings = crate::Settings { openai_api_key: Some(crate::Secret::new("k")), ..crate::Settings::default() };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let models = Models::new(settings).unwrap();
        for (name, found) in [
            ("gpt-4.1-mini", Some("openai/gpt-4.1-mini")),
            ("gpt-4.1-mini-2025-04-14", Some("openai/gpt-4.1-mini-2025-04-14")),
            ("anthropic/claude-haiku-4-5", Some("anthropic/claude-haiku-4-5")),
            ("scripted-1", Some("scripted/scripted-1")),
            ("claude-haiku-4-5", None),
            ("nonsense", None),
            ("openai/", None),
            ("", None),
        ] {
            assert_eq!(models.resolve(name).map(|choice| choice.to_string()).as_deref(), found, "{name}");
        }
        assert!(
            early_error("{ \"error\": {\"message\":\"m\",\"type\":\"server_error\"}}").is_some_and(|e| e.is_passing())
        );
        assert!(early_error("{\"choices\":[],\"error\":null}").is_none());
    }
}
