//! Anthropic's wire: the request against fixtures, streams in every portion, whole answers.

use domain::agent::Provider;

use super::*;
use crate::http::tests::{ask, choice, decode, tool_ask, whole};
use crate::{JsonSchema, Turn};

fn body(choice: &ModelChoice, ask: &Ask, stream: bool) -> Value {
    serde_json::to_value(super::body(choice, ask, stream)).unwrap()
}

fn haiku() -> ModelChoice {
    choice(Provider::Anthropic, "claude-haiku-5-5")
}

#[test]
fn the_request_is_the_fixture_and_never_carries_sampling() {
    let expected: Value = serde_json::from_str(include_str!("../fixtures/anthropic_request.json")).unwrap();
    assert_eq!(body(&haiku(), &ask(), true), expected);
    for model in ["claude-sonnet-5-5", "claude-haiku-4-5", "claude-opus-9"] {
        let body = body(&choice(Provider::Anthropic, model), &Ask { temperature: Some(0.0), ..ask() }, false);
        for field in ["temperature", "top_p", "top_k", "stream"] {
            assert_eq!(body.get(field), None, "{model} {field}");
        }
    }
}

#[test]
fn tools_their_calls_and_results_are_sent() {
    let ask = tool_ask();
    let sent = body(&haiku(), &ask, false);
    assert_eq!(sent["tools"][0]["input_schema"]["type"], "object");
    assert_eq!(sent["tool_choice"], json!({"type": "auto"}));
    let messages = sent["messages"].as_array().unwrap();
    assert_eq!(
        messages[1]["content"][0],
        json!({"type": "tool_use", "id": "c1", "name": "search", "input": {"query": "hours"}})
    );
    assert_eq!(
        messages[2]["content"][0],
        json!({"type": "tool_result", "tool_use_id": "c1", "content": "Nine to six."})
    );
    let closed = body(&haiku(), &Ask { tool_choice: ToolChoice::None, ..ask.clone() }, false);
    assert_eq!(closed["tool_choice"], json!({"type": "none"}));
    let bare = body(&haiku(), &Ask { tools: vec![], ..ask.clone() }, false);
    assert_eq!(bare["tools"][0]["name"], "search", "what the conversation speaks of must be there");
    let mut turns = ask.messages;
    let result = turns.pop().unwrap();
    turns.extend([Turn::user("Hello?"), result]);
    let sent = body(&haiku(), &Ask { messages: turns, tools: vec![], ..crate::http::tests::ask() }, false);
    assert_eq!(sent["messages"][2]["content"][0]["type"], "tool_result", "results come first");
}

#[test]
fn an_answer_of_a_shape_is_a_tool_that_must_be_used() {
    let shape = JsonSchema::new("intent", json!({"type": "object"}));
    let sent = body(&haiku(), &Ask { schema: Some(shape.clone()), ..ask() }, false);
    assert_eq!(sent["tool_choice"], json!({"type": "tool", "name": "intent"}));
    let with_tools = body(&haiku(), &Ask { schema: Some(shape), ..tool_ask() }, false);
    assert_eq!(
        (with_tools["tools"].as_array().unwrap().len(), &with_tools["tool_choice"]),
        (2, &json!({"type": "any"}))
    );

    let decoder = || Decoder::of(Some("intent".into()));
    let answer = json!({"content": [{"type": "text", "text": "Sure:"}, {"type": "tool_use", "id": "t", "name": "intent", "input": {"a": 1}}],
        "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 2}});
    let seen = whole(decoder(), &answer.to_string());
    assert_eq!(seen[0], Ok(Delta::Text("{\"a\":1}".into())));
    assert!(matches!(&seen[1], Ok(Delta::Done { finish: Finish::Stop, calls, .. }) if calls.is_empty()));
}

#[test]
fn a_whole_stream_gives_text_usage_and_reason() {
    let usage = Some(Usage { prompt_tokens: 25, completion_tokens: 15 });
    assert_eq!(
        decode(Decoder::default(), include_bytes!("../fixtures/anthropic_stream.txt")),
        [
            Ok(Delta::Working),
            Ok(Delta::Text("We are open".into())),
            Ok(Delta::Text(" until six — daily.".into())),
            Ok(Delta::Done { usage, finish: Finish::Stop, calls: vec![] }),
        ]
    );
}

#[test]
fn calls_are_put_together_from_their_pieces() {
    let event = |json: &str| format!("data: {json}\n\n");
    let stream = [
        event(r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#),
        event(r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"search","input":{}}}"#),
        event(r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}"#),
        event(r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_2","name":"create_ticket","input":{}}}"#),
        event(r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"größe\"}"}}"#),
        event(r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}"#),
        event(r#"{"type":"message_stop"}"#),
    ]
    .concat();
    let Some(Ok(Delta::Done { finish, calls, .. })) = decode(Decoder::default(), stream.as_bytes()).pop() else {
        panic!()
    };
    assert_eq!(finish, Finish::ToolCalls);
    assert_eq!((calls[0].id.as_str(), calls[0].arguments.as_str()), ("toolu_1", "{\"query\":\"größe\"}"));
    assert_eq!((calls[1].name.as_str(), calls[1].arguments.as_str()), ("create_ticket", ""));
}

#[test]
fn streams_that_end_in_other_ways() {
    let text =
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n";
    for (rest, last) in [
        ("data: {\"type\":\"message_stop\"}\n\n", Err(Error::Cut)),
        ("", Err(Error::Cut)),
        (
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            Err(Error::Retry {
                status: None,
                after: None,
                reason: "the provider broke off with `overloaded_error`".into(),
            }),
        ),
        (
            "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
            Ok(Delta::Done { usage: None, finish: Finish::Refused, calls: vec![] }),
        ),
        (
            "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
            Ok(Delta::Done { usage: None, finish: Finish::Other, calls: vec![] }),
        ),
    ] {
        assert_eq!(decode(Decoder::default(), format!("{text}{rest}").as_bytes()).pop(), Some(last), "{rest}");
    }
}

#[test]
fn a_whole_answer_says_the_same_as_a_stream() {
    let answer = json!({"type": "message", "content": [
        {"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": "Hi"},
        {"type": "tool_use", "id": "t", "name": "search", "input": {"query": "a"}},
    ], "stop_reason": "tool_use", "usage": {"input_tokens": 3, "cache_read_input_tokens": 2, "output_tokens": 4}});
    let seen = whole(Decoder::default(), &answer.to_string());
    assert_eq!(seen[0], Ok(Delta::Text("Hi".into())));
    let Ok(Delta::Done { usage, finish, calls }) = &seen[1] else { panic!("{seen:?}") };
    assert_eq!((*usage, *finish), (Some(Usage { prompt_tokens: 5, completion_tokens: 4 }), Finish::ToolCalls));
    assert_eq!(calls[0].arguments, "{\"query\":\"a\"}");
    assert_eq!(whole(Decoder::default(), r#"{"content":[{"type":"text","text":"Hi"}]}"#)[1], Err(Error::Cut));
}

#[test]
fn arguments_of_tools_stay_the_text_they_were_both_ways() {
    let written = r#"{"z":12345678901234567890123456789012,"a":{"y":1.50,"b":[1e2]}}"#;
    let answer = format!(
        r#"{{"content":[{{"type":"tool_use","id":"t","name":"f","input":{written}}}],"stop_reason":"tool_use"}}"#
    );
    let Ok(Delta::Done { calls, .. }) = &whole(Decoder::default(), &answer)[0] else { panic!() };
    assert_eq!(calls[0].arguments, written);
    let call = crate::ToolCall::new("c1", "f", Value::Null).written_as(written);
    let turns = vec![Turn::user("Hi"), Turn::tool_calls("", vec![call.clone()]), Turn::tool_result(&call, "done")];
    let sent = serde_json::to_string(&super::body(&haiku(), &Ask { messages: turns, ..ask() }, false)).unwrap();
    assert!(sent.contains(&format!("\"input\":{written}")), "{sent}");
}

#[test]
fn a_stop_of_nothing_but_blanks_is_not_sent() {
    let stop = vec!["\n".to_owned(), "END".into(), " ".into()];
    assert_eq!(body(&haiku(), &Ask { stop, ..ask() }, false)["stop_sequences"], json!(["END"]));
    assert_eq!(body(&haiku(), &Ask { stop: vec!["\n".into()], ..ask() }, false).get("stop_sequences"), None);
}
