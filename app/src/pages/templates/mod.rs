//! Templates: the texts that campaigns send, and whether WhatsApp approved them.

pub mod api;

mod drawer;
mod list;
mod page;
mod preview;

pub use page::TemplatesPage;
