//! How the MCP server describes itself in the API's description. These types are shown and not used: `rmcp` reads the requests.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

/// The MCP server's part of the description.
#[derive(OpenApi)]
#[openapi(paths(message))]
pub struct Described;

/// A message of MCP: JSON-RPC 2.0.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = McpMessage)]
pub struct Message {
    /// `2.0`.
    pub jsonrpc: String,
    /// Comes back with the answer; a number or a text. A notification has none.
    #[schema(value_type = Option<Object>)]
    pub id: Option<Value>,
    /// `tools/list`, `tools/call`, `initialize`, `ping`, `notifications/initialized` …
    pub method: String,
    /// For `tools/call`: `name` and `arguments`. `tools/list` gives the schema of each tool's arguments.
    #[schema(value_type = Option<Object>)]
    pub params: Option<Value>,
}

/// The answer to a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = McpAnswer)]
pub struct Answer {
    /// `2.0`.
    pub jsonrpc: String,
    /// The id of the message; null for one that could not be read.
    #[schema(value_type = Option<Object>)]
    pub id: Option<Value>,
    /// What came of it. Of a tool: `content`, `structuredContent`, and `isError` when it refused, with the reason as text.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// Why nothing came of it.
    pub error: Option<Fault>,
}

/// Why nothing came of a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = McpError)]
pub struct Fault {
    /// JSON-RPC's number: -32600 not taken, -32602 unknown tool or wrong parameters, -32700 unreadable, -32603 a fault of ours.
    pub code: i32,
    /// A whole sentence.
    pub message: String,
}

/// The five tools for other programs, over MCP's streamable HTTP; 2026-07-28, and 2025-11-25 and before with `initialize`.
///
/// There are no sessions: each message carries its key, stands alone and is answered in one piece. The tools are `create_ticket`,
/// `get_customer_history`, `search_knowledge_base`, `send_response` and `escalate_to_human`; they work in the key's workspace only.
#[utoipa::path(post, path = "/mcp", tag = "mcp", operation_id = "mcp", security(("key" = [])),
    params(
        ("accept" = Option<String>, Header, description = "`application/json, text/event-stream`, as the protocol wants it; none and `*/*` are taken, too."),
        ("mcp-protocol-version" = Option<String>, Header, description = "The version of the protocol.")),
    request_body = Message,
    responses(
        (status = 200, body = Answer), (status = 202, description = "A notification was taken in."),
        (status = 400, body = Answer, description = "The body is no message of MCP."),
        (status = 401, body = Answer, description = "No key, or one that was revoked.", headers(("www-authenticate" = String, description = "`Bearer`."))),
        (status = 403, body = Answer, description = "A key without the scope `mcp`, a foreign host name, or a page of another site."),
        (status = 405, description = "Only POST is taken."), (status = 406, description = "The header `accept` does not fit."),
        (status = 413, description = "Larger than 256 KiB."), (status = 415, description = "No JSON.")))]
#[expect(dead_code, reason = "describes the service, which is no handler of ours")]
fn message() {}
