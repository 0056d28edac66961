//! Project rules, and what only the whole server can show.

#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

mod clients;
mod described;
mod functions;
mod gateway;
mod held;
mod mcp;
mod streams;
mod tidy;
mod translated;
