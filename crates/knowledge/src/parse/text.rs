//! Plain text, and what bytes mean as characters.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::Refusal;
use crate::block::Parsed;

/// Whether bytes are text: a mark says so, or there is no NUL among the first of them.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some()
        || !bytes[..bytes.len().min(8_192)]
            .iter()
            .any(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b))
}

/// Bytes as characters: by their mark, as UTF-8, or as old Windows programs wrote them.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() {
        return WINDOWS_1252.decode(bytes).0;
    }
    encoding_rs::UTF_8.decode(bytes).0
}

/// A page's bytes as characters: by its mark, what the server said, what the page says of itself, then as any text.
pub(super) fn decode_page<'a>(bytes: &'a [u8], media: Option<&str>) -> Cow<'a, str> {
    let said = media.and_then(|m| charset(m.as_bytes())).or_else(|| charset(&bytes[..bytes.len().min(2_048)]));
    match said {
        Some(encoding) if Encoding::for_bom(bytes).is_none() => encoding.decode(bytes).0,
        _ => decode(bytes),
    }
}

/// The encoding that stands behind the first `charset=`.
fn charset(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = lower.windows(8).position(|w| w == b"charset=")? + 8;
    let label: Vec<u8> = lower[at..]
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .collect();
    Encoding::for_label(&label)
}

/// Paragraphs, parted by empty lines. Text with no empty line is cut by lines.
pub(super) fn parse(text: &str) -> Result<Parsed, Refusal> {
    let mut parsed = Parsed::default();
    let mut paragraph = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            parsed.lines(&paragraph)?;
            paragraph.clear();
        } else {
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(line.trim_end());
        }
    }
    parsed.lines(&paragraph)?;
    Ok(parsed)
}
