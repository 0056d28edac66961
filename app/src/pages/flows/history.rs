//! The document: the drawing as it is, as it was, and as it would be again. Undo is a list of earlier drawings.
//!
//! Not here: signals. What is typed into one field counts as one step back.

use domain::flow::edit::FlowEdit;
use domain::flow::{FlowGraph, NodeKind};

/// How many steps back are kept.
const MOST: usize = 100;

/// The drawing and its past.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    past: Vec<FlowGraph>,
    now: FlowGraph,
    future: Vec<FlowGraph>,
    /// The field that is being typed into.
    typing: Option<String>,
}

impl History {
    /// A document without a past.
    pub fn new(now: FlowGraph) -> Self {
        Self { past: vec![], now, future: vec![], typing: None }
    }

    /// The drawing as it is.
    pub fn now(&self) -> &FlowGraph {
        &self.now
    }

    /// Carries out a gesture; says whether it changed anything.
    pub fn apply(&mut self, edit: &FlowEdit) -> bool {
        let next = self.now.apply(edit);
        if next == self.now {
            return false;
        }
        let field = typed_field(edit);
        let before = std::mem::replace(&mut self.now, next);
        if field.is_none() || field != self.typing {
            self.past.push(before);
            if self.past.len() > MOST {
                self.past.remove(0);
            }
        }
        self.typing = field;
        self.future.clear();
        true
    }

    /// One step back.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.now, before));
        self.typing = None;
        true
    }

    /// One step forward again.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.now, after));
        self.typing = None;
        true
    }

    /// Whether there is a step back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step forward.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The next change begins a step of its own, even in the same field.
    pub fn pause(&mut self) {
        self.typing = None;
    }
}

/// The field a gesture types into, if it is typing.
fn typed_field(edit: &FlowEdit) -> Option<String> {
    match edit {
        FlowEdit::Rename { id, .. } => Some(format!("{id}.title")),
        FlowEdit::Change { id, kind } => match kind {
            NodeKind::Webhook { .. } => Some(format!("{id}.url")),
            NodeKind::Branch { cases } => Some(format!("{id}.cases.{}", cases.len())),
            NodeKind::WaitReply { .. } | NodeKind::Delay { .. } => Some(format!("{id}.secs")),
            // Chosen from a list, or nothing to change.
            NodeKind::Start | NodeKind::Send { .. } | NodeKind::Agent { .. } | NodeKind::End => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::Point;

    fn rename(title: &str) -> FlowEdit {
        FlowEdit::Rename { id: "n1".into(), title: title.into() }
    }

    fn add() -> FlowEdit {
        FlowEdit::Add { kind: NodeKind::End, at: Point::default() }
    }

    #[test]
    fn a_step_back_and_forward_gives_the_same_drawing() {
        let mut doc = History::new(FlowGraph::blank());
        assert!(!doc.can_undo() && !doc.undo() && !doc.redo());
        assert!(doc.apply(&add()));
        let drawn = doc.now().clone();
        assert!(doc.undo());
        assert_eq!(*doc.now(), FlowGraph::blank());
        assert!(doc.can_redo() && doc.redo());
        assert_eq!(*doc.now(), drawn);
    }

    #[test]
    fn a_new_gesture_forgets_what_was_undone() {
        let mut doc = History::new(FlowGraph::blank());
        doc.apply(&add());
        doc.undo();
        doc.apply(&rename("Hello"));
        assert!(!doc.can_redo());
    }

    #[test]
    fn nonsense_is_no_step() {
        let mut doc = History::new(FlowGraph::blank());
        assert!(!doc.apply(&FlowEdit::Remove { id: "n9".into() }));
        assert!(!doc.can_undo());
    }

    #[test]
    fn typing_a_word_is_one_step_back() {
        let mut doc = History::new(FlowGraph::blank());
        for text in ["H", "He", "Hel"] {
            doc.apply(&rename(text));
        }
        doc.undo();
        assert_eq!(doc.now().nodes[0].title, "");
        doc.redo();
        doc.pause();
        doc.apply(&rename("Help"));
        doc.undo();
        assert_eq!(doc.now().nodes[0].title, "Hel");
    }

    #[test]
    fn the_past_is_bounded() {
        let mut doc = History::new(FlowGraph::blank());
        for _ in 0..(MOST + 20) {
            doc.apply(&add());
        }
        let mut steps = 0;
        while doc.undo() {
            steps += 1;
        }
        assert_eq!(steps, MOST);
    }
}
