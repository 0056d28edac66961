//! OpenAI's wire: the request against fixtures, streams in every portion, whole answers.

use super::*;
use crate::JsonSchema;
use crate::http::tests::{ask, choice, decode, tool_ask, whole};

fn done(usage: Option<Usage>, finish: Finish) -> Result<Delta, Error> {
    Ok(Delta::Done { usage, finish, calls: vec![] })
}

#[test]
fn the_request_is_the_fixture() {
    let expected: Value = serde_json::from_str(include_str!("../fixtures/openai_request.json")).unwrap();
    assert_eq!(body(&choice(Provider::OpenAi, "gpt-4.1-mini"), &ask(), true), expected);
    let plain = body(&choice(Provider::OpenAi, "gpt-4.1-mini"), &ask(), false);
    assert_eq!((plain.get("stream"), plain.get("stream_options")), (None, None));
}

#[test]
fn each_kind_of_host_gets_the_fields_it_knows() {
    let compatible = body(&choice(Provider::Compatible, "llama"), &Ask { stop: vec!["END".into()], ..ask() }, true);
    assert_eq!(compatible["max_tokens"], 300);
    assert_eq!(compatible["temperature"], 0.7);
    assert_eq!(compatible["stop"], json!(["END"]));
    assert_eq!(compatible["max_completion_tokens"], Value::Null);
    let reasoning = body(&choice(Provider::OpenAi, "gpt-6-luna"), &ask(), true);
    assert_eq!(reasoning["reasoning_effort"], "none");
    assert_eq!(reasoning["temperature"], Value::Null);
}

#[test]
fn tools_their_calls_and_results_are_sent() {
    let body = body(&choice(Provider::OpenAi, "gpt-4.1-mini"), &tool_ask(), false);
    assert_eq!(body["tools"][0]["function"]["name"], "search");
    assert_eq!(body["tools"][0]["function"]["parameters"]["type"], "object");
    assert_eq!(body["tool_choice"], "auto");
    let messages = body["messages"].as_array().unwrap();
    assert_eq!(messages[1]["tool_calls"][0]["function"]["arguments"], "{\"query\":\"hours\"}");
    assert_eq!(messages[1]["content"], Value::Null);
    assert_eq!(messages[2], json!({"role": "tool", "tool_call_id": "c1", "content": "Nine to six."}));
}

#[test]
fn a_schema_is_strict_only_where_it_can_be() {
    let with = |schema: Value| {
        let ask = Ask { schema: Some(JsonSchema::new("intent", schema)), ..ask() };
        body(&choice(Provider::OpenAi, "gpt-4.1"), &ask, false)["response_format"]["json_schema"].clone()
    };
    let closed = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false});
    assert_eq!(with(closed)["strict"], true);
    let open = with(json!({"type": "object", "properties": {"a": {"type": "string"}}}));
    assert_eq!((&open["strict"], &open["name"]), (&json!(false), &json!("intent")));
}

#[test]
fn a_whole_stream_gives_text_usage_and_reason() {
    let usage = Some(Usage { prompt_tokens: 42, completion_tokens: 9 });
    assert_eq!(
        decode(Decoder::default(), include_bytes!("../fixtures/openai_stream.txt")),
        [
            Ok(Delta::Text("We are open".into())),
            Ok(Delta::Text(" until six — daily.".into())),
            done(usage, Finish::Stop),
        ]
    );
}

#[test]
fn calls_are_put_together_from_their_pieces() {
    let call = |json: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{json}]}}}}]}}\n\n");
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let stream = [
        call(r#"{"index":0,"id":"a","type":"function","function":{"name":"search","arguments":""}}"#),
        call(r#"{"index":0,"function":{"arguments":"{\"query\":"}}"#),
        call(r#"{"index":1,"id":"b","function":{"name":"create_ticket","arguments":"{}"}}"#),
        call(r#"{"index":0,"function":{"arguments":"\"größe\"}"}}"#),
        call(r#"{"index":0,"id":"c","function":{"name":"search","arguments":"{}"}}"#),
        end.into(),
    ]
    .concat();
    let raw = |id: &str, name: &str, arguments: &str| RawCall {
        id: id.into(),
        name: name.into(),
        arguments: arguments.into(),
        seal: None,
    };
    let calls =
        vec![raw("a", "search", "{\"query\":\"größe\"}"), raw("b", "create_ticket", "{}"), raw("c", "search", "{}")];
    let seen = decode(Decoder::default(), stream.as_bytes());
    assert_eq!(seen.first(), Some(&Ok(Delta::Working)));
    assert_eq!(seen.last(), Some(&Ok(Delta::Done { usage: None, finish: Finish::ToolCalls, calls })));
}

#[test]
fn streams_that_end_in_other_ways() {
    for (stream, last) in [
        // A host that sends no usage: none is invented.
        (
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n",
            done(None, Finish::Length),
        ),
        // A host that just closes after the finish reason.
        ("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n", done(None, Finish::Refused)),
        (
            "data: {\"choices\":[{\"delta\":{\"refusal\":\"No.\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            done(None, Finish::Refused),
        ),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", Err(Error::Cut)),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", Err(Error::Cut)),
        ("data: {\"choices\":[{\"del", Err(Error::Cut)),
        ("", Err(Error::Cut)),
        (
            "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n",
            Err(Error::Retry {
                status: None,
                after: None,
                reason: "the provider broke off with `server_error`".into(),
            }),
        ),
    ] {
        assert_eq!(decode(Decoder::default(), stream.as_bytes()).pop(), Some(last), "{stream}");
    }
}

#[test]
fn a_whole_answer_says_the_same_as_a_stream() {
    let body = json!({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi", "refusal": null, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "search", "arguments": "{}"}},
            {"id": "b", "type": "function", "function": {"name": "search", "arguments": "{}"}},
        ]}, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    });
    let seen = whole(Decoder::default(), &body.to_string());
    assert_eq!(seen[0], Ok(Delta::Text("Hi".into())));
    let Ok(Delta::Done { usage, finish, calls }) = &seen[1] else { panic!("{seen:?}") };
    assert_eq!(
        (*usage, *finish, calls.len()),
        (Some(Usage { prompt_tokens: 3, completion_tokens: 4 }), Finish::ToolCalls, 2)
    );
    assert_eq!(whole(Decoder::default(), r#"{"choices":[{"message":{"content":"Hi"}}]}"#)[1], Err(Error::Cut));
    assert_eq!(whole(Decoder::default(), "{\"choices\":")[0], Err(Error::Cut));
    assert_eq!(
        whole(Decoder::default(), r#"{"error":{"type":"server_error"}}"#)[0].as_ref().unwrap_err().word(),
        "retry"
    );
}
