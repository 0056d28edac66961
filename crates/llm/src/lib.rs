//! How models are spoken to: one request type, one stream type, whoever runs the model.
//!
//! Not here: agents, prompts, the database. A caller asks [`Models`] with a list of choices (the first, then its fallbacks) and
//! gets events; every call that reached a provider comes back as an [`Attempt`], so that it can be written down.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that unwraps fails with the line"))]

mod anthropic;
mod breaker;
mod http;
mod models;
mod openai;
pub mod price;
mod scripted;
mod settings;
mod sse;

use std::time::Duration;

pub use domain::agent::{ModelChoice, Provider};
use domain::money::Micros;

pub use models::Models;
pub use price::CatalogueEntry;
pub use settings::{Secret, Settings};

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person we talk with.
    User,
    /// The model, or a human who answered in its place.
    Assistant,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub text: String,
}

/// What a model is asked. The model itself is in the list of choices that goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What the model is told before the conversation.
    pub system: String,
    /// The conversation so far, oldest first.
    pub messages: Vec<Turn>,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// How freely to choose words. Left out for models that refuse it, which includes all of Anthropic's.
    pub temperature: Option<f32>,
    /// How long one choice may take in total, its retry included.
    pub timeout: Duration,
}

/// One piece of a provider's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delta {
    /// More text.
    Text(String),
    /// The end. Nothing follows.
    Done { usage: Option<Usage>, finish: Finish },
}

/// What was used, as the provider counted it. Where the provider does not say, there is no `Usage` at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read, cached ones included. The scripted model counts words.
    pub prompt_tokens: u32,
    /// Tokens written, thinking included. The scripted model counts words.
    pub completion_tokens: u32,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It had said everything.
    Stop,
    /// It reached the longest answer allowed.
    Length,
    /// It declined, or a filter did. What text there is should not be sent to anyone.
    Refused,
    /// Something else, for example a tool call that nobody asked for.
    Other,
}

impl Finish {
    /// The word that stands for it in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Refused => "refused",
            Self::Other => "other",
        }
    }
}

/// What went wrong, by what the caller can do about it. Safe to show: no secrets, no message texts of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Try again, after that long where the provider said so.
    #[error("{reason}")]
    Retry {
        /// How long the provider asked us to wait.
        after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The same request would fail again.
    #[error("{reason}")]
    Stop {
        /// What happened.
        reason: String,
    },
    /// The key is wrong, or may not do this.
    #[error("{reason}")]
    Key {
        /// What happened.
        reason: String,
    },
    /// The stream ended without a finish reason, or broke.
    #[error("the answer broke off before it was complete")]
    Cut,
    /// The time allowed was used up.
    #[error("the model did not answer in time")]
    Timeout,
    /// Nobody set this provider up.
    #[error("`{provider}` is not set up on this server")]
    NotConfigured {
        /// The provider in question.
        provider: Provider,
    },
}

impl Error {
    /// The word that stands for it in tables and JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Retry { .. } => "retry",
            Self::Stop { .. } => "stop",
            Self::Key { .. } => "key",
            Self::Cut => "cut",
            Self::Timeout => "timeout",
            Self::NotConfigured { .. } => "not_configured",
        }
    }

    /// Whether the same request may well succeed later without anyone changing anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Retry { .. } | Self::Cut | Self::Timeout)
    }
}

/// What happens while an answer is made.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamEvent {
    /// A provider is being called. `attempt` counts from 1 over all choices.
    Started {
        /// Which model.
        choice: ModelChoice,
        /// Which call of this request.
        attempt: u32,
    },
    /// More text of the answer. After the first one there is no fallback any more.
    Text(String),
    /// The whole answer. Nothing follows.
    Done(Answer),
}

/// A finished answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which model gave it.
    pub choice: ModelChoice,
    /// All of its text.
    pub text: String,
    /// What the provider says was used.
    pub usage: Option<Usage>,
    /// From the successful call to its end.
    pub latency_ms: u32,
    /// From the successful call to its first text.
    pub time_to_first_token_ms: u32,
    /// What it cost, by the price table. Zero when `priced` is false.
    pub cost: Micros,
    /// Whether the price table knows this model and the provider told what was used.
    pub priced: bool,
    /// Why the model stopped.
    pub finish: Finish,
    /// Every call that was made, the successful one last.
    pub attempts: Vec<Attempt>,
}

/// One call to a provider: one row in the log of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Which model was called.
    pub choice: ModelChoice,
    /// `ok`, or the word of the error.
    pub outcome: &'static str,
    /// What went wrong, in words safe to show.
    pub reason: Option<String>,
    /// From the call to its end.
    pub latency_ms: u32,
    /// From the call to its first text, if any came.
    pub time_to_first_token_ms: Option<u32>,
    /// What the provider says was used.
    pub usage: Option<Usage>,
    /// What it cost, by the price table. Zero when `priced` is false.
    pub cost: Micros,
    /// Whether `cost` is known.
    pub priced: bool,
}

/// No answer, from any choice.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Failed {
    /// Every call that was made. Empty when nobody could be called at all.
    pub attempts: Vec<Attempt>,
    /// The most hopeful of the errors: `Retry` before those that waiting does not cure.
    pub error: Error,
}
