//! The whole of `Models` against servers on loopback: who is called, in which order, how often, and what is written down.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails with the line")]

mod endless;
mod fuzz;
mod outside;
mod peers;
mod providers;
mod race;
mod redis;
mod sdk;
mod tools;
mod typed;
mod voices;

use std::time::Duration;

use domain::money::Micros;
use futures::StreamExt;
use llm::{Answer, Ask, Error, Failed, Finish, ModelChoice, Models, Provider, Settings, StreamEvent, Turn, Usage};
use peers::{Peer, anthropic_body, models, openai_body};
use serde_json::Value;
use wiremock::ResponseTemplate;

fn gpt() -> ModelChoice {
    ModelChoice { provider: Provider::OpenAi, model: "gpt-4.1-mini".into() }
}

fn claude() -> ModelChoice {
    ModelChoice { provider: Provider::Anthropic, model: "claude-haiku-4-5".into() }
}

fn scripted(model: &str) -> ModelChoice {
    ModelChoice { provider: Provider::Scripted, model: model.into() }
}

fn ask() -> Ask {
    said("When are you open?")
}

fn said(text: &str) -> Ask {
    Ask {
        system: "Lead name: Ada Lovelace".into(),
        messages: vec![Turn::user(text)],
        temperature: Some(0.7),
        timeout: Duration::from_secs(5),
        ..Ask::default()
    }
}

fn outcomes(attempts: &[llm::Attempt]) -> Vec<String> {
    attempts.iter().map(|attempt| format!("{} {}", attempt.choice.provider, attempt.outcome)).collect()
}

async fn answer(models: &Models, choices: &[ModelChoice]) -> Answer {
    models.complete(choices, &ask()).await.unwrap()
}

async fn failure(models: &Models, choices: &[ModelChoice], ask: &Ask) -> Failed {
    models.complete(choices, ask).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_streams_in_and_says_what_it_cost() {
    let peer = Peer::start().await;
    peer.openai(openai_body()).await;
    let events: Vec<_> = models(&peer).stream(&[gpt()], &ask()).map(Result::unwrap).collect().await;
    assert_eq!(events[0], StreamEvent::Started { choice: gpt(), attempt: 1 });
    assert_eq!(
        events[1..3],
        [StreamEvent::Text("We are open".into()), StreamEvent::Text(" until six — daily.".into())]
    );
    let StreamEvent::Done(answer) = &events[3] else { panic!("{events:?}") };
    assert_eq!(answer.text, "We are open until six — daily.");
    assert_eq!(answer.usage, Some(Usage { prompt_tokens: 42, completion_tokens: 9 }));
    // 42 x $0.40 and 9 x $1.60 per million, each rounded up.
    assert_eq!((answer.cost, answer.priced, answer.finish), (Micros(17 + 15), true, Finish::Stop));
    assert_eq!(outcomes(&answer.attempts), ["openai ok"]);
    assert_eq!((answer.attempts[0].usage, answer.attempts[0].cost), (answer.usage, answer.cost));
    assert!(answer.latency_ms >= answer.time_to_first_token_ms);
}

#[tokio::test]
async fn each_provider_gets_its_own_headers_and_fields() {
    let peer = Peer::start().await;
    peer.openai(openai_body()).await;
    peer.anthropic(anthropic_body()).await;
    let models = models(&peer);
    answer(&models, &[gpt()]).await;
    assert_eq!(answer(&models, &[claude()]).await.text, "We are open until six — daily.");
    let requests = peer.requests().await;
    assert_eq!(requests[0].headers["authorization"], "Bearer sk-openai-secret");
    let request = &requests[1];
    assert_eq!(request.headers["x-api-key"], "sk-anthropic-secret");
    assert_eq!(request.headers["anthropic-version"], "2026-10-21");
    let body: Value = request.body_json().unwrap();
    for field in ["temperature", "top_p", "top_k"] {
        assert_eq!(body.get(field), None);
    }
}

#[tokio::test]
async fn a_broken_provider_is_replaced_by_the_next() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(500)).await;
    peer.anthropic(anthropic_body()).await;
    let answer = answer(&models(&peer), &[gpt(), claude()]).await;
    assert_eq!(answer.choice, claude());
    assert_eq!(outcomes(&answer.attempts), ["openai retry", "anthropic ok"]);
    assert_eq!(answer.attempts[0].reason.as_deref(), Some("`openai` answered 500"));
    assert_eq!(peer.count("/v1/chat/completions").await, 1, "with a fallback at hand the first is not tried again");
}

#[tokio::test]
async fn the_last_choice_is_tried_once_more_after_the_wait_it_asked_for() {
    let peer = Peer::start().await;
    peer.openai_once(ResponseTemplate::new(429).insert_header("retry-after-ms", "200")).await;
    peer.openai(openai_body()).await;
    let started = std::time::Instant::now();
    let answer = answer(&models(&peer), &[gpt()]).await;
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert_eq!(outcomes(&answer.attempts), ["openai retry", "openai ok"]);
    assert!(answer.latency_ms < 200, "the wait is not the model's latency");
}

#[tokio::test]
async fn a_wait_longer_than_the_time_allowed_is_not_waited_and_rests_the_model() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(429).insert_header("retry-after", "60")).await;
    let models = models(&peer);
    let failed = failure(&models, &[gpt()], &ask()).await;
    assert!(matches!(failed.error, Error::Retry { after: Some(wait), .. } if wait == Duration::from_secs(60)));
    assert_eq!(outcomes(&failed.attempts), ["openai retry"]);
    let skipped = failure(&models, &[gpt()], &ask()).await;
    assert!(matches!(skipped.error, Error::Retry { after: Some(wait), .. } if wait > Duration::from_secs(50)));
    assert_eq!(skipped.attempts, [], "nobody was called");
    assert_eq!(peer.requests().await.len(), 1);
    let resting: Vec<_> = models.available().into_iter().filter(|entry| entry.resting.is_some()).collect();
    assert_eq!(resting.len(), 1);
    assert_eq!(resting[0].choice, gpt());
}

#[tokio::test]
async fn after_five_failures_the_model_is_not_called_any_more() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(503)).await;
    peer.anthropic(anthropic_body()).await;
    let models = models(&peer);
    for _ in 0..8 {
        assert_eq!(answer(&models, &[gpt(), claude()]).await.choice, claude());
    }
    assert_eq!(peer.count("/v1/chat/completions").await, 5);
    assert_eq!(peer.count("/v1/messages").await, 8);
    assert_eq!(outcomes(&answer(&models, &[gpt(), claude()]).await.attempts), ["anthropic ok"]);
}

#[tokio::test]
async fn both_down_is_a_failure_that_lists_every_call() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(401).set_body_string("bad key sk-openai-secret")).await;
    peer.anthropic(ResponseTemplate::new(529).insert_header("x-should-retry", "true")).await;
    let failed = failure(&models(&peer), &[gpt(), claude()], &ask()).await;
    assert_eq!(outcomes(&failed.attempts), ["openai key", "anthropic retry", "anthropic retry"]);
    assert_eq!(failed.error.word(), "retry", "the one that waiting may cure");
    assert!(!format!("{failed:?} {failed}").contains("secret"));
}

#[tokio::test]
async fn a_silent_provider_is_given_up_in_time() {
    let peer = Peer::start().await;
    peer.openai(openai_body().set_delay(Duration::from_secs(30))).await;
    peer.anthropic(anthropic_body()).await;
    let ask = Ask { timeout: Duration::from_millis(300), ..ask() };
    let answer = models(&peer).complete(&[gpt(), claude()], &ask).await.unwrap();
    assert_eq!(outcomes(&answer.attempts), ["openai timeout", "anthropic ok"]);
    let left = &answer.attempts[0];
    assert!(left.estimated && left.priced && !answer.attempts[1].estimated);
    // It may write all of the longest answer for nobody: 300 tokens of $1.60 a million.
    assert!(left.cost >= Micros(480), "what was left is not free: {:?}", left.cost);
}

#[tokio::test]
async fn a_refused_request_or_key_is_not_tried_again() {
    for (status, word) in [(400, "stop"), (401, "key"), (404, "stop"), (302, "stop")] {
        let peer = Peer::start().await;
        peer.openai(ResponseTemplate::new(status).insert_header("location", "/elsewhere")).await;
        let failed = failure(&models(&peer), &[gpt()], &ask()).await;
        assert_eq!(failed.error.word(), word, "{status}");
        assert_eq!(peer.requests().await.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_stream_is_told_from_a_broken_stream() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(200).set_body_raw("<html>", "text/html; charset=utf-8")).await;
    let failed = failure(&models(&peer), &[gpt()], &ask()).await;
    assert_eq!(failed.error.to_string(), "`openai` did not answer with a stream; check its base address");
}

const HALF: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"We are\"},\"finish_reason\":null}]}\n\n";

#[tokio::test]
async fn a_connection_cut_after_text_is_an_error_and_nobody_else_is_asked() {
    let peer = Peer::start().await;
    peer.anthropic(anthropic_body()).await;
    let base = peers::cut_after(HALF).await;
    let models = Models::new(Settings { openai_base_url: base, ..peers::settings(&peer) }).unwrap();
    let events: Vec<_> = models.stream(&[gpt(), claude()], &ask()).collect().await;
    assert_eq!(events[1], Ok(StreamEvent::Text("We are".into())));
    let failed = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!((failed.error.clone(), outcomes(&failed.attempts)), (Error::Cut, vec!["openai cut".into()]));
    assert_eq!(peer.requests().await.len(), 0);
}

#[tokio::test]
async fn a_connection_cut_before_text_falls_back() {
    let peer = Peer::start().await;
    peer.anthropic(anthropic_body()).await;
    let base = peers::cut_after(": nothing yet\n\n").await;
    let models = Models::new(Settings { openai_base_url: base, ..peers::settings(&peer) }).unwrap();
    assert_eq!(outcomes(&answer(&models, &[gpt(), claude()]).await.attempts), ["openai cut", "anthropic ok"]);
}

#[tokio::test]
async fn a_stream_without_a_finish_reason_is_cut() {
    let peer = Peer::start().await;
    peer.openai(peers::stream(&format!("{HALF}data: [DONE]\n\n"))).await;
    let failed = failure(&models(&peer), &[gpt()], &ask()).await;
    assert_eq!((failed.error, failed.attempts.len()), (Error::Cut, 2), "nobody read along, so it was tried once more");
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_counts() {
    let error =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n";
    let text =
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n";
    let peer = Peer::start().await;
    peer.openai(openai_body()).await;
    peer.anthropic_once(peers::stream(error)).await;
    peer.anthropic(peers::stream(&format!("{text}{error}"))).await;
    let models = models(&peer);
    let answer = answer(&models, &[claude(), gpt()]).await;
    assert_eq!(outcomes(&answer.attempts), ["anthropic retry", "openai ok"], "before any text: fallback");
    let events: Vec<_> = models.stream(&[claude(), gpt()], &ask()).collect().await;
    let failed = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!(outcomes(&failed.attempts), ["anthropic retry"], "after text was shown: an error");
    let quiet = models.complete(&[claude(), gpt()], &ask()).await.unwrap();
    assert_eq!(
        outcomes(&quiet.attempts),
        ["anthropic retry", "openai ok"],
        "where nobody reads along nothing was shown"
    );
}

#[tokio::test]
async fn an_empty_answer_is_a_failure_whose_cost_is_known() {
    let peer = Peer::start().await;
    peer.openai(peers::stream(
        "data: {\"choices\":[{\"delta\":{\"content\":\"\\n \"},\"finish_reason\":\"length\"}]}\n\n\
         data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":300}}\n\ndata: [DONE]\n\n",
    ))
    .await;
    let failed = failure(&models(&peer), &[gpt()], &ask()).await;
    assert!(failed.error.to_string().contains("raise the limit"), "{failed}");
    assert_eq!((failed.attempts[0].cost, failed.attempts[0].priced), (Micros(880), true));
}

#[tokio::test]
async fn a_caller_who_leaves_frees_the_probe() {
    let peer = Peer::start().await;
    // Opens the breaker for no time at all, so that the next call is the probe.
    peer.openai_once(ResponseTemplate::new(429).insert_header("retry-after", "0")).await;
    peer.openai(openai_body()).await;
    peer.anthropic(anthropic_body()).await;
    let models = models(&peer);
    assert_eq!(answer(&models, &[gpt(), claude()]).await.choice, claude());
    let mut probe = models.stream(&[gpt()], &ask());
    assert!(matches!(probe.next().await, Some(Ok(StreamEvent::Started { .. }))));
    assert_eq!(failure(&models, &[gpt()], &ask()).await.attempts, [], "one probe at a time");
    drop(probe);
    assert_eq!(answer(&models, &[gpt()]).await.choice, gpt());
}

#[tokio::test]
async fn the_compatible_host_needs_no_key_and_has_no_price() {
    let peer = Peer::start().await;
    peer.openai(openai_body()).await;
    let settings = Settings {
        compatible_base_url: Some(format!("{}/v1/", peer.address())),
        compatible_models: vec!["llama".into()],
        ..Settings::default()
    };
    let models = peers::with(settings);
    let choice = ModelChoice { provider: Provider::Compatible, model: "llama".into() };
    assert!(models.available().iter().any(|entry| entry.choice == choice && entry.price.is_none()));
    let answer = answer(&models, &[choice]).await;
    assert_eq!((answer.cost, answer.priced), (Micros(0), false));
    let request = &peer.requests().await[0];
    assert!(request.headers.get("authorization").is_none());
    assert_eq!(request.body_json::<Value>().unwrap()["max_tokens"], 300);
}

#[tokio::test]
async fn only_what_is_set_up_is_offered_and_called() {
    let models = peers::with(Settings::default());
    let names: Vec<_> = models.available().into_iter().map(|entry| entry.choice.to_string()).collect();
    assert_eq!(names, ["scripted/scripted-1", "scripted/scripted-fail"]);
    let failed = failure(&models, &[gpt()], &ask()).await;
    assert_eq!(failed, Failed { attempts: vec![], error: Error::NotConfigured { provider: Provider::OpenAi } });
    let models = peers::with(Settings { scripted: false, ..Settings::default() });
    assert_eq!(models.available(), []);
    assert_eq!(failure(&models, &[scripted("scripted-1")], &ask()).await.error.word(), "not_configured");
    assert_eq!(failure(&models, &[], &ask()).await.error.word(), "stop");
}

#[tokio::test(start_paused = true)]
async fn the_scripted_models_show_fallback_and_time_out_without_any_account() {
    let models = peers::with(Settings::default());
    let answer = answer(&models, &[scripted("scripted-fail"), scripted("scripted-1")]).await;
    assert_eq!(outcomes(&answer.attempts), ["scripted retry", "scripted ok"]);
    assert!(answer.text.contains("Ada"), "{}", answer.text);
    assert_eq!((answer.cost, answer.priced), (Micros(0), true));

    let slow = Ask { timeout: Duration::from_secs(2), ..said("hello [[slow]]") };
    assert_eq!(failure(&models, &[scripted("scripted-1")], &slow).await.error, Error::Timeout);
    let failed = failure(&models, &[scripted("scripted-1")], &said("hello [[fail]]")).await;
    assert_eq!(failed.attempts.len(), 2, "tried once more, half a second later");
}
