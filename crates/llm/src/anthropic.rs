//! Anthropic's messages, version 2026-10-21: our request as their JSON, their answers as our deltas. No IO.
//!
//! That version refuses `temperature`, `top_p` and `top_k` even at their defaults, so they are never sent. An answer of a given
//! shape is a tool that must be used: its input is read as the answer's text.

use domain::agent::ModelChoice;
use serde::Deserialize;
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
pub(crate) fn body(choice: &ModelChoice, ask: &Ask, stream: bool) -> Value {
    let mut body = json!({"model": choice.model, "max_tokens": ask.max_tokens, "messages": messages(ask)});
    if stream {
        body["stream"] = json!(true);
    }
    if !ask.system.trim().is_empty() {
        body["system"] = json!(ask.system);
    }
    if let Some(Thinking::Type(word)) = price::find(choice).map(|card| card.thinking) {
        body["thinking"] = json!({"type": word});
    }
    if !ask.stop.is_empty() {
        body["stop_sequences"] = json!(ask.stop);
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
    body
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

fn messages(ask: &Ask) -> Vec<Value> {
    let side = |side: crate::merge::Side<'_>| {
        let role = match side.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        match side.parts.as_slice() {
            // A text that ends in white space is refused at the end of an assistant's turn.
            [Part::Text(text)] => json!({"role": role, "content": text.trim_end()}),
            parts => {
                // Results must come before anything else in their turn.
                let (results, others): (Vec<_>, Vec<_>) =
                    parts.iter().partition(|part| matches!(part, Part::Tool(Content::ToolResult { .. })));
                let blocks: Vec<Value> = results.into_iter().chain(others).flat_map(blocks).collect();
                json!({"role": role, "content": blocks})
            }
        }
    };
    alternate(&ask.messages).into_iter().map(side).collect()
}

fn blocks(part: &Part<'_>) -> Vec<Value> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| json!({"type": "text", "text": text.trim_end()}));
    match part {
        Part::Text(said) | Part::Tool(Content::Text(said)) => text(said).into_iter().collect(),
        Part::Tool(Content::ToolCalls { text: said, calls }) => {
            let calls = calls
                .iter()
                .map(|call| json!({"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}));
            text(said).into_iter().chain(calls).collect()
        }
        Part::Tool(Content::ToolResult { id, text, .. }) => {
            vec![json!({"type": "tool_result", "tool_use_id": id, "content": text})]
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

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EventJson {
    MessageStart {
        message: Started,
    },
    ContentBlockStart {
        index: u32,
        content_block: Block,
    },
    ContentBlockDelta {
        index: u32,
        delta: BlockDelta,
    },
    MessageDelta {
        delta: MessageDelta,
        usage: Option<UsageJson>,
    },
    MessageStop,
    Error {
        error: Value,
    },
    /// `ping`, `content_block_stop`, and what is invented later.
    #[serde(other)]
    Unneeded,
}

#[derive(Deserialize)]
struct Started {
    usage: Option<UsageJson>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        #[serde(default)]
        text: String,
    },
    ToolUse {
        id: String,
        name: String,
        #[serde(default)]
        input: Value,
    },
    /// Thinking and what is invented later.
    #[serde(other)]
    Unneeded,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockDelta {
    TextDelta {
        text: String,
    },
    InputJsonDelta {
        partial_json: String,
    },
    /// Thinking and signatures: not part of the answer.
    #[serde(other)]
    Unneeded,
}

#[derive(Deserialize)]
struct MessageDelta {
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
        match block {
            Block::Text { text } => self.text(text),
            Block::ToolUse { id, name, input } => {
                let given = input.as_object().is_some_and(|input| !input.is_empty());
                let arguments = if given { input.to_string() } else { String::new() };
                if self.shape.as_ref() == Some(&name) {
                    self.answer = Some(index);
                    return Some(if given { Delta::Text(arguments) } else { Delta::Working });
                }
                self.calls.push((index, RawCall { id, name, arguments, seal: None }));
                Some(Delta::Working)
            }
            Block::Unneeded => Some(Delta::Working),
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
        match domain::json::read(event.data.as_bytes()).map_err(|_| Error::Cut)? {
            EventJson::MessageStart { message } => {
                message.usage.iter().for_each(|usage| self.count(usage));
                Ok(None)
            }
            EventJson::ContentBlockStart { index, content_block } => Ok(self.block(index, content_block)),
            EventJson::ContentBlockDelta { index, delta } => Ok(match delta {
                BlockDelta::TextDelta { text } => self.text(text),
                BlockDelta::InputJsonDelta { partial_json } => self.input(index, partial_json),
                BlockDelta::Unneeded => Some(Delta::Working),
            }),
            EventJson::MessageDelta { delta, usage } => {
                usage.iter().for_each(|usage| self.count(usage));
                delta.stop_reason.iter().for_each(|reason| self.stopped(reason));
                Ok(None)
            }
            EventJson::MessageStop => self.end().map(Some),
            EventJson::Error { error } => Err(mid_stream_error(&error)),
            EventJson::Unneeded => Ok(None),
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
