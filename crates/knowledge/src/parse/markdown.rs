//! Markdown: headings, paragraphs, list items, code, table rows.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::Refusal;
use crate::block::Parsed;

/// Reads Markdown; its first outermost heading is the title.
pub(super) fn parse(text: &str) -> Result<Parsed, Refusal> {
    let mut parsed = Parsed::default();
    let mut buffer = String::new();
    let mut level = 0;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut in_code = false;
    let mut in_metadata = false;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { level: at, .. }) => {
                flush(&mut parsed, &mut buffer)?;
                level = depth(at);
            }
            Event::End(TagEnd::Heading(_)) => {
                if level == 1 && parsed.title.is_none() && !buffer.trim().is_empty() {
                    parsed.title = Some(crate::block::tidy(&buffer).chars().take(200).collect());
                }
                parsed.heading(level, &buffer)?;
                buffer.clear();
            }
            Event::Start(Tag::CodeBlock(_)) => {
                flush(&mut parsed, &mut buffer)?;
                in_code = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                parsed.lines(&buffer)?;
                buffer.clear();
                in_code = false;
            }
            Event::Start(Tag::MetadataBlock(_)) => in_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_metadata = false,
            Event::Start(Tag::Item) => {
                flush(&mut parsed, &mut buffer)?;
                buffer.push_str("- ");
            }
            Event::End(TagEnd::TableCell) => buffer.push_str(" | "),
            Event::Start(Tag::Paragraph) if buffer == "- " => {}
            Event::Start(Tag::Paragraph | Tag::TableRow | Tag::TableHead | Tag::BlockQuote(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead)
            | Event::Rule => flush(&mut parsed, &mut buffer)?,
            Event::Text(words) if !in_metadata => buffer.push_str(&words),
            Event::Code(words) => buffer.push_str(&words),
            Event::SoftBreak | Event::HardBreak => buffer.push(if in_code { '\n' } else { ' ' }),
            // Raw HTML inside Markdown says nothing to people who read it.
            _ => {}
        }
    }
    flush(&mut parsed, &mut buffer)?;
    Ok(parsed)
}

fn flush(parsed: &mut Parsed, buffer: &mut String) -> Result<(), Refusal> {
    let text = buffer.trim().trim_end_matches('|').trim();
    if text != "-" {
        parsed.text(text)?;
    }
    buffer.clear();
    Ok(())
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
