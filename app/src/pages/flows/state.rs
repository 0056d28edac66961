//! What the parts of the editor share: one copyable handle, given down by context. Not here: views, events.
//!
//! The document is one signal. Everything that is only about looking (view, selection, what is being dragged) has its own signal, so
//! that a drag wakes one node and its ways, and a pan wakes one transform.

use std::collections::{BTreeMap, HashMap};

use domain::campaign::{Campaign, NodeProgress};
use domain::flow::check::{FlowProblem, Known};
use domain::flow::{FlowGraph, Node, NodeId, Point, Port};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::computed::Selector;

use super::api::EditorData;
use super::geometry::{self, HEIGHT, Rect, Spot, View};
use super::gesture::Gesture;
use super::history::History;
use super::kinds::Offer;
use crate::ui::{Toasts, use_toasts};

/// What is selected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Selected {
    /// Nothing.
    #[default]
    Nothing,
    /// A node.
    Node(NodeId),
    /// The way from an exit.
    Edge(NodeId, Port),
}

/// A way that is being drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// From which node.
    pub from: NodeId,
    /// From which exit.
    pub port: Port,
    /// Where it begins, on the canvas.
    pub start: Spot,
    /// Where its loose end is, on the canvas.
    pub end: Spot,
}

/// A menu of steps, open somewhere on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct KindMenu {
    /// Where, on the screen.
    pub at: Spot,
    /// Where the chosen step goes.
    pub place: Place,
}

/// Where a new step goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Behind an exit; what followed follows the new step.
    Behind(NodeId, Port),
    /// To a free place, connected from an exit if there is one.
    Free(Point, Option<(NodeId, Port)>),
}

/// A step that is being dragged out of the palette: which, and where it is in the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carried {
    /// Which.
    pub offer: Offer,
    /// Where, in the window.
    pub at: Spot,
}

/// The problems of one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// The first one's sentence, blocking ones first.
    pub first: String,
    /// Whether that one keeps the campaign from starting.
    pub blocking: bool,
    /// How many there are.
    pub count: u32,
}

/// Cheap per-key answers: only the rows whose answer changes wake up.
#[derive(Clone)]
struct Selectors {
    selected: Selector<Selected>,
    dragged: Selector<Option<NodeId>>,
    aimed: Selector<Option<NodeId>>,
}

/// The editor.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The campaign whose drawing this is.
    pub campaign: StoredValue<Campaign>,
    /// The number of the frozen version that new runs get.
    pub version: Option<i32>,
    /// Whether it was ever started: then nodes carry counters.
    pub started: bool,
    /// Whether this person may change it.
    pub may_write: bool,
    /// The document.
    pub doc: RwSignal<History>,
    /// The drawing as it was last saved.
    pub saved: RwSignal<FlowGraph>,
    /// The revision that a save builds on.
    pub revision: RwSignal<i32>,
    /// The templates and agents that steps may name.
    pub known: RwSignal<Known>,
    /// Counters by node.
    pub progress: RwSignal<HashMap<NodeId, NodeProgress>>,
    /// Everything wrong with the drawing.
    pub problems: Memo<Vec<FlowProblem>>,
    troubles: Memo<BTreeMap<NodeId, Trouble>>,
    /// Whether there are changes that are not saved.
    pub unsaved: Memo<bool>,
    /// What is selected.
    pub selection: RwSignal<Selected>,
    /// The part of the canvas that is seen.
    pub view: RwSignal<View>,
    /// The canvas's size on the screen.
    pub screen: RwSignal<Spot>,
    /// The canvas's element.
    pub root: NodeRef<Div>,
    /// The gesture that is going on.
    pub gesture: StoredValue<Gesture>,
    /// The node that is being dragged.
    pub dragged: RwSignal<Option<NodeId>>,
    /// Where it is meanwhile.
    pub dragged_to: RwSignal<Point>,
    /// The way that is being drawn.
    pub wire: RwSignal<Option<Wire>>,
    /// The node its loose end is over.
    pub aimed: RwSignal<Option<NodeId>>,
    /// The menu of steps.
    pub menu: RwSignal<Option<KindMenu>>,
    /// What is being dragged out of the palette.
    pub carried: RwSignal<Option<Carried>>,
    /// Whether the problems are listed.
    pub problems_open: RwSignal<bool>,
    /// Whether an empty drawing invites to begin with a ready-made one.
    pub invites: RwSignal<bool>,
    /// Whether the gallery is open.
    pub gallery_open: RwSignal<bool>,
    /// `canvas` or `outline`.
    pub mode: RwSignal<String>,
    /// Short news.
    pub toasts: Toasts,
    /// Whether a save is on its way.
    pub saving: RwSignal<bool>,
    /// Whether somebody else saved meanwhile.
    pub conflict: RwSignal<bool>,
    selectors: StoredValue<Selectors>,
}

/// The editor around this part.
pub fn use_editor() -> Editor {
    use_context::<Editor>().expect("every part of the editor stands inside EditorView, which provides it")
}

fn by_node(progress: Vec<NodeProgress>) -> HashMap<NodeId, NodeProgress> {
    progress.into_iter().map(|p| (p.node.clone(), p)).collect()
}

impl Editor {
    /// The editor of a drawing, as it was loaded.
    pub fn new(data: EditorData, may_write: bool) -> Self {
        let EditorData { campaign, flow, known, progress, version } = data;
        let saved = RwSignal::new(flow.graph.clone());
        let doc = RwSignal::new(History::new(flow.graph));
        let known = RwSignal::new(known);
        let problems = Memo::new(move |_| doc.with(|d| known.with(|k| d.now().check(k))));
        let troubles = Memo::new(move |_| problems.with(|list| troubles(list)));
        let unsaved = Memo::new(move |_| doc.with(|d| saved.with(|s| d.now() != s)));
        let (selection, dragged, aimed) = (RwSignal::new(Selected::Nothing), RwSignal::new(None), RwSignal::new(None));
        let selectors = Selectors {
            selected: Selector::new(move || selection.get()),
            dragged: Selector::new(move || dragged.get()),
            aimed: Selector::new(move || aimed.get()),
        };
        Self {
            started: campaign.started_at.is_some(),
            campaign: StoredValue::new(campaign),
            version,
            may_write,
            doc,
            saved,
            revision: RwSignal::new(flow.revision),
            known,
            progress: RwSignal::new(by_node(progress)),
            problems,
            troubles,
            unsaved,
            selection,
            view: RwSignal::new(View::default()),
            screen: RwSignal::new(Spot::default()),
            root: NodeRef::new(),
            gesture: StoredValue::new(Gesture::default()),
            dragged,
            dragged_to: RwSignal::new(Point::default()),
            wire: RwSignal::new(None),
            aimed,
            menu: RwSignal::new(None),
            carried: RwSignal::new(None),
            problems_open: RwSignal::new(false),
            invites: RwSignal::new(true),
            gallery_open: RwSignal::new(false),
            mode: RwSignal::new("canvas".to_owned()),
            toasts: use_toasts(),
            saving: RwSignal::new(false),
            conflict: RwSignal::new(false),
            selectors: StoredValue::new(selectors),
        }
    }

    /// Takes in what changed around the drawing.
    pub fn look(&self, around: super::api::Around) {
        // The page may be gone by now.
        let Some(is_known) = self.known.try_with_untracked(|k| *k == around.known) else { return };
        if !is_known {
            self.known.set(around.known);
        }
        self.progress.set(by_node(around.progress));
    }

    /// A node's height.
    pub fn height(&self) -> f64 {
        if self.started { HEIGHT.1 } else { HEIGHT.0 }
    }

    /// Shows the whole drawing.
    pub fn fit(&self) {
        let screen = self.screen.get_untracked();
        let view = self.doc.with_untracked(|d| geometry::fit(d.now(), self.height(), screen));
        self.view.set(view);
    }

    /// Larger or smaller around the middle.
    pub fn zoom(&self, factor: f64) {
        let screen = self.screen.get_untracked();
        self.view.update(|v| *v = v.zoomed(Spot::new(screen.x / 2.0, screen.y / 2.0), factor));
    }

    /// A node as it is; wakes only when that node changes.
    pub fn node(&self, id: NodeId) -> Memo<Option<Node>> {
        let doc = self.doc;
        Memo::new(move |_| doc.with(|d| d.now().node(&id).cloned()))
    }

    /// A node's problems; wakes only when they change.
    pub fn trouble(&self, id: NodeId) -> Memo<Option<Trouble>> {
        let troubles = self.troubles;
        Memo::new(move |_| troubles.with(|t| t.get(&id).cloned()))
    }

    /// Whether this is what is selected. For use in reactive places.
    pub fn is_selected(&self, what: &Selected) -> bool {
        self.selectors.with_value(|s| s.selected.selected(what))
    }

    /// Whether the loose end of a new way is over this node. For use in reactive places.
    pub fn is_aimed(&self, id: &Option<NodeId>) -> bool {
        self.selectors.with_value(|s| s.aimed.selected(id))
    }

    /// Where a node is: where it is dragged to, else where the drawing has it. For use in reactive places.
    pub fn place_of(&self, id: &Option<NodeId>, drawn: Point) -> Point {
        if self.selectors.with_value(|s| s.dragged.selected(id)) { self.dragged_to.get() } else { drawn }
    }

    /// The box of a node of that many exits at that place.
    pub fn box_at(&self, at: Point, exits: usize) -> Rect {
        geometry::node_rect(at.into(), exits, self.height())
    }
}

/// The problems by node, blocking ones first.
fn troubles(list: &[FlowProblem]) -> BTreeMap<NodeId, Trouble> {
    let mut by: BTreeMap<NodeId, Trouble> = BTreeMap::new();
    for problem in list {
        let Some(node) = &problem.node else { continue };
        let trouble = by.entry(node.clone()).or_default();
        trouble.count += 1;
        if trouble.count == 1 || (problem.blocking && !trouble.blocking) {
            trouble.first.clone_from(&problem.message);
            trouble.blocking = problem.blocking;
        }
    }
    by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_first_problem_is_a_blocking_one() {
        let problem = |node: &str, message: &str, blocking| FlowProblem {
            node: Some(node.into()),
            code: "x".into(),
            message: message.into(),
            blocking,
        };
        let by = troubles(&[
            problem("n1", "advice", false),
            problem("n1", "first", true),
            problem("n1", "second", true),
            problem("n2", "advice", false),
            FlowProblem { node: None, ..problem("", "whole", true) },
        ]);
        assert_eq!(by.len(), 2);
        assert_eq!(by["n1"], Trouble { first: "first".into(), blocking: true, count: 3 });
        assert!(!by["n2"].blocking);
    }
}
