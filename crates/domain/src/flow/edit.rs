//! Every gesture of the flow editor as data, and the one function that applies it. Undo is a list of earlier drawings.

use serde::{Deserialize, Serialize};

use super::graph::{Edge, FlowGraph, Node, NodeId, NodeKind, Point, Port};
use super::reach::Reach;

/// One gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum FlowEdit {
    /// Puts a new node on the canvas.
    Add {
        /// What it does.
        kind: NodeKind,
        /// Where.
        at: Point,
    },
    /// Puts a new node behind an exit; what followed the exit follows the new node's first exit.
    InsertAfter {
        /// The node before.
        from: NodeId,
        /// Its exit.
        port: Port,
        /// What the new node does.
        kind: NodeKind,
    },
    /// Moves a node.
    Move {
        /// Which.
        id: NodeId,
        /// Where to.
        at: Point,
    },
    /// Changes what a node does. Ways from exits that it no longer has go.
    Change {
        /// Which.
        id: NodeId,
        /// To what.
        kind: NodeKind,
    },
    /// Takes a case out of a branch, with its way. The ways of the other cases stay theirs.
    RemoveCase {
        /// Which branch.
        id: NodeId,
        /// Which case, from 0.
        case: u32,
    },
    /// Moves a case of a branch up or down, with its way.
    MoveCase {
        /// Which branch.
        id: NodeId,
        /// Which case, from 0.
        case: u32,
        /// Its new place among the cases.
        to: u32,
    },
    /// Changes what stands on a node.
    Rename {
        /// Which.
        id: NodeId,
        /// The new words.
        title: String,
    },
    /// Takes a node away, with its ways. The start stays.
    Remove {
        /// Which.
        id: NodeId,
    },
    /// Draws a way; an exit has one, so it replaces the old one.
    Connect {
        /// From which node.
        from: NodeId,
        /// From which exit.
        port: Port,
        /// To which node.
        to: NodeId,
    },
    /// Takes a way away.
    Disconnect {
        /// From which node.
        from: NodeId,
        /// From which exit.
        port: Port,
    },
    /// Replaces the whole drawing (an import or a starter).
    Replace {
        /// By this one.
        graph: FlowGraph,
    },
    /// Puts every node in its row, top down.
    Arrange,
}

/// The horizontal room of one column and the vertical room of one row, in canvas pixels.
pub const COLUMN: i32 = 280;
/// See [`COLUMN`].
pub const ROW: i32 = 150;

/// A way as node numbers, and how many columns to the right of its source its target stands.
#[derive(Clone, Copy)]
struct Way {
    from: usize,
    to: usize,
    aside: i32,
}

impl NodeKind {
    /// How many columns to the right of this node what follows by that exit stands: behind the first one straight down.
    fn aside(&self, port: &str) -> Option<i32> {
        let index = self.exits().iter().position(|e| e.port == port)?;
        i32::try_from(index).ok()
    }

    /// How many columns the node covers: many exits make it wide.
    fn columns(&self) -> i32 {
        i32::try_from(self.exits().len()).map_or(1, |n| (n * 78 + 40).div_euclid(COLUMN) + 1)
    }
}

impl FlowGraph {
    /// The drawing after the gesture. One that makes no sense (an unknown node, a way into the start) changes nothing.
    pub fn apply(&self, edit: &FlowEdit) -> FlowGraph {
        let mut graph = self.clone();
        match edit {
            FlowEdit::Add { kind, at } => {
                let id = graph.next_id();
                graph.nodes.push(Node { id, title: String::new(), at: *at, kind: kind.clone() });
            }
            FlowEdit::InsertAfter { from, port, kind } => graph.insert_after(from, port, kind),
            FlowEdit::Move { id, at } => graph.change(id, |node| node.at = *at),
            FlowEdit::Rename { id, title } => {
                graph.change(id, |node| node.title = crate::text::cut(title.trim(), 60).to_owned())
            }
            FlowEdit::Change { id, kind } => {
                graph.change(id, |node| node.kind = kind.clone());
                let ports: Vec<Port> = kind.exits().into_iter().map(|e| e.port).collect();
                graph.edges.retain(|e| e.from != *id || ports.contains(&e.port));
            }
            FlowEdit::RemoveCase { id, case } => graph.order_cases(id, |order| {
                order.retain(|old| old != case);
            }),
            FlowEdit::MoveCase { id, case, to } => graph.order_cases(id, |order| {
                if let (Ok(from), Ok(to)) = (usize::try_from(*case), usize::try_from(*to))
                    && from < order.len()
                    && to < order.len()
                {
                    let moved = order.remove(from);
                    order.insert(to, moved);
                }
            }),
            FlowEdit::Remove { id } => {
                if graph.node(id).is_some_and(|n| n.kind != NodeKind::Start) {
                    graph.nodes.retain(|n| n.id != *id);
                    graph.edges.retain(|e| e.from != *id && e.to != *id);
                }
            }
            FlowEdit::Connect { from, port, to } => {
                let has_exit = graph.node(from).is_some_and(|n| n.kind.exits().iter().any(|e| e.port == *port));
                let may_enter = graph.node(to).is_some_and(|n| n.kind != NodeKind::Start);
                if has_exit && may_enter && from != to {
                    graph.edges.retain(|e| e.from != *from || e.port != *port);
                    graph.edges.push(Edge { from: from.clone(), port: port.clone(), to: to.clone() });
                }
            }
            FlowEdit::Disconnect { from, port } => graph.edges.retain(|e| e.from != *from || e.port != *port),
            FlowEdit::Replace { graph: other } => graph = other.clone(),
            FlowEdit::Arrange => graph.arrange(),
        }
        graph
    }

    fn change(&mut self, id: &str, with: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.iter_mut().find(|n| n.id == id) {
            with(node);
        }
    }

    /// Puts a branch's cases into another order, or leaves some out. `with` changes the list of their old places; each way follows
    /// its case.
    fn order_cases(&mut self, id: &str, with: impl FnOnce(&mut Vec<u32>)) {
        let Some(NodeKind::Branch { cases }) = self.nodes.iter_mut().find(|n| n.id == id).map(|n| &mut n.kind) else {
            return;
        };
        let mut order: Vec<u32> = (0..).take(cases.len()).collect();
        with(&mut order);
        *cases = order.iter().filter_map(|old| cases.get(usize::try_from(*old).ok()?).cloned()).collect();
        self.edges.retain_mut(|edge| {
            let old = edge.port.strip_prefix("case:").filter(|_| edge.from == id).and_then(|n| n.parse::<u32>().ok());
            let Some(old) = old else { return true };
            match order.iter().position(|o| *o == old) {
                Some(new) => edge.port = format!("case:{new}"),
                None => return false,
            }
            true
        });
    }

    fn insert_after(&mut self, from: &str, port: &str, kind: &NodeKind) {
        let Some(before) = self.node(from) else { return };
        let Some(aside) = before.kind.aside(port) else { return };
        let at = Point { x: before.at.x + aside * COLUMN, y: before.at.y + ROW };
        let id = self.next_id();
        let old = self.edges.iter().position(|e| e.from == from && e.port == port).map(|i| self.edges.remove(i).to);
        if let (Some(to), Some(first)) = (old, kind.exits().first()) {
            self.edges.push(Edge { from: id.clone(), port: first.port.clone(), to });
        }
        // What stands below makes room, so that nothing overlaps.
        for node in self.nodes.iter_mut().filter(|n| n.at.y >= at.y) {
            node.at.y += ROW;
        }
        self.edges.push(Edge { from: from.to_owned(), port: port.to_owned(), to: id.clone() });
        self.nodes.push(Node { id, title: String::new(), at, kind: kind.clone() });
    }

    /// Rows by the longest way from the start; columns beside each other in the order of the exits, the main line straight down. What
    /// cannot be reached stands to the right of everything.
    fn arrange(&mut self) {
        let ways = self.downward();
        let count = self.nodes.len();
        let mut row: Vec<Option<usize>> = vec![None; count];
        if let Some(start) = self.nodes.iter().position(|n| n.kind == NodeKind::Start) {
            row[start] = Some(0);
        }
        // At most `count` rounds, as no way is longer.
        for _ in 0..count {
            let mut moved = false;
            for way in &ways {
                if let Some(above) = row[way.from]
                    && row[way.to].is_none_or(|r| r < above + 1)
                {
                    row[way.to] = Some(above + 1);
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        let mut column: Vec<i32> = vec![0; count];
        let rows = row.iter().flatten().max().map_or(0, |r| r + 1);
        let mut widest = 0;
        for r in 0..rows {
            // Those above have their columns by now, so each knows where it would like to stand.
            let wish =
                |i: usize| ways.iter().filter(|w| w.to == i).map(|w| column[w.from] + w.aside).min().unwrap_or(0);
            let mut here: Vec<(i32, usize)> = (0..count).filter(|i| row[*i] == Some(r)).map(|i| (wish(i), i)).collect();
            here.sort_unstable();
            let mut free = 0;
            for (wish, i) in here {
                column[i] = wish.max(free);
                free = column[i] + self.nodes[i].kind.columns();
                widest = widest.max(free);
            }
        }
        let mut strays = 0;
        for (i, node) in self.nodes.iter_mut().enumerate() {
            let (x, y) = match row[i] {
                Some(r) => (column[i], i32::try_from(r).unwrap_or(0)),
                None => {
                    strays += 1;
                    (widest, strays - 1)
                }
            };
            node.at = Point { x: x * COLUMN, y: y * ROW };
        }
    }

    /// The ways without those that lead back up in a loop, found by walking from the start.
    fn downward(&self) -> Vec<Way> {
        let reach = Reach::new(self, |_| true);
        let mut out: Vec<Vec<Way>> = self.nodes.iter().map(|_| vec![]).collect();
        for edge in &self.edges {
            if let (Some(from), Some(to)) = (reach.number(&edge.from), reach.number(&edge.to))
                && let Some(aside) = self.nodes[from].kind.aside(&edge.port)
            {
                out[from].push(Way { from, to, aside });
            }
        }
        out.iter_mut().for_each(|ways| ways.sort_by_key(|w| w.aside));
        let mut kept = Vec::new();
        // 0 not seen, 1 on the path that is being walked, 2 done.
        let mut state = vec![0u8; self.nodes.len()];
        let mut path: Vec<(usize, usize)> = Vec::new();
        if let Some(start) = self.start().and_then(|n| reach.number(&n.id)) {
            state[start] = 1;
            path.push((start, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            match out[*at].get(*next) {
                None => {
                    state[*at] = 2;
                    path.pop();
                }
                Some(way) => {
                    *next += 1;
                    if state[way.to] != 1 {
                        kept.push(*way);
                    }
                    if state[way.to] == 0 {
                        state[way.to] = 1;
                        path.push((way.to, 0));
                    }
                }
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests;
