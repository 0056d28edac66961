//! For models that speak another dialect: our answer as OpenAI's, streamed or whole. The request is read in `asked`.

use async_stream::stream;
use axum::body::Body as HttpBody;
use axum::response::{IntoResponse, Response};
use domain::agent::ModelChoice;
use futures::StreamExt;
use llm::{Answer, Finish, Models, Refused, StreamEvent, ToolCall};
use serde_json::{Value, json};

use super::V1Error;
use super::asked::Asked;
use super::body::Body;
use super::chat::{events, with_model};
use super::ending::Ending;

/// Asks one model. Gives back the books and the reason when it does not answer.
pub async fn answer(
    models: &Models,
    choice: &ModelChoice,
    asked: Asked,
    body: &Body<'_>,
    mut ending: Ending,
) -> Result<Response, (Ending, Refused)> {
    ending.begin(choice);
    if body.stream {
        return streamed(models, choice, asked, body.usage, ending).await;
    }
    match models.complete(std::slice::from_ref(choice), &asked.ask).await {
        Ok(answer) => match asked.misfit(&answer) {
            None => {
                ending.counted(&answer.attempts);
                Ok(with_model(axum::Json(whole(&answer)).into_response(), choice))
            }
            Some(error) => {
                ending.take_over(&answer.attempts);
                Err((ending, error.into()))
            }
        },
        Err(failed) => {
            ending.take_over(&failed.attempts);
            Err((ending, failed.error.into()))
        }
    }
}

async fn streamed(
    models: &Models,
    choice: &ModelChoice,
    asked: Asked,
    usage: bool,
    mut ending: Ending,
) -> Result<Response, (Ending, Refused)> {
    let mut said = models.stream(std::slice::from_ref(choice), &asked.ask);
    // Until the first word another model can be asked instead.
    let first = loop {
        match said.next().await {
            Some(Ok(StreamEvent::Started { .. })) => {}
            Some(Ok(event)) => break event,
            Some(Err(failed)) => {
                ending.take_over(&failed.attempts);
                return Err((ending, failed.error.into()));
            }
            None => return Err((ending, llm::Error::Cut.into())),
        }
    };
    if let StreamEvent::Done(answer) = &first
        && let Some(error) = asked.misfit(answer)
    {
        ending.take_over(&answer.attempts);
        return Err((ending, error.into()));
    }
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
                    ending.guess.completion_tokens = llm::price::tokens(written);
                    yield Ok(chunk(json!({ "content": text }), None));
                }
                Ok(StreamEvent::Done(answer)) => {
                    ending.counted(&answer.attempts);
                    if let Some(error) = asked.misfit(&answer) {
                        yield Ok(V1Error::event(&error));
                        break;
                    }
                    if !answer.tool_calls.is_empty() {
                        yield Ok(chunk(json!({ "tool_calls": calls(&answer.tool_calls, true) }), None));
                    }
                    yield Ok(chunk(json!({}), Some(word(answer.finish))));
                    if usage {
                        let mut piece = last.clone();
                        (piece["choices"], piece["usage"]) = (json!([]), used(&answer));
                        yield Ok(event(&piece));
                    }
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
            let function = json!({ "name": call.name, "arguments": call.written() });
            let mut value = json!({ "id": call.id, "type": "function", "function": function });
            if indexed {
                value["index"] = json!(index);
            }
            value
        })
        .collect()
}

fn whole(answer: &Answer) -> Value {
    // Only an answer of nothing but tool calls has no text at all.
    let no_text = answer.text.is_empty() && !answer.tool_calls.is_empty();
    let text = if no_text { Value::Null } else { json!(answer.text) };
    let mut message = json!({ "role": "assistant", "content": text, "refusal": null });
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
