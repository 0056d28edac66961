//! Text with its structure: what every parser makes and what is cut into pieces.

use crate::{MAX_TEXT, Refusal};

/// One block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading and its level, 1 the outermost.
    Heading(u8, String),
    /// A paragraph, list item, table row, or piece of code.
    Text(String),
}

/// What a parser makes of a document.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// What the document calls itself.
    pub title: Option<String>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// What was left out.
    pub notes: Vec<String>,
    size: usize,
}

impl Parsed {
    /// Adds a heading, unless it is empty. An absurdly long one is cut.
    pub fn heading(&mut self, level: u8, text: &str) -> Result<(), Refusal> {
        let text: String = tidy(text).chars().take(200).collect();
        if text.is_empty() {
            return Ok(());
        }
        self.count(&text)?;
        self.blocks.push(Block::Heading(level.clamp(1, 6), text));
        Ok(())
    }

    /// Adds a paragraph, unless it is empty. White space is brought to single blanks.
    pub fn text(&mut self, text: &str) -> Result<(), Refusal> {
        self.push(tidy(text))
    }

    /// Adds a paragraph whose line breaks count, such as code.
    pub fn lines(&mut self, text: &str) -> Result<(), Refusal> {
        self.push(clean(text).trim_matches('\n').trim_end().to_owned())
    }

    /// Adds another document's blocks one level deeper, under its name.
    pub fn nest(&mut self, name: &str, inner: Self) -> Result<(), Refusal> {
        self.heading(1, name)?;
        for block in inner.blocks {
            match block {
                Block::Heading(level, text) => self.heading(level + 1, &text)?,
                Block::Text(text) => self.push(text)?,
            }
        }
        Ok(())
    }

    fn push(&mut self, text: String) -> Result<(), Refusal> {
        if text.is_empty() {
            return Ok(());
        }
        self.count(&text)?;
        self.blocks.push(Block::Text(text));
        Ok(())
    }

    fn count(&mut self, text: &str) -> Result<(), Refusal> {
        self.size += text.len();
        if self.size > MAX_TEXT { Err(Refusal::TooMuchText) } else { Ok(()) }
    }
}

/// White space as single blanks, without characters that nobody sees.
pub(crate) fn tidy(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without control characters, soft hyphens, marks of direction, zero-width characters and tags: text that people cannot see must not
/// reach a model.
fn clean(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{c}'))
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    text.chars().filter(|c| !hidden(*c)).collect()
}
