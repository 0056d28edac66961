//! PDF: the text of each page. The parser is the least trusted one here: it may panic, loop or ask for any amount of memory, which is
//! why all reading happens in a process of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, OutputDev, OutputError, output_doc_page};

use crate::block::Parsed;
use crate::{MAX_TEXT, Refusal};

use directed::{Directed, as_read};

mod directed;

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
    let (mut failed, mut empty, mut size) = (Vec::new(), Vec::new(), 0);
    for page in 1..=pages.min(MAX_PAGES) {
        let Some(text) = page_text(&document, u32::try_from(page).unwrap_or(u32::MAX)) else {
            failed.push(page);
            continue;
        };
        if text.trim().is_empty() {
            empty.push(page);
        }
        size += text.len();
        if size > MAX_TEXT {
            return Err(Refusal::TooMuchText);
        }
        for paragraph in paragraphs(&text) {
            parsed.text(&paragraph)?;
        }
    }
    if parsed.blocks.is_empty() {
        return Err(if failed.is_empty() { Refusal::Pictures } else { BROKEN });
    }
    if !failed.is_empty() {
        parsed.notes.push(format!("{} of {pages} could not be read.", named(&failed)));
    }
    if !empty.is_empty() {
        parsed
            .notes
            .push(format!("{} of {pages} held no text: empty, or pictures of it, which are not read.", named(&empty)));
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
        let mut output = Directed::new(&mut text);
        output_doc_page(document, &mut output as &mut dyn OutputDev, page)?;
        let is_as_it_looks = output.is_as_it_looks();
        Ok(if is_as_it_looks { as_read(&text) } else { text })
    }));
    read.ok().and_then(Result::ok)
}

/// `Page 3`, `Pages 3, 4 and 9`, at most ten of them.
fn named(pages: &[usize]) -> String {
    let numbers: Vec<_> = pages.iter().take(10).map(usize::to_string).collect();
    let more = pages.len() - numbers.len();
    match numbers.as_slice() {
        [one] => format!("Page {one}"),
        [first @ .., last] if more == 0 => format!("Pages {} and {last}", first.join(", ")),
        all => format!("Pages {} and {more} more", all.join(", ")),
    }
}

/// A line as it is read and searched: letters that are drawn as one sign are parted, no blanks between signs that have none.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{fb00}' => out.push_str("ff"),
            '\u{fb01}' => out.push_str("fi"),
            '\u{fb02}' => out.push_str("fl"),
            '\u{fb03}' => out.push_str("ffi"),
            '\u{fb04}' => out.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => out.push_str("st"),
            // A place where the word may be parted is none inside a line.
            '\u{ad}' => {}
            ' ' if out.ends_with(is_ideograph) && rest.peek().is_some_and(|next| is_ideograph(*next)) => {}
            c => out.push(c),
        }
    }
    out
}

/// Chinese and Japanese are written without blanks.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
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
        let line = plain(line);
        let broken = current.ends_with('-') && line.starts_with(char::is_lowercase);
        if broken {
            current.pop();
        } else if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(&line);
    }
    all.push(current);
    all.retain(|p| !p.is_empty());
    all
}

fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}
