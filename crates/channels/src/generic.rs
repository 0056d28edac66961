//! The generic inbound webhook: any system may hand us a person's message as JSON.
//!
//! Not here: whose secret it is (the server looks it up), nor what happens with the message.
//!
//! The body is `{"channel", "from", "to", "body", "message_id"}`; the header `X-Agency-OS-Signature: sha256=<hex>` carries
//! HMAC-SHA256 over the raw body with the shared secret.

use chrono::{DateTime, Utc};
use domain::message::{Channel, Inbound};
use domain::phone::Phone;
use serde_json::Value;

use crate::parse::{MAX_FIELD, ParseError, clean, sid};
use crate::signature::{hmac_sha256, same};

/// The header that carries the signature.
pub const HEADER: &str = "X-Agency-OS-Signature";

/// The header's value for a body.
pub fn sign(body: &[u8], secret: &str) -> String {
    format!("sha256={}", hex::encode(hmac_sha256(secret.as_bytes(), body)))
}

/// Whether the body was signed by someone who knows the secret. An empty secret verifies nothing.
pub fn verify(body: &[u8], header: &str, secret: &str) -> bool {
    !secret.is_empty() && same(&sign(body, secret), header.trim())
}

/// Reads one message. `now` is when it arrived.
pub fn parse(body: &[u8], now: DateTime<Utc>) -> Result<Inbound, ParseError> {
    let raw: Value = domain::json::read(body).map_err(|_| ParseError::Malformed("body".into()))?;
    let raw = clean_value(raw);
    if !raw.is_object() {
        return Err(ParseError::Malformed("body".into()));
    }
    let channel: Channel = text(&raw, "channel")?.parse().map_err(|_| ParseError::Malformed("channel".into()))?;
    let phone = |name: &str| -> Result<String, ParseError> {
        Phone::parse(text(&raw, name)?).map(String::from).map_err(|_| ParseError::BadNumber(name.to_owned()))
    };
    Ok(Inbound {
        provider: "generic".into(),
        event: "message".into(),
        channel,
        from: phone("from")?,
        to: phone("to")?,
        body: text(&raw, "body")?.to_owned(),
        media: Vec::new(),
        message_id: sid("message_id", text(&raw, "message_id")?)?,
        received_at: now,
        raw,
    })
}

fn text<'a>(raw: &'a Value, name: &str) -> Result<&'a str, ParseError> {
    match raw.get(name) {
        None | Some(Value::Null) => Err(ParseError::Missing(name.to_owned())),
        Some(Value::String(text)) if text.len() > MAX_FIELD => Err(ParseError::TooLong(name.to_owned())),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(ParseError::Malformed(name.to_owned())),
    }
}

fn clean_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(clean_value).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (clean(&name), clean_value(value))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"channel":"sms","from":"+14155550123","to":"+14155550100","body":"Hi \u0000","message_id":"ext-1"}"#;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn only_the_secret_signs() {
        let header = sign(BODY.as_bytes(), "s3cret");
        assert!(header.starts_with("sha256=") && header.len() == 71);
        assert!(verify(BODY.as_bytes(), &header, "s3cret"));
        assert!(!verify(format!("{BODY} ").as_bytes(), &header, "s3cret"));
        assert!(!verify(BODY.as_bytes(), &header, "other"));
        assert!(!verify(BODY.as_bytes(), &header[7..], "s3cret"));
        assert!(!verify(BODY.as_bytes(), &sign(BODY.as_bytes(), ""), ""));
        // RFC 4231, test case 2.
        assert_eq!(
            sign(b"what do ya want for nothing?", "Jefe"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_message_is_read() {
        let got = parse(BODY.as_bytes(), now()).unwrap();
        assert_eq!((got.provider.as_str(), got.channel, got.message_id.as_str()), ("generic", Channel::Sms, "ext-1"));
        assert_eq!((got.from.as_str(), got.to.as_str(), got.body.as_str()), ("+14155550123", "+14155550100", "Hi "));
        assert!(!got.raw.to_string().contains("\\u0000"));
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        for (from, to, wanted) in [
            ("\"channel\":\"sms\",", "", ParseError::Missing("channel".into())),
            ("\"sms\"", "\"pigeon\"", ParseError::Malformed("channel".into())),
            ("+14155550123", "x", ParseError::BadNumber("from".into())),
            ("\"ext-1\"", "7", ParseError::Malformed("message_id".into())),
            ("ext-1", "", ParseError::Malformed("message_id".into())),
            ("{", "[", ParseError::Malformed("body".into())),
        ] {
            assert_eq!(parse(BODY.replacen(from, to, 1).as_bytes(), now()), Err(wanted), "{from} -> {to}");
        }
        assert_eq!(parse(b"[]", now()), Err(ParseError::Malformed("body".into())));
        let huge = BODY.replace("Hi", &"a".repeat(MAX_FIELD));
        assert_eq!(parse(huge.as_bytes(), now()), Err(ParseError::TooLong("body".into())));
    }
}
