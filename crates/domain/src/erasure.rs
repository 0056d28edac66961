//! What becomes of people's data: the receipt of an erasure, and how long what was said is kept.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How long what people and we said is kept, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention(u16);

/// The longest that can be said: what is kept longer is kept for ever.
const MOST_DAYS: u16 = 3_650;

impl Retention {
    /// This many days; 0 is for ever.
    pub fn days(days: u16) -> Result<Self, &'static str> {
        if days > MOST_DAYS {
            return Err("give a number of days from 1 to 3650, or 0 to keep everything");
        }
        Ok(Self(days))
    }

    /// What is older than this goes; none when everything stays.
    pub fn cutoff(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (self.0 > 0).then(|| now - Duration::days(i64::from(self.0)))
    }
}

impl std::str::FromStr for Retention {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map_err(|_| "give a number of days").and_then(Self::days)
    }
}

/// What was done to one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cleared {
    /// Which table.
    pub table: String,
    /// Rows that are gone.
    pub removed: i64,
    /// Rows whose personal data is gone; ids, times and figures are left.
    pub blanked: i64,
}

/// The proof of an erasure. It holds no personal data itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ErasureReceipt))]
pub struct Receipt {
    /// When.
    pub at: DateTime<Utc>,
    /// The leads that were erased: one person may have been several.
    pub leads: Vec<crate::id::LeadId>,
    /// Every table that was looked at.
    pub tables: Vec<Cleared>,
    /// Numbers that stay on the list of those that are never reached, because an opt-out outlives the person's data.
    pub suppressed_numbers_kept: i64,
    /// What is not ours to erase, for whoever answers the request.
    pub elsewhere: String,
}

/// What a receipt says about other places.
pub const ELSEWHERE: &str = "The phone network and the model providers keep records of their own; ask them, too. \
    Backups made before hold the data until they are overwritten. Documents that were uploaded as knowledge are not searched.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_kept_for_the_days_that_were_given() {
        let now: DateTime<Utc> = "2026-03-31T12:00:00Z".parse().unwrap();
        let cutoff = |days| Retention::days(days).map(|kept| kept.cutoff(now));
        assert_eq!(cutoff(30), Ok(Some("2026-03-01T12:00:00Z".parse().unwrap())));
        assert_eq!(cutoff(0), Ok(None), "for ever");
        assert!(cutoff(3_651).is_err());
    }
}
