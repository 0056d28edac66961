//! Suites with the scripted model against a real database.

use domain::access::Role;
use domain::agent::{Agent, AgentDraft, AgentStatus, ModelChoice, Provider};
use domain::event::EventKind;
use domain::filter::Filter;
use domain::message::Channel;
use domain::skill::Escalation;
use domain::suite::{Assertion, Gate, SuiteStatus, TestDraft};
use sqlx::PgPool;

use super::*;
use crate::intake::desk;
use crate::worker::drain;
use crate::{agents, intake::Desk};

async fn agent(desk: &Desk, model: &str) -> Agent {
    let models = vec![ModelChoice { provider: Provider::Scripted, model: model.into() }];
    let draft = AgentDraft { name: "Mia".into(), prompt: "Be kind.".into(), models, ..AgentDraft::default() };
    agents::create(&desk.cx, draft).await.unwrap()
}

fn refund() -> TestDraft {
    TestDraft {
        name: "Refund goes to a human".into(),
        channel: Some(Channel::Sms),
        input: "I want a refund".into(),
        assertions: vec![Assertion::Escalated { reason: Some(Escalation::Refund) }],
        ..TestDraft::default()
    }
}

fn hello(wanted: &str) -> TestDraft {
    TestDraft {
        name: format!("Says {wanted}"),
        channel: Some(Channel::Sms),
        lead_name: "Ada Lovelace".into(),
        input: "Hello".into(),
        assertions: vec![
            Assertion::NotEscalated,
            Assertion::Contains { text: wanted.into() },
            Assertion::AtMostSegments { segments: 1 },
            Assertion::ToolsInOrder { tools: vec!["create_ticket".into(), "get_customer_history".into()] },
        ],
        ..TestDraft::default()
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_suite_runs_test_by_test_and_opens_the_gate(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    assert_eq!(list(&desk.cx, mia.id).await.unwrap().gate, Gate::Ok { passed: 0 });
    create(&desk.cx, mia.id, refund()).await.unwrap();
    create(&desk.cx, mia.id, hello("Ada")).await.unwrap();
    let before = list(&desk.cx, mia.id).await.unwrap();
    assert!(matches!(&before.gate, Gate::Red { failing, not_run } if failing.is_empty() && not_run.len() == 2));

    let run = start(&desk.cx, mia.id, None).await.unwrap();
    assert_eq!((run.status, run.total, run.version), (SuiteStatus::Running, 2, 1));
    assert_eq!(start(&desk.cx, mia.id, None).await.unwrap().id, run.id, "a second click joins");
    drain(desk.cx.engine()).await.unwrap();

    let told = report(&desk.cx, mia.id, run.id).await.unwrap();
    assert_eq!(
        (told.run.status, told.run.passed, told.run.failed),
        (SuiteStatus::Finished, 2, 0),
        "{:#?}",
        told.results
    );
    assert_eq!(told.results[0].report.outcome, "escalated");
    assert!(told.results[0].report.figures.is_none(), "what must go to a human asks no model");
    assert!(!told.results[1].report.trace.is_empty() && told.results[1].report.output[0].contains("Ada"));
    let after = list(&desk.cx, mia.id).await.unwrap();
    assert_eq!(after.gate, Gate::Ok { passed: 2 });
    assert!(after.tests.iter().all(|t| t.last.as_ref().is_some_and(|l| l.passed && !l.is_stale)));
    let finished = after.run.as_ref().and_then(|r| r.finished_at);
    assert_eq!(after.run.map(|r| r.id), Some(run.id));
    let mut tx = desk.cx.read().await.unwrap();
    let row = db::agents::list(&mut tx, &Filter::default(), desk.cx.now()).await.unwrap().items.remove(0);
    assert_eq!((row.tests_passed, row.tests_total), (Some(2), 2));
    assert!(finished.is_some() && row.tests_run_at == finished, "the library says how old this is");
    drop(tx);

    // Another version has not been tested.
    let draft = AgentDraft { prompt: "Be brief.".into(), ..mia.draft.clone() };
    let saved = agents::save(&desk.cx, mia.id, draft, None).await.unwrap();
    assert_eq!(saved.version, 2);
    assert!(!list(&desk.cx, mia.id).await.unwrap().gate.is_ok());
    let mut tx = desk.cx.read().await.unwrap();
    assert!(gate(&mut tx, mia.id, mia.version_id).await.unwrap().is_ok(), "the old one stays green");
    drop(tx);
    let old = start(&desk.cx, mia.id, Some(1)).await.unwrap();
    assert_eq!(old.version, 1);
    assert!(matches!(start(&desk.cx, mia.id, Some(9)).await, Err(Error::Invalid(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_failing_test_says_what_was_expected_and_keeps_a_version_back(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    let test = create(&desk.cx, mia.id, hello("zebra")).await.unwrap();
    let run = start(&desk.cx, mia.id, None).await.unwrap();
    drain(desk.cx.engine()).await.unwrap();
    let told = report(&desk.cx, mia.id, run.id).await.unwrap();
    assert_eq!((told.run.passed, told.run.failed), (0, 1));
    let broken: Vec<_> = told.results[0].report.checks.iter().filter(|c| !c.passed).collect();
    assert!(
        matches!(broken.as_slice(), [one] if one.expected.contains("zebra") && one.actual.contains("Ada")),
        "{broken:?}"
    );

    let refused = agents::publish(&desk.cx, mia.id, "", None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let by_member = agents::publish(&desk.acting(Role::Admin), mia.id, "", Some("Demo".into())).await;
    assert!(matches!(by_member, Err(Error::Forbidden(_))), "{by_member:?}");
    let published = agents::publish(&desk.cx, mia.id, "", Some("Demo tomorrow".into())).await.unwrap();
    assert_eq!(published.published_version, Some(1));

    // Mended, the test has to run again before it counts.
    save(&desk.cx, mia.id, test.id, hello("Ada")).await.unwrap();
    let row = get(&desk.cx, mia.id, test.id).await.unwrap();
    assert!(row.last.is_some_and(|l| l.is_stale) && row.revision == 2);
    assert!(matches!(list(&desk.cx, mia.id).await.unwrap().gate, Gate::Red { not_run, .. } if not_run.len() == 1));
    start(&desk.cx, mia.id, None).await.unwrap();
    drain(desk.cx.engine()).await.unwrap();
    let suite = list(&desk.cx, mia.id).await.unwrap();
    assert!(suite.gate.is_ok());
    assert_eq!(suite.tests[0].flake_percent, None, "the test itself changed between its runs");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_job_that_runs_twice_writes_each_result_once(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    create(&desk.cx, mia.id, refund()).await.unwrap();
    let run = start(&desk.cx, mia.id, None).await.unwrap();
    let (one, two) = futures::join!(carry_on(&desk.cx, run.id, false), carry_on(&desk.cx, run.id, false));
    assert!(one.is_ok() && two.is_ok());
    drain(desk.cx.engine()).await.unwrap();
    let told = report(&desk.cx, mia.id, run.id).await.unwrap();
    assert_eq!((told.run.total, told.run.passed, told.results.len()), (1, 1, 1));
    let mut tx = desk.cx.read().await.unwrap();
    let events = db::events::recent(&mut tx, 50).await.unwrap();
    assert_eq!(events.iter().filter(|e| e.kind == EventKind::SuitePassed).count(), 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_stopped_run_runs_nothing_more_and_a_model_that_fails_fails_the_test(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-fail").await;
    create(&desk.cx, mia.id, hello("Ada")).await.unwrap();
    let run = start(&desk.cx, mia.id, None).await.unwrap();
    assert_eq!(stop(&desk.cx, mia.id, run.id).await.unwrap().status, SuiteStatus::Stopped);
    drain(desk.cx.engine()).await.unwrap();
    assert!(report(&desk.cx, mia.id, run.id).await.unwrap().results.is_empty());

    let run = start(&desk.cx, mia.id, None).await.unwrap();
    drain(desk.cx.engine()).await.unwrap();
    let told = report(&desk.cx, mia.id, run.id).await.unwrap();
    assert!(told.results[0].report.error.is_some() && !told.results[0].passed, "{told:#?}");
    assert_eq!((told.run.status, told.run.failed), (SuiteStatus::Finished, 1));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_a_judge_says_is_a_check_like_any_other(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    let judged = TestDraft { judge: Some("It is polite.".into()), ..hello("Ada") };
    create(&desk.cx, mia.id, judged).await.unwrap();
    let run = start(&desk.cx, mia.id, None).await.unwrap();
    drain(desk.cx.engine()).await.unwrap();
    let told = report(&desk.cx, mia.id, run.id).await.unwrap();
    let result = &told.results[0].report;
    let opinion = result.judged.as_ref().unwrap();
    assert_eq!(result.checks.last().unwrap().passed, opinion.passed);
    assert!(!opinion.reason.is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn tests_are_checked_and_walled_off(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    assert!(matches!(start(&desk.cx, mia.id, None).await, Err(Error::Conflict(_))), "nothing to run");
    let empty = TestDraft { assertions: vec![], ..refund() };
    assert!(matches!(create(&desk.cx, mia.id, empty).await, Err(Error::Invalid(_))));
    let test = create(&desk.cx, mia.id, refund()).await.unwrap();
    let twice = create(&desk.cx, mia.id, TestDraft { name: "REFUND goes to a human".into(), ..refund() }).await;
    assert!(matches!(twice, Err(Error::Invalid(problems)) if problems.of("name").is_some()));
    assert!(matches!(create(&desk.acting(Role::Viewer), mia.id, refund()).await, Err(Error::Forbidden(_))));
    assert!(matches!(start(&desk.acting(Role::Viewer), mia.id, None).await, Err(Error::Forbidden(_))));
    let elsewhere = desk.elsewhere().await;
    assert!(matches!(get(&elsewhere, mia.id, test.id).await, Err(Error::NotFound)));
    assert!(matches!(delete(&elsewhere, mia.id, test.id).await, Err(Error::NotFound)));
    let other =
        agents::create(&desk.cx, AgentDraft { name: "Ben".into(), status: AgentStatus::Draft, ..mia.draft.clone() });
    let other = other.await.unwrap();
    assert!(matches!(save(&desk.cx, other.id, test.id, refund()).await, Err(Error::NotFound)), "another agent's test");
    delete(&desk.cx, mia.id, test.id).await.unwrap();
    assert!(list(&desk.cx, mia.id).await.unwrap().tests.is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_gate_is_not_passed_by_deleting_the_test_that_failed(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = agent(&desk, "scripted-1").await;
    let failing = create(&desk.cx, mia.id, hello("zebra")).await.unwrap();
    start(&desk.cx, mia.id, None).await.unwrap();
    drain(desk.cx.engine()).await.unwrap();
    let by_member = delete(&desk.acting(Role::Member), mia.id, failing.id).await;
    assert!(matches!(by_member, Err(Error::Forbidden(_))), "{by_member:?}");
    delete(&desk.acting(Role::Admin), mia.id, failing.id).await.unwrap();
    assert!(matches!(list(&desk.cx, mia.id).await.unwrap().gate, Gate::Red { failing, .. } if failing.len() == 1));
    let refused = agents::publish(&desk.cx, mia.id, "", None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    agents::publish(&desk.cx, mia.id, "", Some("The test was wrong".into())).await.unwrap();
    // From the next version on it is forgotten; one that passed can go at any time, and so can one that never ran.
    let draft = AgentDraft { prompt: "Be brief.".into(), ..mia.draft.clone() };
    agents::save(&desk.cx, mia.id, draft, None).await.unwrap();
    assert!(list(&desk.cx, mia.id).await.unwrap().gate.is_ok());
    let fresh = create(&desk.cx, mia.id, hello("Ada")).await.unwrap();
    delete(&desk.cx, mia.id, fresh.id).await.unwrap();
    assert!(list(&desk.cx, mia.id).await.unwrap().gate.is_ok());
}
