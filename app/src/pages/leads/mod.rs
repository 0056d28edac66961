//! Leads: the people outside, what they agreed to, and how a list of them comes in.

pub mod api;

mod consent;
mod drawer;
mod identity;
mod import;
mod list;
mod mapping;
mod page;
mod report;
mod upload;

pub use consent::ConsentHistory;
pub use import::ImportPage;
pub use page::LeadsPage;
