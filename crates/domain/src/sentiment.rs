//! How a person sounds.

use crate::closed_list;
use crate::words::Text;

/// Under this a human takes over.
pub const ANGRY: u8 = 30;
/// Under this (and not under [`ANGRY`]) the conversation comes before others.
pub const NEUTRAL: u8 = 50;

/// 0 to 100.
pub fn score(_: &Text) -> u8 {
    50
}

closed_list! {
    /// Whereto the mood of a conversation goes.
    pub enum Trend {
        /// Worse than before.
        Falling = "falling",
        /// As before.
        Steady = "steady",
        /// Better than before.
        Rising = "rising",
    }
}

impl Trend {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Falling => "falling",
            Self::Steady => "steady",
            Self::Rising => "rising",
        }
    }
}

/// Whereto the mood goes with a new score; a few points either way are noise.
pub fn trend(before: Option<u8>, now: u8) -> Trend {
    match before.map(|before| i16::from(now) - i16::from(before)) {
        Some(change) if change <= -8 => Trend::Falling,
        Some(change) if change >= 8 => Trend::Rising,
        _ => Trend::Steady,
    }
}
