//! A message as rules read it: in words, without case, accents, look-alike letters or hidden characters.

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

/// A message in words.
pub struct Text {
    hidden: bool,
}

impl Text {
    /// Reads a message.
    pub fn read(_: &str) -> Self {
        Self { hidden: false }
    }

    /// Whether it carried characters that a reader does not see.
    pub fn had_hidden(&self) -> bool {
        self.hidden
    }

    /// The language it seems to be written in.
    pub fn language(&self) -> Language {
        Language::English
    }
}
