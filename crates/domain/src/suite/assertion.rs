//! What has to come of a test, as data, and the one function that compares it with what came.

use serde::{Deserialize, Serialize};

use crate::message::Channel;
use crate::problem::Problems;
use crate::segments;
use crate::skill::{Escalation, Tool};
use crate::text;
use crate::turn::{Line, Outcome, StepKind, TraceStep, TurnRecord};

/// One thing that has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Assertion {
    /// It goes to a human.
    Escalated {
        /// For this reason; none for any.
        #[serde(default)]
        reason: Option<Escalation>,
    },
    /// The agent answers by itself.
    NotEscalated,
    /// Somewhere in the text, whatever the case.
    Contains {
        /// What.
        text: String,
    },
    /// Nowhere in the text, whatever the case.
    NotContains {
        /// What.
        text: String,
    },
    /// All messages together are no longer than this.
    AtMostChars {
        /// Characters.
        chars: u32,
    },
    /// All messages together are billed as no more SMS segments than this.
    AtMostSegments {
        /// Segments.
        segments: u32,
    },
    /// It goes out as no more messages than this.
    AtMostMessages {
        /// Messages.
        messages: u32,
    },
    /// These tools ran, in this order; others may run between them.
    ToolsInOrder {
        /// Their names.
        tools: Vec<String>,
    },
    /// This tool did not run.
    ToolNotUsed {
        /// Its name.
        tool: String,
    },
}

impl Assertion {
    /// What is expected, as a sentence.
    pub fn expected(&self) -> String {
        match self {
            Self::Escalated { reason: None } => "Goes to a human".to_owned(),
            Self::Escalated { reason: Some(reason) } => format!("Goes to a human: {} ({reason})", reason.label()),
            Self::NotEscalated => "The agent answers by itself".to_owned(),
            Self::Contains { text } => format!("Contains “{text}”"),
            Self::NotContains { text } => format!("Does not contain “{text}”"),
            Self::AtMostChars { chars } => format!("At most {chars} characters"),
            Self::AtMostSegments { segments: 1 } => "Fits one SMS segment".to_owned(),
            Self::AtMostSegments { segments } => format!("At most {segments} SMS segments"),
            Self::AtMostMessages { messages: 1 } => "One message".to_owned(),
            Self::AtMostMessages { messages } => format!("At most {messages} messages"),
            Self::ToolsInOrder { tools } => format!("Tools in this order: {}", tools.join(", ")),
            Self::ToolNotUsed { tool } => format!("Does not use {tool}"),
        }
    }

    /// Everything that keeps it from being saved.
    pub(super) fn check(&self, problems: &mut Problems, field: &str) {
        match self {
            Self::Contains { text } | Self::NotContains { text } => {
                text::required(problems, &format!("{field}.text"), text, 300);
            }
            Self::ToolNotUsed { tool } => {
                text::required(problems, &format!("{field}.tool"), tool, 80);
            }
            Self::ToolsInOrder { tools } => {
                if tools.is_empty() {
                    problems.add(format!("{field}.tools"), "Name at least one tool.");
                }
                if tools.len() > 12 {
                    problems.add(format!("{field}.tools"), "At most 12 tools.");
                }
                for (i, tool) in tools.iter().enumerate().take(12) {
                    text::required(problems, &format!("{field}.tools.{i}"), tool, 80);
                }
            }
            Self::AtMostChars { chars: n }
            | Self::AtMostSegments { segments: n }
            | Self::AtMostMessages { messages: n } => {
                if !(1..=100_000).contains(n) {
                    problems.add(field, "Give a number from 1 to 100,000.");
                }
            }
            Self::Escalated { .. } | Self::NotEscalated => {}
        }
    }
}

/// What came of a turn, as far as assertions look at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// What came of it.
    pub outcome: Outcome,
    /// The tools that ran, in order.
    pub tools: Vec<String>,
}

impl Observed {
    /// What came of a kept turn. A refused tool did not run.
    pub fn of(turn: &TurnRecord) -> Self {
        let tools = turn.tools.iter().filter(|t| !t.refused).map(|t| t.name.clone()).collect();
        Self { outcome: turn.outcome.clone(), tools }
    }

    fn messages(&self) -> Vec<&str> {
        match &self.outcome {
            Outcome::Sent { parts, .. } => parts.iter().map(String::as_str).collect(),
            Outcome::Escalated { handover } => vec![handover.holding.as_str()],
            Outcome::Failed { .. } => vec![],
        }
    }

    fn outcome_words(&self) -> String {
        match &self.outcome {
            Outcome::Sent { .. } => "The agent answered by itself".to_owned(),
            Outcome::Escalated { handover } => {
                format!("Went to a human: {} ({})", handover.reason.label(), handover.reason)
            }
            Outcome::Failed { reason, .. } => format!("There was no answer: {reason}"),
        }
    }
}

/// One assertion, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checked {
    /// What was asserted; none for what the judge was asked.
    #[serde(default)]
    pub assertion: Option<Assertion>,
    /// Whether it held.
    pub passed: bool,
    /// What was expected, for people.
    pub expected: String,
    /// What came, for people.
    pub actual: String,
}

/// Compares each assertion with what came.
pub fn check(assertions: &[Assertion], observed: &Observed) -> Vec<Checked> {
    assertions
        .iter()
        .map(|assertion| {
            let (passed, actual) = compare(assertion, observed);
            Checked { assertion: Some(assertion.clone()), passed, expected: assertion.expected(), actual }
        })
        .collect()
}

fn compare(assertion: &Assertion, observed: &Observed) -> (bool, String) {
    let messages = observed.messages();
    let has = |needle: &str| messages.join("\n\n").to_lowercase().contains(&needle.trim().to_lowercase());
    let no_answer = matches!(observed.outcome, Outcome::Failed { .. });
    match assertion {
        Assertion::Escalated { reason } => {
            let held = match &observed.outcome {
                Outcome::Escalated { handover } => reason.is_none_or(|r| r == handover.reason),
                _ => false,
            };
            (held, observed.outcome_words())
        }
        Assertion::NotEscalated => (matches!(observed.outcome, Outcome::Sent { .. }), observed.outcome_words()),
        Assertion::Contains { text } => match has(text) {
            true => (true, "It is in the text".to_owned()),
            false => (false, shown(&messages)),
        },
        // No answer at all says nothing forbidden, but it is no success either.
        Assertion::NotContains { text } => match has(text) {
            true => (false, shown(&messages)),
            false => {
                (!no_answer, if no_answer { observed.outcome_words() } else { "It is not in the text".to_owned() })
            }
        },
        Assertion::AtMostChars { chars } => {
            let n: u32 = messages.iter().map(|m| count(m.chars())).sum();
            (!no_answer && n <= *chars, format!("{n} {}", if n == 1 { "character" } else { "characters" }))
        }
        Assertion::AtMostSegments { segments } => {
            let n: u32 = messages.iter().map(|m| segments::cut(m).segments()).sum();
            (!no_answer && n <= *segments, format!("{n} {}", if n == 1 { "segment" } else { "segments" }))
        }
        Assertion::AtMostMessages { messages: most } => {
            let n = count(messages.iter());
            (!no_answer && n <= *most, format!("{n} {}", if n == 1 { "message" } else { "messages" }))
        }
        Assertion::ToolsInOrder { tools } => (in_order(tools, &observed.tools), tools_words(&observed.tools)),
        Assertion::ToolNotUsed { tool } => (!observed.tools.contains(tool), tools_words(&observed.tools)),
    }
}

/// Whether the wanted ones stand among those that ran, in their order.
fn in_order(wanted: &[String], ran: &[String]) -> bool {
    let mut ran = ran.iter();
    wanted.iter().all(|tool| ran.any(|r| r == tool))
}

fn tools_words(tools: &[String]) -> String {
    if tools.is_empty() { "No tool ran".to_owned() } else { format!("Ran: {}", tools.join(", ")) }
}

fn shown(messages: &[&str]) -> String {
    if messages.is_empty() { "There is no text".to_owned() } else { messages.join("\n\n") }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// What a new test may assert, from an answer that somebody found right: whether it was handed over, how long it may be, which tools ran.
pub fn suggest(line: &Line, channel: Option<Channel>) -> Vec<Assertion> {
    let mut all = match &line.escalated {
        Some(handover) => vec![Assertion::Escalated { reason: Some(handover.reason) }],
        None => vec![Assertion::NotEscalated],
    };
    match channel {
        Some(Channel::Sms) => {
            let said = if line.parts.is_empty() {
                segments::cut(&line.text).segments()
            } else {
                line.parts.iter().map(|p| segments::cut(p).segments()).sum()
            };
            all.push(Assertion::AtMostSegments { segments: said.max(1) });
        }
        Some(_) => all.push(Assertion::AtMostMessages { messages: count(line.parts.iter()).max(1) }),
        None => {}
    }
    let tools = tools_of(&line.trace);
    if !tools.is_empty() {
        all.push(Assertion::ToolsInOrder { tools });
    }
    all
}

/// The tools that a trace says ran, in order. A step about a tool begins with its name.
fn tools_of(trace: &[TraceStep]) -> Vec<String> {
    trace
        .iter()
        .filter(|step| step.detail.get("refused").is_none_or(serde_json::Value::is_null))
        .filter_map(|step| match step.kind {
            StepKind::Search => Some(Tool::SearchKnowledgeBase.to_string()),
            StepKind::Tool => step.title.split_whitespace().next().map(str::to_owned),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
