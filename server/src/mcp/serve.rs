//! What the server says of itself, and the way from a call to `engine::tools` and back.

use axum::http::request::Parts;
use domain::skill::Tool;
use engine::{Cx, Error, tools};
use rmcp::model::{
    self, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use serde_json::Value;

use super::catalogue::{self, Place};

/// One request's server. Who asks is in the request.
pub struct Server;

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let about = Implementation::new("agent-outreach", env!("CARGO_PKG_VERSION")).with_title("Agent Outreach");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(about)
            .with_instructions(
                "The five tools of an agent. They work in the workspace of the key; conversations and agents are named \
                 by id. The rules of the agent and the send gate hold for what is sent.",
            )
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(catalogue::all()))
    }

    fn get_tool(&self, name: &str) -> Option<model::Tool> {
        name.parse().ok().map(catalogue::shown)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let cx = context.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Cx>());
        let Some(cx) = cx else { return Err(ErrorData::internal_error("Nobody is known to ask.", None)) };
        let Ok(tool) = request.name.parse::<Tool>() else {
            let name: String = request.name.chars().filter(|c| !c.is_control()).take(60).collect();
            let why = format!("Unknown tool: {name}. `tools/list` gives those that there are.");
            return Err(ErrorData::invalid_params(why, None));
        };
        // A wrong argument is for the model on the other side to read and to mend, so it is a result and not a fault of the protocol.
        Ok(match run(cx, tool, request.arguments.unwrap_or_default()).await {
            Ok(told) => CallToolResult::structured(told),
            Err(Failed::Say(why)) => CallToolResult::error(vec![ContentBlock::text(why)]),
            Err(Failed::Hide(error)) => {
                let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
                tracing::error!(%reference, %error, tool.name = tool.as_str(), "an MCP call failed");
                let why = format!("Something went wrong on our side. If it stays, quote the reference {reference}.");
                return Err(ErrorData::internal_error(why, None));
            }
        }
        .into())
    }
}

/// Why a call gave nothing.
enum Failed {
    /// For whoever called.
    Say(String),
    /// For the log.
    Hide(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(_) => Self::Hide(error),
            error => Self::Say(error.to_string()),
        }
    }
}

async fn run(cx: &Cx, tool: Tool, arguments: JsonObject) -> Result<Value, Failed> {
    let told = match catalogue::read(tool, &arguments).map_err(Failed::Say)? {
        Place::In(conversation) => tools::call(cx, conversation, tool, &Value::Object(arguments)).await?,
        Place::Of(agent) => {
            let query = arguments.get("query").and_then(Value::as_str).unwrap_or_default();
            tools::search_agent(cx, agent, query).await?
        }
    };
    Ok(told)
}
