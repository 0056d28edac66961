//! A ticket: one thing a person wants solved, with a number to name it by.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::guardrail::Priority;
use crate::id::{ConversationId, LeadId, TicketId};
use crate::intent::Intent;
use crate::message::Channel;
use crate::skill::Escalation;

closed_list! {
    /// What a ticket is about.
    pub enum TicketCategory {
        /// Anything else.
        General = "general",
        /// Somebody wants to know something.
        Question = "question",
        /// Somebody wants to meet or be called.
        Meeting = "meeting",
        /// Prices, discounts, quotes.
        Pricing = "pricing",
        /// Money back.
        Refund = "refund",
        /// Lawyers, courts, authorities.
        Legal = "legal",
        /// Somebody is unhappy.
        Complaint = "complaint",
    }
}

impl TicketCategory {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Question => "Question",
            Self::Meeting => "Meeting",
            Self::Pricing => "Pricing",
            Self::Refund => "Refund",
            Self::Legal => "Legal",
            Self::Complaint => "Complaint",
        }
    }

    /// What a ticket is about, by why its conversation went to a human, else by what the person wants.
    pub fn of(escalation: Option<Escalation>, intent: Option<Intent>) -> Self {
        match (escalation, intent) {
            (Some(Escalation::Pricing), _) => Self::Pricing,
            (Some(Escalation::Refund), _) => Self::Refund,
            (Some(Escalation::Legal), _) => Self::Legal,
            (Some(Escalation::NegativeSentiment), _) => Self::Complaint,
            (_, Some(Intent::MeetingRequest)) => Self::Meeting,
            (_, Some(Intent::Question)) => Self::Question,
            _ => Self::General,
        }
    }
}

closed_list! {
    /// How far a ticket is.
    pub enum TicketStatus {
        /// Somebody has to do something.
        Open = "open",
        /// It waits for the person.
        Pending = "pending",
        /// Solved.
        Resolved = "resolved",
        /// Put away.
        Closed = "closed",
    }
}

impl TicketStatus {
    /// Whether anything is left to do.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Pending)
    }
}

/// A ticket as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What people call it: `TKT-0042`.
    pub number: String,
    /// The conversation it came from.
    pub conversation_id: ConversationId,
    /// The person.
    pub lead_id: LeadId,
    /// What to call them.
    pub lead_name: String,
    /// Over which channel it came.
    pub channel: Channel,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, in a word.
    pub category: TicketCategory,
    /// How soon somebody should look.
    pub priority: Priority,
    /// How far it is.
    pub status: TicketStatus,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was solved or put away.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// The number in what people write for a ticket: `TKT-0042`, `tkt 42`, `#42`, `42`.
pub fn number_in(text: &str) -> Option<i32> {
    let text = text.trim();
    let bare = match text.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("tkt") => &text[3..],
        _ => text,
    };
    let digits = bare.trim_start_matches(['-', ' ', '#']);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The number as people write it: `TKT-0042`.
pub fn shown(number: i32) -> String {
    format!("TKT-{number:04}")
}

/// The subject of a ticket: the first line of what the person wrote, at most 120 characters.
pub fn subject(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("No text");
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 120 {
        return line;
    }
    format!("{}…", crate::text::cut(&line, 119).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_named_by_number_and_first_line() {
        assert_eq!((shown(7), shown(12_345)), ("TKT-0007".to_owned(), "TKT-12345".to_owned()));
        for (text, number) in [
            ("TKT-0043", Some(43)),
            ("tkt 43", Some(43)),
            (" #43 ", Some(43)),
            ("43", Some(43)),
            ("43 a", None),
            ("", None),
        ] {
            assert_eq!(number_in(text), number, "{text}");
        }
        assert_eq!(subject("\n  My   door\nis broken"), "My door");
        assert_eq!(subject(" \n"), "No text");
        assert_eq!(subject(&"ab ".repeat(100)).chars().count(), 120);
    }
}
