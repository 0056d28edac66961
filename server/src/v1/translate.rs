//! For models that speak another dialect: OpenAI's request as ours, and our answer as OpenAI's, streamed or whole.

use async_stream::stream;
use axum::body::Body as HttpBody;
use axum::response::{IntoResponse, Response};
use domain::agent::ModelChoice;
use futures::StreamExt;
use llm::{Answer, Ask, Finish, JsonSchema, Models, Refused, StreamEvent, ToolCall, ToolChoice, ToolSpec, Turn};
use serde::Deserialize;
use serde_json::{Value, json};

use super::V1Error;
use super::body::{Body, DEFAULT_MAX_TOKENS};
use super::chat::{PATIENCE, events, with_model};
use super::ending::Ending;

/// Asks one model. Gives back the books and the reason when it does not answer; the inner error is a request we cannot translate.
pub async fn answer(
    models: &Models,
    choice: &ModelChoice,
    body: &Body<'_>,
    mut ending: Ending,
) -> Result<Response, (Ending, Result<Refused, V1Error>)> {
    let ask = match ask(body) {
        Ok(ask) => ask,
        Err(error) => return Err((ending, Err(error))),
    };
    ending.begin(choice);
    if body.stream {
        return streamed(models, choice, ask, body.usage, ending).await;
    }
    match models.complete(std::slice::from_ref(choice), &ask).await {
        Ok(answer) => {
            ending.counted(&answer.attempts);
            Ok(with_model(axum::Json(whole(&answer)).into_response(), choice))
        }
        Err(failed) => {
            ending.take_over(&failed.attempts);
            Err((ending, Ok(failed.error.into())))
        }
    }
}

async fn streamed(
    models: &Models,
    choice: &ModelChoice,
    ask: Ask,
    usage: bool,
    mut ending: Ending,
) -> Result<Response, (Ending, Result<Refused, V1Error>)> {
    let mut said = models.stream(std::slice::from_ref(choice), &ask);
    // Until the first word another model can be asked instead.
    let first = loop {
        match said.next().await {
            Some(Ok(StreamEvent::Started { .. })) => {}
            Some(Ok(event)) => break event,
            Some(Err(failed)) => {
                ending.take_over(&failed.attempts);
                return Err((ending, Ok(failed.error.into())));
            }
            None => return Err((ending, Ok(llm::Error::Cut.into()))),
        }
    };
    // One answer has one id and one moment, however many pieces it comes in.
    let head = json!({ "id": id(), "object": "chat.completion.chunk", "created": now(), "model": choice.to_string() });
    let last = head.clone();
    let chunk = move |delta: Value, finish: Option<&str>| {
        let mut piece = head.clone();
        piece["choices"] = json!([{ "index": 0, "delta": delta, "finish_reason": finish }]);
        event(&piece)
    };
    let body = stream! {
        let mut next = Some(Ok(first));
        let mut written = 0;
        yield Ok::<_, std::convert::Infallible>(chunk(json!({ "role": "assistant", "content": "" }), None));
        while let Some(now_said) = next {
            match now_said {
                Ok(StreamEvent::Started { .. }) => {}
                Ok(StreamEvent::Text(text)) => {
                    ending.spoke();
                    written += text.len();
                    ending.guess.completion_tokens = u32::try_from(written / 4).unwrap_or(u32::MAX);
                    yield Ok(chunk(json!({ "content": text }), None));
                }
                Ok(StreamEvent::Done(answer)) => {
                    if !answer.tool_calls.is_empty() {
                        yield Ok(chunk(json!({ "tool_calls": calls(&answer.tool_calls, true) }), None));
                    }
                    yield Ok(chunk(json!({}), Some(word(answer.finish))));
                    if usage {
                        let mut piece = last.clone();
                        (piece["choices"], piece["usage"]) = (json!([]), used(&answer));
                        yield Ok(event(&piece));
                    }
                    ending.counted(&answer.attempts);
                    yield Ok("data: [DONE]\n\n".to_owned());
                    break;
                }
                Err(failed) => {
                    let failed: llm::Failed = failed;
                    ending.counted(&failed.attempts);
                    yield Ok(V1Error::event(&failed.error));
                    break;
                }
            }
            next = said.next().await;
        }
    };
    Ok(events(HttpBody::from_stream(body), choice))
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn id() -> String {
    format!("chatcmpl-{}", uuid::Uuid::now_v7().simple())
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn word(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::Other => "stop",
        Finish::Length => "length",
        Finish::ToolCalls => "tool_calls",
        Finish::Refused => "content_filter",
    }
}

fn used(answer: &Answer) -> Value {
    let usage = answer.usage.unwrap_or_default();
    json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens.saturating_add(usage.completion_tokens),
    })
}

fn calls(calls: &[ToolCall], indexed: bool) -> Vec<Value> {
    calls
        .iter()
        .enumerate()
        .map(|(index, call)| {
            let function = json!({ "name": call.name, "arguments": call.arguments.to_string() });
            let mut value = json!({ "id": call.id, "type": "function", "function": function });
            if indexed {
                value["index"] = json!(index);
            }
            value
        })
        .collect()
}

fn whole(answer: &Answer) -> Value {
    let text = if answer.text.is_empty() { Value::Null } else { json!(answer.text) };
    let mut message = json!({ "role": "assistant", "content": text });
    if !answer.tool_calls.is_empty() {
        message["tool_calls"] = json!(calls(&answer.tool_calls, false));
    }
    json!({
        "id": id(),
        "object": "chat.completion",
        "created": now(),
        "model": answer.choice.to_string(),
        "choices": [{ "index": 0, "message": message, "finish_reason": word(answer.finish) }],
        "usage": used(answer),
    })
}

/// Fields that are read here, and fields that change nothing of an answer.
const READ: &[&str] = &[
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "tools",
    "tool_choice",
    "response_format",
    "stop",
    "temperature",
    "user",
    "metadata",
    "safety_identifier",
    "prompt_cache_key",
    "store",
];
/// Fields that other dialects do not have, each with the values that ask for nothing.
const DEFAULTS: &[(&str, &[&str])] = &[
    ("n", &["1"]),
    ("top_p", &["1", "1.0"]),
    ("presence_penalty", &["0", "0.0"]),
    ("frequency_penalty", &["0", "0.0"]),
    ("logprobs", &["false"]),
    ("logit_bias", &["{}"]),
    ("parallel_tool_calls", &["true"]),
    ("service_tier", &["\"auto\"", "\"default\""]),
    ("modalities", &["[\"text\"]"]),
    ("functions", &["[]"]),
];

/// Refuses what the model behind another dialect could not be asked: nothing that a caller sent is left out without a word.
fn check_fields(body: &Body<'_>) -> Result<(), V1Error> {
    for (name, value) in body.all() {
        let value: String = value.get().chars().filter(|c| !c.is_whitespace()).collect();
        let asks_nothing =
            value == "null" || DEFAULTS.iter().any(|(known, defaults)| *known == name && defaults.contains(&&*value));
        if !READ.contains(&name) && !asks_nothing {
            let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(V1Error::field(
                &name,
                format!("`{name}` cannot be asked of this model through the gateway. Leave it out."),
            ));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

/// The request as ours.
fn ask(body: &Body<'_>) -> Result<Ask, V1Error> {
    check_fields(body)?;
    let mut ask =
        Ask { max_tokens: body.max_tokens.unwrap_or(DEFAULT_MAX_TOKENS), timeout: PATIENCE, ..Ask::default() };
    let messages: Vec<Value> = body.typed("messages")?.unwrap_or_default();
    let mut known: Vec<ToolCall> = Vec::new();
    for (i, message) in messages.iter().enumerate() {
        let field = format!("messages[{i}]");
        let text = text(&message["content"]).ok_or_else(|| {
            V1Error::field(
                &field,
                format!(
                    "`{field}` holds something other than text, which this model cannot be asked through the gateway."
                ),
            )
        })?;
        match message["role"].as_str().unwrap_or_default() {
            "system" | "developer" => {
                if !ask.system.is_empty() {
                    ask.system.push_str("\n\n");
                }
                ask.system.push_str(&text);
            }
            "user" => ask.messages.push(Turn::user(text)),
            "assistant" => match message["tool_calls"].as_array() {
                Some(asked) if !asked.is_empty() => {
                    let calls = asked.iter().map(|asked| call(&field, asked)).collect::<Result<Vec<_>, _>>()?;
                    known.extend(calls.iter().cloned());
                    ask.messages.push(Turn::tool_calls(text, calls));
                }
                _ => {
                    // What it declined with is what it said.
                    let refusal = message["refusal"].as_str().unwrap_or_default();
                    ask.messages.push(Turn::assistant(if text.is_empty() { refusal.to_owned() } else { text }));
                }
            },
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                let call = known.iter().find(|call| call.id == id);
                let call = call.ok_or_else(|| {
                    V1Error::field(&field, format!("`{field}` answers a tool call that is not there."))
                })?;
                ask.messages.push(Turn::tool_result(call, text));
            }
            _ => {
                return Err(V1Error::field(
                    &field,
                    format!("`{field}.role` must be system, developer, user, assistant or tool."),
                ));
            }
        }
    }
    let tools: Vec<Value> = body.typed("tools")?.unwrap_or_default();
    for (i, tool) in tools.iter().enumerate() {
        let function = &tool["function"];
        let name = function["name"]
            .as_str()
            .ok_or_else(|| V1Error::field(&format!("tools[{i}]"), "Each tool is a function with a name."))?;
        let schema = match &function["parameters"] {
            Value::Null => json!({ "type": "object", "properties": {} }),
            Value::Object(_) => function["parameters"].clone(),
            _ => {
                return Err(V1Error::field(
                    &format!("tools[{i}].function.parameters"),
                    "Give a JSON schema: an object.",
                ));
            }
        };
        let description = function["description"].as_str().unwrap_or_default().to_owned();
        ask.tools.push(ToolSpec { name: name.to_owned(), description, schema });
    }
    ask.tool_choice = tool_choice(&body.value("tool_choice")?)?;
    ask.schema = schema(&body.value("response_format")?)?;
    let stop =
        match body.typed::<Stop>("stop").map_err(|_| V1Error::field("stop", "`stop` is a text or a list of texts."))? {
            Some(Stop::One(one)) => vec![one],
            Some(Stop::Many(all)) => all,
            None => vec![],
        };
    // A stop of nothing but blanks is refused by other providers; OpenAI's takes it.
    ask.stop = stop.into_iter().filter(|stop| !stop.trim().is_empty()).collect();
    ask.temperature = body.typed("temperature")?;
    Ok(ask)
}

fn tool_choice(value: &Value) -> Result<ToolChoice, V1Error> {
    let wrong =
        || V1Error::field("tool_choice", "`tool_choice` is `none`, `auto`, `required`, or a function by its name.");
    match value {
        Value::Null => Ok(ToolChoice::Auto),
        Value::String(word) => match word.as_str() {
            "auto" => Ok(ToolChoice::Auto),
            "none" => Ok(ToolChoice::None),
            "required" => Ok(ToolChoice::Required),
            _ => Err(wrong()),
        },
        other => other["function"]["name"].as_str().map(|name| ToolChoice::Named(name.to_owned())).ok_or_else(wrong),
    }
}

fn schema(value: &Value) -> Result<Option<JsonSchema>, V1Error> {
    match value["type"].as_str() {
        None if value.is_null() => Ok(None),
        Some("text") => Ok(None),
        Some("json_schema") if value["json_schema"]["schema"].is_object() => {
            let shape = &value["json_schema"];
            Ok(Some(JsonSchema::new(shape["name"].as_str().unwrap_or("answer"), shape["schema"].clone())))
        }
        _ => Err(V1Error::field(
            "response_format",
            "This model can be asked through the gateway for text or for a `json_schema`; JSON without a schema it cannot promise.",
        )),
    }
}

fn call(field: &str, value: &Value) -> Result<ToolCall, V1Error> {
    let function = &value["function"];
    let wrong = || {
        V1Error::field(field, format!("`{field}.tool_calls`: the arguments of a call are the text of a JSON object."))
    };
    // Calls without arguments come as nothing in several ways.
    let arguments = match &function["arguments"] {
        Value::Null => json!({}),
        Value::String(text) if text.trim().is_empty() => json!({}),
        Value::String(text) => serde_json::from_str(text).map_err(|_| wrong())?,
        other => other.clone(),
    };
    let arguments = match arguments {
        Value::Object(_) => arguments,
        Value::Null => json!({}),
        Value::Array(all) if all.is_empty() => json!({}),
        _ => return Err(wrong()),
    };
    let word = |value: &Value| value.as_str().map(str::to_owned);
    match (word(&value["id"]), word(&function["name"])) {
        (Some(id), Some(name)) => Ok(ToolCall::new(id, name, arguments)),
        _ => {
            Err(V1Error::field(field, format!("`{field}.tool_calls`: each call has an id and the name of a function.")))
        }
    }
}

/// The text of a message: a string, or parts that are all text, or what a model declined with.
fn text(content: &Value) -> Option<String> {
    match content {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let said = |part: &Value| part["text"].as_str().or_else(|| part["refusal"].as_str()).map(str::to_owned);
            parts.iter().map(said).collect::<Option<Vec<_>>>().map(|texts| texts.join("\n"))
        }
        _ => None,
    }
}
