//! The answer to "Why this message?", for messages of every kind.

use serde::{Deserialize, Serialize};

use super::TurnRecord;
use crate::message::Message;

/// Why a message was written, as it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Why {
    /// The message.
    pub message: Message,
    /// In one sentence, for people.
    pub sentence: String,
    /// Who wrote it: the agent's, the operator's, the campaign's or the lead's name.
    pub by: String,
    /// The campaign it belongs to.
    #[serde(default)]
    pub campaign: Option<String>,
    /// The step of the campaign's drawing.
    #[serde(default)]
    pub step: Option<String>,
    /// The template it was made from.
    #[serde(default)]
    pub template: Option<String>,
    /// The turn behind it, when an agent wrote it.
    #[serde(default)]
    pub turn: Option<Box<TurnRecord>>,
}
