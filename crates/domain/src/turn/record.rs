//! What is kept of a turn: everything that "Why this message?" shows and everything that a replay needs.
//!
//! Kept as a document. Old ones must parse for ever: new fields have defaults, `format` counts up when a meaning changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Figures, Handover, Said, TraceStep};
use crate::agent::{AgentDraft, ModelChoice};
use crate::closed_list;
use crate::guardrail::{self, Priority};
use crate::id::{
    AgentId, AgentVersionId, ConversationId, DocumentId, LlmRequestId, MessageId, PassageId, TemplateId, TicketId,
    TurnId,
};
use crate::knowledge::Reason;
use crate::message::Channel;
use crate::money::Micros;

closed_list! {
    /// What a turn was for.
    pub enum Purpose {
        /// An answer to a person.
        Reply = "reply",
        /// The Test Console, or the API's test.
        Test = "test",
        /// A saved test of a suite.
        Suite = "suite",
        /// An old turn once more, with something changed.
        Replay = "replay",
    }
}

impl Purpose {
    /// Whether nothing may leave the house: no message, no ticket, no webhook.
    pub fn is_dry(self) -> bool {
        self != Self::Reply
    }
}

/// One passage of the agent's knowledge that the model was shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FoundPassage))]
pub struct Found {
    /// Its id.
    pub id: PassageId,
    /// Its document.
    #[serde(default)]
    pub document: Option<DocumentId>,
    /// What its document is called, and the headings it stands under.
    pub title: String,
    /// Its text.
    pub text: String,
    /// How well it fits, in percent.
    pub score: u8,
    /// What was searched for.
    pub query: String,
    /// Why it was found; empty in records from before reasons were kept.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// One use of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToolUse {
    /// The tool, or what the model called it.
    pub name: String,
    /// Whether the model asked for it; else it was run by code, in the fixed order.
    pub by_model: bool,
    /// What it was called with.
    #[serde(default)]
    pub arguments: Value,
    /// What came of it, as the model was told.
    #[serde(default)]
    pub result: Value,
    /// Whether it worked.
    pub ok: bool,
    /// Whether it was refused: not offered, or over the limit.
    #[serde(default)]
    pub refused: bool,
    /// When it began, counted from the beginning of the turn.
    pub at_ms: u32,
    /// How long it took.
    pub duration_ms: u32,
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ruling {
    /// The rule.
    pub rule: String,
    /// Whether it held.
    pub passed: bool,
    /// What it saw, for people.
    pub note: String,
}

impl Ruling {
    /// For people.
    pub fn label(&self) -> String {
        self.rule.parse::<guardrail::Rule>().map_or_else(|_| self.rule.clone(), |rule| rule.label().to_owned())
    }
}

impl From<guardrail::Verdict> for Ruling {
    fn from(verdict: guardrail::Verdict) -> Self {
        Self { rule: verdict.rule.as_str().to_owned(), passed: verdict.passed, note: verdict.note }
    }
}

/// One call to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelCall {
    /// Its row in the log of requests.
    #[serde(default)]
    pub id: Option<LlmRequestId>,
    /// Which model.
    pub model: ModelChoice,
    /// In which round of tools, from 1.
    pub round: u32,
    /// `ok`, or the word of the error.
    pub outcome: String,
    /// What went wrong, for people.
    #[serde(default)]
    pub reason: Option<String>,
    /// Tokens sent.
    pub tokens_prompt: u32,
    /// Tokens answered with.
    pub tokens_completion: u32,
    /// From the call to its end.
    pub latency_ms: u32,
    /// What it cost.
    pub cost_micros: Micros,
    /// Whether tokens and cost are ours, because the provider told none: the call was left or broke off.
    #[serde(default)]
    pub estimated: bool,
}

/// The template that was sent in place of an answer, because no model could be paid any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandIn {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// What its numbered variables stand for, in order.
    #[serde(default)]
    pub variables: Vec<String>,
}

/// What came of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TurnOutcome))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// An answer.
    Sent {
        /// Each message of it.
        parts: Vec<String>,
        /// How soon somebody should look at the conversation.
        priority: Priority,
    },
    /// A human has to answer; the person gets the holding text.
    Escalated {
        /// Why, and what is said.
        handover: Handover,
    },
    /// No answer at all.
    Failed {
        /// Why, for people.
        reason: String,
        /// Whether the same turn may well succeed later by itself.
        passing: bool,
    },
}

impl Outcome {
    /// What the person gets to read; nothing for a turn that failed.
    pub fn text(&self) -> String {
        match self {
            Self::Sent { parts, .. } => parts.join("\n\n"),
            Self::Escalated { handover } => handover.holding.clone(),
            Self::Failed { .. } => String::new(),
        }
    }

    /// The word for lists.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Escalated { .. } => "escalated",
            Self::Failed { .. } => "failed",
        }
    }
}

/// One turn, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TurnRecord {
    /// How this document is to be read.
    #[serde(default = "first_format")]
    pub format: u32,
    /// Its id.
    pub id: TurnId,
    /// What it was for.
    pub purpose: Purpose,
    /// When it began.
    pub at: DateTime<Utc>,
    /// The agent, if it was a saved one.
    #[serde(default)]
    pub agent_id: Option<AgentId>,
    /// The version that spoke, if it was a saved one.
    #[serde(default)]
    pub version_id: Option<AgentVersionId>,
    /// That version's number.
    #[serde(default)]
    pub version: Option<i32>,
    /// The agent as it spoke.
    pub draft: AgentDraft,
    /// The conversation, if it was a real one.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    /// The message that was answered, if it was a real one.
    #[serde(default)]
    pub answers: Option<MessageId>,
    /// The channel whose rules held.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What the person is called.
    #[serde(default)]
    pub lead_name: Option<String>,
    /// The campaign that began the conversation.
    #[serde(default)]
    pub campaign_name: Option<String>,
    /// Whose name the agent spoke in.
    #[serde(default)]
    pub workspace_name: String,
    /// What came in.
    pub input: String,
    /// What had been said before it, oldest first.
    #[serde(default)]
    pub history: Vec<Said>,
    /// What the model was told before the conversation, word for word; empty when no model was asked.
    #[serde(default)]
    pub system: String,
    /// How the person sounds, in percent: 0 furious, 100 delighted.
    #[serde(default)]
    pub sentiment: Option<u8>,
    /// The ticket it belongs to.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// The passages that the model was shown, best first.
    #[serde(default)]
    pub passages: Vec<Found>,
    /// The tools that ran or were refused, in order.
    #[serde(default)]
    pub tools: Vec<ToolUse>,
    /// What the rules said.
    #[serde(default)]
    pub rulings: Vec<Ruling>,
    /// The calls to models, failed ones too, in order.
    #[serde(default)]
    pub calls: Vec<ModelCall>,
    /// What the model said, before it was decided on and put into form.
    #[serde(default)]
    pub said: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The template that was sent in place of an answer.
    #[serde(default)]
    pub stand_in: Option<StandIn>,
    /// What it took, if a model was asked.
    #[serde(default)]
    pub figures: Option<Figures>,
    /// From beginning to end.
    #[serde(default)]
    pub duration_ms: u32,
    /// Step by step.
    #[serde(default)]
    pub trace: Vec<TraceStep>,
}

fn first_format() -> u32 {
    1
}

impl TurnRecord {
    /// What all its calls to models cost.
    pub fn cost(&self) -> Micros {
        self.calls.iter().fold(Micros(0), |sum, call| sum + call.cost_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_records_parse_for_ever() {
        let kept = r#"{"id": "trn_0199a1b2c3d47e5f8a9b0c1d2e3f4a5b", "purpose": "reply", "at": "2026-11-21T15:00:00Z",
            "draft": {"name": "Mia"}, "input": "Hi",
            "tools": [{"name": "create_ticket", "by_model": false, "ok": true, "at_ms": 1, "duration_ms": 2}],
            "calls": [{"model": {"provider": "scripted", "model": "scripted-1"}, "round": 1, "outcome": "ok",
                       "tokens_prompt": 7, "tokens_completion": 3, "latency_ms": 5, "cost_micros": 11}],
            "rulings": [{"rule": "a_rule_of_former_times", "passed": true, "note": ""}],
            "outcome": {"kind": "sent", "parts": ["Hello."], "priority": "normal"},
            "trace": [{"kind": "model", "title": "x", "at_ms": 0, "duration_ms": 5}]}"#;
        let turn: TurnRecord = serde_json::from_str(kept).expect("an old record is read");
        assert_eq!((turn.format, turn.cost(), turn.outcome.text()), (1, Micros(11), "Hello.".to_owned()));
        assert_eq!(turn.rulings[0].label(), "a_rule_of_former_times");
        assert!(turn.trace[0].ok && turn.purpose == Purpose::Reply && !turn.purpose.is_dry());
        let again = serde_json::to_string(&turn).and_then(|text| serde_json::from_str::<TurnRecord>(&text));
        assert_eq!(again.ok(), Some(turn));
    }
}
