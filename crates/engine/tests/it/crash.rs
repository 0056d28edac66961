//! At most once, never silently lost: what a crash, a lost answer and a busy provider leave behind.

use chrono::Duration;
use domain::flow::starter::one_sms;
use domain::id::MessageId;
use domain::message::Channel;
use engine::inbox::OperatorReply;
use sqlx::PgPool;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, ResponseTemplate};

use crate::world::{Accepts, World};

/// A campaign whose one send was committed as `sending` when the process died.
async fn died_while_sending(world: &World) -> domain::id::LeadId {
    let (lead, phone) = world.lead().await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi Ada").await)), &[lead]).await;
    // The step runs, the send does not: its job is claimed by a worker that is no more.
    let jobs = db::jobs::claim(&world.engine.parts().db, 1, 1, 60).await.unwrap();
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
        call_end: None,
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

/// Two messages of the same text to one person, a second apart, whose answers were both lost. Their ids, the first one first.
async fn two_alike(world: &World) -> [MessageId; 2] {
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(503)).mount(&world.network).await;
    let (_, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    let id = crate::turns::only_conversation(world).await.id;
    let mut ids = Vec::new();
    for key in ["a", "b"] {
        let reply = OperatorReply { body: "Hi Ada".into(), template_id: None, client_key: key.into() };
        ids.push(engine::inbox::reply(&world.cx, id, reply).await.unwrap());
        world.pass(Duration::seconds(1)).await;
    }
    assert_eq!(receipts(world).await, [("sending".into(), None), ("sending".into(), None)]);
    ids.try_into().unwrap()
}

/// Status and provider id of what we sent, oldest first.
async fn receipts(world: &World) -> Vec<(String, Option<String>)> {
    sqlx::query_as("select status, provider_message_id from messages where direction = 'outbound' order by id")
        .fetch_all(&world.admin)
        .await
        .unwrap()
}

/// What the provider lists of the first person from now on: ids, and how many seconds before now each was taken; newest first.
async fn lists(world: &World, taken: &[(&str, i64)]) {
    let phone: String = sqlx::query_scalar("select distinct to_number from messages where direction = 'outbound'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    let items: Vec<_> = taken
        .iter()
        .map(|(sid, ago)| {
            let date = (world.clock.now() - Duration::seconds(*ago)).to_rfc2822();
            serde_json::json!({ "sid": sid, "status": "sent", "body": "Hi Ada", "to": phone, "from": crate::world::OURS,
                "direction": "outbound-api", "date_created": date, "error_code": null })
        })
        .collect();
    let answer = ResponseTemplate::new(200).set_body_json(serde_json::json!({ "messages": items }));
    Mock::given(method("GET")).respond_with(answer).with_priority(1).up_to_n_times(2).mount(&world.network).await;
}

/// Both are looked up, the second one before the first one or after it.
async fn looked_up(pool: PgPool, second_first: bool) {
    let world = World::new(pool).await;
    let [_, second] = two_alike(&world).await;
    lists(&world, &[("SM2", 1), ("SM1", 2)]).await;
    if second_first {
        world.clock.advance(Duration::minutes(1));
        let due = "update jobs set run_at = now() where key = 'send:' || $1";
        let done = sqlx::query(due).bind(second.to_string()).execute(&world.admin).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
        engine::worker::drain(&world.engine).await.unwrap();
    }
    world.pass(Duration::minutes(1)).await;
    let accepted = |sid: &str| ("accepted".to_owned(), Some(sid.to_owned()));
    assert_eq!(receipts(&world).await, [accepted("SM1"), accepted("SM2")]);
    assert_eq!(world.posts().await, 2, "nothing was sent again");
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_messages_that_read_the_same_get_the_receipts_of_their_own(pool: PgPool) {
    looked_up(pool, false).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_messages_that_read_the_same_do_not_swap_their_receipts(pool: PgPool) {
    looked_up(pool, true).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_receipt_that_was_matched_gives_way_to_the_report_that_names_its_message(pool: PgPool) {
    let world = World::new(pool).await;
    let [_, second] = two_alike(&world).await;
    // One is listed, and could be either's: the first one's by its time.
    lists(&world, &[("SM1", 2)]).await;
    world.pass(Duration::minutes(1)).await;
    assert_eq!(receipts(&world).await, [("accepted".into(), Some("SM1".into())), ("in_doubt".into(), None)]);
    let report = domain::message::StatusReport {
        message_id: "SM1".into(),
        our_number: crate::world::OURS.into(),
        status: domain::message::Status::Delivered,
        error_code: None,
        duration_secs: None,
        call_end: None,
    };
    let system = world.engine.system(world.cx.workspace());
    lists(&world, &[("SM1", 62), ("SM0", 63)]).await;
    assert!(engine::inbox::delivery_status(&system, &report, Some(second), Channel::Sms).await.unwrap());
    world.pass(Duration::seconds(1)).await;
    assert_eq!(
        receipts(&world).await,
        [("accepted".into(), Some("SM0".into())), ("delivered".into(), Some("SM1".into()))],
        "the first one was looked up again"
    );
    assert_eq!(world.posts().await, 2);
}
