//! A test as an operator writes it.

use serde::{Deserialize, Serialize};

use super::Assertion;
use crate::message::Channel;
use crate::problem::Problems;
use crate::text;
use crate::turn::{Said, TestAsk};

/// The most things that one test may assert.
pub const MAX_ASSERTIONS: u32 = 20;
/// The most tests that one agent may have.
pub const MAX_TESTS: i64 = 200;
/// The longest note, in characters.
pub(super) const MAX_NOTE: u32 = 1_000;

/// What is tried, and what has to come of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestDraft {
    /// What it is called, unique among the agent's tests.
    pub name: String,
    /// The channel whose rules hold; none for no rules.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What the lead is called; empty for nobody known.
    #[serde(default)]
    pub lead_name: String,
    /// What was said before, oldest first.
    #[serde(default)]
    pub history: Vec<Said>,
    /// What the lead says.
    pub input: String,
    /// What has to hold.
    #[serde(default)]
    pub assertions: Vec<Assertion>,
    /// What a model has to find true of the answer, in words; none for no judge.
    #[serde(default)]
    pub judge: Option<String>,
    /// Why there is this test, such as what an answer once got wrong; may be empty.
    #[serde(default)]
    pub note: String,
}

impl TestDraft {
    /// Everything that keeps it from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = self.ask().check();
        text::required(&mut problems, "name", &self.name, 120);
        if self.assertions.is_empty() && self.judge.as_deref().is_none_or(|j| j.trim().is_empty()) {
            problems.add("assertions", "Say what has to come of it, or what a judge looks for.");
        }
        if self.assertions.len() as u64 > u64::from(MAX_ASSERTIONS) {
            problems.add("assertions", format!("At most {MAX_ASSERTIONS} per test."));
        }
        for (i, assertion) in self.assertions.iter().enumerate().take(MAX_ASSERTIONS as usize) {
            assertion.check(&mut problems, &format!("assertions.{i}"));
        }
        if let Some(judge) = &self.judge {
            text::long(&mut problems, "judge", judge, 1_000);
        }
        text::long(&mut problems, "note", &self.note, MAX_NOTE);
        problems
    }

    /// The draft as it is stored: without spaces around its name and its note, and without an empty judge.
    pub fn tidied(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        self.note = self.note.trim().to_owned();
        self.judge = self.judge.map(|j| j.trim().to_owned()).filter(|j| !j.is_empty());
        self
    }

    /// What the agent is asked.
    pub fn ask(&self) -> TestAsk {
        TestAsk {
            input: self.input.clone(),
            history: self.history.clone(),
            channel: self.channel,
            lead_name: self.lead_name.clone(),
            ..TestAsk::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(draft: &TestDraft) -> Vec<String> {
        draft.check().0.into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn a_test_says_something_and_expects_something() {
        let good = TestDraft {
            name: "Refund".into(),
            input: "I want a refund".into(),
            assertions: vec![Assertion::Escalated { reason: None }],
            ..TestDraft::default()
        };
        assert!(fields(&good).is_empty());
        assert_eq!(fields(&TestDraft { input: "  ".into(), ..good.clone() }), ["input"]);
        assert_eq!(fields(&TestDraft { name: String::new(), ..good.clone() }), ["name"]);
        assert_eq!(fields(&TestDraft { assertions: vec![], ..good.clone() }), ["assertions"]);
        assert_eq!(fields(&TestDraft { assertions: vec![], judge: Some(" ".into()), ..good.clone() }), ["assertions"]);
        assert!(
            fields(&TestDraft { assertions: vec![], judge: Some("It is kind.".into()), ..good.clone() }).is_empty()
        );
        let bad = vec![
            Assertion::AtMostChars { chars: 0 },
            Assertion::Contains { text: String::new() },
            Assertion::ToolsInOrder { tools: vec![] },
        ];
        assert_eq!(
            fields(&TestDraft { assertions: bad, ..good.clone() }),
            ["assertions.0", "assertions.1.text", "assertions.2.tools"]
        );
        assert_eq!(
            fields(&TestDraft { assertions: vec![Assertion::NotEscalated; 21], ..good.clone() }),
            ["assertions"]
        );
        let noted = TestDraft { note: "n".repeat(1_001), ..good };
        assert_eq!(fields(&noted), ["note"]);
        assert_eq!(TestDraft { note: " It named a price. ".into(), ..noted }.tidied().note, "It named a price.");
    }

    #[test]
    fn json_needs_a_name_what_is_said_and_what_is_expected() {
        let draft: TestDraft = serde_json::from_str(
            r#"{"name":"Refund","input":"Refund!","assertions":[{"kind":"escalated","reason":"refund"},{"kind":"not_escalated"}]}"#,
        )
        .expect("defaults fill the rest");
        assert_eq!(draft.assertions[1], Assertion::NotEscalated);
        assert_eq!(draft.note, "", "tests of before have none");
    }
}
