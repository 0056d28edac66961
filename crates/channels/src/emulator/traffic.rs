//! The log of the emulated network: what the phone pane shows. Bounded, in memory, never written out.

use chrono::{DateTime, Utc};
use domain::message::Channel;
use serde::Serialize;

/// How many entries are kept.
pub(super) const KEPT: usize = 500;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// We sent a message or placed a call.
    ToLead,
    /// The person wrote.
    FromLead,
    /// The person pressed a key.
    KeyPress,
    /// The network reported a state; `text` is Twilio's word for it.
    Report,
    /// A post to our webhook was given up after several tries.
    Lost,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// When.
    pub at: DateTime<Utc>,
    /// What kind.
    pub moment: Moment,
    /// Over which channel.
    pub channel: Channel,
    /// The person's number.
    pub lead: String,
    /// Our number.
    pub ours: String,
    /// The id of the message or call.
    pub sid: String,
    /// The text, the script, the key or the state.
    pub text: String,
}
