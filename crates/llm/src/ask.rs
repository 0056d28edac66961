//! What a model is asked: the conversation, the tools it may use, and the shape its answer must have. Data only.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person we talk with. What a tool answered stands on this side, too.
    User,
    /// The model, or a human who answered in its place.
    Assistant,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Whose turn it is.
    pub role: Role,
    /// What it holds.
    pub content: Content,
}

/// What a turn holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Something that was said.
    Text(String),
    /// The model asked for tools, and may have said something with it.
    ToolCalls {
        /// What it said; often nothing.
        text: String,
        /// What it asked for. Each must be followed by its result.
        calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    ToolResult {
        /// The id of the call.
        id: String,
        /// The tool's name.
        name: String,
        /// The answer: plain text or JSON.
        text: String,
    },
}

impl Turn {
    /// The person said this.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, content: Content::Text(text.into()) }
    }

    /// The model, or a human in its place, said this.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: Content::Text(text.into()) }
    }

    /// The model asked for these tools. `text` is what it said with it.
    pub fn tool_calls(text: impl Into<String>, calls: Vec<ToolCall>) -> Self {
        Self { role: Role::Assistant, content: Content::ToolCalls { text: text.into(), calls } }
    }

    /// What a tool answered to `call`.
    pub fn tool_result(call: &ToolCall, text: impl Into<String>) -> Self {
        let (id, name) = (call.id.clone(), call.name.clone());
        Self { role: Role::User, content: Content::ToolResult { id, name, text: text.into() } }
    }

    /// What was said or answered, as text.
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(text) | Content::ToolCalls { text, .. } | Content::ToolResult { text, .. } => text,
        }
    }
}

/// A tool that the model may use.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Its name: letters, digits, `_` and `-`, 64 at most.
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// The JSON schema of its arguments: an object.
    pub schema: Value,
}

/// Whether the model may, must or must not use a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// Not now. The tools are still shown, because the conversation holds calls of them.
    None,
    /// One of them, at least.
    Required,
    /// This one.
    Named(String),
}

/// The model wants a tool to be used. Nothing says that it was offered one of that name: check before running it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// What ties the result to the call.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Its arguments: a JSON object, not yet checked against the tool's schema. For [`Ask::as_is`], `null` where they are none.
    pub arguments: Value,
    /// The same as the model wrote them: large numbers and the order of fields are kept.
    #[serde(skip)]
    written: String,
    /// The provider's seal on its own thoughts, to be handed back unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

impl ToolCall {
    /// A call without a seal.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: Value) -> Self {
        let written = arguments.to_string();
        Self { id: id.into(), name: name.into(), arguments, written, seal: None }
    }

    /// The same call with its arguments as they were written.
    pub fn written_as(self, written: impl Into<String>) -> Self {
        Self { written: written.into(), ..self }
    }

    /// The arguments as they were written.
    pub fn written(&self) -> Cow<'_, str> {
        match self.written.as_str() {
            "" => self.arguments.to_string().into(),
            written => written.into(),
        }
    }

    /// The arguments as they were written, as JSON within a request.
    pub(crate) fn json(&self) -> Box<RawValue> {
        let written = RawValue::from_string(self.written().trim().to_owned());
        written.unwrap_or_else(|_| RawValue::NULL.to_owned())
    }
}

/// The shape an answer must have.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonSchema {
    /// A name for it: letters, digits, `_` and `-`.
    pub name: String,
    /// The JSON schema: an object.
    pub schema: Value,
}

impl JsonSchema {
    /// A named schema.
    pub fn new(name: impl Into<String>, schema: Value) -> Self {
        Self { name: name.into(), schema }
    }
}

/// What a model is asked. The model itself is in the list of choices that goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What the model is told before the conversation.
    pub system: String,
    /// The conversation so far, oldest first.
    pub messages: Vec<Turn>,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// How freely to choose words. Left out for models that refuse it, which includes all of Anthropic's.
    pub temperature: Option<f32>,
    /// Texts at which the model stops.
    pub stop: Vec<String>,
    /// How long one choice may take in total.
    pub timeout: Duration,
    /// The tools it may use.
    pub tools: Vec<ToolSpec>,
    /// Whether it must use one.
    pub tool_choice: ToolChoice,
    /// The shape of the answer's text. Set by [`crate::Models::typed`], which also checks it.
    pub schema: Option<JsonSchema>,
    /// For another program, which judges for itself: blanks around the answer stay, an empty one is an answer, arguments of tools may be
    /// anything, and a call that failed is not made again after a pause.
    pub as_is: bool,
    /// Ask the next choice as well when the first has not begun to answer after that long. Costs both calls.
    pub hedge_after: Option<Duration>,
}

impl Ask {
    /// How long everything is that the model reads.
    pub fn bytes(&self) -> usize {
        let of_turn = |turn: &Turn| {
            let calls = match &turn.content {
                Content::ToolCalls { calls, .. } => {
                    calls.iter().map(|call| call.name.len() + call.written().len()).sum()
                }
                Content::Text(_) | Content::ToolResult { .. } => 0,
            };
            turn.text().len() + calls
        };
        let of_tool = |tool: &ToolSpec| tool.name.len() + tool.description.len() + tool.schema.to_string().len();
        self.system.len()
            + self.messages.iter().map(of_turn).sum::<usize>()
            + self.tools.iter().map(of_tool).sum::<usize>()
            + self.schema.as_ref().map_or(0, |wanted| wanted.schema.to_string().len())
    }
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            system: String::new(),
            messages: Vec::new(),
            max_tokens: 300,
            temperature: None,
            stop: Vec::new(),
            timeout: Duration::from_secs(20),
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            schema: None,
            as_is: false,
            hedge_after: None,
        }
    }
}
