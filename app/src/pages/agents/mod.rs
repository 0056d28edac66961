//! The Agent Library: every agent of the workspace, and the drawer in which one is edited.

pub mod api;

mod advice;
mod diff;
mod draft;
mod drawer;
mod footer;
mod general;
mod guardrails;
mod history;
mod hooking;
pub mod knowledge;
mod list;
mod models;
mod money;
mod page;
mod phrases;
mod prices;
mod prompt;
mod prompt_views;
mod publish;
mod sections;
mod sort;
mod speak;
mod starters;
mod voice;
mod webhook_form;
mod webhooks;

pub use models::ScriptedMark;
pub use page::AgentsPage;
