//! What learned from examples reads in a message: the subjects for a human in words that no rule lists, and languages that nobody
//! taught it. It stands above the rules, which are the lower bound: what either finds is found.
//!
//! Here: features of a message, the weights, the thresholds. The weights are made by `train-reader` from the examples in
//! `crates/domain/reader`; nothing of what measures it (`tests/reader.rs`) is among those. Not here: what follows (`guardrail::inbound`).

use super::Forced;
use crate::closed_list;
use crate::skill::Escalation;
use crate::words::{Language, Text};

mod weights;
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
const THRESHOLD: [f32; Topic::ALL.len()] = [0.215, 0.3, 0.38, 0.3, 0.25];

/// A message of this many words is in a language that it does not know when fewer than [`KNOWN_SHARE`] of them ever stood in an example.
const ENOUGH_WORDS: usize = 5;
/// In hundredths.
const KNOWN_SHARE: usize = 40;

/// How many words make a passage, and how many signs in scripts without blanks.
const PASSAGE: usize = 6;
const PASSAGE_SIGNS: usize = 9;

/// Places for weights, a power of two: a feature's place is its hash.
pub const PLACES: usize = 1 << 17;

/// The places of a message's features, then those of each of its sentences and of each passage of a few words: what matters may be said in
/// passing, and must not drown in the rest.
pub fn features(text: &Text) -> Vec<Vec<u32>> {
    let words: Vec<&str> = text.words().iter().map(|word| word.text.as_str()).collect();
    let mut all = vec![features_of(&words)];
    let mut from = 0;
    for (at, word) in text.words().iter().enumerate() {
        if word.ends || at + 1 == words.len() {
            all.extend((3..words.len()).contains(&(at + 1 - from)).then(|| features_of(&words[from..=at])));
            from = at + 1;
        }
    }
    if words.len() > PASSAGE {
        all.extend(words.windows(PASSAGE).step_by(PASSAGE / 2).map(features_of));
    }
    for word in words.iter().filter(|word| has_no_blanks(word)) {
        let signs: Vec<char> = word.chars().collect();
        if signs.len() > PASSAGE_SIGNS {
            let passages = signs.windows(PASSAGE_SIGNS).step_by(PASSAGE_SIGNS / 3);
            all.extend(passages.map(|signs| features_of(&[&signs.iter().collect::<String>()])));
        }
    }
    all
}

/// The places of a stretch's features: its words, pairs of neighbours and, inside words, runs of three to five letters; in scripts without
/// blanks runs of one to three. Each place once.
fn features_of(words: &[&str]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut before: Option<&str> = None;
    for text in words.iter().copied() {
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

/// What it finds in a message in which the rules found nothing: the subject it is surest of.
pub(super) fn read(text: &Text) -> Option<Forced> {
    let weights = Weights::ours();
    let over = weights.read(text).into_iter().filter(|(topic, sure)| *sure >= THRESHOLD[*topic as usize]);
    if let Some((topic, sure)) = over.max_by(|(_, one), (_, other)| one.total_cmp(other)) {
        let evidence = format!("learned from examples: {:.0} % sure", sure * 100.0);
        return Some(Forced { reason: topic.reason(), evidence });
    }
    (!weights.knows(text))
        .then(|| Forced { reason: Escalation::UnknownLanguage, evidence: "a language that is not known here".into() })
}

/// The language of a message of some words, where it is one of those in which holding texts are written.
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
