//! Small checked strings: name, e-mail, and where a text may be cut. Parsing trims; what parsed is stored as it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::problem::Problems;

/// An e-mail address, lower-cased, checked for shape only: `x@y.z`, at most 254 characters (RFC 5321).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address as people type it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        let ok = text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
            && matches!(text.split_once('@'), Some((local, host))
                if !local.is_empty() && !host.contains('@') && host.contains('.')
                    && !host.starts_with('.') && !host.ends_with('.') && !host.contains(".."));
        if ok { Ok(Self(text)) } else { Err("Give an e-mail address such as ada@example.com.".into()) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// Checks a required one-line text: trimmed, not empty, at most `max` characters, no control characters. Gives it trimmed.
pub fn required(problems: &mut Problems, field: &str, text: &str, max: u32) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        problems.add(field, format!("{} must not be empty.", label(field)));
    }
    optional(problems, field, trimmed, max)
}

/// Checks an optional one-line text: at most `max` characters, no control characters. Gives it trimmed.
pub fn optional(problems: &mut Problems, field: &str, text: &str, max: u32) -> String {
    let trimmed = text.trim();
    if trimmed.chars().count() as u64 > u64::from(max) {
        problems.add(field, format!("{} may have at most {max} characters.", label(field)));
    }
    if trimmed.chars().any(char::is_control) {
        problems.add(field, format!("{} must be one line without control characters.", label(field)));
    }
    trimmed.to_owned()
}

/// Checks a text of several lines: at most `max` characters, no NUL (Postgres cannot store it). Gives it as it is.
pub fn long(problems: &mut Problems, field: &str, text: &str, max: u32) -> String {
    if text.chars().count() as u64 > u64::from(max) {
        problems.add(field, format!("{} may have at most {max} characters.", label(field)));
    }
    if text.contains('\0') {
        problems.add(field, format!("{} must not contain the NUL character.", label(field)));
    }
    text.to_owned()
}

/// A text as Postgres can keep it: without NUL, which no person means.
pub fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// The beginning of a text, at most `most` characters, never in the middle of what a reader sees as one sign (an emoji of several parts,
/// a letter with its accents).
pub fn cut(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let border = text.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= end).last();
    // One sign that is longer than all the room is cut all the same.
    border.filter(|at| *at > 0).map_or(&text[..end], |at| &text[..at])
}

/// A field's name for people: `display_name` becomes `Display name`.
fn label(field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field).replace('_', " ");
    let mut chars = last.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_cut_inside_an_emoji_or_a_letter() {
        for (text, most, wanted) in [
            ("Hi 👨‍👩‍👧 there", 4, "Hi "),
            ("Hi 👨‍👩‍👧 there", 8, "Hi 👨‍👩‍👧"),
            ("👍🏽👍🏽", 3, "👍🏽"),
            ("cafe\u{301}s", 4, "caf"),
            ("🇩🇪🇫🇷", 3, "🇩🇪"),
            ("short", 9, "short"),
            ("abc", 2, "ab"),
            ("\r\n", 1, "\r"),
            ("", 0, ""),
            ("x", 0, ""),
        ] {
            assert_eq!(cut(text, most), wanted, "{text:?} {most}");
        }
    }

    #[test]
    fn emails_are_checked_for_shape() {
        for good in ["Ada@Example.com", " a.b+c@d.co "] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b..c", "a@b@c.d", "<a@b.c>"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
