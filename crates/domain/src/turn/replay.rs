//! An old conversation once more with something changed: what is asked, both sides of what came of it, and how two texts differ.

use serde::{Deserialize, Serialize};

use super::{Outcome, Ruling, TurnRecord};
use crate::agent::ModelChoice;
use crate::id::TurnId;
use crate::money::Micros;
use crate::problem::Problems;
use crate::skill::Guardrails;
use crate::text;

/// The most turns that one replay runs: the newest ones.
pub const MAX_REPLAY_TURNS: u32 = 20;

/// What a replay changes. What is left out stays as it was in each turn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplayAsk {
    /// Another model in place of all of the agent's.
    #[serde(default)]
    pub model: Option<ModelChoice>,
    /// Another prompt.
    #[serde(default)]
    pub prompt: Option<String>,
    /// Other guardrails.
    #[serde(default)]
    pub guardrails: Option<Guardrails>,
    /// Only these turns; empty for the newest ones of the conversation.
    #[serde(default)]
    pub turns: Vec<TurnId>,
}

impl ReplayAsk {
    /// Everything that keeps this from being run.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        if let Some(model) = &self.model {
            text::required(&mut problems, "model.model", &model.model, 100);
        }
        if let Some(prompt) = &self.prompt {
            text::long(&mut problems, "prompt", prompt, 20_000);
        }
        if let Some(guardrails) = &self.guardrails {
            guardrails.check(&mut problems);
        }
        if self.turns.len() as u64 > u64::from(MAX_REPLAY_TURNS) {
            problems.add("turns", format!("At most {MAX_REPLAY_TURNS} turns at once."));
        }
        problems
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReplaySide))]
pub struct Side {
    /// The turn it is of; a replay's is not kept.
    pub turn: TurnId,
    /// The model that answered, if one was asked.
    pub model: Option<ModelChoice>,
    /// What came of it.
    pub outcome: Outcome,
    /// What the rules said.
    pub rulings: Vec<Ruling>,
    /// What its calls to models cost.
    pub cost_micros: Micros,
    /// From beginning to end.
    pub latency_ms: u32,
    /// Tokens, both ways.
    pub tokens: u32,
}

impl Side {
    /// A turn as one side.
    pub fn of(turn: &TurnRecord) -> Self {
        Self {
            turn: turn.id,
            model: turn.figures.as_ref().map(|f| f.model.clone()),
            outcome: turn.outcome.clone(),
            rulings: turn.rulings.clone(),
            cost_micros: turn.cost(),
            latency_ms: turn.duration_ms,
            tokens: turn.calls.iter().fold(0, |sum, c| sum.saturating_add(c.tokens_prompt + c.tokens_completion)),
        }
    }
}

/// One piece of a comparison of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReplayChange))]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub enum Change {
    /// In both.
    Same(String),
    /// Only in the old one.
    Gone(String),
    /// Only in the new one.
    New(String),
}

/// One turn, as it was and as it came out now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplayTurn {
    /// What came in.
    pub input: String,
    /// As it was.
    pub before: Side,
    /// As it came out now.
    pub after: Side,
    /// How the texts differ, word by word.
    pub changes: Vec<Change>,
    /// Tools that were asked for now and have no answer in the record.
    pub unanswered_tools: Vec<String>,
}

/// A conversation once more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Its turns, oldest first.
    pub turns: Vec<ReplayTurn>,
    /// How many came out differently.
    pub differ: u32,
}

/// How two texts differ, word by word. Texts of very many words are compared as a whole: the table of their words would be large.
pub fn difference(before: &str, after: &str) -> Vec<Change> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive(char::is_whitespace).collect(), after.split_inclusive(char::is_whitespace).collect());
    if before == after {
        return if before.is_empty() { vec![] } else { vec![Change::Same(before.to_owned())] };
    }
    if old.len().saturating_mul(new.len()) > 1_000_000 {
        return vec![Change::Gone(before.to_owned()), Change::New(after.to_owned())];
    }
    // The length of the longest common part of what is left from each pair of places on.
    let (rows, width) = (old.len() + 1, new.len() + 1);
    let mut common = vec![0_u32; rows * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i].trim_end() == new[j].trim_end() {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut changes) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i].trim_end() == new[j].trim_end() {
            push(&mut changes, Change::Same(new[j].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            push(&mut changes, Change::Gone(old[i].to_owned()));
            i += 1;
        } else {
            push(&mut changes, Change::New(new[j].to_owned()));
            j += 1;
        }
    }
    changes
}

/// Adds a piece, joined to the one before it when both are of a kind.
fn push(changes: &mut Vec<Change>, next: Change) {
    match (changes.last_mut(), next) {
        (Some(Change::Same(text)), Change::Same(more))
        | (Some(Change::Gone(text)), Change::Gone(more))
        | (Some(Change::New(text)), Change::New(more)) => text.push_str(&more),
        (_, next) => changes.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(before: &str, after: &str) -> String {
        difference(before, after)
            .into_iter()
            .map(|c| match c {
                Change::Same(t) => format!("={t}"),
                Change::Gone(t) => format!("-{t}"),
                Change::New(t) => format!("+{t}"),
            })
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn texts_are_compared_word_by_word() {
        assert_eq!(shape("", ""), "");
        assert_eq!(shape("We open at nine.", "We open at nine."), "=We open at nine.");
        assert_eq!(shape("We open at nine today.", "We open at ten today."), "=We open at |-nine |+ten |=today.");
        assert_eq!(shape("", "Hello there"), "+Hello there");
        assert_eq!(shape("Hello there", ""), "-Hello there");
        assert_eq!(shape("a b", "a  b").replace(' ', "_"), "=a_|+_|=b");
    }

    #[test]
    fn huge_texts_are_compared_as_a_whole() {
        let (old, new) = ("a ".repeat(2_000), "b ".repeat(2_000));
        assert_eq!(difference(&old, &new).len(), 2);
    }

    #[test]
    fn a_replay_is_checked() {
        let ask = ReplayAsk { prompt: Some("x".repeat(20_001)), ..ReplayAsk::default() };
        assert!(ask.check().of("prompt").is_some());
        assert!(ReplayAsk::default().check().0.is_empty());
    }
}
