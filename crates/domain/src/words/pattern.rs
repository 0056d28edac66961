//! Patterns over words: a small language of its own, because a whole regular-expression engine must not reach the browser.
//!
//! Items stand apart by spaces. `price` is the word, `price~` also with a slip, `refund*` its beginning, `a|b` either, `?a|b` may be left
//! out, `#` a number, `..` up to three words in between, `...` up to seven, `^` the beginning and `$` the end of the message.

use super::distance::alike;
use super::{Text, Word, fold};

#[derive(Debug)]
enum Item {
    Start,
    End,
    Gap(usize),
    Number,
    Words { any: Vec<(String, Kind)>, optional: bool },
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Exact,
    Slip,
    Beginning,
}

/// One pattern.
#[derive(Debug)]
pub struct Pattern {
    items: Vec<Item>,
}

impl Pattern {
    fn parse(text: &'static str) -> Self {
        let items = text.split_whitespace().map(|item| match item {
            "^" => Item::Start,
            "$" => Item::End,
            ".." => Item::Gap(3),
            "..." => Item::Gap(7),
            "#" => Item::Number,
            item => {
                let (optional, item) = item.strip_prefix('?').map_or((false, item), |rest| (true, rest));
                let any = item.split('|').map(|word| match (word.strip_suffix('~'), word.strip_suffix('*')) {
                    (Some(key), _) => (key, Kind::Slip),
                    (_, Some(beginning)) => (beginning, Kind::Beginning),
                    _ => (word, Kind::Exact),
                });
                // Keys are read as messages are: without accents, look-alikes as Latin letters.
                let any = any.map(|(key, kind)| (fold::fold(key), kind));
                Item::Words { any: any.collect(), optional }
            }
        });
        Self { items: items.collect() }
    }

    /// Where the pattern ends when it begins at this word; words that are spent fit nothing but gaps.
    fn ends(&self, item: usize, words: &[Word], spent: &[bool], at: usize) -> Option<usize> {
        let Some(wanted) = self.items.get(item) else { return Some(at) };
        let fits = |kinds: &[(String, Kind)]| {
            let word = words.get(at).filter(|_| !spent[at])?;
            let hit = word.forms().any(|form| {
                kinds.iter().any(|(key, kind)| match kind {
                    Kind::Exact => form == key,
                    Kind::Slip => alike(form, key),
                    Kind::Beginning => form.starts_with(key.as_str()),
                })
            });
            hit.then_some(())
        };
        match wanted {
            Item::Start => (at == 0).then(|| self.ends(item + 1, words, spent, at)).flatten(),
            Item::End => (at == words.len()).then_some(at),
            Item::Gap(most) => (at..=(at + most).min(words.len())).find_map(|at| self.ends(item + 1, words, spent, at)),
            Item::Number => {
                let number = words.get(at).is_some_and(|w| w.text.chars().all(|c| c.is_ascii_digit()));
                number.then(|| self.ends(item + 1, words, spent, at + 1)).flatten()
            }
            Item::Words { any, optional } => fits(any)
                .and_then(|()| self.ends(item + 1, words, spent, at + 1))
                .or_else(|| optional.then(|| self.ends(item + 1, words, spent, at)).flatten()),
        }
    }
}

/// Several patterns, read once.
#[derive(Debug)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// Reads one pattern a line; empty lines do not count.
    pub fn parse(lines: &'static str) -> Self {
        Self(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(Pattern::parse).collect())
    }

    /// Marks the words that these patterns cover as spent.
    pub(crate) fn spend(&self, text: &Text, spent: &mut [bool]) {
        let words = text.words();
        let none = vec![false; words.len()];
        for pattern in &self.0 {
            for at in 0..words.len() {
                if let Some(end) = pattern.ends(0, words, &none, at) {
                    spent[at..end].iter_mut().for_each(|spent| *spent = true);
                }
            }
        }
    }

    /// Where the first of them stands in words that are not spent.
    pub(crate) fn find(&self, text: &Text, spent: &[bool]) -> Option<(usize, usize)> {
        let words = text.words();
        self.0.iter().find_map(|pattern| {
            (0..words.len())
                .find_map(|at| pattern.ends(0, words, spent, at).filter(|end| *end > at).map(|end| (at, end)))
        })
    }

    /// Where each of them ends that begins at this word.
    pub(crate) fn ends_at(&self, text: &Text, spent: &[bool], at: usize) -> impl Iterator<Item = usize> {
        self.0.iter().filter_map(move |pattern| pattern.ends(0, text.words(), spent, at)).filter(move |end| *end > at)
    }

    /// Whether any of them stands in a text.
    pub(crate) fn is_in(&self, text: &Text) -> bool {
        self.find(text, &vec![false; text.words().len()]).is_some()
    }

    /// The words of a text that the first of them covers.
    pub(crate) fn quote(&self, text: &Text) -> Option<String> {
        self.find(text, &vec![false; text.words().len()]).map(|(from, to)| text.quote(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_words_not_letters() {
        for (pattern, text, fits) in [
            ("price~", "the prcie?", true),
            ("price~", "what a prize", false),
            ("refund*", "refunded", true),
            ("talk .. to .. human~", "talk right now to a real humann", true),
            ("talk .. to .. human~", "talk one two three four to a human", false),
            ("^ agent ?please $", "agent please", true),
            ("^ agent ?please $", "my agent please", false),
            ("# back", "my 49 back", true),
            ("court", "courtesy", false),
        ] {
            assert_eq!(Patterns::parse(pattern).is_in(&Text::read(text)), fits, "{pattern} / {text}");
        }
    }
}
