//! The kinds of steps as the editor offers and shows them: icon, colour, a line of what it does, and how a fresh one is set.

use domain::flow::check::Known;
use domain::flow::condition::{Case, Test};
use domain::flow::graph::show_secs;
use domain::flow::{FlowGraph, Node, NodeId, NodeKind, Port};
use domain::message::Channel;

use crate::ui::Icon;

/// A step that can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// An SMS.
    Sms,
    /// A WhatsApp message.
    Whatsapp,
    /// A call.
    Voice,
    /// Waits for an answer.
    WaitReply,
    /// Waits.
    Delay,
    /// Chooses a way.
    Branch,
    /// Hands over to an AI agent.
    Agent,
    /// Calls another system.
    Webhook,
    /// Ends a run.
    End,
}

impl Offer {
    /// Every step, in the palette's groups.
    pub const GROUPS: [(&'static str, &'static [Self]); 3] = [
        ("Send", &[Self::Sms, Self::Whatsapp, Self::Voice]),
        ("Wait", &[Self::WaitReply, Self::Delay]),
        ("Decide", &[Self::Branch, Self::Agent, Self::Webhook, Self::End]),
    ];

    /// Every step, in the order of the palette.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::GROUPS.into_iter().flat_map(|(_, offers)| offers.iter().copied())
    }

    /// A fresh one. Templates and agents are filled in when there is exactly one that fits.
    pub fn fresh(self, known: &Known) -> NodeKind {
        let send = |channel| NodeKind::Send { channel, template_id: only_template(known, channel) };
        match self {
            Self::Sms => send(Channel::Sms),
            Self::Whatsapp => send(Channel::Whatsapp),
            Self::Voice => send(Channel::Voice),
            Self::WaitReply => NodeKind::WaitReply { timeout_secs: 2 * 3_600 },
            Self::Delay => NodeKind::Delay { secs: 3_600 },
            Self::Branch => NodeKind::Branch { cases: vec![Case { test: Test::Positive, value: String::new() }] },
            Self::Agent => NodeKind::Agent { agent_id: only_agent(known) },
            Self::Webhook => NodeKind::Webhook { url: String::new() },
            Self::End => NodeKind::End,
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        self.fresh(&Known::default()).label()
    }

    /// What it does.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Sms => "One text message from a template",
            Self::Whatsapp => "An approved WhatsApp template",
            Self::Voice => "A call that speaks a script",
            Self::WaitReply => "Until they answer, or long enough",
            Self::Delay => "A fixed time",
            Self::Branch => "By what the last reply says",
            Self::Agent => "An AI agent answers from here on",
            Self::Webhook => "Tell another system",
            Self::End => "The run ends here",
        }
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        icon(&self.fresh(&Known::default()))
    }

    /// Its colours.
    pub fn tint(self) -> &'static str {
        tint(&self.fresh(&Known::default()))
    }

    /// The word that stands for it in a list's value.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
            Self::Voice => "voice",
            Self::WaitReply => "wait_reply",
            Self::Delay => "delay",
            Self::Branch => "branch",
            Self::Agent => "agent",
            Self::Webhook => "webhook",
            Self::End => "end",
        }
    }

    /// The step of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|o| o.word() == word)
    }
}

fn only_template(known: &Known, channel: Channel) -> Option<domain::id::TemplateId> {
    let mut fitting = known.templates.iter().filter(|t| t.channel == channel);
    fitting.next().filter(|_| fitting.next().is_none()).map(|t| t.id)
}

fn only_agent(known: &Known) -> Option<domain::id::AgentId> {
    let mut live = known.agents.iter().filter(|a| a.status == domain::agent::AgentStatus::Live);
    live.next().filter(|_| live.next().is_none()).map(|a| a.id)
}

/// A kind's icon.
pub fn icon(kind: &NodeKind) -> Icon {
    match kind {
        NodeKind::Start => Icon::Play,
        NodeKind::Send { channel: Channel::Sms, .. } => Icon::Message,
        NodeKind::Send { channel: Channel::Whatsapp, .. } => Icon::Whatsapp,
        NodeKind::Send { channel: Channel::Voice, .. } => Icon::Phone,
        NodeKind::WaitReply { .. } => Icon::Wait,
        NodeKind::Delay { .. } => Icon::Clock,
        NodeKind::Branch { .. } => Icon::Branch,
        NodeKind::Agent { .. } => Icon::Bot,
        NodeKind::Webhook { .. } => Icon::Webhook,
        NodeKind::End => Icon::Flag,
    }
}

/// A kind's colours: the ground and the drawing of its icon.
pub fn tint(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Start => "bg-accent-soft text-accent-text",
        NodeKind::Send { channel: Channel::Sms, .. } => "bg-hue-6-soft text-hue-6",
        NodeKind::Send { channel: Channel::Whatsapp, .. } => "bg-hue-3-soft text-hue-3",
        NodeKind::Send { channel: Channel::Voice, .. } => "bg-hue-5-soft text-hue-5",
        NodeKind::WaitReply { .. } | NodeKind::Delay { .. } => "bg-hue-4-soft text-hue-4",
        NodeKind::Branch { .. } => "bg-hue-2-soft text-hue-2",
        NodeKind::Agent { .. } => "bg-hue-1-soft text-hue-1",
        NodeKind::Webhook { .. } | NodeKind::End => "bg-surface-3 text-ink-2",
    }
}

/// What stands on a node: its own title, else its kind's name.
pub fn title(node: &Node) -> String {
    if node.title.is_empty() { node.kind.label().to_owned() } else { node.title.clone() }
}

/// The line under the title, and whether it says that something is still to be chosen.
pub fn summary(kind: &NodeKind, known: &Known) -> (String, bool) {
    match kind {
        NodeKind::Start => ("Leads enter here".into(), false),
        NodeKind::Send { template_id, .. } => match template_id {
            None => ("Choose a template".into(), true),
            Some(id) => match known.templates.iter().find(|t| t.id == *id) {
                Some(t) => (t.name.clone(), false),
                None => ("Template is gone".into(), true),
            },
        },
        NodeKind::WaitReply { timeout_secs } => (format!("up to {}", show_secs(*timeout_secs)), false),
        NodeKind::Delay { secs } => (show_secs(*secs), false),
        NodeKind::Branch { cases } => match cases.len() {
            1 => (format!("if the reply {}", cases[0].label()), false),
            n => (format!("{n} cases"), false),
        },
        NodeKind::Agent { agent_id } => match agent_id {
            None => ("Choose an agent".into(), true),
            Some(id) => match known.agents.iter().find(|a| a.id == *id) {
                Some(a) => (a.name.clone(), false),
                None => ("Agent is gone".into(), true),
            },
        },
        NodeKind::Webhook { url } => match url.split("://").nth(1).and_then(|r| r.split('/').next()) {
            Some(host) if !host.is_empty() => (host.to_owned(), false),
            _ => ("Give an address".into(), true),
        },
        NodeKind::End => ("The run ends".into(), false),
    }
}

/// Behind which exit a new step goes: the selected node's first free exit, else its first one; without a selection, the end of the
/// main line. A node without exits passes the question to the way that leads into it.
pub fn insert_point(graph: &FlowGraph, selected: Option<&str>) -> Option<(NodeId, Port)> {
    if let Some(node) = selected.and_then(|id| graph.node(id)) {
        let exits = node.kind.exits();
        let free = exits.iter().find(|e| graph.target(&node.id, &e.port).is_none());
        return match free.or(exits.first()) {
            Some(exit) => Some((node.id.clone(), exit.port.clone())),
            None => graph.edges.iter().find(|e| e.to == node.id).map(|e| (e.from.clone(), e.port.clone())),
        };
    }
    let mut at = graph.start()?;
    for _ in 0..graph.nodes.len() {
        let exit = main_exit(&at.kind)?;
        match graph.target(&at.id, &exit) {
            // Before the end rather than behind it.
            Some(next) if next.kind.exits().is_empty() => return Some((at.id.clone(), exit)),
            Some(next) => at = next,
            None => return Some((at.id.clone(), exit)),
        }
    }
    None
}

/// The exit by which the main line goes on.
pub fn main_exit(kind: &NodeKind) -> Option<Port> {
    match kind {
        NodeKind::Branch { .. } => Some("else".into()),
        other => other.exits().into_iter().next().map(|e| e.port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::graph::KindWord;
    use domain::flow::starter::{one_sms, sms_whatsapp_voice};

    #[test]
    fn words_are_unique_and_come_back() {
        for offer in Offer::all() {
            assert_eq!(Offer::from_word(offer.word()), Some(offer));
        }
        assert_eq!(Offer::from_word("start"), None);
    }

    #[test]
    fn every_kind_of_step_but_the_start_can_be_added() {
        let offered: Vec<KindWord> = Offer::all().map(|offer| offer.fresh(&Known::default()).word()).collect();
        for word in KindWord::ALL {
            assert_eq!(offered.contains(word), *word != KindWord::Start, "{word}");
        }
    }

    #[test]
    fn a_summary_says_what_is_missing() {
        let known = Known::default();
        let of = |kind: &NodeKind| summary(kind, &known);
        assert_eq!(
            of(&NodeKind::Send { channel: Channel::Sms, template_id: None }),
            ("Choose a template".into(), true)
        );
        assert_eq!(of(&NodeKind::WaitReply { timeout_secs: 7_200 }), ("up to 2 h".into(), false));
        assert_eq!(of(&NodeKind::Webhook { url: "https://a.example/x".into() }), ("a.example".into(), false));
        assert_eq!(of(&NodeKind::Webhook { url: "https://".into() }), ("Give an address".into(), true));
    }

    #[test]
    fn a_new_step_goes_where_one_would_look_for_it() {
        let at = |g: &FlowGraph, s: Option<&str>| insert_point(g, s).map(|(n, p)| format!("{n}.{p}"));
        assert_eq!(at(&FlowGraph::blank(), None).as_deref(), Some("n1.next"));
        let one = one_sms(None);
        assert_eq!(at(&one, None).as_deref(), Some("n2.next"), "before the end");
        assert_eq!(at(&one, Some("n2")).as_deref(), Some("n2.not_sent"), "the free exit first");
        assert_eq!(at(&one, Some("n3")).as_deref(), Some("n2.next"), "an end has no exits");
        assert_eq!(at(&sms_whatsapp_voice(None, None, None, None, 60), None).as_deref(), Some("n8.timeout"));
    }
}
