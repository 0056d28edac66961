//! Twilio's webhooks as it sends them, and as nobody should.
#![allow(clippy::unwrap_used)]

use channels::parse::{MAX_FIELD, ParseError, Parsed, opt_out_type, parse};
use chrono::{DateTime, Utc};
use domain::message::{Channel, Status};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn read(form: &str) -> Result<Parsed, ParseError> {
    let pairs: Vec<_> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    parse(&pairs, now())
}

fn inbound(form: &str) -> domain::message::Inbound {
    match read(form) {
        Ok(Parsed::Inbound(inbound)) => inbound,
        other => panic!("not an inbound message: {other:?}"),
    }
}

fn status(form: &str) -> domain::message::StatusReport {
    match read(form) {
        Ok(Parsed::Status(report)) => report,
        other => panic!("not a status report: {other:?}"),
    }
}

#[test]
fn an_sms_comes_in() {
    let got = inbound(
        "ToCountry=US&SmsMessageSid=SM1&NumMedia=0&SmsSid=SM1&SmsStatus=received&Body=Yes+please+%F0%9F%91%8B&To=%2B14155550100\
         &NumSegments=1&MessageSid=SM1&AccountSid=AC1&From=%2B14155550123&ApiVersion=2010-04-01",
    );
    assert_eq!((got.provider.as_str(), got.event.as_str(), got.channel), ("twilio", "message", Channel::Sms));
    assert_eq!((got.from.as_str(), got.to.as_str(), got.message_id.as_str()), ("+14155550123", "+14155550100", "SM1"));
    assert_eq!((got.body.as_str(), got.received_at), ("Yes please 👋", now()));
    assert_eq!(got.raw["ApiVersion"], "2010-04-01");
    assert_eq!(opt_out_type(&got), None);
}

#[test]
fn a_whatsapp_message_with_pictures_comes_in() {
    let got = inbound(
        "SmsSid=MM1&NumMedia=2&MediaUrl0=https%3A%2F%2Fm.example%2F0&MediaContentType0=image%2Fjpeg&MediaUrl1=https%3A%2F%2Fm.example%2F1\
         &Body=&To=whatsapp%3A%2B14155550100&From=whatsapp%3A%2B447700900123&ProfileName=Ada",
    );
    assert_eq!((got.channel, got.from.as_str(), got.to.as_str()), (Channel::Whatsapp, "+447700900123", "+14155550100"));
    assert_eq!((got.body.as_str(), got.media.len()), ("", 2));
    assert_eq!(
        (got.media[0].content_type.as_str(), got.media[1].content_type.as_str()),
        ("image/jpeg", "application/octet-stream")
    );
    assert_eq!(got.media[1].url, "https://m.example/1");
}

#[test]
fn an_empty_message_is_kept() {
    assert_eq!(inbound("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Body=").body, "");
}

#[test]
fn an_opt_out_says_so() {
    let got = inbound("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Body=Arret&OptOutType=STOP");
    assert_eq!(opt_out_type(&got), Some("STOP"));
}

#[test]
fn nul_and_repeated_fields_do_no_harm() {
    let got = inbound("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Body=a%00b&X=1&X=2&X=3");
    assert_eq!(got.body, "a\u{fffd}b");
    assert_eq!(got.raw["X"], serde_json::json!(["1", "2", "3"]));
    assert!(!got.raw.to_string().contains("\\u0000"));
}

#[test]
fn message_reports_are_told_in_our_words() {
    for (word, wanted) in [
        ("queued", Status::Accepted),
        ("accepted", Status::Accepted),
        ("scheduled", Status::Accepted),
        ("sending", Status::Sent),
        ("sent", Status::Sent),
        ("delivered", Status::Delivered),
        ("read", Status::Read),
        ("undelivered", Status::Failed),
        ("failed", Status::Failed),
    ] {
        let got = status(&format!(
            "MessageSid=SM1&SmsStatus={word}&MessageStatus={word}&From=%2B14155550100&To=%2B14155550123"
        ));
        assert_eq!(
            (got.status, got.our_number.as_str(), got.message_id.as_str()),
            (wanted, "+14155550100", "SM1"),
            "{word}"
        );
        assert_eq!(got.error_code.as_deref(), (wanted == Status::Failed).then_some(word), "{word}");
    }
    let failed = status(
        "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&From=whatsapp%3A%2B14155550100&To=whatsapp%3A%2B14155550123",
    );
    assert_eq!((failed.our_number.as_str(), failed.error_code.as_deref()), ("+14155550100", Some("30003")));
    assert!(matches!(read("MessageSid=SM1&MessageStatus=dreaming&From=%2B14155550100"), Ok(Parsed::Ignored(_))));
}

#[test]
fn call_reports_are_told_in_our_words() {
    for (word, wanted) in [
        ("initiated", Status::Accepted),
        ("queued", Status::Accepted),
        ("ringing", Status::Sent),
        ("in-progress", Status::Sent),
        ("completed", Status::Delivered),
        ("busy", Status::Failed),
        ("no-answer", Status::Failed),
        ("failed", Status::Failed),
        ("canceled", Status::Failed),
    ] {
        let got = status(&format!(
            "CallSid=CA1&CallStatus={word}&Direction=outbound-api&From=%2B14155550100&To=%2B14155550123&CallDuration=12"
        ));
        assert_eq!(
            (got.status, got.our_number.as_str(), got.duration_secs),
            (wanted, "+14155550100", Some(12)),
            "{word}"
        );
        assert_eq!(got.error_code.as_deref(), (wanted == Status::Failed).then_some(word), "{word}");
    }
}

#[test]
fn a_pressed_key_comes_from_the_lead_whoever_called() {
    for form in [
        "CallSid=CA1&Digits=1&Direction=outbound-api&CallStatus=in-progress&From=%2B14155550100&To=%2B14155550123",
        "CallSid=CA1&Digits=1&Direction=inbound&CallStatus=in-progress&From=%2B14155550123&To=%2B14155550100",
    ] {
        let Ok(Parsed::KeyPress(got)) = read(form) else { panic!("{form}") };
        assert_eq!((got.from.as_str(), got.to.as_str(), got.channel), ("+14155550123", "+14155550100", Channel::Voice));
        assert_eq!(
            (got.body.as_str(), got.message_id.as_str(), got.event.as_str()),
            ("Pressed 1", "CA1:digits:1", "key_press")
        );
    }
    assert!(matches!(read("CallSid=CA1&Digits=&From=%2B14155550100&To=%2B14155550123"), Ok(Parsed::Ignored(_))));
}

#[test]
fn what_is_of_no_interest_is_said_to_be() {
    for form in [
        "CallSid=CA1&CallStatus=ringing&Direction=inbound&From=%2B14155550123&To=%2B14155550100",
        "MessageSid=SM1&From=messenger%3A123&To=messenger%3A4&Body=hi",
        "CallSid=CA1&CallStatus=asleep&From=%2B14155550100&To=%2B14155550123",
    ] {
        assert!(matches!(read(form), Ok(Parsed::Ignored(_))), "{form}");
    }
}

#[test]
fn what_cannot_be_read_names_its_field() {
    let missing = |name: &str| ParseError::Missing(name.into());
    let malformed = |name: &str| ParseError::Malformed(name.into());
    for (form, wanted) in [
        ("", missing("MessageSid")),
        ("Body=hi&From=%2B14155550123&To=%2B14155550100", missing("MessageSid")),
        ("MessageSid=SM1&Body=hi&To=%2B14155550100", missing("From")),
        ("MessageSid=SM1&Body=hi&From=%2B14155550123", missing("To")),
        ("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100", missing("Body")),
        ("MessageSid=SM1&Body=hi&From=abc&To=%2B14155550100", ParseError::BadNumber("From".into())),
        ("MessageSid=SM1&Body=hi&From=whatsapp%3A&To=%2B14155550100", ParseError::BadNumber("From".into())),
        ("MessageSid=SM1&Body=hi&From=%2B14155550123&To=12", ParseError::BadNumber("To".into())),
        ("MessageSid=a%20b&Body=hi&From=%2B14155550123&To=%2B14155550100", malformed("MessageSid")),
        ("MessageSid=SM1&Body=&NumMedia=many&From=%2B14155550123&To=%2B14155550100", malformed("NumMedia")),
        ("MessageSid=SM1&Body=&NumMedia=999999999&From=%2B14155550123&To=%2B14155550100", malformed("NumMedia")),
        ("MessageSid=SM1&Body=&NumMedia=1&From=%2B14155550123&To=%2B14155550100", missing("MediaUrl0")),
        ("MessageSid=SM1&MessageStatus=sent", missing("From")),
        ("CallSid=CA1&From=%2B14155550100&To=%2B14155550123", missing("CallStatus")),
        ("CallSid=CA1&Digits=x&From=%2B14155550100&To=%2B14155550123", malformed("Digits")),
    ] {
        assert_eq!(read(form), Err(wanted), "{form}");
    }
}

#[test]
fn a_long_body_is_kept_whole_and_a_huge_one_refused() {
    let form =
        |length: usize| format!("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Body={}", "a".repeat(length));
    assert_eq!(inbound(&form(MAX_FIELD)).body.len(), MAX_FIELD);
    assert_eq!(read(&form(MAX_FIELD + 1)), Err(ParseError::TooLong("Body".into())));
}
