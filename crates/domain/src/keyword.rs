//! What a whole message wishes of us as a sender: to hear no more (STOP), to hear again (START), to know who we are (HELP).
//!
//! Here: the one decision whether words are an opt-out, in whatever form people write it. A message is one when every word of it, or of one of its
//! sentences, belongs to such a wish; a word that belongs to something else (`stop by tomorrow`) makes it an ordinary message. Not here: the
//! words themselves (`vocabulary`), which fields of a post are read (`channels::parse`), what follows (`engine::inbox`).

mod anywhere;
mod vocabulary;

use crate::closed_list;
use crate::sentiment;
use crate::words::{Text, Word};
use anywhere::{ANOTHER_WAY, INSISTS, NOT_A_WISH, STRONG_ANYWHERE};
use vocabulary::Class;

closed_list! {
    /// What a carrier must obey, and what it means.
    pub enum Keyword {
        /// Never write again.
        Stop = "stop",
        /// You may write again.
        Start = "start",
        /// Who are you.
        Help = "help",
    }
}

/// What a phone's key says in a call of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Never call again: 2, which our calls offer for it, and 9, which scripts offer for it.
    NoCalls,
    /// Anything else; it is noted.
    Other,
}

/// Reads the keys that were pressed in a call.
pub fn key(digits: &str) -> Key {
    let pressed = digits.trim().trim_matches(['*', '#']);
    let no_calls = !pressed.is_empty() && pressed.bytes().all(|b| matches!(b, b'2' | b'9'));
    if no_calls { Key::NoCalls } else { Key::Other }
}

/// Reads the wish that a message is, if it is one. Case, decoration, hidden characters, look-alike letters, slips of the finger, politeness
/// and repetition do not count.
pub fn keyword(body: &str) -> Option<Keyword> {
    let text = Text::read(body);
    if is_stop(&text, body) {
        return Some(Keyword::Stop);
    }
    // To be written to again takes the very word: nobody agrees by a slip.
    match plain(&text).as_str() {
        "start" | "unstop" => Some(Keyword::Start),
        "help" | "info" => Some(Keyword::Help),
        _ => None,
    }
}

/// Its words without politeness.
fn plain(text: &Text) -> String {
    let polite = ["please", "pls", "thanks", "thank", "you"];
    let words = text.words().iter().map(|word| word.text.as_str()).filter(|word| !polite.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

fn is_stop(text: &Text, body: &str) -> bool {
    let words = text.words();
    if words.is_empty() {
        return text.symbols().contains(&'🛑') && text.symbols().iter().all(|sign| *sign == '🛑');
    }
    if ANOTHER_WAY.is_in(text) {
        return false;
    }
    let whole = covered(text, 0, words.len());
    if whole.is_some_and(Wish::is_whole) {
        return true;
    }
    let mut spent = vec![false; words.len()];
    NOT_A_WISH.spend(text, &mut spent);
    if INSISTS.is_in(text) || STRONG_ANYWHERE.find(text, &spent).is_some() {
        return true;
    }
    let sentences = sentences(words);
    if sentences.len() < 2 {
        return false;
    }
    sentences.iter().enumerate().any(|(at, (from, to))| {
        let Some(wish) = covered(text, *from, *to) else { return false };
        let outer = at == 0 || at + 1 == sentences.len();
        wish.is_clear()
            || (outer && wish.is_bare_stop() && shouts_stop(body) && sentiment::score(text) <= sentiment::NEUTRAL)
    })
}

/// Where its sentences begin and end.
fn sentences(words: &[Word]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, word) in words.iter().enumerate() {
        if word.ends || at + 1 == words.len() {
            found.push((from, at + 1));
            from = at + 1;
        }
    }
    found
}

/// Whether STOP stands there in capitals, as carriers ask people to write it.
fn shouts_stop(body: &str) -> bool {
    body.split(|c: char| !c.is_alphanumeric()).any(|word| word == "STOP")
}

/// What the words of a stretch were found to be, as bits: a stretch may be read in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wish(u16);

impl Wish {
    fn has(self, class: Class) -> bool {
        self.0 & class.bit() != 0
    }

    /// Whether a whole message of this kind is an opt-out.
    fn is_whole(self) -> bool {
        // `Don't call me now` is about now.
        let passing = self.has(Class::Dont) && self.has(Class::Now);
        // `I want to cancel it` may be about anything.
        let named = self.has(Class::About) || self.has(Class::Lead);
        let soft = self.has(Class::Soft) && (!named || self.has(Class::Contact));
        !passing && (self.has(Class::Stop) || self.has(Class::Strong) || self.has(Class::Dont) || soft)
    }

    /// Whether one sentence of this kind among others is an opt-out by itself. What tells how to stop is no wish of the writer's.
    fn is_clear(self) -> bool {
        let clear =
            self.has(Class::Strong) || self.has(Class::Dont) || (self.has(Class::Stop) && self.has(Class::Contact));
        clear && self.is_whole() && !self.has(Class::Echo)
    }

    fn is_bare_stop(self) -> bool {
        self.has(Class::Stop) && !self.has(Class::About) && !self.has(Class::Echo)
    }
}

/// The reading of a stretch in which every word belongs to a wish to hear no more; none when a word belongs to something else.
fn covered(text: &Text, from: usize, to: usize) -> Option<Wish> {
    let words = text.words();
    if to - from > vocabulary::MOST_WORDS {
        return None;
    }
    // What is behind the stretch must not be read into it.
    let outside: Vec<bool> = (0..words.len()).map(|at| at < from || at >= to).collect();
    let mut reached: Vec<Vec<u16>> = vec![Vec::new(); to - from + 1];
    reached[0].push(0);
    for at in from..to {
        for seen in std::mem::take(&mut reached[at - from]) {
            for (class, end) in vocabulary::read(text, &outside, at) {
                if end <= to && class.may_follow(seen) && !reached[end - from].contains(&(seen | class.bit())) {
                    reached[end - from].push(seen | class.bit());
                }
            }
        }
    }
    let all = reached.pop().unwrap_or_default();
    all.iter()
        .copied()
        .map(Wish)
        .find(|wish| wish.is_clear())
        .or_else(|| all.iter().copied().map(Wish).find(|wish| wish.is_whole()))
}

#[cfg(test)]
mod tests;
