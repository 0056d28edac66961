//! What a running agent turn emits, and how a transcript grows from it. The Test Console and the tests fold with the same function.

use serde::{Deserialize, Serialize};

use crate::agent::ModelChoice;
use crate::money::Micros;

/// Who said a line in a Test Console transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person outside, played by the operator.
    Lead,
    /// The agent.
    Agent,
}

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// A conversation in the Test Console.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    }
}
