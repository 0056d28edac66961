//! The trace of a turn: one step after the other, with what it took. The console, "Why this message?" and replay show the same steps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::closed_list;
use crate::money::Micros;

closed_list! {
    /// What a step of a turn is about.
    pub enum StepKind {
        /// A rule looked at what came in or at what is to go out.
        Guardrail = "guardrail",
        /// Money was reserved or settled.
        Budget = "budget",
        /// A tool ran, or was refused.
        Tool = "tool",
        /// The knowledge was searched.
        Search = "search",
        /// A model was asked.
        Model = "model",
        /// What is to happen: send, hand over, or nothing.
        Decision = "decision",
        /// The text was put into its channel's form.
        Format = "format",
    }
}

impl StepKind {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Guardrail => "Guardrail",
            Self::Budget => "Budget",
            Self::Tool => "Tool",
            Self::Search => "Search",
            Self::Model => "Model",
            Self::Decision => "Decision",
            Self::Format => "Format",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TraceStep {
    /// What it is about.
    pub kind: StepKind,
    /// What happened, in a short sentence.
    pub title: String,
    /// Whether it went as it should: a rule held, a tool worked, a model answered.
    #[serde(default = "yes")]
    pub ok: bool,
    /// Everything else: arguments, results, passages, verdicts.
    #[serde(default)]
    pub detail: Value,
    /// When it began, counted from the beginning of the turn.
    pub at_ms: u32,
    /// How long it took.
    pub duration_ms: u32,
    /// Tokens, both ways, where a model was asked.
    #[serde(default)]
    pub tokens: Option<u32>,
    /// What it cost, where it cost anything.
    #[serde(default)]
    pub cost: Option<Micros>,
}

fn yes() -> bool {
    true
}
