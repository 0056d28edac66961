//! What the inbox's regions are made of, as it travels to the browser.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::conversation::Conversation;
use domain::event::Activity;
use domain::filter::Page;
use domain::id::{ConversationId, TemplateId};
use domain::intent::Analysis;
use domain::lead::Lead;
use domain::message::{Channel, Message};
use domain::template::TemplateState;
use domain::ticket::Ticket;
use serde::{Deserialize, Serialize};

use crate::pages::leads::api::ConsentLine;
use crate::pages::phone::Persona;

/// The list and how full the queues are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboxList {
    /// One page of conversations, newest first.
    pub page: Page<Conversation>,
    /// The figures on the tabs.
    pub counts: Counts,
}

/// The figures on the tabs, within the search: unread conversations per channel, and on the chosen channel conversations per owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Whether the search finds anything at all, on whatever channel.
    pub anything: bool,
    /// Conversations in all.
    pub conversations: i64,
    /// Unread over SMS.
    pub sms: i64,
    /// Unread over WhatsApp.
    pub whatsapp: i64,
    /// Unread over voice.
    pub voice: i64,
    /// Answered by the AI.
    pub ai: i64,
    /// Waiting for a human.
    pub escalated: i64,
    /// Held by any human.
    pub human: i64,
    /// Held by whoever asks.
    pub mine: i64,
}

impl Counts {
    /// Unread over all channels.
    pub fn unread(&self) -> i64 {
        self.sms + self.whatsapp + self.voice
    }
}

/// A template that could be sent in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: TemplateState,
    /// Its text, filled for this person.
    pub body: String,
    /// Why it may not be sent now, in sentences.
    pub refused: Option<String>,
}

/// Everything beside one conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// Whether whoever asks holds it.
    pub mine: bool,
    /// The newest messages, oldest first.
    pub messages: Vec<Message>,
    /// How many there are in all.
    pub total: i64,
    /// What to call operators, agents and campaigns, by prefixed id.
    pub names: BTreeMap<String, String>,
    /// What their last message means.
    pub analysis: Option<Analysis>,
    /// Who took it over, who opted out.
    pub moments: Vec<Activity>,
    /// The person.
    pub lead: Lead,
    /// What they agreed to and took back, newest first.
    pub consents: Vec<ConsentLine>,
    /// The person's conversations over all channels.
    pub channels: Vec<(ConversationId, Channel)>,
    /// The templates of the channel.
    pub templates: Vec<Offer>,
    /// Why free text may not be sent now, in sentences.
    pub refused: Option<String>,
    /// The person's newest tickets.
    pub tickets: Vec<Ticket>,
    /// Who plays this person, with the emulator.
    pub persona: Option<Persona>,
}

impl Thread {
    /// Since when nothing may be sent to them, if they opted out and it was written down.
    pub fn opted_out_since(&self) -> Option<DateTime<Utc>> {
        self.consents.first().filter(|line| !line.granted).map(|line| line.at)
    }

    /// The name behind a prefixed id.
    pub fn name(&self, id: Option<impl std::fmt::Display>) -> Option<String> {
        self.names.get(&id?.to_string()).cloned()
    }
}
