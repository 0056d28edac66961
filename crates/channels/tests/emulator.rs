//! Whole journeys between the real adapter, the emulated network and a webhook that checks every signature.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use channels::emulator::{EmulatedResponse, Emulator, EmulatorConfig, Moment, SayError};
use channels::parse::{Parsed, parse};
use channels::twilio::TemplateState;
use channels::{Content, Error, Outgoing, Permit, Receipt, Secret, Twilio, signature, twiml};
use chrono::{DateTime, Utc};
use common::{ACCOUNT, OURS, TOKEN, emulator, fields, outgoing, phone, sms, twilio};
use domain::message::{Channel, Inbound, Status, StatusReport};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const EAGER: &str = "+14155550121";
const CURIOUS: &str = "+14155550122";
const OPT_OUTER: &str = "+14155550124";
const SILENT: &str = "+14155550120";
const UNREACHABLE: &str = "+14155550129";
const BUSY: &str = "+14155550128";

/// The emulator behind HTTP, the real adapter before it, and a webhook that checks every signature.
struct World {
    emulator: Emulator,
    adapter: Twilio,
    webhook: String,
    news: UnboundedReceiver<Parsed>,
    _servers: [MockServer; 2],
}

/// A server of its own: a pooled one would get the late news of another test's people.
async fn unpooled() -> MockServer {
    MockServer::builder().start().await
}

struct Receiver {
    url: String,
    news: UnboundedSender<Parsed>,
}

impl Respond for Receiver {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let params = fields(&request.body);
        let header = request.headers.get(signature::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !signature::verify(&self.url, &params, header, TOKEN) {
            return ResponseTemplate::new(403);
        }
        let parsed = parse(&params, DateTime::<Utc>::UNIX_EPOCH).unwrap();
        self.news.send(parsed).unwrap();
        ResponseTemplate::new(200)
    }
}

struct Mounted(Emulator);

impl Respond for Mounted {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let authorization = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let query = request.url.query().unwrap_or_default();
        let answer =
            pin!(self.0.handle(request.method.as_str(), request.url.path(), query, authorization, &request.body));
        // The emulator answers from memory; a mock cannot wait.
        let Poll::Ready(EmulatedResponse { status, json }) = answer.poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("waits")
        };
        ResponseTemplate::new(status).set_body_json(json)
    }
}

impl World {
    async fn new() -> Self {
        Self::at_pace(0.002).await
    }

    async fn at_pace(pace: f64) -> Self {
        let receiver = unpooled().await;
        let webhook = format!("{}/api/webhooks/receive", receiver.uri());
        let (sender, news) = unbounded_channel();
        Mock::given(any()).respond_with(Receiver { url: webhook.clone(), news: sender }).mount(&receiver).await;
        let api = unpooled().await;
        let emulator = emulator(&webhook, pace);
        Mock::given(any()).respond_with(Mounted(emulator.clone())).mount(&api).await;
        let adapter = twilio(&format!("{}/emulator", api.uri()));
        Self { emulator, adapter, webhook, news, _servers: [receiver, api] }
    }

    async fn send(&self, outgoing: Outgoing) -> Result<Receipt, Error> {
        let outgoing = Outgoing { status_callback: self.webhook.clone(), ..outgoing };
        self.adapter.send(&outgoing, Permit::granted_by_gate()).await
    }

    async fn next(&mut self) -> Parsed {
        tokio::time::timeout(Duration::from_secs(20), self.news.recv()).await.expect("no news came").unwrap()
    }

    async fn status(&mut self) -> StatusReport {
        match self.next().await {
            Parsed::Status(report) => report,
            other => panic!("not a report: {other:?}"),
        }
    }

    async fn inbound(&mut self) -> Inbound {
        loop {
            match self.next().await {
                Parsed::Inbound(inbound) | Parsed::KeyPress(inbound) => return inbound,
                Parsed::Status(_) => {}
                Parsed::Ignored(why) => panic!("ignored: {why}"),
            }
        }
    }

    /// The reports up to and including a state, repeats left out.
    async fn until(&mut self, last: Status) -> Vec<Status> {
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            let status = self.status().await.status;
            if seen.last() != Some(&status) {
                seen.push(status);
            }
        }
        seen
    }
}

fn call(lead: &str, webhook: &str) -> Outgoing {
    let public = webhook.trim_end_matches("/api/webhooks/receive");
    let twiml = twiml::call("Hello", &[], public).unwrap();
    outgoing(Channel::Voice, lead, Content::Call { script: "Hello".into(), twiml })
}

fn whatsapp(lead: &str, text: &str) -> Outgoing {
    outgoing(Channel::Whatsapp, lead, Content::Text(text.into()))
}

#[tokio::test]
async fn an_sms_is_reported_and_answered() {
    let mut world = World::new().await;
    let start = DateTime::<Utc>::UNIX_EPOCH;
    let receipt = world.send(sms(EAGER, "Interested?")).await.unwrap();
    assert_eq!(receipt.status, Status::Accepted);
    assert!(receipt.provider_message_id.starts_with("SM") && receipt.provider_message_id.len() == 34);
    let first = world.status().await;
    assert_eq!(
        (first.status, first.message_id.as_str(), first.our_number.as_str()),
        (Status::Sent, receipt.provider_message_id.as_str(), OURS)
    );
    assert_eq!(world.until(Status::Delivered).await, [Status::Delivered]);
    let answer = world.inbound().await;
    assert_eq!((answer.from.as_str(), answer.to.as_str(), answer.channel), (EAGER, OURS, Channel::Sms));
    assert!(!answer.body.is_empty());
    // The look-up after a crash finds it, and all others that read the same.
    let found = world.adapter.find_sent(&sms(EAGER, "Interested?"), start).await.unwrap().remove(0).receipt;
    assert_eq!((found.provider_message_id, found.status), (receipt.provider_message_id, Status::Delivered));
    assert_eq!(world.adapter.find_sent(&sms(EAGER, "interested?"), start).await, Ok(vec![]));
    world.send(sms(EAGER, "Interested?")).await.unwrap();
    assert_eq!(world.adapter.find_sent(&sms(EAGER, "Interested?"), start).await.unwrap().len(), 2);
    assert_eq!(world.emulator.accepted(), 2);
    let moments: Vec<_> =
        world.emulator.traffic(Some(&phone(EAGER)), 100).iter().rev().map(|entry| entry.moment).collect();
    assert_eq!(&moments[..3], [Moment::ToLead, Moment::Report, Moment::Report]);
    assert!(moments.contains(&Moment::FromLead));
}

#[tokio::test]
async fn who_opts_out_cannot_be_written_to_until_they_come_back() {
    let mut world = World::new().await;
    world.send(sms(OPT_OUTER, "Interested?")).await.unwrap();
    assert_eq!(world.inbound().await.body, "STOP");
    assert_eq!(world.send(sms(OPT_OUTER, "Sure?")).await, Err(Error::OptedOut));
    // Twilio keeps opt-outs for SMS only; the other channels are ours to keep.
    assert!(world.send(call(OPT_OUTER, &world.webhook)).await.is_ok());
    world.emulator.say(&phone(OPT_OUTER), &phone(OURS), Channel::Sms, " start ").await.unwrap();
    assert!(world.send(sms(OPT_OUTER, "Welcome back")).await.is_ok());
}

#[tokio::test]
async fn an_unreachable_number_comes_back() {
    let mut world = World::new().await;
    world.send(sms(UNREACHABLE, "Hi")).await.unwrap();
    assert_eq!(world.until(Status::Failed).await, [Status::Sent, Status::Failed]);
    world.send(sms(UNREACHABLE, "Hi")).await.unwrap();
    world.status().await;
    assert_eq!(world.status().await.error_code.as_deref(), Some("30003"));
}

#[tokio::test]
async fn free_whatsapp_text_needs_an_open_window() {
    let mut world = World::new().await;
    world.emulator.play_by_hand(&phone(CURIOUS));
    world.send(whatsapp(CURIOUS, "Hi")).await.unwrap();
    let report = world.status().await;
    assert_eq!(
        (report.status, report.error_code.as_deref(), report.our_number.as_str()),
        (Status::Failed, Some("63016"), OURS)
    );
    world.emulator.say(&phone(CURIOUS), &phone(OURS), Channel::Whatsapp, "Hello?").await.unwrap();
    let said = world.inbound().await;
    assert_eq!((said.body.as_str(), said.channel), ("Hello?", Channel::Whatsapp));
    world.send(whatsapp(CURIOUS, "Hi")).await.unwrap();
    assert_eq!(world.until(Status::Read).await, [Status::Sent, Status::Delivered, Status::Read]);
}

#[tokio::test]
async fn a_template_is_approved_and_opens_the_conversation() {
    let mut world = World::at_pace(0.0).await;
    let samples = BTreeMap::from([("1".to_owned(), "Ada".to_owned())]);
    let sid = world
        .adapter
        .submit_template("Follow up", "en_US", "Hi {{1}}, still {{2}}?", &samples, "MARKETING")
        .await
        .unwrap();
    assert_eq!(world.adapter.template_state(&sid).await, Ok(TemplateState::Approved));
    let variables = BTreeMap::from([("1".to_owned(), "{{2}}".to_owned()), ("2".to_owned(), "keen".to_owned())]);
    let rendered = "Hi {{2}}, still keen?".to_owned();
    let template = outgoing(Channel::Whatsapp, SILENT, Content::Template { content_sid: sid, variables, rendered });
    let receipt = world.send(template.clone()).await.unwrap();
    let found = world.adapter.find_sent(&template, DateTime::<Utc>::UNIX_EPOCH).await.unwrap();
    assert_eq!(
        found[0].receipt,
        Receipt { provider_message_id: receipt.provider_message_id, ..found[0].receipt.clone() }
    );
    assert_eq!(world.until(Status::Read).await, [Status::Sent, Status::Delivered, Status::Read]);
}

#[tokio::test]
async fn a_template_under_review_may_not_open_a_conversation() {
    let mut world = World::at_pace(0.5).await;
    let sid = world.adapter.submit_template("x", "en", "Hi", &BTreeMap::new(), "UTILITY").await.unwrap();
    assert_eq!(world.adapter.template_state(&sid).await, Ok(TemplateState::Pending));
    let content = Content::Template { content_sid: sid, variables: BTreeMap::new(), rendered: "Hi".into() };
    world.send(outgoing(Channel::Whatsapp, SILENT, content)).await.unwrap();
    assert_eq!(world.status().await.error_code.as_deref(), Some("63016"));
}

#[tokio::test]
async fn a_call_rings_is_answered_and_a_key_is_pressed() {
    let mut world = World::new().await;
    let receipt = world.send(call(EAGER, &world.webhook)).await.unwrap();
    assert_eq!(world.until(Status::Sent).await, [Status::Accepted, Status::Sent]);
    let key = world.inbound().await;
    assert_eq!((key.from.as_str(), key.to.as_str(), key.body.as_str()), (EAGER, OURS, "Pressed 1"));
    assert_eq!(key.message_id, format!("{}:digits:1", receipt.provider_message_id));
    let end = world.status().await;
    assert_eq!((end.status, end.our_number.as_str()), (Status::Delivered, OURS));
    assert!(end.duration_secs.is_some_and(|secs| secs > 0));
    let found = world.adapter.find_sent(&call(EAGER, &world.webhook), DateTime::<Utc>::UNIX_EPOCH).await.unwrap();
    assert_eq!(
        found[0].receipt,
        Receipt { provider_message_id: receipt.provider_message_id, ..found[0].receipt.clone() }
    );
}

#[tokio::test]
async fn calls_that_reach_nobody_say_why() {
    use domain::message::CallEnd;
    for (lead, code, end) in [
        (SILENT, "no-answer", CallEnd::NoAnswer),
        (BUSY, "busy", CallEnd::Busy),
        (UNREACHABLE, "failed", CallEnd::Failed),
    ] {
        let mut world = World::new().await;
        world.send(call(lead, &world.webhook)).await.unwrap();
        loop {
            let report = world.status().await;
            if report.status == Status::Failed {
                assert_eq!((report.error_code.as_deref(), report.call_end), (Some(code), Some(end)));
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_machine_takes_a_call_or_the_operator_lets_it_end() {
    use domain::message::CallEnd::{self, *};
    let end_of = async |world: &mut World| loop {
        if let Some(end) = world.status().await.call_end {
            return end;
        }
    };
    let mut world = World::new().await;
    world.send(call("+14155550127", &world.webhook)).await.unwrap();
    assert_eq!(end_of(&mut world).await, Voicemail);
    for wanted in CallEnd::ALL {
        let mut world = World::at_pace(0.05).await;
        let (lead, ours) = (phone(EAGER), phone(OURS));
        world.emulator.play_by_hand(&lead);
        assert_eq!(world.emulator.end_call(&lead, &ours, *wanted), Err(SayError::NoCall));
        world.send(call(EAGER, &world.webhook)).await.unwrap();
        for _ in 0..3 {
            assert_eq!(world.status().await.call_end, None, "initiated, ringing, answered");
        }
        world.emulator.end_call(&lead, &ours, *wanted).unwrap();
        assert_eq!(end_of(&mut world).await, *wanted);
    }
}

#[tokio::test]
async fn the_operator_plays_a_person_in_a_call() {
    let mut world = World::at_pace(0.05).await;
    let (lead, ours) = (phone(EAGER), phone(OURS));
    world.emulator.play_by_hand(&lead);
    assert_eq!(world.emulator.say(&lead, &ours, Channel::Voice, "2").await, Err(SayError::NoCall));
    assert_eq!(world.emulator.say(&lead, &ours, Channel::Voice, "two").await, Err(SayError::NotAKey));
    world.send(call(EAGER, &world.webhook)).await.unwrap();
    // Initiated, ringing, answered.
    for _ in 0..3 {
        world.status().await;
    }
    world.emulator.say(&lead, &ours, Channel::Voice, "2").await.unwrap();
    assert_eq!(world.inbound().await.body, "Pressed 2");
    assert_eq!(world.until(Status::Delivered).await, [Status::Delivered]);
}

#[tokio::test]
async fn a_webhook_that_fails_is_tried_again() {
    let receiver = unpooled().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(500)).up_to_n_times(2).mount(&receiver).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&receiver).await;
    let network = emulator(&receiver.uri(), 0.001);
    network.say(&phone(EAGER), &phone(OURS), Channel::Sms, "Hi").await.unwrap();
    let requests = receiver.received_requests().await.unwrap();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.body == requests[0].body));

    let down = unpooled().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(403)).expect(4).mount(&down).await;
    let network = emulator(&down.uri(), 0.0);
    let got = network.say(&phone(EAGER), &phone(OURS), Channel::Sms, "Hi").await;
    assert_eq!(got, Err(SayError::NotTaken("HTTP 403".into())));
    assert_eq!(network.traffic(None, 1)[0].moment, Moment::Lost);
}

#[tokio::test]
async fn a_local_origin_changes_the_way_but_not_the_signature() {
    let receiver = unpooled().await;
    let (sender, mut news) = unbounded_channel();
    let public = "https://public.example/api/webhooks/receive".to_owned();
    Mock::given(wiremock::matchers::path("/api/webhooks/receive"))
        .respond_with(Receiver { url: public.clone(), news: sender })
        .mount(&receiver)
        .await;
    common::crypto();
    let config = EmulatorConfig {
        account_sid: ACCOUNT.into(),
        auth_token: Secret::new(TOKEN),
        webhook_url: public,
        local_origin: Some(receiver.uri()),
        pace: 0.0,
    };
    Emulator::new(config).unwrap().say(&phone(EAGER), &phone(OURS), Channel::Sms, "Hi").await.unwrap();
    assert!(matches!(news.recv().await, Some(Parsed::Inbound(_))));
}
