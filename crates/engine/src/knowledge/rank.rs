//! What a candidate is worth: pure arithmetic over words, their rarity and vectors. Scores are from 0 to 1.
//!
//! Not here: the database, the model that makes vectors.

use std::collections::HashMap;

use db::knowledge::{Follow, QueryWord};
use domain::knowledge::{Reason, Way};

/// Below this a passage does not answer the question, and is not shown.
pub(super) const LEAST: f32 = 0.3;
/// The most words of a query that are looked for.
const MOST_WORDS: usize = 24;
/// In so many passages a term is common: it is counted no further, and no more of them are looked at for it alone.
pub(super) const COMMON: i32 = 1_000;
/// So many terms, the weightiest, lead to candidates; the others only count.
const FOLLOWED: usize = 24;
/// At most so many common words are looked for together.
const TOGETHER: usize = 3;
/// What a pair of Japanese syllables counts.
const ENDING: f32 = 0.2;
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
    "let", "say", "said", "make", "also", "realli", "much", "mani", "long", "often", "far", "us", "im", "ive", "dont",
    "cant", "someth", "anyth", "one", "way", "good", "day", "morn", "der", "die", "das", "und", "ist", "ein", "ein",
    "eine", "ich", "sie", "wir", "ihr", "mit", "für", "auf", "von", "den", "dem", "zu", "es", "im", "wie", "was", "wo",
    "wann", "haben", "kann", "el", "la", "lo", "los", "las", "un", "una", "de", "del", "que", "qué", "por", "para",
    "con", "en", "y", "su", "mi", "es", "como", "cómo", "le", "les", "une", "des", "du", "et", "est", "je", "vous",
    "pour", "dan", "avec", "il", "che", "di", "per", "sono", "con", "o", "os", "as", "um", "uma", "do", "da", "em",
    "no", "na", "não", "com", "s", "t", "d", "m", "re", "ll", "ve",
];

/// The words worth looking for: none that say nothing, none that would be noise, not too many.
pub(super) fn telling(words: Vec<QueryWord>) -> Vec<QueryWord> {
    let says_nothing = |word: &QueryWord| word.terms.iter().any(|term| EMPTY.contains(&said(term)));
    let mut words: Vec<QueryWord> = words
        .into_iter()
        .filter(|word| !word.terms.is_empty() && !says_nothing(word) && word.word.chars().any(char::is_alphanumeric))
        .collect();
    words.truncate(MOST_WORDS);
    words
}

/// A term without the letter that tells its way.
fn said(term: &str) -> &str {
    term.get(1..).unwrap_or_default()
}

/// In what way a term holds its word.
fn way(term: &str) -> Way {
    match term.as_bytes().first() {
        Some(b'w') => Way::Word,
        Some(b'f') => Way::Form,
        _ => Way::Part,
    }
}

/// What a way counts.
fn worth(way: Way) -> f32 {
    match way {
        Way::Word => 1.0,
        Way::Form | Way::Meaning => 0.95,
        Way::Part => 0.8,
    }
}

/// Whether it is one of the pairs of signs that a sentence without blanks is cut into.
fn is_pair(word: &QueryWord) -> bool {
    word.terms.iter().all(|term| way(term) == Way::Part)
}

/// A word that is looked for, with what it counts.
struct Weighed {
    word: QueryWord,
    weight: f32,
    is_common: bool,
}

/// How much each word of a query counts.
pub(super) struct Weights {
    words: Vec<Weighed>,
    whole: f32,
}

/// What a candidate holds.
pub(super) struct Held<'a> {
    pub matched: &'a [String],
    pub headed: &'a [String],
}

impl Weights {
    /// From how many of `passages` hold each term, counted up to [`COMMON`]: a rare word counts more, and one that stands nowhere as much
    /// as the rarest.
    pub(super) fn new(words: Vec<QueryWord>, frequencies: &[(String, i64)], passages: i64) -> Self {
        let of: HashMap<&str, i64> = frequencies.iter().map(|(term, n)| (term.as_str(), *n)).collect();
        let words: Vec<Weighed> = words
            .into_iter()
            .map(|word| {
                let held = word.terms.iter().filter_map(|term| of.get(term.as_str())).copied().max().unwrap_or(0);
                let is_common = held >= i64::from(COMMON);
                let weight = rarity(held, is_common, passages) * if is_ending(&word.word) { ENDING } else { 1.0 };
                Weighed { word, weight, is_common }
            })
            .collect();
        let mut all: Vec<f32> = words.iter().map(|w| w.weight).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        // Each sign of a sentence without blanks stands in two pairs, and a word is one or two signs: many pairs are few words.
        let pairs = words.iter().filter(|w| is_pair(&w.word)).count();
        let whole = all.iter().take(EXPECTED_WORDS.max(pairs / 2)).sum();
        Self { words, whole }
    }

    /// What leads to candidates: each term that stands somewhere, and the common words where they stand together.
    pub(super) fn follow(&self, frequencies: &[(String, i64)]) -> Follow {
        let of: HashMap<&str, i64> = frequencies.iter().map(|(term, n)| (term.as_str(), *n)).collect();
        let mut follow = Follow::default();
        let mut led: Vec<(&String, f32)> = Vec::new();
        for weighed in &self.words {
            let held = |term: &String| of.get(term.as_str()).copied().unwrap_or(0);
            let terms = || weighed.word.terms.iter().filter(|term| held(term) > 0);
            led.extend(terms().map(|term| (term, weighed.weight * worth(way(term)))));
            let widest = terms().max_by_key(|term| held(term));
            follow.together.extend(widest.filter(|_| weighed.is_common && follow.together.len() < TOGETHER).cloned());
        }
        led.sort_by(|a, b| b.1.total_cmp(&a.1));
        led.truncate(FOLLOWED);
        (follow.terms, follow.weights) = led.into_iter().map(|(term, weight)| (term.clone(), weight)).unzip();
        if follow.together.len() < 2 {
            follow.together.clear();
        }
        follow
    }

    /// What share of the query a passage covers; what stands in its headings counts a little more.
    pub(super) fn score(&self, held: &Held<'_>) -> f32 {
        if self.whole <= 0.0 {
            return 0.0;
        }
        let sum = |terms: &[String]| -> f32 {
            self.words.iter().filter_map(|w| Some(w.weight * counts(&w.word, best(&w.word, terms)?))).sum()
        };
        let covered = (sum(held.matched) / self.whole).min(1.0);
        let headed = (sum(held.headed) / self.whole).min(1.0);
        (covered * (0.95 + 0.05 * headed)).clamp(0.0, 1.0)
    }

    /// Why a passage was found: the words that it holds, the strongest way first.
    pub(super) fn reasons(&self, matched: &[String]) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        for wanted in [Way::Word, Way::Form, Way::Part] {
            let mut words: Vec<String> = Vec::new();
            let mut before = None;
            for (at, w) in self.words.iter().enumerate() {
                if best(&w.word, matched) != Some(wanted) {
                    continue;
                }
                // Pairs that overlap are shown as the run of signs that they are.
                let follows = before == Some(at.wrapping_sub(1)) && is_pair(&w.word);
                match words.last_mut().filter(|last| follows && last.chars().last() == w.word.word.chars().next()) {
                    Some(last) => last.extend(w.word.word.chars().skip(1)),
                    None => words.push(w.word.word.clone()),
                }
                before = Some(at);
            }
            if !words.is_empty() {
                reasons.push(Reason { way: wanted, words });
            }
        }
        reasons
    }
}

/// The strongest way in which some terms hold a word.
fn best(word: &QueryWord, terms: &[String]) -> Option<Way> {
    word.terms.iter().filter(|term| terms.contains(term)).map(|term| way(term)).min()
}

/// What a way counts for a word: pairs of signs can be held in one way only.
fn counts(word: &QueryWord, held: Way) -> f32 {
    if is_pair(word) { 1.0 } else { worth(held) }
}

/// How rare what `held` of `passages` hold is. What is common was not counted to its end: it is taken to be half way, in powers, to all.
#[expect(clippy::cast_precision_loss, reason = "a weight needs no more than 24 bits of a count")]
fn rarity(held: i64, is_common: bool, passages: i64) -> f32 {
    let n = (passages as f32).max(FEW_PASSAGES);
    let counted = held.max(1) as f32;
    let df = if is_common { (counted * n).sqrt() } else { counted }.min(n);
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
}

/// Whether it is a pair of Japanese syllables, which are mostly endings and particles.
fn is_ending(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '\u{3041}'..='\u{309f}'))
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

    fn word(text: &str, terms: &[&str]) -> QueryWord {
        QueryWord { word: text.to_owned(), terms: strings(terms) }
    }

    fn strings(all: &[&str]) -> Vec<String> {
        all.iter().map(|s| (*s).to_owned()).collect()
    }

    /// Words that are found as they are, each with in how many passages it stands.
    fn weights(frequencies: &[(&str, i64)], passages: i64) -> Weights {
        let words = frequencies.iter().map(|(w, _)| word(w, &[&format!("w{w}")])).collect();
        let frequencies: Vec<_> = frequencies.iter().map(|(w, n)| (format!("w{w}"), *n)).collect();
        Weights::new(words, &frequencies, passages)
    }

    fn score(weights: &Weights, matched: &[&str], headed: &[&str]) -> f32 {
        weights.score(&Held { matched: &strings(matched), headed: &strings(headed) })
    }

    #[test]
    fn a_question_that_is_covered_scores_and_one_shared_word_does_not() {
        let covered = weights(&[("delivery", 2), ("denver", 0), ("long", 3)], 30);
        assert!(score(&covered, &["wdelivery", "wlong"], &[]) > LEAST);
        let chance = weights(&[("won", 0), ("football", 0), ("world", 4), ("cup", 0), ("1998", 0)], 30);
        assert!(score(&chance, &["wworld"], &["wworld"]) < LEAST);
        assert_eq!(score(&weights(&[], 10), &[], &[]), 0.0);
    }

    #[test]
    fn rare_words_and_headings_count_more_and_scores_stay_in_range() {
        let w = weights(&[("warranty", 1), ("product", 25)], 30);
        assert!(score(&w, &["wwarranty"], &[]) > score(&w, &["wproduct"], &[]) * 3.0);
        assert!(score(&w, &["wwarranty"], &["wwarranty"]) > score(&w, &["wwarranty"], &[]));
        let all = score(&w, &["wwarranty", "wproduct"], &["wwarranty", "wproduct"]);
        assert!(all > 0.95 && all <= 1.0, "{all}");
        let everywhere = weights(&[("a", 1_000_000)], 3);
        assert!((0.0..=1.0).contains(&score(&everywhere, &["wa"], &[])));
        let counted = |n: i64| weights(&[("a", n)], 100_000).words[0].weight;
        assert!(counted(999) > counted(1_000) && counted(1_000) > 1.0, "what is common counts less, but it counts");
    }

    #[test]
    fn a_reason_names_the_words_and_the_strongest_way() {
        let words = vec![
            word("pump", &["wpump", "fpump"]),
            word("machines", &["wmachines", "fmachin"]),
            word("9087", &["w9087", "p9087"]),
            word("保証", &["p保証"]),
            word("証期", &["p証期"]),
        ];
        let weights = Weights::new(words, &[], 30);
        let reasons = weights.reasons(&strings(&["wpump", "fpump", "fmachin", "p9087", "p保証", "p証期"]));
        assert_eq!(
            domain::knowledge::why(&reasons),
            "same word: pump; word form: machines; part of a word: 9087, 保証期"
        );
    }

    #[test]
    fn words_that_say_nothing_are_not_looked_for() {
        let asked = ["hi", "please", "refund", "-", "window"]
            .map(|w| word(w, &[&format!("w{w}"), &format!("f{}", w.trim_end_matches('e'))]));
        let left: Vec<String> = telling(asked.into()).into_iter().map(|w| w.word).collect();
        assert_eq!(left, ["refund", "window"]);
        let many = (0..100).map(|n| word(&n.to_string(), &[&format!("w{n}")])).collect();
        assert_eq!(telling(many).len(), MOST_WORDS);
    }

    #[test]
    fn common_words_are_followed_where_they_stand_together() {
        let frequencies = [("a", 1_000), ("b", 1_000), ("c", 3), ("d", 0)];
        let of: Vec<_> = frequencies.iter().map(|(w, n)| (format!("w{w}"), *n)).collect();
        let follow = weights(&frequencies, 50_000).follow(&of);
        assert_eq!(follow.together, strings(&["wa", "wb"]));
        assert_eq!(follow.terms, strings(&["wc", "wa", "wb"]));
        assert!(follow.weights[0] > follow.weights[1]);
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
