//! What the phone page's regions are made of, as it travels to the browser.

use chrono::{DateTime, Utc};
use domain::id::{ConversationId, LeadId};
use domain::message::{Channel, Direction, Status};
use serde::{Deserialize, Serialize};

/// How a made-up person behaves, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// One word for it.
    pub word: String,
    /// Its name on screen.
    pub label: String,
    /// One sentence.
    pub description: String,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What to call them.
    pub name: String,
    /// Their number.
    pub phone: String,
    /// How they behave.
    pub persona: Persona,
    /// Whether the operator plays them.
    pub by_hand: bool,
    /// The beginning of the newest message.
    pub last_body: String,
    /// When it was.
    pub last_at: Option<DateTime<Utc>>,
}

/// One thing on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Whether the person wrote it.
    pub theirs: bool,
    /// Over which channel.
    pub channel: Channel,
    /// The text, the script of a call, or the key that was pressed.
    pub body: String,
    /// How far it got.
    pub status: Status,
    /// When.
    pub at: DateTime<Utc>,
}

impl Item {
    /// Whether this is a call in which a key can be pressed.
    pub fn is_live_call(&self) -> bool {
        self.channel == Channel::Voice && !self.theirs && matches!(self.status, Status::Accepted | Status::Sent)
    }

    /// From the database's words.
    pub fn new(direction: Direction, channel: Channel, body: String, status: Status, at: DateTime<Utc>) -> Self {
        Self { theirs: direction == Direction::Inbound, channel, body, status, at }
    }
}

/// One person's phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handset {
    /// Their number.
    pub phone: String,
    /// What to call them; the number while nobody knows them.
    pub name: String,
    /// The lead, once there is one.
    pub lead: Option<LeadId>,
    /// Their conversation with us, once there is one.
    pub conversation: Option<ConversationId>,
    /// How they behave.
    pub persona: Persona,
    /// Whether the operator plays them.
    pub by_hand: bool,
    /// Everything on the phone, oldest first.
    pub items: Vec<Item>,
    /// The number they would write to, per channel: the channels we have a number for.
    pub ours: Vec<(Channel, String)>,
}
