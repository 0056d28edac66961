//! The scripted model: its lines, its marks, its use of tools.

use serde_json::{Value, json};

use super::*;
use crate::http::tests::ask;
use crate::{JsonSchema, ToolCall, ToolChoice, ToolSpec};

async fn said(model: &str, text: &str, max_tokens: u32) -> (String, Result<Delta, Error>) {
    let ask = Ask { messages: vec![Turn::user(text)], max_tokens, ..told() };
    let mut all: Vec<_> = stream(model, &ask, true).collect().await;
    let last = all.pop().unwrap();
    let text = all.into_iter().map(|delta| if let Ok(Delta::Text(text)) = delta { text } else { panic!("{delta:?}") });
    (text.collect(), last)
}

fn told() -> Ask {
    Ask { system: "Be kind.\nLead name: Ada Lovelace\n".into(), ..ask() }
}

fn tool(name: &str) -> ToolSpec {
    let schema = json!({"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]});
    ToolSpec { name: name.into(), description: String::new(), schema }
}

/// With both tools.
fn equipped(messages: Vec<Turn>) -> Ask {
    Ask { messages, tools: vec![tool("search_knowledge_base"), tool("escalate_to_human")], ..told() }
}

fn called(ask: &Ask) -> Option<(String, String)> {
    match reply::to(ask, &reply::said(ask)) {
        Reply::Calls(mut calls) => calls.pop().map(|call| (call.name, call.arguments)),
        Reply::Text(_) => None,
    }
}

fn text(ask: &Ask) -> String {
    match reply::to(ask, &reply::said(ask)) {
        Reply::Text(text) => text,
        Reply::Calls(calls) => panic!("{calls:?}"),
    }
}

#[test]
fn keywords_pick_the_line() {
    for (said, part) in [
        ("What are your opening hours?", "Monday to Friday"),
        ("How much is it?", "$49"),
        ("Can I book an appointment", "Which day suits you"),
        ("STOP", "the one word STOP"),
        ("I want a refund!", "30 days"),
        ("No.", "No problem"),
        ("Not now, I know", "No problem"),
        ("Yes please", "Great, Ada!"),
        ("hi", "Hello, Ada"),
        ("Tell me a story", "Thank you for your message, Ada."),
        ("", "thank you for your interest"),
    ] {
        let (answer, _) = script::line(&said.to_lowercase(), Some("Ada"));
        assert!(answer.contains(part), "{said}: {answer}");
    }
    assert_eq!(script::line("hello", None).0, "Hello, good to hear from you. What can I do for you today?");
    for (_, line) in script::SCRIPT {
        assert!(line.contains("{, name}"), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_streams_counts_and_stops_at_the_limit() {
    let (text, last) = said("scripted-1", "hello", 300).await;
    assert_eq!(text, "Hello, Ada, good to hear from you. What can I do for you today?");
    let usage = Some(Usage { prompt_tokens: 7, completion_tokens: 14 });
    assert_eq!(last, Ok(Delta::Done { usage, finish: Finish::Stop, calls: vec![] }));
    let (text, last) = said("scripted-1", "hello", 2).await;
    assert_eq!(text, "Hello, Ada, ");
    assert!(matches!(last, Ok(Delta::Done { finish: Finish::Length, .. })));
}

#[tokio::test(start_paused = true)]
async fn it_fails_waits_and_breaks_off_when_told_to() {
    assert_eq!(said("scripted-1", "hello [[FAIL]]", 300).await.1.unwrap_err().word(), "retry");
    assert_eq!(said("scripted-fail", "hello", 300).await.1.unwrap_err().word(), "retry");
    assert_eq!(said("gpt-4", "hello", 300).await.1.unwrap_err().word(), "stop");
    let (text, last) = said("scripted-1", "hello [[cut]]", 300).await;
    assert_eq!((text.as_str(), last), ("Hello, Ada, good to hear from you. ", Err(Error::Cut)));
    let before = tokio::time::Instant::now();
    assert!(said("scripted-1", "hello [[slow]]", 300).await.1.is_ok());
    assert!(before.elapsed() >= SLOW);
}

#[test]
fn it_looks_up_what_it_does_not_know_and_answers_from_what_it_finds() {
    let question = Turn::user("Do you ship to Norway?");
    let arguments = r#"{"query":"Do you ship to Norway?"}"#.to_owned();
    let first = equipped(vec![question.clone()]);
    assert_eq!(called(&first), Some(("search_knowledge_base".into(), arguments)));

    let call = ToolCall::new("c", "search_knowledge_base", json!({}));
    let found = json!({"passages": [{"title": "Delivery", "text": "Refunds take a week. Shipping to Norway takes three days and is free above 50 euros."}]});
    let answered = |result: &str| {
        let turns = vec![question.clone(), Turn::tool_calls("", vec![call.clone()]), Turn::tool_result(&call, result)];
        text(&equipped(turns))
    };
    let expected = "Thank you for asking, Ada. Shipping to Norway takes three days and is free above 50 euros.";
    assert_eq!(answered(&found.to_string()), expected);
    assert!(
        answered("Nothing was found.").starts_with("Thank you for your message"),
        "a second search would find nothing either"
    );

    let system =
        format!("{}<passages>\n[1] Delivery\nWe ship to Norway within three days.\n</passages>", told().system);
    let ask = Ask { system, ..first };
    assert!(text(&ask).contains("within three days"), "{}", text(&ask));
    assert_eq!(called(&equipped(vec![Turn::user("Hello")])), None, "a greeting needs no search");
}

#[test]
fn it_uses_tools_as_it_is_told_and_only_those_on_offer() {
    let with = |text: &str| equipped(vec![Turn::user(text)]);
    let handed = called(&with("I am lost [[escalate]]")).unwrap();
    assert_eq!((handed.0.as_str(), handed.1.as_str()), ("escalate_to_human", r#"{"query":"I am lost "}"#));
    assert_eq!(called(&with(r#"[[tool:track_order {"id": 7}]]"#)), Some(("track_order".into(), r#"{"id": 7}"#.into())));
    assert!(serde_json::from_str::<Value>(&called(&with("[[badjson]]")).unwrap().1).is_err());
    let looping = with("[[loop]]");
    let call = ToolCall::new("c", "search_knowledge_base", json!({}));
    let mut messages = looping.messages.clone();
    messages.extend([Turn::tool_calls("", vec![call.clone()]), Turn::tool_result(&call, "x")]);
    assert!(called(&looping).is_some() && called(&equipped(messages)).is_some(), "without an end");
    for ask in [
        Ask { tool_choice: ToolChoice::None, ..with("[[loop]] [[escalate]]") },
        Ask { tools: vec![], ..with("[[escalate]] Do you ship to Norway?") },
    ] {
        assert_eq!(called(&ask), None);
    }
    let named = Ask { tool_choice: ToolChoice::Named("escalate_to_human".into()), ..with("hello") };
    assert_eq!(called(&named).unwrap().0, "escalate_to_human");
}

#[test]
fn it_fills_in_a_shape() {
    let schema = json!({"type": "object", "properties": {"kind": {"enum": ["reply", "escalate"]}, "text": {"type": "string"}}, "required": ["kind", "text"]});
    let ask = Ask { messages: vec![Turn::user("hello")], schema: Some(JsonSchema::new("proposal", schema)), ..told() };
    let value: Value = serde_json::from_str(&text(&ask)).unwrap();
    assert_eq!(value["kind"], "reply");
    assert!(value["text"].as_str().unwrap().starts_with("Hello, Ada"));
}

#[test]
fn it_advises_on_a_campaign_from_its_figures() {
    let facts = json!({
        "status": "active", "people": 9, "under_way": 2, "replied": 3, "cost_micros": 0,
        "channels": [{"channel": "sms", "sent": 9, "delivered": 9, "replied": 3, "opted_out": 0, "failed": 0, "escalated": 0, "cost_micros": 0}],
        "steps": [{"step": "n2", "name": "Send SMS", "channel": "sms", "sent": 9, "delivered": 9, "replied": 3, "opted_out": 0, "failed": 0}],
        "answers_by_hour": [], "answers_by_weekday": [], "leads": [],
    });
    let wanted =
        || Some(JsonSchema::new("advice", json!({"type": "object", "properties": {"text": {"type": "string"}}})));
    let ask = Ask { messages: vec![Turn::user(facts.to_string())], schema: wanted(), ..told() };
    let value: Value = serde_json::from_str(&text(&ask)).unwrap();
    assert_eq!((&value["analysis"]["action"], &value["timing"]["step"]), (&json!("CONTINUE"), &json!("n2")));
    let ask = Ask { messages: vec![Turn::user("hello")], schema: wanted(), ..told() };
    let value: Value = serde_json::from_str(&text(&ask)).unwrap();
    assert!(value["text"].is_string(), "what is no campaign gets the plainest value: {value}");
}
