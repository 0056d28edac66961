//! Server-sent events: bytes in any portions go in, whole events come out. No IO, no JSON.

/// The largest event we keep. A provider that sends more is broken or hostile.
const LIMIT: usize = 1024 * 1024;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name; `message` when none was given.
    pub name: String,
    /// Its data lines, joined by line ends.
    pub data: String,
}

/// An event was larger than we keep.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

/// Puts portions together. One per stream.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    name: String,
    data: Option<String>,
    after_cr: bool,
    past_first_line: bool,
}

impl Parser {
    /// Takes a portion and gives the events that it completes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let second_half = std::mem::replace(&mut self.after_cr, byte == b'\r') && byte == b'\n';
            match byte {
                b'\n' if second_half => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ => {
                    self.line.push(byte);
                    if self.line.len() + self.data.as_ref().map_or(0, String::len) > LIMIT {
                        return Err(TooLong);
                    }
                }
            }
        }
        Ok(events)
    }

    /// The stream is over: gives an event whose closing empty line never came. Some hosts leave it out after `[DONE]`.
    pub fn finish(&mut self) -> Option<Event> {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.dispatch()
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let first = !std::mem::replace(&mut self.past_first_line, true);
        let line = if first { line.trim_start_matches('\u{feff}') } else { &line };
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            // A comment (an empty field name), `id`, `retry`, or something unknown.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take()?;
        Some(Event { name: if name.is_empty() { "message".into() } else { name }, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8], portion: usize) -> Vec<Event> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for part in bytes.chunks(portion) {
            events.extend(parser.push(part).unwrap());
        }
        events.extend(parser.finish());
        events
    }

    fn event(name: &str, data: &str) -> Event {
        Event { name: name.into(), data: data.into() }
    }

    #[test]
    fn every_way_to_cut_the_bytes_gives_the_same_events() {
        let text = "\u{feff}: hello\r\nevent: start\r\ndata: {\"a\":1}\r\n\r\ndata:zwei\ndata: größe 🙂\n\n:\n\rid: 7\rdata\r\revent: nothing\n\ndata: [DONE]";
        let expected = [
            event("start", "{\"a\":1}"),
            event("message", "zwei\ngröße 🙂"),
            event("message", ""),
            event("message", "[DONE]"),
        ];
        for portion in 1..=text.len() {
            assert_eq!(parse(text.as_bytes(), portion), expected, "portions of {portion}");
        }
    }

    #[test]
    fn an_endless_event_is_refused() {
        let mut parser = Parser::default();
        let line = [b"data: ".as_slice(), &[b'x'; 4_000], b"\n"].concat();
        let refused = (0..1_000).find_map(|n| parser.push(&line).err().map(|_| n));
        assert!(matches!(refused, Some(200..400)), "{refused:?}");
    }
}
