//! Two things at the same moment: an opt-out and a send, a pause and a turn, a report and an answer, a post and a database that goes
//! away.

use chrono::Duration;
use domain::agent::AgentStatus;
use domain::flow::starter::one_sms;
use domain::id::LeadId;
use domain::message::{Channel, Status, StatusReport};
use engine::inbox::receive;
use sqlx::PgPool;
use wiremock::matchers::method;
use wiremock::{Mock, ResponseTemplate};

use crate::lost::step_only;
use crate::turns::{answers, elsewhere, saying};
use crate::world::World;

/// A turn under way: the model was asked and takes its time.
struct Thinking {
    world: World,
    lead: LeadId,
    phone: String,
    turn: tokio::task::JoinHandle<engine::Result<usize>>,
    // Its answers stop when it is dropped.
    _models: wiremock::MockServer,
}

async fn thinking(pool: PgPool, lead_says: &str) -> Thinking {
    let (world, models) = elsewhere(pool).await;
    answers(&models, saying("Here is your answer.").set_delay(std::time::Duration::from_secs(2))).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, lead_says).await;
    sqlx::query("update jobs set run_at = now() + interval '1 day' where kind <> 'reply'")
        .execute(&world.admin)
        .await
        .unwrap();
    sqlx::query("update jobs set run_at = now() where kind = 'reply'").execute(&world.admin).await.unwrap();
    let engine = world.engine.clone();
    let turn = tokio::spawn(async move { engine::worker::drain(&engine).await });
    while models.received_requests().await.unwrap().is_empty() {
        assert!(!turn.is_finished(), "the model has to be asked");
        tokio::task::yield_now().await;
    }
    Thinking { world, lead, phone, turn, _models: models }
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_opt_out_that_the_gate_waited_for_holds_for_the_message_at_the_gate(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    step_only(&world).await;
    assert_eq!(world.sent_to(lead).await, ["sms:queued"]);
    // STOP is being taken in over another channel: everything about it is written, and not yet committed.
    let mut stop = world.admin.begin().await.unwrap();
    sqlx::query("update leads set status = 'opted_out' where id = $1")
        .bind(lead.uuid())
        .execute(&mut *stop)
        .await
        .unwrap();
    sqlx::query(
        "insert into suppressions (id, workspace_id, value, reason, created_at)
         select gen_random_uuid(), workspace_id, $2, 'sms', now() from leads where id = $1",
    )
    .bind(lead.uuid())
    .bind(&phone)
    .execute(&mut *stop)
    .await
    .unwrap();
    sqlx::query("update jobs set run_at = now() where kind = 'send'").execute(&world.admin).await.unwrap();
    let engine = world.engine.clone();
    let sending = tokio::spawn(async move { engine::worker::drain(&engine).await });
    let waiting = "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&world.admin).await.unwrap() {
        assert!(!sending.is_finished(), "the gate has to wait for what is being taken in");
        tokio::task::yield_now().await;
    }
    stop.commit().await.unwrap();
    sending.await.unwrap().unwrap();
    assert_eq!(world.sent_to(lead).await, ["sms:blocked"]);
    assert_eq!(world.posts().await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_agent_that_is_paused_while_it_thinks_says_nothing(pool: PgPool) {
    let Thinking { world, lead, turn, _models, .. } = thinking(pool, "Hello there").await;
    engine::agents::set_status(&world.cx, world.agent, AgentStatus::Paused).await.unwrap();
    turn.await.unwrap().unwrap();
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, Vec::<String>::new());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_look_up_that_fails_is_tried_again_before_a_message_is_in_doubt(pool: PgPool) {
    let world = World::new(pool).await;
    let (lead, phone) = world.lead().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(504)).up_to_n_times(1).mount(&world.network).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(503)).up_to_n_times(2).mount(&world.network).await;
    let found = serde_json::json!({ "messages": [{
        "sid": "SM0123456789abcdef0123456789abcdef", "status": "sent", "body": "Hi", "to": phone, "from": crate::world::OURS,
        "direction": "outbound-api", "date_created": world.clock.now().to_rfc2822(), "error_code": null,
    }] });
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(found))
        .mount(&world.network)
        .await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    for _ in 0..4 {
        world.pass(Duration::seconds(30)).await;
    }
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_question_is_answered_although_a_machine_wrote_after_it(pool: PgPool) {
    let Thinking { world, lead, phone, turn, _models } = thinking(pool, "Until when are you open?").await;
    let system = world.engine.system(world.cx.workspace());
    let mut machine = world.inbound(Channel::Sms, &phone, "I am out of office until Monday.", "SMmachine");
    machine.raw = serde_json::json!({ "headers": { "Auto-Submitted": "auto-replied" } });
    receive(&system, &machine).await.unwrap();
    turn.await.unwrap().unwrap();
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn reports_that_come_before_the_answer_or_again_move_nothing_back(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    step_only(&world).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from messages").fetch_one(&world.admin).await.unwrap();
    let report = |status| StatusReport {
        message_id: "SM0123456789abcdef0123456789abcdef".into(),
        our_number: crate::world::OURS.into(),
        status,
        error_code: None,
        duration_secs: None,
        call_end: None,
    };
    let system = world.engine.system(world.cx.workspace());
    for status in [Status::Delivered, Status::Sent, Status::Delivered] {
        engine::inbox::delivery_status(&system, &report(status), Some(id.into()), Channel::Sms).await.unwrap();
    }
    world.pass(Duration::days(2)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:delivered"]);
    assert_eq!(world.run_of(lead).await, "done n3 completed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_text_that_comes_while_the_database_restarts_is_taken_in(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    // Taking the next one in waits for the conversation, and its connection is cut.
    let mut held = world.admin.begin().await.unwrap();
    sqlx::query("select 1 from conversations for update").execute(&mut *held).await.unwrap();
    let (system, inbound) =
        (world.engine.system(world.cx.workspace()), world.inbound(Channel::Sms, &phone, "Hello?", "SM2"));
    let taking = tokio::spawn(async move { receive(&system, &inbound).await });
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, bool>(cut).fetch_optional(&world.admin).await.unwrap().is_none() {
        assert!(!taking.is_finished(), "it has to wait");
        tokio::task::yield_now().await;
    }
    held.rollback().await.unwrap();
    assert!(matches!(taking.await.unwrap(), Ok(engine::inbox::Received::New(_))));
    let texts = "select count(*) from messages where direction = 'inbound' and lead_id = $1";
    let texts: i64 = sqlx::query_scalar(texts).bind(lead.uuid()).fetch_one(&world.admin).await.unwrap();
    assert_eq!(texts, 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_whose_server_died_after_its_last_step_still_ends(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    // The campaign is not to be had for a while, as if the server had died before it looked.
    let mut held = world.admin.begin().await.unwrap();
    sqlx::query("select 1 from campaigns for no key update").execute(&mut *held).await.unwrap();
    let engine = world.engine.clone();
    let running = tokio::spawn(async move { engine::worker::drain(&engine).await });
    let over = "select exists (select 1 from runs where status = 'done')";
    while !sqlx::query_scalar::<_, bool>(over).fetch_one(&world.admin).await.unwrap() {
        assert!(!running.is_finished(), "the run has to end");
        tokio::task::yield_now().await;
    }
    running.abort();
    held.rollback().await.unwrap();
    let _ = running.await;
    world.pass(Duration::minutes(2)).await;
    assert_eq!(engine::campaigns::get(&world.cx, campaign).await.unwrap().status.as_str(), "completed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_reply_that_never_comes_to_an_end_goes_to_a_human(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    sqlx::query("update jobs set attempts = 20, run_at = now() where kind = 'reply'")
        .execute(&world.admin)
        .await
        .unwrap();
    engine::worker::drain(&world.engine).await.unwrap();
    let waits = "select escalated_at is not null from conversations where lead_id = $1";
    assert!(sqlx::query_scalar::<_, bool>(waits).bind(lead.uuid()).fetch_one(&world.admin).await.unwrap());
    assert_eq!(world.sent_to(lead).await, Vec::<String>::new());
}
