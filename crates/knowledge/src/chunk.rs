//! Cuts blocks into pieces of about 200 to 350 words: at headings and paragraphs first, at sentences where a paragraph is too long.
//!
//! A piece that follows another under the same heading begins with the last sentence of that one, so that a thought which was cut is
//! still found.

use crate::Piece;
use crate::block::Block;

/// A piece is closed at the next paragraph once it has this many words.
const ENOUGH: usize = 220;
/// No piece has more words than this, apart from its overlap.
const MOST: usize = 350;
/// A section shorter than this is joined with the next one of its parent.
const FEW: usize = 20;
/// The most words of overlap.
const OVERLAP: usize = 40;
/// Languages without blanks are counted by characters: this many make a word.
const CHARS_PER_WORD: usize = 8;

/// The pieces of a document, in order.
pub(crate) fn pieces(blocks: &[Block]) -> Vec<Piece> {
    let mut cutter = Cutter::default();
    for block in blocks {
        match block {
            Block::Heading(level, text) => cutter.heading(*level, text),
            Block::Text(text) => cutter.text(text),
        }
    }
    cutter.close(false);
    cutter.pieces
}

/// How many words a text has, also where words are not parted.
fn words(text: &str) -> usize {
    text.split_whitespace().count().max(text.chars().count() / CHARS_PER_WORD)
}

#[derive(Default)]
struct Cutter {
    path: Vec<(u8, String)>,
    /// The headings that hold for the piece being filled.
    heading: String,
    parts: Vec<String>,
    filled: usize,
    /// How much of `parts` was not carried over from the piece before.
    own: usize,
    pieces: Vec<Piece>,
}

impl Cutter {
    fn heading(&mut self, level: u8, text: &str) {
        // A short section goes on under its sibling's heading or its own child's; it never swallows a new chapter.
        let joins = self.own > 0 && self.filled < FEW && self.path.last().is_some_and(|(last, _)| *last <= level);
        if !joins {
            self.close(false);
        }
        self.path.retain(|(outer, _)| *outer < level);
        self.path.push((level, text.to_owned()));
        if joins {
            self.add(text.to_owned());
        }
    }

    fn text(&mut self, text: &str) {
        if words(text) <= MOST {
            self.paragraph(text.to_owned());
        } else {
            for part in sentences(text) {
                self.paragraph(part);
            }
        }
    }

    fn paragraph(&mut self, text: String) {
        let more = words(&text);
        if self.own > 0 && (self.filled + more > MOST || self.filled >= ENOUGH) {
            self.close(true);
            // What was carried over must not push the piece over its limit.
            if self.filled + more > MOST {
                self.parts.clear();
                self.filled = 0;
            }
        }
        self.add(text);
    }

    fn add(&mut self, text: String) {
        if self.own == 0 {
            self.heading = self.path.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" › ");
        }
        let more = words(&text);
        self.filled += more;
        self.own += more.max(1);
        self.parts.push(text);
    }

    /// Closes the piece; when the same section goes on, its last sentence is carried over.
    fn close(&mut self, goes_on: bool) {
        let parts = std::mem::take(&mut self.parts);
        let own = std::mem::take(&mut self.own);
        self.filled = 0;
        if own == 0 {
            return;
        }
        let tail = parts.last().and_then(|last| sentences_of(last).pop()).filter(|s| goes_on && words(s) <= OVERLAP);
        self.pieces.push(Piece { heading: self.heading.clone(), body: parts.join("\n\n") });
        if let Some(tail) = tail {
            self.filled = words(&tail);
            self.parts.push(tail);
        }
    }
}

/// A long paragraph as runs of whole sentences of at most `ENOUGH` words.
fn sentences(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut filled = 0;
    for sentence in sentences_of(text) {
        for part in split_long(&sentence) {
            let more = words(&part);
            match runs.last_mut() {
                Some(run) if filled + more <= ENOUGH => {
                    run.push(' ');
                    run.push_str(&part);
                    filled += more;
                }
                _ => {
                    filled = more;
                    runs.push(part);
                }
            }
        }
    }
    runs
}

/// The sentences of a text: up to a full stop and the like with a blank or the end behind it, or up to an ideographic one.
fn sentences_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = matches!(c, '。' | '！' | '？' | '\n')
            || (matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace));
        if ends {
            let to = at + c.len_utf8();
            found.push(text[from..to].trim().to_owned());
            from = to;
        }
    }
    found.push(text[from..].trim().to_owned());
    found.retain(|s| !s.is_empty());
    found
}

/// A sentence without an end in sight, cut at blanks, and inside words where there are none.
fn split_long(sentence: &str) -> Vec<String> {
    if words(sentence) <= ENOUGH {
        return vec![sentence.to_owned()];
    }
    let mut parts = vec![String::new()];
    let mut chars = 0;
    for word in sentence.split_whitespace() {
        for part in word.chars().collect::<Vec<_>>().chunks(ENOUGH * CHARS_PER_WORD / 2) {
            if chars + part.len() + 1 > ENOUGH * CHARS_PER_WORD * 3 / 4 {
                parts.push(String::new());
                chars = 0;
            }
            if let Some(last) = parts.last_mut() {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.extend(part);
            }
            chars += part.len() + 1;
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: usize, name: &str) -> Block {
        let sentence = |n: usize| format!("{name} sentence {n} says a thing.");
        Block::Text((0..words / 5).map(sentence).collect::<Vec<_>>().join(" "))
    }

    fn heading(level: u8, text: &str) -> Block {
        Block::Heading(level, text.into())
    }

    #[test]
    fn sections_become_pieces_with_their_path() {
        let blocks = [
            heading(1, "Shipping"),
            text(100, "a"),
            heading(2, "Abroad"),
            text(100, "b"),
            heading(1, "Returns"),
            text(60, "c"),
        ];
        let pieces = pieces(&blocks);
        let headings: Vec<&str> = pieces.iter().map(|p| p.heading.as_str()).collect();
        assert_eq!(headings, ["Shipping", "Shipping › Abroad", "Returns"]);
        assert!(!pieces[2].body.contains('b'), "nothing is carried over into another section");
    }

    #[test]
    fn short_sections_are_joined_but_never_into_another_chapter() {
        let blocks = [
            heading(1, "FAQ"),
            heading(2, "Open?"),
            text(10, "a"),
            heading(2, "Parking?"),
            text(10, "b"),
            heading(1, "Other"),
            text(10, "c"),
        ];
        let pieces = pieces(&blocks);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0].heading, "FAQ › Open?");
        assert!(pieces[0].body.contains("Parking?"));
        assert_eq!(pieces[1].heading, "Other");
    }

    #[test]
    fn long_texts_are_cut_at_sentences_with_a_small_overlap() {
        let pieces = pieces(&[heading(1, "Long"), text(2_000, "a"), text(300, "b")]);
        assert!(pieces.len() > 5);
        for pair in pieces.windows(2) {
            assert!(words(&pair[0].body) >= 100 && words(&pair[0].body) <= MOST + OVERLAP, "{}", words(&pair[0].body));
            let last = sentences_of(&pair[0].body).pop().unwrap_or_default();
            assert!(pair[1].body.starts_with(&last), "the last sentence comes again");
        }
    }

    #[test]
    fn texts_without_blanks_or_ends_are_cut_too() {
        for endless in ["x".repeat(100_000), "漢".repeat(50_000), "word ".repeat(20_000)] {
            let pieces = pieces(&[Block::Text(endless)]);
            assert!(pieces.len() > 10);
            assert!(
                pieces.iter().all(|p| p.body.chars().count() <= (MOST + OVERLAP) * CHARS_PER_WORD),
                "a piece is too long"
            );
        }
        assert!(pieces(&[heading(1, "Only a heading")]).is_empty());
    }
}
