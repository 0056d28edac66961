//! What a candidate is worth: pure arithmetic over words, their rarity and vectors. Scores are from 0 to 1.
//!
//! Not here: the database, the model that makes vectors.

use std::collections::HashMap;

/// Below this a passage does not answer the question, and is not shown.
pub(super) const LEAST: f32 = 0.3;
/// The most words of a query that are looked for.
pub(super) const MOST_WORDS: usize = 24;
/// A long message is not expected to find more than this many of its words.
const EXPECTED_WORDS: usize = 6;
/// Fewer passages than this are counted as this many: in a small knowledge base "in every passage" means little.
const FEW_PASSAGES: f32 = 20.0;
/// Where cosine similarity begins to mean anything, and where it means the same thing.
const COSINE_FLOOR: f32 = 0.25;
const COSINE_CEILING: f32 = 0.75;

/// Words that say nothing about the subject, as Postgres stems them: pleasantries in English, and the commonest words of German,
/// Spanish, French, Italian and Portuguese, which the English stop list does not know.
const EMPTY: &[&str] = &[
    "hi", "hello", "hey", "hola", "hallo", "bonjour", "ciao", "pleas", "thank", "thanx", "thx", "sorri", "ok", "okay",
    "yes", "yeah", "want", "would", "could", "need", "know", "tell", "ask", "question", "like", "get", "got", "go",
    "let", "say", "said", "make", "also", "realli", "much", "mani", "us", "im", "ive", "dont", "cant", "someth",
    "anyth", "one", "way", "good", "day", "morn", "der", "die", "das", "und", "ist", "ein", "ein", "eine", "ich",
    "sie", "wir", "ihr", "mit", "für", "auf", "von", "den", "dem", "zu", "es", "im", "wie", "was", "wo", "wann",
    "haben", "kann", "el", "la", "lo", "los", "las", "un", "una", "de", "del", "que", "qué", "por", "para", "con",
    "en", "y", "su", "mi", "es", "como", "cómo", "le", "les", "une", "des", "du", "et", "est", "je", "vous", "pour",
    "dan", "avec", "il", "che", "di", "per", "sono", "con", "o", "os", "as", "um", "uma", "do", "da", "em", "no", "na",
    "não", "com", "s", "t", "d", "m", "re", "ll", "ve",
];

/// The words worth looking for: none that say nothing, none that would be noise, not too many.
pub(super) fn telling(lexemes: Vec<String>) -> Vec<String> {
    let mut words: Vec<String> = lexemes
        .into_iter()
        .filter(|w| !EMPTY.contains(&w.as_str()) && w.len() <= 80 && w.chars().any(char::is_alphanumeric))
        .collect();
    words.truncate(MOST_WORDS);
    words
}

/// How much each word of a query counts.
pub(super) struct Weights {
    of: HashMap<String, f32>,
    whole: f32,
}

impl Weights {
    /// From how many of `passages` hold each word: a rare word counts more, and one that stands nowhere as much as the rarest.
    pub(super) fn new(frequencies: &[(String, i64)], passages: i64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than 24 bits of a count")]
        let (n, of) = {
            let n = (passages as f32).max(FEW_PASSAGES);
            let weight = |df: i64| {
                let df = (df.max(1) as f32).min(n);
                (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
            };
            (n, frequencies.iter().map(|(word, df)| (word.clone(), weight(*df))).collect::<HashMap<_, _>>())
        };
        debug_assert!(n >= FEW_PASSAGES);
        let mut all: Vec<f32> = of.values().copied().collect();
        all.sort_by(|a, b| b.total_cmp(a));
        let whole = all.iter().take(EXPECTED_WORDS).sum();
        Self { of, whole }
    }

    /// What share of the query a passage covers, with a little for words that stand close together.
    pub(super) fn score(&self, matched: &[String], closeness: f32) -> f32 {
        if self.whole <= 0.0 {
            return 0.0;
        }
        let found: f32 = matched.iter().filter_map(|w| self.of.get(w)).sum();
        let covered = (found / self.whole).min(1.0);
        (covered * (0.9 + 0.1 * closeness.clamp(0.0, 1.0))).clamp(0.0, 1.0)
    }
}

/// How alike two vectors are, brought to 0..1. Vectors of different length have nothing in common.
pub(super) fn likeness(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return 0.0;
    }
    let (mut dot, mut aa, mut bb) = (0.0f32, 0.0f32, 0.0f32);
    for (x, y) in a.iter().zip(b) {
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    let length = (aa * bb).sqrt();
    if length <= f32::EPSILON || !length.is_finite() {
        return 0.0;
    }
    ((dot / length - COSINE_FLOOR) / (COSINE_CEILING - COSINE_FLOOR)).clamp(0.0, 1.0)
}

/// One score of two: the better one decides, and agreement of both counts a little more.
pub(super) fn join(words: f32, vector: f32) -> f32 {
    let (better, lesser) = if words >= vector { (words, vector) } else { (vector, words) };
    (better + (1.0 - better) * lesser * 0.3).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn weights(frequencies: &[(&str, i64)], passages: i64) -> Weights {
        let frequencies: Vec<_> = frequencies.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect();
        Weights::new(&frequencies, passages)
    }

    #[test]
    fn a_question_that_is_covered_scores_and_one_shared_word_does_not() {
        let covered = weights(&[("deliveri", 2), ("denver", 0), ("long", 3)], 30);
        assert!(covered.score(&words("deliveri long"), 0.1) > LEAST);
        let chance = weights(&[("won", 0), ("footbal", 0), ("world", 4), ("cup", 0), ("1998", 0)], 30);
        assert!(chance.score(&words("world"), 1.0) < LEAST);
        assert_eq!(weights(&[], 10).score(&[], 1.0), 0.0);
    }

    #[test]
    fn rare_words_count_more_and_scores_stay_in_range() {
        let w = weights(&[("warranti", 1), ("product", 25)], 30);
        assert!(w.score(&words("warranti"), 0.0) > w.score(&words("product"), 0.0) * 3.0);
        let all = w.score(&words("warranti product"), 5.0);
        assert!(all > 0.95 && all <= 1.0, "{all}");
        let everywhere = weights(&[("a", 1_000_000)], 3);
        assert!((0.0..=1.0).contains(&everywhere.score(&words("a"), f32::NAN.max(0.0))));
    }

    #[test]
    fn words_that_say_nothing_are_not_looked_for() {
        assert_eq!(telling(words("hi pleas tell refund - window")), words("refund window"));
        assert_eq!(telling((0..100).map(|n| format!("w{n}")).collect()).len(), MOST_WORDS);
    }

    #[test]
    fn vectors_that_point_the_same_way_are_alike() {
        assert_eq!(likeness(&[1.0, 0.0], &[2.0, 0.0]), 1.0);
        assert_eq!(likeness(&[1.0, 0.0], &[0.0, 1.0]), 0.0);
        assert_eq!(likeness(&[1.0], &[1.0, 0.0]), 0.0);
        assert_eq!(likeness(&[0.0, 0.0], &[0.0, 0.0]), 0.0);
        assert!(join(0.5, 0.5) > 0.5 && join(0.9, 0.0) == 0.9 && join(1.0, 1.0) == 1.0);
    }
}
