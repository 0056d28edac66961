//! Drawings to begin with, for the templates gallery of the editor and for tests.

use super::condition::{Case, Test};
use super::graph::{Edge, FlowGraph, GRAPH_VERSION, Node, NodeKind, Point};
use crate::closed_list;
use crate::id::{AgentId, TemplateId};
use crate::message::Channel;

closed_list! {
    /// A drawing to begin with.
    pub enum Starter {
        /// [`sms_whatsapp_voice`]
        ThreeSteps = "three_steps",
        /// [`one_sms`]
        OneSms = "one_sms",
        /// [`FlowGraph::blank`]
        Blank = "blank",
    }
}

/// SMS, then WhatsApp, then a voice call; whoever says yes is handed to the agent, whoever says no is left alone (spec FLW-06).
pub fn sms_whatsapp_voice(
    sms: Option<TemplateId>,
    whatsapp: Option<TemplateId>,
    voice: Option<TemplateId>,
    agent: Option<AgentId>,
    wait_secs: u32,
) -> FlowGraph {
    let send = |channel, template_id| NodeKind::Send { channel, template_id };
    let wait = || NodeKind::WaitReply { timeout_secs: wait_secs };
    let branch = || NodeKind::Branch { cases: vec![Case { test: Test::Negative, value: String::new() }] };
    let nodes = [
        ("n1", 0, 0, NodeKind::Start),
        ("n2", 0, 1, send(Channel::Sms, sms)),
        ("n3", 0, 2, wait()),
        ("n4", 1, 3, branch()),
        ("n5", 0, 3, send(Channel::Whatsapp, whatsapp)),
        ("n6", 0, 4, wait()),
        ("n7", 0, 5, send(Channel::Voice, voice)),
        ("n8", 0, 6, wait()),
        ("n9", 2, 4, NodeKind::Agent { agent_id: agent }),
        ("n10", 1, 7, NodeKind::End),
    ];
    let edges = [
        ("n1", "next", "n2"),
        ("n2", "next", "n3"),
        ("n2", "not_sent", "n5"),
        ("n3", "reply", "n4"),
        ("n3", "timeout", "n5"),
        ("n4", "case:0", "n10"),
        ("n4", "else", "n9"),
        ("n5", "next", "n6"),
        ("n5", "not_sent", "n7"),
        ("n6", "reply", "n4"),
        ("n6", "timeout", "n7"),
        ("n7", "next", "n8"),
        ("n7", "no_answer", "n8"),
        ("n7", "busy", "n8"),
        ("n7", "voicemail", "n8"),
        ("n8", "reply", "n4"),
        ("n8", "timeout", "n10"),
        ("n9", "next", "n10"),
    ];
    FlowGraph {
        version: GRAPH_VERSION,
        nodes: nodes
            .into_iter()
            .map(|(id, column, row, kind)| Node {
                id: id.into(),
                title: String::new(),
                at: Point { x: column * super::edit::COLUMN, y: row * super::edit::ROW },
                kind,
            })
            .collect(),
        edges: edges
            .into_iter()
            .map(|(from, port, to)| Edge { from: from.into(), port: port.into(), to: to.into() })
            .collect(),
    }
}

/// One SMS and nothing else.
pub fn one_sms(sms: Option<TemplateId>) -> FlowGraph {
    let node = |id: &str, row: i32, kind| Node {
        id: id.into(),
        title: String::new(),
        at: Point { x: 0, y: row * super::edit::ROW },
        kind,
    };
    let edge = |from: &str, to: &str| Edge { from: from.into(), port: "next".into(), to: to.into() };
    FlowGraph {
        version: GRAPH_VERSION,
        nodes: vec![
            node("n1", 0, NodeKind::Start),
            node("n2", 1, NodeKind::Send { channel: Channel::Sms, template_id: sms }),
            node("n3", 2, NodeKind::End),
        ],
        edges: vec![edge("n1", "n2"), edge("n2", "n3")],
    }
}
