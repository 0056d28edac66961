//! Small checked strings: name, e-mail, phone, and where a text may be cut. Parsing trims; what parsed is stored as it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::problem::Problems;

/// A phone number in E.164 form: `+` and 7 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads what people type: spaces, dots, dashes and brackets are dropped; ten digits without `+`
    /// count as a US number, `00` as `+`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let kept: String =
            text.trim().chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/')).collect();
        let (plus, digits) = match kept.strip_prefix('+') {
            Some(rest) => (true, rest.to_owned()),
            None => match kept.strip_prefix("00") {
                Some(rest) => (true, rest.to_owned()),
                None => (false, kept),
            },
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("Give a phone number such as +14155550123.".into());
        }
        let digits = match (plus, digits.len()) {
            (true, 7..=15) if !digits.starts_with('0') => digits,
            (false, 10) => format!("1{digits}"),
            (false, 11) if digits.starts_with('1') => digits,
            _ => return Err("Give the phone number with its country code, such as +14155550123.".into()),
        };
        Ok(Self(format!("+{digits}")))
    }

    /// The same for a list from one country: a number without `+` or `00` is one of that calling code, `1` for the US. What already
    /// begins with the code keeps it, and the zero that is dialled at home is dropped (not in Italy, where it belongs to the number).
    pub fn parse_from(text: &str, calling_code: u32) -> Result<Self, String> {
        let kept: String = text.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect();
        let at_home = !kept.starts_with('+') && !kept.starts_with("00") && kept.bytes().all(|b| b.is_ascii_digit());
        if calling_code == 1 || !at_home {
            return Self::parse(text);
        }
        let code = calling_code.to_string();
        if kept.starts_with(&code) && kept.len() >= code.len() + 9 {
            return Self::parse(&format!("+{kept}"));
        }
        let national = if calling_code == 39 { kept.as_str() } else { kept.trim_start_matches('0') };
        if national.len() < 6 {
            return Self::parse(text);
        }
        Self::parse(&format!("+{code}{national}"))
    }

    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether consent under the TCPA is needed: every number of the North American plan (`+1`).
    pub fn is_us(&self) -> bool {
        self.0.starts_with("+1")
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Phone {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

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
    fn phones_are_read_as_people_type_them() {
        for (typed, read) in [
            ("+1 (415) 555-0123", Some("+14155550123")),
            ("415.555.0123", Some("+14155550123")),
            ("1 415 555 0123", Some("+14155550123")),
            ("0044 20 7946 0958", Some("+442079460958")),
            ("+61 491 570 006", Some("+61491570006")),
            ("12345", None),
            ("", None),
            ("+0123456789", None),
            ("+1415555012x", None),
            ("+1234567890123456", None),
        ] {
            assert_eq!(Phone::parse(typed).ok().as_ref().map(Phone::as_str), read, "{typed}");
        }
    }

    #[test]
    fn phones_of_a_list_are_read_as_of_its_country() {
        for (typed, code, read) in [
            ("0170 1234567", 49, Some("+491701234567")),
            ("491701234567", 49, Some("+491701234567")),
            ("+44 20 7946 0958", 49, Some("+442079460958")),
            ("0044 20 7946 0958", 49, Some("+442079460958")),
            ("06 12 34 56 78", 33, Some("+33612345678")),
            ("06 1234 5678", 39, Some("+390612345678")),
            ("415 555 0123", 1, Some("+14155550123")),
            ("12", 49, None),
            ("bad", 49, None),
        ] {
            assert_eq!(Phone::parse_from(typed, code).ok().as_ref().map(Phone::as_str), read, "{typed}");
        }
    }

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
