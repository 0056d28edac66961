//! What a running agent turn emits, and how a transcript grows from it. The Test Console and the tests fold with the same function.

use serde::{Deserialize, Serialize};

use crate::agent::ModelChoice;
use crate::message::Channel;
use crate::money::Micros;
use crate::problem::Problems;
use crate::text;

/// Who said a line in a Test Console transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person outside, played by the operator.
    Lead,
    /// The agent.
    Agent,
}

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
    /// What it took, for a finished agent line.
    pub figures: Option<Figures>,
    /// Why there is no answer, for a failed agent line.
    pub failure: Option<String>,
}

/// What one answer took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// The model that answered.
    pub model: ModelChoice,
    /// Tokens we sent, as the provider counted them; 0 when it did not say.
    pub tokens_prompt: u32,
    /// Tokens it answered with.
    pub tokens_completion: u32,
    /// From asking to the last word.
    pub latency_ms: u32,
    /// From asking to the first word.
    pub first_token_ms: u32,
    /// What it cost.
    pub cost_micros: Micros,
    /// The models that failed before this one, each with its reason.
    pub fallbacks: Vec<String>,
}

/// One thing that a running turn has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TurnEvent {
    /// A model was asked.
    Started {
        /// Which.
        model: ModelChoice,
    },
    /// More of the answer.
    Text {
        /// The next words.
        text: String,
    },
    /// The answer was longer than the channel allows: this is what will be sent, in place of the text so far.
    Shortened {
        /// The whole answer, cut at the end of a sentence.
        text: String,
    },
    /// The answer is complete.
    Done {
        /// What it took.
        figures: Figures,
    },
    /// There is no answer.
    Failed {
        /// Why, for people.
        reason: String,
    },
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        problems
    }
}

/// A conversation in the Test Console.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Transcript {
    /// Its lines, oldest first.
    pub lines: Vec<Line>,
}

impl Transcript {
    /// Adds what the lead says and opens the agent's line.
    pub fn ask(&mut self, text: &str) {
        self.lines.push(Line { speaker: Speaker::Lead, text: text.to_owned(), figures: None, failure: None });
        self.lines.push(Line { speaker: Speaker::Agent, text: String::new(), figures: None, failure: None });
    }

    /// Folds one event into the agent's open line. Without an open line it does nothing.
    pub fn apply(&mut self, event: &TurnEvent) {
        let Some(line) =
            self.lines.last_mut().filter(|l| l.speaker == Speaker::Agent && l.figures.is_none() && l.failure.is_none())
        else {
            return;
        };
        match event {
            TurnEvent::Started { .. } => {}
            TurnEvent::Text { text } => line.text.push_str(text),
            TurnEvent::Shortened { text } => line.text.clone_from(text),
            TurnEvent::Done { figures } => line.figures = Some(figures.clone()),
            TurnEvent::Failed { reason } => line.failure = Some(reason.clone()),
        }
    }

    /// What was said and answered, for the next question. A message without an answer stays; the failed answer goes.
    pub fn said(&self) -> Vec<Said> {
        let whole = |line: &&Line| line.speaker == Speaker::Lead || line.figures.is_some();
        self.lines.iter().filter(whole).map(|line| Said { speaker: line.speaker, text: line.text.clone() }).collect()
    }

    /// Whether an answer is under way.
    pub fn is_running(&self) -> bool {
        self.lines.last().is_some_and(|l| l.speaker == Speaker::Agent && l.figures.is_none() && l.failure.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_grows_and_closes() {
        let mut t = Transcript::default();
        t.apply(&TurnEvent::Text { text: "stray".into() });
        t.ask("Hi");
        assert!(t.is_running());
        t.apply(&TurnEvent::Text { text: "Hel".into() });
        t.apply(&TurnEvent::Text { text: "lo, and more".into() });
        t.apply(&TurnEvent::Shortened { text: "Hello".into() });
        t.apply(&TurnEvent::Failed { reason: "cut".into() });
        t.apply(&TurnEvent::Text { text: " late".into() });
        assert_eq!(t.lines[1].text, "Hello");
        assert!(!t.is_running());
        assert_eq!(t.said(), [Said { speaker: Speaker::Lead, text: "Hi".into() }]);
    }

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
}
