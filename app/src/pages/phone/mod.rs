//! The phone: the emulated network of this installation, on which the operator plays the people outside.
//!
//! Only with the emulator. Not here: what a made-up person answers (`channels::emulator`, reached through `backend::PhoneLine`).
//! The address holds whose phone is shown: `n` is the number without its `+`, `q` narrows the list.

pub mod api;

mod data;
mod handset;
mod newcomer;
mod off;
mod page;
mod people;

pub use data::{Handset, Item, Person, Persona};
pub use page::PhonePage;
