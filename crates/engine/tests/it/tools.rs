//! Webhooks in a reply: inside the turn's time, once for a message, and never by two workers side by side.

use std::time::Duration as Wait;

use chrono::Duration;
use domain::action::{ActionDraft, Argument, ArgumentKind};
use domain::message::Channel;
use engine::actions::{self, NewSecrets};
use serde_json::json;
use sqlx::PgPool;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::turns::{PHONE, answers, elsewhere, elsewhere_leasing, kept, saying, streamed};
use crate::world::World;

/// The agent may book at this address.
async fn books_at(world: &World, address: &str) {
    let draft = ActionDraft {
        name: "book_viewing".into(),
        description: "Books a viewing.".into(),
        url: format!("{address}/book"),
        body: r#"{"day": "{{args.day}}"}"#.into(),
        arguments: vec![Argument {
            name: "day".into(),
            kind: ArgumentKind::Text,
            description: "Which day".into(),
            required: true,
        }],
        ..ActionDraft::default()
    };
    actions::save(&world.cx, world.agent, None, draft, NewSecrets::default()).await.unwrap();
}

/// A model that asks for the tool, on one day for each.
fn asking(days: &[&str]) -> ResponseTemplate {
    let calls: Vec<_> = days
        .iter()
        .enumerate()
        .map(|(i, day)| {
            json!({ "index": i, "id": format!("c{i}"), "type": "function",
                "function": { "name": "book_viewing", "arguments": json!({ "day": day }).to_string() } })
        })
        .collect();
    streamed(json!({ "tool_calls": calls }), "tool_calls")
}

/// The ids under which the other system was asked, in order.
async fn ids(book: &MockServer) -> Vec<String> {
    let asked = book.received_requests().await.unwrap();
    asked.iter().map(|r| r.headers.get("webhook-id").unwrap().to_str().unwrap().to_owned()).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_that_is_begun_anew_does_not_book_twice(pool: PgPool) {
    let (world, model) = elsewhere(pool).await;
    let book = MockServer::start().await;
    Mock::given(path("/book"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "booked": true })))
        .mount(&book)
        .await;
    books_at(&world, &book.uri()).await;
    // It asks, then breaks; tried anew it asks again, then answers.
    for answer in
        [asking(&["Monday"]), ResponseTemplate::new(500), asking(&["Monday"]), saying("You are welcome on Monday.")]
    {
        Mock::given(path("/chat/completions")).respond_with(answer).up_to_n_times(1).mount(&model).await;
    }
    answers(&model, saying("You are welcome on Monday.")).await;
    world.hears(Channel::Sms, PHONE, "Can I see it on Monday?").await;
    world.pass(Duration::seconds(5)).await;
    world.pass(Duration::minutes(3)).await;
    world.pass(Duration::minutes(10)).await;
    assert_eq!(ids(&book).await.len(), 1, "one message, one booking");
    let turns = kept(&world).await;
    let used: Vec<bool> =
        turns.iter().flat_map(|t| &t.tools).filter(|t| t.name == "book_viewing").map(|t| t.ok).collect();
    assert!(used.len() >= 2 && used.iter().all(|ok| *ok), "the second try is told what the first did: {used:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_call_that_was_cut_short_is_repeated_under_the_same_id(pool: PgPool) {
    let (world, _model) = elsewhere(pool).await;
    let book = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_body_json(json!({})).set_delay(Wait::from_secs(2));
    Mock::given(path("/book")).respond_with(slow).up_to_n_times(1).mount(&book).await;
    Mock::given(path("/book")).respond_with(ResponseTemplate::new(200).set_body_json(json!({}))).mount(&book).await;
    books_at(&world, &book.uri()).await;
    world.hears(Channel::Sms, PHONE, "Hello").await;
    let (conversation, message): (uuid::Uuid, uuid::Uuid) =
        sqlx::query_as("select conversation_id, id from messages").fetch_one(&world.admin).await.unwrap();
    let action = actions::list(&world.cx, world.agent).await.unwrap().remove(0);
    let about = |secs: u64| actions::About {
        conversation_id: Some(domain::id::ConversationId::new(conversation)),
        answers: Some(domain::id::MessageId::new(message)),
        until: Some(std::time::Instant::now() + Wait::from_millis(secs * 100)),
        ..actions::About::default()
    };
    let call = async |about: actions::About, day: &str| {
        actions::call(&world.cx, world.agent, action.id, &json!({ "day": day }), &about).await.unwrap()
    };
    let begun = std::time::Instant::now();
    let cut = call(about(3), "Monday").await;
    assert!(!cut.ok && begun.elapsed() < Wait::from_secs(1), "it is not waited for beyond its time: {cut:?}");
    let done = call(about(50), "Monday").await;
    assert!(done.ok && !done.is_repeat, "what was cut is asked again: {done:?}");
    let again = call(about(50), "Monday").await;
    assert!(again.ok && again.is_repeat, "what came to its end is not: {again:?}");
    call(about(50), "Tuesday").await;
    let ids = ids(&book).await;
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_reply_ends_inside_its_lease_however_slow_its_tools_are(pool: PgPool) {
    let (world, model) = elsewhere(pool).await;
    let book = MockServer::start().await;
    // Longer than the client waits, three times for each of three tools: half a minute and more without a bound.
    let slow = ResponseTemplate::new(500).set_delay(Wait::from_secs(9));
    Mock::given(path("/book")).respond_with(slow).mount(&book).await;
    books_at(&world, &book.uri()).await;
    Mock::given(path("/chat/completions"))
        .respond_with(asking(&["Mon", "Tue", "Wed"]))
        .up_to_n_times(1)
        .mount(&model)
        .await;
    answers(&model, saying("We could not book it.")).await;
    world.hears(Channel::Sms, PHONE, "Can I see it?").await;
    let begun = std::time::Instant::now();
    world.pass(Duration::seconds(5)).await;
    let took = begun.elapsed();
    assert!(took < Wait::from_secs(55), "the turn took {took:?}");
    let turns = kept(&world).await;
    assert_eq!(turns.len(), 1, "one turn");
    let mut different = ids(&book).await;
    different.sort_unstable();
    different.dedup();
    assert!(different.len() <= 3, "one id for each call: {different:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_job_that_outlasts_its_lease_is_not_taken_by_a_second_worker(pool: PgPool) {
    // A lease of a second, an answer after four.
    let (world, model) = elsewhere_leasing(pool, 1).await;
    answers(&model, saying("Hello there.").set_delay(Wait::from_secs(4))).await;
    world.hears(Channel::Sms, PHONE, "Hello").await;
    sqlx::query("update jobs set run_at = now()").execute(&world.admin).await.unwrap();
    let engine = world.engine.clone();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let wake = std::sync::Arc::new(tokio::sync::Notify::new());
            tokio::spawn(engine::worker::run(engine.clone(), wake, stopped.clone()))
        })
        .collect();
    tokio::time::sleep(Wait::from_secs(8)).await;
    stop.send(true).unwrap();
    for worker in workers {
        worker.await.unwrap();
    }
    let asked: i64 = sqlx::query_scalar("select count(*) from llm_requests where purpose = 'reply'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!((asked, kept(&world).await.len()), (1, 1), "one worker answered, once");
}
