//! Judged by peers that nobody here wrote: PyPI's `llmock` gives a verdict on how we call, npm's `aimock` plays the providers.
//!
//! Both are programs on loopback. Where one is not installed a notice says so, and nothing is tested.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use futures::StreamExt;
use llm::{Finish, JsonSchema, StreamEvent, ToolSpec, Turn};
use serde_json::json;

use crate::peers::{Peer, settings};
use crate::*;

/// A program that plays the providers.
struct Program {
    process: Child,
    base: String,
    http: reqwest::Client,
}

impl Program {
    async fn start(program: &str, arguments: &[&str], ready: &str) -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(program);
        let mut command = Command::new(&program);
        command.args(arguments).args(["-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            eprintln!("NOTICE: {} is not installed; what it judges was not tested", program.display());
            return None;
        };
        let _ = settings(&Peer::start().await);
        let this = Self { process, base: format!("http://127.0.0.1:{port}"), http: reqwest::Client::new() };
        let begun = std::time::Instant::now();
        while !this.get(ready).await.is_some_and(|answer| answer.status().is_success()) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} does not answer", program.display());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(this)
    }

    async fn get(&self, path: &str) -> Option<reqwest::Response> {
        self.http.get(format!("{}{path}", self.base)).send().await.ok()
    }

    async fn post(&self, path: &str, body: &Value) {
        let answer = self.http.post(format!("{}{path}", self.base)).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    fn models(&self, anthropic: &str) -> Models {
        let key = || Some(llm::Secret::new("sk-peer-good"));
        Models::new(Settings {
            openai_base_url: format!("{}/v1", self.base),
            openai_api_key: key(),
            anthropic_base_url: format!("{}{anthropic}", self.base),
            anthropic_api_key: key(),
            gemini_base_url: self.base.clone(),
            gemini_api_key: key(),
            ..Settings::default()
        })
        .unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn the_verdict_of_llmock_is_clean() {
    let arguments = ["serve", "--stream-chunk-delay-ms", "60"];
    let Some(judge) = Program::start(".tools/llmock/bin/llmock", &arguments, "/_llmock/verdict").await else { return };
    let fail = |status: u16| json!([{"type": "fail", "status": status, "times": 1}]);
    let fault = |kind: &str, after: u32| json!([{"type": "stream_fault", "kind": kind, "after_chunks": after}]);
    let mut judged = 0;
    for choice in [gpt(), claude()] {
        for (name, behaviors, streaming) in [
            ("429", json!([{"type": "fail", "status": 429, "retry_after": 1, "times": 1}]), false),
            ("429 streaming", json!([{"type": "fail", "status": 429, "retry_after": 1, "times": 1}]), true),
            ("500", fail(500), false),
            ("503 streaming", fail(503), true),
            ("400", fail(400), true),
            ("401", fail(401), false),
            ("404", fail(404), false),
            ("truncated", fault("truncate", 3), true),
            ("disconnected", fault("disconnect", 3), true),
            ("malformed", fault("malformed", 2), true),
            ("stalled", fault("stall", 2), true),
            ("all is well", json!([{"type": "reply", "text": "Until six."}]), true),
        ] {
            judge.post("/_llmock/reset", &json!({})).await;
            judge.post("/_llmock/scenario", &json!({"behaviors": behaviors})).await;
            // New for each, so that no breaker of an earlier one holds a call back.
            let models = judge.models("/anthropic");
            let choices = [choice.clone()];
            if streaming {
                for _ in 0..2 {
                    let events: Vec<_> = models.stream(&choices, &ask()).collect().await;
                    // After text was shown the caller decides; our worker asks again when the error may pass.
                    match events.last().unwrap() {
                        // A little later, as a worker does.
                        Err(failed) if failed.error.is_passing() => {
                            tokio::time::sleep(Duration::from_millis(400)).await;
                        }
                        _ => break,
                    }
                }
            } else {
                let _ = models.complete(&choices, &ask()).await;
            }
            let text = judge.get("/_llmock/verdict?format=text").await.unwrap().text().await.unwrap();
            let verdict: Value = judge.get("/_llmock/verdict").await.unwrap().json().await.unwrap();
            assert_eq!((&verdict["errors"], &verdict["warnings"]), (&json!(0), &json!(0)), "{choice} {name}: {text}");
            assert!(verdict["attempts"].as_u64() > Some(0), "{choice} {name}: it was not called at all");
            judged += 1;
        }
    }
    println!("llmock: {judged} scenarios, no finding");
}

#[tokio::test]
async fn aimock_is_spoken_to_in_all_three_dialects() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/aimock.json");
    let arguments = ["-f", fixtures, "--strict", "--validate-on-load"];
    let Some(peer) = Program::start("node_modules/.bin/llmock", &arguments, "/health").await else { return };
    let gemini = ModelChoice { provider: Provider::Gemini, model: "gemini-2.5-flash".into() };
    let schema = json!({"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]});
    let tools = vec![ToolSpec { name: "search_knowledge_base".into(), description: "Looks up.".into(), schema }];
    let models = peer.models("");
    for choice in [gpt(), claude(), gemini] {
        let choices = [choice.clone()];
        let events: Vec<_> = models.stream(&choices, &said("opening hours")).collect().await;
        let Some(Ok(StreamEvent::Done(answer))) = events.last() else { panic!("{choice}: {events:?}") };
        assert_eq!((answer.text.as_str(), answer.finish), ("From nine to five.", Finish::Stop), "{choice}");
        let whole = models.complete(&choices, &said("opening hours")).await.unwrap();
        assert_eq!(whole.text, answer.text, "{choice}");

        let mut ask = Ask { tools: tools.clone(), ..said("do you ship") };
        for streaming in [true, false] {
            ask.messages.truncate(1);
            let events: Vec<_> = models.stream(&choices, &ask).collect().await;
            let Some(Ok(StreamEvent::Done(answer))) = events.last().cloned() else { panic!("{choice}: {events:?}") };
            let answer = if streaming { answer } else { models.complete(&choices, &ask).await.unwrap() };
            assert_eq!((answer.finish, answer.tool_calls.len()), (Finish::ToolCalls, 1), "{choice}");
            assert_eq!(answer.tool_calls[0].arguments, json!({"query": "shipping"}), "{choice}");
            ask.messages.push(Turn::tool_calls(answer.text, answer.tool_calls.clone()));
            ask.messages.push(Turn::tool_result(&answer.tool_calls[0], "Three days."));
            assert_eq!(models.complete(&choices, &ask).await.unwrap().text, "It takes three days.", "{choice}");
        }

        let failed = models.complete(&choices, &said("break the model")).await.unwrap_err();
        assert_eq!(outcomes(&failed.attempts).len(), 2, "{choice}: {failed}");
        assert_eq!(failed.error.word(), "retry", "{choice}");
        let events: Vec<_> = models.stream(&choices, &said("cut the stream")).collect().await;
        assert_eq!(events.last().unwrap().as_ref().unwrap_err().error, Error::Cut, "{choice}");
    }
    let wanted = JsonSchema::new(
        "intent",
        json!({"type": "object", "properties": {"intent": {"type": "string"}}, "required": ["intent"]}),
    );
    let (value, _) = models.typed::<Value>(&[gpt()], &said("which intent"), wanted).await.unwrap();
    assert_eq!(value, json!({"intent": "interested"}));
    let small = ModelChoice { provider: Provider::OpenAi, model: "text-embedding-3-small".into() };
    let done = models.embed(&small, &["a b".into(), "c d".into()]).await.unwrap();
    assert!(done.vectors.len() == 2 && done.vectors[0].len() == 3);
    let tts = ModelChoice { provider: Provider::OpenAi, model: "tts-1".into() };
    let speech = models.speak(&tts, "Hello there", "alloy").await.unwrap();
    assert_eq!((speech.audio.as_slice(), speech.content_type.as_str()), (b"ID3".as_slice(), "audio/mpeg"));
}
