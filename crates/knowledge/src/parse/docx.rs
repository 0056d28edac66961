//! Word documents: the paragraphs of `word/document.xml`, with headings by their style. Read as a stream; entities of a document type
//! are never expanded.

use std::io::{BufReader, Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::zipped;
use crate::block::Parsed;
use crate::{MAX_UNPACKED, Refusal};

const BROKEN: Refusal = Refusal::Broken("a Word document");

/// Reads a Word document.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    zipped::check_count(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    let file = archive.by_name("word/document.xml").map_err(|_| BROKEN)?;
    if file.encrypted() {
        return Err(Refusal::Encrypted);
    }
    // One byte more than is allowed tells a bomb from a large document.
    let mut counted = Counted { inner: file.take(MAX_UNPACKED + 1), read: 0 };
    let parsed = body(Reader::from_reader(BufReader::new(&mut counted)));
    if counted.read > MAX_UNPACKED { Err(Refusal::Bomb) } else { parsed }
}

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: std::io::Read> std::io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        Ok(n)
    }
}

#[derive(Default)]
struct State {
    parsed: Parsed,
    buffer: String,
    level: Option<u8>,
    in_text: bool,
    in_table: u32,
    vanishes: bool,
}

fn body<R: std::io::BufRead>(mut reader: Reader<R>) -> Result<Parsed, Refusal> {
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| BROKEN)? {
            Event::Start(tag) => state.open(&tag),
            Event::Empty(tag) => state.empty(&tag),
            Event::End(tag) => state.close(tag.local_name().as_ref())?,
            Event::Text(text) if state.in_text && !state.vanishes => state.buffer.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) if state.in_text && !state.vanishes => {
                let c = match entity.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    _ => named(&entity.xml10_content()),
                };
                state.buffer.extend(c);
            }
            Event::Eof => return Ok(state.parsed),
            _ => {}
        }
    }
}

fn named(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

impl State {
    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "t" => self.in_text = true,
            "tbl" => self.in_table += 1,
            "p" if self.in_table == 0 => self.level = None,
            "r" => self.vanishes = false,
            _ => self.empty(tag),
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "pStyle" | "outlineLvl" => {
                let value = tag.try_get_attribute("w:val").ok().flatten();
                if let Some(value) = value {
                    self.level = self.level.or(heading_level(&value.value));
                }
            }
            // Text that Word does not show must not reach a model either.
            "vanish" => self.vanishes = true,
            "tab" | "br" | "cr" => self.buffer.push(' '),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "t" => self.in_text = false,
            "tbl" => self.in_table = self.in_table.saturating_sub(1),
            "tc" => self.buffer.push_str(" | "),
            "r" => self.vanishes = false,
            "p" if self.in_table > 0 => self.buffer.push(' '),
            "p" | "tr" => {
                let text = self.buffer.trim().trim_end_matches('|').trim().to_owned();
                self.buffer.clear();
                match self.level.take() {
                    Some(level) => self.parsed.heading(level, &text)?,
                    None => self.parsed.text(&text)?,
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The level of a heading style such as `Heading2`, `heading 2`, `berschrift2` or `Title`; none for other styles.
fn heading_level(style: &str) -> Option<u8> {
    let lower = style.to_lowercase();
    if lower == "title" || lower == "titel" {
        return Some(1);
    }
    let named = ["heading", "berschrift", "titre", "titolo", "ttulo", "kop", "rubrik"];
    named
        .iter()
        .any(|n| lower.contains(n))
        .then(|| lower.chars().rev().find_map(|c| c.to_digit(10)).and_then(|d| u8::try_from(d).ok()).unwrap_or(1))
}
