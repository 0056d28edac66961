//! How documents become passages: bytes in, text with its headings out, cut into pieces that a search can find.
//!
//! Not here: the database, the network, agents, ranking. Everything here is bounded in time and memory, because the bytes come from
//! outside: [`read`] is meant to run in a process of its own, which [`outside`] starts and watches.

mod block;
pub mod charset;
mod chunk;
pub mod outside;
mod parse;
mod refusal;

use serde::{Deserialize, Serialize};

pub use refusal::Refusal;

/// The largest file or page, in bytes.
pub const MAX_BYTES: usize = 25 * 1024 * 1024;
/// The most bytes that an archive may unpack to.
pub const MAX_UNPACKED: u64 = 100 * 1024 * 1024;
/// The most files in an archive.
pub const MAX_ENTRIES: usize = 1_000;
/// The most text of one document, in characters: about 5,000 pages of a book.
pub const MAX_TEXT: usize = 8_000_000;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What the document calls itself.
    pub title: Option<String>,
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
    /// What was left out, a sentence each.
    pub notes: Vec<String>,
}

/// A piece of a document that can be understood alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The headings it stands under, outermost first, joined by ` › `.
    pub heading: String,
    /// Its text; paragraphs are parted by empty lines.
    pub body: String,
}

/// Reads a document. The name tells what it is where the bytes do not; `media` is what a web server said it is.
pub fn read(name: &str, media: Option<&str>, bytes: &[u8]) -> Result<Reading, Refusal> {
    let parsed = parse::parse(name, media, bytes)?;
    let pieces = chunk::pieces(&parsed.blocks);
    if pieces.is_empty() {
        return Err(Refusal::Empty);
    }
    Ok(Reading { title: parsed.title, pieces, notes: parsed.notes })
}

/// Whether a file of this name and size would be looked at: what an upload is told before anything is stored.
pub fn check(name: &str, bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    parse::Format::of(name, None, bytes).map(|_| ())
}
