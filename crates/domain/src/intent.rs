//! What a reply means: one of seven intents with its reasons, the mood, what is named in it, and what might be answered (spec AGT-16).
//!
//! Rules come first; only what they are not sure of is for a model, whose answer is read through [`of_model`].

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::lead::LeadStatus;

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
    pub enum Level {
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
