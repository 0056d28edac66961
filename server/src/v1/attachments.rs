//! How many images, sounds and files the messages of a request carry, in one pass that keeps nothing.
//!
//! Read as JSON, not as text: a word may be spelt with escapes, and may be part of what somebody wrote. Not here: what one may cost.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Every part of a message that is anything but words: what we do not know may be dear.
pub fn count(messages: &RawValue) -> serde_json::Result<u32> {
    let text = messages.get();
    // Half an emoji is taken, too: for the count it does not matter what stands in its place.
    let found = serde_json::from_str::<Found>(text).or_else(|_| serde_json::from_str(&without_surrogates(text)))?;
    Ok(found.0)
}

/// The same JSON with U+FFFD for every escaped surrogate.
fn without_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        out.push_str(before);
        out.push_str("\\u");
        let is_surrogate = matches!(after.as_bytes(), [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
        rest = match after.get(4..) {
            Some(behind) if is_surrogate => {
                out.push_str("fffd");
                behind
            }
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

/// Parts in any value, however deep.
struct Found(u32);

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        value.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = 0_u32;
        while let Some(key) = map.next_key::<Word<'de>>()? {
            let more = match key.0.as_ref() {
                "type" => map.next_value::<Kind>()?.0,
                // What a tool is called with is text, whatever stands in it.
                "function" => {
                    map.next_value::<IgnoredAny>()?;
                    0
                }
                _ => map.next_value::<Found>()?.0,
            };
            found = found.saturating_add(more);
        }
        Ok(Found(found))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        let mut found = 0_u32;
        while let Some(more) = seq.next_element::<Found>()? {
            found = found.saturating_add(more.0);
        }
        Ok(Found(found))
    }

    fn visit_str<E>(self, _: &str) -> Result<Found, E> {
        Ok(Found(0))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found, E> {
        Ok(Found(0))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found, E> {
        Ok(Found(0))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found, E> {
        Ok(Found(0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(Found(0))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found(0))
    }
}

/// A name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

/// 1 for the kind of a part that is anything but words.
struct Kind(u32);

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a kind")
            }

            fn visit_str<E>(self, kind: &str) -> Result<Kind, E> {
                let is_words = matches!(kind, "text" | "refusal" | "function" | "custom" | "url_citation");
                Ok(Kind(u32::from(!is_words)))
            }
        }
        value.deserialize_str(Read)
    }
}
