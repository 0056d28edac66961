//! The overview: how the workspace stands, what happened, and what to do next.

pub mod api;

mod activity;
mod alerts;
mod data;
mod page;
mod plot;
mod steps;

pub use page::OverviewPage;
