//! What learned from examples reads in a message: the subjects for a human in words that no rule lists, and languages that nobody
//! taught it. It stands above the rules, which are the lower bound: what either finds is found.
//!
//! Here: features of a message, the weights, the thresholds. The weights are made by `train-reader` from the examples in
//! `crates/domain/reader`; nothing of what measures it (`tests/reader.rs`) is among those. Not here: what follows (`guardrail::inbound`).

use super::Forced;
use crate::closed_list;
use crate::skill::Escalation;
use crate::words::{Language, Text, Word};

#[cfg(feature = "reader")]
mod weights;
#[cfg(feature = "reader")]
pub use weights::Weights;

closed_list! {
    /// What it looks for.
    pub enum Topic as ReaderTopic {
        /// What something costs, a discount, a quote, a charge.
        Pricing = "pricing",
        /// Money back.
        Refund = "refund",
        /// Lawyers, courts, complaints to authorities.
        Legal = "legal",
        /// A human instead of a machine.
        HumanRequest = "human_request",
        /// To hear no more.
        Stop = "stop",
    }
}

impl Topic {
    /// The reason with which it goes to a human.
    pub fn reason(self) -> Escalation {
        match self {
            Self::Pricing => Escalation::Pricing,
            Self::Refund => Escalation::Refund,
            Self::Legal => Escalation::Legal,
            Self::HumanRequest => Escalation::HumanRequest,
            Self::Stop => Escalation::StopWish,
        }
    }
}

/// How sure it has to be, from 0 to 1. Low: a human who looks once too often costs less than a promise.
const THRESHOLD: [f32; Topic::ALL.len()] = [0.35, 0.35, 0.3, 0.3, 0.3];

/// How much less sure it has to be in other languages than English, which most that is no subject for a human was learned from.
const ELSEWHERE: f32 = 0.85;

/// A message of this many words is in a language that it does not know when fewer than [`KNOWN_SHARE`] of them ever stood in an example.
const ENOUGH_WORDS: usize = 5;
/// In hundredths.
const KNOWN_SHARE: usize = 34;

/// Places for weights, a power of two: a feature's place is its hash.
pub const PLACES: usize = 1 << 17;

/// The places of a message's features, then those of each of its sentences.
pub fn features(text: &Text) -> Vec<Vec<u32>> {
    stretches(text).into_iter().map(features_of).collect()
}

/// The places of a stretch's features: its words, pairs of neighbours and, inside words, runs of three to five letters; in scripts without
/// blanks runs of one to three. Each place once.
fn features_of(words: &[Word]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut before: Option<&str> = None;
    for word in words {
        let text = word.text.as_str();
        found.push(place("w", text));
        if let Some(before) = before {
            found.push(place(before, text));
        }
        before = Some(text);
        let (pad, runs) = if has_no_blanks(text) { ("", 1..=3) } else { ("_", 3..=5) };
        let letters: Vec<char> = format!("{pad}{text}{pad}").chars().take(60).collect();
        for long in runs {
            for run in letters.windows(long) {
                found.push(place("c", &run.iter().collect::<String>()));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a word is of a script that is written without blanks, or with endings that grow on the word.
fn has_no_blanks(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

/// What tells whether a language is known: its words. Scripts without blanks are known as such.
pub fn pieces(text: &Text) -> Vec<u32> {
    let words = text.words().iter().map(|word| word.text.as_str());
    words
        .filter(|word| word.chars().any(char::is_alphabetic) && !has_no_blanks(word))
        .map(|word| place("w", word))
        .collect()
}

/// FNV-1a, folded to a place.
fn place(kind: &str, text: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in kind.bytes().chain([0]).chain(text.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    u32::try_from((hash ^ (hash >> 29)) & (PLACES as u64 - 1)).unwrap_or_default()
}

/// The stretches of a message that are read each by itself: the whole, and its sentences of three words and more.
fn stretches(text: &Text) -> Vec<&[Word]> {
    let words = text.words();
    let mut all = vec![words];
    all.extend(words.split_inclusive(|word| word.ends).filter(|part| part.len() >= 3 && part.len() < words.len()));
    all
}

/// What it finds in a message beside `found`, the gravest first.
#[cfg(feature = "reader")]
pub(super) fn read(raw: &str, text: &Text, found: &[Forced]) -> Vec<Forced> {
    let weights = Weights::ours();
    let easier = if whichlang::detect_language(raw) == whichlang::Lang::Eng { 1.0 } else { ELSEWHERE };
    let mut more: Vec<Forced> = weights
        .read(text)
        .into_iter()
        .filter(|(topic, sure)| {
            *sure >= THRESHOLD[*topic as usize] * easier && found.iter().all(|f| f.reason != topic.reason())
        })
        .map(|(topic, sure)| Forced {
            reason: topic.reason(),
            evidence: format!("learned from examples: {:.0} % sure", sure * 100.0),
        })
        .collect();
    if more.is_empty() && found.is_empty() && !weights.knows(text) {
        more.push(Forced { reason: Escalation::UnknownLanguage, evidence: "a language that is not known here".into() });
    }
    more
}

/// The browser half has no weights; it asks the server.
#[cfg(not(feature = "reader"))]
pub(super) fn read(_: &str, _: &Text, _: &[Forced]) -> Vec<Forced> {
    vec![]
}

/// The language of a message of some words, where it is one of those in which holding texts are written.
#[cfg(feature = "reader")]
pub(super) fn language(raw: &str, text: &Text) -> Option<Language> {
    use whichlang::Lang;
    // Of `ok` and `stop` nobody can tell.
    if text.words().len() < 3 {
        return None;
    }
    match whichlang::detect_language(raw) {
        Lang::Eng => Some(Language::English),
        Lang::Deu => Some(Language::German),
        Lang::Fra => Some(Language::French),
        Lang::Spa => Some(Language::Spanish),
        Lang::Por => Some(Language::Portuguese),
        Lang::Ita => Some(Language::Italian),
        Lang::Nld => Some(Language::Dutch),
        _ => None,
    }
}

/// The browser half shows no holding texts.
#[cfg(not(feature = "reader"))]
pub(super) fn language(_: &str, _: &Text) -> Option<Language> {
    None
}
