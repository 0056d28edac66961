//! Whether a drawing may be kept at all, finished or not: one set of rules for saving, the API and a file's import. What keeps it from
//! starting is in `check`.

use super::check::MAX_NODES;
use super::graph::{FlowGraph, GRAPH_VERSION};
use crate::problem::Problems;

/// The most ways a drawing may have.
const MAX_EDGES: usize = 5_000;
/// The largest drawing as JSON, in bytes.
const MAX_BYTES: usize = 512 * 1024;
/// How far from the middle a step may stand, in canvas pixels.
const FARTHEST: i32 = 100_000;

impl FlowGraph {
    /// Everything that keeps the drawing from being kept, at most 20 problems.
    pub fn shape(&self) -> Problems {
        let mut problems = Problems::none();
        if self.version != GRAPH_VERSION {
            problems.add("graph.version", format!("This version of drawings is not known here; use {GRAPH_VERSION}."));
        }
        if self.nodes.is_empty() {
            problems.add("graph.nodes", "A flow has at least its start; this one has no steps.");
        }
        if self.nodes.len() as u64 > u64::from(MAX_NODES) {
            problems.add(
                "graph.nodes",
                format!("A flow may have at most {MAX_NODES} steps; this one has {}.", self.nodes.len()),
            );
        }
        if self.edges.len() > MAX_EDGES {
            problems.add(
                "graph.edges",
                format!("A flow may have at most {MAX_EDGES} ways; this one has {}.", self.edges.len()),
            );
        }
        for (i, node) in self.nodes.iter().enumerate() {
            if node.id.is_empty() || node.id.len() > 40 {
                problems
                    .add("graph.nodes", format!("Step {} has no usable id: give it one of 1 to 40 characters.", i + 1));
            }
            if node.title.chars().count() > 120 {
                problems.add(format!("nodes.{}", node.id), "A step's title may have at most 120 characters.");
            }
            if node.at.x.unsigned_abs().max(node.at.y.unsigned_abs()) > FARTHEST.unsigned_abs() {
                problems.add(
                    format!("nodes.{}", node.id),
                    format!("A step may stand at most {FARTHEST} pixels from the middle."),
                );
            }
        }
        for (node, _, message) in self.doubles() {
            problems.add(format!("nodes.{node}"), message);
        }
        match serde_json::to_string(self) {
            Ok(json) if json.len() > MAX_BYTES => problems.add("graph", "This drawing is too large to be kept."),
            Ok(json) if json.contains("\\u0000") => {
                problems.add("graph", "The drawing contains a character that cannot be kept (NUL).");
            }
            Ok(_) => {}
            Err(error) => problems.add("graph", format!("This drawing cannot be written as JSON: {error}.")),
        }
        problems.0.truncate(20);
        problems
    }
}
