//! What an answer of Twilio, or the lack of one, means for the caller.
//!
//! Not here: requests. The line between `Unknown` and `NotSent` is drawn here and nowhere else.

use std::time::Duration;

use domain::pause;
use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;
use serde_json::Value;

use crate::Error;

/// What we asked for: it decides whether a lost answer is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reading may be repeated at will.
    Read,
    /// Writing may have happened although no answer came. Twilio takes no idempotency key.
    Write,
}

/// The wait when Twilio names none. Longer waits between attempts are the caller's business.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);

/// Our account or our sender is wrong, and every further message would fail alike: wrong credentials (20003), the
/// sender is not ours (21212, 21606, 21659, 21660), unknown messaging service (21701), not a WhatsApp sender of ours (63007).
const CONFIG_CODES: [u64; 7] = [20003, 21212, 21606, 21659, 21660, 21701, 63007];

/// Sends a request and gives its JSON, or what its failure means.
pub(super) async fn ask(request: reqwest::RequestBuilder, kind: Kind) -> Result<Value, Error> {
    let answer = request.send().await.map_err(|error| not_answered(error, kind))?;
    let status = answer.status();
    let wait = answer
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| pause::retry_after(value.to_str().ok()?, chrono::Utc::now()))
        .unwrap_or(DEFAULT_WAIT);
    let body = answer.bytes().await;
    if status.is_success() {
        // It was taken, but without the id nobody will ever be able to tell which report belongs to it.
        return match body {
            Ok(bytes) => domain::json::read(&bytes).map_err(|_| lost(kind, "the answer was not JSON".into())),
            Err(error) => Err(lost(kind, describe(error))),
        };
    }
    // The status alone says that it was refused; the body only says why.
    let json = body.ok().and_then(|bytes| domain::json::read::<Value>(&bytes).ok()).unwrap_or(Value::Null);
    Err(refused(status, &json, wait, kind))
}

/// The first answer that lacks what it must have.
pub(super) fn lost(kind: Kind, message: String) -> Error {
    match kind {
        Kind::Write => Error::Unknown { message },
        Kind::Read => Error::TryAgain { after: DEFAULT_WAIT, message },
    }
}

fn not_answered(error: reqwest::Error, kind: Kind) -> Error {
    // `is_connect` covers name resolution, TCP, TLS and the connect time limit: all before the first byte of the request.
    // The client follows no redirects, so there was no earlier hop that could have read it.
    if error.is_connect() {
        return Error::NotSent { message: describe(error) };
    }
    if error.is_builder() {
        return Error::Config { message: describe(error) };
    }
    // Time-out, reset, closed mid-answer: the request may have arrived whole.
    lost(kind, describe(error))
}

fn refused(status: StatusCode, json: &Value, wait: Duration, kind: Kind) -> Error {
    let code = json["code"].as_u64();
    let said = json["message"].as_str().map(|text| text.chars().take(500).collect::<String>());
    let message = said.unwrap_or_else(|| format!("HTTP {}", status.as_u16()));
    match (status.as_u16(), code) {
        (429, _) | (_, Some(20429)) => Error::TryAgain { after: wait, message },
        (408 | 500..=599, _) => lost(kind, format!("HTTP {}: {message}", status.as_u16())),
        (_, Some(21610)) => Error::OptedOut,
        (_, Some(code)) if CONFIG_CODES.contains(&code) => Error::Config { message: format!("{message} ({code})") },
        // Writing goes to addresses made of our settings only; if one does not exist, the account does not.
        (404, _) if kind == Kind::Write => Error::Config { message },
        (401 | 403, _) => Error::Config { message },
        // Somebody else answers at this address: Twilio does not redirect, and its account exists.
        (300..=399, _) => {
            Error::Config { message: format!("HTTP {}: the address of the provider is wrong", status.as_u16()) }
        }
        (_, code) => Error::Permanent { code: code.map(|code| code.to_string()), message },
    }
}

/// An error of the client, without the address (it carries the account) but with its cause.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
