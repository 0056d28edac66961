//! The flow editor: the canvas on which a campaign's steps are drawn, the outline of the same drawing, and the inspector.
//!
//! Not here: what a drawing is and what may be wrong with it (`domain::flow`). The document is one plain value in one signal
//! ([`history::History`]); every gesture is a `FlowEdit`, so undo is a list of earlier drawings.

mod actions;
pub mod api;
mod canvas;
mod dom;
mod edge;
mod editor;
mod fields;
mod gallery;
mod geometry;
#[cfg(test)]
mod geometry_tests;
mod gesture;
mod header;
mod history;
mod import;
mod inspector;
mod keys;
mod kinds;
mod leave;
mod menu;
mod node;
mod outline;
mod palette;
mod problems;
mod state;

pub use editor::FlowEditorPage;
