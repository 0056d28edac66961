//! A test as a form: each assertion is a kind and a value in words. Pure.

use domain::skill::{Escalation, Tool};
use domain::suite::{Assertion, TestDraft};

/// The kinds of assertion, each with its name and what its value means.
pub const KINDS: [(&str, &str, &str); 9] = [
    ("escalated", "Goes to a human", "Reason"),
    ("not_escalated", "Agent answers by itself", ""),
    ("contains", "Contains", "Text"),
    ("not_contains", "Does not contain", "Text"),
    ("at_most_chars", "At most characters", "Characters"),
    ("at_most_segments", "At most SMS segments", "Segments"),
    ("at_most_messages", "At most messages", "Messages"),
    ("tools_in_order", "Tools in this order", "Tools, with commas between"),
    ("tool_not_used", "Tool not used", "Tool"),
];

/// One assertion in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the form, for ever.
    pub key: u32,
    /// The word of its kind.
    pub kind: String,
    /// What it is about, as it was typed.
    pub value: String,
}

impl Row {
    /// An assertion as a row.
    pub fn of(key: u32, assertion: &Assertion) -> Self {
        let (kind, value) = match assertion {
            Assertion::Escalated { reason } => ("escalated", reason.map(|r| r.to_string()).unwrap_or_default()),
            Assertion::NotEscalated => ("not_escalated", String::new()),
            Assertion::Contains { text } => ("contains", text.clone()),
            Assertion::NotContains { text } => ("not_contains", text.clone()),
            Assertion::AtMostChars { chars } => ("at_most_chars", chars.to_string()),
            Assertion::AtMostSegments { segments } => ("at_most_segments", segments.to_string()),
            Assertion::AtMostMessages { messages } => ("at_most_messages", messages.to_string()),
            Assertion::ToolsInOrder { tools } => ("tools_in_order", tools.join(", ")),
            Assertion::ToolNotUsed { tool } => ("tool_not_used", tool.clone()),
        };
        Self { key, kind: kind.to_owned(), value }
    }

    /// The row as an assertion. A number that is none becomes 0, which the check refuses with a sentence.
    pub fn read(&self) -> Assertion {
        let text = || self.value.trim().to_owned();
        let number = || self.value.trim().parse().unwrap_or(0);
        match self.kind.as_str() {
            "escalated" => Assertion::Escalated { reason: self.value.parse::<Escalation>().ok() },
            "contains" => Assertion::Contains { text: text() },
            "not_contains" => Assertion::NotContains { text: text() },
            "at_most_chars" => Assertion::AtMostChars { chars: number() },
            "at_most_segments" => Assertion::AtMostSegments { segments: number() },
            "at_most_messages" => Assertion::AtMostMessages { messages: number() },
            "tools_in_order" => {
                let tools = self.value.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
                Assertion::ToolsInOrder { tools: tools.collect() }
            }
            "tool_not_used" => Assertion::ToolNotUsed { tool: text() },
            _ => Assertion::NotEscalated,
        }
    }

    /// The value that a kind begins with.
    pub fn first_value(kind: &str) -> &'static str {
        match kind {
            "at_most_chars" => "160",
            "at_most_segments" | "at_most_messages" => "1",
            "tools_in_order" => "create_ticket, get_customer_history, search_knowledge_base",
            "tool_not_used" => Tool::EscalateToHuman.as_str(),
            _ => "",
        }
    }
}

/// The assertions of a test as rows.
pub fn rows(draft: &TestDraft) -> Vec<Row> {
    (0..).zip(&draft.assertions).map(|(key, assertion)| Row::of(key, assertion)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assertion_survives_the_form() {
        let all = [
            Assertion::Escalated { reason: Some(Escalation::Refund) },
            Assertion::Escalated { reason: None },
            Assertion::NotEscalated,
            Assertion::Contains { text: "nine".into() },
            Assertion::NotContains { text: "ten".into() },
            Assertion::AtMostChars { chars: 160 },
            Assertion::AtMostSegments { segments: 1 },
            Assertion::AtMostMessages { messages: 2 },
            Assertion::ToolsInOrder { tools: vec!["create_ticket".into(), "book".into()] },
            Assertion::ToolNotUsed { tool: "book".into() },
        ];
        for assertion in all {
            let row = Row::of(1, &assertion);
            assert_eq!(row.read(), assertion);
            assert!(KINDS.iter().any(|(kind, ..)| *kind == row.kind), "{}", row.kind);
        }
        let bad = Row { kind: "at_most_chars".into(), value: "many".into(), ..Row::default() };
        assert_eq!(bad.read(), Assertion::AtMostChars { chars: 0 });
    }
}
