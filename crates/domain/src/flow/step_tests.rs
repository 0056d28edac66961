//! What a run does, input by input. The acceptance flow (spec FLW-06) is walked along each of its ways.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::condition::{Case, Reply, Test};
use super::edit::FlowEdit;
use super::starter::sms_whatsapp_voice;
use super::step::{Effect, Input, MAX_MESSAGES, MAX_VISITS, RunState, RunStatus, step};
use super::{Edge, FlowGraph, Node, NodeKind, Point};
use crate::id::{AgentId, TemplateId};
use crate::message::{CallEnd, Channel};

fn template(n: u128) -> Option<TemplateId> {
    Some(TemplateId::new(Uuid::from_u128(n)))
}

fn starter() -> FlowGraph {
    sms_whatsapp_voice(template(1), template(2), template(3), Some(AgentId::new(Uuid::from_u128(1))), 3_600)
}

fn chain(kinds: &[NodeKind]) -> FlowGraph {
    let mut graph = FlowGraph::blank();
    for (i, kind) in kinds.iter().enumerate() {
        let id = format!("n{}", i + 2);
        graph.nodes.push(Node { id: id.clone(), title: String::new(), at: Point::default(), kind: kind.clone() });
        let before = &graph.nodes[i];
        let from = before.id.clone();
        let port = if matches!(before.kind, NodeKind::WaitReply { .. }) { "reply" } else { "next" }.to_owned();
        graph.edges.push(Edge { from, port, to: id });
    }
    graph
}

fn sms() -> NodeKind {
    NodeKind::Send { channel: Channel::Sms, template_id: template(1) }
}

/// A run under a clock that stands until it is moved.
struct Walk {
    graph: FlowGraph,
    run: RunState,
    now: DateTime<Utc>,
}

impl Walk {
    fn begin(graph: FlowGraph) -> Self {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
        let mut walk = Self { graph, run: RunState::new(), now };
        walk.give(Input::Go);
        walk
    }

    fn give(&mut self, input: Input) -> Vec<Effect> {
        let (run, effects) = step(&self.graph, &self.run, &input, self.now);
        self.run = run;
        effects
    }

    fn sent(&mut self, accepted: bool) -> Vec<Effect> {
        self.give(Input::Sent { visit: self.run.visit, accepted })
    }

    fn called(&mut self, end: CallEnd) -> Vec<Effect> {
        self.give(Input::Called { visit: self.run.visit, end })
    }

    fn says(&mut self, body: &str) -> Vec<Effect> {
        self.give(Input::Reply(Reply { body: body.into(), channel: Channel::Sms }))
    }

    fn later(&mut self, secs: i64) -> Vec<Effect> {
        self.now += Duration::seconds(secs);
        self.give(Input::Wake)
    }

    /// `node status outcome`, for short assertions.
    fn is(&self) -> String {
        let outcome = self.run.outcome.as_deref().map(|o| format!(" {o}")).unwrap_or_default();
        format!("{} {}{outcome}", self.run.node, self.run.status)
    }
}

/// The sends among effects, as node, visit and channel.
fn sends(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .filter_map(|e| match e {
            Effect::Send { node, visit, channel, .. } => Some(format!("{node}#{visit} {channel}")),
            _ => None,
        })
        .collect()
}

#[test]
fn nobody_answers_and_every_channel_is_tried_once() {
    let mut walk = Walk::begin(starter());
    assert_eq!(walk.is(), "n2 sending");
    let mut all = Vec::new();
    for _ in 0..3 {
        walk.sent(true);
        walk.called(CallEnd::NoAnswer);
        assert_eq!(walk.run.status, RunStatus::WaitingReply);
        assert_eq!(walk.run.wake_at, Some(walk.now + Duration::hours(1)));
        all.extend(sends(&walk.later(3_600)));
    }
    assert_eq!(all, ["n5#4 whatsapp", "n7#6 voice"]);
    assert_eq!(walk.is(), "n10 done completed");
}

#[test]
fn a_yes_goes_to_the_agent_and_a_no_is_left_alone() {
    let mut walk = Walk::begin(starter());
    walk.sent(true);
    let effects = walk.says("Yes, tell me more");
    assert!(effects.iter().any(|e| matches!(e, Effect::HandTo { answer_now: true, .. })), "{effects:?}");
    assert_eq!(walk.is(), "n10 done completed");

    let mut walk = Walk::begin(starter());
    walk.sent(true);
    let effects = walk.says("No thanks");
    assert!(!effects.iter().any(|e| matches!(e, Effect::HandTo { .. })), "{effects:?}");
    assert_eq!(walk.is(), "n10 done completed");
    assert_eq!(effects.last(), Some(&Effect::End { outcome: "completed".into() }));
}

#[test]
fn what_cannot_be_sent_goes_on_by_the_other_channel() {
    let mut walk = Walk::begin(starter());
    assert_eq!(sends(&walk.sent(false)), ["n5#3 whatsapp"]);
    assert_eq!(sends(&walk.sent(false)), ["n7#4 voice"]);
    walk.sent(false);
    assert_eq!(walk.is(), "n7 stopped not_sent", "no way for it: the run says so instead of going on");
}

#[test]
fn every_node_that_is_entered_is_written_down_once() {
    let mut walk = Walk::begin(chain(&[NodeKind::Delay { secs: 60 }, sms(), NodeKind::End]));
    let mut entered = Vec::new();
    for effect in walk.later(60).into_iter().chain(walk.sent(true)) {
        if let Effect::Entered { node, visit } = effect {
            entered.push(format!("{node}#{visit}"));
        }
    }
    assert_eq!(entered, ["n3#3", "n4#4"]);
}

#[test]
fn news_of_another_visit_and_early_wakes_change_nothing() {
    let mut walk = Walk::begin(starter());
    let before = walk.run.clone();
    for input in [
        Input::Go,
        Input::Wake,
        Input::Sent { visit: walk.run.visit - 1, accepted: true },
        Input::Sent { visit: walk.run.visit + 1, accepted: false },
        Input::WebhookDone { visit: walk.run.visit, ok: true },
    ] {
        assert_eq!(walk.give(input.clone()), vec![], "{input:?}");
        assert_eq!(walk.run, before, "{input:?}");
    }
    walk.sent(true);
    let waiting = walk.run.clone();
    assert_eq!(walk.later(3_599), vec![]);
    assert_eq!(walk.run, waiting);
    assert_eq!(walk.sent(true), vec![], "told twice");
    assert_eq!(walk.run, waiting);
}

#[test]
fn an_answer_before_the_news_of_the_send_is_not_lost() {
    let mut walk = Walk::begin(starter());
    assert_eq!(walk.says("yes"), vec![]);
    assert_eq!(walk.is(), "n2 sending");
    walk.sent(true);
    assert_eq!(walk.is(), "n10 done completed", "the wait takes it at once");
}

#[test]
fn an_answer_during_a_fixed_wait_is_taken_by_the_next_wait_for_one() {
    let flow = [sms(), NodeKind::Delay { secs: 60 }, NodeKind::WaitReply { timeout_secs: 60 }, NodeKind::End];
    let mut walk = Walk::begin(chain(&flow));
    walk.sent(true);
    assert_eq!(walk.says("hello"), vec![]);
    assert_eq!(walk.is(), "n3 waiting_time");
    walk.later(60);
    assert_eq!(walk.is(), "n5 done completed");
}

#[test]
fn what_was_said_before_a_message_is_no_answer_to_it() {
    let flow = [sms(), NodeKind::Delay { secs: 60 }, sms(), NodeKind::WaitReply { timeout_secs: 60 }, NodeKind::End];
    let mut walk = Walk::begin(chain(&flow));
    walk.sent(true);
    walk.says("hello");
    walk.later(60);
    walk.sent(true);
    assert_eq!(walk.is(), "n5 waiting_reply");
}

#[test]
fn a_branch_takes_the_first_case_that_holds() {
    let case = |test, value: &str| Case { test, value: value.into() };
    let branch = NodeKind::Branch {
        cases: vec![case(Test::Contains, "price"), case(Test::Question, ""), case(Test::Positive, "")],
    };
    for (says, node) in [("what is the price?", "n4"), ("when?", "n5"), ("ok", "n6"), ("hmm", "n7")] {
        let mut graph = chain(&[NodeKind::WaitReply { timeout_secs: 60 }, branch.clone()]);
        for (i, port) in ["case:0", "case:1", "case:2", "else"].into_iter().enumerate() {
            graph = graph
                .apply(&FlowEdit::Add { kind: NodeKind::End, at: Point::default() })
                .apply(&FlowEdit::Connect { from: "n3".into(), port: port.into(), to: format!("n{}", i + 4) });
        }
        let mut walk = Walk::begin(graph);
        walk.says(says);
        assert_eq!(walk.is(), format!("{node} done completed"), "{says}");
    }
}

#[test]
fn a_webhook_is_called_once_and_its_failure_has_its_own_way() {
    let hook = NodeKind::Webhook { url: "https://a.example".into() };
    let mut graph = chain(&[hook, NodeKind::End]);
    let mut walk = Walk::begin(graph.clone());
    assert_eq!(walk.is(), "n2 waiting_webhook");
    let visit = walk.run.visit;
    walk.give(Input::WebhookDone { visit, ok: false });
    assert_eq!(walk.is(), "n2 stopped webhook_failed", "the editor says: nowhere, the run ends");

    graph = graph
        .apply(&FlowEdit::Add { kind: NodeKind::Delay { secs: 60 }, at: Point::default() })
        .apply(&FlowEdit::Connect { from: "n2".into(), port: "failed".into(), to: "n4".into() });
    for (ok, node) in [(true, "n3 done completed"), (false, "n4 waiting_time")] {
        let mut walk = Walk::begin(graph.clone());
        walk.give(Input::WebhookDone { visit, ok });
        assert_eq!(walk.is(), node);
    }
}

#[test]
fn nobody_gets_more_messages_than_one_person_may_get() {
    let mut graph = chain(&[sms(), NodeKind::Delay { secs: 1 }]);
    graph.edges.push(Edge { from: "n3".into(), port: "next".into(), to: "n2".into() });
    let mut walk = Walk::begin(graph);
    for sent in 1..=MAX_MESSAGES {
        assert_eq!((walk.run.status, walk.run.messages), (RunStatus::Sending, sent));
        walk.sent(true);
        walk.later(1);
    }
    assert_eq!(walk.is(), "n2 stopped too_many_messages");
}

#[test]
fn an_agent_at_the_end_keeps_the_lead() {
    let agent = NodeKind::Agent { agent_id: Some(AgentId::new(Uuid::from_u128(1))) };
    let walk = Walk::begin(chain(std::slice::from_ref(&agent)));
    assert_eq!(walk.is(), "n2 done handed_to_agent");
    let walk = Walk::begin(chain(&[agent, NodeKind::Delay { secs: 60 }]));
    assert_eq!(walk.is(), "n3 waiting_time", "with a way it goes on");
}

#[test]
fn a_run_that_was_stopped_stays_stopped() {
    let mut walk = Walk::begin(starter());
    assert_eq!(walk.give(Input::Stop { reason: "opted_out".into() }), [Effect::End { outcome: "opted_out".into() }]);
    let stopped = walk.run.clone();
    assert_eq!(stopped.wake_at, None);
    for input in [Input::Go, Input::Wake, Input::Sent { visit: 2, accepted: true }, Input::Stop { reason: "x".into() }]
    {
        assert_eq!(walk.give(input), vec![]);
        assert_eq!(walk.run, stopped);
    }
    assert_eq!(walk.says("yes"), vec![]);
    assert_eq!(walk.run, stopped);
}

#[test]
fn a_broken_drawing_stops_the_run_and_sends_nothing() {
    let unset = NodeKind::Send { channel: Channel::Sms, template_id: None };
    for graph in [chain(&[unset]), chain(&[NodeKind::Agent { agent_id: None }])] {
        assert_eq!(Walk::begin(graph).is(), "n2 stopped broken_flow");
    }
    let mut headless = FlowGraph::blank();
    headless.nodes.clear();
    assert_eq!(Walk::begin(headless).run.outcome.as_deref(), Some("broken_flow"));
}

#[test]
fn a_loop_comes_to_its_end_even_so() {
    let branch = |id: &str| Node {
        id: id.into(),
        title: String::new(),
        at: Point::default(),
        kind: NodeKind::Branch { cases: vec![] },
    };
    let mut spinning = FlowGraph::blank();
    spinning.nodes.extend([branch("n2"), branch("n3")]);
    for (from, port, to) in [("n1", "next", "n2"), ("n2", "else", "n3"), ("n3", "else", "n2")] {
        spinning.edges.push(Edge { from: from.into(), port: port.into(), to: to.into() });
    }
    let walk = Walk::begin(spinning);
    assert_eq!(walk.run.outcome.as_deref(), Some("too_many_steps"));
    assert_eq!(walk.run.visit, MAX_VISITS + 1);
}

#[test]
fn the_same_inputs_give_the_same_sends_under_the_same_keys() {
    let walk = |restart: bool| {
        let mut walk = Walk::begin(starter());
        let mut all = vec![format!("{}#{}", walk.run.node, walk.run.visit)];
        walk.sent(true);
        if restart {
            // What was written down comes back from JSON.
            let json = serde_json::to_string(&walk.run).unwrap_or_default();
            walk.run = serde_json::from_str(&json).unwrap_or_default();
        }
        all.extend(sends(&walk.later(3_600)));
        walk.sent(true);
        all.extend(sends(&walk.later(3_600)));
        all
    };
    assert_eq!(walk(false), ["n2#2", "n5#4 whatsapp", "n7#6 voice"]);
    assert_eq!(walk(true), walk(false));
}

#[test]
fn a_message_that_did_not_arrive_is_waited_for_no_longer() {
    let mut graph = chain(&[sms(), NodeKind::WaitReply { timeout_secs: 60 }, NodeKind::Delay { secs: 60 }]);
    let lost = |visit| Input::Undelivered { node: "n2".into(), visit };
    let waiting = |graph: &FlowGraph| {
        let mut walk = Walk::begin(graph.clone());
        walk.sent(true);
        walk
    };
    let mut walk = waiting(&graph);
    walk.give(lost(2));
    assert_eq!(walk.is(), "n3 stopped not_sent", "the editor says: nowhere, the run ends");

    graph = graph
        .apply(&FlowEdit::Add { kind: NodeKind::Delay { secs: 5 }, at: Point::default() })
        .apply(&FlowEdit::Connect { from: "n2".into(), port: "not_sent".into(), to: "n5".into() });
    let mut walk = waiting(&graph);
    assert_eq!(walk.give(lost(1)), vec![], "another visit's news");
    walk.give(lost(2));
    assert_eq!(walk.is(), "n5 waiting_time");

    let mut walk = waiting(&graph);
    walk.says("yes");
    assert_eq!(walk.give(lost(2)), vec![], "they answered, so it arrived");
    assert_eq!(walk.is(), "n4 waiting_time");

    let mut walk = Walk::begin(graph);
    walk.give(lost(2));
    assert_eq!(walk.is(), "n5 waiting_time", "the failure was quicker than the news that it had left");
    assert_eq!(walk.give(Input::Sent { visit: 2, accepted: true }), vec![]);
}

/// A call, and for each way of its end a wait of its own; `n8` behind a wait for a reply.
fn after_a_call(drawn: &[CallEnd]) -> FlowGraph {
    let call = NodeKind::Send { channel: Channel::Voice, template_id: template(1) };
    let mut graph = chain(&[call]);
    for (i, end) in drawn.iter().enumerate() {
        let id = format!("n{}", i + 3);
        let kind = NodeKind::WaitReply { timeout_secs: 60 };
        graph.nodes.push(Node { id: id.clone(), title: String::new(), at: Point::default(), kind });
        graph.edges.push(Edge { from: "n2".into(), port: super::graph::call_port(*end).into(), to: id });
    }
    graph
}

#[test]
fn a_call_that_nobody_took_leaves_by_its_own_exit() {
    for (i, end) in CallEnd::ALL.iter().enumerate() {
        let mut walk = Walk::begin(after_a_call(CallEnd::ALL));
        assert!(matches!(walk.sent(true)[..], [Effect::WakeAt { .. }]), "made is not taken");
        assert_eq!(walk.is(), "n2 sending");
        walk.called(*end);
        assert_eq!(walk.is(), format!("n{} waiting_reply", i + 3), "{end}");
        assert_eq!(walk.give(Input::Called { visit: 2, end: CallEnd::Busy }), vec![], "another visit's news");

        let mut walk = Walk::begin(after_a_call(CallEnd::ALL));
        walk.called(*end);
        assert_eq!(walk.is(), format!("n{} waiting_reply", i + 3), "{end}, quicker than the news that it was made");
        assert_eq!(walk.give(Input::Sent { visit: 2, accepted: true }), vec![]);

        let mut walk = Walk::begin(after_a_call(&[]));
        walk.sent(true);
        walk.called(*end);
        let ended = match end {
            CallEnd::Answered => "done completed".to_owned(),
            CallEnd::Failed => "stopped not_sent".to_owned(),
            end => format!("stopped {end}"),
        };
        assert_eq!(walk.is(), format!("n2 {ended}"), "the editor says: nowhere, the run ends");
    }
}

#[test]
fn a_key_that_was_pressed_in_a_call_is_an_answer_and_no_machine() {
    let mut walk = Walk::begin(after_a_call(&[CallEnd::Answered, CallEnd::Voicemail]));
    walk.sent(true);
    assert_eq!(walk.says("Pressed 1"), vec![]);
    walk.called(CallEnd::Voicemail);
    assert_eq!(walk.is(), "n3 done completed", "the wait behind `answered` takes it at once");
}

#[test]
fn a_call_of_which_nobody_reports_the_end_does_not_hold_the_run_for_ever() {
    let mut walk = Walk::begin(after_a_call(CallEnd::ALL));
    walk.sent(true);
    assert_eq!(walk.later(14 * 60), vec![]);
    walk.later(60);
    assert_eq!(walk.is(), "n3 waiting_reply");
}
