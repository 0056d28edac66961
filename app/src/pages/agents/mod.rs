//! The Agent Library: every agent of the workspace, and the drawer in which one is edited.

pub mod api;

mod draft;
mod drawer;
mod general;
mod list;
mod models;
mod page;
mod prompt;
mod starters;

pub use models::ScriptedMark;
pub use page::AgentsPage;
