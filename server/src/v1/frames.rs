//! Cuts a stream of OpenAI's events at their ends, and reads what was used in passing. Whole pieces go on without a copy; what has to be
//! read is read by the one reader of events (`llm::sse`).

use bytes::{Bytes, BytesMut};
use llm::Usage;
use llm::sse::Parser;
use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The longest event.
const MOST: usize = 4 * 1024 * 1024;
/// What OpenAI's streams end with.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// What passed so far.
#[derive(Debug, Default)]
pub struct Frames {
    tail: BytesMut,
    show_usage: bool,
    /// What was used, once the provider has said it.
    pub usage: Option<Usage>,
    /// Whether the end was seen.
    pub is_done: bool,
    /// Whether the model said why it stopped. An end without a reason is no end of an answer.
    pub has_reason: bool,
    /// Whether an error came in place of an answer.
    pub failed: bool,
    /// Bytes that passed.
    pub passed: usize,
}

#[derive(Deserialize)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<UsageJson>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    finish_reason: Option<IgnoredAny>,
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
            return Err(llm::Error::Stop { status: None, reason: "the provider sent an event without end".into() });
        }
        Ok(self.pass(bytes.slice(..end)))
    }

    /// The provider has ended. Gives what is still to go on: an event whose closing empty line never came, and the end mark of a complete
    /// answer that came without one.
    pub fn finish(&mut self) -> Bytes {
        let mut rest = BytesMut::new();
        if self.tail.trim_ascii().is_empty() {
            // The second half of a line end.
            rest.extend_from_slice(&self.tail.split());
        } else {
            let mut last = self.tail.split();
            last.extend_from_slice(b"\n\n");
            // Half an event is no event; a client could not read it.
            if is_whole(&last) {
                rest.extend_from_slice(&self.pass(last.freeze()));
            }
        }
        if self.has_reason && !self.is_done && !self.failed {
            self.is_done = true;
            rest.extend_from_slice(DONE);
        }
        rest.freeze()
    }

    /// Looks at complete events and gives those that the client sees.
    fn pass(&mut self, whole: Bytes) -> Bytes {
        // Most pieces hold none of these words, and are not looked at any further.
        let is_plain = memmem::find(&whole, b"[DONE]").is_none()
            && memmem::find(&whole, b"\"error\"").is_none()
            && memmem::find(&whole, b"_tokens\"").is_none()
            && !gives_a_reason(&whole);
        if is_plain {
            return whole;
        }
        let mut changed = Vec::new();
        for event in Events(&whole) {
            match self.look(event.bytes) {
                Sight::Answer => {}
                Sight::Usage(_) if !self.show_usage => changed.push((event, vec![])),
                Sight::Usage(None) => {}
                Sight::Usage(Some(mended)) => changed.push((event, mended)),
            }
        }
        with(whole.clone(), &changed)
    }

    /// Reads one event.
    fn look(&mut self, event: &[u8]) -> Sight {
        let mut parser = Parser::default();
        let events = parser.push(event).unwrap_or_default();
        let Some(event) = events.into_iter().next().or_else(|| parser.finish()) else { return Sight::Answer };
        if event.data.trim() == "[DONE]" {
            self.is_done = true;
            return Sight::Answer;
        }
        let Ok(Chunk { choices, usage, error }) = serde_json::from_str::<Chunk>(&event.data) else {
            return Sight::Answer;
        };
        self.failed |= error.is_some();
        self.has_reason |= choices.iter().flatten().any(|choice| choice.finish_reason.is_some());
        let Some(usage) = usage else { return Sight::Answer };
        self.usage = Some(usage.into());
        match choices {
            Some(choices) if choices.is_empty() => Sight::Usage(None),
            Some(_) => Sight::Answer,
            None => Sight::Usage(with_no_choices(&event.data)),
        }
    }
}

/// What an event is there for.
enum Sight {
    /// For what the model says, or its end.
    Answer,
    /// Only for what was used. With the event as clients can read it, where they cannot read it as it came.
    Usage(Option<Vec<u8>>),
}

/// An event without `choices`, or with `null` for them, with none: every client goes through them.
fn with_no_choices(data: &str) -> Option<Vec<u8>> {
    let mut chunk: Value = serde_json::from_str(data).ok()?;
    chunk.as_object_mut()?.insert("choices".into(), Value::Array(vec![]));
    Some(format!("data: {chunk}\n\n").into_bytes())
}

/// Whether a reason to stop that is not `null` may stand in these bytes.
fn gives_a_reason(bytes: &[u8]) -> bool {
    const NAME: &[u8] = b"\"finish_reason\"";
    memmem::find_iter(bytes, NAME).any(|at| {
        let value = bytes[at + NAME.len()..].trim_ascii_start();
        value.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"\""))
    })
}

/// Whether an event's data can be read: it is JSON, or the end mark.
fn is_whole(event: &[u8]) -> bool {
    let mut parser = Parser::default();
    let events = parser.push(event).unwrap_or_default();
    events.iter().all(|event| event.data.trim() == "[DONE]" || serde_json::from_str::<IgnoredAny>(&event.data).is_ok())
}

/// One event with the empty line that ends it.
#[derive(Clone, Copy)]
struct Raw<'a> {
    bytes: &'a [u8],
}

/// The events of some whole ones.
struct Events<'a>(&'a [u8]);

impl<'a> Iterator for Events<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let end = first_end(self.0).unwrap_or(self.0.len());
        let (bytes, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(Raw { bytes })
    }
}

/// The bytes with other ones in place of some of their events.
fn with(whole: Bytes, changed: &[(Raw<'_>, Vec<u8>)]) -> Bytes {
    if changed.is_empty() {
        return whole;
    }
    let mut kept = BytesMut::with_capacity(whole.len());
    for event in Events(&whole) {
        let other = changed.iter().find(|(other, _)| std::ptr::eq(other.bytes, event.bytes));
        kept.extend_from_slice(other.map_or(event.bytes, |(_, bytes)| bytes));
    }
    kept.freeze()
}

/// Whether an empty line ends here. A line ends with CR LF, LF or CR (HTML standard, 9.2.6).
fn ends_event(bytes: &[u8]) -> bool {
    let line = match bytes {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n' | b'\r'] => line,
        _ => return false,
    };
    line.ends_with(b"\n") || line.ends_with(b"\r")
}

/// Behind the last complete event.
fn last_end(bytes: &[u8]) -> usize {
    let mut at = bytes.len();
    while at > 0 {
        let Some(end) = memchr::memrchr2(b'\n', b'\r', &bytes[..at]) else { return 0 };
        if ends_event(&bytes[..=end]) {
            return end + 1;
        }
        at = end;
    }
    0
}

/// Behind the first complete event.
fn first_end(bytes: &[u8]) -> Option<usize> {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).find(|end| ends_event(&bytes[..=*end]))? + 1;
    // The second half of a CR LF belongs to it.
    Some(if bytes[ends - 1] == b'\r' && bytes.get(ends) == Some(&b'\n') { ends + 1 } else { ends })
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
        out.extend_from_slice(&frames.finish());
        (String::from_utf8(out).unwrap(), frames)
    }

    #[test]
    fn usage_is_read_and_hidden_unless_asked_for_in_pieces_of_any_size() {
        for line_end in ["\n", "\r\n", "\r"] {
            let stream = STREAM.replace('\n', line_end);
            for portion in 1..=stream.len() {
                let (shown, frames) = run(&stream, portion, true);
                assert_eq!(shown, stream, "{line_end:?} {portion}");
                assert_eq!(frames.usage, Some(Usage { prompt_tokens: 7, completion_tokens: 2 }));
                assert!(frames.is_done && frames.has_reason && !frames.failed);
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
    fn a_hidden_event_goes_with_all_its_lines() {
        let named = STREAM.replace("data: ", "event: chunk\nid: 7\ndata: ");
        for portion in [1, 7, named.len()] {
            let (hidden, _) = run(&named, portion, false);
            assert_eq!(hidden.matches("event: chunk").count(), 3, "{hidden}");
            assert!(hidden.split("\n\n").filter(|e| !e.is_empty()).all(|event| event.contains("data: ")), "{hidden}");
        }
    }

    #[test]
    fn a_complete_answer_without_its_end_mark_is_complete() {
        for cut in ["data: [DONE]\n\n", "\n\n"] {
            let stream = STREAM.strip_suffix(cut).unwrap();
            let (shown, frames) = run(stream, 5, true);
            assert!(frames.is_done && frames.has_reason && frames.usage.is_some(), "{shown}");
            assert!(shown.ends_with("data: [DONE]\n\n") && shown.matches("[DONE]").count() == 1, "{shown}");
        }
    }

    #[test]
    fn an_end_mark_without_a_reason_is_no_end_of_an_answer() {
        let (_, frames) = run(
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n",
            9,
            true,
        );
        assert!(frames.is_done && !frames.has_reason);
    }

    #[test]
    fn usage_counts_whatever_stands_for_no_choices() {
        for choices in ["[]", "null"] {
            let event = format!(
                "data: {{\"choices\": {choices}, \"usage\": {{\"prompt_tokens\": 7, \"completion_tokens\": 2}}}}\n\n"
            );
            let (shown, frames) = run(&event, 3, false);
            assert_eq!((shown.as_str(), frames.usage.map(|u| u.prompt_tokens)), ("", Some(7)), "{choices}");
            let (shown, _) = run(&event, 3, true);
            let told: Value = serde_json::from_str(shown.trim().trim_start_matches("data: ")).unwrap();
            assert_eq!(told["choices"], serde_json::json!([]), "clients go through them: {shown}");
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
        let (out, frames) = run("data: { \"error\": {\"message\":\"m\"}}\n\ndata: {\"cho", 5, false);
        assert!(frames.failed && !frames.is_done && out.ends_with("}}\n\n"));
    }
}
