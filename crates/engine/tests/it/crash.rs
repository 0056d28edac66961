//! At most once, never silently lost: what a crash, a lost answer and a busy provider leave behind.

use chrono::Duration;
use domain::flow::starter::one_sms;
use domain::message::Channel;
use sqlx::PgPool;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, ResponseTemplate};

use crate::world::{Accepts, World};

/// A campaign whose one send was committed as `sending` when the process died.
async fn died_while_sending(world: &World) -> domain::id::LeadId {
    let (lead, phone) = world.lead().await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi Ada").await)), &[lead]).await;
    // The step runs, the send does not: its job is claimed by a worker that is no more.
    let jobs = db::jobs::claim(&world.engine.parts().db, 1, 60).await.unwrap();
    assert_eq!(jobs[0].job.word(), "step");
    sqlx::query("update jobs set run_at = now(), claimed_until = null").execute(&world.admin).await.unwrap();
    Mock::given(method("POST"))
        .and(path_regex("Messages.json$"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&world.network)
        .await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:sending"], "the answer was lost ({phone})");
    lead
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_lost_answer_is_in_doubt_and_never_sent_again(pool: PgPool) {
    let world = World::new(pool).await;
    let lead = died_while_sending(&world).await;
    Mock::given(method("POST")).respond_with(Accepts).mount(&world.network).await;
    Mock::given(method("GET"))
        .and(path_regex("Messages.json$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({ "messages": [] })))
        .mount(&world.network)
        .await;
    world.pass(Duration::seconds(30)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:in_doubt"]);
    assert_eq!(world.run_of(lead).await, "done n3 completed", "the run goes on as if it had been sent");
    world.pass(Duration::hours(1)).await;
    assert_eq!(world.posts().await, 1, "nothing was sent a second time");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_lost_answer_that_the_provider_remembers_is_accepted(pool: PgPool) {
    let world = World::new(pool).await;
    let lead = died_while_sending(&world).await;
    let phone: String = sqlx::query_scalar("select to_number from messages").fetch_one(&world.admin).await.unwrap();
    let found = serde_json::json!({ "messages": [{
        "sid": "SM0123456789abcdef0123456789abcdef", "status": "sent", "body": "Hi Ada", "to": phone, "from": crate::world::OURS,
        "direction": "outbound-api", "date_created": world.clock.now().to_rfc2822(), "error_code": null,
    }] });
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(found))
        .mount(&world.network)
        .await;
    world.pass(Duration::seconds(30)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_report_that_names_the_message_settles_it_before_anybody_looks(pool: PgPool) {
    let world = World::new(pool).await;
    let lead = died_while_sending(&world).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from messages").fetch_one(&world.admin).await.unwrap();
    let report = domain::message::StatusReport {
        message_id: "SM0123456789abcdef0123456789abcdef".into(),
        our_number: crate::world::OURS.into(),
        status: domain::message::Status::Delivered,
        error_code: None,
        duration_secs: None,
    };
    let system = world.engine.system(world.cx.workspace());
    let known = engine::inbox::delivery_status(&system, &report, Some(id.into()), Channel::Sms).await.unwrap();
    assert!(known);
    let late = domain::message::StatusReport { status: domain::message::Status::Sent, ..report };
    engine::inbox::delivery_status(&system, &late, None, Channel::Sms).await.unwrap();
    world.pass(Duration::seconds(30)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:delivered"], "a late report moves nothing back");
    assert_eq!(world.run_of(lead).await, "done n3 completed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_busy_provider_is_asked_again_and_gets_it_once(pool: PgPool) {
    let world = World::new(pool).await;
    let (lead, _) = world.lead().await;
    let busy = serde_json::json!({ "code": 20429, "message": "Too Many Requests", "status": 429 });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(429).set_body_json(busy))
        .up_to_n_times(2)
        .mount(&world.network)
        .await;
    Mock::given(method("POST")).respond_with(Accepts).mount(&world.network).await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:queued"]);
    world.pass(Duration::seconds(60)).await;
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.posts().await, 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_opt_out_known_to_the_provider_becomes_ours(pool: PgPool) {
    let world = World::new(pool).await;
    let (lead, _) = world.lead().await;
    let refusal =
        serde_json::json!({ "code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400 });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&world.network)
        .await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:failed"]);
    assert_eq!(engine::leads::get(&world.cx, lead).await.unwrap().status.as_str(), "opted_out");
    assert_eq!(world.posts().await, 1);
}
