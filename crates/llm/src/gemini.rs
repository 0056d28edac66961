//! Google's Gemini, `generateContent` of v1beta: our request as their JSON, their answers as our deltas. No IO.
//!
//! Its stream has no end mark: it is complete when a finish reason was seen before the connection closed.

use domain::agent::ModelChoice;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::calls::RawCall;
use crate::http::{Decode, mid_stream_error};
use crate::merge::{Part, Side, alternate};
use crate::price::{self, Thinking};
use crate::schema;
use crate::sse::Event;
use crate::{Ask, Content, Delta, Error, Finish, Role, ToolChoice, Usage};

#[cfg(test)]
mod tests;

/// Takes the place of the seal on a call that another model made; without one, newer models answer 400.
const NO_SEAL: &str = "skip_thought_signature_validator";

/// The path below the base address.
pub(crate) fn path(model: &str, stream: bool) -> String {
    let verb = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
    // A model's name stands in the address: nothing in it may end the path.
    let model: String = model.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).collect();
    format!("/v1beta/models/{model}:{verb}")
}

/// The request as the provider wants it.
#[derive(Serialize)]
pub(crate) struct Body {
    #[serde(flatten)]
    settings: Value,
    contents: Vec<SentContent>,
}

#[derive(Serialize)]
struct SentContent {
    role: &'static str,
    parts: Vec<SentPart>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum SentPart {
    Text(String),
    FunctionResponse(Value),
    #[serde(untagged)]
    Call(SentCall),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SentCall {
    function_call: SentFunction,
    #[serde(skip_serializing_if = "Option::is_none")]
    thought_signature: Option<String>,
}

#[derive(Serialize)]
struct SentFunction {
    name: String,
    args: Box<RawValue>,
}

/// The request as the provider wants it.
pub(crate) fn body(choice: &ModelChoice, ask: &Ask) -> Body {
    let sealed = choice.model.starts_with("gemini-3");
    let contents = alternate(&ask.messages).iter().map(|side| content(side, sealed)).collect();
    let mut settings = json!({"maxOutputTokens": ask.max_tokens});
    if let Some(temperature) = ask.temperature {
        settings["temperature"] = crate::http::written(temperature);
    }
    if !ask.stop.is_empty() {
        settings["stopSequences"] = json!(ask.stop);
    }
    match price::find(choice).map(|card| card.thinking) {
        Some(Thinking::Level(word)) => settings["thinkingConfig"] = json!({"thinkingLevel": word}),
        Some(Thinking::Budget(tokens)) => settings["thinkingConfig"] = json!({"thinkingBudget": tokens}),
        _ => {}
    }
    if let Some(wanted) = &ask.schema {
        settings["responseMimeType"] = json!("application/json");
        settings["responseSchema"] = schema::for_gemini(&wanted.schema);
    }
    let mut body = json!({"generationConfig": settings});
    if !ask.system.trim().is_empty() {
        body["systemInstruction"] = json!({"parts": [{"text": ask.system}]});
    }
    if !ask.tools.is_empty() {
        let tool = |tool: &crate::ToolSpec| {
            let mut declared = json!({"name": tool.name, "description": tool.description});
            // An object without properties is refused; no parameters at all mean the same.
            if tool.schema["properties"].as_object().is_some_and(|properties| !properties.is_empty()) {
                declared["parameters"] = schema::for_gemini(&tool.schema);
            }
            declared
        };
        body["tools"] = json!([{"functionDeclarations": ask.tools.iter().map(tool).collect::<Vec<_>>()}]);
        body["toolConfig"] = json!({"functionCallingConfig": match &ask.tool_choice {
            ToolChoice::Auto => json!({"mode": "AUTO"}),
            ToolChoice::None => json!({"mode": "NONE"}),
            ToolChoice::Required => json!({"mode": "ANY"}),
            ToolChoice::Named(name) => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
        }});
    }
    Body { settings: body, contents }
}

fn content(side: &Side<'_>, sealed: bool) -> SentContent {
    let role = match side.role {
        Role::User => "user",
        Role::Assistant => "model",
    };
    SentContent { role, parts: side.parts.iter().flat_map(|part| parts(part, sealed)).collect() }
}

fn parts(part: &Part<'_>, sealed: bool) -> Vec<SentPart> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| SentPart::Text(text.to_owned()));
    match part {
        Part::Text(said) | Part::Tool(Content::Text(said)) => text(said).into_iter().collect(),
        Part::Tool(Content::ToolCalls { text: said, calls }) => {
            let calls = calls.iter().enumerate().map(|(at, call)| {
                // Only the first call of a turn carries the seal.
                let instead = (sealed && at == 0).then(|| NO_SEAL.to_owned());
                let function_call = SentFunction { name: call.name.clone(), args: call.json() };
                SentPart::Call(SentCall { function_call, thought_signature: call.seal.clone().or(instead) })
            });
            text(said).into_iter().chain(calls).collect()
        }
        Part::Tool(Content::ToolResult { name, text, .. }) => {
            let response = match serde_json::from_str(text) {
                Ok(object @ Value::Object(_)) => object,
                _ => json!({"result": text}),
            };
            vec![SentPart::FunctionResponse(json!({"name": name, "response": response}))]
        }
    }
}

/// Reads one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    usage: Option<Usage>,
    finish: Option<Finish>,
    calls: Vec<RawCall>,
}

/// A piece of a stream, or a whole answer: they look the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<UsageJson>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<ContentJson>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct ContentJson {
    #[serde(default)]
    parts: Vec<PartJson>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartJson {
    text: Option<String>,
    #[serde(default)]
    thought: bool,
    function_call: Option<CallJson>,
    thought_signature: Option<String>,
}

#[derive(Deserialize)]
struct CallJson {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: String,
    args: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageJson {
    #[serde(default)]
    prompt_token_count: u32,
    #[serde(default)]
    candidates_token_count: u32,
    #[serde(default)]
    thoughts_token_count: u32,
    #[serde(default)]
    tool_use_prompt_token_count: u32,
}

impl Decoder {
    fn chunk(&mut self, chunk: Chunk) -> Result<Option<Delta>, Error> {
        if let Some(error) = chunk.error {
            return Err(mid_stream_error(&error));
        }
        if let Some(usage) = chunk.usage_metadata {
            self.usage = Some(Usage {
                prompt_tokens: usage.prompt_token_count.saturating_add(usage.tool_use_prompt_token_count),
                completion_tokens: usage.candidates_token_count.saturating_add(usage.thoughts_token_count),
            });
        }
        if chunk.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
            self.finish = Some(Finish::Refused);
        }
        let Some(candidate) = chunk.candidates.into_iter().next() else { return Ok(None) };
        let (mut said, mut working) = (String::new(), false);
        for part in candidate.content.into_iter().flat_map(|content| content.parts) {
            if let Some(call) = part.function_call {
                let arguments = call.args.map(|args| args.get().to_owned()).unwrap_or_default();
                let id = call.id.unwrap_or_default();
                self.calls.push(RawCall { id, name: call.name, arguments, seal: part.thought_signature });
                working = true;
            } else if part.thought {
                working = true;
            } else {
                said.push_str(part.text.as_deref().unwrap_or_default());
            }
        }
        if let Some(reason) = candidate.finish_reason {
            self.finish = Some(match reason.as_str() {
                "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => {
                    let reason = "the model called a tool in a way that cannot be read".into();
                    return Err(Error::Malformed { reason });
                }
                "STOP" if self.calls.is_empty() => Finish::Stop,
                "STOP" => Finish::ToolCalls,
                "MAX_TOKENS" => Finish::Length,
                "SAFETY"
                | "RECITATION"
                | "BLOCKLIST"
                | "PROHIBITED_CONTENT"
                | "SPII"
                | "LANGUAGE"
                | "MODEL_ARMOR"
                | "IMAGE_SAFETY"
                | "IMAGE_PROHIBITED_CONTENT"
                | "IMAGE_RECITATION" => Finish::Refused,
                _ => Finish::Other,
            });
        }
        Ok(if said.is_empty() { working.then_some(Delta::Working) } else { Some(Delta::Text(said)) })
    }
}

impl Decode for Decoder {
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error> {
        // Half an event is what a broken connection leaves behind.
        self.chunk(domain::json::read(event.data.as_bytes()).map_err(|_| Error::Cut)?)
    }

    fn whole(&mut self, body: &[u8]) -> Result<Option<Delta>, Error> {
        self.chunk(domain::json::read(body).map_err(|_| Error::Cut)?)
    }

    fn end(&mut self) -> Result<Delta, Error> {
        let finish = self.finish.ok_or(Error::Cut)?;
        Ok(Delta::Done { usage: self.usage, finish, calls: std::mem::take(&mut self.calls) })
    }
}
