//! Anthropic's messages, version 2026-10-21: our request as their JSON, their events as our deltas. No IO.
//!
//! That version refuses `temperature`, `top_p` and `top_k` even at their defaults, so they are never sent.

use domain::agent::ModelChoice;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Decode, mid_stream_error};
use crate::price::{self, Thinking};
use crate::sse::Event;
use crate::{Ask, Delta, Error, Finish, Role, Turn, Usage};

/// The path below the base address.
pub(crate) const PATH: &str = "/v1/messages";
/// The version whose rules this module follows.
pub(crate) const VERSION: &str = "2026-10-21";

/// The conversation must begin and end with the person, but ours may begin with a message that we sent first …
const OPENING: &str = "(The conversation begins here.)";
/// … or end with one, when the next message is ours again.
const YOUR_TURN: &str = "(Write your next message.)";

/// The request as the provider wants it.
pub(crate) fn body(choice: &ModelChoice, ask: &Ask) -> Value {
    let mut body = json!({
        "model": choice.model,
        "max_tokens": ask.max_tokens,
        "messages": messages(&ask.messages),
        "stream": true,
    });
    if !ask.system.trim().is_empty() {
        body["system"] = json!(ask.system);
    }
    if let Some(Thinking::Type(word)) = price::find(choice).map(|card| card.thinking) {
        body["thinking"] = json!({"type": word});
    }
    body
}

/// Alternating turns, the first and the last from the person, none empty: anything else is a 400.
fn messages(turns: &[Turn]) -> Vec<Value> {
    let mut merged: Vec<(Role, String)> = Vec::new();
    for turn in turns.iter().filter(|turn| !turn.text().trim().is_empty()) {
        match merged.last_mut() {
            Some((role, text)) if *role == turn.role => {
                text.push('\n');
                text.push_str(turn.text());
            }
            _ => merged.push((turn.role, turn.text().to_owned())),
        }
    }
    if merged.first().is_none_or(|(role, _)| *role == Role::Assistant) {
        merged.insert(0, (Role::User, OPENING.into()));
    }
    if merged.last().is_some_and(|(role, _)| *role == Role::Assistant) {
        merged.push((Role::User, YOUR_TURN.into()));
    }
    merged
        .into_iter()
        .map(|(role, text)| {
            let role = match role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            // A text that ends in white space is refused at the end of an assistant's turn.
            json!({"role": role, "content": text.trim_end()})
        })
        .collect()
}

/// Reads one stream.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    input: Option<u32>,
    output: Option<u32>,
    finish: Option<Finish>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EventJson {
    MessageStart {
        message: MessageJson,
    },
    ContentBlockDelta {
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
    /// `ping`, `content_block_start`, `content_block_stop`, and what is invented later.
    #[serde(other)]
    Unneeded,
}

#[derive(Deserialize)]
struct MessageJson {
    usage: Option<UsageJson>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockDelta {
    TextDelta {
        text: String,
    },
    /// Thinking, signatures, tool input: not part of the answer.
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

impl Decoder {
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
}

impl Decode for Decoder {
    fn event(&mut self, event: &Event) -> Result<Option<Delta>, Error> {
        // Half an event is what a broken connection leaves behind.
        match serde_json::from_str(&event.data).map_err(|_| Error::Cut)? {
            EventJson::MessageStart { message } => {
                message.usage.iter().for_each(|usage| self.count(usage));
                Ok(None)
            }
            EventJson::ContentBlockDelta { delta: BlockDelta::TextDelta { text } } if !text.is_empty() => {
                Ok(Some(Delta::Text(text)))
            }
            EventJson::MessageDelta { delta, usage } => {
                usage.iter().for_each(|usage| self.count(usage));
                self.finish = delta.stop_reason.map(|reason| match reason.as_str() {
                    "end_turn" | "stop_sequence" => Finish::Stop,
                    "max_tokens" | "model_context_window_exceeded" => Finish::Length,
                    "refusal" => Finish::Refused,
                    _ => Finish::Other,
                });
                Ok(None)
            }
            EventJson::MessageStop => self.end().map(Some),
            EventJson::Error { error } => Err(mid_stream_error(&error)),
            EventJson::ContentBlockDelta { .. } | EventJson::Unneeded => Ok(None),
        }
    }

    fn end(&mut self) -> Result<Delta, Error> {
        let finish = self.finish.ok_or(Error::Cut)?;
        let usage = self
            .input
            .zip(self.output)
            .map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens });
        Ok(Delta::Done { usage, finish, calls: vec![] })
    }
}

#[cfg(test)]
mod tests {
    use domain::agent::Provider;

    use super::*;
    use crate::http::tests::{ask, choice, decode};

    #[test]
    fn the_request_is_the_fixture_and_never_carries_sampling() {
        let expected: Value = serde_json::from_str(include_str!("fixtures/anthropic_request.json")).unwrap();
        assert_eq!(body(&choice(Provider::Anthropic, "claude-haiku-5-5"), &ask()), expected);
        for model in ["claude-sonnet-5-5", "claude-haiku-4-5", "claude-opus-9"] {
            let body = body(&choice(Provider::Anthropic, model), &Ask { temperature: Some(0.0), ..ask() });
            for field in ["temperature", "top_p", "top_k"] {
                assert_eq!(body.get(field), None, "{model} {field}");
            }
        }
    }

    #[test]
    fn turns_are_put_in_the_order_that_is_accepted() {
        let said = |turns: &[(Role, &str)]| {
            let turns: Vec<_> = turns
                .iter()
                .map(|(role, text)| if *role == User { Turn::user(*text) } else { Turn::assistant(*text) })
                .collect();
            messages(&turns)
                .iter()
                .map(|m| format!("{}:{}", m["role"].as_str().unwrap(), m["content"].as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        use Role::{Assistant, User};
        assert_eq!(said(&[]), [format!("user:{OPENING}")]);
        assert_eq!(
            said(&[(Assistant, "Hi! "), (User, "a"), (User, " "), (User, "b")]),
            [format!("user:{OPENING}"), "assistant:Hi!".into(), "user:a\nb".into()]
        );
        assert_eq!(
            said(&[(User, "a"), (Assistant, "b")]),
            ["user:a".into(), "assistant:b".into(), format!("user:{YOUR_TURN}")]
        );
    }

    #[test]
    fn a_whole_stream_gives_text_usage_and_reason() {
        assert_eq!(
            decode(Decoder::default(), include_bytes!("fixtures/anthropic_stream.txt")),
            [
                Ok(Delta::Text("We are open".into())),
                Ok(Delta::Text(" until six — daily.".into())),
                Ok(Delta::Done {
                    usage: Some(Usage { prompt_tokens: 25, completion_tokens: 15 }),
                    finish: Finish::Stop,
                    calls: vec![]
                }),
            ]
        );
    }

    #[test]
    fn streams_that_end_in_other_ways() {
        let text = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n";
        for (rest, last) in [
            ("data: {\"type\":\"message_stop\"}\n\n", Err(Error::Cut)),
            ("", Err(Error::Cut)),
            (
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
                Err(Error::Retry { after: None, reason: "the provider broke off with `overloaded_error`".into() }),
            ),
            (
                "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
                Ok(Delta::Done { usage: None, finish: Finish::Refused, calls: vec![] }),
            ),
        ] {
            assert_eq!(decode(Decoder::default(), format!("{text}{rest}").as_bytes()).pop(), Some(last), "{rest}");
        }
    }
}
