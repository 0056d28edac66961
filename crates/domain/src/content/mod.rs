//! Writing to a person (spec AGT-15): which tone fits them, the forms a message comes in with their shapes and limits, and how much of
//! what is known of them a text makes use of. Pure; `engine::content` asks a model with it.

mod draft;
mod fit;
mod known;
mod score;
mod tone;

use serde::{Deserialize, Serialize};

use crate::agent::{ModelChoice, Tone};
use crate::closed_list;
use crate::guardrail::Verdict;
use crate::id::{ConversationId, LeadId};
use crate::message::Channel;
use crate::money::Micros;
use crate::problem::Problems;
use crate::text;

pub use draft::{Draft, Fields, schema};
pub use fit::{Fitted, Frame, fit};
pub use known::{Known, Tier};
pub use score::{Detail, Score, personalisation};
pub use tone::{Chosen, Seniority, Trade, tone};

closed_list! {
    /// What a message is written as.
    pub enum Form {
        /// One text message.
        Sms = "sms",
        /// A message on WhatsApp.
        Whatsapp = "whatsapp",
        /// Subject and body, with greeting and signature.
        Email = "email",
        /// The note that comes with an invitation on LinkedIn.
        LinkedinNote = "linkedin_note",
        /// A message on LinkedIn to somebody who is no contact.
        Inmail = "inmail",
        /// What is said on the phone: opening, value, what they are asked to do.
        VoiceScript = "voice_script",
    }
}

impl Form {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Whatsapp => "WhatsApp",
            Self::Email => "E-mail",
            Self::LinkedinNote => "LinkedIn invitation note",
            Self::Inmail => "LinkedIn InMail",
            Self::VoiceScript => "Voice script",
        }
    }

    /// What is written on a channel of ours.
    pub fn of_channel(channel: Channel) -> Self {
        match channel {
            Channel::Sms => Self::Sms,
            Channel::Whatsapp => Self::Whatsapp,
            Channel::Voice => Self::VoiceScript,
        }
    }
}

/// The longest purpose, in characters.
pub const LONGEST_PURPOSE: u32 = 1_000;

/// What is to be written, and to whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContentAsk {
    /// The person.
    pub lead_id: LeadId,
    /// As what.
    pub form: Form,
    /// What it is about, in an operator's words. May be empty in a conversation: then their last message is answered.
    #[serde(default)]
    pub purpose: String,
    /// The conversation it is for: its newest messages are read.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
}

impl ContentAsk {
    /// Everything that keeps it from being written.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        let purpose = text::long(&mut problems, "purpose", &self.purpose, LONGEST_PURPOSE);
        if purpose.trim().is_empty() && self.conversation_id.is_none() {
            problems.add("purpose", "Say in a few words what the message is about.");
        }
        problems
    }
}

/// A draft with everything an operator wants to know before using it. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Written {
    /// The draft, in the form that was asked for.
    pub draft: Draft,
    /// The same as one text, to copy or to send.
    pub text: String,
    /// Whether it may be used: every rule holds.
    pub usable: bool,
    /// What each rule said.
    pub verdicts: Vec<Verdict>,
    /// Its length beside what the form allows.
    pub length: String,
    /// The tone that was chosen for this person.
    pub tone: Tone,
    /// Why that tone, in a sentence.
    pub why: String,
    /// How much of what is known of the person it uses.
    pub personalisation: Score,
    /// The passages of the agent's knowledge that were at hand, by title.
    pub passages: Vec<String>,
    /// The model that wrote it.
    pub model: ModelChoice,
    /// What it cost, failed calls included.
    pub cost_micros: Micros,
    /// From asking to the whole draft.
    pub latency_ms: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_may_only_be_left_out_where_there_is_something_to_answer() {
        let ask = |purpose: &str, in_conversation: bool| ContentAsk {
            lead_id: LeadId::new(uuid::Uuid::nil()),
            form: Form::Sms,
            purpose: purpose.into(),
            conversation_id: in_conversation.then(|| ConversationId::new(uuid::Uuid::nil())),
        };
        for (purpose, in_conversation, good) in [
            ("Invite them", false, true),
            (" ", false, false),
            ("", true, true),
            ("x".repeat(1_001).as_str(), true, false),
            ("a\0b", true, false),
        ] {
            assert_eq!(ask(purpose, in_conversation).check().is_empty(), good, "{purpose}");
        }
    }
}
