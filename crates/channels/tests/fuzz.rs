//! Posts as no provider should send them: read or refused, never a panic, and nothing that was signed otherwise (docs/TESTING.md).

#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

use channels::http::{Guarded, GuardedConfig};
use channels::parse::{self, Parsed};
use channels::{generic, signature, twiml};
use serde_json::Value;
use url::form_urlencoded;

const URL: &str = "https://outreach.example/api/webhooks/receive?message=msg_1";

/// Whether Postgres would refuse it.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(all) => all.iter().any(has_nul),
        Value::Object(all) => all.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[test]
fn twilios_forms_judged_by_proptest() {
    let samples: [&[u8]; 4] = [
        b"MessageSid=SM1&From=%2B14155550123&To=%2B15005550006&Body=Hi+%F0%9F%9A%B2&NumMedia=1&MediaUrl0=https%3A%2F%2Fx.example%2Fa&MediaContentType0=image%2Fpng",
        b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=whatsapp%3A%2B14155550123&From=whatsapp%3A%2B15005550006",
        b"CallSid=CA1&CallStatus=completed&From=%2B15005550006&To=%2B14155550123&Duration=7",
        b"CallSid=CA1&Digits=9&From=%2B15005550006&To=%2B14155550123&Direction=outbound-api",
    ];
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    judges::fuzz("forms of Twilio", &samples, 400, 40_000, |bytes| {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        let signed = signature::sign(URL, &pairs, "token");
        assert!(signature::verify(URL, &pairs, &signed, "token"));
        assert!(!signature::verify(URL, &pairs, &signed, "another"));
        assert!(!signature::verify(URL, &pairs, &String::from_utf8_lossy(bytes), "token"));
        match parse::parse(&pairs, now) {
            Ok(Parsed::Inbound(inbound) | Parsed::KeyPress(inbound)) => {
                let _ = (parse::keyword(&inbound), parse::key(&inbound));
                assert!(!inbound.message_id.is_empty() && !has_nul(&inbound.raw), "{inbound:?}");
            }
            Ok(Parsed::Status(report)) => assert!(!report.message_id.is_empty(), "{report:?}"),
            Ok(Parsed::Ignored(reason)) => assert!(!reason.is_empty()),
            Err(error) => assert!(error.to_string().chars().count() < 200, "{error}"),
        }
    });
}

#[test]
fn signed_posts_judged_by_proptest() {
    let post = br#"{"channel": "sms", "from": "+14155550123", "to": "+15005550006", "body": "Hi \ud83d\udeb2", "message_id": "shop-1"}"#;
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    judges::fuzz("signed posts", &[post], 400, 40_000, |bytes| {
        assert!(generic::verify(bytes, &generic::sign(bytes, "secret"), "secret"));
        assert!(!generic::verify(bytes, &generic::sign(bytes, "secret"), "another"));
        assert!(!generic::verify(bytes, &String::from_utf8_lossy(bytes), "secret"));
        if let Ok(inbound) = generic::parse(bytes, now) {
            assert!(!has_nul(&inbound.raw) && !inbound.message_id.is_empty(), "{inbound:?}");
        }
    });
}

#[test]
fn spoken_texts_judged_by_proptest() {
    let samples: [&[u8]; 2] = [b"Press 1 & say <yes> \"now\".", "Fünf Räder \u{1f6b2}".as_bytes()];
    judges::fuzz("spoken texts", &samples, 300, 20_000, |bytes| {
        let said = String::from_utf8_lossy(bytes);
        let escaped = twiml::escape(&said);
        assert!(!escaped.contains(['<', '>', '"', '\'']), "{escaped}");
        let back = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            .iter()
            .fold(escaped, |text, (sign, plain)| text.replace(sign, plain));
        let kept: String = said
            .chars()
            .filter(|c| matches!(c, '\t' | '\n' | '\r') || *c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .collect();
        assert_eq!(back, kept);
    });
}

#[test]
fn places_to_call_judged_by_proptest() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let guarded = Guarded::new(GuardedConfig::default()).unwrap();
    let samples: [&[u8]; 5] = [
        b"https://example.com/a?b=c#d",
        b"http://127.0.0.1/",
        b"https://[::ffff:10.0.0.1]/",
        b"https://0x7f.1/",
        b"https://user:pw@x.example:80/",
    ];
    judges::fuzz("places to call", &samples, 300, 20_000, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(url) = guarded.checked_url(&text) {
            let number = url.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']').parse());
            if let Some(Ok(ip)) = number {
                assert!(channels::http::is_public(ip), "{url}");
            }
        }
    });
}
