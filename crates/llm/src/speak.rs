//! Texts read aloud, by hosts that speak OpenAI's `/audio/speech`.

use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::embed::attempt;
use crate::models::Models;
use crate::price::{self, Kind};
use crate::{Attempt, Error, Failed, Usage};

/// The longest text that OpenAI reads.
const LONGEST: usize = 4_096;
/// The largest sound that we take.
const LARGEST: usize = 20 * 1024 * 1024;
/// How long it may take.
const TIME: Duration = Duration::from_secs(60);

/// A text read aloud.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// The sound.
    pub audio: Vec<u8>,
    /// What kind of sound, for example `audio/mpeg`.
    pub content_type: String,
    /// The call. Its usage counts characters, where the price does.
    pub attempt: Attempt,
}

impl Models {
    /// Reads a text aloud as MP3. Asked once: whoever waits for a sample presses again.
    pub async fn speak(&self, choice: &ModelChoice, text: &str, voice: &str) -> Result<Speech, Failed> {
        let refused = |error: Error| Failed { attempts: vec![], error };
        let stop = |reason: &str| refused(Error::Stop { status: None, reason: reason.into() });
        match choice.provider {
            Provider::Scripted => {
                return Err(stop("the scripted model has no voice; set up OPENAI_API_KEY to hear one"));
            }
            Provider::Anthropic | Provider::Gemini => {
                return Err(refused(Error::Stop {
                    status: None,
                    reason: format!("`{}` has no voice here", choice.provider),
                }));
            }
            Provider::OpenAi | Provider::Compatible => {}
        }
        if !self.is_set_up(choice.provider) {
            return Err(refused(Error::NotConfigured { provider: choice.provider }));
        }
        let characters = text.trim().chars().count();
        if characters == 0 {
            return Err(stop("there is nothing to read aloud"));
        }
        if characters > LONGEST {
            return Err(refused(Error::Stop {
                status: None,
                reason: format!("at most {LONGEST} characters are read aloud at once"),
            }));
        }
        let permit = self.enter(choice).map_err(refused)?;
        let body = json!({"model": choice.model, "input": text.trim(), "voice": voice, "response_format": "mp3"});
        let started = Instant::now();
        let result = match timeout(TIME, self.post(choice, "/audio/speech", &body, LARGEST)).await {
            Ok(answer) => answer.and_then(|(kind, audio)| sound(choice, kind, audio)),
            Err(_) => Err(Error::Timeout),
        };
        permit.settle(result.as_ref().err());
        let by_character = price::find(choice).is_some_and(|card| card.kind == Kind::Speak);
        let counted = Usage { prompt_tokens: u32::try_from(characters).unwrap_or(u32::MAX), completion_tokens: 0 };
        let usage = (by_character && result.is_ok()).then_some(counted);
        let attempt = attempt(choice, started, result.as_ref().err(), usage);
        match result {
            Ok((content_type, audio)) => Ok(Speech { audio, content_type, attempt }),
            Err(error) => Err(Failed { attempts: vec![attempt], error }),
        }
    }
}

/// Only sound is handed on: a page must not be played, and its type must not reach a browser.
fn sound(choice: &ModelChoice, kind: String, audio: Vec<u8>) -> Result<(String, Vec<u8>), Error> {
    let bare = kind.split(';').next().unwrap_or_default().trim();
    let content_type = match bare {
        "" | "application/octet-stream" => "audio/mpeg",
        _ if bare.starts_with("audio/") => bare,
        _ => return Err(Error::Malformed { reason: format!("`{choice}` answered with something that is not sound") }),
    };
    if audio.is_empty() {
        return Err(Error::Malformed { reason: format!("`{choice}` answered with no sound at all") });
    }
    Ok((content_type.to_owned(), audio))
}
