//! The emulated API is as strict as Twilio's: every refusal with its code.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channels::emulator::Emulator;
use common::{ACCOUNT, OURS, TOKEN, emulator, phone};

const EAGER: &str = "+14155550121";
const CURIOUS: &str = "+14155550122";
const OPT_OUTER: &str = "+14155550124";

/// Asks the API directly, with the right credentials.
async fn ask(network: &Emulator, method: &str, path: &str, query: &str, body: &str) -> (u16, serde_json::Value) {
    let header = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
    let answer = network.handle(method, path, query, Some(&header), body.as_bytes()).await;
    (answer.status, answer.json)
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn messages_are_checked_as_twilio_checks_them() {
    let network = emulator("http://127.0.0.1:9/", 0.0);
    network.remember_opt_out(&phone(OPT_OUTER), &phone(OURS));
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    let long = "é".repeat(1601);
    let whatsapp_to = format!("whatsapp:{EAGER}");
    let whatsapp_from = format!("whatsapp:{OURS}");
    network.remember_template("HX0", "Hi {{1}}");
    for (code, form) in [
        (21604, vec![("From", OURS), ("Body", "Hi")]),
        (21603, vec![("To", EAGER), ("Body", "Hi")]),
        (21211, vec![("To", "0123"), ("From", OURS), ("Body", "Hi")]),
        (21211, vec![("To", "4155550121"), ("From", OURS), ("Body", "Hi")]),
        (21212, vec![("To", EAGER), ("From", "us"), ("Body", "Hi")]),
        (21266, vec![("To", OURS), ("From", OURS), ("Body", "Hi")]),
        (21910, vec![("To", &whatsapp_to), ("From", OURS), ("Body", "Hi")]),
        (21602, vec![("To", EAGER), ("From", OURS)]),
        (21602, vec![("To", EAGER), ("From", OURS), ("Body", "")]),
        (21617, vec![("To", EAGER), ("From", OURS), ("Body", &long)]),
        (21610, vec![("To", OPT_OUTER), ("From", OURS), ("Body", "Hi")]),
        (21609, vec![("To", EAGER), ("From", OURS), ("Body", "Hi"), ("StatusCallback", "http://a_b.example/")]),
        (21655, vec![("To", &whatsapp_to), ("From", &whatsapp_from), ("ContentSid", "HX1")]),
        (
            21656,
            vec![("To", &whatsapp_to), ("From", &whatsapp_from), ("ContentSid", "HX0"), ("ContentVariables", "[1]")],
        ),
    ] {
        let (status, json) = ask(&network, "POST", &path, "", &encoded(&form)).await;
        assert_eq!((status, json["code"].as_u64()), (400, Some(code)), "{form:?}");
    }
    assert_eq!(network.accepted(), 0);
    let form = encoded(&[("To", EAGER), ("From", OURS), ("Body", &long[..3200])]);
    let (status, json) = ask(&network, "POST", &path, "", &form).await;
    assert_eq!(
        (status, json["status"].as_str(), json["direction"].as_str()),
        (201, Some("queued"), Some("outbound-api"))
    );
    let sid = json["sid"].as_str().unwrap();
    let one = path.replace("Messages.json", &format!("Messages/{sid}.json"));
    assert_eq!(ask(&network, "GET", &one, "", "").await.0, 200);
    let (_, json) = ask(&network, "GET", &path, &encoded(&[("To", EAGER), ("DateSent>", "2020-01-01")]), "").await;
    assert_eq!(json["messages"].as_array().map(Vec::len), Some(1));
    let (_, json) = ask(&network, "GET", &path, &encoded(&[("To", CURIOUS)]), "").await;
    assert_eq!(json["messages"].as_array().map(Vec::len), Some(0));
    let (_, json) = ask(&network, "GET", &path, &encoded(&[("DateSent>", "2999-01-01")]), "").await;
    assert_eq!(json["messages"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn calls_are_checked_as_twilio_checks_them() {
    let network = emulator("http://127.0.0.1:9/", 0.0);
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json");
    let long = "x".repeat(4001);
    for (code, form) in [
        (21201, vec![("From", OURS), ("Twiml", "<Response/>")]),
        (21213, vec![("To", EAGER), ("Twiml", "<Response/>")]),
        (21211, vec![("To", "whatsapp:+14155550121"), ("From", OURS), ("Twiml", "<Response/>")]),
        (21205, vec![("To", EAGER), ("From", OURS)]),
        (21261, vec![("To", EAGER), ("From", OURS), ("Twiml", &long)]),
        (21220, vec![("To", EAGER), ("From", OURS), ("Twiml", "<Response/>"), ("Timeout", "601")]),
        (21626, vec![("To", EAGER), ("From", OURS), ("Twiml", "<Response/>"), ("StatusCallbackEvent", "laughing")]),
    ] {
        let (status, json) = ask(&network, "POST", &path, "", &encoded(&form)).await;
        assert_eq!((status, json["code"].as_u64()), (400, Some(code)), "{form:?}");
    }
}

#[tokio::test]
async fn strangers_and_wrong_paths_are_turned_away() {
    let network = emulator("http://127.0.0.1:9/", 0.0);
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    let wrong = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:wrong")));
    for header in [None, Some("Basic"), Some("Bearer the-token"), Some(wrong.as_str())] {
        let answer = network.handle("POST", &path, "", header, b"").await;
        assert_eq!((answer.status, answer.json["code"].as_u64()), (401, Some(20003)), "{header:?}");
    }
    let other = path.replace(ACCOUNT, "AC00000000000000000000000000000002");
    for (method, path, status) in [
        ("POST", other.as_str(), 404),
        ("GET", "/v2/nothing", 404),
        ("GET", "/", 404),
        ("DELETE", &path, 405),
        ("GET", "/v1/Content/HX9/ApprovalRequests", 404),
        ("POST", "/v1/Content/HX9/ApprovalRequests/whatsapp", 404),
    ] {
        assert_eq!(ask(&network, method, path, "", "").await.0, status, "{method} {path}");
    }
    for body in ["", "[]", r#"{"language":"en"}"#, r#"{"types":{"twilio/text":{"body":"x"}}}"#] {
        assert_eq!(ask(&network, "POST", "/emulator/v1/Content", "", body).await.0, 400, "{body}");
    }
    let (_, made) =
        ask(&network, "POST", "/v1/Content", "", r#"{"language":"en","types":{"twilio/text":{"body":"x"}}}"#).await;
    let approval = format!("/v1/Content/{}/ApprovalRequests/whatsapp", made["sid"].as_str().unwrap());
    for body in ["{}", r#"{"name":"Upper","category":"UTILITY"}"#, r#"{"name":"x","category":"FUN"}"#] {
        assert_eq!(ask(&network, "POST", &approval, "", body).await.0, 400, "{body}");
    }
}
