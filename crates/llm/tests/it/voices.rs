//! Vectors and speech.

use serde_json::json;

use crate::peers::{self, Peer, models};
use crate::*;

fn of(provider: Provider, model: &str) -> ModelChoice {
    ModelChoice { provider, model: model.into() }
}

fn small() -> ModelChoice {
    of(Provider::OpenAi, "text-embedding-3-small")
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("text {n}")).collect()
}

fn vectors(count: usize) -> ResponseTemplate {
    let rows: Vec<_> = (0..count).map(|n| json!({"index": n, "embedding": [1.0, 0.5]})).collect();
    peers::json(json!({"data": rows, "usage": {"prompt_tokens": 1000, "total_tokens": 1000}}))
}

#[tokio::test]
async fn many_texts_go_in_several_calls_and_cost_is_counted() {
    let peer = Peer::start().await;
    peer.once_at("/v1/embeddings", vectors(100)).await;
    peer.at("/v1/embeddings", vectors(1)).await;
    let done = models(&peer).embed(&small(), &texts(101)).await.unwrap();
    assert_eq!((done.vectors.len(), done.attempts.len()), (101, 2));
    assert_eq!((done.attempts[0].cost, done.attempts[0].priced), (Micros(20), true));
    assert_eq!(peer.requests().await[1].body_json::<Value>().unwrap()["input"], json!(["text 100"]));
}

#[tokio::test]
async fn gemini_gives_vectors_in_its_own_way() {
    let peer = Peer::start().await;
    peer.at(
        "/v1beta/models/gemini-embedding-001:batchEmbedContents",
        peers::json(json!({"embeddings": [{"values": [1, 0]}, {"values": [0, 1]}]})),
    )
    .await;
    let done = models(&peer).embed(&of(Provider::Gemini, "gemini-embedding-001"), &texts(2)).await.unwrap();
    assert_eq!(done.vectors, [[1.0, 0.0], [0.0, 1.0]]);
}

#[tokio::test]
async fn a_failing_call_is_tried_once_more_after_the_wait() {
    let peer = Peer::start().await;
    peer.once_at("/v1/embeddings", ResponseTemplate::new(429).insert_header("retry-after-ms", "50")).await;
    peer.at("/v1/embeddings", vectors(1)).await;
    let done = models(&peer).embed(&small(), &texts(1)).await.unwrap();
    assert_eq!(outcomes(&done.attempts), ["openai retry", "openai ok"]);
    let peer = Peer::start().await;
    peer.at("/v1/embeddings", vectors(1)).await;
    let failed = models(&peer).embed(&small(), &texts(2)).await.unwrap_err();
    assert_eq!((failed.error.word(), peer.requests().await.len()), ("malformed", 1), "a vector too few");
    let failed = models(&peer).embed(&small(), &["a".into(), " ".into()]).await.unwrap_err();
    assert_eq!((failed.error.word(), failed.attempts.len()), ("stop", 0));
    assert_eq!(models(&peer).embed(&claude(), &texts(1)).await.unwrap_err().error.word(), "stop");
}

#[tokio::test]
async fn a_fresh_clone_has_vectors_but_no_voice() {
    let models = peers::with(Settings::default());
    let embedder = models.embedders()[0].choice.clone();
    assert_eq!(embedder.to_string(), "scripted/scripted-embed");
    let done = models.embed(&embedder, &texts(3)).await.unwrap();
    assert_eq!((done.vectors.len(), done.attempts[0].cost, done.attempts[0].priced), (3, Micros(0), true));
    assert_eq!(models.speakers(), []);
    let silent = models.speak(&scripted("scripted-1"), "Hello", "alloy").await.unwrap_err();
    assert!(silent.to_string().contains("no voice"), "{silent}");
}

#[tokio::test]
async fn a_text_is_read_aloud() {
    let peer = Peer::start().await;
    peer.at("/v1/audio/speech", ResponseTemplate::new(200).set_body_raw(b"ID3".to_vec(), "audio/mpeg; x=y")).await;
    let tts = of(Provider::OpenAi, "tts-1");
    let speech = models(&peer).speak(&tts, " Hello! ", "alloy").await.unwrap();
    assert_eq!((speech.audio.as_slice(), speech.content_type.as_str()), (b"ID3".as_slice(), "audio/mpeg"));
    assert_eq!(speech.attempt.cost, Micros(6 * 15), "six letters at $15 per million");
    let body: Value = peer.requests().await[0].body_json().unwrap();
    assert_eq!(body, json!({"model": "tts-1", "input": "Hello!", "voice": "alloy", "response_format": "mp3"}));
    for wrong in ["", &"x".repeat(4_097)] {
        assert_eq!(models(&peer).speak(&tts, wrong, "alloy").await.unwrap_err().error.word(), "stop");
    }
}

#[tokio::test]
async fn a_page_is_not_played() {
    let peer = Peer::start().await;
    peer.at("/v1/audio/speech", ResponseTemplate::new(200).set_body_raw("<html>", "text/html")).await;
    let failed = models(&peer).speak(&of(Provider::OpenAi, "tts-1"), "Hello", "alloy").await.unwrap_err();
    assert_eq!((failed.error.word(), failed.attempts.len()), ("malformed", 1));
}
