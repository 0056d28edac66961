//! A turn on the screen: its steps with durations, passages with scores, tools and rules. "Why this message?" and replay show the same.
//!
//! Not here: server calls, pages.

mod parts;
mod trace;

pub use parts::{PassageList, RulingList, ToolList, WhyFound};
pub use trace::TraceList;
