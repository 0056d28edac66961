//! Whether each provider answers, found out by asking for its list of models: cheap, and it costs nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::agent::{ModelChoice, Provider};
use futures::future::join_all;
use reqwest::Method;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::models::Models;
use crate::race::milliseconds;
use crate::wire;

/// How long a finding holds: pages that are looked at often must not become traffic.
const HOLDS: Duration = Duration::from_secs(30);
/// How long a provider may take to answer.
const TIME: Duration = Duration::from_secs(3);

/// How a provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthState {
    /// It answers.
    Up,
    /// It does not answer, or refuses our key.
    Down,
    /// Nobody set it up.
    NotSetUp,
}

impl HealthState {
    /// The word that stands for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::NotSetUp => "not_set_up",
        }
    }
}

/// What was found out about one provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// Which one.
    pub provider: Provider,
    /// How it is.
    pub state: HealthState,
    /// What is wrong, in words safe to show.
    pub reason: Option<String>,
    /// How long it took to answer.
    pub latency_ms: Option<u32>,
    /// When it was asked.
    pub checked_at: DateTime<Utc>,
    /// Its models that are being skipped because they kept failing, and for how long still.
    pub resting: Vec<(ModelChoice, Duration)>,
}

/// What was found out last.
#[derive(Default)]
pub(crate) struct Probes(Mutex<Option<(Instant, Vec<Health>)>>);

impl Models {
    /// How every provider is, in the order of the list of providers. Asks at most every half minute, whoever calls.
    pub async fn health(&self) -> Vec<Health> {
        // Held while asking: who comes meanwhile waits and reads the same finding.
        let mut last = self.inner.probes.0.lock().await;
        let mut found = match last.as_ref() {
            Some((at, found)) if at.elapsed() < HOLDS => found.clone(),
            _ => {
                let all = Provider::ALL.iter().map(|provider| self.probe(*provider));
                let found = join_all(all).await;
                *last = Some((Instant::now(), found.clone()));
                found
            }
        };
        let resting: Vec<_> =
            self.available().into_iter().filter_map(|entry| Some((entry.choice, entry.resting?))).collect();
        for health in &mut found {
            health.resting = resting.iter().filter(|(choice, _)| choice.provider == health.provider).cloned().collect();
        }
        found
    }

    async fn probe(&self, provider: Provider) -> Health {
        let of = |state, reason, latency_ms| Health {
            provider,
            state,
            reason,
            latency_ms,
            checked_at: Utc::now(),
            resting: Vec::new(),
        };
        if !self.is_set_up(provider) {
            return of(HealthState::NotSetUp, None, None);
        }
        let path = match provider {
            Provider::Scripted => return of(HealthState::Up, None, Some(0)),
            Provider::OpenAi | Provider::Compatible => "/models",
            Provider::Anthropic => "/v1/models?limit=1",
            Provider::Gemini => "/v1beta/models?pageSize=1",
        };
        let started = Instant::now();
        let request = match wire::request(&self.inner.http, &self.inner.settings, provider, Method::GET, path) {
            Ok(request) => request,
            Err(error) => return of(HealthState::Down, Some(error.to_string()), None),
        };
        let answer = timeout(TIME, request.send()).await;
        let took = Some(milliseconds(started.elapsed()));
        let down = |reason: String| of(HealthState::Down, Some(reason), took);
        match answer {
            Err(_) => down(format!("`{provider}` did not answer within {} seconds", TIME.as_secs())),
            Ok(Err(_)) => down(format!("`{provider}` cannot be reached")),
            Ok(Ok(answer)) => match answer.status().as_u16() {
                status @ (401 | 403) => down(format!("`{provider}` refused the key ({status})")),
                status if status >= 500 => down(format!("`{provider}` answered {status}")),
                // Not every compatible host has a list of models; it answers, and that was the question.
                _ => of(HealthState::Up, None, took),
            },
        }
    }
}
