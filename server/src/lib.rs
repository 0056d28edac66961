//! Where it is wired: configuration, the router, the public API, telemetry. Not here: behaviour (`engine`) and pages (`app`).

pub mod api;
pub mod commands;
pub mod config;
pub mod database;
pub mod demo;
mod faults;
pub mod guard;
pub mod hear_out;
pub mod hooks;
pub mod http;
pub mod listen;
pub mod live;
pub mod mcp;
pub mod memory;
pub mod phone;
pub mod serve;
mod sign_in;
pub mod site;
pub mod stop;
pub mod telemetry;
pub mod v1;
pub mod wire;
