//! How the gateway describes itself in the API's description. These types are shown and not used: a request is read by `body`, which
//! passes on what it does not know.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

/// The gateway's part of the description.
#[derive(OpenApi)]
#[openapi(paths(super::chat::completions, super::list, super::find))]
pub struct Described;

/// A call, as OpenAI's clients make it. Every other field of theirs is passed on to hosts that speak OpenAI's dialect.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChatRequest {
    /// `provider/model`, a model's own name, or up to eight with `|` between: the first one that answers is used.
    pub model: String,
    /// What was said so far, oldest first; at least one.
    pub messages: Vec<ChatMessage>,
    /// The longest answer, in tokens; 4096 when neither this nor `max_completion_tokens` is given.
    pub max_tokens: Option<u32>,
    /// The newer name of `max_tokens`.
    pub max_completion_tokens: Option<u32>,
    /// How freely to choose words. Left out for models that refuse it.
    pub temperature: Option<f32>,
    /// Texts at which the model stops: one, or a list.
    #[schema(value_type = Option<Object>)]
    pub stop: Option<Value>,
    /// How many answers.
    pub n: Option<u32>,
    /// Whether the answer comes in pieces, as events.
    #[serde(default)]
    pub stream: bool,
    /// What a stream tells beside the answer.
    pub stream_options: Option<StreamOptions>,
    /// The tools that the model may use, as OpenAI describes them.
    #[schema(value_type = Option<Vec<Object>>)]
    pub tools: Option<Vec<Value>>,
    /// `auto`, `none`, `required`, or one tool.
    #[schema(value_type = Option<Object>)]
    pub tool_choice: Option<Value>,
    /// The shape of the answer: `{"type": "json_object"}` or `{"type": "json_schema", …}`.
    #[schema(value_type = Option<Object>)]
    pub response_format: Option<Value>,
}

/// What a stream tells beside the answer.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StreamOptions {
    /// Whether the last piece tells the tokens.
    #[serde(default)]
    pub include_usage: bool,
}

/// One thing that was said.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ChatMessage {
    /// `system`, `developer`, `user`, `assistant` or `tool`.
    pub role: String,
    /// The words; or a list of parts, with `text` and `image_url`.
    #[schema(value_type = Option<String>)]
    pub content: Option<Value>,
    /// The tools that the model asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub tool_calls: Option<Vec<Value>>,
    /// Which of them this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// An answer in one piece.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatAnswer {
    /// Its id.
    pub id: String,
    /// `chat.completion`; a piece of a stream is a `chat.completion.chunk`.
    pub object: String,
    /// When, in seconds since 1970.
    pub created: u64,
    /// The model as its provider calls it; the header `x-model` has the provider with it.
    pub model: String,
    /// The answers.
    pub choices: Vec<ChatChoice>,
    /// The tokens.
    pub usage: Option<ChatUsage>,
}

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatChoice {
    /// Which one, from 0.
    pub index: u32,
    /// What the model says. In a stream: `delta`, a piece of it.
    pub message: ChatMessage,
    /// `stop`, `length`, `tool_calls` or `content_filter`.
    pub finish_reason: Option<String>,
}

/// The tokens of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatUsage {
    /// Read.
    pub prompt_tokens: u32,
    /// Written.
    pub completion_tokens: u32,
    /// Both.
    pub total_tokens: u32,
}

/// The models that can be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelList {
    /// `list`.
    pub object: String,
    /// Each.
    pub data: Vec<ListedModel>,
}

/// A model that can be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedModel {
    /// `provider/model`, to be named in a call.
    pub id: String,
    /// `model`.
    pub object: String,
    /// Always 0: providers do not say.
    pub created: u64,
    /// The provider.
    pub owned_by: String,
    /// Whether its price is known. Where a budget applies, OpenAI's, Anthropic's and Google's models without one are refused; those of a
    /// compatible host count as free.
    pub priced: bool,
}

/// Every error of the gateway, as OpenAI's clients read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GatewayError {
    /// What went wrong.
    pub error: GatewayErrorDetail,
}

/// What went wrong in a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct GatewayErrorDetail {
    /// A whole sentence.
    pub message: String,
    /// OpenAI's word for the kind: `invalid_request_error`, `insufficient_quota`, `server_error`.
    pub r#type: String,
    /// The field that is wrong, if one is.
    pub param: Option<String>,
    /// Which error: `invalid_api_key`, `model_not_found`, `rate_limit_exceeded`, `upstream_unavailable` …
    pub code: String,
}
