//! HTML: what people see of a page. Only the tokens are looked at, so nesting without end costs nothing.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::Refusal;
use crate::block::{Parsed, tidy};

/// What is not part of a page's text: code, and what every page of a site repeats.
const SKIPPED: &[&str] = &[
    "nav", "footer", "aside", "svg", "template", "select", "button", "object", "canvas", "dialog", "math", "audio",
    "video",
];
/// Raw text inside: the tokenizer has to be told.
const RAW: &[&str] = &["script", "style", "noscript", "iframe", "noembed", "noframes", "xmp", "textarea"];
/// Tags that part paragraphs.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "thead",
    "tbody",
    "caption",
    "pre",
    "blockquote",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "details",
    "summary",
    "body",
    "html",
    "head",
    "hr",
    "address",
];
/// Tags that never end, so that they cannot hide what follows.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Reads a page.
pub(super) fn parse(page: &str) -> Result<Parsed, Refusal> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(page));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(State::default())), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.flush();
    match state.failed {
        Some(refusal) => Err(refusal),
        None => Ok(state.parsed),
    }
}

struct Sink(RefCell<State>);

#[derive(Default)]
struct State {
    parsed: Parsed,
    buffer: String,
    heading: Option<u8>,
    /// The tag that hides what is inside, and how many of its kind are open.
    hidden: Option<(String, u32)>,
    raw: Option<String>,
    failed: Option<Refusal>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.characters(&text),
            Token::TagToken(tag) => return state.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn characters(&mut self, text: &str) {
        let is_title = self.raw.as_deref() == Some("title");
        if self.failed.is_none() && self.hidden.is_none() && (self.raw.is_none() || is_title) {
            self.buffer.push_str(text);
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some(raw) = &self.raw {
            if !starts && raw == name {
                if name == "title" {
                    let title: String = tidy(&self.buffer).chars().take(200).collect();
                    self.buffer.clear();
                    if self.parsed.title.is_none() && !title.is_empty() {
                        self.parsed.title = Some(title);
                    }
                }
                self.raw = None;
            }
            return TokenSinkResult::Continue;
        }
        if starts && (RAW.contains(&name) || name == "title") {
            if name == "title" && self.hidden.is_none() {
                self.flush();
            }
            self.raw = Some(name.to_owned());
            return TokenSinkResult::RawData(match name {
                "script" => RawKind::ScriptData,
                "title" | "textarea" => RawKind::Rcdata,
                _ => RawKind::Rawtext,
            });
        }
        if let Some((hider, open)) = &mut self.hidden {
            if hider == name && !tag.self_closing {
                *open = if starts { *open + 1 } else { *open - 1 };
                if *open == 0 {
                    self.hidden = None;
                }
            }
            return TokenSinkResult::Continue;
        }
        if starts && !tag.self_closing && !VOID.contains(&name) && (SKIPPED.contains(&name) || is_hidden(tag)) {
            self.flush();
            self.hidden = Some((name.to_owned(), 1));
            return TokenSinkResult::Continue;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = starts.then(|| name.as_bytes()[1] - b'0');
            }
            "br" => self.buffer.push(' '),
            "td" | "th" if !starts => self.buffer.push_str(" | "),
            "li" if starts => {
                self.flush();
                self.buffer.push_str("- ");
            }
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn flush(&mut self) {
        let text = self.buffer.trim().trim_end_matches('|').trim();
        if !text.is_empty() && text != "-" && self.failed.is_none() {
            let added = match self.heading {
                Some(level) => self.parsed.heading(level, text),
                None => self.parsed.text(text),
            };
            self.failed = added.err();
        }
        self.buffer.clear();
    }
}

/// Whether the page hides this element from people: such text is where instructions to models are put.
fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attr| match &*attr.name.local {
        "hidden" => true,
        "aria-hidden" => attr.value.eq_ignore_ascii_case("true"),
        "style" => {
            let style: String = attr.value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"].iter().any(|s| style.contains(s))
                || style.ends_with("opacity:0")
        }
        _ => false,
    })
}
