//! Anthropic's messages, version 2026-10-21: our request as their JSON, their answers as our deltas. No IO.
//!
//! That version refuses `temperature`, `top_p` and `top_k` even at their defaults, so they are never sent. An answer of a given
//! shape is a tool that must be used: its input is read as the answer's text.

use domain::agent::ModelChoice;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::calls::RawCall;
use crate::http::{Decode, mid_stream_error};
use crate::merge::{Part, alternate};
use crate::price::{self, Thinking};
use crate::sse::Event;
use crate::{Ask, Content, Delta, Error, Finish, Role, ToolChoice, ToolSpec, Usage};

#[cfg(test)]
mod tests;

/// The path below the base address.
pub(crate) const PATH: &str = "/v1/messages";
/// The version whose rules this module follows.
pub(crate) const VERSION: &str = "2026-10-21";

/// The request as the provider wants it.
#[derive(Serialize)]
pub(crate) struct Body {
    #[serde(flatten)]
    settings: Value,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: Said,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Said {
    Text(String),
    Blocks(Vec<SentBlock>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum SentBlock {
    Text { text: String },
    ToolUse { id: String, name: String, input: Box<RawValue> },
    ToolResult { tool_use_id: String, content: String },
}

/// The request as the provider wants it.
pub(crate) fn body(choice: &ModelChoice, ask: &Ask, stream: bool) -> Body {
    let mut body = json!({"model": choice.model, "max_tokens": ask.max_tokens});
    if stream {
        body["stream"] = json!(true);
    }
    if !ask.system.trim().is_empty() {
        body["system"] = json!(ask.system);
    }
    if let Some(Thinking::Type(word)) = price::find(choice).map(|card| card.thinking) {
        body["thinking"] = json!({"type": word});
    }
    // A stop of nothing but blanks is a 400.
    let stop: Vec<&String> = ask.stop.iter().filter(|stop| !stop.trim().is_empty()).collect();
    if !stop.is_empty() {
        body["stop_sequences"] = json!(stop);
    }
    let tools = tools(ask);
    if !tools.is_empty() {
        body["tools"] = json!(tools);
        body["tool_choice"] = match (&ask.schema, &ask.tool_choice) {
            (Some(schema), choice) if ask.tools.is_empty() || *choice == ToolChoice::None => {
                json!({"type": "tool", "name": schema.name})
            }
            (Some(_), _) | (None, ToolChoice::Required) => json!({"type": "any"}),
            (None, ToolChoice::Auto) => json!({"type": "auto"}),
            (None, ToolChoice::None) => json!({"type": "none"}),
            (None, ToolChoice::Named(name)) => json!({"type": "tool", "name": name}),
        };
    }
    Body { settings: body, messages: messages(ask) }
}

/// The tools on offer, the shape of the answer as one of them, and those that the conversation speaks of: without them it is a 400.
fn tools(ask: &Ask) -> Vec<Value> {
    let tool =
        |tool: &ToolSpec| json!({"name": tool.name, "description": tool.description, "input_schema": tool.schema});
    let mut tools: Vec<Value> = ask.tools.iter().map(tool).collect();
    if let Some(schema) = &ask.schema {
        tools.push(json!({"name": schema.name, "description": "Give your answer with this tool.", "input_schema": schema.schema}));
    }
    if tools.is_empty() {
        let calls = ask.messages.iter().filter_map(|turn| match &turn.content {
            Content::ToolCalls { calls, .. } => Some(calls),
            _ => None,
        });
        let mut names: Vec<&str> = calls.flatten().map(|call| call.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        tools.extend(names.into_iter().map(|name| json!({"name": name, "input_schema": {"type": "object"}})));
    }
    tools
}

fn messages(ask: &Ask) -> Vec<Message> {
    let side = |side: crate::merge::Side<'_>| {
        let role = match side.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        match side.parts.as_slice() {
            // A text that ends in white space is refused at the end of an assistant's turn.
            [Part::Text(text)] => Message { role, content: Said::Text(text.trim_end().to_owned()) },
            parts => {
                // Results must come before anything else in their turn.
                let (results, others): (Vec<_>, Vec<_>) =
                    parts.iter().partition(|part| matches!(part, Part::Tool(Content::ToolResult { .. })));
                Message { role, content: Said::Blocks(results.into_iter().chain(others).flat_map(blocks).collect()) }
            }
        }
    };
    alternate(&ask.messages).into_iter().map(side).collect()
}

fn blocks(part: &Part<'_>) -> Vec<SentBlock> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| SentBlock::Text { text: text.trim_end().to_owned() });
    match part {
        Part::Text(said) | Part::Tool(Content::Text(said)) => text(said).into_iter().collect(),
        Part::Tool(Content::ToolCalls { text: said, calls }) => {
            let calls = calls.iter().map(|call| SentBlock::ToolUse {
                id: call.id.clone(),
                name: call.name.clone(),
                input: call.json(),
            });
            text(said).into_iter().chain(calls).collect()
        }
        Part::Tool(Content::ToolResult { id, text, .. }) => {
            vec![SentBlock::ToolResult { tool_use_id: id.clone(), content: text.clone() }]
        }
    }
}

/// Reads one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The tool whose input is the answer.
    shape: Option<String>,
    input: Option<u32>,
    output: Option<u32>,
    finish: Option<Finish>,
    calls: Vec<(u32, RawCall)>,
    /// The block that holds the answer, when it is a tool's input.
    answer: Option<u32>,
}

/// One event, of any type. No tagged enum: those read numbers and raw text through a buffer that changes them.
#[derive(Deserialize)]
struct EventJson {
    r#type: String,
    message: Option<Started>,
    #[serde(default)]
    index: u32,
    content_block: Option<Block>,
    delta: Option<DeltaJson>,
    usage: Option<UsageJson>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Started {
    usage: Option<UsageJson>,
}

/// A piece of an answer: a text, a tool call, thoughts, and what is invented later.
#[derive(Deserialize)]
struct Block {
    r#type: String,
    text: Option<String>,
    id: Option<String>,
    name: Option<String>,
    input: Option<Box<RawValue>>,
}

/// More of a piece, or how the answer ended. Thinking and signatures are not part of it.
#[derive(Deserialize)]
struct DeltaJson {
    r#type: Option<String>,
    text: Option<String>,
    partial_json: Option<String>,
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct UsageJson {
    input_tokens: Option<u32>,
    cache_creation_input_tokens: Option<u32>,
    cache_read_input_tokens: Option<u32>,
    output_tokens: Option<u32>,
}

/// A whole answer.
#[derive(Deserialize)]
struct Whole {
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<UsageJson>,
    error: Option<Value>,
}

impl Decoder {
    /// Reads the answer from the input of this tool, if one is named.
    pub fn of(shape: Option<String>) -> Self {
        Self { shape, ..Self::default() }
    }

    fn count(&mut self, usage: &UsageJson) {
        if let Some(input) = usage.input_tokens {
            let cached = usage
                .cache_creation_input_tokens
                .unwrap_or(0)
                .saturating_add(usage.cache_read_input_tokens.unwrap_or(0));
            self.input = Some(input.saturating_add(cached));
        }
        // Each count is a total so far, not an addition.
        self.output = usage.output_tokens.or(self.output);
    }

    fn stopped(&mut self, reason: &str) {
        self.finish = Some(match reason {
            "end_turn" | "stop_sequence" => Finish::Stop,
            "max_tokens" | "model_context_window_exceeded" => Finish::Length,
            "tool_use" if self.calls.is_empty() => Finish::Stop,
            "tool_use" => Finish::ToolCalls,
            "refusal" => Finish::Refused,
            _ => Finish::Other,
        });
    }

    /// What is said beside an answer of a given shape is not part of it.
    fn text(&self, text: String) -> Option<Delta> {
        match self.shape {
            _ if text.is_empty() => None,
            Some(_) => Some(Delta::Working),
            None => Some(Delta::Text(text)),
        }
    }

    /// The beginning of a block, which in a whole answer is all of it.
    fn block(&mut self, index: u32, block: Block) -> Option<Delta> {
        match block.r#type.as_str() {
            "text" => self.text(block.text.unwrap_or_default()),
            "tool_use" => {
                let name = block.name.unwrap_or_default();
                // A stream begins with an empty object; the pieces of the real one follow.
                let input = block.input.as_ref().map(|input| input.get()).unwrap_or_default();
                let given = !input.is_empty() && !input[1..].trim_start().starts_with('}') && input != "null";
                let arguments = if given { input.to_owned() } else { String::new() };
                if self.shape.as_ref() == Some(&name) {
                    self.answer = Some(index);
                    return Some(if given { Delta::Text(arguments) } else { Delta::Working });
                }
                self.calls.push((index, RawCall { id: block.id.unwrap_or_default(), name, arguments, seal: None }));
                Some(Delta::Working)
            }
            _ => Some(Delta::Working),
        }
    }

    fn input(&mut self, index: u32, json: String) -> Option<Delta> {
        if self.answer == Some(index) {
            return (!json.is_empty()).then_some(Delta::Text(json));
        }
        if let Some((_, call)) = self.calls.iter_mut().find(|(at, _)| *at == index) {
            call.arguments.push_str(&json);
        }
        Some(Delta::Working)
    }
}

impl Decode for Decoder {
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error> {
        // Half an event is what a broken connection leaves behind.
        let event: EventJson = domain::json::read(event.data.as_bytes()).map_err(|_| Error::Cut)?;
        match event.r#type.as_str() {
            "message_start" => {
                event.message.and_then(|message| message.usage).iter().for_each(|usage| self.count(usage));
                Ok(None)
            }
            "content_block_start" => Ok(event.content_block.and_then(|block| self.block(event.index, block))),
            "content_block_delta" => Ok(event.delta.and_then(|delta| match delta.r#type.as_deref() {
                Some("text_delta") => self.text(delta.text.unwrap_or_default()),
                Some("input_json_delta") => self.input(event.index, delta.partial_json.unwrap_or_default()),
                _ => Some(Delta::Working),
            })),
            "message_delta" => {
                event.usage.iter().for_each(|usage| self.count(usage));
                event.delta.and_then(|delta| delta.stop_reason).iter().for_each(|reason| self.stopped(reason));
                Ok(None)
            }
            "message_stop" => self.end().map(Some),
            "error" => Err(mid_stream_error(&event.error.unwrap_or_default())),
            // `ping`, `content_block_stop`, and what is invented later.
            _ => Ok(None),
        }
    }

    fn whole(&mut self, body: &[u8]) -> Result<Option<Delta>, Error> {
        let whole: Whole = domain::json::read(body).map_err(|_| Error::Cut)?;
        if let Some(error) = whole.error {
            return Err(mid_stream_error(&error));
        }
        whole.usage.iter().for_each(|usage| self.count(usage));
        let mut said = String::new();
        for (at, block) in whole.content.into_iter().enumerate() {
            if let Some(Delta::Text(text)) = self.block(u32::try_from(at).unwrap_or(u32::MAX), block) {
                said.push_str(&text);
            }
        }
        whole.stop_reason.iter().for_each(|reason| self.stopped(reason));
        Ok((!said.is_empty()).then_some(Delta::Text(said)))
    }

    fn end(&mut self) -> Result<Delta, Error> {
        let finish = self.finish.ok_or(Error::Cut)?;
        let usage = self
            .input
            .zip(self.output)
            .map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens });
        let calls = std::mem::take(&mut self.calls).into_iter().map(|(_, call)| call).collect();
        Ok(Delta::Done { usage, finish, calls })
    }
}
