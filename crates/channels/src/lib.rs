//! How people and other systems are reached: Twilio (SMS, WhatsApp, voice), webhooks, and the emulated phone network.
//!
//! Not here: conversations, agents, whether something may be sent, how often to try again, the database, the HTTP server.
//! This crate alone knows the wire formats of the providers.
//!
//! A process that uses it installs rustls' crypto provider once before it builds a client (see `main.rs` of `server`).
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod emulator;
pub mod generic;
pub mod http;
mod outgoing;
pub mod parse;
mod secret;
pub mod signature;
pub mod standard;
pub mod twilio;
pub mod twiml;

pub use outgoing::{Content, Error, Found, Outgoing, Permit, Receipt};
pub use secret::Secret;
pub use twilio::{Twilio, TwilioConfig};
