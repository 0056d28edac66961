//! Two processes that share which models rest, through a real Redis where one is installed.

use std::process::{Child, Command, Stdio};
use std::time::Instant;

use llm::Secret;

use crate::peers::{self, Peer};
use crate::*;

/// A Redis of our own that keeps nothing.
struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    /// Nothing, with a notice, where the program is not installed.
    async fn start(port: u16) -> Option<Self> {
        let args = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"];
        let mut command = Command::new("redis-server");
        command.args(args).arg(port.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            eprintln!(
                "NOTICE: redis-server is not installed (Debian: redis-server); sharing breakers through Redis was not tested"
            );
            return None;
        };
        let redis = Self { process, port };
        until("Redis to answer", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
        Some(redis)
    }

    fn models(&self, peer: &Peer) -> Models {
        let redis_url = Some(Secret::new(format!("redis://127.0.0.1:{}", self.port)));
        Models::new(Settings { redis_url, ..peers::settings(peer) }).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn rests(models: &Models) -> bool {
    models.available().iter().any(|entry| entry.choice == gpt() && entry.resting.is_some())
}

#[tokio::test]
async fn what_one_process_learns_the_others_know() {
    let Some(redis) = Redis::start(free_port()).await else { return };
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(503)).await;
    peer.anthropic(anthropic_body()).await;
    let (one, two) = (redis.models(&peer), redis.models(&peer));
    for _ in 0..5 {
        answer(&one, &[gpt(), claude()]).await;
    }
    assert!(rests(&one));
    until("the other process to hear of it", async || rests(&two)).await;
    let before = peer.count("/v1/chat/completions").await;
    assert_eq!(outcomes(&answer(&two, &[gpt(), claude()]).await.attempts), ["anthropic ok"]);
    assert_eq!(peer.count("/v1/chat/completions").await, before, "it is not called");
    let late = redis.models(&peer);
    until("one that starts later to hear of it", async || rests(&late)).await;
}

#[tokio::test]
async fn failures_are_counted_together_and_a_success_is_told() {
    let Some(redis) = Redis::start(free_port()).await else { return };
    let peer = Peer::start().await;
    // Opens for a moment, so that both are known to be in touch, and closes with the probe.
    peer.openai_once(ResponseTemplate::new(429).insert_header("retry-after", "20")).await;
    peer.openai(openai_body()).await;
    let (one, two) = (redis.models(&peer), redis.models(&peer));
    assert!(one.complete(&[gpt()], &ask()).await.is_err());
    until("the other process to hear of it", async || rests(&two)).await;
    assert!(rests(&one));
}

#[tokio::test]
async fn without_redis_each_process_judges_by_itself() {
    let peer = Peer::start().await;
    peer.openai(ResponseTemplate::new(503)).await;
    peer.anthropic(anthropic_body()).await;
    let redis_url = Some(Secret::new(format!("redis://:very-secret@127.0.0.1:{}", free_port())));
    let models = Models::new(Settings { redis_url, ..peers::settings(&peer) }).unwrap();
    for _ in 0..6 {
        answer(&models, &[gpt(), claude()]).await;
    }
    assert!(rests(&models), "and no call waits for it");
    let wrong = Settings { redis_url: Some(Secret::new("not an address, very-secret")), ..Settings::default() };
    let error = Models::new(wrong).unwrap_err().to_string();
    assert!(error.contains("REDIS_URL") && !error.contains("very-secret"), "{error}");
}
