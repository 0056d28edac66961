//! Where it is wired: configuration, the router, the public API, telemetry. Not here: behaviour (`engine`) and pages (`app`).

pub mod commands;
pub mod config;
pub mod database;
pub mod site;
pub mod stop;
pub mod telemetry;
