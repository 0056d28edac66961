//! What went wrong, by what the caller can do about it.

use std::time::Duration;

use domain::agent::Provider;

/// What went wrong, by what the caller can do about it. Safe to show: no secrets, no message texts of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Try again, after that long where the provider said so.
    #[error("{reason}")]
    Retry {
        /// The provider's status, if it answered.
        status: Option<u16>,
        /// How long the provider asked us to wait.
        after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The same request would fail again.
    #[error("{reason}")]
    Stop {
        /// The provider's status, if it answered.
        status: Option<u16>,
        /// What happened.
        reason: String,
    },
    /// The key is wrong, or may not do this.
    #[error("{reason}")]
    Key {
        /// What happened.
        reason: String,
    },
    /// The model answered with something that cannot be read: broken JSON in a tool call, or a shape that was not asked for.
    #[error("{reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The stream ended without a finish reason, or broke.
    #[error("the answer broke off before it was complete")]
    Cut,
    /// The time allowed was used up.
    #[error("the model did not answer in time")]
    Timeout,
    /// Nobody set this provider up.
    #[error("`{provider}` is not set up on this server")]
    NotConfigured {
        /// The provider in question.
        provider: Provider,
    },
}

impl Error {
    /// The word that stands for it in tables and JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Retry { .. } => "retry",
            Self::Stop { .. } => "stop",
            Self::Key { .. } => "key",
            Self::Malformed { .. } => "malformed",
            Self::Cut => "cut",
            Self::Timeout => "timeout",
            Self::NotConfigured { .. } => "not_configured",
        }
    }

    /// Whether the same request may well succeed later without anyone changing anything. A model that writes nonsense was asked once
    /// more at once; it is no outage that ends by waiting.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Retry { .. } | Self::Cut | Self::Timeout)
    }
}
