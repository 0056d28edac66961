//! The rules for drawings, one broken drawing per rule.

use uuid::Uuid;

use super::check::{FlowProblem, Known, KnownAgent, KnownTemplate, MAX_NODES};
use super::condition::{Case, Test};
use super::edit::FlowEdit;
use super::starter::{one_sms, sms_whatsapp_voice};
use super::{Edge, FlowGraph, Node, NodeKind, Point};
use crate::agent::AgentStatus;
use crate::id::{AgentId, TemplateId};
use crate::message::Channel;
use crate::template::TemplateState;

fn template_id(n: u128) -> TemplateId {
    TemplateId::new(Uuid::from_u128(n))
}

fn agent_id(n: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(n))
}

/// Templates 1 SMS, 2 WhatsApp approved, 3 WhatsApp submitted, 4 voice; agents 1 live, 2 paused.
fn known() -> Known {
    let template = |n, channel, state| KnownTemplate { id: template_id(n), name: format!("t{n}"), channel, state };
    let agent = |n, status| KnownAgent { id: agent_id(n), name: format!("a{n}"), status };
    Known {
        templates: vec![
            template(1, Channel::Sms, TemplateState::Draft),
            template(2, Channel::Whatsapp, TemplateState::Approved),
            template(3, Channel::Whatsapp, TemplateState::Submitted),
            template(4, Channel::Voice, TemplateState::Draft),
        ],
        agents: vec![agent(1, AgentStatus::Live), agent(2, AgentStatus::Paused)],
    }
}

fn starter() -> FlowGraph {
    sms_whatsapp_voice(Some(template_id(1)), Some(template_id(2)), Some(template_id(4)), Some(agent_id(1)), 60)
}

/// The starter with one node made into something else; its ways stay where they fit.
fn with(id: &str, kind: NodeKind) -> FlowGraph {
    starter().apply(&FlowEdit::Change { id: id.into(), kind })
}

fn codes(graph: &FlowGraph) -> Vec<String> {
    let show = |p: FlowProblem| {
        let mark = if p.blocking { "!" } else { "?" };
        format!("{}{mark}{}", p.node.unwrap_or_default(), p.code)
    };
    graph.check(&known()).into_iter().map(show).collect()
}

#[test]
fn the_starters_are_right_once_they_are_filled_in() {
    assert!(codes(&starter()).is_empty());
    assert!(codes(&one_sms(Some(template_id(1)))).is_empty());
    assert_eq!(
        codes(&sms_whatsapp_voice(None, None, None, None, 60)),
        ["n2!no_template", "n5!no_template", "n7!no_template", "n9!no_agent"]
    );
}

#[test]
fn a_blank_drawing_says_what_is_missing() {
    assert_eq!(codes(&FlowGraph::blank()), ["!no_send", "n1!missing_exit"]);
}

#[test]
fn there_is_exactly_one_start() {
    let mut none = starter();
    none.nodes.remove(0);
    none.edges.remove(0);
    assert_eq!(codes(&none), ["!start"]);
    let mut two = starter();
    two.nodes.push(Node { id: "n99".into(), title: String::new(), at: Point::default(), kind: NodeKind::Start });
    assert_eq!(codes(&two), ["!start", "n99?unreachable", "n99!missing_exit"]);
}

#[test]
fn what_a_step_names_must_exist_and_fit() {
    let send = |channel, n| NodeKind::Send { channel, template_id: Some(template_id(n)) };
    for (id, kind, problem) in [
        ("n2", send(Channel::Sms, 9), "n2!unknown_template"),
        ("n2", send(Channel::Sms, 4), "n2!wrong_channel"),
        ("n5", send(Channel::Whatsapp, 3), "n5!unapproved_template"),
        ("n9", NodeKind::Agent { agent_id: None }, "n9!no_agent"),
        ("n9", NodeKind::Agent { agent_id: Some(agent_id(9)) }, "n9!unknown_agent"),
        ("n9", NodeKind::Agent { agent_id: Some(agent_id(2)) }, "n9!agent_not_live"),
    ] {
        assert_eq!(codes(&with(id, kind)), [problem]);
    }
}

#[test]
fn waits_have_a_length_within_reason() {
    for (secs, ok) in [(0, false), (1, true), (90 * 86_400, true), (90 * 86_400 + 1, false), (u32::MAX, false)] {
        let wanted: &[&str] = if ok { &[] } else { &["n3!bad_wait"] };
        assert_eq!(codes(&with("n3", NodeKind::WaitReply { timeout_secs: secs })), wanted, "{secs}");
    }
}

#[test]
fn a_branch_has_one_to_ten_cases_and_every_way_of_it() {
    let case = |n: usize| Case { test: Test::Contains, value: n.to_string() };
    assert_eq!(codes(&with("n4", NodeKind::Branch { cases: vec![] })), ["n4!bad_cases"]);
    let eleven = codes(&with("n4", NodeKind::Branch { cases: (0..11).map(case).collect() }));
    assert_eq!(eleven.iter().filter(|c| *c == "n4!missing_exit").count(), 10);
    assert!(eleven.contains(&"n4!bad_cases".to_owned()));
}

#[test]
fn a_case_that_looks_for_nothing_is_advice() {
    for (test, value, empty) in [
        (Test::Contains, " ", true),
        (Test::Contains, "price", false),
        (Test::Key, "", true),
        (Test::Positive, "", false),
    ] {
        let found = codes(&with("n4", NodeKind::Branch { cases: vec![Case { test, value: value.into() }] }));
        assert_eq!(found, if empty { vec!["n4?empty_case"] } else { vec![] }, "{test} {value:?}");
    }
}

#[test]
fn a_webhook_needs_a_whole_address() {
    for (url, ok) in [
        ("https://a.example/x", true),
        ("http://10.0.0.1", true),
        ("a.example", false),
        ("", false),
        ("javascript:x", false),
        ("https://", false),
        ("https://[::1", false),
        ("https://host:99999/", false),
        ("HTTPS://EXAMPLE.COM", true),
    ] {
        let found = codes(&with("n9", NodeKind::Webhook { url: url.into() }));
        assert_eq!(found.is_empty(), ok, "{url}: {found:?}");
    }
}

#[test]
fn a_way_that_ends_nowhere_is_named() {
    for (from, port, to) in [("n2", "next", "n77"), ("n77", "next", "n2"), ("n2", "case:0", "n3")] {
        let mut graph = starter();
        graph.edges.retain(|e| !(e.from == from && e.port == port));
        graph.edges.push(Edge { from: from.into(), port: port.into(), to: to.into() });
        assert_eq!(codes(&graph).iter().filter(|code| *code == "!dangling_edge").count(), 1, "{from} {port} {to}");
    }
}

#[test]
fn a_step_that_nothing_leads_to_is_advice() {
    let graph = starter().apply(&FlowEdit::Add { kind: NodeKind::End, at: Point::default() });
    assert_eq!(codes(&graph), ["n11?unreachable"]);
}

#[test]
fn required_exits_must_lead_somewhere_and_optional_ones_need_not() {
    let cut = |port: &str| starter().apply(&FlowEdit::Disconnect { from: "n2".into(), port: port.into() });
    assert_eq!(codes(&cut("not_sent")), Vec::<String>::new());
    assert!(codes(&cut("next")).contains(&"n2!missing_exit".to_owned()));
}

#[test]
fn a_loop_that_somebody_would_suffer_from_is_refused() {
    let slow =
        sms_whatsapp_voice(Some(template_id(1)), Some(template_id(2)), Some(template_id(4)), Some(agent_id(1)), 3_600);
    let back = |from: &str, port: &str, to: &str| {
        slow.apply(&FlowEdit::Connect { from: from.into(), port: port.into(), to: to.into() })
    };
    assert!(codes(&back("n8", "timeout", "n2")).is_empty(), "its waits make it harmless");
    assert_eq!(codes(&back("n5", "not_sent", "n2")), ["n2!loop", "n5!loop"], "not sent, not sent, not sent …");
    let mut itself = starter();
    itself.edges.retain(|e| !(e.from == "n2" && e.port == "not_sent"));
    itself.edges.push(Edge { from: "n2".into(), port: "not_sent".into(), to: "n2".into() });
    assert_eq!(codes(&itself), ["n2!loop"]);
    // Send, wait a second, send again; and a wait that leads to itself.
    let quick = with("n6", NodeKind::Delay { secs: 1 }).apply(&FlowEdit::Connect {
        from: "n6".into(),
        port: "next".into(),
        to: "n5".into(),
    });
    let found = codes(&quick);
    assert!(["n5!loop", "n6!loop"].iter().all(|code| found.contains(&(*code).to_owned())), "{found:?}");
    let mut waiting = starter();
    waiting.edges.retain(|e| !(e.from == "n8" && e.port == "timeout"));
    waiting.edges.push(Edge { from: "n8".into(), port: "timeout".into(), to: "n8".into() });
    assert_eq!(codes(&waiting), ["n8!loop"]);
    // Whoever answers decides how often they are answered.
    let mut menu = starter();
    menu.edges.retain(|e| !(e.from == "n4" && e.port == "else"));
    menu.edges.push(Edge { from: "n4".into(), port: "else".into(), to: "n3".into() });
    assert!(!codes(&menu).iter().any(|code| code.ends_with("loop")), "{:?}", codes(&menu));
}

#[test]
fn of_two_ways_from_one_exit_none_is_taken_in_silence() {
    let mut graph = starter();
    graph.edges.push(Edge { from: "n2".into(), port: "next".into(), to: "n5".into() });
    assert_eq!(codes(&graph), ["n2!two_ways"]);
    assert_eq!(graph.shape().of("nodes.n2"), Some("Step “n2” has two ways from its exit “next”. Keep one."));
}

#[test]
fn two_steps_of_one_name_are_found() {
    let mut graph = starter();
    let twin = graph.nodes[9].clone();
    graph.nodes.push(twin);
    assert_eq!(codes(&graph), ["n10!duplicate_id"]);
}

#[test]
fn a_drawing_that_is_too_large_is_not_looked_into() {
    let mut graph = starter();
    let node = |i: u32| Node { id: format!("x{i}"), title: String::new(), at: Point::default(), kind: NodeKind::End };
    graph.nodes.extend((0..MAX_NODES).map(node));
    assert_eq!(codes(&graph), ["!too_big"]);
}

#[test]
fn every_message_is_a_sentence() {
    let broken = sms_whatsapp_voice(None, Some(template_id(3)), Some(template_id(1)), Some(agent_id(2)), 0)
        .apply(&FlowEdit::Add { kind: NodeKind::Webhook { url: String::new() }, at: Point::default() });
    for problem in broken.check(&known()) {
        assert!(problem.message.ends_with('.'), "{}", problem.message);
    }
}
