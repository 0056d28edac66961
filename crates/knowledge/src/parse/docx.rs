//! Word documents: the paragraphs of `word/document.xml`, with headings by their style. Read as a stream; entities of a document type
//! are never expanded.

use std::collections::HashMap;
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
    let mut left = MAX_UNPACKED;
    let styles = part(&mut archive, "word/styles.xml", &mut left, Styles::read)?.unwrap_or_default();
    let mut state = State { styles, ..State::default() };
    part(&mut archive, "word/document.xml", &mut left, |reader| state.read(reader))?.ok_or(BROKEN)?;
    // What stands at the foot of pages belongs to the text; what stands on every page (headers) does not.
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        part(&mut archive, notes, &mut left, |reader| state.read(reader))?;
    }
    Ok(state.parsed)
}

type Part<'a> = Reader<BufReader<&'a mut dyn std::io::Read>>;

/// Reads one file of the archive; None when there is none. `left` is how much all of them may still unpack to.
fn part<T>(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut u64,
    read: impl FnOnce(Part<'_>) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    if file.encrypted() {
        return Err(Refusal::Encrypted);
    }
    // One byte more than is allowed tells a bomb from a large document.
    let mut counted = Counted { inner: file.take(*left + 1), read: 0 };
    let found = read(Reader::from_reader(BufReader::new(&mut counted as &mut dyn std::io::Read)));
    if counted.read > *left {
        return Err(Refusal::Bomb);
    }
    *left -= counted.read;
    found.map(Some)
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

/// The levels of the document's heading styles, by the styles' ids. Word calls a heading style `heading 1` in every language; the id is
/// another word in each.
#[derive(Default)]
struct Styles(HashMap<String, u8>);

impl Styles {
    fn read(mut reader: Part<'_>) -> Result<Self, Refusal> {
        let (mut styles, mut buffer, mut id, mut based_on) = (Self::default(), Vec::new(), String::new(), Vec::new());
        loop {
            buffer.clear();
            let tag = match reader.read_event_into(&mut buffer).map_err(|_| BROKEN)? {
                Event::Start(tag) | Event::Empty(tag) => tag,
                Event::Eof => break,
                _ => continue,
            };
            let name = tag.local_name();
            match name.as_ref() {
                "style" => id = attribute(&tag, "w:styleId").unwrap_or_default(),
                "name" | "outlineLvl" => {
                    let value = attribute(&tag, "w:val").unwrap_or_default();
                    let level = if name.as_ref() == "name" { heading_level(&value) } else { outline_level(&value) };
                    if let Some(level) = level {
                        styles.0.entry(id.clone()).or_insert(level);
                    }
                }
                "basedOn" => based_on.extend(attribute(&tag, "w:val").map(|parent| (id.clone(), parent))),
                _ => {}
            }
        }
        // A style that is based on a heading is one.
        for (id, parent) in based_on {
            if let Some(level) = styles.0.get(&parent).copied() {
                styles.0.entry(id).or_insert(level);
            }
        }
        Ok(styles)
    }

    fn level(&self, id: &str) -> Option<u8> {
        self.0.get(id).copied().or_else(|| heading_level(id).filter(|_| self.0.is_empty()))
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|found| found.value.to_string())
}

/// Counted from 0; 9 is text.
fn outline_level(value: &str) -> Option<u8> {
    value.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

/// Whether an on-or-off property is on: without a value it is.
fn is_on(tag: &BytesStart<'_>) -> bool {
    !attribute(tag, "w:val").is_some_and(|value| matches!(&*value.to_lowercase(), "0" | "false" | "off"))
}

#[derive(Default)]
struct State {
    styles: Styles,
    parsed: Parsed,
    buffer: String,
    level: Option<u8>,
    in_text: bool,
    in_table: u32,
    vanishes: bool,
    /// How many elements are open whose text is shown elsewhere: where moved text stood before, and a text box for older programs.
    elsewhere: u32,
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
    fn read(&mut self, mut reader: Part<'_>) -> Result<(), Refusal> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|_| BROKEN)? {
                Event::Start(tag) => self.open(&tag),
                Event::Empty(tag) => self.empty(&tag),
                Event::End(tag) => self.close(tag.local_name().as_ref())?,
                Event::Text(text) if self.is_shown() => self.buffer.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) if self.is_shown() => {
                    let c = match entity.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        _ => named(&entity.xml10_content()),
                    };
                    self.buffer.extend(c);
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn is_shown(&self) -> bool {
        self.in_text && !self.vanishes && self.elsewhere == 0
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "t" => self.in_text = true,
            "tbl" => self.in_table += 1,
            "p" if self.in_table == 0 => self.level = None,
            "r" => self.vanishes = false,
            "moveFrom" | "Fallback" => self.elsewhere += 1,
            _ => self.empty(tag),
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "pStyle" => {
                let style = attribute(tag, "w:val");
                self.level = self.level.or(style.and_then(|id| self.styles.level(&id)));
            }
            "outlineLvl" => self.level = self.level.or(attribute(tag, "w:val").and_then(|value| outline_level(&value))),
            // Text that Word does not show must not reach a model either.
            "vanish" => self.vanishes = is_on(tag),
            "noBreakHyphen" if !self.vanishes && self.elsewhere == 0 => self.buffer.push('-'),
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
            "moveFrom" | "Fallback" => self.elsewhere = self.elsewhere.saturating_sub(1),
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
