//! Markdown: what it looks like as a page, HTML inside it included.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::html as page;
use crate::Refusal;
use crate::block::{Block, Parsed};

/// Reads Markdown; its first outermost heading is the title.
pub(super) fn parse(text: &str) -> Result<Parsed, Refusal> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut in_metadata = false;
    let events = Parser::new_ext(text, options).filter(|event| {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => in_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => {
                in_metadata = false;
                return false;
            }
            _ => {}
        }
        !in_metadata
    });
    let mut shown = String::with_capacity(text.len() * 5 / 4);
    html::push_html(&mut shown, events);
    let mut parsed = page::parse(&shown)?;
    if parsed.title.is_none() {
        parsed.title = parsed.blocks.iter().find_map(|block| match block {
            Block::Heading(1, heading) => Some(heading.clone()),
            _ => None,
        });
    }
    Ok(parsed)
}
