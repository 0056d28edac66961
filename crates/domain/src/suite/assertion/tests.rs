//! What a test holds an answer against.

use serde_json::json;

use super::*;
use crate::guardrail::Priority;
use crate::turn::{Handover, Speaker};

fn sent(parts: &[&str], tools: &[&str]) -> Observed {
    let parts = parts.iter().map(|p| (*p).to_owned()).collect();
    Observed {
        outcome: Outcome::Sent { parts, priority: Priority::Normal },
        tools: tools.iter().map(|t| (*t).to_owned()).collect(),
    }
}

fn handover(reason: Escalation) -> Handover {
    Handover {
        reason,
        evidence: "refund".into(),
        holding: "A colleague will write to you.".into(),
        priority: Priority::High,
    }
}

fn escalated(reason: Escalation) -> Observed {
    Observed { outcome: Outcome::Escalated { handover: handover(reason) }, tools: vec![] }
}

fn failed() -> Observed {
    Observed { outcome: Outcome::Failed { reason: "cut".into(), passing: true }, tools: vec![] }
}

fn holds(assertion: Assertion, observed: &Observed) -> bool {
    check(&[assertion], observed)[0].passed
}

#[test]
fn a_hand_over_is_told_from_an_answer_and_by_its_reason() {
    let any = || Assertion::Escalated { reason: None };
    let refund = || Assertion::Escalated { reason: Some(Escalation::Refund) };
    assert!(holds(any(), &escalated(Escalation::Legal)));
    assert!(holds(refund(), &escalated(Escalation::Refund)));
    assert!(!holds(refund(), &escalated(Escalation::Pricing)));
    assert!(!holds(any(), &sent(&["Hi"], &[])));
    assert!(holds(Assertion::NotEscalated, &sent(&["Hi"], &[])));
    assert!(!holds(Assertion::NotEscalated, &escalated(Escalation::Refund)));
    let told = &check(&[refund()], &escalated(Escalation::Pricing))[0];
    assert_eq!(told.expected, "Goes to a human: Refund (refund)");
    assert_eq!(told.actual, "Went to a human: Pricing (pricing)");
}

#[test]
fn words_are_found_whatever_their_case_and_in_any_message() {
    let two = sent(&["We open at nine.", "See you Tuesday!"], &[]);
    assert!(holds(Assertion::Contains { text: " tuesday ".into() }, &two));
    assert!(!holds(Assertion::Contains { text: "Monday".into() }, &two));
    assert!(holds(Assertion::NotContains { text: "Monday".into() }, &two));
    assert!(!holds(Assertion::NotContains { text: "OPEN".into() }, &two));
}

#[test]
fn lengths_are_counted_over_all_messages() {
    let long = "a".repeat(161);
    let one = sent(&[&long], &[]);
    assert!(holds(Assertion::AtMostChars { chars: 161 }, &one));
    assert!(!holds(Assertion::AtMostChars { chars: 160 }, &one));
    assert!(!holds(Assertion::AtMostSegments { segments: 1 }, &one));
    assert!(holds(Assertion::AtMostSegments { segments: 2 }, &one));
    assert!(!holds(Assertion::AtMostMessages { messages: 1 }, &sent(&["a", "b"], &[])));
    assert_eq!(check(&[Assertion::AtMostSegments { segments: 1 }], &one)[0].actual, "2 segments");
}

#[test]
fn tools_run_in_order_with_others_between() {
    let ran = sent(&["Hi"], &["create_ticket", "get_customer_history", "search_knowledge_base"]);
    let order = |tools: &[&str]| Assertion::ToolsInOrder { tools: tools.iter().map(|t| (*t).to_owned()).collect() };
    assert!(holds(order(&["create_ticket", "search_knowledge_base"]), &ran));
    assert!(!holds(order(&["search_knowledge_base", "create_ticket"]), &ran));
    assert!(!holds(order(&["create_ticket", "create_ticket"]), &ran), "once is not twice");
    assert!(!holds(Assertion::ToolNotUsed { tool: "create_ticket".into() }, &ran));
    assert!(holds(Assertion::ToolNotUsed { tool: "escalate_to_human".into() }, &ran));
}

#[test]
fn no_answer_is_never_a_success() {
    for assertion in [
        Assertion::Escalated { reason: None },
        Assertion::NotEscalated,
        Assertion::Contains { text: "a".into() },
        Assertion::NotContains { text: "a".into() },
        Assertion::AtMostChars { chars: 10 },
        Assertion::AtMostSegments { segments: 1 },
        Assertion::AtMostMessages { messages: 1 },
    ] {
        assert!(!holds(assertion.clone(), &failed()), "{assertion:?}");
    }
}

#[test]
fn a_test_is_suggested_from_an_answer() {
    let step = |kind, title: &str, detail| TraceStep {
        kind,
        title: title.to_owned(),
        ok: true,
        detail,
        at_ms: 0,
        duration_ms: 0,
        tokens: None,
        cost: None,
    };
    let line = Line {
        speaker: Speaker::Agent,
        text: "a".repeat(161),
        parts: vec![],
        trace: vec![
            step(StepKind::Tool, "create_ticket failed", json!({ "by_model": false })),
            step(StepKind::Tool, "Refused: drop_tables", json!({ "refused": "There is no such tool here." })),
            step(StepKind::Search, "Searched the knowledge: 2 passages", json!({})),
            step(StepKind::Model, "scripted answered", json!({})),
        ],
        figures: None,
        escalated: None,
        stand_in: None,
        failure: None,
    };
    let tools = vec!["create_ticket".to_owned(), "search_knowledge_base".to_owned()];
    assert_eq!(
        suggest(&line, Some(Channel::Sms)),
        [Assertion::NotEscalated, Assertion::AtMostSegments { segments: 2 }, Assertion::ToolsInOrder { tools }]
    );
    let line = Line { escalated: Some(handover(Escalation::Refund)), trace: vec![], ..line };
    assert_eq!(suggest(&line, None), [Assertion::Escalated { reason: Some(Escalation::Refund) }]);
}
