//! How a person sounds, by their words: a lexicon in seven languages, with negation and emphasis. No model is asked.

mod lexicon;

use crate::closed_list;
use crate::words::Text;

/// Under this a human takes over (spec AGT-10).
pub const ANGRY: u8 = 30;
/// Under this (and not under [`ANGRY`]) the conversation comes before others.
pub const NEUTRAL: u8 = 50;

/// How far back a word such as `not` or `very` reaches.
const REACH: usize = 3;
/// The sum at which the score stands half-way to its end.
const HALF: i32 = 50;

/// 0 in despair or furious, 50 neither way, 100 delighted.
pub fn score(text: &Text) -> u8 {
    let words = text.words();
    let mut sum = 0;
    for (at, word) in words.iter().enumerate() {
        let Some(weight) = word.forms().find_map(lexicon::weight) else { continue };
        let mut weight = weight * 10;
        let before = (at.saturating_sub(REACH)..at).rev().take_while(|i| !words[*i].ends);
        let (mut negated, mut emphasis) = (false, 10);
        for i in before {
            let word = words[i].text.as_str();
            negated |= lexicon::NEGATIONS.contains(&word);
            if lexicon::STRONGER.contains(&word) {
                emphasis = 15;
            } else if lexicon::WEAKER.contains(&word) {
                emphasis = emphasis.min(7);
            }
        }
        weight = weight * emphasis / 10;
        // `no thanks` is polite.
        if negated && !lexicon::POLITE.contains(&word.text.as_str()) {
            // `not good` is bad; `not bad` is only a little good.
            weight = if weight > 0 { -weight * 9 / 10 } else { -weight * 3 / 10 };
        }
        sum += weight;
    }
    sum += text.symbols().iter().map(|c| lexicon::symbol(*c) * 10).sum::<i32>();
    if sum < 0 {
        sum = sum * if text.is_shouted() { 14 } else { 10 } / 10;
        sum = sum * if text.is_exclaimed() { 13 } else { 10 } / 10;
    }
    u8::try_from((50 + 50 * sum / (sum.abs() + HALF)).clamp(0, 100)).unwrap_or(NEUTRAL)
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
        self.as_str()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_fall_into_their_bands() {
        for (text, from, to) in [
            ("See you on Friday at ten", 50, 50),
            ("No thanks", 50, 75),
            ("STOP", 50, 50),
            ("Thank you, that was great!", 70, 100),
            ("not bad at all", 50, 69),
            ("I am a bit disappointed", 30, 49),
            ("That is not good", 30, 49),
            ("this is annoying", 30, 49),
            ("This is terrible, I hate it", 0, 29),
            ("You are all idiots and scammers", 0, 29),
            ("WHAT A HORRIBLE DISGUSTING SERVICE!!!", 0, 20),
            ("I am very, very angry", 0, 29),
            ("🤬🤬", 0, 29),
            ("👍", 60, 100),
            ("Das ist eine absolute Frechheit, ich bin stinksauer", 0, 29),
            ("Das hat mir nicht gefallen", 30, 49),
            ("C'est inadmissible, je suis furieux", 0, 29),
            ("Es una vergüenza, estoy furioso", 0, 29),
            ("Isso é uma vergonha, estou furioso", 0, 29),
            ("È una vergogna, sono furioso", 0, 29),
            ("Wat een waardeloze service, ik ben woedend", 0, 29),
            ("Merci, c'était parfait", 70, 100),
            ("Danke, super Service", 70, 100),
            ("Perfecto, muchas gracias", 70, 100),
        ] {
            let score = score(&Text::read(text));
            assert!((from..=to).contains(&score), "{text}: {score}, not {from} to {to}");
        }
    }

    #[test]
    fn a_trend_needs_a_real_change() {
        assert_eq!(
            [trend(None, 10), trend(Some(50), 55), trend(Some(50), 40), trend(Some(20), 60)],
            [Trend::Steady, Trend::Steady, Trend::Falling, Trend::Rising]
        );
    }
}
