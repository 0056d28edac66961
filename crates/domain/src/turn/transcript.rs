//! How a transcript grows from the events of its turns. The Test Console and the tests fold with the same function.

use serde::{Deserialize, Serialize};

use super::{Figures, Handover, Said, Speaker, TraceStep, TurnEvent};

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said; for a line that went to a human, the holding text.
    pub text: String,
    /// The messages it goes out as, when they are several.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What happened on the way, oldest first.
    #[serde(default)]
    pub trace: Vec<TraceStep>,
    /// What it took, for a finished agent line.
    pub figures: Option<Figures>,
    /// The template that went out in place of an answer, because no model could be paid.
    #[serde(default)]
    pub stand_in: Option<String>,
    /// Why it went to a human, if it did.
    #[serde(default)]
    pub escalated: Option<Handover>,
    /// Why there is no answer, for a failed agent line.
    pub failure: Option<String>,
}

impl Line {
    fn new(speaker: Speaker, text: &str) -> Self {
        let (parts, trace, stand_in) = (vec![], vec![], None);
        Self { speaker, text: text.to_owned(), parts, trace, figures: None, stand_in, escalated: None, failure: None }
    }

    /// Whether this is an answer under way.
    pub fn is_open(&self) -> bool {
        self.speaker == Speaker::Agent && !self.is_answered() && self.failure.is_none()
    }

    /// Whether this is an answer that came to its end: sent, a template in its place, or handed over with a holding text.
    pub fn is_answered(&self) -> bool {
        let ended = self.figures.is_some() || self.stand_in.is_some() || self.escalated.is_some();
        self.speaker == Speaker::Agent && ended
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
        self.lines.push(Line::new(Speaker::Lead, text));
        self.lines.push(Line::new(Speaker::Agent, ""));
    }

    /// Folds one event into the agent's open line. Without an open line it does nothing.
    pub fn apply(&mut self, event: &TurnEvent) {
        let Some(line) = self.lines.last_mut().filter(|line| line.is_open()) else { return };
        match event {
            TurnEvent::Started { .. } => {}
            TurnEvent::Step { step } => line.trace.push(step.clone()),
            TurnEvent::Text { text } => line.text.push_str(text),
            TurnEvent::Shortened { text } => line.text.clone_from(text),
            TurnEvent::Parts { parts } => line.parts.clone_from(parts),
            TurnEvent::Done { figures } => line.figures = Some(figures.clone()),
            TurnEvent::StoodIn { template, text } => {
                line.text.clone_from(text);
                line.stand_in = Some(template.clone());
            }
            TurnEvent::Escalated { handover, figures } => {
                line.text.clone_from(&handover.holding);
                line.parts.clear();
                line.escalated = Some(handover.clone());
                line.figures.clone_from(figures);
            }
            TurnEvent::Failed { reason } => line.failure = Some(reason.clone()),
        }
    }

    /// What was said and answered, for the next question. A message without an answer stays; the failed answer goes.
    pub fn said(&self) -> Vec<Said> {
        let whole = |line: &&Line| line.speaker == Speaker::Lead || line.is_answered();
        self.lines.iter().filter(whole).map(|line| Said { speaker: line.speaker, text: line.text.clone() }).collect()
    }

    /// Whether an answer is under way.
    pub fn is_running(&self) -> bool {
        self.lines.last().is_some_and(Line::is_open)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::skill::Escalation;
    use crate::turn::StepKind;

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
    fn a_template_in_place_of_an_answer_closes_the_line() {
        let mut t = Transcript::default();
        t.ask("Hello");
        t.apply(&TurnEvent::StoodIn { template: "away".into(), text: "Back tomorrow.".into() });
        assert!(!t.is_running() && t.lines[1].is_answered());
        assert_eq!(t.said()[1], Said { speaker: Speaker::Agent, text: "Back tomorrow.".into() });
    }

    #[test]
    fn a_line_that_goes_to_a_human_holds_the_holding_text_and_its_trace() {
        let mut t = Transcript::default();
        t.ask("Refund!");
        let step = TraceStep {
            kind: StepKind::Guardrail,
            title: "Asks for money back".into(),
            ok: false,
            detail: Value::Null,
            at_ms: 0,
            duration_ms: 0,
            tokens: None,
            cost: None,
        };
        t.apply(&TurnEvent::Step { step: step.clone() });
        t.apply(&TurnEvent::Text { text: "You get it all back".into() });
        let handover = Handover {
            reason: Escalation::Refund,
            evidence: "refund".into(),
            holding: "A colleague will answer.".into(),
            priority: crate::guardrail::Priority::High,
        };
        t.apply(&TurnEvent::Escalated { handover: handover.clone(), figures: None });
        assert!(!t.is_running());
        assert_eq!(t.lines[1].trace, [step]);
        assert_eq!(
            (t.lines[1].text.as_str(), t.lines[1].escalated.as_ref()),
            ("A colleague will answer.", Some(&handover))
        );
        assert_eq!(t.said()[1], Said { speaker: Speaker::Agent, text: "A colleague will answer.".into() });
    }
}
