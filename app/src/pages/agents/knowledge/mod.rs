//! What an agent knows, as a section of its drawer: files and pages come in, their reading is followed, a search is tried.

pub mod api;

mod add;
mod list;
mod section;
mod trial;
mod upload;

pub use section::KnowledgeSection;
