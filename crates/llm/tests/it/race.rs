//! Who is asked when: failover without a wait, hedging, and what is never done once text was shown.

use futures::StreamExt;
use llm::StreamEvent;

use crate::peers::{self, Peer, models};
use crate::*;

#[tokio::test]
async fn with_another_model_at_hand_no_wait_is_waited_out() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(429).insert_header("retry-after", "4")).await;
    peer.anthropic(anthropic_body()).await;
    let (models, started) = (models(&peer), std::time::Instant::now());
    let events: Vec<_> = models.stream(&[gpt(), claude()], &ask()).map(Result::unwrap).collect().await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(matches!(&events[1], StreamEvent::Started { choice, attempt: 2 } if *choice == claude()));
    let resting = models.available().into_iter().find(|entry| entry.choice == gpt()).unwrap().resting.unwrap();
    assert!(
        resting > Duration::from_secs(2) && resting <= Duration::from_secs(4),
        "the wait is kept for the breaker: {resting:?}"
    );
}

#[tokio::test]
async fn the_last_that_could_be_called_is_tried_again_even_if_others_stand_behind_it() {
    let peer = Peer::start().await;
    peer.openai_once(ResponseTemplate::new(503).insert_header("retry-after-ms", "20")).await;
    peer.openai(openai_body()).await;
    let nobody = ModelChoice { provider: Provider::Compatible, model: "llama".into() };
    let answer = answer(&models(&peer), &[gpt(), nobody]).await;
    assert_eq!(outcomes(&answer.attempts), ["openai retry", "openai ok"]);
}

fn hedged() -> Ask {
    Ask { hedge_after: Some(Duration::from_millis(100)), ..ask() }
}

#[tokio::test]
async fn a_silent_model_is_overtaken_by_the_next_one() {
    let peer = Peer::start().await;
    peer.openai(openai_body().set_delay(Duration::from_secs(30))).await;
    peer.anthropic(anthropic_body()).await;
    let models = models(&peer);
    let events: Vec<_> = models.stream(&[gpt(), claude()], &hedged()).map(Result::unwrap).collect().await;
    let Some(StreamEvent::Done(answer)) = events.last() else { panic!("{events:?}") };
    assert_eq!(outcomes(&answer.attempts), ["openai dropped", "anthropic ok"]);
    let lost = &answer.attempts[0];
    assert!(lost.estimated && lost.cost >= Micros(480), "what lost the race is not free: {lost:?}");
    let texts = events.iter().filter(|event| matches!(event, StreamEvent::Text(_))).count();
    assert_eq!(texts, 2, "one answer, not two mixed");
}

#[tokio::test]
async fn a_quick_model_is_not_hedged_and_neither_is_one_that_has_begun() {
    let peer = Peer::start().await;
    peer.openai(openai_body()).await;
    let quick = models(&peer).complete(&[gpt(), claude()], &hedged()).await.unwrap();
    assert_eq!(outcomes(&quick.attempts), ["openai ok"]);

    // It says something and then nothing for longer than the hedge.
    let base = peers::slow_after(HALF, Duration::from_millis(300)).await;
    let models = Models::new(Settings { openai_base_url: base, ..peers::settings(&peer) }).unwrap();
    let events: Vec<_> = models.stream(&[gpt(), claude()], &hedged()).collect().await;
    let failed = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!((failed.error.clone(), outcomes(&failed.attempts)), (Error::Cut, vec!["openai cut".into()]));
    assert_eq!(peer.count("/v1/messages").await, 0, "after text was shown nobody else is asked");
}

#[tokio::test]
async fn a_hedge_that_fails_leaves_the_first_to_answer() {
    let peer = Peer::start().await;
    peer.openai(openai_body().set_delay(Duration::from_millis(400))).await;
    peer.anthropic(ResponseTemplate::new(529).insert_header("retry-after", "9")).await;
    let answer = models(&peer).complete(&[gpt(), claude()], &hedged()).await.unwrap();
    assert_eq!(outcomes(&answer.attempts), ["anthropic retry", "openai ok"]);
}

#[tokio::test]
async fn dropping_the_stream_hangs_up() {
    let (base, hung_up) = peers::listening().await;
    let peer = Peer::start().await;
    let models = Models::new(Settings { openai_base_url: base, ..peers::settings(&peer) }).unwrap();
    let mut events = models.stream(&[gpt()], &ask());
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Started { .. }))));
    assert!(matches!(events.next().await, Some(Ok(StreamEvent::Text(_)))));
    drop(events);
    tokio::time::timeout(Duration::from_secs(5), hung_up).await.expect("the provider sees the end").unwrap();
}

#[tokio::test]
async fn no_wait_that_a_provider_names_can_break_us() {
    for (name, value) in [
        ("retry-after", "9999999999999999999"),
        ("retry-after", "1e300"),
        ("retry-after", "inf"),
        ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("retry-after-ms", "18446744073709551615"),
    ] {
        let peer = Peer::start().await;
        peer.openai(ResponseTemplate::new(429).insert_header(name, value)).await;
        peer.anthropic(anthropic_body()).await;
        let models = models(&peer);
        let with_next = answer(&models, &[gpt(), claude()]).await;
        assert_eq!(outcomes(&with_next.attempts), ["openai retry", "anthropic ok"], "{name}: {value}");
        let resting = models.available().into_iter().find(|entry| entry.choice == gpt()).unwrap().resting.unwrap();
        assert!(resting <= Duration::from_secs(3_600), "{name}: {value}: {resting:?}");
        peer.at("/v1/embeddings", ResponseTemplate::new(429).insert_header(name, value)).await;
        let embedder = ModelChoice { provider: Provider::OpenAi, model: "text-embedding-3-small".into() };
        let failed = models.embed(&embedder, &["a".to_owned()]).await.unwrap_err();
        assert!(failed.error.is_passing(), "{name}: {value}: {:?}", failed.error);
    }
    let peer = Peer::start().await;
    let body = r#"{"error":{"code":429,"details":[{"retryDelay":"9999999999999999999s"}]}}"#;
    peer.at("/v1beta", ResponseTemplate::new(429).set_body_string(body)).await;
    peer.anthropic(anthropic_body()).await;
    let gemini = ModelChoice { provider: Provider::Gemini, model: "gemini-2.5-flash".into() };
    let answer = answer(&models(&peer), &[gemini, claude()]).await;
    assert_eq!(outcomes(&answer.attempts), ["gemini retry", "anthropic ok"]);
}
