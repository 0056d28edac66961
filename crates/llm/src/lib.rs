//! How models are spoken to: one request type, one stream type, whoever runs the model.
//!
//! Not here: agents, prompts, the database. A caller asks [`Models`] with a list of choices (the first, then its fallbacks) and
//! gets events; every call that reached a provider comes back as an [`Attempt`], so that it can be written down.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that unwraps fails with the line"))]

mod answer;
mod anthropic;
mod ask;
mod breaker;
mod breakers;
mod calls;
mod embed;
mod error;
mod gemini;
mod health;
mod http;
mod merge;
mod models;
mod openai;
pub mod price;
mod race;
mod relay;
mod schema;
mod scripted;
mod settings;
mod shared;
mod speak;
pub mod sse;
mod typed;
mod wire;

pub use answer::{Answer, Attempt, Failed, Finish, StreamEvent, Usage};
pub use ask::{Ask, Content, JsonSchema, Role, ToolCall, ToolChoice, ToolSpec, Turn};
pub use domain::agent::{ModelChoice, Provider};
pub use embed::Embeddings;
pub use error::Error;
pub use health::{Health, HealthState};
pub use models::Models;
pub use price::CatalogueEntry;
pub use relay::{Refused, Relayed};
pub use schema::misfit;
pub use settings::{Secret, Settings};
pub use speak::Speech;

/// One piece of a provider's answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Delta {
    /// More text.
    Text(String),
    /// It is at work on something that is not shown: a tool call or a thought.
    Working,
    /// The end. Nothing follows.
    Done { usage: Option<Usage>, finish: Finish, calls: Vec<calls::RawCall> },
}
