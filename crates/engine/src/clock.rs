//! The time: real, or held still by a test.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};

/// Says what time it is. Cut to microseconds, as Postgres keeps them.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    held: Option<Arc<Mutex<DateTime<Utc>>>>,
}

impl Clock {
    /// The real time.
    pub fn real() -> Self {
        Self::default()
    }

    /// A clock that stands until it is moved.
    pub fn held(at: DateTime<Utc>) -> Self {
        Self { held: Some(Arc::new(Mutex::new(at))) }
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.held {
            Some(held) => *held.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            None => Utc::now(),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Moves a held clock; a real one does not care.
    pub fn advance(&self, by: Duration) {
        if let Some(held) = &self.held {
            let mut at = held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at += by;
        }
    }
}
