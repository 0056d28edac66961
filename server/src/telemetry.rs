//! Log lines: how they look and where they go.
//!
//! Lines go to standard error; standard output is for what a command answers.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat};

/// Chatty parts that help nobody at the level of the product. At `debug` rmcp writes whole requests, with what people said.
const QUIET: &str = "rmcp=warn,sqlx=warn,hyper=warn,h2=warn,rustls=warn,tower_http=info";

/// Begins to log. A second call changes nothing.
pub fn start(log: &Log) {
    // What stands last wins, so an operator who asks for `sqlx=debug` gets it.
    let filter = EnvFilter::new(format!("{QUIET},{}", log.level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    let _ = match log.format {
        LogFormat::Text => lines.compact().finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
}

/// The span of one request. Its path names things by id only; the query, which may carry what people typed, is left out.
pub fn request_span<B>(request: &http::Request<B>) -> tracing::Span {
    tracing::info_span!(
        "request",
        request.id = %uuid::Uuid::now_v7().simple(),
        http.method = %request.method(),
        http.path = %request.uri().path(),
    )
}
