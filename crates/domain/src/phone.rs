//! Phone numbers: one writing for each. Which numbers exist is known by Google's numbering plans (`rlibphonenumber`), on the server side only
//! (the feature `numbers`); the browser half looks at the shape and asks the server.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is no number at all.
const EXAMPLE: &str = "Give the phone number with its country code, such as +14155550123.";

/// A phone number in E.164 form: `+` and 7 to 15 digits. Two writings of one person's number are one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// A number as a machine gives it: with its `+`, perhaps with blanks and dashes in it. It is taken whether or not a numbering plan knows
    /// it, because whoever writes from it can be answered. Without `+` it is read as people in the US type it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
        let kept: String =
            text.trim().chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/')).collect();
        match kept.strip_prefix('+') {
            Some(digits) if is_digits(digits) => Self::of(digits),
            _ => Self::typed(&text, 1),
        }
    }

    /// A number as people type it, or as a list from one country has it: one without `+` or the international prefix is of that calling
    /// code, `1` for the US. A number that no phone can have is refused, and one with an extension, which no message reaches.
    pub fn typed(text: &str, calling_code: u32) -> Result<Self, String> {
        let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
        let text = whole(text.trim())?;
        if text.is_empty() {
            return Err(EXAMPLE.into());
        }
        plan::read(&text, calling_code)
    }

    /// `digits` begin with the calling code.
    fn of(digits: &str) -> Result<Self, String> {
        if !(7..=15).contains(&digits.len()) || !is_digits(digits) || digits.starts_with('0') {
            return Err(EXAMPLE.into());
        }
        Ok(Self(format!("+{}", canonical(digits))))
    }

    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The other number under which the same phone may be known: in Argentina mobile phones have a 9 behind the country code when they are
    /// called from abroad and over WhatsApp, and people leave it out.
    pub fn also(&self) -> Option<Self> {
        let national = self.0.strip_prefix("+54")?;
        match (national.len(), national.strip_prefix('9')) {
            (11, Some(rest)) => Some(Self(format!("+54{rest}"))),
            (10, _) => Some(Self(format!("+549{national}"))),
            _ => None,
        }
    }

    /// Every number under which this phone may be known, its own first.
    pub fn names(&self) -> impl Iterator<Item = Self> + use<> {
        std::iter::once(self.clone()).chain(self.also())
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

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Marks that nobody sees and that come along with copied numbers: directions, joiners, soft hyphens, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// One number for what changed its writing in a country: Brazil's mobile numbers got a ninth digit (2012 to 2016, Anatel), Mexico dropped the 1
/// before mobile numbers (2019, IFT). WhatsApp still knows people by the old ones.
fn canonical(digits: &str) -> String {
    match digits.as_bytes() {
        [b'5', b'5', _, _, b'6'..=b'9', ..] if digits.len() == 12 => format!("{}9{}", &digits[..4], &digits[4..]),
        [b'5', b'2', b'1', ..] if digits.len() == 13 => format!("52{}", &digits[3..]),
        _ => digits.to_owned(),
    }
}

/// The digits of a number that a spreadsheet took for an amount: `4155550123.0`, `1.4155550123E10`. One that lost digits is refused.
fn whole(text: &str) -> Result<String, String> {
    let amount = text.strip_prefix('+').unwrap_or(text);
    if let Some((digits, zeros)) = amount.split_once(['.', ','])
        && digits.len() >= 7
        && is_digits(digits)
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
    {
        return Ok(text[..text.len() - zeros.len() - 1].to_owned());
    }
    if let Some((mantissa, exponent)) = amount.split_once(['e', 'E'])
        && let Some((first, rest)) = mantissa.split_once(['.', ','])
        && let Ok(exponent) = exponent.trim_start_matches('+').parse::<usize>()
        && is_digits(first)
        && is_digits(rest)
    {
        let digits = format!("{first}{rest}");
        return if digits.len() == exponent + 1 {
            Ok(if text.starts_with('+') { format!("+{digits}") } else { digits })
        } else {
            Err("A spreadsheet has shortened this number. Make its column a text column and export it again.".into())
        };
    }
    Ok(text.to_owned())
}

/// What exists, by Google's numbering plans.
#[cfg(feature = "numbers")]
mod plan {
    use rlibphonenumber::phonenumber_matcher::FindNumberExt;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

    use super::{EXAMPLE, Phone};

    const UNKNOWN: &str =
        "There is no such phone number. Check it, and give it with its country code, such as +14155550123.";

    /// `00` stands for `+` in most countries, and is written so in the others, where no number begins like that.
    pub(super) fn read(text: &str, calling_code: u32) -> Result<Phone, String> {
        let read = as_written(text, calling_code);
        match text.strip_prefix("00") {
            Some(rest) if read.is_err() => as_written(&format!("+{rest}"), calling_code).or(read),
            _ => read,
        }
    }

    fn as_written(text: &str, calling_code: u32) -> Result<Phone, String> {
        let region = i32::try_from(calling_code).ok().and_then(|c| PHONE_NUMBER_UTIL.get_region_for_country_code(c));
        let number = parse(text, region).ok_or(EXAMPLE)?;
        let number = mobile_with_code(text, calling_code, &number).unwrap_or(number);
        if number.extension.as_ref().is_some_and(|extension| !extension.is_empty()) {
            return Err("Leave out the extension: no message and no call of ours reaches it.".into());
        }
        let written = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164);
        let phone = Phone::of(written.trim_start_matches('+'))?;
        match PHONE_NUMBER_UTIL.parse(phone.as_str(), None) {
            Ok(number) if PHONE_NUMBER_UTIL.is_valid_number(&number) || is_made_up(&phone) => Ok(phone),
            _ => Err(UNKNOWN.into()),
        }
    }

    /// A list that has mobile numbers with their calling code but without `+`, although a landline could have the same digits: in Germany
    /// `491701234567` is a mobile number, and one of the town with the area code 491.
    fn mobile_with_code(text: &str, calling_code: u32, read: &PhoneNumber) -> Option<PhoneNumber> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_bare =
            text.trim().starts_with(|c: char| c.is_ascii_digit()) && digits.starts_with(&calling_code.to_string());
        let is_mobile = |number: &PhoneNumber| {
            matches!(
                PHONE_NUMBER_UTIL.get_number_type(number),
                PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
            )
        };
        if !is_bare || is_mobile(read) {
            return None;
        }
        PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok().filter(is_mobile)
    }

    /// The emulator's people: nobody has the area code 555 (NANPA keeps it for directories and stories).
    fn is_made_up(phone: &Phone) -> bool {
        phone.as_str().strip_prefix("+1555").is_some_and(|rest| rest.len() == 7 && !rest.starts_with(['0', '1']))
    }

    /// Letters belong to a number as a `tel:` link, as the mark of an extension, or, all of them capital, as those on the keys of a phone
    /// (`1-800-FLOWERS`). Otherwise they are words around it, and there must be one number among them.
    fn parse(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
        let is_link = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tel:"));
        if !is_link && text.chars().any(char::is_alphabetic) {
            let mut found = text.find_phone_numbers_with_preferred_region(region);
            match (found.next(), found.next()) {
                (Some(found), None) => return Some(found.number.clone()),
                (None, _) if !text.chars().any(char::is_lowercase) => {}
                _ => return None,
            }
        }
        PHONE_NUMBER_UTIL.parse(text, region).ok()
    }
}

/// The shape alone.
#[cfg(not(feature = "numbers"))]
mod plan {
    use super::{EXAMPLE, Phone};

    pub(super) fn read(text: &str, _calling_code: u32) -> Result<Phone, String> {
        let digits: String =
            text.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
        Phone::of(digits.trim_start_matches('0')).map_err(|_| EXAMPLE.into())
    }
}

#[cfg(all(test, feature = "numbers"))]
mod tests;
