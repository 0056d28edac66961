//! The Inbox: every conversation, one thread at a time, and the person beside it. A human reads along here and takes over.
//!
//! The address holds what is shown: `channel`, `owner`, `intent`, `q`, `page` narrow the list, `c` is the open conversation, `d` the person's
//! details on narrow screens.

pub mod api;

mod composer;
mod data;
mod dom;
mod draft;
mod list;
mod load;
mod message;
mod owner;
mod page;
mod person;
mod place;
mod reading;
mod thread;
mod tickets;
mod timeline;
mod why;
mod why_turn;
mod write;

pub(in crate::pages) use dom::scroll_to_end;
pub use page::InboxPage;
