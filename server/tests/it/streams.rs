//! Streams of any framing and requests of another dialect, through the gateway: what real providers send and real clients ask.

use serde_json::{Value, json};
use sqlx::PgPool;
use wiremock::ResponseTemplate;

use crate::gateway::{Gate, hello};

#[sqlx::test(migrations = "../migrations")]
async fn nothing_of_a_translated_request_is_left_out_without_a_word(admin: PgPool) {
    let gate = Gate::open(admin).await;
    let with = |name: &str, value: Value| {
        let mut body = hello("scripted/scripted-1");
        body[name] = value;
        body
    };
    for (name, value) in [
        ("n", json!(2)),
        ("logprobs", json!(true)),
        ("functions", json!([{ "name": "f" }])),
        ("parallel_tool_calls", json!(false)),
        ("response_format", json!({ "type": "json_object" })),
        ("tool_choice", json!("perhaps")),
        ("stop", json!(7)),
        ("temperature", json!("warm")),
        ("tools", json!("none")),
        ("reasoning_effort", json!("high")),
        ("made_up", json!(1)),
    ] {
        let answer = gate.ask(&with(name, value)).await;
        assert_eq!(answer.status(), 400, "{name}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["param"], name, "{body}");
    }
    for (name, value) in [
        ("n", json!(1)),
        ("top_p", json!(1)),
        ("made_up", Value::Null),
        ("user", json!("u1")),
        ("stop", json!(["\n", "END", ""])),
        ("response_format", json!({ "type": "text" })),
        (
            "messages",
            json!([{ "role": "user", "content": "Hello" }, { "role": "assistant", "content": [{ "type": "refusal", "refusal": "No." }] }, { "role": "user", "content": "Why?" }]),
        ),
        (
            "messages",
            json!([{ "role": "user", "content": "Hello" }, { "role": "assistant", "content": null, "tool_calls": [{ "id": "c1", "type": "function", "function": { "name": "f", "arguments": "" } }] }, { "role": "tool", "tool_call_id": "c1", "content": "done" }]),
        ),
    ] {
        let answer = gate.ask(&with(name, value)).await;
        assert_eq!(answer.status(), 200, "{name}: {}", answer.text().await.unwrap());
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_translated_stream_has_one_id_and_one_moment(admin: PgPool) {
    let gate = Gate::open(admin).await;
    let mut body = hello("scripted/scripted-1");
    (body["stream"], body["stream_options"]) = (json!(true), json!({ "include_usage": true }));
    let text = gate.ask(&body).await.text().await.unwrap();
    let pieces: Vec<Value> =
        text.lines().filter_map(|l| l.strip_prefix("data: ")).filter_map(|d| serde_json::from_str(d).ok()).collect();
    assert!(pieces.len() > 2 && pieces.last().unwrap()["usage"].is_object(), "{text}");
    assert!(pieces.iter().all(|p| p["id"] == pieces[0]["id"] && p["created"] == pieces[0]["created"]), "{text}");
}

/// A stream in which this stands, beside what a client asked for.
fn streamed(body: &str, kind: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.as_bytes().to_vec(), kind)
}

const ANSWER: &str = "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n\
    data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n";

#[sqlx::test(migrations = "../migrations")]
async fn a_stream_of_any_framing_is_a_complete_answer(admin: PgPool) {
    let gate = Gate::open(admin).await;
    let whole = json!({ "id": "c1", "object": "chat.completion", "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Hi" },
        "finish_reason": "stop" }], "usage": { "prompt_tokens": 7, "completion_tokens": 2 } });
    let cases = [
        ("gpt-4.1", ANSWER.to_owned(), "text/event-stream"),
        ("gpt-4.1-mini", ANSWER.trim_end().to_owned(), "text/event-stream"),
        ("gpt-4.1-nano", ANSWER.replace('\n', "\r"), "text/event-stream"),
        ("gpt-4o", ANSWER.replace("data: ", "id: 3\nevent: chunk\ndata: "), "text/event-stream"),
        ("gpt-4o-mini", whole.to_string(), "application/json"),
    ];
    for (model, body, kind) in &cases {
        gate.answers(model, streamed(body, kind)).await;
        let answer = gate.ask(&json!({ "stream": true, "model": format!("openai/{model}"), "messages": [{ "role": "user", "content": "Hello" }] })).await;
        assert_eq!(answer.status(), 200, "{model}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("\"Hi\"") && text.contains("[DONE]"), "{model}: {text}");
        assert!(!text.contains("\"cut\"") && !text.contains("prompt_tokens"), "{model}: {text}");
    }
    for (outcome, model, read, written, _) in gate.written().await {
        assert_eq!((outcome.as_str(), read, written), ("ok", 7, 2), "{model}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_no_answer_in_place_of_the_first_event_goes_to_the_next_model(admin: PgPool) {
    let gate = Gate::open(admin).await;
    gate.answers("gpt-4.1-mini", streamed(&format!("{ANSWER}data: [DONE]\n\n"), "text/event-stream")).await;
    let error = "{ \"error\" : {\"message\":\"overloaded\",\"type\":\"server_error\"}}";
    for (model, body, kind) in [
        ("gpt-4o", format!(": keep-alive\n\ndata: {error}\n\n"), "text/event-stream"),
        ("gpt-4o-mini", format!("event: error\ndata: {error}\n\n"), "text/event-stream"),
        ("gpt-4.1", "<!doctype html><p>Sign in to this network</p>".to_owned(), "text/html"),
        ("gpt-4.1-nano", error.to_owned(), "application/json"),
    ] {
        gate.answers(model, streamed(&body, kind)).await;
        let chain = format!("openai/{model}|openai/gpt-4.1-mini");
        let answer = gate
            .ask(&json!({ "stream": true, "model": chain, "messages": [{ "role": "user", "content": "Hello" }] }))
            .await;
        assert_eq!(answer.headers()["x-model"], "openai/gpt-4.1-mini", "{model}");
        assert!(answer.text().await.unwrap().contains("\"Hi\""), "{model}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_end_without_a_reason_to_stop_is_marked_as_broken_off(admin: PgPool) {
    let gate = Gate::open(admin).await;
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n";
    gate.answers("gpt-4.1", streamed(half, "text/event-stream")).await;
    gate.ask(
        &json!({ "stream": true, "model": "openai/gpt-4.1", "messages": [{ "role": "user", "content": "Hello" }] }),
    )
    .await
    .text()
    .await
    .unwrap();
    assert_eq!(gate.written().await[0].0, "cut");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_that_comes_packed_is_read(admin: PgPool) {
    use std::io::Write as _;
    let gate = Gate::open(admin).await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{ANSWER}data: [DONE]\n\n").as_bytes()).unwrap();
    let packed = ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_raw(packed.finish().unwrap(), "text/event-stream");
    gate.answers("gpt-4.1", packed).await;
    let answer = gate
        .ask(
            &json!({ "stream": true, "model": "openai/gpt-4.1", "messages": [{ "role": "user", "content": "Hello" }] }),
        )
        .await;
    assert!(answer.text().await.unwrap().contains("\"Hi\""));
    assert_eq!(gate.written().await[0].0, "ok");
}
