//! The gateway as the official Python clients see it, with providers that misbehave behind it (docs/TESTING.md).

use judges::Judge;
use serde_json::{Value, json};
use sqlx::PgPool;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::gateway::Gate;

/// How a provider answers, and what a client has to make of it: whole, and as a stream. Empty: this way it is not asked.
struct Case {
    name: String,
    whole: &'static str,
    stream: &'static str,
    answer: ResponseTemplate,
}

fn case(name: impl Into<String>, whole: &'static str, stream: &'static str, answer: ResponseTemplate) -> Case {
    Case { name: name.into(), whole, stream, answer }
}

fn events(text: impl AsRef<str>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.as_ref().as_bytes().to_vec(), "text/event-stream")
}

fn page() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(b"<!doctype html><p>Sign in to this network</p>".to_vec(), "text/html")
}

fn openai_says(message: Value, finish: &str) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "some-model",
        "choices": [{ "index": 0, "message": message, "finish_reason": finish }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9 },
    })
}

fn chunk(choices: Value) -> String {
    let head = json!({ "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices });
    format!("data: {head}\n\n")
}

fn delta(delta: Value, finish: Option<&str>) -> String {
    chunk(json!([{ "index": 0, "delta": delta, "finish_reason": finish }]))
}

fn openai_cases() -> Vec<Case> {
    let hi = || json!({ "role": "assistant", "content": "Hi \u{1f6b2}" });
    let said = delta(json!({ "role": "assistant", "content": "Hi \u{1f6b2}" }), None) + &delta(json!({}), Some("stop"));
    let done = "data: [DONE]\n\n";
    let usage = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\
                 \"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}\n\n";
    let stream = format!("{said}{usage}{done}");
    let fine = "stop [Hi \u{1f6b2}] 7+2";
    let call = json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": "t1", "type": "function",
        "function": { "name": "pay", "arguments": "{\"z\": 123456789012345678901234567890, \"a\": 1.10}" } }] });
    let pay = "tool_calls [] 7+2 pay({\"z\": 123456789012345678901234567890, \"a\": 1.10})";
    let begun = delta(
        json!({ "tool_calls": [{ "index": 0, "id": "t1", "type": "function", "function": { "name": "pay", "arguments": "" } }] }),
        None,
    );
    let rest = ["{\"z\": 1234567890123456", "78901234567890, \"a\": 1.10}"]
        .map(|part| delta(json!({ "tool_calls": [{ "index": 0, "function": { "arguments": part } }] }), None))
        .concat();
    let finished = delta(json!({}), Some("tool_calls"));
    let error = "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}";
    let status = |status: u16| {
        ResponseTemplate::new(status)
            .set_body_json(json!({ "error": { "message": "m", "type": "some_error", "param": null, "code": null } }))
            .insert_header("retry-after-ms", "1")
    };
    let mut all = vec![
        case("a whole answer", fine, "", ResponseTemplate::new(200).set_body_json(openai_says(hi(), "stop"))),
        case(
            "a whole answer to who wants a stream",
            "",
            fine,
            ResponseTemplate::new(200).set_body_json(openai_says(hi(), "stop")),
        ),
        case("a stream", "", fine, events(&stream)),
        case("a stream without its last line", "", fine, events(stream.replace(done, ""))),
        case("a stream without its last empty line", "", fine, events(stream.trim_end())),
        case("a stream with carriage returns", "", fine, events(stream.replace('\n', "\r\n"))),
        case("a stream with nothing but carriage returns", "", fine, events(stream.replace('\n', "\r"))),
        case(
            "a stream with names and comments",
            "",
            fine,
            events(stream.replace("data: ", ": here\nid: 3\nevent: chunk\nretry: 5\ndata: ")),
        ),
        case("a stream without the space behind the colon", "", fine, events(stream.replace("data: ", "data:"))),
        case("a stream with a mark of its byte order", "", fine, events(format!("\u{feff}{stream}"))),
        case(
            "a stream whose usage has no choices",
            "",
            fine,
            events(stream.replace("\"choices\":[],", "\"choices\":null,")),
        ),
        case("a stream that breaks off", "", "APIError", events(&said[..said.len() - 40])),
        case(
            "an error inside of a stream",
            "",
            "APIError",
            events(delta(json!({ "content": "Hi" }), None) + &format!("data: {error}\n\n")),
        ),
        case(
            "an error in place of a stream",
            "InternalServerError 502",
            "InternalServerError 503",
            events(format!(": here\n\nevent: error\ndata: {error}\n\n")),
        ),
        case("a page in place of an answer", "InternalServerError 502", "InternalServerError 502", page()),
        case(
            "nothing in place of an answer",
            "InternalServerError 502",
            "InternalServerError 502",
            ResponseTemplate::new(200),
        ),
        case(
            "half an answer",
            "InternalServerError 502",
            "InternalServerError 502",
            ResponseTemplate::new(200).set_body_raw(b"{\"id\": \"c1\", \"choi".to_vec(), "application/json"),
        ),
        case("a call of a tool", pay, "", ResponseTemplate::new(200).set_body_json(openai_says(call, "tool_calls"))),
        case("a call of a tool in pieces", "", pay, events(format!("{begun}{rest}{finished}{usage}{done}"))),
        case(
            "an answer that was refused",
            "content_filter [] 7+2",
            "",
            ResponseTemplate::new(200)
                .set_body_json(openai_says(json!({ "role": "assistant", "content": "" }), "content_filter")),
        ),
    ];
    for (code, class) in [
        (400, "BadRequestError 400"),
        (401, "InternalServerError 502"),
        (403, "InternalServerError 502"),
        (404, "NotFoundError 404"),
        (413, "APIStatusError 413"),
        (422, "UnprocessableEntityError 422"),
        (429, "RateLimitError 429"),
        (500, "InternalServerError 503"),
        (503, "InternalServerError 503"),
    ] {
        all.push(case(format!("the status {code}"), class, class, status(code)));
    }
    all
}

fn claude(content: Value, stop: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": content,
        "stop_reason": stop, "stop_sequence": null, "usage": { "input_tokens": 7, "output_tokens": 2 },
    }))
}

fn claude_stream(blocks: &[(Value, Value)], end: &str) -> String {
    let mut all = vec![
        json!({ "type": "message_start", "message": { "id": "msg_1", "type": "message", "role": "assistant", "content": [],
        "model": "claude", "stop_reason": null, "stop_sequence": null, "usage": { "input_tokens": 7, "output_tokens": 1 } } }),
    ];
    for (index, (start, delta)) in blocks.iter().enumerate() {
        all.push(json!({ "type": "content_block_start", "index": index, "content_block": start }));
        all.push(json!({ "type": "ping" }));
        all.push(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        all.push(json!({ "type": "content_block_stop", "index": index }));
    }
    if !end.is_empty() {
        all.push(json!({ "type": "message_delta", "delta": { "stop_reason": end, "stop_sequence": null }, "usage": { "output_tokens": 2 } }));
        all.push(json!({ "type": "message_stop" }));
    }
    all.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())).collect()
}

fn anthropic_cases() -> Vec<Case> {
    let text = |text: &str| json!([{ "type": "text", "text": text }]);
    let said = |text: &str| (json!({ "type": "text", "text": "" }), json!({ "type": "text_delta", "text": text }));
    let input = "{\"z\": 123456789012345678901234567890, \"a\": 1.10}";
    let tool = format!(
        "{{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"stop_reason\":\"tool_use\",\"stop_sequence\":null,\
         \"usage\":{{\"input_tokens\":7,\"output_tokens\":2}},\"content\":[{{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"pay\",\"input\":{input}}}]}}"
    );
    let used = (
        json!({ "type": "tool_use", "id": "t1", "name": "pay", "input": {} }),
        json!({ "type": "input_json_delta", "partial_json": input }),
    );
    let status = |status: u16, kind: &str| {
        ResponseTemplate::new(status)
            .set_body_json(json!({ "type": "error", "error": { "type": kind, "message": "m" }, "request_id": "r" }))
            .insert_header("retry-after", "0")
    };
    let overloaded =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n";
    let mut all = vec![
        case("Anthropic: an answer", "stop [Hi \u{1f6b2}] 7+2", "", claude(text("Hi \u{1f6b2}"), "end_turn")),
        case(
            "Anthropic: a stream",
            "",
            "stop [Hi \u{1f6b2}] 7+2",
            events(claude_stream(&[said("Hi \u{1f6b2}")], "end_turn")),
        ),
        case("Anthropic: blanks around an answer", "stop [\n  Hi  ] 7+2", "", claude(text("\n  Hi  "), "end_turn")),
        case(
            "Anthropic: blanks around a stream",
            "",
            "stop [\n  Hi  ] 7+2",
            events(claude_stream(&[said("\n  Hi  ")], "end_turn")),
        ),
        case("Anthropic: no word", "stop [] 7+2", "", claude(json!([]), "end_turn")),
        case("Anthropic: a stream of no word", "", "stop [] 7+2", events(claude_stream(&[], "end_turn"))),
        case("Anthropic: too long", "length [Hi] 7+2", "", claude(text("Hi"), "max_tokens")),
        case("Anthropic: a refusal", "content_filter [] 7+2", "", claude(json!([]), "refusal")),
        case("Anthropic: a refusal in a stream", "", "content_filter [] 7+2", events(claude_stream(&[], "refusal"))),
        case("Anthropic: a stop that nobody knows", "stop [Hi] 7+2", "", claude(text("Hi"), "made_up")),
        case(
            "Anthropic: a block that nobody knows",
            "stop [Hi] 7+2",
            "",
            claude(json!([{ "type": "made_up", "x": 1 }, { "type": "text", "text": "Hi" }]), "end_turn"),
        ),
        case(
            "Anthropic: a thought before the answer",
            "",
            "stop [Hi] 7+2",
            events(claude_stream(
                &[
                    (
                        json!({ "type": "thinking", "thinking": "", "signature": "" }),
                        json!({ "type": "thinking_delta", "thinking": "Hm" }),
                    ),
                    said("Hi"),
                ],
                "end_turn",
            )),
        ),
        case(
            "Anthropic: a tool",
            "tool_calls [] 7+2 pay({\"z\": 123456789012345678901234567890, \"a\": 1.10})",
            "",
            ResponseTemplate::new(200).set_body_raw(tool.into_bytes(), "application/json"),
        ),
        case(
            "Anthropic: a tool in a stream",
            "",
            "tool_calls [] 7+2 pay({\"z\": 123456789012345678901234567890, \"a\": 1.10})",
            events(claude_stream(&[used], "tool_use")),
        ),
        case("Anthropic: a stream that breaks off", "", "APIError", events(claude_stream(&[said("Hi")], ""))),
        case(
            "Anthropic: overloaded in the middle",
            "",
            "APIError",
            events(claude_stream(&[said("Hi")], "") + overloaded),
        ),
        case("Anthropic: overloaded at once", "", "InternalServerError 503", events(overloaded)),
        case("Anthropic: a page in place of an answer", "InternalServerError 502", "InternalServerError 502", page()),
        case(
            "Anthropic: nothing in place of an answer",
            "InternalServerError 502",
            "InternalServerError 502",
            ResponseTemplate::new(200),
        ),
    ];
    for (code, kind, class) in [
        (400, "invalid_request_error", "BadRequestError 400"),
        (401, "authentication_error", "InternalServerError 502"),
        (404, "not_found_error", "NotFoundError 404"),
        (413, "request_too_large", "APIStatusError 413"),
        (429, "rate_limit_error", "RateLimitError 429"),
        (500, "api_error", "InternalServerError 503"),
        (529, "overloaded_error", "InternalServerError 503"),
    ] {
        all.push(case(format!("Anthropic: the status {code}"), class, class, status(code, kind)));
    }
    all
}

/// What is asked in each case: everything that a request can have, so that all of it is translated.
fn asked(model: &str, stream: bool) -> Value {
    let mut body = json!({
        "model": model,
        "max_tokens": 50,
        "stop": ["END"],
        "tool_choice": "auto",
        "tools": [{ "type": "function", "function": { "name": "pay", "description": "Pays.", "parameters": { "type": "object", "properties": { "a": { "type": "number" } } } } }],
        "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "assistant", "content": "Hello." },
            { "role": "user", "content": [{ "type": "text", "text": "Pay 5." }] },
            { "role": "assistant", "content": null, "tool_calls": [
                { "id": "t0", "type": "function", "function": { "name": "pay", "arguments": "{\"a\": 5}" } },
                { "id": "t1", "type": "function", "function": { "name": "pay", "arguments": "" } }] },
            { "role": "tool", "tool_call_id": "t0", "content": "paid" },
            { "role": "tool", "tool_call_id": "t1", "content": "" },
            { "role": "user", "content": "Thanks \u{1f6b2}" },
            { "role": "user", "content": "And now?" },
        ],
    });
    if stream {
        body["stream"] = json!(true);
        body["stream_options"] = json!({ "include_usage": true });
    }
    body
}

#[sqlx::test(migrations = "../migrations")]
async fn answers_of_every_kind_judged_by_the_python_clients(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    let (mut calls, mut wanted) = (Vec::new(), Vec::new());
    let dialects =
        [("openai", "/v1/chat/completions", openai_cases()), ("anthropic", "/v1/messages", anthropic_cases())];
    for (provider, address, cases) in dialects {
        for (number, case) in cases.into_iter().enumerate() {
            // A model of its own: what one of them did wrong is no reason to leave another alone.
            for (stream, expected) in
                [(false, case.whole), (true, case.stream)].into_iter().filter(|(_, e)| !e.is_empty())
            {
                let model = format!("case-{number}-{stream}");
                let mock =
                    Mock::given(method("POST")).and(path(address)).and(body_partial_json(json!({ "model": model })));
                mock.respond_with(case.answer.clone()).mount(&gate.provider).await;
                let name = format!("{}{}", case.name, if stream { ", streamed" } else { "" });
                calls.push(json!({ "name": name, "body": asked(&format!("{provider}/{model}"), stream) }));
                wanted.push(expected);
            }
        }
    }
    let ask = json!({ "url": gate.url, "key": gate.key, "calls": calls });
    let answer = tokio::task::spawn_blocking(move || judges::python("clients.py", &ask)).await.unwrap();
    let Some(answer) = answer else { return };
    let mut judge = Judge::new(format!("the gateway by PyPI's openai {}", answer["version"].as_str().unwrap()));
    for (said, wanted) in answer["said"].as_array().unwrap().iter().zip(wanted) {
        let name = said["name"].as_str().unwrap();
        judge.case(name, &said["said"].as_str().unwrap(), &wanted, None);
        judge.case(&format!("{name}: its shape"), &said["misfits"].to_string(), &"[]".to_owned(), None);
    }
    judge.finish();

    let requests = gate.provider.received_requests().await.unwrap();
    let to_anthropic = requests.iter().filter(|request| request.url.path() == "/v1/messages");
    let sent: Vec<Value> = to_anthropic.map(|request| request.body_json().unwrap()).collect();
    let ask = json!({ "sent": sent });
    let answer = tokio::task::spawn_blocking(move || judges::python("clients.py", &ask)).await.unwrap().unwrap();
    let name = format!("translated requests by PyPI's anthropic {}", answer["version"].as_str().unwrap());
    let mut judge = Judge::new(name);
    for (sent, wrong) in sent.iter().zip(answer["wrong"].as_array().unwrap()) {
        judge.case(&sent["model"].to_string(), &wrong.as_str().unwrap(), &"", None);
    }
    judge.finish();
}
