//! Which language a message is in, by its smallest words.

use super::Word;
use crate::closed_list;

closed_list! {
    /// The languages that the rules know.
    pub enum Language {
        /// English, also where nothing else is recognised.
        English = "en",
        /// German.
        German = "de",
        /// French.
        French = "fr",
        /// Spanish.
        Spanish = "es",
        /// Portuguese.
        Portuguese = "pt",
        /// Italian.
        Italian = "it",
        /// Dutch.
        Dutch = "nl",
    }
}

const SMALL: &[(Language, &str)] = &[
    (
        Language::English,
        "the a is are i you my me to of and it for not can do what how this that with have will your on be want please im dont \
         no as yes any more hello thanks",
    ),
    (
        Language::German,
        "ich der die das und ist nicht sie mir mein meine ein eine einen mit auf wie was kann bitte wir euch zu ihr mochte habe will es geld danke",
    ),
    (
        Language::French,
        "je le la les un une des est et pas vous mon ma mes que qui pour avec c il ne de du ce svp bonjour merci veux voudrais ca quel",
    ),
    (
        Language::Spanish,
        "el la los las un una es y no que de mi me con por para quiero usted hola gracias como cuanto esto lo se su ustedes puedo",
    ),
    (
        Language::Portuguese,
        "o a os as um uma e nao que de meu minha com por para quero voce voces ola obrigado obrigada como quanto isso eu em vou falar",
    ),
    (
        Language::Italian,
        "il lo la gli un una e non che di mio mia con per voglio vorrei lei ciao grazie come quanto questo sono mi vi ho posso",
    ),
    (
        Language::Dutch,
        "ik de het een en is niet dat mijn met op hoe wat kan wij jullie je u te graag wil voor dit geen er krijg",
    ),
];

/// The language with the most small words; English when none stands out.
pub(super) fn guess(words: &[Word]) -> Language {
    let count = |small: &str| {
        let known: Vec<&str> = small.split(' ').collect();
        words.iter().take(200).filter(|word| known.contains(&word.text.as_str())).count()
    };
    SMALL
        .iter()
        .fold((Language::English, 0), |best, (language, small)| {
            let hits = count(small);
            if hits > best.1 { (*language, hits) } else { best }
        })
        .0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Text;

    #[test]
    fn a_word_that_two_languages_share_does_not_make_english_foreign() {
        for (text, language) in [
            ("No more calls today?", Language::English),
            ("As soon as possible", Language::English),
            ("No", Language::English),
            ("No quiero nada", Language::Spanish),
            ("No gracias", Language::Spanish),
            ("Was kostet das?", Language::German),
            ("As casas que eu vi", Language::Portuguese),
        ] {
            assert_eq!(Text::read(text).language(), language, "{text}");
        }
    }
}
