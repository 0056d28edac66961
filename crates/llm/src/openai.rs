//! OpenAI's chat completions, spoken by many other hosts too: our request as their JSON, their events as our deltas. No IO.

use domain::agent::{ModelChoice, Provider};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Decode, mid_stream_error};
use crate::price::{self, Thinking};
use crate::sse::Event;
use crate::{Ask, Delta, Error, Finish, Role, Usage};

/// The path below the base address.
pub(crate) const PATH: &str = "/chat/completions";

/// The request as the provider wants it.
pub(crate) fn body(choice: &ModelChoice, ask: &Ask) -> Value {
    let mut messages = Vec::new();
    if !ask.system.trim().is_empty() {
        messages.push(json!({"role": "system", "content": ask.system}));
    }
    for turn in &ask.messages {
        let role = match turn.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        messages.push(json!({"role": role, "content": turn.text()}));
    }
    let mut body = json!({
        "model": choice.model,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    // OpenAI refuses the old name for newer models; other hosts often know only the old one.
    let limit = if choice.provider == Provider::OpenAi { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = json!(ask.max_tokens);
    if let Some(temperature) = ask.temperature
        && takes_temperature(choice)
    {
        // Through f64 and rounded, or 0.7 is sent as 0.699999988.
        body["temperature"] = json!((f64::from(temperature) * 100.0).round() / 100.0);
    }
    if let Some(Thinking::Effort(word)) = price::find(choice).map(|card| card.thinking) {
        body["reasoning_effort"] = json!(word);
    }
    body
}

/// OpenAI's reasoning models answer 400 to any temperature but their own.
fn takes_temperature(choice: &ModelChoice) -> bool {
    let reasoning = ["gpt-5", "gpt-6", "o1", "o3", "o4"];
    choice.provider != Provider::OpenAi || !reasoning.iter().any(|family| choice.model.starts_with(family))
}

/// Reads one stream.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    usage: Option<Usage>,
    finish: Option<Finish>,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<UsageJson>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<DeltaJson>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct DeltaJson {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct UsageJson {
    prompt_tokens: u32,
    completion_tokens: u32,
}

impl Decode for Decoder {
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error> {
        if event.data.trim() == "[DONE]" {
            return self.end().map(Some);
        }
        // Half an event is what a broken connection leaves behind.
        let chunk: Chunk = serde_json::from_str(&event.data).map_err(|_| Error::Cut)?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(mid_stream_error(&error));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(Usage { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens });
        }
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(None) };
        let delta = choice.delta.unwrap_or(DeltaJson { content: None, refusal: None });
        let refused = delta.refusal.is_some_and(|text| !text.is_empty()) || self.finish == Some(Finish::Refused);
        if let Some(reason) = choice.finish_reason {
            self.finish = Some(match reason.as_str() {
                "content_filter" => Finish::Refused,
                _ if refused => Finish::Refused,
                "stop" => Finish::Stop,
                "length" => Finish::Length,
                _ => Finish::Other,
            });
        }
        Ok(delta.content.filter(|text| !text.is_empty()).map(Delta::Text))
    }

    fn end(&mut self) -> Result<Delta, Error> {
        let finish = self.finish.ok_or(Error::Cut)?;
        Ok(Delta::Done { usage: self.usage, finish, calls: vec![] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::tests::{ask, choice, decode};

    #[test]
    fn the_request_is_the_fixture() {
        let expected: Value = serde_json::from_str(include_str!("fixtures/openai_request.json")).unwrap();
        assert_eq!(body(&choice(Provider::OpenAi, "gpt-4.1-mini"), &ask()), expected);
    }

    #[test]
    fn each_kind_of_host_gets_the_fields_it_knows() {
        let compatible = body(&choice(Provider::Compatible, "llama"), &ask());
        assert_eq!(compatible["max_tokens"], 300);
        assert_eq!(compatible["temperature"], 0.7);
        assert_eq!(compatible["max_completion_tokens"], Value::Null);
        let reasoning = body(&choice(Provider::OpenAi, "gpt-6-luna"), &ask());
        assert_eq!(reasoning["reasoning_effort"], "none");
        assert_eq!(reasoning["temperature"], Value::Null);
    }

    #[test]
    fn a_whole_stream_gives_text_usage_and_reason() {
        assert_eq!(
            decode(Decoder::default(), include_bytes!("fixtures/openai_stream.txt")),
            [
                Ok(Delta::Text("We are open".into())),
                Ok(Delta::Text(" until six — daily.".into())),
                Ok(Delta::Done {
                    usage: Some(Usage { prompt_tokens: 42, completion_tokens: 9 }),
                    finish: Finish::Stop,
                    calls: vec![]
                }),
            ]
        );
    }

    #[test]
    fn streams_that_end_in_other_ways() {
        for (stream, last) in [
            // A host that sends no usage: none is invented.
            (
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n",
                Ok(Delta::Done { usage: None, finish: Finish::Length, calls: vec![] }),
            ),
            // A host that just closes after the finish reason.
            (
                "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n",
                Ok(Delta::Done { usage: None, finish: Finish::Refused, calls: vec![] }),
            ),
            ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", Err(Error::Cut)),
            ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", Err(Error::Cut)),
            ("data: {\"choices\":[{\"del", Err(Error::Cut)),
            ("", Err(Error::Cut)),
            (
                "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n",
                Err(Error::Retry { after: None, reason: "the provider broke off with `server_error`".into() }),
            ),
        ] {
            assert_eq!(decode(Decoder::default(), stream.as_bytes()).pop(), Some(last), "{stream}");
        }
    }
}
