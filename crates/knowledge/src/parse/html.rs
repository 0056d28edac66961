//! HTML: what people see of a page, in the order of its tree (`tree`). Walked without recursion, so nesting without end costs no stack.

mod tree;

use html5ever::Attribute;

use self::tree::{Node, NodeId, Tree};
use crate::Refusal;
use crate::block::{Parsed, tidy};

/// What is not part of a page's text: code, what every page of a site repeats, and what people fill in.
const SKIPPED: &[&str] = &[
    "nav", "footer", "aside", "svg", "template", "select", "object", "canvas", "dialog", "math", "audio", "video",
    "script", "style", "noscript", "iframe", "noembed", "noframes", "xmp", "textarea",
];
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

/// Reads a page.
pub(super) fn parse(page: &str) -> Result<Parsed, Refusal> {
    let tree = Tree::read(page)?;
    let mut walk = Walk::default();
    // Each node twice: going in, and coming out.
    let mut way = vec![(Tree::ROOT, true)];
    while let Some((id, going_in)) = way.pop() {
        if !going_in {
            walk.leave(&tree, id)?;
        } else if walk.enter(&tree, id)? {
            way.push((id, false));
            way.extend(tree.children(id).iter().rev().map(|child| (*child, true)));
        }
    }
    walk.flush()?;
    Ok(walk.parsed)
}

#[derive(Default)]
struct Walk {
    parsed: Parsed,
    buffer: String,
    heading: Option<u8>,
    /// How many `pre` are open: their line breaks count.
    in_pre: u32,
    /// How many elements are open in which a button is a heading: `<h3><button>Question</button></h3>`.
    in_title: u32,
}

impl Walk {
    /// Whether what is inside counts.
    fn enter(&mut self, tree: &Tree, id: NodeId) -> Result<bool, Refusal> {
        let (name, attributes): (&str, _) = match tree.node(id) {
            Node::Text(text) => {
                self.buffer.push_str(text);
                return Ok(false);
            }
            Node::Other => return Ok(true),
            Node::Element { name, attributes } => (name, attributes),
        };
        // A page that shows itself by a script is not hidden from people.
        let is_whole = matches!(name, "html" | "body");
        if SKIPPED.contains(&name)
            || (!is_whole && is_hidden(attributes))
            || (name == "button" && !self.is_title(attributes))
        {
            self.parted(name)?;
            return Ok(false);
        }
        match name {
            "title" => {
                self.flush()?;
                let title: String = tidy(&text_of(tree, id)).chars().take(200).collect();
                if self.parsed.title.is_none() && !title.is_empty() {
                    self.parsed.title = Some(title);
                }
                return Ok(false);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush()?;
                self.heading = Some(name.as_bytes()[1] - b'0');
                self.in_title += 1;
            }
            "summary" | "dt" => self.in_title += 1,
            _ => {}
        }
        match name {
            "br" => self.buffer.push(if self.in_pre > 0 { '\n' } else { ' ' }),
            "li" => {
                self.flush()?;
                self.buffer.push_str("- ");
            }
            // What a list item says stands in its first paragraph.
            "p" if self.buffer.trim() == "-" => {}
            _ => {
                // A heading without an end tag holds the paragraphs behind it.
                let is_behind_heading = BLOCKS.contains(&name) && !self.buffer.trim().is_empty();
                self.parted(name)?;
                if is_behind_heading {
                    self.heading = None;
                }
            }
        }
        if name == "pre" {
            self.in_pre += 1;
        }
        Ok(true)
    }

    fn leave(&mut self, tree: &Tree, id: NodeId) -> Result<(), Refusal> {
        let Node::Element { name, .. } = tree.node(id) else { return Ok(()) };
        match &**name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush()?;
                self.heading = None;
                self.in_title -= 1;
            }
            "td" | "th" => self.buffer.push_str(" | "),
            "pre" => {
                self.flush()?;
                self.in_pre -= 1;
            }
            "summary" | "dt" => {
                self.flush()?;
                self.in_title -= 1;
            }
            name => self.parted(name)?,
        }
        Ok(())
    }

    /// A button that opens an answer is its question; others are to be pressed, not read.
    fn is_title(&self, attributes: &[Attribute]) -> bool {
        self.in_title > 0 || attributes.iter().any(|a| matches!(&*a.name.local, "aria-expanded" | "aria-controls"))
    }

    fn parted(&mut self, name: &str) -> Result<(), Refusal> {
        if BLOCKS.contains(&name) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let buffer = std::mem::take(&mut self.buffer);
        let text = buffer.trim().trim_end_matches('|').trim();
        if text.is_empty() || text == "-" {
            return Ok(());
        }
        match self.heading {
            Some(level) => self.parsed.heading(level, text),
            None if self.in_pre > 0 => self.parsed.lines(buffer.trim_end()),
            None => self.parsed.text(text),
        }
    }
}

/// All the text inside.
fn text_of(tree: &Tree, id: NodeId) -> String {
    let (mut text, mut way) = (String::new(), vec![id]);
    while let Some(id) = way.pop() {
        if let Node::Text(part) = tree.node(id) {
            text.push_str(part);
        }
        way.extend(tree.children(id).iter().rev());
    }
    text
}

/// Whether the page hides this element from people: such text is where instructions to models are put.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &*attribute.name.local {
        "hidden" => true,
        "aria-hidden" => attribute.value.eq_ignore_ascii_case("true"),
        "style" => {
            let style: String =
                attribute.value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"].iter().any(|s| style.contains(s))
                || style.ends_with("opacity:0")
        }
        _ => false,
    })
}
