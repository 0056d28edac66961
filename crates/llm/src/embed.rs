//! Texts as vectors, so that texts of like meaning can be found.
//!
//! The scripted one counts words: it finds what shares words, not meaning, needs no account, and is always the same.

use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use domain::money::Micros;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::models::Models;
use crate::race::{backoff, milliseconds};
use crate::{Attempt, Error, Failed, Usage, http, price, wire};

/// As many texts as one call holds: Gemini takes no more.
const BATCH: usize = 100;
/// How long one call may take, its second try included.
const TIME: Duration = Duration::from_secs(30);
/// The largest answer that is read: a hundred vectors of 3,072 numbers as text, three times over.
const LARGEST: usize = 16 * 1024 * 1024;
/// How long the scripted vectors are.
const WORDS: usize = 256;

/// Texts as vectors, in the order of the texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// One vector per text, all of the same length.
    pub vectors: Vec<Vec<f32>>,
    /// Every call that was made.
    pub attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct OpenAi {
    data: Vec<Row>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Row {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: u32,
}

#[derive(Deserialize)]
struct Gemini {
    embeddings: Vec<Values>,
}

#[derive(Deserialize)]
struct Values {
    values: Vec<f32>,
}

impl Models {
    /// Turns texts into vectors, a hundred per call. No text may be empty. A failing call is tried once more.
    pub async fn embed(&self, choice: &ModelChoice, texts: &[String]) -> Result<Embeddings, Failed> {
        let mut done = Embeddings { vectors: Vec::with_capacity(texts.len()), attempts: Vec::new() };
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Failed {
                attempts: vec![],
                error: Error::Stop { status: None, reason: "an empty text has no vector".into() },
            });
        }
        for batch in texts.chunks(BATCH) {
            let deadline = Instant::now() + TIME;
            let mut result = self.embed_once(choice, batch, deadline, &mut done.attempts).await;
            if let Err(Error::Retry { after, .. }) = &result
                && Instant::now() + after.unwrap_or_default() < deadline
            {
                tokio::time::sleep(after.unwrap_or_else(backoff)).await;
                result = self.embed_once(choice, batch, deadline, &mut done.attempts).await;
            }
            match result {
                Ok(mut vectors) => done.vectors.append(&mut vectors),
                Err(error) => return Err(Failed { attempts: done.attempts, error }),
            }
        }
        Ok(done)
    }

    async fn embed_once(
        &self,
        choice: &ModelChoice,
        texts: &[String],
        deadline: Instant,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Vec<Vec<f32>>, Error> {
        if !self.is_set_up(choice.provider) {
            return Err(Error::NotConfigured { provider: choice.provider });
        }
        let (path, body) = request(choice, texts)?;
        let permit = self.enter(choice)?;
        let started = Instant::now();
        let result = match choice.provider {
            Provider::Scripted => Ok((texts.iter().map(|text| counted(text)).collect(), Some(Usage::default()))),
            _ => match timeout_at(deadline, self.post(choice, &path, &body, LARGEST)).await {
                Ok(answer) => answer.and_then(|(_, answer)| read(choice, &answer, texts.len())),
                Err(_) => Err(Error::Timeout),
            },
        };
        permit.settle(result.as_ref().err());
        let usage = result.as_ref().ok().and_then(|(_, usage)| *usage);
        attempts.push(attempt(choice, started, result.as_ref().err(), usage));
        result.map(|(vectors, _)| vectors)
    }

    /// One plain call: what came back with 200, and its content type.
    pub(crate) async fn post(
        &self,
        choice: &ModelChoice,
        path: &str,
        body: &Value,
        largest: usize,
    ) -> Result<(String, Vec<u8>), Error> {
        let (provider, settings) = (choice.provider, &self.inner.settings);
        let request = wire::request(&self.inner.http, settings, provider, Method::POST, path)?.json(body);
        let response = request.send().await.map_err(|error| http::not_sent(provider, &error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = response.bytes_stream();
        if status != 200 {
            let body = http::beginning(&mut bytes).await;
            return Err(http::judge(
                provider,
                status,
                &headers,
                &body,
                wire::key(settings, provider),
                chrono::Utc::now(),
            ));
        }
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        Ok((kind, http::all(&mut bytes, largest).await?))
    }
}

/// One call for the record.
pub(crate) fn attempt(choice: &ModelChoice, started: Instant, error: Option<&Error>, usage: Option<Usage>) -> Attempt {
    let cost = usage.and_then(|usage| price::cost(choice, usage));
    Attempt {
        choice: choice.clone(),
        outcome: error.map_or("ok", Error::word),
        reason: error.map(ToString::to_string),
        latency_ms: milliseconds(started.elapsed()),
        time_to_first_token_ms: None,
        usage,
        estimated: false,
        cost: cost.unwrap_or(Micros(0)),
        priced: cost.is_some(),
    }
}

fn request(choice: &ModelChoice, texts: &[String]) -> Result<(String, Value), Error> {
    match choice.provider {
        Provider::OpenAi | Provider::Compatible => {
            Ok(("/embeddings".into(), json!({"model": choice.model, "input": texts, "encoding_format": "float"})))
        }
        Provider::Gemini => {
            let name = choice.model.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
            let model = format!("models/{}", name.collect::<String>());
            let one = |text: &String| json!({"model": model, "content": {"parts": [{"text": text}]}});
            Ok((
                format!("/v1beta/{model}:batchEmbedContents"),
                json!({"requests": texts.iter().map(one).collect::<Vec<_>>()}),
            ))
        }
        Provider::Scripted => Ok((String::new(), Value::Null)),
        Provider::Anthropic => {
            Err(Error::Stop { status: None, reason: "`anthropic` has no models for vectors".into() })
        }
    }
}

/// One vector per text, or nothing: a vector too few would tie every later one to the wrong text.
fn read(choice: &ModelChoice, body: &[u8], expected: usize) -> Result<(Vec<Vec<f32>>, Option<Usage>), Error> {
    let wrong = |what: &str| Error::Malformed { reason: format!("`{choice}` gave {what}") };
    let not_json = |_| wrong("an answer that is not a list of vectors");
    let (vectors, usage) = match choice.provider {
        Provider::Gemini => {
            let answer: Gemini = serde_json::from_slice(body).map_err(not_json)?;
            (answer.embeddings.into_iter().map(|row| row.values).collect::<Vec<_>>(), None)
        }
        _ => {
            let mut answer: OpenAi = serde_json::from_slice(body).map_err(not_json)?;
            answer.data.sort_by_key(|row| row.index);
            let usage = answer.usage.map(|tokens| Usage { prompt_tokens: tokens.prompt_tokens, completion_tokens: 0 });
            (answer.data.into_iter().map(|row| row.embedding).collect(), usage)
        }
    };
    let long = vectors.first().map_or(0, Vec::len);
    if vectors.len() != expected || long == 0 || vectors.iter().any(|vector| vector.len() != long) {
        return Err(wrong(&format!("{} vectors for {expected} texts, or of different lengths", vectors.len())));
    }
    if vectors.iter().flatten().any(|number| !number.is_finite()) {
        return Err(wrong("a vector that holds something other than numbers"));
    }
    Ok((vectors, usage))
}

/// The words of a text, each counted at a place that its letters choose; of length one.
fn counted(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; WORDS];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let stem = word.strip_suffix('s').filter(|stem| stem.chars().count() > 2).unwrap_or(&word);
        let weight = if stem.chars().count() < 4 { 0.3 } else { 1.0 };
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in stem.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let place = usize::try_from(hash % 256).unwrap_or(0);
        vector[place] += weight;
    }
    let long = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if long > 0.0 {
        vector.iter_mut().for_each(|number| *number /= long);
    } else {
        // A text of nothing but signs; a vector of zeros has no angle to anything.
        vector[0] = 1.0;
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(a: &str, b: &str) -> f32 {
        counted(a).iter().zip(counted(b)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn shared_words_bring_texts_together() {
        assert!((like("Opening hours", "opening hour") - 1.0).abs() < 1e-6);
        assert!(
            like("When are your opening hours?", "Opening hours: nine to six")
                > like("When are your opening hours?", "Refunds take a week")
        );
        assert_eq!(counted("?!").len(), WORDS);
        assert!(counted("?!").iter().chain(&counted("größe 🙂")).all(|number| number.is_finite()));
    }

    #[test]
    fn vectors_come_in_the_order_of_the_texts_or_not_at_all() {
        let choice = ModelChoice { provider: Provider::OpenAi, model: "m".into() };
        let body = r#"{"data":[{"index":1,"embedding":[2,0]},{"index":0,"embedding":[1,0]}],"usage":{"prompt_tokens":5,"total_tokens":5}}"#;
        let (vectors, usage) = read(&choice, body.as_bytes(), 2).unwrap();
        assert_eq!((vectors[0][0], usage.unwrap().prompt_tokens), (1.0, 5));
        for body in [
            r#"{"data":[{"index":0,"embedding":[1]}]}"#,
            r#"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}"#,
            r#"{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}"#,
            r#"{"data":[{"index":0,"embedding":[1e40]},{"index":1,"embedding":[1]}]}"#,
            "<html>",
        ] {
            assert_eq!(read(&choice, body.as_bytes(), 2).unwrap_err().word(), "malformed", "{body}");
        }
    }
}
