//! A message as rules read it: in words, without case, accents, look-alike letters or hidden characters.
//!
//! Here: reading a text into words, patterns over words, telling languages apart. Not here: what any word means (`guardrail`,
//! `sentiment`, `intent`).

mod distance;
mod fold;
mod language;
mod pattern;

use unicode_segmentation::UnicodeSegmentation;

pub(crate) use distance::within;
pub use language::Language;
pub use pattern::{Pattern, Patterns};

/// The most words of a message that are read: longer ones are no messages.
const MOST_WORDS: usize = 2_000;

/// One word, and what else it may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without accents.
    pub text: String,
    /// The same with digits read as letters, or `ue` read as an umlaut.
    pub others: Vec<String>,
    /// Whether a sentence ends after it.
    pub ends: bool,
}

impl Word {
    /// Every way to read it.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.others.iter().map(String::as_str))
    }
}

/// A message in words.
#[derive(Debug, Clone)]
pub struct Text {
    words: Vec<Word>,
    symbols: Vec<char>,
    hidden: bool,
    shouted: bool,
    exclaimed: bool,
    asked: bool,
    money: bool,
}

impl Text {
    /// Reads a message.
    pub fn read(raw: &str) -> Self {
        let (plain, hidden) = fold::visible(raw);
        let letters = plain.chars().filter(|c| c.is_alphabetic()).count();
        let capitals = plain.chars().filter(|c| c.is_uppercase()).count();
        let folded = fold::fold(&plain);
        let mut words = split(&folded);
        join_spelled(&mut words);
        words.truncate(MOST_WORDS);
        Self {
            words,
            symbols: plain.chars().filter(|c| !c.is_alphanumeric() && !c.is_ascii() && !c.is_whitespace()).collect(),
            hidden,
            shouted: letters >= 12 && capitals * 10 >= letters * 7,
            exclaimed: plain.contains("!!"),
            money: plain.contains(['$', '€', '£']),
            asked: plain.contains('?') || plain.contains('¿'),
        }
    }

    /// Its words.
    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Its emoji and other signs.
    pub(crate) fn symbols(&self) -> &[char] {
        &self.symbols
    }

    /// Whether it carried characters that a reader does not see.
    pub fn had_hidden(&self) -> bool {
        self.hidden
    }

    /// Whether it is written in capitals.
    pub fn is_shouted(&self) -> bool {
        self.shouted
    }

    /// Whether it has several exclamation marks in a row.
    pub fn is_exclaimed(&self) -> bool {
        self.exclaimed
    }

    /// Whether it has a question mark.
    pub fn is_question(&self) -> bool {
        self.asked
    }

    /// Whether it says nothing but `$$$` or `€?`.
    pub fn is_money_only(&self) -> bool {
        self.money && self.words.is_empty()
    }

    /// The language it seems to be written in.
    pub fn language(&self) -> Language {
        language::guess(&self.words)
    }

    /// Its words from `from` to before `to`, for people.
    pub(crate) fn quote(&self, from: usize, to: usize) -> String {
        let words = self.words.get(from..to.min(self.words.len())).unwrap_or_default();
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Where this phrase stands, word for word.
    pub(crate) fn find(&self, phrase: &Self) -> Option<(usize, usize)> {
        let long = phrase.words.len();
        if long == 0 {
            return None;
        }
        let fits = |at: &[Word]| at.iter().zip(&phrase.words).all(|(a, b)| a.forms().any(|form| form == b.text));
        self.words.windows(long).position(fits).map(|at| (at, at + long))
    }
}

/// What follows an apostrophe in an English contraction: `what's` is one word, `l'avocat` is two.
const CONTRACTED: &[&str] = &["s", "t", "d", "m", "re", "ll", "ve"];

fn split(folded: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut current = String::new();
    let chars: Vec<char> = folded.chars().collect();
    let end = |current: &mut String, words: &mut Vec<Word>| {
        if !current.is_empty() {
            words.push(word(std::mem::take(current)));
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let between = !current.is_empty() && chars.get(i + 1).is_some_and(|next| next.is_alphabetic());
        if c.is_alphanumeric() || is_mark_on(&current, c) {
            current.push(c);
        } else if c == '\'' && between {
            let rest: String = chars[i + 1..].iter().take_while(|c| c.is_alphanumeric()).take(4).collect();
            if !CONTRACTED.contains(&rest.as_str()) {
                end(&mut current, &mut words);
            }
        } else if matches!(c, '@' | '$') && between && current.ends_with(char::is_alphabetic) {
            current.push(if c == '@' { 'a' } else { 's' });
        } else {
            end(&mut current, &mut words);
            if let (true, Some(last)) = (matches!(c, '.' | '!' | '?' | '\n' | ';' | ','), words.last_mut()) {
                last.ends = true;
            }
        }
    }
    end(&mut current, &mut words);
    words
}

/// Whether this is a sign upon the letter before it, as many scripts of India and South-East Asia write them: it parts no word.
fn is_mark_on(word: &str, c: char) -> bool {
    let Some(last) = word.chars().next_back().filter(|_| c > '\u{2ff}') else { return false };
    let mut both = [0; 8];
    let end = last.encode_utf8(&mut both).len();
    let end = end + c.encode_utf8(&mut both[end..]).len();
    std::str::from_utf8(&both[..end]).is_ok_and(|both| both.graphemes(true).count() == 1)
}

fn word(text: String) -> Word {
    let mut others = Vec::new();
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if digits && letters >= 2 {
        for one in ['i', 'l'] {
            others.push(text.chars().map(|c| fold::leet(c, one)).collect());
        }
    }
    let umlauts = text.replace("ae", "a").replace("oe", "o").replace("ue", "u");
    if umlauts != text {
        others.push(umlauts);
    }
    Word { text, others, ends: false }
}

/// `h u m a n` and `r.e.f.u.n.d` are words too: four or more letters in a row that stand alone.
fn join_spelled(words: &mut Vec<Word>) {
    let alone = |word: &Word| word.text.chars().count() == 1 && !word.text.chars().all(|c| c.is_ascii_digit());
    let mut at = 0;
    while at < words.len() {
        let long = words[at..].iter().take_while(|w| alone(w)).count();
        if long >= 4 {
            let joined: String = words[at..at + long].iter().map(|w| w.text.as_str()).collect();
            words.splice(at..at + long, [word(joined)]);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let text = Text::read(text);
        text.words().iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_message_is_read_without_disguise() {
        for (raw, words) in [
            ("What's the PRICE?", "whats the price"),
            ("L'avocat, s'il vous plaît", "l avocat s il vous plait"),
            ("r\u{e9}ch\u{e9}, Grüße, ÆØ", "reche grusse aeo"),
            ("hu\u{200b}man", "human"),
            ("re\u{ad}fund", "refund"),
            ("аgеnt", "agent"),
            ("ⓗⓤⓜⓐⓝ 𝐡𝐮𝐦𝐚𝐧 ｈｕｍａｎ", "human human human"),
            ("r.e.f.u.n.d p r i c e", "refundprice"),
            ("\u{202e}dnufer a tnaw I\u{202c}", "i want a refund"),
            ("m@nager $49", "manager 49"),
        ] {
            assert_eq!(read(raw), words, "{raw}");
        }
        assert!(Text::read("hu\u{200b}man").had_hidden());
        assert!(!Text::read("Fun 👨‍👩‍👧 ❤️ naïve").had_hidden());
        let leet = Text::read("l4wy3r 1awyer");
        assert!(leet.words().iter().all(|w| w.forms().any(|f| f == "lawyer")), "{leet:?}");
    }
}
