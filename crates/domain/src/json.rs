//! JSON from outside, with half an emoji in it: a lone surrogate (`\ud83d`) or a broken byte spoils one sign, not the message.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// Reads JSON; what is no character becomes U+FFFD.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(&mended(bytes))
}

/// The bytes with U+FFFD for each escape that is half a character and for each byte that is no UTF-8; as they are where nothing is broken.
pub fn mended(bytes: &[u8]) -> Cow<'_, [u8]> {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    };
    if !whole.contains("\\ud") && !whole.contains("\\uD") {
        return match whole {
            Cow::Borrowed(_) => Cow::Borrowed(bytes),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut out = String::with_capacity(whole.len());
    let mut rest: &str = &whole;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // Any other escape: the sign behind the backslash belongs to it.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out.into_bytes())
}

/// The UTF-16 unit of an escape that stands at the beginning.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn half_an_emoji_spoils_one_sign_and_not_the_message() {
        for (text, wanted) in [
            (r#"{"body":"Hi \ud83d"}"#, "Hi \u{fffd}"),
            (r#"{"body":"\uDE00 Hi"}"#, "\u{fffd} Hi"),
            (r#"{"body":"\ud83d\ud83d\ude00"}"#, "\u{fffd}😀"),
            (r#"{"body":"\ud83d\n\ude00"}"#, "\u{fffd}\n\u{fffd}"),
            (r#"{"body":"\\ud83d"}"#, "\\ud83d"),
            (r#"{"body":"\ud83d\ude00 \"STOP\""}"#, "😀 \"STOP\""),
            (r#"{"body":"plain é"}"#, "plain é"),
        ] {
            assert_eq!(read::<Value>(text.as_bytes()).unwrap(), json!({ "body": wanted }), "{text}");
        }
        assert_eq!(
            read::<Value>(b"{\"body\":\"Hi \xed\xa0\xbd\"}").unwrap()["body"].as_str().unwrap().chars().next(),
            Some('H')
        );
        for broken in [r#"{"body":"\u12"}"#, r#"{"body":"\"#, r#"{"body":"\ud83"}"#, "{", ""] {
            assert!(read::<Value>(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
