//! How a person sounds.

use crate::words::Text;

/// Under this a human takes over.
pub const ANGRY: u8 = 30;
/// Under this (and not under [`ANGRY`]) the conversation comes before others.
pub const NEUTRAL: u8 = 50;

/// 0 to 100.
pub fn score(_: &Text) -> u8 {
    50
}
