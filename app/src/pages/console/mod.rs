//! The Test Console: an agent is tried on a made-up lead, its answer streaming in with what it took. Nothing is sent to anyone.

pub mod api;

mod chat;
mod figures;
mod page;
mod state;
mod stream;

pub use page::ConsolePage;
