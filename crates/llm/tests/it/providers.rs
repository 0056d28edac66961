//! Every provider, streaming and in one piece, gives the same answer.

use futures::StreamExt;
use llm::{Finish, Health, HealthState, Models, Settings, StreamEvent};
use serde_json::json;

use crate::peers::{self, Peer, models};
use crate::*;

fn gemini() -> ModelChoice {
    ModelChoice { provider: Provider::Gemini, model: "gemini-3.8-flash".into() }
}

#[tokio::test]
async fn gemini_streams_with_its_key_in_a_header() {
    let peer = Peer::start().await;
    peer.at("/v1beta/models/gemini-3.8-flash:streamGenerateContent", peers::gemini_body()).await;
    let events: Vec<_> = models(&peer).stream(&[gemini()], &ask()).map(Result::unwrap).collect().await;
    let Some(StreamEvent::Done(answer)) = events.last() else { panic!("{events:?}") };
    assert_eq!((answer.text.as_str(), answer.finish), ("We are open until six — daily.", Finish::Stop));
    // 11 x $1.50 and 10 x $7.50 per million, each rounded up.
    assert_eq!((answer.cost, answer.priced), (Micros(17 + 75), true));
    let request = &peer.requests().await[0];
    assert_eq!(request.headers["x-goog-api-key"], "gm-secret");
    assert_eq!(request.url.query(), Some("alt=sse"), "the key is never in the address");
}

#[tokio::test]
async fn a_blocked_prompt_is_a_refusal_and_the_next_model_is_asked() {
    let peer = Peer::start().await;
    peer.at(
        "/v1beta",
        peers::json(json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 5}})),
    )
    .await;
    peer.openai(openai_body()).await;
    let answer = answer(&models(&peer), &[gemini(), gpt()]).await;
    assert_eq!(outcomes(&answer.attempts), ["gemini stop", "openai ok"]);
    assert_eq!(answer.attempts[0].reason.as_deref(), Some("the model declined to answer"));
}

#[tokio::test]
async fn whole_answers_are_asked_for_in_one_piece() {
    let peer = Peer::start().await;
    peer.openai(peers::openai_says("Until six.")).await;
    peer.anthropic(peers::json(json!({
        "content": [{"type": "text", "text": "Until six."}], "stop_reason": "end_turn", "usage": {"input_tokens": 10, "output_tokens": 5},
    })))
    .await;
    peer.at(
        "/v1beta/models/gemini-3.8-flash:generateContent",
        peers::json(json!({
            "candidates": [{"content": {"parts": [{"text": "Until six."}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5},
        })),
    )
    .await;
    let models = models(&peer);
    for choice in [gpt(), claude(), gemini()] {
        let answer = answer(&models, std::slice::from_ref(&choice)).await;
        assert_eq!((answer.text.as_str(), answer.finish), ("Until six.", Finish::Stop), "{choice}");
        assert_eq!(answer.usage, Some(Usage { prompt_tokens: 10, completion_tokens: 5 }), "{choice}");
    }
    for request in peer.requests().await.iter().filter(|request| !request.url.path().starts_with("/v1beta")) {
        assert_eq!(request.body_json::<Value>().unwrap().get("stream"), None);
    }
}

#[tokio::test]
async fn a_whole_answer_without_a_finish_reason_or_cut_in_half_is_cut() {
    for body in [r#"{"choices":[{"message":{"content":"We are"}}]}"#, r#"{"choices":[{"mess"#] {
        let peer = Peer::start().await;
        peer.openai(ResponseTemplate::new(200).set_body_raw(body, "application/json")).await;
        assert_eq!(failure(&models(&peer), &[gpt()], &ask()).await.error, Error::Cut, "{body}");
    }
}

fn of(found: &[Health], provider: Provider) -> (HealthState, Option<&str>) {
    let health = found.iter().find(|health| health.provider == provider).unwrap();
    (health.state, health.reason.as_deref())
}

#[tokio::test]
async fn health_says_who_answers_and_asks_only_now_and_then() {
    let peer = Peer::start().await;
    peer.at("/v1/models", ResponseTemplate::new(200)).await;
    peer.at("/v1beta/models", ResponseTemplate::new(503)).await;
    let settings = Settings { anthropic_api_key: None, ..peers::settings(&peer) };
    let models = Models::new(settings).unwrap();
    let found = models.health().await;
    assert_eq!(of(&found, Provider::OpenAi), (HealthState::Up, None));
    assert_eq!(of(&found, Provider::Anthropic), (HealthState::NotSetUp, None));
    assert_eq!(of(&found, Provider::Gemini), (HealthState::Down, Some("`gemini` answered 503")));
    assert_eq!(of(&found, Provider::Scripted), (HealthState::Up, None));
    let (a, b) = futures::join!(models.health(), models.health());
    assert_eq!(a[0].checked_at, b[0].checked_at);
    assert_eq!(peer.requests().await.len(), 2, "one each, however often it is looked at");
}

#[tokio::test]
async fn a_refused_key_and_a_closed_port_are_told_apart() {
    let peer = Peer::start().await;
    peer.at("/v1/models", ResponseTemplate::new(401)).await;
    let closed = "http://127.0.0.1:9".to_owned();
    let models = Models::new(Settings { gemini_base_url: closed, ..peers::settings(&peer) }).unwrap();
    let found = models.health().await;
    assert_eq!(of(&found, Provider::OpenAi), (HealthState::Down, Some("`openai` refused the key (401)")));
    assert_eq!(of(&found, Provider::Gemini), (HealthState::Down, Some("`gemini` cannot be reached")));
}
