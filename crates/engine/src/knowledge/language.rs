//! The language of a text, as the dictionary of Postgres that knows its words.

use whichlang::Lang;

/// For a text that is too short to tell.
pub(super) const UNTOLD: &str = "english";
/// Of fewer words nobody can tell.
const ENOUGH_WORDS: usize = 5;
/// More of a text tells nothing new.
const LONG_ENOUGH: usize = 2_000;

/// The dictionary for a text; `simple`, which knows no endings, where Postgres has none. None when the text is too short to tell.
pub(super) fn of(text: &str) -> Option<&'static str> {
    let text = domain::text::cut(text, LONG_ENOUGH);
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    if words.count() < ENOUGH_WORDS {
        return None;
    }
    Some(match whichlang::detect_language(text) {
        Lang::Ara => "arabic",
        Lang::Deu => "german",
        Lang::Eng => "english",
        Lang::Fra => "french",
        Lang::Hin => "hindi",
        Lang::Ita => "italian",
        Lang::Nld => "dutch",
        Lang::Por => "portuguese",
        Lang::Rus => "russian",
        Lang::Spa => "spanish",
        Lang::Swe => "swedish",
        Lang::Tur => "turkish",
        Lang::Cmn | Lang::Jpn | Lang::Kor | Lang::Vie => "simple",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_some_words_has_a_language_and_a_short_one_has_none() {
        for (text, wanted) in [
            ("The pump and the boiler are covered for two years.", Some("english")),
            ("Die Pumpe und der Kessel sind zwei Jahre lang abgedeckt.", Some("german")),
            ("La pompe et la chaudière sont couvertes pendant deux ans.", Some("french")),
            ("Насос и бойлер покрываются гарантией в течение двух лет.", Some("russian")),
            ("Pompa ve kazan iki yıl boyunca garanti kapsamındadır.", Some("turkish")),
            ("HX-2000/B", None),
            ("Warranty 2 3 4 5 6", None),
            ("", None),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
