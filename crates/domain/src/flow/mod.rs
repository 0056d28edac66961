//! A campaign's drawing: what it is, how it is edited, what may be wrong with it, and what it does next.

pub mod check;
pub mod condition;
pub mod edit;
pub mod graph;
pub mod starter;
pub mod step;

pub use graph::{Edge, FlowGraph, Node, NodeId, NodeKind, Point, Port};
