//! Writing to a person with an agent's help: the section in a lead's drawer, and how a draft is shown. A draft is text to be edited; nothing
//! is sent from here.

pub mod api;

mod section;
mod shown;

pub use section::WriteToThem;
pub use shown::{Broken, DraftView};
