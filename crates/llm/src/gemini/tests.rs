//! Gemini's wire: requests, streams in every portion, refusals.

use domain::agent::Provider;

use super::*;
use crate::JsonSchema;
use crate::http::tests::{ask, choice, decode, tool_ask, whole};

fn body(choice: &ModelChoice, ask: &Ask) -> Value {
    serde_json::to_value(super::body(choice, ask)).unwrap()
}

fn flash() -> ModelChoice {
    choice(Provider::Gemini, "gemini-3.8-flash")
}

#[test]
fn the_request_is_the_fixture() {
    let expected: Value = serde_json::from_str(include_str!("../fixtures/gemini_request.json")).unwrap();
    assert_eq!(body(&flash(), &ask()), expected);
    let older = body(&choice(Provider::Gemini, "gemini-2.5-flash"), &ask());
    assert_eq!(older["generationConfig"]["thinkingConfig"], json!({"thinkingBudget": 0}));
}

#[test]
fn a_models_name_cannot_leave_its_place_in_the_address() {
    assert_eq!(path("gemini-3.8-flash", true), "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse");
    assert_eq!(path("../files/x?y#z", false), "/v1beta/models/..filesxyz:generateContent");
}

#[test]
fn tools_their_calls_and_results_are_sent() {
    let sent = body(&flash(), &tool_ask());
    assert_eq!(sent["tools"][0]["functionDeclarations"][0]["parameters"]["properties"]["query"]["type"], "string");
    assert_eq!(sent["toolConfig"]["functionCallingConfig"]["mode"], "AUTO");
    let part = &sent["contents"][1]["parts"][0];
    assert_eq!(part["functionCall"], json!({"name": "search", "args": {"query": "hours"}}));
    assert_eq!(part["thoughtSignature"], NO_SEAL);
    assert_eq!(sent["contents"][2]["parts"][0]["functionResponse"]["response"], json!({"result": "Nine to six."}));
    let older = body(&choice(Provider::Gemini, "gemini-2.5-flash"), &tool_ask());
    assert_eq!(older["contents"][1]["parts"][0].get("thoughtSignature"), None);
}

#[test]
fn the_shape_of_an_answer_goes_without_words_that_are_refused() {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "additionalProperties": false});
    let sent = body(&flash(), &Ask { schema: Some(JsonSchema::new("x", schema)), ..ask() });
    let settings = &sent["generationConfig"];
    assert_eq!(settings["responseMimeType"], "application/json");
    assert_eq!(
        settings["responseSchema"],
        json!({"type": "object", "properties": {"a": {"type": "string", "nullable": true}}})
    );
}

#[test]
fn a_whole_stream_gives_text_usage_and_reason() {
    let usage = Some(Usage { prompt_tokens: 11, completion_tokens: 10 });
    assert_eq!(
        decode(Decoder::default(), include_bytes!("../fixtures/gemini_stream.txt")),
        [
            Ok(Delta::Working),
            Ok(Delta::Text("We are open".into())),
            Ok(Delta::Text(" until six — daily.".into())),
            Ok(Delta::Done { usage, finish: Finish::Stop, calls: vec![] }),
        ]
    );
}

#[test]
fn a_call_keeps_its_seal() {
    let answer = json!({"candidates": [{"content": {"parts": [
        {"functionCall": {"name": "search", "args": {"query": "a"}}, "thoughtSignature": "s1"}]}, "finishReason": "STOP"}]});
    let Ok(Delta::Done { finish, calls, .. }) = &whole(Decoder::default(), &answer.to_string())[1] else { panic!() };
    assert_eq!(
        (*finish, calls[0].seal.as_deref(), calls[0].arguments.as_str()),
        (Finish::ToolCalls, Some("s1"), "{\"query\":\"a\"}")
    );
}

#[test]
fn streams_that_end_in_other_ways() {
    let text = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n";
    let done = |finish| Ok(Delta::Done { usage: None, finish, calls: vec![] });
    for (rest, last) in [
        ("", Err(Error::Cut)),
        ("data: {\"candidates\":[{\"finishReason\":\"SAFETY\"}]}\n\n", done(Finish::Refused)),
        ("data: {\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}\n\n", done(Finish::Refused)),
        ("data: {\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}\n\n", done(Finish::Length)),
        ("data: {\"candidates\":[{\"finishReason\":\"OTHER\"}]}\n\n", done(Finish::Other)),
        (
            "data: {\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"m\"}}\n\n",
            Err(Error::Retry { status: None, after: None, reason: "the provider broke off with `UNAVAILABLE`".into() }),
        ),
        (
            "data: {\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n",
            Err(Error::Malformed { reason: "the model called a tool in a way that cannot be read".into() }),
        ),
    ] {
        assert_eq!(decode(Decoder::default(), format!("{text}{rest}").as_bytes()).pop(), Some(last), "{rest}");
    }
}

#[test]
fn arguments_of_tools_stay_the_text_they_were_both_ways() {
    let written = r#"{"z":12345678901234567890123456789012,"a":{"y":1.50,"b":[1e2]}}"#;
    let answer = format!(
        r#"{{"candidates":[{{"content":{{"parts":[{{"functionCall":{{"name":"f","args":{written}}}}}]}},"finishReason":"STOP"}}]}}"#
    );
    let Ok(Delta::Done { calls, .. }) = &whole(Decoder::default(), &answer)[1] else { panic!() };
    assert_eq!(calls[0].arguments, written);
    let call = crate::ToolCall::new("c1", "f", Value::Null).written_as(written);
    let turns = vec![
        crate::Turn::user("Hi"),
        crate::Turn::tool_calls("", vec![call.clone()]),
        crate::Turn::tool_result(&call, "done"),
    ];
    let sent = serde_json::to_string(&super::body(&flash(), &Ask { messages: turns, ..ask() })).unwrap();
    assert!(sent.contains(&format!("\"args\":{written}")), "{sent}");
}
