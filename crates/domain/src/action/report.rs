//! What came of calling a webhook: its tries, and what was asked and answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Method;

/// One try of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Try {
    /// The HTTP status of the answer, if one came.
    pub status: Option<u16>,
    /// Why it failed; none when it did not.
    pub error: Option<String>,
    /// How long it took.
    pub latency_ms: u64,
}

/// What was asked and what came of it. Secrets are never among it: they are masked where they went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallReport {
    /// Whether the other side took it.
    pub ok: bool,
    /// Each try, the last one last. Empty when nothing could be sent.
    pub tries: Vec<Try>,
    /// How it was called.
    pub method: Method,
    /// Where.
    pub url: String,
    /// What went along.
    pub headers: Vec<(String, String)>,
    /// What was sent; empty for nothing.
    pub body: String,
    /// What came back, shortened.
    pub answer: String,
    /// What the model sees.
    pub shown: Value,
}

impl CallReport {
    /// Why it failed, if it did.
    pub fn error(&self) -> Option<&str> {
        self.tries.last()?.error.as_deref().filter(|_| !self.ok)
    }

    /// How long all tries took together.
    pub fn latency_ms(&self) -> u64 {
        self.tries.iter().map(|t| t.latency_ms).sum()
    }
}
