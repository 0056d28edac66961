//! What a running turn has to say, as it happens.

use serde::{Deserialize, Serialize};

use super::TraceStep;
use crate::agent::ModelChoice;
use crate::guardrail::Priority;
use crate::money::Micros;
use crate::skill::Escalation;

/// What one answer took, all calls of its turn together.
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

/// A conversation that goes to a human.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handover {
    /// Why.
    pub reason: Escalation,
    /// What made us think so: the words that matched, the rule that was broken.
    pub evidence: String,
    /// What the person is told meanwhile.
    pub holding: String,
    /// How soon somebody should look.
    pub priority: Priority,
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
    /// A step of the trace is complete.
    Step {
        /// The step.
        step: TraceStep,
    },
    /// More of the answer.
    Text {
        /// The next words.
        text: String,
    },
    /// The text so far does not stand: this is what holds in its place. Empty when the model went on to a tool; else what will be
    /// sent, in the channel's form.
    Shortened {
        /// The whole answer.
        text: String,
    },
    /// The answer goes out as several messages.
    Parts {
        /// Each message.
        parts: Vec<String>,
    },
    /// The answer is complete. Nothing follows.
    Done {
        /// What it took.
        figures: Figures,
    },
    /// No model could be paid any more: this template goes out in place of an answer. Nothing follows.
    StoodIn {
        /// Its name.
        template: String,
        /// Its text, filled.
        text: String,
    },
    /// The conversation goes to a human; the person gets the holding text. Nothing follows.
    Escalated {
        /// Why, and what is said.
        handover: Handover,
        /// What the models took, if any was asked.
        figures: Option<Figures>,
    },
    /// There is no answer. Nothing follows.
    Failed {
        /// Why, for people.
        reason: String,
    },
}
