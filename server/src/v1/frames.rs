//! Cuts a stream of OpenAI's events at their ends, and reads what was used in passing. Whole pieces go on without a copy.

use bytes::{Bytes, BytesMut};
use llm::Usage;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The longest event.
const MOST: usize = 4 * 1024 * 1024;

/// What passed so far.
#[derive(Debug, Default)]
pub struct Frames {
    tail: BytesMut,
    show_usage: bool,
    /// What was used, once the provider has said it.
    pub usage: Option<Usage>,
    /// Whether the end was seen.
    pub is_done: bool,
    /// Whether an error came in place of an answer.
    pub failed: bool,
    /// Bytes that passed.
    pub passed: usize,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<IgnoredAny>,
    usage: Option<UsageJson>,
}

#[derive(Deserialize)]
pub(super) struct UsageJson {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl From<UsageJson> for Usage {
    fn from(usage: UsageJson) -> Self {
        Self { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens }
    }
}

impl Frames {
    /// Nothing yet. `show_usage`: the client asked for the last event that says what was used.
    pub fn new(show_usage: bool) -> Self {
        Self { show_usage, ..Self::default() }
    }

    /// Takes the next bytes and gives what may go on. Nothing when no event is complete; an error when one never ends.
    pub fn push(&mut self, bytes: Bytes) -> Result<Bytes, llm::Error> {
        self.passed += bytes.len();
        let bytes = if self.tail.is_empty() {
            bytes
        } else {
            self.tail.extend_from_slice(&bytes);
            self.tail.split().freeze()
        };
        let end = last_end(&bytes);
        self.tail.extend_from_slice(&bytes[end..]);
        if self.tail.len() > MOST {
            return Err(llm::Error::Stop { reason: "the provider sent an event without end".into() });
        }
        let whole = bytes.slice(..end);
        let hides = self.look(&whole) && !self.show_usage;
        Ok(if hides { without_usage(&whole) } else { whole })
    }

    /// Reads what matters in complete events. Gives whether one of them is there only for the usage.
    fn look(&mut self, whole: &[u8]) -> bool {
        let mut has_usage_event = false;
        // Most pieces hold neither word, and are not looked at any further.
        // Within an answer's text no line ends, whatever it says.
        if find(whole, b"[DONE]\n").is_some() || find(whole, b"[DONE]\r").is_some() {
            self.is_done = true;
        }
        if find(whole, b"data: {\"error\"").is_some() || find(whole, b"data:{\"error\"").is_some() {
            self.failed = true;
        }
        if find(whole, b"\"prompt_tokens\"").is_some() {
            for data in events(whole) {
                if let Ok(Chunk { choices, usage: Some(usage) }) = serde_json::from_slice(data) {
                    self.usage = Some(usage.into());
                    has_usage_event |= choices.is_empty();
                }
            }
        }
        has_usage_event
    }
}

/// The data of each event.
fn events(whole: &[u8]) -> impl Iterator<Item = &[u8]> {
    whole.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"data:"))
}

fn without_usage(whole: &[u8]) -> Bytes {
    let mut kept = BytesMut::with_capacity(whole.len());
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        let only_usage = line.strip_prefix(b"data:").is_some_and(|data| {
            serde_json::from_slice::<Chunk>(data).is_ok_and(|chunk| chunk.choices.is_empty() && chunk.usage.is_some())
        });
        if !only_usage {
            kept.extend_from_slice(line);
        }
    }
    // An empty line alone ends no event: nothing is lost by it.
    kept.freeze()
}

/// Behind the last complete event.
fn last_end(bytes: &[u8]) -> usize {
    let mut at = bytes.len();
    while at > 0 {
        let Some(newline) = bytes[..at].iter().rposition(|byte| *byte == b'\n') else { return 0 };
        let before = &bytes[..newline];
        if before.ends_with(b"\n") || before.ends_with(b"\n\r") {
            return newline + 1;
        }
        at = newline;
    }
    0
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    // The first byte of each needle is rare enough that a plain search is as fast as the copy into the socket.
    let first = needle.first()?;
    let mut from = 0;
    while let Some(at) = hay[from..].iter().position(|byte| byte == first) {
        let start = from + at;
        if hay[start..].starts_with(needle) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n\
        data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
        data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

    fn run(stream: &str, portion: usize, show: bool) -> (String, Frames) {
        let (mut frames, mut out) = (Frames::new(show), Vec::new());
        for part in stream.as_bytes().chunks(portion) {
            out.extend_from_slice(&frames.push(Bytes::copy_from_slice(part)).unwrap());
        }
        (String::from_utf8(out).unwrap(), frames)
    }

    #[test]
    fn usage_is_read_and_hidden_unless_asked_for_in_pieces_of_any_size() {
        for line_end in ["\n", "\r\n"] {
            let stream = STREAM.replace('\n', line_end);
            for portion in 1..=stream.len() {
                let (shown, frames) = run(&stream, portion, true);
                assert_eq!(shown, stream);
                assert_eq!(frames.usage, Some(Usage { prompt_tokens: 7, completion_tokens: 2 }));
                assert!(frames.is_done && !frames.failed);
                let (hidden, frames) = run(&stream, portion, false);
                assert!(
                    !hidden.contains("prompt_tokens") && hidden.contains("[DONE]") && hidden.contains("\"a\""),
                    "{hidden}"
                );
                assert!(frames.usage.is_some());
            }
        }
    }

    #[test]
    fn an_answer_that_speaks_of_the_end_is_not_at_its_end() {
        let said = r#"data: {"choices":[{"delta":{"content":"data: [DONE]"}}]}"#;
        let (_, frames) = run(&format!("{said}\n\n"), 7, false);
        assert!(!frames.is_done);
    }

    #[test]
    fn an_error_in_the_middle_is_seen_and_half_an_event_is_kept_back() {
        let (out, frames) = run("data: {\"error\":{\"message\":\"m\"}}\n\ndata: {\"cho", 5, false);
        assert!(frames.failed && !frames.is_done && out.ends_with("}}\n\n"));
    }
}
