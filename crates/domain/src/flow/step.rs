//! The one function that decides everything a campaign does. `engine::runs` carries its effects out; tests walk a drawing with it alone.
//! No IO, no clock, no randomness.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::condition::Reply;
use super::graph::{FlowGraph, Node, NodeId, NodeKind, call_port};
use crate::closed_list;
use crate::id::{AgentId, TemplateId};
use crate::message::{CallEnd, Channel};

/// The most steps one run may take: a drawing whose loop waits may still not go on for ever.
pub const MAX_VISITS: u32 = 1_000;
/// How long the report of a call's end is waited for, in seconds: longer than any script takes. Without one the run goes on as before.
const CALL_PATIENCE_SECS: i64 = 15 * 60;
/// The most messages and calls that one person gets from one run, whatever its drawing says.
pub const MAX_MESSAGES: u32 = 50;

closed_list! {
    /// What a run is doing.
    pub enum RunStatus {
        /// About to take a step.
        Ready = "ready",
        /// A message is on its way; its outcome decides the next step.
        Sending = "sending",
        /// Waiting for an answer or the end of patience.
        WaitingReply = "waiting_reply",
        /// Waiting for a time.
        WaitingTime = "waiting_time",
        /// Waiting for another system.
        WaitingWebhook = "waiting_webhook",
        /// Came to its end.
        Done = "done",
        /// Taken out: opted out, taken over, or broken.
        Stopped = "stopped",
    }
}

impl RunStatus {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Stopped)
    }

    /// Whether what the person says now may be an answer to the drawing.
    fn listens(self) -> bool {
        matches!(self, Self::Sending | Self::WaitingReply)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Sending => "Sending",
            Self::WaitingReply => "Waiting for reply",
            Self::WaitingTime => "Waiting",
            Self::WaitingWebhook => "Waiting for webhook",
            Self::Done => "Done",
            Self::Stopped => "Stopped",
        }
    }
}

/// One lead's place in one drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunState {
    /// What it is doing.
    pub status: RunStatus,
    /// The node it stands at.
    pub node: NodeId,
    /// How many nodes it has entered; with the node it names a send for ever.
    pub visit: u32,
    /// When a wait ends.
    pub wake_at: Option<DateTime<Utc>>,
    /// The last thing the person said.
    pub reply: Option<Reply>,
    /// Whether that was said since the last message and no wait has taken it yet.
    pub unheard: bool,
    /// How many messages and calls it has begun.
    #[serde(default)]
    pub messages: u32,
    /// How it ended: `completed`, `opted_out`, `handed_to_agent`, `not_sent`, `no_answer`, `busy`, `voicemail`, `webhook_failed`, `too_many_messages`, `too_many_steps`,
    /// `broken_flow` …
    pub outcome: Option<String>,
}

/// What happens to a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "input", rename_all = "snake_case")]
pub enum Input {
    /// Begin, or go on after a restart.
    Go,
    /// The message of this visit is settled.
    Sent {
        /// The visit it belongs to; another visit's news is ignored.
        visit: u32,
        /// Whether the provider took it, or may have taken it.
        accepted: bool,
    },
    /// A message that the provider had taken did not arrive after all.
    Undelivered {
        /// The node that sent it.
        node: NodeId,
        /// The visit it belongs to.
        visit: u32,
    },
    /// The call of this visit is over.
    Called {
        /// The visit it belongs to.
        visit: u32,
        /// How it ended.
        end: CallEnd,
    },
    /// The person answered.
    Reply(Reply),
    /// A wait may be over.
    Wake,
    /// The other system answered.
    WebhookDone {
        /// The visit it belongs to.
        visit: u32,
        /// Whether it took it.
        ok: bool,
    },
    /// Take the run out.
    Stop {
        /// Why.
        reason: String,
    },
}

/// What the world should do now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// The run came to a node. Carried out by writing it down: counts per node come from it.
    Entered {
        /// The node.
        node: NodeId,
        /// The visit.
        visit: u32,
    },
    /// Send this, once: (run, node, visit) is the key.
    Send {
        /// The node that sends.
        node: NodeId,
        /// The visit.
        visit: u32,
        /// Over which channel.
        channel: Channel,
        /// From which template.
        template_id: TemplateId,
    },
    /// Come back at this time.
    WakeAt {
        /// When.
        at: DateTime<Utc>,
    },
    /// Call another system, once per visit.
    Webhook {
        /// The node.
        node: NodeId,
        /// The visit.
        visit: u32,
        /// Where.
        url: String,
    },
    /// The agent answers this lead from now on.
    HandTo {
        /// Which agent.
        agent_id: AgentId,
        /// Whether there is an unanswered reply to answer at once.
        answer_now: bool,
    },
    /// The run is over.
    End {
        /// How.
        outcome: String,
    },
}

impl RunState {
    /// A run that has not begun.
    pub fn new() -> Self {
        Self {
            status: RunStatus::Ready,
            node: String::new(),
            visit: 0,
            wake_at: None,
            reply: None,
            unheard: false,
            messages: 0,
            outcome: None,
        }
    }

    /// Whether it waits for an answer to the message of this visit, or for that message itself.
    fn waits_behind(&self, visit: u32) -> bool {
        match self.status {
            RunStatus::Sending => self.visit == visit,
            RunStatus::WaitingReply => self.visit == visit + 1,
            _ => false,
        }
    }

    fn end(&mut self, status: RunStatus, outcome: &str) -> Vec<Effect> {
        self.status = status;
        self.wake_at = None;
        self.outcome = Some(outcome.to_owned());
        vec![Effect::End { outcome: outcome.to_owned() }]
    }
}

impl Default for RunState {
    fn default() -> Self {
        Self::new()
    }
}

/// Decides what a run does on an input. News that no longer matters (a late wake, another visit's outcome) changes nothing.
pub fn step(graph: &FlowGraph, run: &RunState, input: &Input, now: DateTime<Utc>) -> (RunState, Vec<Effect>) {
    let mut run = run.clone();
    if run.status.is_final() {
        return (run, vec![]);
    }
    let effects = match input {
        Input::Stop { reason } => run.end(RunStatus::Stopped, reason),
        Input::Go if run.status == RunStatus::Ready => match graph.start() {
            Some(start) if run.node.is_empty() => walk(graph, &mut run, start, now),
            _ => leave_again(graph, &mut run, now),
        },
        Input::Reply(reply) => {
            run.reply = Some(reply.clone());
            run.unheard = true;
            if run.status == RunStatus::WaitingReply {
                run.unheard = false;
                leave(graph, &mut run, "reply", now)
            } else {
                vec![]
            }
        }
        Input::Wake => match (run.status, run.wake_at) {
            (RunStatus::WaitingReply, Some(at)) if at <= now => leave(graph, &mut run, "timeout", now),
            (RunStatus::WaitingTime, Some(at)) if at <= now => leave(graph, &mut run, "next", now),
            (RunStatus::Sending, Some(at)) if at <= now => hang_up(graph, &mut run, CallEnd::Answered, now),
            _ => vec![],
        },
        Input::Sent { visit, accepted } if run.status == RunStatus::Sending && *visit == run.visit => {
            if *accepted && is_call(graph, &run.node) {
                // Its end decides where the run goes on.
                let at = now + Duration::seconds(CALL_PATIENCE_SECS);
                run.wake_at = Some(at);
                return (run, vec![Effect::WakeAt { at }]);
            }
            let port = if *accepted { "next" } else { "not_sent" };
            if !accepted && graph.target(&run.node, port).is_none() {
                run.end(RunStatus::Stopped, "not_sent")
            } else {
                leave(graph, &mut run, port, now)
            }
        }
        Input::Called { visit, end } if run.status == RunStatus::Sending && *visit == run.visit => {
            // Who pressed a key is no machine.
            let end = if *end == CallEnd::Voicemail && run.unheard { CallEnd::Answered } else { *end };
            hang_up(graph, &mut run, end, now)
        }
        // Only the wait right behind the message is void; later on the drawing has other reasons to be where it is.
        Input::Undelivered { node, visit } if run.waits_behind(*visit) => match graph.target(node, "not_sent") {
            Some(way) => walk(graph, &mut run, way, now),
            None => run.end(RunStatus::Stopped, "not_sent"),
        },
        Input::WebhookDone { visit, ok } if run.status == RunStatus::WaitingWebhook && *visit == run.visit => {
            match graph.target(&run.node, "failed") {
                None if !ok => run.end(RunStatus::Stopped, "webhook_failed"),
                _ => leave(graph, &mut run, if *ok { "next" } else { "failed" }, now),
            }
        }
        _ => vec![],
    };
    (run, effects)
}

fn is_call(graph: &FlowGraph, node: &str) -> bool {
    matches!(graph.node(node).map(|n| &n.kind), Some(NodeKind::Send { channel: Channel::Voice, .. }))
}

/// Leaves a call by the exit of its end. One that nobody took ends the run where no way is drawn for it.
fn hang_up(graph: &FlowGraph, run: &mut RunState, end: CallEnd, now: DateTime<Utc>) -> Vec<Effect> {
    match (graph.target(&run.node, call_port(end)), end) {
        (Some(node), _) => walk(graph, run, node, now),
        (None, CallEnd::Answered) => run.end(RunStatus::Done, "completed"),
        (None, CallEnd::Failed) => run.end(RunStatus::Stopped, "not_sent"),
        (None, CallEnd::NoAnswer | CallEnd::Busy | CallEnd::Voicemail) => run.end(RunStatus::Stopped, end.as_str()),
    }
}

/// Whether a step went on without something that the person said while the drawing seemed to listen: no wait took it, and none will. It
/// came while a message was on its way and no wait follows that message, or when the wait was over a moment before.
pub fn passes_over(graph: &FlowGraph, before: &RunState, input: &Input, effects: &[Effect]) -> bool {
    let waits = |node: &NodeId| matches!(graph.node(node).map(|n| &n.kind), Some(NodeKind::WaitReply { .. }));
    match input {
        Input::Reply(_) => !before.status.listens(),
        _ => {
            let taken = |effect: &Effect| matches!(effect, Effect::Entered { node, .. } if waits(node));
            let moved = effects.iter().any(|effect| !matches!(effect, Effect::WakeAt { .. }));
            before.status.listens() && before.unheard && moved && !effects.iter().any(taken)
        }
    }
}

/// Goes on from where a restart left a run that was about to step.
fn leave_again(graph: &FlowGraph, run: &mut RunState, now: DateTime<Utc>) -> Vec<Effect> {
    match graph.node(&run.node).cloned() {
        Some(node) => walk(graph, run, &node, now),
        None => run.end(RunStatus::Stopped, "broken_flow"),
    }
}

/// Leaves the current node by an exit.
fn leave(graph: &FlowGraph, run: &mut RunState, port: &str, now: DateTime<Utc>) -> Vec<Effect> {
    match graph.target(&run.node, port) {
        Some(node) => walk(graph, run, node, now),
        None => run.end(RunStatus::Done, "completed"),
    }
}

/// Enters nodes until one of them makes the run wait or end.
fn walk(graph: &FlowGraph, run: &mut RunState, first: &Node, now: DateTime<Utc>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut node = first;
    loop {
        run.node.clone_from(&node.id);
        run.visit += 1;
        run.wake_at = None;
        if run.visit > MAX_VISITS {
            effects.extend(run.end(RunStatus::Stopped, "too_many_steps"));
            return effects;
        }
        effects.push(Effect::Entered { node: node.id.clone(), visit: run.visit });
        let port = match &node.kind {
            NodeKind::Start => "next".to_owned(),
            NodeKind::Send { channel, template_id } => {
                let Some(template_id) = *template_id else {
                    effects.extend(run.end(RunStatus::Stopped, "broken_flow"));
                    return effects;
                };
                if run.messages >= MAX_MESSAGES {
                    effects.extend(run.end(RunStatus::Stopped, "too_many_messages"));
                    return effects;
                }
                run.messages += 1;
                run.status = RunStatus::Sending;
                // What was said before this message is no answer to it.
                run.unheard = false;
                effects.push(Effect::Send { node: node.id.clone(), visit: run.visit, channel: *channel, template_id });
                return effects;
            }
            NodeKind::WaitReply { timeout_secs } => {
                if run.unheard {
                    // The answer was quicker than the news that the message had left.
                    run.unheard = false;
                    "reply".to_owned()
                } else {
                    let at = now + Duration::seconds(i64::from(*timeout_secs));
                    run.status = RunStatus::WaitingReply;
                    run.wake_at = Some(at);
                    effects.push(Effect::WakeAt { at });
                    return effects;
                }
            }
            NodeKind::Delay { secs } => {
                let at = now + Duration::seconds(i64::from(*secs));
                run.status = RunStatus::WaitingTime;
                run.wake_at = Some(at);
                effects.push(Effect::WakeAt { at });
                return effects;
            }
            NodeKind::Branch { cases } => match cases.iter().position(|case| case.holds(run.reply.as_ref())) {
                Some(i) => format!("case:{i}"),
                None => "else".to_owned(),
            },
            NodeKind::Agent { agent_id } => {
                let Some(agent_id) = *agent_id else {
                    effects.extend(run.end(RunStatus::Stopped, "broken_flow"));
                    return effects;
                };
                effects.push(Effect::HandTo { agent_id, answer_now: run.reply.is_some() });
                if graph.target(&node.id, "next").is_none() {
                    effects.extend(run.end(RunStatus::Done, "handed_to_agent"));
                    return effects;
                }
                "next".to_owned()
            }
            NodeKind::Webhook { url } => {
                run.status = RunStatus::WaitingWebhook;
                effects.push(Effect::Webhook { node: node.id.clone(), visit: run.visit, url: url.clone() });
                return effects;
            }
            NodeKind::End => {
                effects.extend(run.end(RunStatus::Done, "completed"));
                return effects;
            }
        };
        match graph.target(&node.id, &port) {
            Some(next) => node = next,
            None => {
                effects.extend(run.end(RunStatus::Done, "completed"));
                return effects;
            }
        }
    }
}
