//! The work list as people see it, and what they can do about work that failed for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration as Wait, Instant};

use domain::access::Role;
use domain::agent::{ModelChoice, Provider};
use domain::id::JobId;
use domain::job::Job;
use domain::message::Channel;
use domain::work::JobKind;
use engine::inbox::OperatorReply;
use engine::{Actor, Error, work};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::turns::{count, speaks};
use crate::world::World;

/// Queues a job; a dead one if there is a reason.
async fn queued(world: &World, job: Job, dead_of: Option<&str>) -> JobId {
    let mut tx = world.engine.parts().db.begin(world.cx.workspace(), world.cx.user()).await.unwrap();
    let (id, now) = (world.cx.new_id(), world.clock.now());
    db::jobs::enqueue(&mut tx, id, &job, now, now).await.unwrap();
    if let Some(error) = dead_of {
        db::jobs::bury(&mut tx, id, error).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

#[sqlx::test(migrations = "../../migrations")]
async fn dead_work_is_seen_tried_again_or_given_up_by_those_who_may(pool: PgPool) {
    let world = World::accepting(pool).await;
    assert_eq!(work::get(&world.cx).await.unwrap().kinds, []);
    let template = Job::TemplateState { template_id: world.cx.new_id() };
    let dead = queued(&world, template.clone(), Some("the provider said no")).await;
    let message = queued(&world, Job::Send { message_id: world.cx.new_id() }, Some("nobody took it")).await;
    queued(&world, Job::Import { import_id: world.cx.new_id() }, None).await;
    let claimed = db::jobs::claim(&world.engine.parts().db, 1, 1, 60).await.unwrap();
    assert_eq!(claimed[0].job.kind(), JobKind::Import);
    queued(&world, Job::Suite { suite_run_id: world.cx.new_id() }, None).await;

    let seen = work::get(&world.cx).await.unwrap();
    let kinds: Vec<_> = seen.kinds.iter().map(|k| (k.kind, k.waiting, k.under_way, k.dead)).collect();
    assert_eq!(
        kinds,
        [
            (JobKind::Import, 0, 1, 0),
            (JobKind::Send, 0, 0, 1),
            (JobKind::Suite, 1, 0, 0),
            (JobKind::TemplateState, 0, 0, 1)
        ]
    );
    let errors: Vec<_> = seen.dead.iter().map(|d| (d.id, d.error.as_str())).collect();
    assert_eq!(errors, [(message, "nobody took it"), (dead, "the provider said no")]);
    assert!(seen.last_taken_at.is_some() && seen.late == 0 && seen.at_a_time == 4);

    let id = world.cx.user().unwrap();
    let member = world.engine.cx(world.cx.workspace(), Actor::User { id, role: Role::Member });
    assert!(matches!(work::retry(&member, dead).await, Err(Error::Forbidden(_))));
    assert!(matches!(work::give_up(&member, dead).await, Err(Error::Forbidden(_))));
    assert!(matches!(work::retry(&world.cx, message).await, Err(Error::Conflict(_))), "no message is sent late");
    assert!(matches!(work::retry(&world.cx, world.cx.new_id()).await, Err(Error::NotFound)));

    work::retry(&world.cx, dead).await.unwrap();
    assert_eq!(
        count(&world, "select count(*) from jobs where state = 'waiting' and attempts = 0 and kind = 'template_state'")
            .await,
        1
    );
    assert!(matches!(work::give_up(&world.cx, dead).await, Err(Error::NotFound)), "it is not dead any more");
    // The like of it waits already: one is enough.
    let twice = queued(&world, Job::TemplateState { template_id: world.cx.new_id() }, Some("again")).await;
    sqlx::query("update jobs set key = (select key from jobs where id = $1) where id = $2")
        .bind(dead.uuid())
        .bind(twice.uuid())
        .execute(&world.admin)
        .await
        .unwrap();
    work::retry(&world.cx, twice).await.unwrap();
    assert_eq!(count(&world, "select count(*) from jobs where kind = 'template_state'").await, 1);
    work::give_up(&world.cx, message).await.unwrap();
    assert!(work::get(&world.cx).await.unwrap().dead.is_empty());
    assert_eq!(
        count(
            &world,
            "select count(*) from events where kind in ('job.retried', 'job.dropped') and actor_id is not null"
        )
        .await,
        3
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_job_that_cannot_be_read_holds_no_neighbour_and_is_seen(pool: PgPool) {
    let world = World::accepting(pool).await;
    let mut odd = Vec::new();
    for (kind, job) in [
        ("dance", serde_json::json!({ "job": "dance", "tempo": 3 })),
        ("import", serde_json::json!({ "job": "import" })),
        ("send", serde_json::json!({ "job": "send", "message_id": 7 })),
        ("reply", serde_json::json!([])),
    ] {
        let id = queued(&world, Job::Import { import_id: world.cx.new_id() }, None).await;
        sqlx::query("update jobs set kind = $1, job = $2, key = null where id = $3")
            .bind(kind)
            .bind(job)
            .bind(id.uuid())
            .execute(&world.admin)
            .await
            .unwrap();
        odd.push(id);
    }
    for _ in 0..3 {
        queued(&world, Job::TemplateState { template_id: world.cx.new_id() }, None).await;
    }
    let claimed = db::jobs::claim(&world.engine.parts().db, 10, 10, 60).await.unwrap();
    assert_eq!(claimed.len(), 3, "the others go on");
    assert!(claimed.iter().all(|c| c.job.kind() == JobKind::TemplateState));
    let seen = work::get(&world.cx).await.unwrap();
    assert_eq!(seen.dead.len(), 4);
    for dead in &seen.dead {
        assert!(odd.contains(&dead.id) && dead.kind == JobKind::Unknown, "{dead:?}");
        assert!(dead.error.contains("cannot read it") && dead.error.contains("try again"), "{dead:?}");
    }
    assert_eq!(db::jobs::depth_everywhere(&world.engine.parts().db).await.unwrap(), (3, 0, 4));
    // The version that knows it is back: it may be tried again. Until then it is buried again, and nothing else happens.
    work::retry(&world.cx, odd[0]).await.unwrap();
    assert!(db::jobs::claim(&world.engine.parts().db, 10, 10, 60).await.unwrap().is_empty());
    assert_eq!(work::get(&world.cx).await.unwrap().dead.len(), 4);
    work::give_up(&world.cx, odd[0]).await.unwrap();
    assert_eq!(work::get(&world.cx).await.unwrap().dead.len(), 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_due_for_long_is_late_however_often_it_was_taken(pool: PgPool) {
    let world = World::accepting(pool).await;
    let db = &world.engine.parts().db;
    queued(&world, Job::TemplateState { template_id: world.cx.new_id() }, None).await;
    let late = async || {
        let (of_all, seen) =
            (db::jobs::depth_everywhere(db).await.unwrap().1, work::get(&world.cx).await.unwrap().late);
        assert_eq!(of_all, seen, "readiness and the screen say the same");
        seen
    };
    let pass = async |minutes: i32| {
        sqlx::query("update jobs set run_at = run_at - make_interval(mins => $1), due_at = due_at - make_interval(mins => $1), claimed_until = claimed_until - make_interval(mins => $1)")
            .bind(minutes)
            .execute(&world.admin)
            .await
            .unwrap();
    };
    assert_eq!(late().await, 0, "it is due now");
    pass(2).await;
    assert_eq!(late().await, 1, "nobody takes it");
    let taken = db::jobs::claim(db, 1, 1, 300).await.unwrap();
    assert_eq!((taken.len(), late().await), (1, 0), "somebody is at it");
    pass(6).await;
    assert_eq!(late().await, 1, "the lease ran out");
    let taken = db::jobs::claim(db, 1, 1, 300).await.unwrap();
    assert_eq!((taken[0].attempts, late().await), (2, 1), "taken anew, and still not done");
    let mut tx = db.begin(world.cx.workspace(), None).await.unwrap();
    db::jobs::retry(&mut tx, taken[0].id, world.clock.now() + chrono::Duration::hours(1), "later").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(late().await, 0, "its time has not come");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_database_and_the_program_agree_on_what_may_take_long(pool: PgPool) {
    for kind in JobKind::ALL {
        let long: bool =
            sqlx::query_scalar("select is_long_job($1)").bind(kind.as_str()).fetch_one(&pool).await.unwrap();
        assert_eq!(long, kind.is_long(), "{kind}");
    }
}

/// A model that takes every question and answers none; how many questions are open.
async fn silent_model() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((line, _)) = listener.accept().await {
            open.push(line);
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    (url, asked)
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_send_finds_a_place_while_slow_models_think(pool: PgPool) {
    let (url, asked) = silent_model().await;
    let settings = llm::Settings { compatible_base_url: Some(url), ..llm::Settings::default() };
    let world = World::with_models(pool, settings).await.taking_everything().await;
    let model = ModelChoice { provider: Provider::Compatible, model: "m".into() };
    speaks(&world, |draft| draft.models = vec![model]).await;
    let (lead, phone) = world.lead().await;
    for n in 0..8 {
        world.hears(Channel::Sms, &format!("+1415555{:04}", 9000 + n), "Hello there").await;
    }
    world.hears(Channel::Sms, &phone, "Hello there").await;
    let due = "update jobs set run_at = now() + case kind when 'reply' then '0 s' else '1 day' end::interval";
    sqlx::query(due).execute(&world.admin).await.unwrap();
    let (wake, (_go_on, stop)) = (Arc::new(Notify::new()), watch::channel(false));
    let worker = tokio::spawn(engine::worker::run(world.engine.clone(), wake.clone(), stop));
    while asked.load(Ordering::Relaxed) < 3 {
        tokio::task::yield_now().await;
    }

    let conversation = "select id from conversations where lead_id = $1";
    let id: uuid::Uuid = sqlx::query_scalar(conversation).bind(lead.uuid()).fetch_one(&world.admin).await.unwrap();
    let reply = OperatorReply { body: "Hi Ada".into(), template_id: None, client_key: "a".into() };
    let clicked = Instant::now();
    engine::inbox::reply(&world.cx, id.into(), reply).await.unwrap();
    wake.notify_one();
    let taken = "select not exists (select 1 from jobs where kind = 'send' and attempts = 0)";
    while !sqlx::query_scalar::<_, bool>(taken).fetch_one(&world.admin).await.unwrap() {
        assert!(clicked.elapsed() < Wait::from_secs(1), "it waits behind the models");
        tokio::task::yield_now().await;
    }
    while world.sent_to(lead).await != ["sms:accepted"] {
        assert!(clicked.elapsed() < Wait::from_secs(10), "{:?}", world.sent_to(lead).await);
        tokio::task::yield_now().await;
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3, "of four places");
    worker.abort();
}
