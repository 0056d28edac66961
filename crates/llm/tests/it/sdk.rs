//! What the official SDKs do, held by us: which status is tried again, which headers are obeyed, which streams are no answer.

use futures::StreamExt;
use serde_json::json;

use crate::peers::{self, Peer, models};
use crate::*;

/// How often a lone model is called when it always answers like this.
async fn calls(choice: ModelChoice, answer: ResponseTemplate) -> (usize, &'static str) {
    let peer = Peer::start().await;
    peer.at("/v1", answer).await;
    let failed = failure(&models(&peer), &[choice], &ask()).await;
    (peer.requests().await.len(), failed.error.word())
}

fn status(status: u16) -> ResponseTemplate {
    // A wait of nothing keeps the tests quick; that waits are obeyed is tested on its own.
    ResponseTemplate::new(status).insert_header("retry-after-ms", "1")
}

fn typed(status: u16, kind: &str) -> ResponseTemplate {
    self::status(status).set_body_json(json!({"error": {"type": kind, "code": kind, "message": "m"}}))
}

#[tokio::test]
async fn openai_statuses() {
    for (answer, expected) in [
        (status(400), (1, "stop")),
        (status(401), (1, "key")),
        (status(403), (1, "key")),
        (status(404), (1, "stop")),
        (status(422), (1, "stop")),
        (status(408), (2, "retry")),
        (status(409), (2, "retry")),
        (typed(429, "rate_limit_exceeded"), (2, "retry")),
        (typed(429, "slow_down"), (2, "retry")),
        (typed(429, "insufficient_quota"), (1, "stop")),
        (typed(429, "credit_balance_exhausted"), (1, "stop")),
        (status(500), (2, "retry")),
        (typed(503, "server_is_overloaded"), (2, "retry")),
        (status(500).insert_header("x-should-retry", "false"), (1, "stop")),
        (status(400).insert_header("x-should-retry", "true"), (2, "retry")),
    ] {
        let seen = format!("{answer:?}");
        assert_eq!(calls(gpt(), answer).await, expected, "{seen}");
    }
}

#[tokio::test]
async fn anthropic_statuses() {
    for (answer, expected) in [
        (typed(400, "invalid_request_error"), (1, "stop")),
        (typed(401, "authentication_error"), (1, "key")),
        (typed(402, "billing_error"), (1, "stop")),
        (typed(403, "permission_error"), (1, "key")),
        (typed(404, "not_found_error"), (1, "stop")),
        (typed(409, "conflict_error"), (2, "retry")),
        (typed(413, "request_too_large"), (1, "stop")),
        (typed(429, "rate_limit_error"), (2, "retry")),
        (ResponseTemplate::new(429), (1, "stop")),
        (typed(500, "api_error"), (2, "retry")),
        (status(504), (2, "retry")),
        (typed(529, "overloaded_error"), (2, "retry")),
    ] {
        let seen = format!("{answer:?}");
        assert_eq!(calls(claude(), answer).await, expected, "{seen}");
    }
}

#[tokio::test]
async fn milliseconds_come_before_seconds() {
    let peer = Peer::start().await;
    peer.openai_once(
        ResponseTemplate::new(429).insert_header("retry-after-ms", "30").insert_header("retry-after", "60"),
    )
    .await;
    peer.openai(openai_body()).await;
    assert_eq!(outcomes(&answer(&models(&peer), &[gpt()]).await.attempts), ["openai retry", "openai ok"]);
}

#[tokio::test]
async fn without_a_wait_ours_is_half_a_second_and_a_bit() {
    let peer = Peer::start().await;
    peer.openai_once(ResponseTemplate::new(500)).await;
    peer.openai(openai_body()).await;
    let started = std::time::Instant::now();
    answer(&models(&peer), &[gpt()]).await;
    assert!(started.elapsed() >= Duration::from_millis(500), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_closed_port_is_tried_again() {
    let peer = Peer::start().await;
    let models =
        Models::new(Settings { openai_base_url: "http://127.0.0.1:9/v1".into(), ..peers::settings(&peer) }).unwrap();
    assert_eq!(outcomes(&failure(&models, &[gpt()], &ask()).await.attempts), ["openai retry", "openai retry"]);
}

#[tokio::test]
async fn no_idempotency_header_and_no_sampling_for_anthropic() {
    let peer = Peer::start().await;
    peer.anthropic(anthropic_body()).await;
    peer.openai(openai_body()).await;
    let models = models(&peer);
    answer(&models, &[gpt()]).await;
    answer(&models, &[claude()]).await;
    for request in peer.requests().await {
        assert!(request.headers.get("idempotency-key").is_none());
    }
}

#[tokio::test]
async fn faulty_streams_are_no_answers() {
    let text = |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    for (name, body) in [
        ("no finish reason", format!("{}data: [DONE]\n\n", text("We are"))),
        ("cut", text("We are")),
        ("half an event", format!("{}data: {{\"choi", text("We are"))),
        ("not JSON", format!("{}data: oops\n\n", text("We are"))),
        ("nothing at all", String::new()),
    ] {
        let peer = Peer::start().await;
        peer.openai(peers::stream(&body)).await;
        let events: Vec<_> = models(&peer).stream(&[gpt()], &ask()).collect().await;
        let failed = events.last().unwrap().as_ref().unwrap_err();
        assert_eq!(failed.error, Error::Cut, "{name}");
    }
}

#[tokio::test]
async fn a_stream_that_stalls_is_given_up_in_time() {
    let peer = Peer::start().await;
    let base = peers::slow_after(HALF, Duration::from_secs(60)).await;
    let models = Models::new(Settings { openai_base_url: base, ..peers::settings(&peer) }).unwrap();
    let ask = Ask { timeout: Duration::from_millis(300), ..ask() };
    let events: Vec<_> = models.stream(&[gpt(), claude()], &ask).collect().await;
    let failed = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!((failed.error.clone(), peer.requests().await.len()), (Error::Timeout, 0));
}
