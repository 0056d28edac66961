//! What an agent is tried with in the Test Console, and what may be changed for one session only.

use serde::{Deserialize, Serialize};

use crate::agent::{AgentDraft, ModelChoice};
use crate::message::Channel;
use crate::problem::Problems;
use crate::text;

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person outside; in the console played by the operator.
    Lead,
    /// The agent.
    Agent,
}

/// One thing that was said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Said {
    /// By whom.
    pub speaker: Speaker,
    /// What.
    pub text: String,
}

/// What an agent is tried with: a made-up lead writes, the agent answers, nobody outside hears of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestAsk {
    /// What the lead writes now.
    pub input: String,
    /// What was said before, oldest first.
    #[serde(default)]
    pub history: Vec<Said>,
    /// The channel whose rules hold; none for no rules.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What to call the lead; empty for nobody known.
    #[serde(default)]
    pub lead_name: String,
    /// What differs from the saved agent, for this test only.
    #[serde(default)]
    pub overrides: Overrides,
}

/// What differs from the saved agent, for one session only. Nothing of it is saved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overrides {
    /// The whole agent as it should speak: an unsaved draft, or another version.
    #[serde(default)]
    pub draft: Option<Box<AgentDraft>>,
    /// Other models in place of the agent's, in order; empty for the agent's own.
    #[serde(default)]
    pub models: Vec<ModelChoice>,
    /// Lets the model answer whatever came in and shows its words as they are, to compare. The rules are still asked and shown.
    #[serde(default)]
    pub guardrails_off: bool,
}

impl Overrides {
    /// Everything that keeps these from being used.
    pub fn check(&self, problems: &mut Problems) {
        if let Some(draft) = &self.draft {
            for problem in draft.check().0 {
                problems.add(format!("overrides.draft.{}", problem.field), problem.message);
            }
        }
        if self.models.len() > 5 {
            problems.add("overrides.models", "At most five models.");
        }
        for (i, choice) in self.models.iter().enumerate().take(5) {
            text::required(problems, &format!("overrides.models.{i}.model"), &choice.model, 100);
        }
    }

    /// The saved agent as it should speak now.
    pub fn applied(&self, saved: AgentDraft) -> AgentDraft {
        let mut draft = self.draft.as_deref().cloned().unwrap_or(saved);
        if !self.models.is_empty() {
            draft.models.clone_from(&self.models);
        }
        draft
    }
}

/// The longest message in a test, in characters.
pub const MAX_TEST_CHARS: u32 = 4_000;
/// The longest test conversation, in messages.
pub const MAX_TEST_LINES: u32 = 100;

impl TestAsk {
    /// Everything that keeps this from being asked.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        if self.input.trim().is_empty() {
            problems.add("input", "Write what the lead says.");
        }
        text::long(&mut problems, "input", &self.input, MAX_TEST_CHARS);
        text::optional(&mut problems, "lead_name", &self.lead_name, 120);
        if self.history.len() as u64 > u64::from(MAX_TEST_LINES) {
            problems.add("history", format!("A test may have at most {MAX_TEST_LINES} messages. Begin a new one."));
        }
        for (i, said) in self.history.iter().enumerate().take(MAX_TEST_LINES as usize) {
            text::long(&mut problems, &format!("history.{i}.text"), &said.text, MAX_TEST_CHARS);
        }
        self.overrides.check(&mut problems);
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Provider;

    #[test]
    fn a_test_needs_words_and_stays_small() {
        let fields = |ask: &TestAsk| ask.check().0.into_iter().map(|p| p.field).collect::<Vec<_>>();
        let good = TestAsk { input: "Hi".into(), ..TestAsk::default() };
        assert!(fields(&good).is_empty());
        assert_eq!(fields(&TestAsk { input: " \n".into(), ..good.clone() }), ["input"]);
        assert_eq!(fields(&TestAsk { input: "x".repeat(4_001), ..good.clone() }), ["input"]);
        let said = Said { speaker: Speaker::Lead, text: "a\0b".into() };
        assert_eq!(fields(&TestAsk { history: vec![said.clone()], ..good.clone() }), ["history.0.text"]);
        assert!(fields(&TestAsk { history: vec![said; 101], ..good }).contains(&"history".to_owned()));
    }

    #[test]
    fn what_is_overridden_is_checked_and_the_rest_stays() {
        let other = ModelChoice { provider: Provider::Scripted, model: "other".into() };
        let saved = AgentDraft { name: "Mia".into(), prompt: "Be kind.".into(), ..AgentDraft::default() };
        let overrides = Overrides { models: vec![other.clone()], ..Overrides::default() };
        let draft = overrides.applied(saved.clone());
        assert_eq!((draft.models, draft.prompt), (vec![other], "Be kind.".to_owned()));
        assert_eq!(Overrides::default().applied(saved.clone()), saved);

        let bad = TestAsk {
            input: "Hi".into(),
            overrides: Overrides { draft: Some(Box::default()), ..Overrides::default() },
            ..TestAsk::default()
        };
        assert!(bad.check().of("overrides.draft.name").is_some());
    }
}
