//! What a reply means: one of seven intents with its reasons, the mood, what is named in it, and what might be answered (spec AGT-16).
//!
//! Rules come first; only what they are not sure of is for a model, whose answer is read through [`of_model`].

mod read;
mod signs;
mod suggest;
mod typed;

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::lead::LeadStatus;

pub use read::read;
pub use typed::{Reading, of_model, schema};

closed_list! {
    /// What somebody wants.
    pub enum Intent {
        /// To meet, to be called, a demo.
        MeetingRequest = "meeting_request",
        /// More of it.
        Interested = "interested",
        /// To know something.
        Question = "question",
        /// No more of it.
        NotInterested = "not_interested",
        /// Never to be written to again.
        Unsubscribe = "unsubscribe",
        /// Nothing: they are away.
        OutOfOffice = "out_of_office",
        /// Nothing: a machine answered.
        AutoReply = "auto_reply",
    }
}

impl Intent {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::MeetingRequest => "Wants to meet",
            Self::Interested => "Interested",
            Self::Question => "Question",
            Self::NotInterested => "Not interested",
            Self::Unsubscribe => "Unsubscribe",
            Self::OutOfOffice => "Out of office",
            Self::AutoReply => "Auto reply",
        }
    }

    /// Whether no person wrote it. It is not answered, and the lead did not reply by it.
    pub fn is_automatic(self) -> bool {
        matches!(self, Self::OutOfOffice | Self::AutoReply)
    }

    /// Where the lead stands by it (spec AGT-18); none when it says nothing about that.
    pub fn lead_status(self) -> Option<LeadStatus> {
        match self {
            Self::Unsubscribe => Some(LeadStatus::OptedOut),
            _ if self.is_automatic() => None,
            _ => Some(LeadStatus::Replied),
        }
    }
}

/// The confidence from which a reading is taken as it is, without asking a model.
pub const CERTAIN: f64 = 0.8;

closed_list! {
    /// Who read the message.
    pub enum Reader {
        /// The rules of this file.
        Rules = "rules",
        /// A model.
        Model = "model",
    }
}

closed_list! {
    /// What somebody feels.
    pub enum Emotion {
        /// Neither way.
        Neutral = "neutral",
        /// Content or glad.
        Positive = "positive",
        /// Eager to go on.
        Excited = "excited",
        /// Wants to understand.
        Curious = "curious",
        /// Not convinced.
        Sceptical = "sceptical",
        /// Had enough of something.
        Frustrated = "frustrated",
        /// Furious.
        Angry = "angry",
    }
}

closed_list! {
    /// How strong something is.
    pub enum Level as IntentLevel {
        /// Hardly.
        Low = "low",
        /// Somewhat.
        Medium = "medium",
        /// Very.
        High = "high",
    }
}

/// How a message sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mood {
    /// 0 in despair or furious, 50 neither way, 100 delighted.
    pub score: u8,
    /// What they feel.
    pub emotion: Emotion,
    /// How much it presses.
    pub urgency: Level,
    /// How formal they write.
    pub formality: Level,
    /// Words that speak for a deal.
    #[serde(default)]
    pub buying_signals: Vec<String>,
    /// Words that speak against it.
    #[serde(default)]
    pub objections: Vec<String>,
}

/// What is named in a message, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Entities {
    /// Days, times and ways to meet.
    pub meeting_preferences: Vec<String>,
    /// What they ask.
    pub questions: Vec<String>,
    /// What troubles them.
    pub pain_points: Vec<String>,
    /// Others that they use or look at.
    pub competitors: Vec<String>,
    /// What it may cost.
    pub budget_signals: Vec<String>,
    /// When it should happen.
    pub timeline_signals: Vec<String>,
    /// Who decides.
    pub decision_makers: Vec<String>,
}

/// Everything that was read in a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analysis {
    /// What they want.
    pub intent: Intent,
    /// How sure that is, 0.0 to 1.0.
    pub confidence: f64,
    /// Why, in a sentence.
    pub reasoning: String,
    /// Who read it.
    pub reader: Reader,
    /// How it sounds.
    pub mood: Mood,
    /// What is named in it.
    pub entities: Entities,
    /// What might be answered, the best first.
    pub suggestions: Vec<String>,
}

impl Analysis {
    /// Whether it is taken as it is, without asking a model.
    pub fn is_certain(&self) -> bool {
        self.confidence >= CERTAIN
    }
}

/// Whether a message says about itself that a machine wrote it: headers of e-mail, and parameters with the same meaning elsewhere
/// (RFC 3834 and its relatives).
pub fn is_automatic(headers: &serde_json::Value) -> Option<Intent> {
    let of = |wanted: &str| {
        let fields = headers.as_object()?;
        let (_, value) = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        value.as_str().map(str::to_lowercase)
    };
    let machine = of("auto-submitted").is_some_and(|v| v != "no")
        || of("x-autoreply").is_some()
        || of("x-autorespond").is_some()
        || of("x-auto-response-suppress").is_some()
        || of("precedence").is_some_and(|v| matches!(v.as_str(), "auto_reply" | "bulk" | "junk" | "list"));
    if !machine {
        return None;
    }
    let away = of("subject").is_some_and(|v| read(&v).intent == Intent::OutOfOffice);
    Some(if away { Intent::OutOfOffice } else { Intent::AutoReply })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_by_rules() {
        for (text, wanted, certain) in [
            ("STOP", Intent::Unsubscribe, true),
            ("Please stop texting me", Intent::Unsubscribe, true),
            ("remove me from your list", Intent::Unsubscribe, true),
            ("Bitte keine weiteren Nachrichten", Intent::Unsubscribe, true),
            ("No me escriban más", Intent::Unsubscribe, true),
            ("I am out of the office until Monday", Intent::OutOfOffice, true),
            ("Abwesenheitsnotiz: bin im Urlaub bis 3.5.", Intent::OutOfOffice, true),
            ("This is an automated response", Intent::AutoReply, true),
            ("Thank you for contacting Smith & Co, we will get back to you", Intent::AutoReply, true),
            ("I'm driving right now", Intent::AutoReply, true),
            ("No thanks", Intent::NotInterested, true),
            ("not interested, sorry", Intent::NotInterested, true),
            ("Kein Interesse", Intent::NotInterested, true),
            ("Can we meet on Tuesday at 10?", Intent::MeetingRequest, true),
            ("book me a viewing please", Intent::MeetingRequest, true),
            ("Rufen Sie mich morgen an", Intent::MeetingRequest, true),
            ("Yes please", Intent::Interested, true),
            ("tell me more", Intent::Interested, true),
            ("Ja gerne", Intent::Interested, true),
            ("Me interesa", Intent::Interested, true),
            ("Is there parking?", Intent::Question, true),
            ("Where are you located", Intent::Question, true),
            ("hmm the blue thing", Intent::Question, false),
            ("stop by tomorrow", Intent::Question, false),
            ("Don't call me before ten, I am asleep", Intent::MeetingRequest, true),
            ("Do call me tomorrow", Intent::MeetingRequest, true),
            ("Don't text me anymore", Intent::Unsubscribe, true),
            ("Ne me dites pas que c'est fini", Intent::Question, false),
        ] {
            let analysis = read(text);
            assert_eq!((analysis.intent, analysis.is_certain()), (wanted, certain), "{text}: {}", analysis.reasoning);
        }
    }

    #[test]
    fn what_is_named_is_kept_in_its_words() {
        let analysis = read(
            "Can we meet on Tuesday at 10? My boss decides, our budget is 500 and it should happen by next month.",
        );
        let e = &analysis.entities;
        assert_eq!(e.questions, ["Can we meet on Tuesday at 10?"]);
        assert!(e.meeting_preferences[0].contains("tuesday"), "{e:?}");
        assert!(
            e.decision_makers[0].contains("boss") && !e.budget_signals.is_empty() && !e.timeline_signals.is_empty(),
            "{e:?}"
        );
        assert_eq!(analysis.suggestions.len(), 2);
    }

    #[test]
    fn a_machine_is_known_by_its_headers() {
        let headers = |json: serde_json::Value| is_automatic(&json);
        assert_eq!(
            headers(serde_json::json!({ "Auto-Submitted": "auto-replied", "Subject": "Out of office" })),
            Some(Intent::OutOfOffice)
        );
        assert_eq!(headers(serde_json::json!({ "auto-submitted": "auto-generated" })), Some(Intent::AutoReply));
        assert_eq!(headers(serde_json::json!({ "auto-submitted": "no", "Body": "x" })), None);
    }

    #[test]
    fn a_models_reading_is_bounded_and_keeps_the_score_of_the_rules() {
        let rules = read("hmm the blue thing");
        let example = serde_json::json!({
            "intent": "interested", "confidence": 7.0, "reasoning": "r", "emotion": "curious", "urgency": "low", "formality": "low",
            "buying_signals": [], "objections": [" "], "entities": {}, "suggestions": ["a", "b", "c", "d", "e"],
        });
        let reading: Reading = serde_json::from_value(example).unwrap();
        let analysis = of_model(reading, &rules);
        assert_eq!((analysis.confidence, analysis.mood.score, analysis.suggestions.len()), (1.0, rules.mood.score, 4));
        let required = schema()["required"].as_array().unwrap().len();
        assert_eq!(schema()["properties"].as_object().unwrap().len(), required);
    }
}
