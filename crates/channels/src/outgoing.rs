//! What is handed to a provider, and what comes back: the vocabulary of every adapter on one page.
//!
//! Not here: any wire format. The variants of `Error` are cut by what the caller can do, not by what went wrong inside.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::message::{Channel, Status};
use domain::phone::Phone;

/// One message or call on its way to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Over which channel.
    pub channel: Channel,
    /// Our number.
    pub from: Phone,
    /// The person's number.
    pub to: Phone,
    /// What is said.
    pub content: Content,
    /// Where the provider reports what became of it. Empty: nowhere.
    pub status_callback: String,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Free text: SMS, or WhatsApp inside the 24-hour window.
    Text(String),
    /// An approved WhatsApp template; over SMS its rendered text is sent.
    Template {
        /// The provider's id of the template (`HX…`).
        content_sid: String,
        /// The values, by placeholder.
        variables: BTreeMap<String, String>,
        /// The text as the person will read it. Also how the message is found again after a crash.
        rendered: String,
    },
    /// A call.
    Call {
        /// What is spoken, for the record.
        script: String,
        /// The document that the provider carries out (see `twiml`).
        twiml: String,
    },
}

/// The provider took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The provider's own id.
    pub provider_message_id: String,
    /// How far it is: usually `accepted`.
    pub status: Status,
}

/// What a look-up found: a message or call that fits, which need not be the one that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As the provider would have answered.
    pub receipt: Receipt,
    /// When the provider took it; some tell it in whole seconds.
    pub at: DateTime<Utc>,
}

/// The right to send one message or make one call. An adapter's `send` consumes it.
///
/// Only the send gate makes one, so nothing can reach a person without having been judged.
#[derive(Debug)]
pub struct Permit(());

impl Permit {
    /// Only `engine::send` may call this, after the gate said yes for exactly this message; a tidy test looks for other callers.
    pub fn granted_by_gate() -> Self {
        Self(())
    }
}

/// Why it was not sent, or why we cannot tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Refused for good; the same request would be refused again. Surely not sent.
    #[error("the provider refused it{}: {message}", code.as_deref().map(|c| format!(" ({c})")).unwrap_or_default())]
    Permanent {
        /// The provider's error code.
        code: Option<String>,
        /// The provider's words, or ours.
        message: String,
    },
    /// The person opted out at the provider (21610). Record it; never try again. Surely not sent.
    #[error("this person has opted out of messages from this number")]
    OptedOut,
    /// Never processed; try again after the wait. Surely not sent.
    #[error("the provider is busy, try again in {} ms: {message}", after.as_millis())]
    TryAgain {
        /// How long to wait at least.
        after: Duration,
        /// The provider's words, or ours.
        message: String,
    },
    /// It may or may not have been taken: the answer was lost. Look it up, else mark it in doubt; never repeat it blindly.
    #[error("it is unknown whether the provider took it: {message}")]
    Unknown {
        /// What happened to the answer.
        message: String,
    },
    /// No connection came about, so the request cannot have been read. Safe to try again. Surely not sent.
    #[error("the provider could not be reached: {message}")]
    NotSent {
        /// What kept us from connecting.
        message: String,
    },
    /// Our account, sender or settings are wrong: stop and tell the operator. Surely not sent.
    #[error("the channel is set up wrongly: {message}")]
    Config {
        /// What to look at.
        message: String,
    },
}

impl Error {
    /// Whether the message was surely not taken, so that sending it again cannot reach a person twice.
    pub fn surely_not_sent(&self) -> bool {
        !matches!(self, Self::Unknown { .. })
    }

    /// The provider's error code, where there is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Permanent { code, .. } => code.as_deref(),
            Self::OptedOut => Some("21610"),
            _ => None,
        }
    }
}
