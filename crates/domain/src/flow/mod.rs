//! A campaign's drawing: what it is, how it is edited, what may be wrong with it, and what it does next.

pub mod check;
pub mod condition;
pub mod edit;
pub mod graph;
mod reach;
mod shape;
pub mod starter;
pub mod step;

#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod step_tests;

pub use graph::{Edge, FlowGraph, Node, NodeId, NodeKind, Point, Port};
