//! For models that speak another dialect: OpenAI's request as ours, and our answer as OpenAI's, streamed or whole.

use async_stream::stream;
use axum::body::Body as HttpBody;
use axum::response::{IntoResponse, Response};
use domain::agent::ModelChoice;
use futures::StreamExt;
use llm::{Answer, Ask, Finish, JsonSchema, Models, Refused, StreamEvent, ToolCall, ToolChoice, ToolSpec, Turn};
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
    let (id, name) = (id(), choice.to_string());
    let chunk = move |delta: Value, finish: Option<&str>| {
        let choices = json!([{ "index": 0, "delta": delta, "finish_reason": finish }]);
        event(
            &json!({ "id": id, "object": "chat.completion.chunk", "created": now(), "model": name, "choices": choices }),
        )
    };
    let last = (self::id(), choice.to_string());
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
                        let (id, name) = &last;
                        yield Ok(event(&json!({ "id": id, "object": "chat.completion.chunk", "created": now(), "model": name,
                            "choices": [], "usage": used(&answer) })));
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

/// The request as ours.
fn ask(body: &Body<'_>) -> Result<Ask, V1Error> {
    let mut ask =
        Ask { max_tokens: body.max_tokens.unwrap_or(DEFAULT_MAX_TOKENS), timeout: PATIENCE, ..Ask::default() };
    let messages = body.value("messages");
    let mut known: Vec<ToolCall> = Vec::new();
    for (i, message) in messages.as_array().into_iter().flatten().enumerate() {
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
                    let calls: Vec<ToolCall> = asked.iter().map(call).collect();
                    known.extend(calls.iter().cloned());
                    ask.messages.push(Turn::tool_calls(text, calls));
                }
                _ => ask.messages.push(Turn::assistant(text)),
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
    for tool in body.value("tools").as_array().into_iter().flatten() {
        let function = &tool["function"];
        let name =
            function["name"].as_str().ok_or_else(|| V1Error::field("tools", "Each tool is a function with a name."))?;
        let schema = if function["parameters"].is_object() {
            function["parameters"].clone()
        } else {
            json!({ "type": "object", "properties": {} })
        };
        let description = function["description"].as_str().unwrap_or_default().to_owned();
        ask.tools.push(ToolSpec { name: name.to_owned(), description, schema });
    }
    ask.tool_choice = match body.value("tool_choice") {
        Value::String(word) if word == "none" => ToolChoice::None,
        Value::String(word) if word == "required" => ToolChoice::Required,
        Value::Object(named) => match named.get("function").and_then(|f| f["name"].as_str()) {
            Some(name) => ToolChoice::Named(name.to_owned()),
            None => ToolChoice::Auto,
        },
        _ => ToolChoice::Auto,
    };
    let shape = &body.value("response_format")["json_schema"];
    if shape["schema"].is_object() {
        ask.schema = Some(JsonSchema::new(shape["name"].as_str().unwrap_or("answer"), shape["schema"].clone()));
    }
    ask.stop = match body.value("stop") {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(|stop| stop.as_str().map(str::to_owned)).collect(),
        _ => vec![],
    };
    #[allow(clippy::cast_possible_truncation, reason = "a temperature has two digits")]
    let temperature = body.value("temperature").as_f64().map(|t| t as f32);
    ask.temperature = temperature;
    Ok(ask)
}

fn call(value: &Value) -> ToolCall {
    let function = &value["function"];
    let arguments =
        function["arguments"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| json!({}));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ToolCall::new(word(&value["id"]), word(&function["name"]), arguments)
}

/// The text of a message: a string, or parts that are all text.
fn text(content: &Value) -> Option<String> {
    match content {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            parts.iter().map(|part| part["text"].as_str()).collect::<Option<Vec<_>>>().map(|texts| texts.join("\n"))
        }
        _ => None,
    }
}
