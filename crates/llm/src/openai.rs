//! OpenAI's chat completions, spoken by many other hosts too: our request as their JSON, their answers as our deltas. No IO.

use domain::agent::{ModelChoice, Provider};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::RawCall;
use crate::http::{Decode, mid_stream_error};
use crate::price::{self, Thinking};
use crate::schema;
use crate::sse::Event;
use crate::{Ask, Content, Delta, Error, Finish, Role, ToolChoice, Turn, Usage};

#[cfg(test)]
mod tests;

/// The path below the base address.
pub(crate) const PATH: &str = "/chat/completions";

/// The request as the provider wants it.
pub(crate) fn body(choice: &ModelChoice, ask: &Ask, stream: bool) -> Value {
    let mut messages = Vec::with_capacity(ask.messages.len() + 1);
    if !ask.system.trim().is_empty() {
        messages.push(json!({"role": "system", "content": ask.system}));
    }
    messages.extend(ask.messages.iter().map(message));
    let mut body = json!({"model": choice.model, "messages": messages});
    if stream {
        body["stream"] = json!(true);
        body["stream_options"] = json!({"include_usage": true});
    }
    // OpenAI refuses the old name for newer models; other hosts often know only the old one.
    let limit = if choice.provider == Provider::OpenAi { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = json!(ask.max_tokens);
    if let Some(temperature) = ask.temperature
        && takes_temperature(choice)
    {
        body["temperature"] = crate::http::written(temperature);
    }
    if let Some(Thinking::Effort(word)) = price::find(choice).map(|card| card.thinking) {
        body["reasoning_effort"] = json!(word);
    }
    if !ask.stop.is_empty() {
        body["stop"] = json!(ask.stop);
    }
    if !ask.tools.is_empty() {
        let tool = |tool: &crate::ToolSpec| json!({"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.schema}});
        body["tools"] = ask.tools.iter().map(tool).collect();
        body["tool_choice"] = match &ask.tool_choice {
            ToolChoice::Auto => json!("auto"),
            ToolChoice::None => json!("none"),
            ToolChoice::Required => json!("required"),
            ToolChoice::Named(name) => json!({"type": "function", "function": {"name": name}}),
        };
    }
    if let Some(wanted) = &ask.schema {
        let strict = schema::is_strict(&wanted.schema);
        body["response_format"] = json!({
            "type": "json_schema",
            "json_schema": {"name": wanted.name, "schema": wanted.schema, "strict": strict},
        });
    }
    body
}

fn message(turn: &Turn) -> Value {
    match &turn.content {
        Content::Text(text) => {
            let role = match turn.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({"role": role, "content": text})
        }
        Content::ToolCalls { text, calls } => {
            let call = |call: &crate::ToolCall| json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.written()}});
            let content = if text.is_empty() { Value::Null } else { json!(text) };
            json!({"role": "assistant", "content": content, "tool_calls": calls.iter().map(call).collect::<Vec<_>>()})
        }
        Content::ToolResult { id, text, .. } => json!({"role": "tool", "tool_call_id": id, "content": text}),
    }
}

/// OpenAI's reasoning models answer 400 to any temperature but their own.
fn takes_temperature(choice: &ModelChoice) -> bool {
    let reasoning = ["gpt-5", "gpt-6", "o1", "o3", "o4"];
    choice.provider != Provider::OpenAi || !reasoning.iter().any(|family| choice.model.starts_with(family))
}

/// Reads one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    usage: Option<Usage>,
    finish: Option<Finish>,
    refused: bool,
    calls: Vec<(u32, RawCall)>,
}

/// A piece of a stream (`delta`), or a whole answer (`message`).
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<UsageJson>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<DeltaJson>,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct DeltaJson {
    content: Option<String>,
    refusal: Option<String>,
    /// How several hosts show their thoughts; never shown, but a sign of life.
    reasoning_content: Option<String>,
    tool_calls: Option<Vec<CallJson>>,
}

#[derive(Deserialize)]
struct CallJson {
    index: Option<u32>,
    id: Option<String>,
    function: Option<FunctionJson>,
}

#[derive(Deserialize)]
struct FunctionJson {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Deserialize)]
struct UsageJson {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl Decoder {
    fn chunk(&mut self, chunk: Chunk) -> Result<Option<Delta>, Error> {
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(mid_stream_error(&error));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(Usage { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens });
        }
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(None) };
        let delta = choice.delta.unwrap_or_default();
        self.refused |= delta.refusal.is_some_and(|text| !text.is_empty());
        if let Some(reason) = choice.finish_reason {
            self.finish = Some(match reason.as_str() {
                "content_filter" => Finish::Refused,
                _ if self.refused => Finish::Refused,
                "stop" => Finish::Stop,
                "length" => Finish::Length,
                "tool_calls" | "function_call" => Finish::ToolCalls,
                _ => Finish::Other,
            });
        }
        let mut working = delta.reasoning_content.is_some_and(|text| !text.is_empty());
        for (at, call) in delta.tool_calls.into_iter().flatten().enumerate() {
            self.put(u32::try_from(at).unwrap_or(u32::MAX), call);
            working = true;
        }
        let text = delta.content.filter(|text| !text.is_empty()).map(Delta::Text);
        Ok(text.or(working.then_some(Delta::Working)))
    }

    /// Puts a piece of a call to its beginning. A new id begins a new call: some hosts give every call the index 0.
    fn put(&mut self, at: u32, piece: CallJson) {
        let (index, id) = (piece.index.unwrap_or(at), piece.id.unwrap_or_default());
        let known = self
            .calls
            .iter()
            .rposition(|(i, call)| *i == index && (id.is_empty() || call.id.is_empty() || call.id == id));
        let at = known.unwrap_or_else(|| {
            self.calls.push((index, RawCall::default()));
            self.calls.len() - 1
        });
        let call = &mut self.calls[at].1;
        if call.id.is_empty() {
            call.id = id;
        }
        let Some(function) = piece.function else { return };
        // Some send the name with every piece, some in pieces; ours are whole when they come first.
        if let Some(name) = function.name.filter(|_| call.name.is_empty()) {
            call.name = name;
        }
        call.arguments.push_str(function.arguments.as_deref().unwrap_or_default());
    }
}

impl Decode for Decoder {
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error> {
        if event.data.trim() == "[DONE]" {
            return self.end().map(Some);
        }
        // Half an event is what a broken connection leaves behind.
        self.chunk(domain::json::read(event.data.as_bytes()).map_err(|_| Error::Cut)?)
    }

    fn whole(&mut self, body: &[u8]) -> Result<Option<Delta>, Error> {
        self.chunk(domain::json::read(body).map_err(|_| Error::Cut)?)
    }

    fn end(&mut self) -> Result<Delta, Error> {
        let finish = self.finish.ok_or(Error::Cut)?;
        let calls = std::mem::take(&mut self.calls).into_iter().map(|(_, call)| call).collect();
        Ok(Delta::Done { usage: self.usage, finish, calls })
    }
}
