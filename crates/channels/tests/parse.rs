//! Twilio's webhooks as it sends them, and as nobody should.
#![allow(clippy::unwrap_used)]

use channels::parse::{MAX_FIELD, ParseError, Parsed, key, keyword, parse};
use chrono::{DateTime, Utc};
use domain::keyword::{Key, Keyword};
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
    assert_eq!(keyword(&got), None);
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
fn a_wish_counts_whichever_field_says_it() {
    for (fields, wanted) in [
        ("Body=Aus&OptOutType=STOP", Some(Keyword::Stop)),
        ("Body=STOP%00", Some(Keyword::Stop)),
        ("Body=No+more+for+me&ButtonPayload=STOP&ButtonText=No+more+for+me", Some(Keyword::Stop)),
        ("Body=Stop+promotions&ButtonPayload=STOP", Some(Keyword::Stop)),
        ("Body=Nicht+mehr&ButtonPayload=stop_promotions", Some(Keyword::Stop)),
        ("Body=Enough&ButtonPayload=opt-out", Some(Keyword::Stop)),
        ("ListId=unsubscribe&ListTitle=Bye", Some(Keyword::Stop)),
        ("Body=YES&OptOutType=START", Some(Keyword::Start)),
        ("Body=STOP&OptOutType=START", Some(Keyword::Stop)),
        ("Body=Aide&OptOutType=HELP", Some(Keyword::Help)),
        ("Body=Yes&ButtonPayload=confirm_stop_14", None),
    ] {
        let got = inbound(&format!("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&{fields}"));
        assert_eq!(keyword(&got), wanted, "{fields}");
    }
}

#[test]
fn a_lesser_field_never_loses_the_message() {
    let long = format!("Body=STOP&ReferralBody={}", "a".repeat(MAX_FIELD + 1));
    for (fields, media) in [
        ("Body=STOP&NumMedia=2&MediaUrl0=https%3A%2F%2Fm.example%2F0", 1),
        ("Body=STOP&NumMedia=12", 0),
        ("Body=STOP&NumMedia=many", 0),
        ("Body=STOP&NumMedia=999999999", 0),
        ("Body=STOP&NumMedia=0&MediaUrl0=https%3A%2F%2Fm.example%2F0", 1),
        ("Body=STOP&NumMedia=1&MediaUrl0=&MediaContentType0=image%2Fjpeg", 0),
        ("Body=STOP&NumSegments=x&Latitude=&WaId=%00", 0),
        (long.as_str(), 0),
    ] {
        let got = inbound(&format!("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&{fields}"));
        assert_eq!(
            (keyword(&got), got.media.len()),
            (Some(Keyword::Stop), media),
            "{}",
            fields.get(..30).unwrap_or(fields)
        );
    }
    assert_eq!(inbound("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Latitude=1&Longitude=2").body, "");
}

#[test]
fn a_sender_that_is_no_number_is_told_and_not_refused() {
    for from in ["68849", "SUPPORT", "%2B1"] {
        let got = read(&format!("MessageSid=SM1&Body=hi&From={from}&To=%2B14155550100"));
        assert!(matches!(got, Ok(Parsed::Ignored(_))), "{from}: {got:?}");
    }
}

#[test]
fn a_report_is_taken_whoever_it_says_it_is_from() {
    for from in ["From=SUPPORT&", "From=68849&", ""] {
        let got = status(&format!("MessageSid=SM1&MessageStatus=delivered&{from}To=%2B14155550123"));
        assert_eq!((got.status, got.message_id.as_str()), (Status::Delivered, "SM1"), "{from}");
        let got = status(&format!("CallSid=CA1&Direction=outbound-api&CallStatus=completed&{from}To=%2B14155550123"));
        assert_eq!(got.status, Status::Delivered, "{from}");
    }
}

#[test]
fn keys_of_a_call_are_told_apart() {
    for (digits, wanted) in [("1", Key::Other), ("2", Key::NoCalls), ("9", Key::NoCalls), ("12", Key::Other)] {
        let form = format!("CallSid=CA1&Direction=outbound-api&Digits={digits}&From=%2B14155550100&To=%2B14155550123");
        let Ok(Parsed::KeyPress(got)) = read(&form) else { panic!("{digits}") };
        assert_eq!((key(&got), keyword(&got)), (Some(wanted), None), "{digits}");
    }
}

#[test]
fn nul_and_repeated_fields_do_no_harm() {
    let got = inbound("MessageSid=SM1&From=%2B14155550123&To=%2B14155550100&Body=a%00b&X=1&X=2&X=3");
    assert_eq!(got.body, "ab");
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
        ("MessageSid=SM1&Body=hi&From=%2B14155550123&To=12", ParseError::BadNumber("To".into())),
        ("MessageSid=a%20b&Body=hi&From=%2B14155550123&To=%2B14155550100", malformed("MessageSid")),
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

#[test]
fn a_call_says_how_it_ended_and_who_took_it() {
    use domain::message::CallEnd::*;
    for (word, by, wanted) in [
        ("completed", "", Some(Answered)),
        ("completed", "human", Some(Answered)),
        ("completed", "unknown", Some(Answered)),
        ("completed", "machine_start", Some(Voicemail)),
        ("completed", "machine_end_beep", Some(Voicemail)),
        ("completed", "machine_end_silence", Some(Voicemail)),
        ("completed", "machine_end_other", Some(Voicemail)),
        ("completed", "fax", Some(Failed)),
        ("no-answer", "", Some(NoAnswer)),
        ("busy", "", Some(Busy)),
        ("failed", "", Some(Failed)),
        ("canceled", "", Some(Failed)),
        ("in-progress", "human", None),
        ("ringing", "", None),
    ] {
        let form = format!(
            "CallSid=CA1&CallStatus={word}&AnsweredBy={by}&Direction=outbound-api&From=%2B14155550100&To=%2B14155550123"
        );
        assert_eq!(status(&form).call_end, wanted, "{word} {by}");
    }
}
