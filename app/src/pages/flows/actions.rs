//! What can be done with the drawing, from wherever it is asked for: every change goes through [`Editor::edit`]. Not here: events.

use domain::flow::edit::FlowEdit;
use domain::flow::{NodeId, NodeKind};
use leptos::prelude::*;

use super::geometry;
use super::history::History;
use super::kinds::{self, Offer};
use super::state::{Editor, Place, Selected};

impl Editor {
    /// Carries out a gesture, if this person may; says whether anything changed.
    pub fn edit(&self, edit: &FlowEdit) -> bool {
        if !self.may_write {
            return false;
        }
        let mut next = self.doc.get_untracked();
        let changed = next.apply(edit);
        if changed {
            self.doc.set(next);
        }
        changed
    }

    /// One step back.
    pub fn undo(&self) {
        self.doc.update(|d| {
            d.undo();
        });
        self.drop_lost_selection();
    }

    /// One step forward again.
    pub fn redo(&self) {
        self.doc.update(|d| {
            d.redo();
        });
        self.drop_lost_selection();
    }

    fn drop_lost_selection(&self) {
        let lost = self.selection.with_untracked(|s| {
            self.doc.with_untracked(|d| match s {
                Selected::Nothing => false,
                Selected::Node(id) => d.now().node(id).is_none(),
                Selected::Edge(id, port) => d.now().target(id, port).is_none(),
            })
        });
        if lost {
            self.selection.set(Selected::Nothing);
        }
    }

    /// Selects a node.
    pub fn select(&self, id: &str) {
        if self.selection.with_untracked(|s| !matches!(s, Selected::Node(n) if n == id)) {
            self.doc.update_untracked(History::pause);
            self.selection.set(Selected::Node(id.to_owned()));
        }
    }

    /// Selects a node and brings it into sight.
    pub fn go_to(&self, id: &str) {
        self.select(id);
        let rect = self.doc.with_untracked(|d| d.now().node(id).map(|n| geometry::rect_of(n, self.height())));
        let screen = self.screen.get_untracked();
        if let Some(rect) = rect
            && screen.x > 0.0
        {
            self.view.update(|v| *v = geometry::reveal(*v, rect, screen));
        }
    }

    /// The selected node's id, for event handlers.
    pub fn selected_node_untracked(&self) -> Option<NodeId> {
        self.selection.with_untracked(|s| match s {
            Selected::Node(id) => Some(id.clone()),
            _ => None,
        })
    }

    /// Puts a new step in its place, and selects it.
    pub fn add(&self, offer: Offer, place: &Place) {
        let kind = self.known.with_untracked(|k| offer.fresh(k));
        self.add_kind(kind, place);
    }

    /// The same, with the step already set.
    pub fn add_kind(&self, kind: NodeKind, place: &Place) {
        let id = self.doc.with_untracked(|d| d.now().next_id());
        let added = match place {
            Place::Behind(from, port) => {
                self.edit(&FlowEdit::InsertAfter { from: from.clone(), port: port.clone(), kind })
            }
            Place::Free(at, from) => {
                let add = FlowEdit::Add { kind, at: *at };
                match from {
                    None => self.edit(&add),
                    // One gesture, so one step back.
                    Some((from, port)) => {
                        let connect = FlowEdit::Connect { from: from.clone(), port: port.clone(), to: id.clone() };
                        let graph = self.doc.with_untracked(|d| d.now().apply(&add).apply(&connect));
                        self.edit(&FlowEdit::Replace { graph })
                    }
                }
            }
        };
        if added {
            self.go_to(&id);
        }
    }

    /// Removes a node, with a way back.
    pub fn remove_node(&self, id: &str) {
        let node = self.doc.with_untracked(|d| d.now().node(id).cloned());
        let Some(node) = node else { return };
        if node.kind == NodeKind::Start {
            self.toasts.info("The start stays: every run begins there.");
            return;
        }
        if self.edit(&FlowEdit::Remove { id: id.to_owned() }) {
            self.selection.set(Selected::Nothing);
            self.offer_undo(format!("“{}” removed.", kinds::title(&node)));
        }
    }

    /// Removes a way, with a way back.
    pub fn remove_edge(&self, from: &str, port: &str) {
        if self.edit(&FlowEdit::Disconnect { from: from.to_owned(), port: port.to_owned() }) {
            self.selection.set(Selected::Nothing);
            self.offer_undo("Connection removed.".to_owned());
        }
    }

    /// Says what was done, and offers to take it back while nothing else happened since.
    pub fn offer_undo(&self, text: String) {
        let (this, now) = (*self, self.doc.with_untracked(|d| d.now().clone()));
        self.toasts.undo(text, move || {
            if this.doc.try_with_untracked(|d| *d.now() == now) == Some(true) {
                this.undo();
            }
        });
    }
}
