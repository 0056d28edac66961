//! Turns with the scripted model against a real database.

use std::pin::pin;
use std::time::Duration;

use db::usage::LlmRequest;
use domain::access::Role;
use domain::agent::{Agent, AgentDraft, ModelChoice, Provider};
use domain::filter::Filter;
use domain::id::AgentId;
use domain::message::Channel;
use domain::turn::{Said, Speaker, TestAsk, TurnEvent};
use futures::channel::mpsc;
use futures::{StreamExt, future};
use sqlx::PgPool;

use super::{TurnDone, test};
use crate::intake::desk;
use crate::{Cx, Error, agents};

fn model(name: &str) -> ModelChoice {
    ModelChoice { provider: Provider::Scripted, model: name.into() }
}

async fn agent(cx: &Cx, models: &[&str]) -> Agent {
    let models = models.iter().map(|name| model(name)).collect();
    agents::create(cx, AgentDraft { name: "Mia".into(), models, ..AgentDraft::default() }).await.unwrap()
}

fn says(input: &str) -> TestAsk {
    TestAsk { input: input.into(), ..TestAsk::default() }
}

async fn turn(cx: &Cx, id: AgentId, ask: TestAsk) -> (TurnDone, Vec<TurnEvent>) {
    let mut events = Vec::new();
    let done = test(cx, id, ask, &mut |event| events.push(event)).await.unwrap();
    (done, events)
}

/// The calls that were written down, oldest first.
async fn rows(cx: &Cx, id: AgentId) -> Vec<LlmRequest> {
    let mut tx = cx.read().await.unwrap();
    let mut rows = db::usage::of_agent(&mut tx, id, 100).await.unwrap();
    rows.sort_by_key(|row| row.attempt);
    rows
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_streams_and_is_recorded(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-1"]).await;
    let (done, events) = turn(&desk.cx, mia.id, TestAsk { lead_name: "Ada Lovelace".into(), ..says("Hello") }).await;
    assert!(done.answered && done.text.starts_with("Hello, Ada,"), "{done:?}");
    let started = events.iter().find(|e| matches!(e, TurnEvent::Started { .. }));
    assert_eq!(started, Some(&TurnEvent::Started { model: model("scripted-1") }));
    let words: String = events
        .iter()
        .filter_map(|e| if let TurnEvent::Text { text } = e { Some(text.as_str()) } else { None })
        .collect();
    assert_eq!(words, done.text);
    let figures = done.figures.unwrap();
    assert_eq!(events.last(), Some(&TurnEvent::Done { figures: figures.clone() }));
    let [row] = rows(&desk.cx, mia.id).await.try_into().unwrap();
    assert_eq!((row.purpose, row.outcome.as_str(), row.attempt), ("test", "ok", 1));
    assert_eq!(row.agent_version_id, Some(mia.version_id));
    assert_eq!(
        (row.tokens_prompt as u32, row.tokens_completion as u32),
        (figures.tokens_prompt, figures.tokens_completion)
    );
    assert!(row.tokens_prompt > 0 && row.tokens_completion > 0 && row.first_token_ms.is_some());

    let mut tx = desk.cx.read().await.unwrap();
    let list = db::agents::list(&mut tx, &Filter::default(), desk.cx.now()).await.unwrap();
    assert_eq!((list.items[0].requests, list.items[0].p50_ms), (1, Some(i64::from(row.latency_ms))));
    let totals = db::usage::totals(&mut tx, desk.cx.now()).await.unwrap();
    assert_eq!(
        (totals.requests, totals.failed, totals.tokens),
        (1, 0, i64::from(row.tokens_prompt + row.tokens_completion))
    );
    drop(tx);
    desk.clock.advance(chrono::Duration::days(31));
    let mut tx = desk.cx.read().await.unwrap();
    let later = db::agents::list(&mut tx, &Filter::default(), desk.cx.now()).await.unwrap();
    assert_eq!((later.items[0].requests, later.items[0].p50_ms), (0, None), "figures look 30 days back");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_next_model_answers_and_both_calls_are_recorded(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-fail", "scripted-1"]).await;
    let (done, events) = turn(&desk.cx, mia.id, says("Hello")).await;
    assert!(done.answered);
    let started = events.iter().filter(|e| matches!(e, TurnEvent::Started { .. })).count();
    assert_eq!(started, 2);
    let fallbacks = done.figures.unwrap().fallbacks;
    assert!(matches!(fallbacks.as_slice(), [one] if one.starts_with("scripted/scripted-fail: ")), "{fallbacks:?}");
    let outcomes: Vec<_> = rows(&desk.cx, mia.id).await.into_iter().map(|r| (r.attempt, r.outcome)).collect();
    assert_eq!(outcomes, [(1, "retry".to_owned()), (2, "ok".to_owned())]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn no_answer_is_told_and_recorded(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-fail"]).await;
    let (done, events) = turn(&desk.cx, mia.id, says("Hello")).await;
    assert!(!done.answered && done.text.is_empty() && done.figures.is_none() && done.try_again, "{done:?}");
    assert_eq!(events.last(), Some(&TurnEvent::Failed { reason: done.reason.unwrap() }));
    let rows = rows(&desk.cx, mia.id).await;
    assert!(!rows.is_empty() && rows.iter().all(|r| r.outcome == "retry" && r.error.is_some()));

    // A provider that nobody set up is never called, so there is nothing to write down.
    let draft = AgentDraft {
        name: "Nobody".into(),
        models: vec![ModelChoice { provider: Provider::OpenAi, model: "x".into() }],
        ..AgentDraft::default()
    };
    let nobody = agents::create(&desk.cx, draft).await.unwrap();
    let (done, _) = turn(&desk.cx, nobody.id, says("Hello")).await;
    assert!(done.reason.unwrap().contains("not set up") && !done.try_again);
    assert!(self::rows(&desk.cx, nobody.id).await.is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_turn_that_its_caller_leaves_is_still_recorded(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-fail", "scripted-1"]).await;
    {
        let (events, mut seen) = mpsc::unbounded();
        let mut sink = |event| events.unbounded_send(event).unwrap();
        let turn = pin!(test(&desk.cx, mia.id, says("[[slow]]"), &mut sink));
        // Leaves while the second model is being asked.
        let both_asked = pin!(async {
            let mut asked = 0;
            while asked < 2 {
                asked += usize::from(matches!(seen.next().await, Some(TurnEvent::Started { .. })));
            }
        });
        assert!(matches!(future::select(turn, both_asked).await, future::Either::Right(_)));
    }
    let written = async {
        loop {
            let rows = rows(&desk.cx, mia.id).await;
            if !rows.is_empty() {
                return rows;
            }
        }
    };
    let rows = tokio::time::timeout(Duration::from_secs(10), written).await.expect("the calls are written down");
    let told: Vec<_> = rows.iter().map(|r| (r.model.model.as_str(), r.outcome.as_str())).collect();
    assert_eq!(told, [("scripted-fail", "failed"), ("scripted-1", "stopped")]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_text_message_stays_one(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-1"]).await;
    let long = TestAsk { lead_name: "A".repeat(120), ..says("Can I book an appointment?") };
    let (free, _) = turn(&desk.cx, mia.id, long.clone()).await;
    assert!(free.text.chars().count() > 160);
    let (sms, events) = turn(&desk.cx, mia.id, TestAsk { channel: Some(Channel::Sms), ..long }).await;
    assert!(sms.text.chars().count() <= 160 && free.text.starts_with(sms.text.trim_end_matches('…')), "{}", sms.text);
    assert!(events.contains(&TurnEvent::Shortened { text: sms.text.clone() }));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_cannot_be_asked_is_refused_before_any_model_is(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk.cx, &["scripted-1"]).await;
    let mut sink = |_| panic!("nothing runs");
    let Err(Error::Invalid(problems)) = test(&desk.cx, mia.id, says("  "), &mut sink).await else { panic!("empty") };
    assert!(problems.of("input").is_some());
    let many = TestAsk { history: vec![Said { speaker: Speaker::Agent, text: "x".into() }; 101], ..says("Hi") };
    assert!(matches!(test(&desk.cx, mia.id, many, &mut sink).await, Err(Error::Invalid(_))));
    assert!(matches!(test(&desk.acting(Role::Viewer), mia.id, says("Hi"), &mut sink).await, Err(Error::Forbidden(_))));
    assert!(matches!(test(&desk.elsewhere().await, mia.id, says("Hi"), &mut sink).await, Err(Error::NotFound)));
    assert!(rows(&desk.cx, mia.id).await.is_empty());
}
