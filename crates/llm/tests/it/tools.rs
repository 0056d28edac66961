//! Tool calls through the whole of `Models`, and models that call tools badly.

use llm::{Finish, ToolCall, ToolSpec, Turn};
use serde_json::json;

use crate::peers::{self, Peer, models};
use crate::*;

fn with_tool() -> Ask {
    let schema = json!({"type": "object", "properties": {"query": {"type": "string"}}});
    Ask {
        tools: vec![ToolSpec { name: "search_knowledge_base".into(), description: "Looks things up.".into(), schema }],
        ..ask()
    }
}

fn call(arguments: &str) -> ResponseTemplate {
    let piece = json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "search_knowledge_base", "arguments": arguments}}]}}]});
    let end = json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]});
    peers::stream(&format!("data: {piece}\n\ndata: {end}\n\ndata: [DONE]\n\n"))
}

#[tokio::test]
async fn calls_come_with_the_answer() {
    let peer = Peer::start().await;
    peer.openai(call(r#"{"query":"hours"}"#)).await;
    let answer = models(&peer).complete(&[gpt()], &with_tool()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish), ("", Finish::ToolCalls));
    assert_eq!(answer.tool_calls, [ToolCall::new("c1", "search_knowledge_base", json!({"query": "hours"}))]);
}

#[tokio::test]
async fn broken_arguments_are_said_so_and_the_next_model_is_asked() {
    let peer = Peer::start().await;
    peer.openai(call(r#"{"query":"ho"#)).await;
    peer.anthropic(anthropic_body()).await;
    let models = models(&peer);
    let failed = models.complete(&[gpt()], &with_tool()).await.unwrap_err();
    assert_eq!(failed.error.word(), "malformed");
    assert_eq!(failed.to_string(), "the arguments of `search_knowledge_base` are not JSON");
    assert_eq!(outcomes(&failed.attempts), ["openai malformed", "openai malformed"], "asked once more, at once");
    assert!(!failed.error.is_passing(), "nobody has to wait for that");
    let answer = models.complete(&[gpt(), claude()], &with_tool()).await.unwrap();
    assert_eq!(outcomes(&answer.attempts), ["openai malformed", "anthropic ok"]);
    for _ in 0..8 {
        let _ = models.complete(&[gpt()], &with_tool()).await;
    }
    assert!(peer.count("/v1/chat/completions").await > 9, "bad JSON is no outage");
}

#[tokio::test]
async fn a_model_that_wrote_nonsense_once_may_mend_it_by_itself() {
    let peer = Peer::start().await;
    peer.openai_once(call(r#"{"query":"ho"#)).await;
    peer.openai(call(r#"{"query":"hours"}"#)).await;
    let answer = models(&peer).complete(&[gpt()], &with_tool()).await.unwrap();
    assert_eq!(outcomes(&answer.attempts), ["openai malformed", "openai ok"]);
}

#[tokio::test(start_paused = true)]
async fn a_fresh_clone_shows_a_tool_in_use() {
    let models = peers::with(Settings::default());
    let ask = Ask { messages: vec![Turn::user("Do you ship to Norway?")], ..with_tool() };
    let first = models.complete(&[scripted("scripted-1")], &ask).await.unwrap();
    assert_eq!((first.finish, first.tool_calls[0].name.as_str()), (Finish::ToolCalls, "search_knowledge_base"));
    let mut ask = ask;
    ask.messages.push(Turn::tool_calls(first.text, first.tool_calls.clone()));
    ask.messages.push(Turn::tool_result(&first.tool_calls[0], "Shipping to Norway takes three days and is free."));
    let second = models.complete(&[scripted("scripted-1")], &ask).await.unwrap();
    assert!(second.text.contains("three days") && second.tool_calls.is_empty(), "{}", second.text);
}

#[tokio::test(start_paused = true)]
async fn the_scripted_model_can_call_badly() {
    let models = peers::with(Settings::default());
    let ask = Ask { messages: vec![Turn::user("[[badjson]]")], ..with_tool() };
    assert_eq!(models.complete(&[scripted("scripted-1")], &ask).await.unwrap_err().error.word(), "malformed");
}
