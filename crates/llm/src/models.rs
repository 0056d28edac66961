//! The one door to all models: picks who is called, falls back, tries again once, and keeps count.
//!
//! Not here: what a provider's JSON looks like, what an answer is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::{HeaderValue, InvalidHeaderValue};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::breaker::Breaker;
use crate::price::{CARDS, CatalogueEntry};
use crate::settings::{Secret, Settings};
use crate::{Answer, Ask, Attempt, Delta, Error, Failed, Finish, StreamEvent, Usage};
use crate::{anthropic, http, openai, price, scripted};

/// All models that can be spoken to. Lives as long as the server; a clone is the same one.
#[derive(Clone)]
pub struct Models {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    settings: Settings,
    breakers: Mutex<HashMap<ModelChoice, Breaker>>,
}

impl std::fmt::Debug for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Models").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Models {
    /// Makes the connections' common part. A TLS provider must be installed in the process before.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .build()
            .map_err(|_| Error::Stop { reason: "the HTTP client could not be made; check the TLS set-up".into() })?;
        Ok(Self { inner: Arc::new(Inner { http, settings, breakers: Mutex::default() }) })
    }

    /// The models that can be used now, for a picker. Others can be named by hand where their provider is set up.
    pub fn available(&self) -> Vec<CatalogueEntry> {
        let settings = &self.inner.settings;
        let known = CARDS.iter().filter(|card| self.is_set_up(card.provider)).map(|card| {
            let choice = ModelChoice { provider: card.provider, model: card.model.to_owned() };
            (choice, card.label.to_owned(), Some(card.price))
        });
        let named =
            settings.compatible_models.iter().filter(|_| self.is_set_up(Provider::Compatible)).map(|model| {
                (ModelChoice { provider: Provider::Compatible, model: model.clone() }, model.clone(), None)
            });
        let (now, breakers) = (Instant::now(), self.inner.breakers());
        known
            .chain(named)
            .map(|(choice, label, price)| {
                let resting = breakers.get(&choice).and_then(|breaker| breaker.resting(now));
                CatalogueEntry { choice, label, price, resting }
            })
            .collect()
    }

    /// Whether a provider can be called at all.
    pub fn is_set_up(&self, provider: Provider) -> bool {
        let settings = &self.inner.settings;
        match provider {
            Provider::OpenAi => settings.openai_api_key.is_some(),
            Provider::Anthropic => settings.anthropic_api_key.is_some(),
            Provider::Compatible => settings.compatible_base_url.is_some(),
            Provider::Scripted => settings.scripted,
        }
    }

    /// Asks the first choice, and the next one when it fails before it has said anything. Dropping the stream closes the call.
    ///
    /// The last event is `Done` or an error. After the first `Text` there is neither a fallback nor a second try.
    pub fn stream(&self, choices: &[ModelChoice], ask: &Ask) -> BoxStream<'static, Result<StreamEvent, Failed>> {
        let (models, choices, ask) = (self.clone(), choices.to_vec(), ask.clone());
        async_stream::try_stream! {
            let mut attempts: Vec<Attempt> = Vec::new();
            let mut errors = Vec::new();
            for (position, choice) in choices.iter().enumerate() {
                let deadline = Instant::now() + ask.timeout;
                let mut may_retry = position + 1 == choices.len();
                loop {
                    if !models.is_set_up(choice.provider) {
                        errors.push(Error::NotConfigured { provider: choice.provider });
                        break;
                    }
                    let permit = match models.enter(choice) {
                        Ok(permit) => permit,
                        Err(error) => {
                            errors.push(error);
                            break;
                        }
                    };
                    let number = u32::try_from(attempts.len() + 1).unwrap_or(u32::MAX);
                    yield StreamEvent::Started { choice: choice.clone(), attempt: number };
                    let mut call = Call::new(choice);
                    let mut deltas = models.open(choice, &ask);
                    let result = loop {
                        match timeout_at(deadline, deltas.next()).await {
                            Err(_) => break Err(Error::Timeout),
                            Ok(None) => break Err(Error::Cut),
                            Ok(Some(Err(error))) => break Err(error),
                            Ok(Some(Ok(Delta::Text(text)))) => {
                                if let Some(text) = call.take(text) {
                                    yield StreamEvent::Text(text);
                                }
                            }
                            Ok(Some(Ok(Delta::Working))) => {}
                            Ok(Some(Ok(Delta::Done { usage, finish, .. }))) => break call.end(usage, finish),
                        }
                    };
                    drop(deltas);
                    permit.settle(result.as_ref().err());
                    attempts.push(call.attempt(result.as_ref().err()));
                    match result {
                        Ok(finish) => {
                            yield StreamEvent::Done(call.answer(finish, attempts));
                            return;
                        }
                        Err(error) => {
                            tracing::warn!(model.choice = %choice, error.kind = error.word(), "a model call failed");
                            if !call.text.is_empty() {
                                Err(Failed { attempts: std::mem::take(&mut attempts), error: error.clone() })?;
                            }
                            let again = match &error {
                                Error::Retry { after, .. } if may_retry => Some(Instant::now() + after.unwrap_or_else(backoff)),
                                _ => None,
                            };
                            errors.push(error);
                            match again {
                                Some(at) if at < deadline => sleep_until(at).await,
                                _ => break,
                            }
                            may_retry = false;
                        }
                    }
                }
            }
            Err(Failed { attempts, error: most_hopeful(errors) })?;
        }
        .boxed()
    }

    /// The same for a caller who wants only the whole answer.
    pub async fn complete(&self, choices: &[ModelChoice], ask: &Ask) -> Result<Answer, Failed> {
        let mut events = self.stream(choices, ask);
        while let Some(event) = events.next().await {
            if let StreamEvent::Done(answer) = event? {
                return Ok(answer);
            }
        }
        Err(Failed { attempts: Vec::new(), error: Error::Cut })
    }

    fn open(&self, choice: &ModelChoice, ask: &Ask) -> BoxStream<'static, Result<Delta, Error>> {
        let (provider, settings) = (choice.provider, &self.inner.settings);
        let (base, key) = match provider {
            Provider::Scripted => return scripted::stream(&choice.model, ask),
            Provider::OpenAi => (Some(&settings.openai_base_url), &settings.openai_api_key),
            Provider::Anthropic => (Some(&settings.anthropic_base_url), &settings.anthropic_api_key),
            Provider::Compatible => (settings.compatible_base_url.as_ref(), &settings.compatible_api_key),
        };
        let base = base.map(|base| base.trim_end_matches('/')).unwrap_or_default();
        let header = match key.as_ref().map(|key| secret_header(provider, key)).transpose() {
            Ok(header) => header,
            Err(_) => {
                let reason = format!("the key of `{provider}` contains characters that no key has");
                return futures::stream::iter([Err(Error::Key { reason })]).boxed();
            }
        };
        let post = |path: &str| {
            let request = self.inner.http.post(format!("{base}{path}")).header("accept", "text/event-stream");
            header.into_iter().fold(request, |request, (name, value)| request.header(name, value))
        };
        match provider {
            Provider::Anthropic => {
                let request = post(anthropic::PATH).header("anthropic-version", anthropic::VERSION);
                http::call(
                    provider,
                    request.json(&anthropic::body(choice, ask)),
                    key.clone(),
                    anthropic::Decoder::default(),
                )
            }
            _ => {
                let request = post(openai::PATH).json(&openai::body(choice, ask));
                http::call(provider, request, key.clone(), openai::Decoder::default())
            }
        }
    }

    fn enter(&self, choice: &ModelChoice) -> Result<Permit, Error> {
        self.inner.breakers().entry(choice.clone()).or_default().enter(Instant::now()).map_err(|wait| {
            Error::Retry {
                after: Some(wait),
                reason: format!("`{choice}` failed too often and is left alone for a while"),
            }
        })?;
        Ok(Permit { inner: self.inner.clone(), choice: choice.clone(), settled: false })
    }
}

impl Inner {
    fn breakers(&self) -> MutexGuard<'_, HashMap<ModelChoice, Breaker>> {
        // Nothing in a breaker can be half written, so a panic elsewhere does no harm.
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one call. Tells the breaker how it went, also when the caller just leaves.
struct Permit {
    inner: Arc<Inner>,
    choice: ModelChoice,
    settled: bool,
}

impl Permit {
    fn settle(mut self, error: Option<&Error>) {
        self.settled = true;
        let mut breakers = self.inner.breakers();
        let breaker = breakers.entry(self.choice.clone()).or_default();
        match error {
            Some(Error::Retry { after, .. }) => breaker.failed(Instant::now(), *after),
            Some(Error::Cut | Error::Timeout) => breaker.failed(Instant::now(), None),
            // A refused request or key says nothing about the model's health.
            Some(_) | None => breaker.went_well(),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.inner.breakers().entry(self.choice.clone()).or_default().abandoned(Instant::now());
        }
    }
}

/// One call while it runs.
struct Call {
    choice: ModelChoice,
    started: Instant,
    first_text: Option<Instant>,
    ended: Option<Instant>,
    text: String,
    usage: Option<Usage>,
}

impl Call {
    fn new(choice: &ModelChoice) -> Self {
        let (text, started) = (String::new(), Instant::now());
        Self { choice: choice.clone(), started, first_text: None, ended: None, text, usage: None }
    }

    /// What to show of a piece of text. White space at the start is dropped: it shows nothing, yet would end the fallbacks.
    fn take(&mut self, piece: String) -> Option<String> {
        let piece = if self.text.is_empty() { piece.trim_start().to_owned() } else { piece };
        if piece.is_empty() {
            return None;
        }
        self.first_text.get_or_insert_with(Instant::now);
        self.text.push_str(&piece);
        Some(piece)
    }

    /// An answer without a word in it is a failure.
    fn end(&mut self, usage: Option<Usage>, finish: Finish) -> Result<Finish, Error> {
        self.usage = usage;
        let reason = match finish {
            _ if !self.text.is_empty() => return Ok(finish),
            Finish::Length => "the model reached its token limit before it said anything; raise the limit",
            Finish::Refused => "the model declined to answer",
            Finish::Stop | Finish::ToolCalls | Finish::Other => "the model gave an empty answer",
        };
        Err(Error::Stop { reason: reason.into() })
    }

    fn attempt(&mut self, error: Option<&Error>) -> Attempt {
        let ended = *self.ended.get_or_insert_with(Instant::now);
        let cost = self.usage.and_then(|usage| price::cost(&self.choice, usage));
        Attempt {
            choice: self.choice.clone(),
            outcome: error.map_or("ok", Error::word),
            reason: error.map(ToString::to_string),
            latency_ms: milliseconds(ended - self.started),
            time_to_first_token_ms: self.first_text.map(|at| milliseconds(at - self.started)),
            usage: self.usage,
            cost: cost.unwrap_or_default(),
            priced: cost.is_some(),
        }
    }

    fn answer(mut self, finish: Finish, attempts: Vec<Attempt>) -> Answer {
        let Attempt { choice, latency_ms, time_to_first_token_ms, usage, cost, priced, .. } = self.attempt(None);
        let time_to_first_token_ms = time_to_first_token_ms.unwrap_or(latency_ms);
        let text = self.text.trim_end().to_owned();
        Answer {
            choice,
            text,
            tool_calls: vec![],
            usage,
            latency_ms,
            time_to_first_token_ms,
            cost,
            priced,
            finish,
            attempts,
        }
    }
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn secret_header(provider: Provider, key: &Secret) -> Result<(&'static str, HeaderValue), InvalidHeaderValue> {
    let (name, value) = match provider {
        Provider::Anthropic => ("x-api-key", key.expose().to_owned()),
        _ => ("authorization", format!("Bearer {}", key.expose())),
    };
    let mut value = HeaderValue::from_str(&value)?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The wait before the one second try when the provider named none: about half a second, never in step with others.
fn backoff() -> Duration {
    Duration::from_millis(500).mul_f64(1.0 + rand::random_range(0.0..0.25))
}

/// An error that time may cure comes before one that it does not; the shortest wait before a longer one.
fn most_hopeful(errors: Vec<Error>) -> Error {
    let rank = |error: &Error| match error {
        Error::Retry { after, .. } => (0, after.unwrap_or_default()),
        Error::Timeout | Error::Cut => (1, Duration::ZERO),
        Error::Malformed { .. } => (1, Duration::ZERO),
        Error::Stop { .. } => (2, Duration::ZERO),
        Error::Key { .. } => (3, Duration::ZERO),
        Error::NotConfigured { .. } => (4, Duration::ZERO),
    };
    errors.into_iter().min_by_key(rank).unwrap_or(Error::Stop { reason: "no model was chosen".into() })
}
