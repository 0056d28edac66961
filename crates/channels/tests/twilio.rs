//! The adapter against a mock: the exact requests, and what each answer or silence means to the caller.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use channels::twilio::TemplateState;
use channels::{Content, Error, Outgoing, Permit, Receipt, Twilio};
use chrono::{DateTime, Utc};
use common::{ACCOUNT, OURS, config, crypto, fields, outgoing, sms, twilio};
use domain::message::{Channel, Status};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use wiremock::matchers::{basic_auth, body_json, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const LEAD: &str = "+14155550121";

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(basic_auth(ACCOUNT, common::TOKEN)).respond_with(template).mount(&server).await;
    server
}

async fn send(adapter: &Twilio, outgoing: &Outgoing) -> Result<Receipt, Error> {
    adapter.send(outgoing, Permit::granted_by_gate()).await
}

async fn outcome(template: ResponseTemplate) -> Result<Receipt, Error> {
    let server = answering(template).await;
    send(&twilio(&server.uri()), &sms(LEAD, "Hi")).await
}

fn refusal(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "code": code, "message": "No.", "status": status }))
}

/// The path and the fields of the one request that was made.
async fn posted(server: &MockServer) -> (String, Vec<(String, String)>) {
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers["content-type"], "application/x-www-form-urlencoded");
    (requests[0].url.path().to_owned(), fields(&requests[0].body))
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const CALLBACK: (&str, &str) = ("StatusCallback", "https://us.example/api/webhooks/receive");

#[tokio::test]
async fn an_sms_is_one_form_post() {
    let server = answering(ResponseTemplate::new(201).set_body_json(json!({ "sid": "SM1", "status": "queued" }))).await;
    let receipt = send(&twilio(&server.uri()), &sms(LEAD, "Hi & bye = 1 👋")).await.unwrap();
    assert_eq!(receipt, Receipt { provider_message_id: "SM1".into(), status: Status::Accepted });
    let (path, form) = posted(&server).await;
    assert_eq!(path, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    assert_eq!(form, pairs(&[("To", LEAD), ("From", OURS), ("Body", "Hi & bye = 1 👋"), CALLBACK]));
}

#[tokio::test]
async fn a_messaging_service_goes_along_with_sms_only() {
    crypto();
    for (channel, with) in [(Channel::Sms, true), (Channel::Whatsapp, false)] {
        let server =
            answering(ResponseTemplate::new(201).set_body_json(json!({ "sid": "SM1", "status": "accepted" }))).await;
        let adapter =
            Twilio::new(channels::TwilioConfig { messaging_service_sid: Some("MG1".into()), ..config(&server.uri()) })
                .unwrap();
        send(&adapter, &outgoing(channel, LEAD, Content::Text("Hi".into()))).await.unwrap();
        let (_, form) = posted(&server).await;
        assert_eq!(form.contains(&("MessagingServiceSid".into(), "MG1".into())), with, "{channel}");
    }
}

fn template() -> Content {
    let variables = BTreeMap::from([("1".to_owned(), "Ada \"A\"".to_owned()), ("2".to_owned(), "noon".to_owned())]);
    Content::Template { content_sid: "HX1".into(), variables, rendered: "Hi Ada \"A\", noon?".into() }
}

#[tokio::test]
async fn a_whatsapp_template_goes_by_id_and_over_sms_as_text() {
    let created = || ResponseTemplate::new(201).set_body_json(json!({ "sid": "SM1", "status": "queued" }));
    let server = answering(created()).await;
    send(&twilio(&server.uri()), &outgoing(Channel::Whatsapp, LEAD, template())).await.unwrap();
    let (_, form) = posted(&server).await;
    let variables = r#"{"1":"Ada \"A\"","2":"noon"}"#;
    let (to, from) = (format!("whatsapp:{LEAD}"), format!("whatsapp:{OURS}"));
    assert_eq!(
        form,
        pairs(&[("To", &to), ("From", &from), ("ContentSid", "HX1"), ("ContentVariables", variables), CALLBACK])
    );

    let server = answering(created()).await;
    send(&twilio(&server.uri()), &outgoing(Channel::Sms, LEAD, template())).await.unwrap();
    assert_eq!(
        posted(&server).await.1,
        pairs(&[("To", LEAD), ("From", OURS), ("Body", "Hi Ada \"A\", noon?"), CALLBACK])
    );
}

#[tokio::test]
async fn a_call_names_its_events_one_by_one() {
    let server = answering(ResponseTemplate::new(201).set_body_json(json!({ "sid": "CA1", "status": "queued" }))).await;
    let call = Content::Call { script: "Hello".into(), twiml: "<Response/>".into() };
    let receipt = send(&twilio(&server.uri()), &outgoing(Channel::Voice, LEAD, call)).await.unwrap();
    assert_eq!((receipt.provider_message_id.as_str(), receipt.status), ("CA1", Status::Accepted));
    let (path, form) = posted(&server).await;
    assert_eq!(path, format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json"));
    let event = "StatusCallbackEvent";
    let wanted = [
        ("To", LEAD),
        ("From", OURS),
        ("Twiml", "<Response/>"),
        ("Timeout", "30"),
        CALLBACK,
        ("MachineDetection", "Enable"),
        (event, "initiated"),
        (event, "ringing"),
        (event, "answered"),
        (event, "completed"),
    ];
    assert_eq!(form, pairs(&wanted));
}

#[tokio::test]
async fn a_wrong_combination_never_leaves_the_house() {
    let server = MockServer::start().await;
    let call = Content::Call { script: "Hello".into(), twiml: "<Response/>".into() };
    for outgoing in [outgoing(Channel::Sms, LEAD, call), outgoing(Channel::Voice, LEAD, Content::Text("Hi".into()))] {
        assert!(matches!(send(&twilio(&server.uri()), &outgoing).await, Err(Error::Permanent { code: None, .. })));
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn refusals_say_what_the_caller_can_do() {
    let busy = refusal(429, 20429);
    let Err(Error::TryAgain { after, .. }) = outcome(busy.clone()).await else { panic!("429") };
    assert_eq!(after, Duration::from_secs(1));
    let Err(Error::TryAgain { after, .. }) = outcome(busy.insert_header("Retry-After", "7")).await else {
        panic!("429")
    };
    assert_eq!(after, Duration::from_secs(7));
    assert_eq!(outcome(refusal(400, 21610)).await, Err(Error::OptedOut));
    assert_eq!(
        outcome(refusal(400, 21211)).await,
        Err(Error::Permanent { code: Some("21211".into()), message: "No.".into() })
    );
    assert!(matches!(outcome(ResponseTemplate::new(400)).await, Err(Error::Permanent { code: None, .. })));
    for (status, code) in [(401, 20003), (400, 63007), (400, 21606), (403, 20403), (404, 20404)] {
        assert!(matches!(outcome(refusal(status, code)).await, Err(Error::Config { .. })), "{status} {code}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = MockServer::start().await;
    let redirect = ResponseTemplate::new(307).insert_header("Location", other.uri());
    assert!(matches!(outcome(redirect).await, Err(Error::Config { .. })));
    assert!(other.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_settles_nothing_leaves_it_unknown() {
    for template in [
        ResponseTemplate::new(500),
        refusal(503, 20500),
        ResponseTemplate::new(502).set_body_string("<html>"),
        ResponseTemplate::new(408),
        ResponseTemplate::new(201).set_body_string("not json"),
        ResponseTemplate::new(201).set_body_json(json!({ "status": "queued" })),
    ] {
        let shown = format!("{template:?}");
        let got = outcome(template).await;
        assert!(matches!(&got, Err(error @ Error::Unknown { .. }) if !error.surely_not_sent()), "{shown}: {got:?}");
    }
}

#[tokio::test]
async fn silence_leaves_it_unknown() {
    let server = answering(ResponseTemplate::new(201).set_delay(Duration::from_secs(20))).await;
    let adapter = twilio(&server.uri()).with_timeout(Duration::from_millis(100));
    assert!(matches!(send(&adapter, &sms(LEAD, "Hi")).await, Err(Error::Unknown { .. })));
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_it_unknown() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let read = socket.read(&mut [0; 4096]).await.unwrap();
        assert!(read > 0);
        // Dropped here: the request was read, and no answer comes.
        drop(listener);
    });
    let got = send(&twilio(&base), &sms(LEAD, "Hi")).await;
    server.await.unwrap();
    assert!(matches!(got, Err(Error::Unknown { .. })), "{got:?}");
}

#[tokio::test]
async fn a_refused_connection_was_surely_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let got = send(&twilio(&base), &sms(LEAD, "Hi")).await;
    assert!(matches!(&got, Err(error @ Error::NotSent { .. }) if error.surely_not_sent()), "{got:?}");
    // Neither the account nor the person may appear in a log.
    let shown = got.unwrap_err().to_string();
    assert!(!shown.contains(ACCOUNT) && !shown.contains("4155550121"), "{shown}");
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 900_000_000).unwrap()
}

fn listed(sid: &str, body: &str, seconds: i64) -> Value {
    let date = DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap().to_rfc2822();
    json!({ "sid": sid, "to": LEAD, "from": OURS, "body": body, "status": "sent", "direction": "outbound-api", "date_created": date })
}

async fn found(items: Value) -> Result<Vec<String>, Error> {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path(format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json")))
        .and(basic_auth(ACCOUNT, common::TOKEN))
        .and(query_param("To", LEAD))
        .and(query_param("From", OURS))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "messages": items })))
        .mount(&server)
        .await;
    let found = twilio(&server.uri()).find_sent(&sms(LEAD, "Hi"), since()).await?;
    assert!(found.iter().all(|found| found.receipt.status == Status::Sent));
    Ok(found.into_iter().map(|found| found.receipt.provider_message_id).collect())
}

#[tokio::test]
async fn everything_that_a_message_may_have_become_is_found_oldest_first() {
    let ids = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    // The moment before the first attempt lies within the second in which Twilio made it.
    let fits = || listed("SM1", "Hi", 0);
    assert_eq!(found(json!([fits()])).await, ids(&["SM1"]));
    let mut inbound = listed("SM7", "Hi", 1);
    inbound["direction"] = json!("inbound");
    let mut other_lead = listed("SM8", "Hi", 1);
    other_lead["to"] = json!("+14155550122");
    let others = json!([listed("SM9", "Hi!", 1), listed("SM6", "Hi", -1), inbound, other_lead, fits()]);
    assert_eq!(found(others).await, ids(&["SM1"]));
    // The newest is listed first, also within a second.
    let several = json!([listed("SM3", "Hi", 5), listed("SM2", "Hi", 5), fits()]);
    assert_eq!(found(several).await, ids(&["SM1", "SM2", "SM3"]));
    assert_eq!(found(json!([])).await, ids(&[]));
    assert_eq!(found(json!([listed("SM6", "Hi", -1)])).await, ids(&[]));
    assert!(matches!(found(json!("what")).await, Err(Error::TryAgain { .. })));
}

#[tokio::test]
async fn a_call_is_found_again() {
    let server = MockServer::start().await;
    Mock::given(path(format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json")))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "calls": [listed("CA1", "", 2)] })))
        .mount(&server)
        .await;
    let call = outgoing(Channel::Voice, LEAD, Content::Call { script: "Hi".into(), twiml: "<Response/>".into() });
    let got = twilio(&server.uri()).find_sent(&call, since()).await.unwrap().remove(0);
    assert_eq!(got.receipt.provider_message_id, "CA1");
}

#[tokio::test]
async fn looking_up_may_be_repeated() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let got = twilio(&server.uri()).find_sent(&sms(LEAD, "Hi"), since()).await;
    assert!(matches!(got, Err(Error::TryAgain { .. })), "{got:?}");
}

#[tokio::test]
async fn a_template_is_made_and_handed_in() {
    let server = MockServer::start().await;
    let content = json!({
        "friendly_name": "Follow Up", "language": "en_US", "variables": { "1": "Ada" },
        "types": { "twilio/text": { "body": "Hi {{1}}!" } },
    });
    let made = ResponseTemplate::new(201).set_body_json(json!({ "sid": "HX1" }));
    Mock::given(method("POST"))
        .and(path("/v1/Content"))
        .and(body_json(content))
        .respond_with(made)
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/v1/Content/HX1/ApprovalRequests/whatsapp"))
        .and(body_json(json!({ "name": "follow_up", "category": "MARKETING" })))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "status": "received" })))
        .expect(1)
        .mount(&server)
        .await;
    let samples = BTreeMap::from([("1".to_owned(), "Ada".to_owned())]);
    let sid = twilio(&server.uri()).submit_template("Follow Up", "en_US", "Hi {{1}}!", &samples, "marketing").await;
    assert_eq!(sid.as_deref(), Ok("HX1"));
}

#[tokio::test]
async fn a_template_state_is_told_in_our_words() {
    let rejected = |reason: &str| TemplateState::Rejected(reason.into());
    for (status, reason, wanted) in [
        ("approved", "", TemplateState::Approved),
        ("received", "", TemplateState::Pending),
        ("pending", "", TemplateState::Pending),
        ("rejected", "Too pushy", rejected("Too pushy")),
        ("rejected", "", rejected("WhatsApp gave no reason.")),
        ("paused", "", rejected("WhatsApp has paused it.")),
        ("unsubmitted", "", rejected("It was never handed in for approval.")),
        ("a new word", "", TemplateState::Pending),
    ] {
        let server = MockServer::start().await;
        let answer = json!({ "sid": "HX1", "whatsapp": { "status": status, "rejection_reason": reason } });
        Mock::given(path("/v1/Content/HX1/ApprovalRequests"))
            .respond_with(ResponseTemplate::new(200).set_body_json(answer))
            .mount(&server)
            .await;
        assert_eq!(twilio(&server.uri()).template_state("HX1").await, Ok(wanted), "{status}");
    }
    assert!(matches!(twilio("http://127.0.0.1:9").template_state("HX1/../x").await, Err(Error::Permanent { .. })));
}
