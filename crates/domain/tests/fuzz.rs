//! What people and other programs write, as it should never come: no rule of `domain` panics over it or loses a sign (docs/TESTING.md).

use std::collections::BTreeMap;

use domain::flow::graph::FlowGraph;
use domain::phone::Phone;
use domain::text::Email;
use domain::{address, json, keyword, pause, segments, template, text};
use serde_json::Value;

fn texts(name: &str, samples: &[&str], check: impl Fn(&str)) {
    let samples: Vec<&[u8]> = samples.iter().map(|sample| sample.as_bytes()).collect();
    judges::fuzz(name, &samples, 300, 30_000, |bytes| check(&String::from_utf8_lossy(bytes)));
}

#[test]
fn phone_numbers_judged_by_proptest() {
    let samples = [
        "+14155550123",
        "(415) 555-0123",
        "0170 1234567",
        "+49 (0)30 123456",
        "011 54 9 11 1234-5678",
        "5551234 ext. 7",
        "٠١٢٣٤٥٦٧٨٩",
    ];
    texts("phone numbers", &samples, |text| {
        for code in [1, 49, 54, 0, u32::MAX] {
            for read in [Phone::parse(text), Phone::typed(text, code)].into_iter().flatten() {
                let digits = read.as_str().strip_prefix('+').expect("a plus");
                assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{read:?}");
                assert_eq!(Phone::parse(read.as_str()).as_ref(), Ok(&read), "its own writing is another number");
            }
        }
    });
}

#[test]
fn addresses_judged_by_proptest() {
    let samples = [
        "ada@example.com",
        "ada.o'neil+x@mail.example.co.uk",
        "\"a b\"@example.com",
        "zoë@exämple.de",
        "https://user@example.com:80/a?b#c",
        "https://[::1]:4000/",
    ];
    texts("addresses", &samples, |text| {
        if let Ok(email) = Email::parse(text) {
            assert_eq!(Email::parse(email.as_str()).as_ref(), Ok(&email), "its own writing is another address");
            assert!(!email.as_str().chars().any(|c| c.is_control()), "{email:?}");
        }
        let _ = address::web(text);
    });
}

#[test]
fn texts_judged_by_proptest() {
    let samples = [
        "Hi {{lead.first_name}}, {{ agent.name }} here. {{reply}}",
        "STOP",
        "2",
        "Nein danke, bitte nicht mehr!",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} e\u{301}",
    ];
    texts("texts", &samples, |said| {
        let (body, names) = template::numbered(said);
        let values: BTreeMap<String, String> =
            names.iter().enumerate().map(|(at, name)| ((at + 1).to_string(), format!("{{{{{name}}}}}"))).collect();
        // Numbers in and names out again: the text, but for blanks inside of the braces.
        assert_eq!(template::numbered(&template::fill(&body, &values)).0, body);
        let _ = (keyword::keyword(said), keyword::key(said));
        let cut = segments::cut(said);
        assert!(cut.splits.iter().all(|at| said.is_char_boundary(*at as usize)), "{cut:?}");
        for most in [0, 1, 7, 160] {
            let begun = text::cut(said, most);
            assert!(said.starts_with(begun) && begun.chars().count() <= most.max(1), "{most}: {begun:?}");
        }
        assert_eq!(text::storable(said).chars().filter(|c| *c == '\0').count(), 0);
    });
}

#[test]
fn waits_judged_by_proptest() {
    let now = "2026-11-21T10:00:00Z".parse().expect("a moment");
    let samples = ["7", "1.5", "Sat, 21 Nov 2026 10:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "-1", "1e300"];
    texts("waits", &samples, |text| {
        for wait in
            [pause::seconds(text), pause::milliseconds(text), pause::retry_after(text, now)].into_iter().flatten()
        {
            assert!(wait <= pause::LONGEST, "{wait:?}");
        }
    });
}

#[test]
fn json_judged_by_proptest() {
    let samples: [&[u8]; 4] = [
        br#"{"body": "Hi \ud83d\udeb2 \"there\" \\ud83d", "n": [1, 2.5e3, null, true]}"#,
        br#"["\ud83d", "\udead\ud83d"]"#,
        "\u{1f6b2}".as_bytes(),
        b"\"\\u12\"",
    ];
    judges::fuzz("JSON", &samples, 300, 30_000, |bytes| {
        let mended = json::mended(bytes);
        assert!(std::str::from_utf8(&mended).is_ok(), "what is mended is text");
        // What every reader takes is left as it is.
        if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
            assert_eq!(serde_json::from_slice::<Value>(&mended).ok(), Some(value));
        }
    });
}

#[test]
fn drawings_judged_by_proptest() {
    let drawing = serde_json::to_vec(&domain::flow::starter::one_sms(None)).expect("JSON");
    judges::fuzz("drawings", &[&drawing], 300, 30_000, |bytes| {
        let Ok(graph) = serde_json::from_slice::<FlowGraph>(bytes) else { return };
        let _ = graph.next_id();
        if !graph.shape().is_empty() {
            return;
        }
        let _ = graph.check(&domain::flow::check::Known::default());
        let again: FlowGraph = serde_json::from_value(serde_json::to_value(&graph).expect("JSON")).expect("a drawing");
        assert_eq!(again, graph);
    });
}
