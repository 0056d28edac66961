//! What an agent knows: documents and pages, the passages they are cut into, and what a search finds.
//!
//! Not here: how bytes become text (crate `knowledge`), how passages are kept and ranked (`db`, `engine`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::{AgentId, DocumentId, PassageId};
use crate::problem::Problems;
use crate::text;

/// How many passages a search gives at most (spec AGT-06).
pub const TOP: usize = 5;
/// The category of a document that was given none.
pub const GENERAL: &str = "general";

closed_list! {
    /// Where a document came from.
    pub enum DocumentKind {
        /// Uploaded.
        File = "file",
        /// Read from the web.
        Url = "url",
    }
}

closed_list! {
    /// How far a document is.
    pub enum DocumentState {
        /// Waits for a worker.
        Queued = "queued",
        /// Being read and cut into passages.
        Parsing = "parsing",
        /// Can be found.
        Ready = "ready",
        /// Could not be read; the reason says why. Passages of an earlier reading stay.
        Failed = "failed",
    }
}

/// A document or page of an agent, with how its reading went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose knowledge it is.
    pub agent_id: AgentId,
    /// Where it came from.
    pub kind: DocumentKind,
    /// The file's name, or the page's title.
    pub title: String,
    /// The page's address.
    pub url: Option<String>,
    /// What it is about: one word or two, chosen by operators. Agents may be narrowed to some categories.
    pub category: String,
    /// How far it is.
    pub state: DocumentState,
    /// Why it could not be read.
    pub reason: Option<String>,
    /// What was left out of it, such as pictures inside a zip.
    pub notes: Vec<String>,
    /// Its size.
    pub bytes: i64,
    /// How much of the work is done, in percent.
    pub progress: i16,
    /// The passages that can be found.
    pub passages: i32,
    /// When it was last read successfully.
    pub synced_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

closed_list! {
    /// In what way a passage holds something of a query.
    pub enum Way {
        /// The word as it was asked for; capitals, accents and ways of writing a letter do not count.
        Word = "same_word",
        /// The word with another ending.
        Form = "word_form",
        /// A part of a word or number; in scripts without blanks, the signs.
        Part = "part_of_word",
        /// No word, but what is meant, as an embeddings model has it.
        Meaning = "meaning",
    }
}

impl Way {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Word => "same word",
            Self::Form => "word form",
            Self::Part => "part of a word",
            Self::Meaning => "meaning",
        }
    }
}

/// Why a passage was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// In what way.
    pub way: Way,
    /// The words of the query that it holds in this way; none for the meaning.
    pub words: Vec<String>,
}

/// Reasons as one line: `same word: pump, boiler; word form: machines; meaning`.
pub fn why(reasons: &[Reason]) -> String {
    let part = |reason: &Reason| match reason.words.is_empty() {
        true => reason.way.label().to_owned(),
        false => format!("{}: {}", reason.way.label(), reason.words.join(", ")),
    };
    reasons.iter().map(part).collect::<Vec<_>>().join("; ")
}

/// A piece of a document that fits a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passage {
    /// Its id.
    pub id: PassageId,
    /// Its document.
    pub document: DocumentId,
    /// What the document is called.
    pub title: String,
    /// The headings it stands under, outermost first, joined by ` › `; empty when there are none.
    pub heading: String,
    /// The document's category.
    pub category: String,
    /// Its text.
    pub text: String,
    /// How well it fits, from 0 to 1.
    pub score: f32,
    /// Why it was found, the strongest way first.
    pub reasons: Vec<Reason>,
    /// What was left out of its document or guessed: the answer may stand there.
    pub notes: Vec<String>,
}

/// A page to be read from the web.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageDraft {
    /// Its address.
    pub url: String,
    /// What it is about; `general` when empty.
    #[serde(default)]
    pub category: String,
}

/// A category as it is stored and compared: trimmed, lower case, single blanks; `general` when empty.
pub fn category(word: &str) -> String {
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('\0', "");
    if word.is_empty() { GENERAL.to_owned() } else { word }
}

/// Everything that keeps a category from being stored.
pub fn check_category(problems: &mut Problems, word: &str) {
    text::optional(problems, "category", word, 40);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_compared_in_one_form() {
        assert_eq!(category("  Brand \n Voice "), "brand voice");
        assert_eq!(category(" "), GENERAL);
    }

    #[test]
    fn reasons_read_as_one_line() {
        let reason = |way, words: &[&str]| Reason { way, words: words.iter().map(|w| (*w).to_owned()).collect() };
        let reasons =
            [reason(Way::Word, &["pump", "boiler"]), reason(Way::Form, &["machines"]), reason(Way::Meaning, &[])];
        assert_eq!(why(&reasons), "same word: pump, boiler; word form: machines; meaning");
        assert_eq!(why(&[]), "");
    }
}
