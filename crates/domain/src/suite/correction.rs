//! What somebody found wrong with an answer, as a test that this answer does not pass. Pure.

use super::{Assertion, Observed, TestDraft, check};
use crate::guardrail::Priority;
use crate::problem::Problems;
use crate::text;
use crate::turn::{Line, Outcome};

/// The longest words that a test looks for.
const MAX_WORDS: u32 = 300;

/// An answer that was wrong, and what it should have been.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// What was wrong with it.
    pub wrong: String,
    /// Whether it should have gone to a human.
    pub to_human: bool,
    /// What it should have said, in substance; a model judges that. May be empty.
    pub should: String,
    /// Words that have to be in it; may be empty.
    pub must: String,
    /// Words that may not be in it; may be empty.
    pub never: String,
}

impl Correction {
    /// A correction to begin with: the first sentence of the answer is not to come again.
    pub fn of(line: &Line) -> Self {
        let never = if line.escalated.is_none() { first_sentence(&line.text) } else { String::new() };
        Self { never, ..Self::default() }
    }

    /// What has to hold from now on.
    pub fn assertions(&self) -> Vec<Assertion> {
        let mut all = vec![if self.to_human { Assertion::Escalated { reason: None } } else { Assertion::NotEscalated }];
        let words = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        all.extend(words(&self.must).map(|text| Assertion::Contains { text }));
        all.extend(words(&self.never).map(|text| Assertion::NotContains { text }));
        all
    }

    /// What a judge is asked; none when nothing is said about it.
    pub fn judge(&self) -> Option<String> {
        let should = self.should.trim();
        (!should.is_empty()).then(|| format!("In substance it says: {should}"))
    }

    /// The test, from the scene in which the answer was given.
    pub fn test(&self, scene: TestDraft) -> TestDraft {
        TestDraft { note: self.wrong.trim().to_owned(), assertions: self.assertions(), judge: self.judge(), ..scene }
    }

    /// Everything that keeps it from being saved. A test that the wrong answer passes proves nothing, so there has to be more to it.
    pub fn check(&self, line: &Line) -> Problems {
        let mut problems = Problems::none();
        if self.wrong.trim().is_empty() {
            problems.add("wrong", "Say what is wrong with the answer.");
        }
        text::optional(&mut problems, "wrong", &self.wrong, super::test::MAX_NOTE);
        text::optional(&mut problems, "should", &self.should, 900);
        text::optional(&mut problems, "must", &self.must, MAX_WORDS);
        text::optional(&mut problems, "never", &self.never, MAX_WORDS);
        if self.judge().is_none() && check(&self.assertions(), &observed(line)).iter().all(|c| c.passed) {
            problems.add(
                "should",
                "The same answer would pass. Say what it should have said, or which words must or must not be in it.",
            );
        }
        problems
    }
}

/// What the person got, as a test sees it.
fn observed(line: &Line) -> Observed {
    let parts = if line.parts.is_empty() { vec![line.text.clone()] } else { line.parts.clone() };
    let outcome = match &line.escalated {
        Some(handover) => Outcome::Escalated { handover: handover.clone() },
        None => Outcome::Sent { parts, priority: Priority::Normal },
    };
    Observed { outcome, tools: vec![] }
}

/// The first sentence of a text, with its full stop, as far as a test can look for it.
fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    let end = line
        .char_indices()
        .find(|(at, c)| {
            let rest = &line[at + c.len_utf8()..];
            matches!(c, '.' | '!' | '?') && rest.starts_with(char::is_whitespace)
        })
        .map_or(line.len(), |(at, c)| at + c.len_utf8());
    crate::text::cut(&line[..end], MAX_WORDS as usize).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skill::Escalation;
    use crate::turn::{Handover, Transcript, TurnEvent};

    fn line(text: &str, escalated: bool) -> Line {
        let mut t = Transcript::default();
        t.ask("Hi");
        t.apply(&TurnEvent::Text { text: text.into() });
        let mut line = t.lines.remove(1);
        line.escalated = escalated.then(|| Handover {
            reason: Escalation::Refund,
            evidence: String::new(),
            holding: text.into(),
            priority: Priority::Normal,
        });
        line
    }

    fn fields(correction: &Correction, line: &Line) -> Vec<String> {
        correction.check(line).0.into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn the_first_sentence_is_what_stands_before_the_first_stop() {
        for (text, first) in [
            ("We open at 9.30 today. Come by!", "We open at 9.30 today."),
            ("Hello there", "Hello there"),
            (" Really? Yes.", "Really?"),
            ("One line\nand another.", "One line"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), first, "{text}");
        }
        assert_eq!(first_sentence(&"é".repeat(400)).chars().count(), 300);
    }

    #[test]
    fn a_correction_becomes_a_test_that_the_wrong_answer_fails() {
        let wrong = line("We are closed. Sorry!", false);
        let correction = Correction { wrong: " We are open. ".into(), ..Correction::of(&wrong) };
        assert!(fields(&correction, &wrong).is_empty());
        let scene = TestDraft { name: "Hours".into(), input: "Open?".into(), ..TestDraft::default() };
        let test = correction.test(scene);
        assert_eq!(test.note, "We are open.");
        let expected = [Assertion::NotEscalated, Assertion::NotContains { text: "We are closed.".into() }];
        assert_eq!(test.assertions, expected);
        assert!(test.check().0.is_empty());
        assert!(check(&test.assertions, &observed(&wrong)).iter().any(|c| !c.passed));
    }

    #[test]
    fn a_correction_that_the_wrong_answer_passes_is_refused() {
        let wrong = line("We are closed.", false);
        let bare = Correction { wrong: "It is rude.".into(), ..Correction::default() };
        assert_eq!(fields(&bare, &wrong), ["should"]);
        assert_eq!(fields(&Correction { never: "open".into(), ..bare.clone() }, &wrong), ["should"]);
        assert_eq!(
            fields(&Correction { wrong: " ".into(), never: "closed".into(), ..bare.clone() }, &wrong),
            ["wrong"]
        );
        assert!(fields(&Correction { to_human: true, ..bare.clone() }, &wrong).is_empty());
        assert!(fields(&Correction { must: "nine".into(), ..bare.clone() }, &wrong).is_empty());
        let told = Correction { should: "We open at nine.".into(), ..bare.clone() };
        assert!(fields(&told, &wrong).is_empty());
        assert_eq!(told.judge().as_deref(), Some("In substance it says: We open at nine."));
        let handed = line("A colleague will write.", true);
        assert!(Correction::of(&handed).never.is_empty());
        assert!(fields(&bare, &handed).is_empty(), "it should have answered by itself");
        assert_eq!(fields(&Correction { to_human: true, ..bare }, &handed), ["should"]);
    }
}
