//! The MCP server at `/mcp`: the five tools for other programs, over streamable HTTP, each call with a key of its own.
//!
//! No sessions: every request says who asks and stands alone, so that a restart or a second process loses nothing, and nobody can
//! ride on another's session. Clients of 2025-11-25 and before still shake hands with `initialize`; they get no session id, as their
//! protocol allows. Not here: what a tool does (`engine::tools`).

mod catalogue;
mod described;
mod door;
mod serve;
mod shape;

use axum::Router;
use engine::Engine;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

pub use described::{Described, Message};

/// The largest request. The longest text that a tool takes is far shorter.
const LARGEST: usize = 256 * 1024;

/// The route.
pub fn router(engine: Engine) -> Router {
    // The door looks at host and origin; it knows the public address and lets addresses without a name through.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(LARGEST)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let service =
        StreamableHttpService::new(|| Ok(serve::Server), std::sync::Arc::new(NeverSessionManager::default()), config);
    Router::new().route_service("/mcp", service).route_layer(axum::middleware::from_fn_with_state(engine, door::door))
}
