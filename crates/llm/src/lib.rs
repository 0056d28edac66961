//! How models are spoken to: one request type, one stream type, whoever runs the model.
//!
//! Not here: agents, prompts, the database. A caller asks [`Models`] with a list of choices (the first, then its fallbacks) and
//! gets events; every call that reached a provider comes back as an [`Attempt`], so that it can be written down.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that unwraps fails with the line"))]

mod answer;
mod anthropic;
mod ask;
mod breaker;
mod error;
mod http;
mod models;
mod openai;
pub mod price;
mod scripted;
mod settings;
mod sse;

pub use answer::{Answer, Attempt, Failed, Finish, StreamEvent, Usage};
pub use ask::{Ask, Content, JsonSchema, Role, ToolCall, ToolChoice, ToolSpec, Turn};
pub use domain::agent::{ModelChoice, Provider};
pub use error::Error;
pub use models::Models;
pub use price::CatalogueEntry;
pub use settings::{Secret, Settings};

/// One piece of a provider's answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Delta {
    /// More text.
    Text(String),
    /// It is at work on something that is not shown: a tool call or a thought.
    Working,
    /// The end. Nothing follows.
    Done { usage: Option<Usage>, finish: Finish, calls: Vec<RawCall> },
}

/// A tool call as it came: its arguments are text that may not be JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RawCall {
    pub id: String,
    pub name: String,
    pub arguments: String,
    pub seal: Option<String>,
}
