//! Calls in OpenAI's dialect that are passed through as they are, for the gateway: nothing is decoded that need not be. The breakers
//! hold here as everywhere.
//!
//! Not here: which fields of a request are ours to change, budgets, what a client is told.

use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use domain::agent::{ModelChoice, Provider};
use reqwest::Method;
use tokio::time::{Instant, timeout_at};

use crate::breakers::Permit;
use crate::http::{all, judge, mid_stream_error, not_sent};
use crate::price;
use crate::{Error, Models, openai, wire};

/// As much of a whole answer as is read.
const WHOLE: usize = 32 * 1024 * 1024;
/// As much of an error answer as is read.
const REFUSAL: usize = 64 * 1024;

/// Why a provider did not answer.
#[derive(Debug)]
pub struct Refused {
    /// The status it gave, if it said anything.
    pub status: Option<u16>,
    /// What it said: its own JSON, for requests that are wrong.
    pub body: Vec<u8>,
    /// What it means.
    pub error: Error,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { status: None, body: Vec::new(), error }
    }
}

/// An answer that has begun.
pub struct Relayed {
    permit: Permit,
    response: reqwest::Response,
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
            Ok((response, first)) => Ok(Relayed { permit, response, first, deadline }),
            Err(refused) => {
                permit.settle(Some(&refused.error));
                Err(refused)
            }
        }
    }

    async fn begin(
        &self,
        choice: &ModelChoice,
        body: Bytes,
        stream: bool,
    ) -> Result<(reqwest::Response, Option<Bytes>), Refused> {
        let (provider, inner) = (choice.provider, &self.inner);
        let request = wire::request(&inner.http, &inner.settings, provider, Method::POST, openai::PATH)?
            .header("content-type", "application/json")
            .header("accept", if stream { "text/event-stream" } else { "application/json" })
            .body(body);
        let mut response = request.send().await.map_err(|error| not_sent(provider, &error))?;
        let status = response.status().as_u16();
        if status != 200 {
            let headers = response.headers().clone();
            let body = all(&mut Box::pin(response.bytes_stream()), REFUSAL).await.unwrap_or_default();
            let key = wire::key(&inner.settings, provider);
            let error = judge(provider, status, &headers, &body, key, Utc::now());
            return Err(Refused { status: Some(status), body, error });
        }
        if !stream {
            return Ok((response, None));
        }
        let first = response.chunk().await.map_err(|_| Error::Cut)?.ok_or(Error::Cut)?;
        match early_error(&first) {
            Some(error) => Err(error.into()),
            None => Ok((response, Some(first))),
        }
    }
}

/// A whole body, unless it is announced or turns out to be larger than we read. One that came in one piece is not copied.
async fn gathered(mut response: reqwest::Response) -> Result<Bytes, Error> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let too_large = || Error::Stop { reason: "the answer is larger than we read".into() };
    if announced > WHOLE {
        return Err(too_large());
    }
    let mut next = async || response.chunk().await.map_err(|_| Error::Cut);
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

/// An error in place of the first piece of a stream.
fn early_error(first: &[u8]) -> Option<Error> {
    let data = first.strip_prefix(b"data:").unwrap_or(first);
    if !data.trim_ascii_start().starts_with(b"{\"error\"") {
        return None;
    }
    let line = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    Some(mid_stream_error(&value["error"]))
}

impl Relayed {
    /// The whole answer. One that breaks off is no answer.
    pub async fn whole(self) -> Result<Bytes, Error> {
        let Self { permit, response, deadline, .. } = self;
        let read = match timeout_at(deadline, gathered(response)).await {
            Ok(Ok(body)) if body.trim_ascii_start().starts_with(b"{") => Ok(body),
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
        match timeout_at(self.deadline, self.response.chunk()).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(Error::Cut),
            Err(_) => Err(Error::Timeout),
        }
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
            early_error(b"data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n")
                .is_some_and(|e| e.is_passing())
        );
        assert!(early_error(b"data: {\"choices\":[]}\n\n").is_none());
    }
}
