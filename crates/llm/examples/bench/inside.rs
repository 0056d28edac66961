//! What the adapter adds in process: the same call through the bare HTTP client and through the adapter, in turns.

use std::time::{Duration, Instant};

use llm::{Ask, ModelChoice, Models, Provider, Secret, Settings, Turn};

use crate::{Done, percentile};

/// Runs both, call by call, and prints what the adapter adds.
pub async fn compare(port: u16, calls: u64) -> Done {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let base = format!("http://127.0.0.1:{port}/v1");
    let http = reqwest::Client::builder().tcp_nodelay(true).build()?;
    let models = Models::new(Settings {
        openai_base_url: base.clone(),
        openai_api_key: Some(Secret::new("sk-upstream")),
        ..Settings::default()
    })?;
    let prompt =
        "A customer writes that the booking of next week has to move to another day, and asks what is free. ".repeat(9);
    let choices = [ModelChoice { provider: Provider::OpenAi, model: "gpt-4.1-mini".into() }];
    let ask = Ask {
        system: "You answer for a dentist.".into(),
        messages: vec![Turn::user(prompt.clone())],
        max_tokens: 200,
        timeout: Duration::from_secs(20),
        ..Ask::default()
    };
    let body = serde_json::json!({
        "model": "gpt-4.1-mini", "max_completion_tokens": 200,
        "messages": [{ "role": "system", "content": "You answer for a dentist." }, { "role": "user", "content": prompt }],
    })
    .to_string();
    let (mut raw, mut ours) = (Vec::new(), Vec::new());
    for n in 0..calls + 200 {
        for turn in 0..2 {
            let began = Instant::now();
            let is_raw = (n + turn) % 2 == 0;
            if is_raw {
                let request = http.post(format!("{base}/chat/completions")).bearer_auth("sk-upstream");
                let answer =
                    request.header("content-type", "application/json").body(body.clone()).send().await?.bytes().await?;
                // Nothing is read of it: all reading counts for the adapter.
                assert!(!answer.is_empty());
            } else {
                let answer = models.complete(&choices, &ask).await?;
                assert!(!answer.text.is_empty());
            }
            let took = u64::try_from(began.elapsed().as_nanos())?;
            // The first calls open connections and fill caches.
            if n >= 200 {
                if is_raw { raw.push(took) } else { ours.push(took) }
            }
        }
    }
    raw.sort_unstable();
    ours.sort_unstable();
    println!(
        "{}",
        serde_json::json!({
            "calls": ours.len(),
            "raw_p50": percentile(&raw, 0.5), "raw_p99": percentile(&raw, 0.99),
            "ours_p50": percentile(&ours, 0.5), "ours_p99": percentile(&ours, 0.99),
        })
    );
    Ok(())
}
