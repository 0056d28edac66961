//! The shape in which a model gives its reading, and how that is taken in.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Analysis, Emotion, Entities, Intent, Level, Mood, Reader};

/// What a model answers with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What they want.
    pub intent: Intent,
    /// How sure that is, 0.0 to 1.0.
    pub confidence: f64,
    /// Why, in a sentence.
    pub reasoning: String,
    /// What they feel.
    pub emotion: Emotion,
    /// How much it presses.
    pub urgency: Level,
    /// How formal they write.
    pub formality: Level,
    /// Words that speak for a deal.
    pub buying_signals: Vec<String>,
    /// Words that speak against it.
    pub objections: Vec<String>,
    /// What is named.
    pub entities: Entities,
    /// What might be answered, the best first.
    pub suggestions: Vec<String>,
}

/// The schema of a [`Reading`].
pub fn schema() -> Value {
    let words = |list: Vec<&str>| json!({ "type": "string", "enum": list });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let names = [
        "meeting_preferences",
        "questions",
        "pain_points",
        "competitors",
        "budget_signals",
        "timeline_signals",
        "decision_makers",
    ];
    let entities: serde_json::Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), texts())).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["intent", "confidence", "reasoning", "emotion", "urgency", "formality", "buying_signals", "objections", "entities", "suggestions"],
        "properties": {
            "intent": words(Intent::ALL.iter().map(|w| w.as_str()).collect()),
            "confidence": { "type": "number" },
            "reasoning": { "type": "string" },
            "emotion": words(Emotion::ALL.iter().map(|w| w.as_str()).collect()),
            "urgency": words(Level::ALL.iter().map(|w| w.as_str()).collect()),
            "formality": words(Level::ALL.iter().map(|w| w.as_str()).collect()),
            "buying_signals": texts(),
            "objections": texts(),
            "entities": { "type": "object", "additionalProperties": false, "required": names, "properties": entities },
            "suggestions": texts(),
        },
    })
}

/// A model's reading in place of an uncertain one of the rules. The score of the mood stays the rules': it must not depend on a model.
pub fn of_model(reading: Reading, rules: &Analysis) -> Analysis {
    let few = |texts: Vec<String>, most: usize| -> Vec<String> {
        texts
            .into_iter()
            .map(|t| crate::text::cut(&t, 400).to_owned())
            .filter(|t| !t.trim().is_empty())
            .take(most)
            .collect()
    };
    let e = reading.entities;
    Analysis {
        intent: reading.intent,
        confidence: if reading.confidence.is_finite() { reading.confidence.clamp(0.0, 1.0) } else { 0.0 },
        reasoning: crate::text::cut(&reading.reasoning, 400).to_owned(),
        reader: Reader::Model,
        mood: Mood {
            score: rules.mood.score,
            emotion: reading.emotion,
            urgency: reading.urgency,
            formality: reading.formality,
            buying_signals: few(reading.buying_signals, 10),
            objections: few(reading.objections, 10),
        },
        entities: Entities {
            meeting_preferences: few(e.meeting_preferences, 10),
            questions: few(e.questions, 10),
            pain_points: few(e.pain_points, 10),
            competitors: few(e.competitors, 10),
            budget_signals: few(e.budget_signals, 10),
            timeline_signals: few(e.timeline_signals, 10),
            decision_makers: few(e.decision_makers, 10),
        },
        suggestions: few(reading.suggestions, 4),
    }
}
