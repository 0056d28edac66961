//! A page as the tree that a browser makes of it (html5ever): which tag ends where is decided there. Kept flat, so that a deep page costs no
//! stack.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, Namespace, QualName, TokenizerResult};

use crate::Refusal;

/// A page of more parts is refused.
const MAX_NODES: usize = 2_000_000;

/// Deeper elements are left out and their text kept: with every open element each further tag costs more, and no page that people read is so
/// deep.
const MAX_DEPTH: usize = 400;
/// Elements whose inside is no markup: the tokenizer has to hear of them however deep they stand.
const RAW: &[&str] =
    &["title", "textarea", "script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"];

/// The number of a node.
pub(super) type NodeId = usize;

/// One part of a page.
pub(super) enum Node {
    Element {
        name: LocalName,
        attributes: Vec<Attribute>,
    },
    Text(String),
    /// The document, comments, and what nobody sees.
    Other,
}

struct Placed {
    node: Node,
    name: QualName,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
    depth: usize,
}

/// A page.
pub(super) struct Tree {
    nodes: Vec<Placed>,
}

impl Tree {
    /// Reads a page.
    pub fn read(page: &str) -> Result<Self, Refusal> {
        let sink = Sink { nodes: RefCell::new(Vec::new()), depth: Cell::new(0) };
        sink.make(Node::Other, nameless());
        let builder = Shallow(TreeBuilder::new(sink, TreeBuilderOpts::default()));
        let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(page));
        // It stops at scripts, which are not run, and where a page names its encoding, which is known.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.end();
        let tree = tokenizer.sink.0.sink.finish();
        if tree.nodes.len() >= MAX_NODES { Err(Refusal::TooMuchText) } else { Ok(tree) }
    }

    /// The document itself.
    pub const ROOT: NodeId = 0;

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id].node
    }

    pub fn children(&self, id: NodeId) -> &[NodeId] {
        &self.nodes[id].children
    }
}

/// Keeps the builder from going too deep.
struct Shallow(TreeBuilder<NodeId, Sink>);

impl TokenSink for Shallow {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if let Token::TagToken(tag) = &token
            && tag.kind == TagKind::StartTag
            && self.0.sink.depth.get() >= MAX_DEPTH
            && !RAW.contains(&&*tag.name)
        {
            return TokenSinkResult::Continue;
        }
        self.0.process_token(token, line)
    }

    fn end(&self) {
        self.0.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

struct Sink {
    nodes: RefCell<Vec<Placed>>,
    /// How deep the element stands that was opened last and is still open.
    depth: Cell<usize>,
}

fn nameless() -> QualName {
    QualName::new(None, Namespace::default(), LocalName::default())
}

/// The name of an element, as the parser asks for it.
#[derive(Debug)]
struct Name(QualName);

impl html5ever::interface::ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Sink {
    fn make(&self, node: Node, name: QualName) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        // Beyond the limit everything is the last node: the page is refused, and until then it takes no more room.
        if nodes.len() < MAX_NODES {
            nodes.push(Placed { node, name, parent: None, children: Vec::new(), depth: 0 });
        }
        nodes.len() - 1
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            nodes[parent].children.retain(|child| *child != id);
        }
    }

    /// Puts a node or text before the child at `at`, or at the end.
    fn put(&self, parent: NodeId, at: Option<usize>, child: NodeOrText<NodeId>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let end = at.unwrap_or(nodes[parent].children.len());
                let before = end.checked_sub(1).and_then(|i| nodes[parent].children.get(i).copied());
                if let Some(Placed { node: Node::Text(before), .. }) = before.map(|id| &mut nodes[id]) {
                    before.push_str(&text);
                    return;
                }
                drop(nodes);
                self.make(Node::Text(text.to_string()), nameless())
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        if id == parent {
            return;
        }
        nodes[id].parent = Some(parent);
        nodes[id].depth = nodes[parent].depth + 1;
        if matches!(nodes[id].node, Node::Element { .. }) {
            self.depth.set(nodes[id].depth);
        }
        let end = at.unwrap_or(nodes[parent].children.len()).min(nodes[parent].children.len());
        nodes[parent].children.insert(end, id);
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Name;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        Tree::ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name {
        Name(self.nodes.borrow()[*target].name.clone())
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.make(Node::Element { name: name.local.clone(), attributes }, name)
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.make(Node::Other, nameless())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.make(Node::Other, nameless())
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.put(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.nodes.borrow()[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        self.depth.set(self.nodes.borrow()[*node].depth.saturating_sub(1));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.detach(*id);
        }
        let place = {
            let nodes = self.nodes.borrow();
            let parent = nodes[*sibling].parent;
            parent.map(|parent| (parent, nodes[parent].children.iter().position(|c| c == sibling)))
        };
        if let Some((parent, at)) = place {
            self.put(parent, at, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, new: Vec<Attribute>) {
        if let Node::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].node {
            for one in new {
                if !attributes.iter().any(|held| held.name == one.name) {
                    attributes.push(one);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        for child in &children {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(children);
    }
}
