//! Answers of a given shape: right at once, mended once, given up.

use llm::{JsonSchema, Role};
use serde::Deserialize;
use serde_json::json;

use crate::peers::{self, Peer, models};
use crate::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Intent {
    intent: String,
    confidence: f64,
}

fn schema() -> JsonSchema {
    JsonSchema::new(
        "intent",
        json!({
            "type": "object",
            "properties": {"intent": {"enum": ["interested", "other"]}, "confidence": {"type": "number", "minimum": 0, "maximum": 1}},
            "required": ["intent", "confidence"],
            "additionalProperties": false,
        }),
    )
}

const GOOD: &str = r#"{"intent":"interested","confidence":0.9}"#;

#[tokio::test]
async fn a_fitting_answer_is_a_value() {
    let peer = Peer::start().await;
    peer.openai(peers::openai_says(GOOD)).await;
    let (intent, answer) = models(&peer).typed::<Intent>(&[gpt()], &ask(), schema()).await.unwrap();
    assert_eq!(intent, Intent { intent: "interested".into(), confidence: 0.9 });
    assert_eq!(outcomes(&answer.attempts), ["openai ok"]);
    let body: Value = peer.requests().await[0].body_json().unwrap();
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
}

#[tokio::test]
async fn a_misfit_is_shown_to_the_model_once() {
    let peer = Peer::start().await;
    peer.openai_once(peers::openai_says(r#"{"intent":"maybe","confidence":0.9}"#)).await;
    peer.openai(peers::openai_says(&format!("```json\n{GOOD}\n```"))).await;
    let (intent, answer) = models(&peer).typed::<Intent>(&[gpt()], &ask(), schema()).await.unwrap();
    assert_eq!(intent.intent, "interested");
    assert_eq!(outcomes(&answer.attempts), ["openai ok", "openai ok"], "both calls cost money");
    let body: Value = peer.requests().await[1].body_json().unwrap();
    let messages = body["messages"].as_array().unwrap();
    let [.., shown, error] = messages.as_slice() else { panic!() };
    assert!(shown["role"] == "assistant" && shown["content"].as_str().unwrap().contains("maybe"));
    assert!(error["content"].as_str().unwrap().contains("/intent"), "{error}");
    assert_eq!(ask().messages[0].role, Role::User);
}

#[tokio::test]
async fn a_second_misfit_is_the_end() {
    let peer = Peer::start().await;
    peer.openai(peers::openai_says("I would rather talk.")).await;
    let failed = models(&peer).typed::<Intent>(&[gpt()], &ask(), schema()).await.unwrap_err();
    assert_eq!((failed.error.word(), failed.attempts.len(), peer.requests().await.len()), ("malformed", 2, 2));
    assert!(failed.to_string().contains("twice"), "{failed}");
}

#[tokio::test]
async fn what_no_schema_can_say_is_mended_once_too() {
    let sure = |intent: &Intent| match intent.confidence > 0.5 {
        true => Ok(()),
        false => Err("`confidence` is too low to act on".to_owned()),
    };
    let unsure = r#"{"intent":"interested","confidence":0.1}"#;
    let peer = Peer::start().await;
    peer.openai_once(peers::openai_says(unsure)).await;
    peer.openai(peers::openai_says(GOOD)).await;
    let (intent, answer) = models(&peer).typed_where(&[gpt()], &ask(), schema(), sure).await.unwrap();
    assert_eq!((intent.confidence, answer.attempts.len()), (0.9, 2));
    let body: Value = peer.requests().await[1].body_json().unwrap();
    assert!(body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().contains("too low"));

    let stubborn = Peer::start().await;
    stubborn.openai(peers::openai_says(unsure)).await;
    let failed = models(&stubborn).typed_where(&[gpt()], &ask(), schema(), sure).await.unwrap_err();
    assert_eq!((failed.error.word(), failed.attempts.len()), ("malformed", 2));
}

#[tokio::test]
async fn an_outage_during_the_repair_is_told_with_all_calls() {
    let peer = Peer::start().await;
    peer.openai_once(peers::openai_says("no")).await;
    peer.openai(ResponseTemplate::new(400)).await;
    let failed = models(&peer).typed::<Intent>(&[gpt()], &ask(), schema()).await.unwrap_err();
    assert_eq!(outcomes(&failed.attempts), ["openai ok", "openai stop"]);
}

#[tokio::test(start_paused = true)]
async fn the_scripted_model_fits_any_shape() {
    let models = peers::with(Settings::default());
    let (intent, _) =
        models.typed::<Intent>(&[scripted("scripted-1")], &said("I am interested"), schema()).await.unwrap();
    assert_eq!(intent, Intent { intent: "interested".into(), confidence: 0.5 });
}

#[tokio::test]
async fn anthropic_answers_through_a_tool() {
    let peer = Peer::start().await;
    peer.anthropic(peers::json(json!({
        "content": [{"type": "tool_use", "id": "t", "name": "intent", "input": {"intent": "other", "confidence": 1}}],
        "stop_reason": "tool_use", "usage": {"input_tokens": 10, "output_tokens": 5},
    })))
    .await;
    let (intent, answer) = models(&peer).typed::<Intent>(&[claude()], &ask(), schema()).await.unwrap();
    assert_eq!((intent.intent.as_str(), answer.tool_calls.len()), ("other", 0));
}
