//! What comes back: events, whole answers, and the record of every call. Data only.

use domain::agent::ModelChoice;
use domain::money::Micros;

use crate::{Error, ToolCall};

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
    /// It wants tools to be used; the calls are in the answer.
    ToolCalls,
    /// It declined, or a filter did. What text there is should not be sent to anyone.
    Refused,
    /// Something else.
    Other,
}

impl Finish {
    /// The word that stands for it in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::Refused => "refused",
            Self::Other => "other",
        }
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
    /// The whole answer, tool calls included. Nothing follows.
    Done(Answer),
}

/// A finished answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which model gave it.
    pub choice: ModelChoice,
    /// All of its text. May be empty when there are tool calls.
    pub text: String,
    /// The tools it wants to be used, in its order. Empty unless `finish` is `ToolCalls`.
    pub tool_calls: Vec<ToolCall>,
    /// What the provider says was used; an estimate where it says nothing.
    pub usage: Option<Usage>,
    /// From the successful call to its end.
    pub latency_ms: u32,
    /// From the successful call to its first text.
    pub time_to_first_token_ms: u32,
    /// What it cost, by the price table. Zero when `priced` is false.
    pub cost: Micros,
    /// Whether the price table knows this model.
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
    /// `ok`, `dropped` when another model was faster, or the word of the error.
    pub outcome: &'static str,
    /// What went wrong, in words safe to show.
    pub reason: Option<String>,
    /// From the call to its end.
    pub latency_ms: u32,
    /// From the call to its first text, if any came.
    pub time_to_first_token_ms: Option<u32>,
    /// What the provider says was used, or what may have been.
    pub usage: Option<Usage>,
    /// Whether `usage` is ours: the provider told nothing, because the call was left or broke off.
    pub estimated: bool,
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
