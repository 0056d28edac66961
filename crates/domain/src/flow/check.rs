//! What is wrong with a drawing. The editor shows it on the node while drawing; the server refuses to launch with it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::condition::Test;
use super::graph::{FlowGraph, NodeId, NodeKind, show_secs};
use super::reach::Reach;
use crate::address;
use crate::agent::AgentStatus;
use crate::id::{AgentId, TemplateId};
use crate::message::Channel;
use crate::template::TemplateState;

/// The most nodes a drawing may have.
pub const MAX_NODES: u32 = 500;
/// The shortest wait, in seconds, that makes a loop one that a person can bear.
pub const SHORTEST_LOOP_SECS: u32 = 3_600;

/// One thing wrong with the drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlowProblem {
    /// The node, or `None` for the whole drawing.
    pub node: Option<NodeId>,
    /// A word for the rule, for tests and help pages.
    pub code: String,
    /// A whole sentence: what is wrong and what to do.
    pub message: String,
    /// Whether it keeps the campaign from starting; otherwise it is advice.
    pub blocking: bool,
}

/// What the drawing may name: the templates and agents of the workspace, as far as the rules need them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Known {
    /// Every template.
    pub templates: Vec<KnownTemplate>,
    /// Every agent.
    pub agents: Vec<KnownAgent>,
}

/// A template as the rules see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownTemplate {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Its channel.
    pub channel: Channel,
    /// Where it stands.
    pub state: TemplateState,
}

/// An agent as the rules see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownAgent {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// Whether it may speak.
    pub status: AgentStatus,
}

impl FlowGraph {
    /// Everything wrong with the drawing (spec FLW-04), in the order of its nodes.
    pub fn check(&self, known: &Known) -> Vec<FlowProblem> {
        let mut problems = Vec::new();
        let mut add = |node: Option<&str>, code: &str, message: String, blocking: bool| {
            problems.push(FlowProblem { node: node.map(str::to_owned), code: code.into(), message, blocking });
        };
        let starts: Vec<_> = self.nodes.iter().filter(|n| n.kind == NodeKind::Start).collect();
        if starts.len() != 1 {
            add(None, "start", format!("A flow has exactly one start; this one has {}.", starts.len()), true);
        }
        if self.nodes.len() as u64 > u64::from(MAX_NODES) {
            add(None, "too_big", format!("A flow may have at most {MAX_NODES} steps."), true);
            return problems;
        }
        for (node, code, message) in self.doubles() {
            add(Some(node), code, message, true);
        }
        for edge in &self.edges {
            let exit = self.node(&edge.from).is_some_and(|n| n.kind.exits().iter().any(|e| e.port == edge.port));
            if !exit || self.node(&edge.to).is_none() {
                add(
                    None,
                    "dangling_edge",
                    format!("The way from `{}` ({}) to `{}` begins or ends nowhere.", edge.from, edge.port, edge.to),
                    true,
                );
            }
        }
        if !self.nodes.iter().any(|n| matches!(n.kind, NodeKind::Send { .. } | NodeKind::Agent { .. })) {
            add(None, "no_send", "Nothing is ever sent: add an SMS, WhatsApp or voice step.".into(), true);
        }
        let reach = Reach::new(self, |_| true);
        let reached = starts.first().and_then(|start| reach.number(&start.id)).map(|start| reach.from(start));
        for node in &self.nodes {
            let at = Some(node.id.as_str());
            if let (Some(reached), Some(number)) = (&reached, reach.number(&node.id))
                && !reached[number]
            {
                add(at, "unreachable", "No way leads here. Connect it or delete it.".into(), false);
            }
            for exit in node.kind.exits().into_iter().filter(|e| e.required && self.target(&node.id, &e.port).is_none())
            {
                let which = if exit.label.is_empty() {
                    "next step".to_owned()
                } else {
                    format!("way for “{}”", exit.label)
                };
                add(at, "missing_exit", format!("The {which} is missing. Connect it, or end with an End step."), true);
            }
            match &node.kind {
                NodeKind::Send { channel, template_id } => match template_id {
                    None => {
                        add(at, "no_template", format!("Choose the {} template that is sent.", channel.label()), true)
                    }
                    Some(id) => match known.templates.iter().find(|t| t.id == *id) {
                        None => {
                            add(at, "unknown_template", "This template no longer exists. Choose another.".into(), true)
                        }
                        Some(t) if t.channel != *channel => {
                            add(
                                at,
                                "wrong_channel",
                                format!(
                                    "“{}” is a {} template; this step sends {}.",
                                    t.name,
                                    t.channel.label(),
                                    channel.label()
                                ),
                                true,
                            );
                        }
                        Some(t) if *channel == Channel::Whatsapp && t.state != TemplateState::Approved => {
                            add(
                                at,
                                "unapproved_template",
                                format!("“{}” is not approved by WhatsApp yet ({}).", t.name, t.state),
                                true,
                            );
                        }
                        Some(_) => {}
                    },
                },
                NodeKind::Agent { agent_id } => match agent_id {
                    None => add(at, "no_agent", "Choose the agent that takes over.".into(), true),
                    Some(id) => match known.agents.iter().find(|a| a.id == *id) {
                        None => add(at, "unknown_agent", "This agent no longer exists. Choose another.".into(), true),
                        Some(a) if a.status != AgentStatus::Live => {
                            add(
                                at,
                                "agent_not_live",
                                format!("“{}” is {}: set it live first.", a.name, a.status),
                                true,
                            );
                        }
                        Some(_) => {}
                    },
                },
                NodeKind::WaitReply { timeout_secs: secs } | NodeKind::Delay { secs } => {
                    if !(1..=90 * 86_400).contains(secs) {
                        add(at, "bad_wait", "Wait between one second and 90 days.".into(), true);
                    }
                }
                NodeKind::Branch { cases } => {
                    if cases.is_empty() || cases.len() > 10 {
                        add(at, "bad_cases", "A branch needs between one and ten cases.".into(), true);
                    }
                    for (i, case) in cases.iter().enumerate() {
                        if matches!(case.test, Test::Contains | Test::Key) && case.value.trim().is_empty() {
                            let what = if case.test == Test::Key { "key" } else { "word" };
                            let message = format!("Case {} never holds: say which {what} it looks for.", i + 1);
                            add(at, "empty_case", message, false);
                        }
                    }
                }
                NodeKind::Webhook { url } => {
                    if let Err(why) = address::web(url) {
                        add(at, "bad_url", why, true);
                    }
                }
                NodeKind::Start | NodeKind::End => {}
            }
        }
        for node in self.quick_loops() {
            add(
                Some(&node),
                "loop",
                format!(
                    "This loop comes round without an answer and in no time: put a wait of at least {} into it, or the same person is written \
                     to again and again.",
                    show_secs(SHORTEST_LOOP_SECS)
                ),
                true,
            );
        }
        problems
    }

    /// Names that two steps have, and exits that two ways leave by: which of them counts would be chance.
    pub(super) fn doubles(&self) -> Vec<(&str, &'static str, String)> {
        let mut ids = HashSet::new();
        let steps = self.nodes.iter().filter(|n| !ids.insert(n.id.as_str()));
        let mut exits = HashSet::new();
        let ways = self.edges.iter().filter(|e| !exits.insert((e.from.as_str(), e.port.as_str())));
        let steps = steps.map(|n| {
            let message = format!("Two steps are called “{}”. Give each its own id.", n.id);
            (n.id.as_str(), "duplicate_id", message)
        });
        let ways = ways.map(|e| {
            let message = format!("Step “{}” has two ways from its exit “{}”. Keep one.", e.from, e.port);
            (e.from.as_str(), "two_ways", message)
        });
        steps.chain(ways).collect()
    }

    /// Nodes from which a way leads back to themselves through no wait that is long enough. A way that the person's answer opens is none:
    /// it is gone as often as they write.
    fn quick_loops(&self) -> Vec<NodeId> {
        let waits: HashSet<&str> = self
            .nodes
            .iter()
            .filter(|n| match n.kind {
                NodeKind::WaitReply { timeout_secs: secs } | NodeKind::Delay { secs } => secs >= SHORTEST_LOOP_SECS,
                _ => false,
            })
            .map(|n| n.id.as_str())
            .collect();
        let quick = Reach::new(self, |e| {
            e.port != "reply" && !waits.contains(e.from.as_str()) && !waits.contains(e.to.as_str())
        });
        self.nodes.iter().filter(|n| quick.is_on_loop(&n.id)).map(|n| n.id.clone()).collect()
    }
}
