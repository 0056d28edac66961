//! Replay: a stored conversation once more with another model, prompt or set of guardrails, side by side with what was said then.
//!
//! The address holds the conversation (`c`) and, when it is about one turn only, that turn (`turn`).

pub mod api;

mod compare;
mod page;

pub use page::ReplayPage;
