//! The drawing as a plain value, stored as JSON with a version number inside.

use serde::{Deserialize, Serialize};

use super::condition::Case;
use crate::closed_list;
use crate::id::{AgentId, TemplateId};
use crate::message::{CallEnd, Channel};

/// The version of the JSON that this code writes. It rises when what older drawings say would be read in another way; a further kind of
/// step needs no new one.
pub const GRAPH_VERSION: u32 = 2;

/// A node's name inside its drawing: `n1`, `n2`, …
pub type NodeId = String;

/// A place on the canvas, in canvas pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Down.
    pub y: i32,
}

/// The whole drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "Drawn")]
pub struct FlowGraph {
    /// The version of this JSON.
    pub version: u32,
    /// The steps.
    pub nodes: Vec<Node>,
    /// The ways from step to step.
    pub edges: Vec<Edge>,
}

/// A drawing as it is kept, of this version or an older one.
#[derive(Deserialize)]
struct Drawn {
    version: u32,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl From<Drawn> for FlowGraph {
    fn from(drawn: Drawn) -> Self {
        let Drawn { version, nodes, edges } = drawn;
        let graph = Self { version, nodes, edges };
        if version == 1 { graph.with_exits_of_calls() } else { graph }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Its name inside the drawing.
    pub id: NodeId,
    /// What stands on it; empty for the kind's own name.
    #[serde(default)]
    pub title: String,
    /// Where it stands.
    #[serde(default)]
    pub at: Point,
    /// What it does.
    #[serde(flatten)]
    pub kind: NodeKind,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NodeKind {
    /// Where every run begins. Exactly one.
    Start,
    /// Sends one message, or makes one call, from a template.
    Send {
        /// Over which channel.
        channel: Channel,
        /// The template; `None` while it is not chosen yet.
        template_id: Option<TemplateId>,
    },
    /// Waits until the person answers, or long enough.
    WaitReply {
        /// How long, in seconds.
        timeout_secs: u32,
    },
    /// Waits.
    Delay {
        /// How long, in seconds.
        secs: u32,
    },
    /// Looks at the last reply and chooses a way: the first case that holds, else the last exit.
    Branch {
        /// The cases, in order.
        cases: Vec<Case>,
    },
    /// Gives the conversation to an AI agent, which answers from now on.
    Agent {
        /// The agent; `None` while it is not chosen yet.
        agent_id: Option<AgentId>,
    },
    /// Calls another system.
    Webhook {
        /// Where.
        url: String,
    },
    /// Where a run ends.
    End,
}

closed_list! {
    /// The kinds of steps, for the palette and for counting.
    pub enum KindWord {
        /// [`NodeKind::Start`]
        Start = "start",
        /// [`NodeKind::Send`]
        Send = "send",
        /// [`NodeKind::WaitReply`]
        WaitReply = "wait_reply",
        /// [`NodeKind::Delay`]
        Delay = "delay",
        /// [`NodeKind::Branch`]
        Branch = "branch",
        /// [`NodeKind::Agent`]
        Agent = "agent",
        /// [`NodeKind::Webhook`]
        Webhook = "webhook",
        /// [`NodeKind::End`]
        End = "end",
    }
}

/// A node's exit: `next`, `reply`, `timeout`, `not_sent`, `no_answer`, `busy`, `voicemail`, `failed`, `else`, or `case:0`, `case:1` …
pub type Port = String;

/// A way from one node's exit to another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edge {
    /// Where it begins.
    pub from: NodeId,
    /// At which exit.
    pub port: Port,
    /// Where it leads.
    pub to: NodeId,
}

/// An exit as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// Its name in edges.
    pub port: Port,
    /// Its name for people.
    pub label: String,
    /// Whether a drawing without a way from it is wrong.
    pub required: bool,
}

/// The exit by which a call leaves its step. Drawings from before calls had exits of their own know two of them, so those keep their names.
pub fn call_port(end: CallEnd) -> &'static str {
    match end {
        CallEnd::Answered => "next",
        CallEnd::NoAnswer => "no_answer",
        CallEnd::Busy => "busy",
        CallEnd::Voicemail => "voicemail",
        CallEnd::Failed => "not_sent",
    }
}

impl NodeKind {
    /// Which kind it is.
    pub fn word(&self) -> KindWord {
        match self {
            Self::Start => KindWord::Start,
            Self::Send { .. } => KindWord::Send,
            Self::WaitReply { .. } => KindWord::WaitReply,
            Self::Delay { .. } => KindWord::Delay,
            Self::Branch { .. } => KindWord::Branch,
            Self::Agent { .. } => KindWord::Agent,
            Self::Webhook { .. } => KindWord::Webhook,
            Self::End => KindWord::End,
        }
    }

    /// Its exits, in the order they are drawn.
    pub fn exits(&self) -> Vec<Exit> {
        let exit = |port: &str, label: &str, required| Exit { port: port.into(), label: label.into(), required };
        match self {
            Self::Start | Self::Delay { .. } => vec![exit("next", "", true)],
            Self::Send { channel: Channel::Voice, .. } => {
                let ends = [CallEnd::NoAnswer, CallEnd::Busy, CallEnd::Voicemail, CallEnd::Failed];
                let ends = ends.map(|end| exit(call_port(end), end.label(), false));
                [exit(call_port(CallEnd::Answered), CallEnd::Answered.label(), true)].into_iter().chain(ends).collect()
            }
            Self::Send { .. } => vec![exit("next", "sent", true), exit("not_sent", "not sent", false)],
            // Whoever does not answer stays on the main line, so that exit comes first.
            Self::WaitReply { .. } => vec![exit("timeout", "no reply", true), exit("reply", "reply", true)],
            Self::Branch { cases } => {
                let mut exits: Vec<Exit> =
                    cases.iter().enumerate().map(|(i, case)| exit(&format!("case:{i}"), &case.label(), true)).collect();
                exits.push(exit("else", "otherwise", true));
                exits
            }
            Self::Agent { .. } => vec![exit("next", "then", false)],
            Self::Webhook { .. } => vec![exit("next", "done", true), exit("failed", "failed", false)],
            Self::End => vec![],
        }
    }

    /// Its name for people.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Send { channel: Channel::Sms, .. } => "Send SMS",
            Self::Send { channel: Channel::Whatsapp, .. } => "Send WhatsApp",
            Self::Send { channel: Channel::Voice, .. } => "Voice call",
            Self::WaitReply { .. } => "Wait for reply",
            Self::Delay { .. } => "Wait",
            Self::Branch { .. } => "Branch",
            Self::Agent { .. } => "Hand to agent",
            Self::Webhook { .. } => "Call webhook",
            Self::End => "End",
        }
    }
}

impl FlowGraph {
    /// A drawing with nothing but its start.
    pub fn blank() -> Self {
        let start = Node { id: "n1".into(), title: String::new(), at: Point { x: 0, y: 0 }, kind: NodeKind::Start };
        Self { version: GRAPH_VERSION, nodes: vec![start], edges: vec![] }
    }

    /// The node of that name.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.id == id)
    }

    /// Where runs begin.
    pub fn start(&self) -> Option<&Node> {
        self.nodes.iter().find(|n| n.kind == NodeKind::Start)
    }

    /// Where an exit leads.
    pub fn target(&self, from: &str, port: &str) -> Option<&Node> {
        self.edges.iter().find(|e| e.from == from && e.port == port).and_then(|e| self.node(&e.to))
    }

    /// A drawing of version 1, where a call had the exits `sent` and `not sent` only. A call that was made left by the first, whoever took
    /// it; one that the provider reported as failed left by the second, where it was drawn.
    fn with_exits_of_calls(mut self) -> Self {
        self.version = GRAPH_VERSION;
        let ends = [
            (CallEnd::NoAnswer, CallEnd::Failed),
            (CallEnd::Busy, CallEnd::Failed),
            (CallEnd::Voicemail, CallEnd::Answered),
        ];
        let is_call = |node: &&Node| matches!(node.kind, NodeKind::Send { channel: Channel::Voice, .. });
        let mut ways = Vec::new();
        for node in self.nodes.iter().filter(is_call) {
            if ends.iter().any(|(end, _)| self.target(&node.id, call_port(*end)).is_some()) {
                continue;
            }
            for (end, before) in ends {
                let to = self
                    .target(&node.id, call_port(before))
                    .or_else(|| self.target(&node.id, call_port(CallEnd::Answered)));
                let way =
                    |to: &Node| Edge { from: node.id.clone(), port: call_port(end).to_owned(), to: to.id.clone() };
                ways.extend(to.map(way));
            }
        }
        self.edges.extend(ways);
        self
    }

    /// A name that no node has yet: one more than the highest number.
    pub fn next_id(&self) -> NodeId {
        let highest = self.nodes.iter().filter_map(|n| n.id.strip_prefix('n')?.parse::<u32>().ok()).max().unwrap_or(0);
        format!("n{}", highest.saturating_add(1))
    }

    /// The templates that the drawing sends, each with its node and channel.
    pub fn templates(&self) -> Vec<(NodeId, Channel, TemplateId)> {
        self.nodes
            .iter()
            .filter_map(|n| match n.kind {
                NodeKind::Send { channel, template_id: Some(id) } => Some((n.id.clone(), channel, id)),
                _ => None,
            })
            .collect()
    }
}

/// A length of time for people: `30 s`, `5 min`, `2 h`, `3 d`.
pub fn show_secs(secs: u32) -> String {
    match secs {
        0..=119 if !secs.is_multiple_of(60) || secs == 0 => format!("{secs} s"),
        _ if secs.is_multiple_of(86_400) => format!("{} d", secs / 86_400),
        _ if secs.is_multiple_of(3_600) => format!("{} h", secs / 3_600),
        _ if secs.is_multiple_of(60) => format!("{} min", secs / 60),
        _ => format!("{} min {} s", secs / 60, secs % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_from_before_calls_had_exits_goes_on_as_it_was_drawn() {
        let call = r#"{"id":"n2","kind":"send","channel":"voice","template_id":null,"title":"","at":{"x":0,"y":0}}"#;
        let end = |id: &str| format!(r#"{{"id":"{id}","kind":"end","title":"","at":{{"x":0,"y":0}}}}"#);
        let way = |port: &str, to: &str| format!(r#"{{"from":"n2","port":"{port}","to":"{to}"}}"#);
        let read = |version: u32, edges: &[String]| -> FlowGraph {
            let text = format!(
                r#"{{"version":{version},"nodes":[{call},{},{}],"edges":[{}]}}"#,
                end("n3"),
                end("n4"),
                edges.join(",")
            );
            serde_json::from_str(&text).unwrap()
        };
        let ways = |graph: &FlowGraph| {
            ["next", "no_answer", "busy", "voicemail", "not_sent"]
                .map(|port| graph.target("n2", port).map_or("", |node| if node.id == "n3" { "n3" } else { "n4" }))
        };
        let both = [way("next", "n3"), way("not_sent", "n4")];
        assert_eq!(ways(&read(1, &both)), ["n3", "n4", "n4", "n3", "n4"]);
        assert_eq!(ways(&read(1, &both[..1])), ["n3", "n3", "n3", "n3", ""]);
        assert_eq!(
            ways(&read(1, &[way("next", "n3"), way("busy", "n4")])),
            ["n3", "", "n4", "", ""],
            "drawn with exits"
        );
        let newer = read(2, &both);
        assert_eq!((ways(&newer), newer.version), (["n3", "", "", "", "n4"], 2), "nothing drawn: the run ends");
        assert_eq!(read(1, &both).version, GRAPH_VERSION);
        let again: FlowGraph = serde_json::from_value(serde_json::to_value(read(1, &both)).unwrap()).unwrap();
        assert_eq!(again, read(1, &both), "once is enough");
    }

    #[test]
    fn a_kind_has_one_word_in_json_and_in_the_list() {
        let of = |word: KindWord| match word {
            KindWord::Start => NodeKind::Start,
            KindWord::Send => NodeKind::Send { channel: Channel::Sms, template_id: None },
            KindWord::WaitReply => NodeKind::WaitReply { timeout_secs: 60 },
            KindWord::Delay => NodeKind::Delay { secs: 60 },
            KindWord::Branch => NodeKind::Branch { cases: vec![] },
            KindWord::Agent => NodeKind::Agent { agent_id: None },
            KindWord::Webhook => NodeKind::Webhook { url: String::new() },
            KindWord::End => NodeKind::End,
        };
        for word in KindWord::ALL {
            let kind = of(*word);
            assert_eq!(kind.word(), *word);
            assert_eq!(serde_json::to_value(&kind).unwrap()["kind"], word.as_str());
        }
    }
}
