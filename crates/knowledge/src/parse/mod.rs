//! Bytes of any kind that is read, to blocks. Each kind has its file; which kind it is, is decided here.

mod docx;
mod html;
mod markdown;
mod pdf;
mod table;
mod text;
mod zipped;

use encoding_rs::Encoding;

use crate::block::Parsed;
use crate::{MAX_BYTES, Refusal, charset};

/// A kind of document that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Pdf,
    Html,
    Docx,
    Markdown,
    Csv,
    Zip,
    Text,
}

impl Format {
    /// What a document is: by its first bytes where they tell, then by what the server said, then by its name.
    pub fn of(name: &str, media: Option<&str>, bytes: &[u8]) -> Result<Self, Refusal> {
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
        let start = &bytes[..bytes.len().min(1024)];
        if start.windows(5).any(|w| w == b"%PDF-") {
            return Ok(Self::Pdf);
        }
        if bytes.starts_with(b"PK") && !text::is_text(bytes) {
            return match ending.as_str() {
                "docx" | "docm" | "dotx" => Ok(Self::Docx),
                "xlsx" | "xlsm" | "ods" => Err(unknown("Spreadsheets are not read. Save each sheet as CSV.")),
                "pptx" | "odp" | "odt" | "pages" | "key" | "epub" => {
                    Err(unknown("This kind of file is not read. Save it as PDF or DOCX."))
                }
                _ if zipped::is_word(bytes) => Ok(Self::Docx),
                _ => Ok(Self::Zip),
            };
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(unknown("This is an old or protected Office file. Save it as DOCX or PDF without a password."));
        }
        if !text::is_text(bytes) {
            return Err(match ending.as_str() {
                "pdf" => Refusal::Broken("a PDF"),
                "docx" => Refusal::Broken("a Word document"),
                "zip" => Refusal::Broken("a zip archive"),
                "png" | "jpg" | "jpeg" | "gif" | "webp" | "tif" | "tiff" | "heic" | "bmp" => Refusal::Pictures,
                _ => unknown(
                    "This kind of file is not read. Upload PDF, DOCX, HTML, Markdown, CSV, plain text, or a zip of those.",
                ),
            });
        }
        let media = media.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media.as_str() {
            "text/html" | "application/xhtml+xml" => return Ok(Self::Html),
            "text/markdown" => return Ok(Self::Markdown),
            "text/csv" => return Ok(Self::Csv),
            _ => {}
        }
        let begins = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
        Ok(match ending.as_str() {
            "pdf" => return Err(Refusal::Broken("a PDF")),
            "docx" => return Err(Refusal::Broken("a Word document")),
            "zip" => return Err(Refusal::Broken("a zip archive")),
            "html" | "htm" | "xhtml" => Self::Html,
            "md" | "markdown" | "mdx" => Self::Markdown,
            "csv" | "tsv" => Self::Csv,
            _ if begins.starts_with("<!doctype html") || begins.starts_with("<html") => Self::Html,
            _ => Self::Text,
        })
    }
}

fn unknown(sentence: &str) -> Refusal {
    Refusal::Unknown(sentence.to_owned())
}

/// Reads a document of any kind.
pub(crate) fn parse(name: &str, media: Option<&str>, bytes: &[u8]) -> Result<Parsed, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    match Format::of(name, media, bytes)? {
        Format::Zip => zipped::parse(bytes),
        format => one(format, media, bytes),
    }
}

/// Reads a document of characters; what was guessed or replaced on the way to them is a note.
fn as_text(
    bytes: &[u8],
    said: Option<&'static Encoding>,
    parse: fn(&str) -> Result<Parsed, Refusal>,
) -> Result<Parsed, Refusal> {
    let decoded = charset::decode(bytes, said);
    let mut parsed = parse(&decoded.text)?;
    parsed.notes.extend(decoded.notes);
    Ok(parsed)
}

/// Reads a document that is no archive.
fn one(format: Format, media: Option<&str>, bytes: &[u8]) -> Result<Parsed, Refusal> {
    match format {
        Format::Pdf => pdf::parse(bytes),
        Format::Docx => docx::parse(bytes),
        Format::Html => as_text(bytes, charset::of_page(bytes, media), html::parse),
        Format::Markdown => as_text(bytes, None, markdown::parse),
        Format::Csv => as_text(bytes, None, table::parse),
        Format::Text => as_text(bytes, None, text::parse),
        Format::Zip => Err(unknown("An archive inside an archive is not opened.")),
    }
}
