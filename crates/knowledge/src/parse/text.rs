//! Plain text, and whether bytes are text at all.

use encoding_rs::Encoding;

use crate::Refusal;
use crate::block::Parsed;

/// Whether bytes are text: a mark says so, or there is no NUL among the first of them.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some()
        || !bytes[..bytes.len().min(8_192)]
            .iter()
            .any(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b))
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
