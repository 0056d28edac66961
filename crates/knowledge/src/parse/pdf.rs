//! PDF: the text of each page. The parser is the least trusted one here: it may panic, loop or ask for any amount of memory, which is
//! why all reading happens in a process of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, OutputDev, OutputError, PlainTextOutput, output_doc_page};

use crate::block::Parsed;
use crate::{MAX_TEXT, Refusal};

const BROKEN: Refusal = Refusal::Broken("a PDF");
/// The most pages that are read.
const MAX_PAGES: usize = 3_000;

/// Reads a PDF.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    let loaded = catch_unwind(AssertUnwindSafe(|| Document::load_mem(bytes)));
    let mut document = match loaded {
        Ok(Ok(document)) => document,
        Ok(Err(error)) if error.to_string().to_lowercase().contains("password") => return Err(Refusal::Encrypted),
        Ok(Err(_)) if find(bytes, b"/Encrypt") => return Err(Refusal::Encrypted),
        Ok(Err(_)) | Err(_) => return Err(BROKEN),
    };
    // Many files are "encrypted" with an empty password, which every reader opens.
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Refusal::Encrypted);
    }
    let pages = document.get_pages().len();
    if pages == 0 {
        return Err(BROKEN);
    }
    let mut parsed = Parsed::default();
    let (mut failed, mut size) = (0, 0);
    for page in 1..=pages.min(MAX_PAGES) {
        let Some(text) = page_text(&document, u32::try_from(page).unwrap_or(u32::MAX)) else {
            failed += 1;
            continue;
        };
        size += text.len();
        if size > MAX_TEXT {
            return Err(Refusal::TooMuchText);
        }
        for paragraph in paragraphs(&text) {
            parsed.text(&paragraph)?;
        }
    }
    if parsed.blocks.is_empty() {
        return Err(if failed > 0 { BROKEN } else { Refusal::Pictures });
    }
    if failed > 0 {
        parsed.notes.push(format!("{failed} of {pages} pages could not be read."));
    }
    if pages > MAX_PAGES {
        parsed.notes.push(format!("Only the first {MAX_PAGES} of {pages} pages were read."));
    }
    Ok(parsed)
}

/// The text of one page; none when the parser fails on it.
fn page_text(document: &Document, page: u32) -> Option<String> {
    let read = catch_unwind(AssertUnwindSafe(|| -> Result<String, OutputError> {
        let mut text = String::new();
        {
            let mut output = PlainTextOutput::new(&mut text);
            output_doc_page(document, &mut output as &mut dyn OutputDev, page)?;
        }
        Ok(text)
    }));
    read.ok().and_then(Result::ok)
}

/// Lines back to paragraphs: an empty line parts them, a hyphen at a line's end does not part a word.
fn paragraphs(page: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut current = String::new();
    for line in page.lines().map(str::trim) {
        if line.is_empty() {
            all.push(std::mem::take(&mut current));
            continue;
        }
        let broken = current.ends_with('-') && line.starts_with(char::is_lowercase);
        if broken {
            current.pop();
        } else if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(line);
    }
    all.push(current);
    all.retain(|p| !p.is_empty());
    all
}

fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}
