//! Models of another dialect through the gateway: what they answer and refuse, and what they are asked, as OpenAI's clients mean it.

use serde_json::{Value, json};
use sqlx::PgPool;
use wiremock::ResponseTemplate;

use crate::gateway::{Gate, hello};

const CLAUDE: &str = "anthropic/claude-haiku-4-5";
const FLASH: &str = "gemini/gemini-2.5-flash";

fn claude(content: Value, stop: &str) -> Value {
    json!({ "type": "message", "role": "assistant", "content": content, "stop_reason": stop,
        "usage": { "input_tokens": 5, "output_tokens": 3 } })
}

fn flash(parts: Value, finish: &str) -> Value {
    json!({ "candidates": [{ "content": { "role": "model", "parts": parts }, "finishReason": finish }],
        "usageMetadata": { "promptTokenCount": 5, "candidatesTokenCount": 3 } })
}

fn with(model: &str, name: &str, value: Value) -> Value {
    let mut body = hello(model);
    body[name] = value;
    body
}

async fn asked(gate: &Gate, body: &Value) -> (u16, Value) {
    let answer = gate.ask(body).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[sqlx::test(migrations = "../migrations")]
async fn what_the_provider_refuses_keeps_its_status(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    let anthropic = |kind: &str| json!({ "type": "error", "error": { "type": kind, "message": "m" } });
    let google = |code: u16, status: &str| json!({ "error": { "code": code, "status": status, "message": "m" } });
    for (model, status, body, kind, code) in [
        (CLAUDE, 400, anthropic("invalid_request_error"), "invalid_request_error", "invalid_request"),
        (CLAUDE, 404, anthropic("not_found_error"), "invalid_request_error", "model_not_found"),
        (CLAUDE, 413, anthropic("request_too_large"), "invalid_request_error", "request_too_large"),
        (CLAUDE, 429, anthropic("rate_limit_error"), "requests", "rate_limit_exceeded"),
        (FLASH, 400, google(400, "INVALID_ARGUMENT"), "invalid_request_error", "invalid_request"),
        (FLASH, 404, google(404, "NOT_FOUND"), "invalid_request_error", "model_not_found"),
        (FLASH, 413, google(413, "INVALID_ARGUMENT"), "invalid_request_error", "request_too_large"),
        (FLASH, 429, google(429, "RESOURCE_EXHAUSTED"), "requests", "rate_limit_exceeded"),
    ] {
        let mut answer = ResponseTemplate::new(status).set_body_json(&body);
        if status == 429 {
            answer = answer.insert_header("retry-after", "7");
        }
        gate.says(answer).await;
        // The second call is kept away from a provider that wants a pause, and is told the same.
        for stream in [false, true] {
            let answer = gate.ask(&with(model, "stream", json!(stream))).await;
            assert_eq!(answer.status().as_u16(), status, "{model} {body}");
            let after =
                answer.headers().get("retry-after").map(|after| after.to_str().unwrap().parse::<u64>().unwrap());
            assert_eq!(after.is_some_and(|after| (5..=7).contains(&after)), status == 429, "{model} {body} {after:?}");
            let error = answer.json::<Value>().await.unwrap()["error"].clone();
            assert_eq!((&error["type"], &error["code"]), (&json!(kind), &json!(code)), "{model} {body}");
        }
    }
    for (model, event, status) in [
        (
            "anthropic/claude-haiku-5-5",
            json!({ "type": "error", "error": { "type": "invalid_request_error", "message": "m" } }),
            400,
        ),
        (
            "anthropic/claude-sonnet-5-5",
            json!({ "type": "error", "error": { "type": "overloaded_error", "message": "m" } }),
            503,
        ),
        (
            "gemini/gemini-2.5-pro",
            json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m" } }),
            429,
        ),
    ] {
        gate.says(ResponseTemplate::new(200).set_body_raw(format!("data: {event}\n\n"), "text/event-stream")).await;
        assert_eq!(asked(&gate, &with(model, "stream", json!(true))).await.0, status, "{event}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_without_words_is_an_answer(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    let half_call = json!([{ "type": "text", "text": "So" }]);
    for (model, body, finish, content) in [
        (CLAUDE, claude(json!([]), "end_turn"), "stop", ""),
        (CLAUDE, claude(json!([{ "type": "text", "text": "" }]), "end_turn"), "stop", ""),
        (CLAUDE, claude(json!([]), "refusal"), "content_filter", ""),
        (CLAUDE, claude(json!([]), "max_tokens"), "length", ""),
        (CLAUDE, claude(json!([]), "model_context_window_exceeded"), "length", ""),
        (
            CLAUDE,
            claude(json!([{ "type": "thinking", "thinking": "hm", "signature": "x" }]), "max_tokens"),
            "length",
            "",
        ),
        (CLAUDE, claude(json!([]), "stop_sequence"), "stop", ""),
        (CLAUDE, claude(half_call, "max_tokens"), "length", "So"),
        (CLAUDE, claude(json!([{ "type": "text", "text": "\n  Hi \n\n" }]), "end_turn"), "stop", "\n  Hi \n\n"),
        (CLAUDE, claude(json!([{ "type": "text", "text": "  " }]), "end_turn"), "stop", "  "),
        (FLASH, flash(json!([]), "STOP"), "stop", ""),
        (FLASH, flash(json!([]), "MAX_TOKENS"), "length", ""),
        (FLASH, flash(json!([]), "SAFETY"), "content_filter", ""),
        (FLASH, flash(json!([]), "RECITATION"), "content_filter", ""),
        (FLASH, flash(json!([]), "PROHIBITED_CONTENT"), "content_filter", ""),
        (FLASH, json!({ "promptFeedback": { "blockReason": "SAFETY" } }), "content_filter", ""),
        (FLASH, json!({ "candidates": [{ "finishReason": "MAX_TOKENS", "index": 0 }] }), "length", ""),
        (FLASH, json!({ "candidates": [{ "content": { "role": "model" }, "finishReason": "STOP" }] }), "stop", ""),
        (FLASH, flash(json!([{ "text": "\tif x:\n" }]), "STOP"), "stop", "\tif x:\n"),
        (FLASH, flash(json!([{ "text": " " }, { "text": "Hi " }]), "STOP"), "stop", " Hi "),
    ] {
        gate.says(ResponseTemplate::new(200).set_body_json(&body)).await;
        let (status, said) = asked(&gate, &hello(model)).await;
        assert_eq!(status, 200, "{body}: {said}");
        let choice = &said["choices"][0];
        assert_eq!(
            (&choice["finish_reason"], &choice["message"]["content"]),
            (&json!(finish), &json!(content)),
            "{body}"
        );
        let text = gate.ask(&with(model, "stream", json!(true))).await.text().await.unwrap();
        let pieces: Vec<Value> =
            text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect();
        let words: String =
            pieces.iter().filter_map(|piece| piece["choices"][0]["delta"]["content"].as_str()).collect();
        assert_eq!(words, content, "{body}");
        assert!(pieces.iter().any(|piece| piece["choices"][0]["finish_reason"] == finish), "{body}: {text}");
        assert!(text.ends_with("data: [DONE]\n\n"), "{body}: {text}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn arguments_of_tools_go_through_as_they_were_written(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    for written in [
        r#"{"z":1,"a":{"y":[2,1],"b":null}}"#,
        r#"{"id":123456789012345678901234567890,"n":-9223372036854775809}"#,
        r#"{"price":1.50,"small":1e-7,"large":1e400}"#,
        r#"{"text":"caf\u00e9 \ud83d\ude00 \/"}"#,
        r#"{ "spaced" : [ 1 , 2 ] }"#,
        "{}",
    ] {
        let whole = format!(
            r#"{{"content":[{{"type":"tool_use","id":"t1","name":"f","input":{written}}}],"stop_reason":"tool_use","usage":{{"input_tokens":1,"output_tokens":1}}}}"#
        );
        let google = format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"functionCall":{{"name":"f","args":{written}}}}}]}},"finishReason":"STOP"}}]}}"#
        );
        for (model, answer) in [(CLAUDE, &whole), (FLASH, &google)] {
            gate.says(ResponseTemplate::new(200).set_body_raw(answer.clone(), "application/json")).await;
            let tools = json!([{ "type": "function", "function": { "name": "f" } }]);
            let (status, said) = asked(&gate, &with(model, "tools", tools.clone())).await;
            let call = &said["choices"][0]["message"]["tool_calls"][0];
            assert_eq!((status, &call["function"]["arguments"]), (200, &json!(written)), "{model}");
            // The caller hands them back, and so do we.
            let history = json!([{ "role": "user", "content": "Hi" }, { "role": "assistant", "content": null, "tool_calls": [call] },
                { "role": "tool", "tool_call_id": call["id"], "content": "done" }]);
            let mut again = with(model, "messages", history);
            again["tools"] = tools;
            assert_eq!(asked(&gate, &again).await.0, 200, "{model}");
            let sent = gate.sent().await;
            assert!(sent.contains(&format!(":{written}")), "{model}: {sent}");
        }
    }
    // What a limit cut off is no JSON any more, and is still what the model wrote.
    let cut = concat!(
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\\\": \\\"so\"}}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":{\"output_tokens\":5}}\n\n",
        "data: {\"type\":\"message_stop\"}\n\n"
    );
    gate.says(ResponseTemplate::new(200).set_body_raw(cut, "text/event-stream")).await;
    let text = gate.ask(&with(CLAUDE, "stream", json!(true))).await.text().await.unwrap();
    assert!(text.contains(r#""arguments":"{\"q\": \"so""#) && text.contains(r#""finish_reason":"length""#), "{text}");
}

/// A value for a field, and what an error has to name.
fn wrong() -> Vec<(&'static str, Value, &'static str)> {
    let user = |extra: Value| {
        let mut message = json!({ "role": "user", "content": "Hi" });
        message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!([message])
    };
    let tool = |function: Value| json!([{ "type": "function", "function": function }]);
    let history =
        |call: Value| json!([{ "role": "user", "content": "Hi" }, { "role": "assistant", "tool_calls": [call] }]);
    vec![
        ("messages", json!([{ "role": "user", "content": 7 }]), "messages[0].content"),
        ("messages", json!([{ "role": "user" }]), "messages[0].content"),
        ("messages", json!([{ "content": "Hi" }]), "role"),
        ("messages", json!(["Hi"]), "messages[0]"),
        ("messages", json!([{ "role": "robot", "content": "Hi" }]), "messages[0].role"),
        ("messages", json!([{ "role": 1, "content": "Hi" }]), "messages[0].role"),
        ("messages", user(json!({ "name": "Ada" })), "messages[0].name"),
        ("messages", user(json!({ "name": 7 })), "messages[0].name"),
        ("messages", user(json!({ "cache_control": { "type": "ephemeral" } })), "cache_control"),
        ("messages", user(json!({ "tool_calls": [] })), "messages[0].tool_calls"),
        ("messages", user(json!({ "tool_call_id": "c" })), "messages[0].tool_call_id"),
        ("messages", user(json!({ "audio": { "id": "a" } })), "messages[0].audio"),
        ("messages", user(json!({ "function_call": { "name": "f" } })), "messages[0].function_call"),
        (
            "messages",
            json!([{ "role": "user", "content": [{ "type": "text", "text": 1 }] }]),
            "messages[0].content[0].text",
        ),
        (
            "messages",
            json!([{ "role": "user", "content": [{ "type": "image_url", "image_url": { "url": "https://a/b" } }] }]),
            "messages[0].content[0]",
        ),
        (
            "messages",
            json!([{ "role": "user", "content": [{ "type": "text", "text": "a", "cache_control": {} }] }]),
            "cache_control",
        ),
        ("messages", json!([{ "role": "user", "content": ["a"] }]), "messages[0].content[0]"),
        (
            "messages",
            history(json!({ "id": "c", "type": "function", "function": { "name": "f", "arguments": "[1]" } })),
            "messages[1].tool_calls[0].function.arguments",
        ),
        (
            "messages",
            history(json!({ "id": "c", "type": "custom", "function": { "name": "f" } })),
            "messages[1].tool_calls[0].type",
        ),
        ("messages", history(json!({ "type": "function", "function": { "name": "f" } })), "id"),
        (
            "messages",
            history(
                json!({ "id": "c", "type": "function", "function": { "name": "f", "arguments": "{}" }, "extra_content": {} }),
            ),
            "extra_content",
        ),
        ("messages", json!([{ "role": "tool", "tool_call_id": "none", "content": "x" }]), "messages[0].tool_call_id"),
        ("tools", json!([{ "type": "custom", "custom": { "name": "f" } }]), "tools[0]"),
        ("tools", json!([{ "type": "function" }]), "function"),
        ("tools", tool(json!({ "description": "x" })), "name"),
        ("tools", tool(json!({ "name": "f", "description": 7 })), "tools[0].function.description"),
        ("tools", tool(json!({ "name": "f", "parameters": "none" })), "tools[0].function.parameters"),
        ("tools", tool(json!({ "name": "f", "parameters": [] })), "tools[0].function.parameters"),
        ("tools", tool(json!({ "name": "f", "strict": "yes" })), "tools[0].function.strict"),
        ("tools", tool(json!({ "name": "f", "made_up": 1 })), "made_up"),
        ("tools", json!([{ "type": "function", "function": { "name": "f" }, "cache_control": {} }]), "cache_control"),
        ("tools", json!([{ "type": "web_search_preview" }]), "tools[0]"),
        ("tool_choice", json!("perhaps"), "tool_choice"),
        ("tool_choice", json!("required"), "tool_choice"),
        ("tool_choice", json!({ "type": "function", "function": { "name": "nobody" } }), "tool_choice"),
        ("tool_choice", json!({ "type": "allowed_tools", "allowed_tools": {} }), "tool_choice"),
        ("response_format", json!({ "type": "json_object" }), "response_format"),
        ("response_format", json!({ "type": "json_schema" }), "response_format"),
        (
            "response_format",
            json!({ "type": "json_schema", "json_schema": { "name": "x", "schema": 1 } }),
            "response_format.json_schema.schema",
        ),
        (
            "response_format",
            json!({ "type": "json_schema", "json_schema": { "name": 1, "schema": {} } }),
            "response_format.json_schema.name",
        ),
        ("response_format", json!({ "type": "grammar" }), "response_format.type"),
        ("response_format", json!("json"), "response_format"),
        ("n", json!(2), "n"),
        ("n", json!("1"), "n"),
        ("n", json!(0), "n"),
        ("logprobs", json!(true), "logprobs"),
        ("top_logprobs", json!(3), "top_logprobs"),
        ("temperature", json!("warm"), "temperature"),
        ("temperature", json!(2.5), "temperature"),
        ("temperature", json!(-1), "temperature"),
        ("temperature", json!(1e39), "temperature"),
        ("stop", json!(7), "stop"),
        ("stop", json!([1]), "stop"),
        ("seed", json!(1), "seed"),
        ("top_p", json!(0.5), "top_p"),
        ("parallel_tool_calls", json!(false), "parallel_tool_calls"),
        ("reasoning_effort", json!("low"), "reasoning_effort"),
        ("prediction", json!({ "type": "content", "content": "x" }), "prediction"),
        ("store", json!(true), "store"),
        ("user", json!(7), "user"),
        ("metadata", json!({ "a": 1 }), "metadata"),
        ("max_tokens", json!("50"), "max_tokens"),
        ("max_tokens", json!(1.5), "max_tokens"),
        ("stream", json!("yes"), "stream"),
        ("stream_options", json!({ "include_usage": true }), "stream_options"),
        ("stream_options", json!({ "include_usage": "yes" }), "stream_options"),
    ]
}

#[sqlx::test(migrations = "../migrations")]
async fn a_field_that_cannot_be_obeyed_is_named(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    gate.says(ResponseTemplate::new(500)).await;
    let only_anthropic = [("temperature", json!(0.2), "temperature")];
    let all = || wrong().into_iter().flat_map(|case| [(CLAUDE, case.clone()), (FLASH, case)]);
    let mut tried = 0;
    for (model, (name, value, named)) in all().chain(only_anthropic.map(|case| (CLAUDE, case))) {
        let (status, said) = asked(&gate, &with(model, name, value.clone())).await;
        assert_eq!(status, 400, "{model} {name} {value}: {said}");
        let error = &said["error"];
        let (param, message) = (error["param"].as_str().unwrap(), error["message"].as_str().unwrap());
        assert!(
            param.starts_with(name) && (param.contains(named) || message.contains(named)),
            "{name} {value}: {error}"
        );
        tried += 1;
    }
    // Also behind a model that could be asked for it: it is said before anything is spent.
    let chain = format!("openai/gpt-4.1-mini|{CLAUDE}");
    assert_eq!(asked(&gate, &with(&chain, "seed", json!(1))).await.0, 400);
    assert!(gate.written().await.is_empty(), "no provider was asked");
    println!("{tried} fields that cannot be obeyed: each named");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_clients_send_by_habit_is_taken(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    let tools = json!([{ "type": "function", "function": { "name": "f", "description": null, "parameters": null, "strict": false } }]);
    let call =
        json!({ "id": "c1", "type": "function", "index": 0, "function": { "name": "f", "arguments": "{\"a\": 1}" } });
    let dumped = json!({ "role": "assistant", "content": null, "refusal": null, "annotations": [], "audio": null, "function_call": null, "tool_calls": [call] });
    for (name, value, sent) in [
        (
            "messages",
            json!([{ "role": "developer", "content": "Be kind." }, { "role": "user", "content": "Hi" }]),
            "Be kind.",
        ),
        (
            "messages",
            json!([{ "role": "user", "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] }]),
            "a\\nb",
        ),
        (
            "messages",
            json!([{ "role": "user", "content": "Hi" }, dumped, { "role": "tool", "name": "f", "tool_call_id": "c1", "content": "done" }]),
            "{\"a\": 1}",
        ),
        (
            "messages",
            json!([{ "role": "user", "content": "Hi" }, { "role": "assistant", "content": "No.", "refusal": "I will not." }, { "role": "user", "content": "Why?" }]),
            "I will not.",
        ),
        ("tools", tools, "\"f\""),
        ("stop", json!(["END"]), "END"),
        ("stop", Value::Null, "Hello"),
        ("temperature", json!(1), "Hello"),
        ("user", json!("u1"), "Hello"),
        ("metadata", json!({ "a": "b" }), "Hello"),
        ("response_format", json!({ "type": "text" }), "Hello"),
        ("made_up", Value::Null, "Hello"),
        ("tool_choice", json!("auto"), "Hello"),
        ("logit_bias", json!({}), "Hello"),
    ] {
        for (model, answer) in [
            (CLAUDE, claude(json!([{ "type": "text", "text": "Hi" }]), "end_turn")),
            (FLASH, flash(json!([{ "text": "Hi" }]), "STOP")),
        ] {
            gate.says(ResponseTemplate::new(200).set_body_json(&answer)).await;
            let (status, said) = asked(&gate, &with(model, name, value.clone())).await;
            assert_eq!(status, 200, "{model} {name} {value}: {said}");
            let body = gate.sent().await;
            assert!(body.contains(sent), "{model} {name}: {body}");
        }
    }
    // Google's models stop at a line's end and take any warmth; Anthropic's refuse both.
    gate.says(ResponseTemplate::new(200).set_body_json(flash(json!([{ "text": "Hi" }]), "STOP"))).await;
    let mut body = with(FLASH, "stop", json!(["\n", ""]));
    body["temperature"] = json!(0.125);
    assert_eq!(asked(&gate, &body).await.0, 200);
    let sent: Value = serde_json::from_str(&gate.sent().await).unwrap();
    let settings = &sent["generationConfig"];
    assert_eq!((&settings["stopSequences"], &settings["temperature"]), (&json!(["\n"]), &json!(0.125)));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_strict_schema_is_kept_or_the_next_model_is_asked(admin: PgPool) {
    let gate = Gate::open_to_all(admin).await;
    let schema = json!({ "type": "object", "properties": { "a": { "type": "integer" } }, "required": ["a"] });
    let strict =
        |is: bool| json!({ "type": "json_schema", "json_schema": { "name": "x", "schema": schema, "strict": is } });
    let tools = json!([{ "type": "function", "function": { "name": "f", "parameters": schema, "strict": true } }]);
    let call = |args: Value| flash(json!([{ "functionCall": { "name": "f", "args": args } }]), "STOP");
    for (name, value, answer, status) in [
        ("response_format", strict(true), flash(json!([{ "text": "{\"a\": 1}" }]), "STOP"), 200),
        ("response_format", strict(true), flash(json!([{ "text": "{\"a\": \"one\"}" }]), "STOP"), 502),
        ("response_format", strict(false), flash(json!([{ "text": "{\"a\": \"one\"}" }]), "STOP"), 200),
        ("response_format", strict(true), flash(json!([{ "text": "{\"a\":" }]), "MAX_TOKENS"), 200),
        ("response_format", strict(true), flash(json!([]), "SAFETY"), 200),
        ("tools", tools.clone(), call(json!({ "a": 1 })), 200),
        ("tools", tools.clone(), call(json!({ "a": "one" })), 502),
    ] {
        gate.says(ResponseTemplate::new(200).set_body_json(&answer)).await;
        let (given, said) = asked(&gate, &with(FLASH, name, value.clone())).await;
        assert_eq!(given, status, "{answer}: {said}");
    }
    let chain = format!("{FLASH}|scripted/scripted-1");
    let answer = gate.ask(&with(&chain, "tools", tools)).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["x-model"].to_str().unwrap()), (200, "scripted/scripted-1"));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_call_of_which_the_provider_tells_nothing_is_booked_as_an_estimate(admin: PgPool) {
    let gate = Gate::open_to_all(admin.clone()).await;
    let mut answer = claude(json!([{ "type": "text", "text": "Hello there, how are you?" }]), "end_turn");
    answer.as_object_mut().unwrap().remove("usage");
    gate.says(ResponseTemplate::new(200).set_body_json(&answer)).await;
    assert_eq!(asked(&gate, &hello(CLAUDE)).await.0, 200);
    gate.says(ResponseTemplate::new(200).set_body_json(claude(json!([{ "type": "text", "text": "Hi" }]), "end_turn")))
        .await;
    assert_eq!(asked(&gate, &hello(CLAUDE)).await.0, 200);
    // Half a stream: the provider has written something, and bills it.
    let half = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n";
    gate.says(ResponseTemplate::new(200).set_body_raw(half, "text/event-stream")).await;
    gate.ask(&with(CLAUDE, "stream", json!(true))).await.text().await.unwrap();
    gate.written().await;
    let rows: Vec<(String, bool, bool)> =
        sqlx::query_as("select outcome, estimated, cost_micros > 0 from llm_requests order by created_at, id")
            .fetch_all(&admin)
            .await
            .unwrap();
    let row = |outcome: &str, estimated| (outcome.to_owned(), estimated, true);
    assert_eq!(rows, [row("ok", true), row("ok", false), row("cut", true)]);
}
