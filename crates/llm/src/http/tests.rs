//! Statuses and waits, and what the tests of all providers share.

use super::*;
use crate::{Ask, ModelChoice, Turn};

/// The request of the fixtures.
pub fn ask() -> Ask {
    Ask {
        system: "You answer for a dentist.".into(),
        messages: vec![Turn::assistant("Hello Ada, this is Dr. Weiß."), Turn::user("When are you open?")],
        max_tokens: 300,
        temperature: Some(0.7),
        ..Ask::default()
    }
}

/// A question whose answer a tool has just given.
pub fn tool_ask() -> Ask {
    let arguments = serde_json::json!({"query": "hours"});
    let call = crate::ToolCall::new("c1", "search", arguments);
    let schema =
        serde_json::json!({"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]});
    Ask {
        messages: vec![
            Turn::user("When are you open?"),
            Turn::tool_calls("", vec![call.clone()]),
            Turn::tool_result(&call, "Nine to six."),
        ],
        system: String::new(),
        tools: vec![crate::ToolSpec { name: "search".into(), description: "Looks things up.".into(), schema }],
        ..ask()
    }
}

/// What a whole answer gives.
pub fn whole(mut decoder: impl Decode, body: &str) -> Vec<Result<Delta, Error>> {
    match decoder.whole(body.as_bytes()) {
        Ok(first) => first.map(Ok).into_iter().chain([decoder.end()]).collect(),
        Err(error) => vec![Err(error)],
    }
}

pub fn choice(provider: Provider, model: &str) -> ModelChoice {
    ModelChoice { provider, model: model.into() }
}

/// What a stream gives, in portions of every size from one byte to all; they must agree.
pub fn decode<D: Decode + Default>(_: D, bytes: &[u8]) -> Vec<Result<Delta, Error>> {
    let run = |portion: usize| {
        let (mut parser, mut decoder, mut seen) = (Parser::default(), D::default(), Vec::new());
        let mut events: Vec<_> = bytes.chunks(portion).flat_map(|part| parser.push(part).unwrap()).collect();
        events.extend(parser.finish());
        for event in events {
            match decoder.event(&event) {
                Ok(None) => {}
                Ok(Some(delta)) => seen.push(Ok(delta)),
                Err(error) => seen.push(Err(error)),
            }
            if matches!(seen.last(), Some(Ok(Delta::Done { .. }) | Err(_))) {
                return seen;
            }
        }
        seen.push(decoder.end());
        seen
    };
    let whole = run(bytes.len().max(1));
    for portion in [1, 2, 3, 7, 64] {
        assert_eq!(run(portion), whole, "portions of {portion}");
    }
    whole
}

fn judged(provider: Provider, status: u16, headers: &[(&'static str, &str)], body: &str) -> Error {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    judge(provider, status, &headers, body.as_bytes(), Some(&Secret::new("sk-secret")), now)
}

#[test]
fn each_status_leads_to_the_right_thing_to_do() {
    use Provider::{Anthropic, Gemini, OpenAi};
    let quota = r#"{"error":{"code":"insufficient_quota","message":"m"}}"#;
    for (provider, status, headers, body, word) in [
        (OpenAi, 400, vec![], "", "stop"),
        (OpenAi, 401, vec![], "", "key"),
        (OpenAi, 403, vec![("x-should-retry", "true")], "", "key"),
        (OpenAi, 404, vec![], "", "stop"),
        (OpenAi, 408, vec![], "", "retry"),
        (OpenAi, 409, vec![], "", "retry"),
        (OpenAi, 422, vec![], "", "stop"),
        (OpenAi, 429, vec![], "", "retry"),
        (OpenAi, 429, vec![], quota, "stop"),
        (OpenAi, 429, vec![("x-should-retry", "true")], quota, "stop"),
        (OpenAi, 429, vec![("x-should-retry", "false")], "", "stop"),
        (OpenAi, 422, vec![("x-should-retry", "true")], "", "retry"),
        (OpenAi, 302, vec![], "", "stop"),
        (OpenAi, 503, vec![], "<html>", "retry"),
        (OpenAi, 503, vec![], r#"{"error":{"code":"server_is_overloaded"}}"#, "retry"),
        (OpenAi, 429, vec![], r#"{"error":{"type":"slow_down"}}"#, "retry"),
        (OpenAi, 429, vec![], r#"{"error":{"type":"credit_balance_exhausted"}}"#, "stop"),
        (
            Gemini,
            400,
            vec![],
            r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
            "key",
        ),
        (Gemini, 400, vec![], r#"{"error":{"code":400,"status":"INVALID_ARGUMENT"}}"#, "stop"),
        (Gemini, 429, vec![], r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#, "retry"),
        (Gemini, 503, vec![], r#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#, "retry"),
        (Anthropic, 400, vec![], r#"{"error":{"type":"invalid_request_error"}}"#, "stop"),
        (Anthropic, 401, vec![], r#"{"error":{"type":"authentication_error"}}"#, "key"),
        (Anthropic, 409, vec![], "", "retry"),
        (Anthropic, 504, vec![], "", "retry"),
        (Anthropic, 402, vec![], "", "stop"),
        (Anthropic, 413, vec![], "", "stop"),
        (Anthropic, 429, vec![], "", "stop"),
        (Anthropic, 429, vec![("retry-after", "3")], "", "retry"),
        (Anthropic, 500, vec![("x-should-retry", "false")], "", "stop"),
        (Anthropic, 529, vec![], r#"{"error":{"type":"overloaded_error"}}"#, "retry"),
    ] {
        let error = judged(provider, status, &headers, body);
        assert_eq!(error.word(), word, "{provider} {status} {headers:?} {body}");
    }
}

#[test]
fn the_wait_is_read_from_all_three_forms() {
    for (headers, wait) in [
        (vec![("retry-after", "2")], Some(Duration::from_secs(2))),
        (vec![("retry-after-ms", "150"), ("retry-after", "2")], Some(Duration::from_millis(150))),
        (vec![("retry-after-ms", "soon"), ("retry-after", "1.5")], Some(Duration::from_millis(1500))),
        (vec![("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")], Some(Duration::from_secs(30))),
        (vec![("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT")], Some(Duration::ZERO)),
        (vec![("retry-after", "-1")], Some(Duration::ZERO)),
        (vec![("retry-after", "NaN")], None),
        (vec![("retry-after", "1e300")], Some(pause::LONGEST)),
        (vec![("retry-after-ms", "9999999999999999999")], Some(pause::LONGEST)),
        (vec![("retry-after", "later")], None),
        (vec![], None),
    ] {
        let error = judged(Provider::OpenAi, 429, &headers, "");
        assert!(matches!(error, Error::Retry { after, .. } if after == wait), "{headers:?}: {error:?}");
    }
}

#[test]
fn google_tells_the_wait_in_the_body() {
    let body = r#"{"error":{"code":429,"details":[{"@type":"x"},{"retryDelay":"34.5s"}]}}"#;
    let error = judged(Provider::Gemini, 429, &[], body);
    assert!(
        matches!(error, Error::Retry { after: Some(wait), .. } if wait == Duration::from_millis(34_500)),
        "{error:?}"
    );
}

#[test]
fn reasons_are_short_and_carry_no_key() {
    let long = format!(r#"{{"error":{{"type":"bad","message":"your sk-secret\n{}"}}}}"#, "x".repeat(1000));
    let reason = judged(Provider::OpenAi, 400, &[], &long).to_string();
    assert!(
        reason.starts_with("`openai` answered 400 `bad`: your *** xxx") && reason.chars().count() < 300,
        "{reason}"
    );
    let reason = judged(Provider::OpenAi, 401, &[], r#"{"error":{"message":"Incorrect key: sk-se****"}}"#).to_string();
    assert_eq!(reason, "`openai` refused the key (401)");
}
