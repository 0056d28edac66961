//! What can be reached from where, by number instead of by name: the check runs on every stroke in the browser, and searching names
//! for every node of a large drawing takes seconds.

use std::collections::HashMap;

use super::graph::{Edge, FlowGraph};

/// The ways of a drawing, as node numbers. Ways that begin or end nowhere are left out.
pub(super) struct Reach<'a> {
    number: HashMap<&'a str, usize>,
    next: Vec<Vec<usize>>,
}

impl<'a> Reach<'a> {
    /// Over the ways that `keep` wants. Of two nodes with one name the first counts, as everywhere.
    pub fn new(graph: &'a FlowGraph, keep: impl Fn(&Edge) -> bool) -> Self {
        let mut number: HashMap<&str, usize> = HashMap::with_capacity(graph.nodes.len());
        for (i, node) in graph.nodes.iter().enumerate() {
            number.entry(node.id.as_str()).or_insert(i);
        }
        let mut next = vec![Vec::new(); graph.nodes.len()];
        for edge in graph.edges.iter().filter(|e| keep(e)) {
            if let (Some(&from), Some(&to)) = (number.get(edge.from.as_str()), number.get(edge.to.as_str())) {
                next[from].push(to);
            }
        }
        Self { number, next }
    }

    /// A node's number.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.number.get(id).copied()
    }

    /// For every number whether it can be reached from this one; a node reaches itself.
    pub fn from(&self, start: usize) -> Vec<bool> {
        let mut seen = vec![false; self.next.len()];
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                waiting.extend(&self.next[at]);
            }
        }
        seen
    }

    /// Whether a way leads from the node back to itself.
    pub fn is_on_loop(&self, id: &str) -> bool {
        self.number(id).is_some_and(|i| self.next[i].iter().any(|n| self.from(*n)[i]))
    }
}
