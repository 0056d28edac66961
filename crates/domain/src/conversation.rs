//! A conversation: all messages with one lead over one channel, and who speaks next.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::guardrail::Priority;
use crate::id::{AgentId, CampaignId, ConversationId, LeadId, UserId};
use crate::intent::Intent;
use crate::message::{Channel, Direction, Status};
use crate::sentiment::Trend;
use crate::skill::Escalation;

closed_list! {
    /// Who holds the conversation. Exactly one does.
    pub enum Owner {
        /// The AI agent answers.
        Ai = "ai",
        /// A named operator answers; the AI is silent.
        Human = "human",
    }
}

closed_list! {
    /// Whether anything is left to do.
    pub enum ConversationStatus {
        /// Going on.
        Open = "open",
        /// Finished; a new message opens it again.
        Closed = "closed",
    }
}

/// A conversation as it is listed and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The person outside.
    pub lead_id: LeadId,
    /// What to call them.
    pub lead_name: String,
    /// Their number.
    pub lead_phone: Option<String>,
    /// Whether they opted out.
    pub opted_out: bool,
    /// Over which channel.
    pub channel: Channel,
    /// Going on or finished.
    pub status: ConversationStatus,
    /// Who holds it.
    pub owner: Owner,
    /// The operator who holds it, when a human does.
    pub owner_user_id: Option<UserId>,
    /// That operator's name.
    pub owner_name: Option<String>,
    /// Rises with every change of owner: what was begun under an older number may not be sent.
    pub owner_epoch: i32,
    /// The agent that answers while the AI holds it.
    pub agent_id: Option<AgentId>,
    /// That agent's name.
    pub agent_name: Option<String>,
    /// The campaign that began it.
    pub campaign_id: Option<CampaignId>,
    /// The beginning of the newest message.
    pub last_body: String,
    /// Which way it went.
    pub last_direction: Option<Direction>,
    /// How far it got.
    pub last_status: Option<Status>,
    /// When it was.
    pub last_message_at: DateTime<Utc>,
    /// When they last wrote to us.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// Messages from them since an operator last looked.
    pub unread: i32,
    /// What their last message means.
    pub intent: Option<Intent>,
    /// How sure that is, 0.0 to 1.0.
    pub intent_confidence: Option<f64>,
    /// How they sound: 0 in despair or furious, 50 neither way, 100 delighted; none before they wrote.
    pub sentiment: Option<i16>,
    /// Whereto that goes.
    pub sentiment_trend: Option<Trend>,
    /// How soon somebody should look.
    pub priority: Priority,
    /// Since when a human is asked for. Until one returns or closes it, the AI is silent; it waits until one takes over.
    pub escalated_at: Option<DateTime<Utc>>,
    /// Why it does.
    pub escalation_reason: Option<Escalation>,
    /// What made it so, for people.
    pub escalation_evidence: String,
    /// The number of its open ticket.
    pub ticket: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
}

/// What stands in lists for somebody of whom neither name nor number is known.
const UNKNOWN: &str = "Unknown";

impl Conversation {
    /// What to call the person; nothing for somebody of whom only the number is known.
    pub fn called(&self) -> Option<&str> {
        let has_name = self.lead_phone.as_deref() != Some(&*self.lead_name) && self.lead_name != UNKNOWN;
        has_name.then_some(self.lead_name.as_str())
    }

    /// Whether a human is asked for and none has taken over yet.
    pub fn waits_for_human(&self) -> bool {
        self.owner == Owner::Ai && self.escalated_at.is_some()
    }
}
