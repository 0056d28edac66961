//! Answers without end: each is left after a bounded number of bytes, with a reason, long before the time is up.

use bytes::Bytes;

use crate::peers::pouring;
use crate::*;

/// Far above what reading up to the limits takes, far below every patience.
const SOON: Duration = Duration::from_secs(30);

fn models_at(address: String) -> Models {
    peers::with(Settings {
        openai_base_url: address,
        openai_api_key: Some(llm::Secret::new("k")),
        ..Settings::default()
    })
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

async fn relayed(address: String) -> Error {
    let models = models_at(address);
    let asked = async {
        let relayed = models.relay(&gpt(), Bytes::from_static(b"{}"), false, Duration::from_secs(300)).await;
        relayed.unwrap().whole().await.unwrap_err()
    };
    tokio::time::timeout(SOON, asked).await.expect("it gives up by itself")
}

#[tokio::test]
async fn a_whole_answer_that_is_announced_too_large_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900000000\r\n\r\n";
    let error = relayed(pouring(head, String::new()).await).await;
    assert!(error.to_string().contains("larger"), "{error}");
}

#[tokio::test]
async fn a_whole_answer_without_end_is_left() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n";
    let error = relayed(pouring(head, chunk(&" ".repeat(60_000))).await).await;
    assert!(error.to_string().contains("larger"), "{error}");
}

#[tokio::test]
async fn a_stream_of_words_without_end_is_left() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let event =
        serde_json::json!({ "choices": [{ "index": 0, "delta": { "content": "again and again ".repeat(4_000) } }] });
    let models = models_at(pouring(head, chunk(&format!("data: {event}\n\n"))).await);
    let ask = Ask { timeout: Duration::from_secs(300), ..ask() };
    let asked = models.stream(&[gpt()], &ask).collect::<Vec<_>>();
    let events = tokio::time::timeout(SOON, asked).await.expect("it gives up by itself");
    let Some(Err(failed)) = events.last() else { panic!("it ended well") };
    assert!(failed.error.to_string().contains("does not end"), "{}", failed.error);
}
