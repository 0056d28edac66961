//! One message or call: what came in, what goes out, and how far it got.
//!
//! Not here: how a provider words any of this (`channels`), or whether it may be sent (`gate`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::gate::Verdict;
use crate::id::{AgentId, CampaignId, ConversationId, LeadId, MessageId, RunId, TemplateId, UserId};

closed_list! {
    /// How a person is reached.
    pub enum Channel {
        /// Text message.
        Sms = "sms",
        /// WhatsApp, through an approved template or inside the 24-hour window.
        Whatsapp = "whatsapp",
        /// A phone call that speaks a script and takes a key press.
        Voice = "voice",
    }
}

impl Channel {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Whatsapp => "WhatsApp",
            Self::Voice => "Voice",
        }
    }

    /// The longest body, in characters. SMS: what Twilio takes in one request; voice: what fits a 4,000-character TwiML document.
    pub fn max_chars(self) -> u32 {
        match self {
            Self::Sms | Self::Whatsapp => 1600,
            Self::Voice => 3000,
        }
    }
}

closed_list! {
    /// Who spoke: the person outside, or us.
    pub enum Direction {
        /// From the lead to us.
        Inbound = "inbound",
        /// From us to the lead.
        Outbound = "outbound",
    }
}

closed_list! {
    /// Who wrote a message.
    pub enum Author {
        /// The person outside.
        Lead = "lead",
        /// An AI agent.
        Agent = "agent",
        /// A human operator.
        Operator = "operator",
        /// A step of a campaign, word for word from its template.
        Campaign = "campaign",
    }
}

closed_list! {
    /// How far a message got. Inbound ones are `received` and stay so.
    pub enum Status {
        /// Written down, waiting for the send gate.
        Queued = "queued",
        /// The gate said not yet; it will be asked again.
        Held = "held",
        /// The gate said no, or an operator took over first. Final; the verdict says why.
        Blocked = "blocked",
        /// Committed just before the provider was called. Never called twice.
        Sending = "sending",
        /// We do not know whether the provider took it. Never repeated by itself; an operator decides.
        InDoubt = "in_doubt",
        /// The provider took it.
        Accepted = "accepted",
        /// It left the provider (a call: it rings or is being answered).
        Sent = "sent",
        /// It arrived (a call: it was completed).
        Delivered = "delivered",
        /// It was read.
        Read = "read",
        /// The provider or the carrier gave up. Final.
        Failed = "failed",
        /// An inbound message.
        Received = "received",
    }
}

impl Status {
    /// How far along: a move to a lower rank is a late or repeated report and is ignored.
    fn rank(self) -> u8 {
        match self {
            Self::Queued | Self::Held => 0,
            Self::Sending => 1,
            Self::InDoubt => 2,
            Self::Accepted => 3,
            Self::Sent => 4,
            Self::Delivered => 5,
            Self::Read => 6,
            Self::Failed | Self::Blocked | Self::Received => 7,
        }
    }

    /// Whether a report may change `self` to `next`. Providers repeat and reorder their reports, so only forward moves count;
    /// a message that arrived cannot fail afterwards.
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Failed | Self::Blocked | Self::Received | Self::Read, _) => false,
            (Self::Delivered, Self::Failed) => false,
            _ => next.rank() > self.rank(),
        }
    }

    /// Whether the provider has it, or had it.
    pub fn was_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Sent | Self::Delivered | Self::Read)
    }

    /// For people: one word and, where it helps, what it means.
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Held => "Held",
            Self::Blocked => "Not sent",
            Self::Sending => "Sending",
            Self::InDoubt => "In doubt",
            Self::Accepted => "Accepted",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Read => "Read",
            Self::Failed => "Failed",
            Self::Received => "Received",
        }
    }
}

/// A picture, sound or file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Media {
    /// Where the provider keeps it.
    pub url: String,
    /// Its MIME type as the provider names it.
    pub content_type: String,
}

/// What came in, whatever the provider (spec CHN-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inbound {
    /// Who delivered it: `twilio`, `generic`.
    pub provider: String,
    /// What kind of news: `message`, `key_press`.
    pub event: String,
    /// Over which channel.
    pub channel: Channel,
    /// The person outside, E.164.
    pub from: String,
    /// Our number, E.164.
    pub to: String,
    /// What they wrote, or the keys they pressed.
    pub body: String,
    /// What came along.
    pub media: Vec<Media>,
    /// The provider's own id; a repeat has the same.
    pub message_id: String,
    /// When we got it.
    pub received_at: DateTime<Utc>,
    /// The fields as they came, for the log.
    pub raw: serde_json::Value,
}

closed_list! {
    /// How a call ended.
    pub enum CallEnd {
        /// A person took it.
        Answered = "answered",
        /// It rang, and nobody took it.
        NoAnswer = "no_answer",
        /// The line was engaged.
        Busy = "busy",
        /// A machine took it.
        Voicemail = "voicemail",
        /// It could not be made.
        Failed = "failed",
    }
}

impl CallEnd {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NoAnswer => "no answer",
            Self::Busy => "busy",
            Self::Voicemail => "voicemail",
            Self::Failed => "failed",
        }
    }
}

/// News about a message that we sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusReport {
    /// The provider's id of the message or call.
    pub message_id: String,
    /// Our number, which names the workspace.
    pub our_number: String,
    /// What became of it.
    pub status: Status,
    /// The provider's error code, when it failed.
    pub error_code: Option<String>,
    /// For a call: its length in seconds.
    pub duration_secs: Option<u32>,
    /// For a call that is over: how it ended.
    #[serde(default)]
    pub call_end: Option<CallEnd>,
}

/// One message as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// The person outside.
    pub lead_id: LeadId,
    /// In or out.
    pub direction: Direction,
    /// Over which channel.
    pub channel: Channel,
    /// Who wrote it.
    pub author: Author,
    /// The operator's id, when a human wrote it.
    pub user_id: Option<UserId>,
    /// The agent's id, when an agent wrote it.
    pub agent_id: Option<AgentId>,
    /// The campaign it belongs to.
    pub campaign_id: Option<CampaignId>,
    /// The run it belongs to.
    pub run_id: Option<RunId>,
    /// The template it was made from.
    pub template_id: Option<TemplateId>,
    /// The text; for a call the script that was spoken, or the keys that were pressed.
    pub body: String,
    /// What came along.
    pub media: Vec<Media>,
    /// How far it got.
    pub status: Status,
    /// What the send gate said, and why.
    pub verdict: Option<Verdict>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// For a call that is over: how it ended.
    pub call_end: Option<CallEnd>,
    /// The provider's own id.
    pub provider_message_id: Option<String>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When its state last changed.
    pub updated_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::Status::{self, *};

    #[test]
    fn reports_never_move_a_message_backwards() {
        assert!(Accepted.may_become(Sent));
        assert!(Accepted.may_become(Delivered));
        assert!(Sending.may_become(Failed));
        assert!(InDoubt.may_become(Accepted));
        assert!(InDoubt.may_become(Delivered));
        for (from, to) in [
            (Delivered, Sent),
            (Delivered, Failed),
            (Read, Delivered),
            (Failed, Sent),
            (Sent, Sent),
            (Blocked, Accepted),
        ] {
            assert!(!from.may_become(to), "{from} must not become {to}");
        }
        for status in Status::ALL {
            assert!(!status.may_become(*status), "{status} repeated");
        }
    }
}
