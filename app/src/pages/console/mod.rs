//! The Test Console: an agent is tried on a made-up lead, its answer streaming in beside the trace of what it did; and its suite of
//! tests. Nothing is sent to anyone.

pub mod api;

mod bubble;
mod chat;
mod chips;
mod correct;
mod earlier;
mod editor;
mod form;
mod lane;
mod outcome;
mod page;
mod pane;
mod scenario;
mod session;
mod state;
mod stream;
mod suite;
mod trace;
mod voice;

pub use page::ConsolePage;
pub use suite::TestsSection;
pub use trace::{Timeline, millis};
