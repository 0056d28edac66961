//! The acceptance flow, step by step.

use chrono::Duration;
use domain::campaign::Counted::{self, Entered, InDoubt, NotSent, Replied, Running, Sent};
use domain::campaign::Progress;
use domain::filter::Filter;
use domain::flow::starter::{one_sms, sms_whatsapp_voice};
use domain::message::Channel;
use sqlx::PgPool;

use crate::world::World;

async fn three_steps(world: &World) -> domain::flow::FlowGraph {
    let sms = world.template(Channel::Sms, "Hi {{lead.first_name}}, {{agent.name}} here. Interested?").await;
    let whatsapp = world.approved("Hello {{lead.first_name}}, still interested?").await;
    let voice = world.template(Channel::Voice, "Hello {{lead.first_name}}. Press 1 to talk.").await;
    sms_whatsapp_voice(Some(sms), Some(whatsapp), Some(voice), Some(world.agent), 3_600)
}

#[sqlx::test(migrations = "../../migrations")]
async fn silence_leads_from_sms_over_whatsapp_to_a_call(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -");
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "whatsapp:accepted"]);
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "whatsapp:accepted", "voice:accepted"]);
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.run_of(lead).await, "done n10 completed");
    let campaign = engine::campaigns::get(&world.cx, campaign).await.unwrap();
    assert_eq!(campaign.status.as_str(), "completed");
    assert_eq!(world.posts().await, 3);

    let requests = world.network.received_requests().await.unwrap();
    let body = String::from_utf8(requests[1].body.clone()).unwrap();
    assert!(body.contains("ContentVariables=%7B%221%22%3A%22Ada%22%7D"), "{body}");
    assert!(
        body.contains("StatusCallback=http%3A%2F%2F127.0.0.1%3A3000%2Fapi%2Fwebhooks%2Freceive%3Fmessage%3Dmsg_"),
        "{body}"
    );
}

/// Finding who got nothing took one person after the other.
#[sqlx::test(migrations = "../../migrations")]
async fn every_figure_of_a_campaign_leads_to_the_people_it_counts(pool: PgPool) {
    let world = World::accepting(pool).await;
    let ((silent, _), (yes, yes_phone)) = (world.lead().await, world.lead().await);
    let campaign = world.campaign(three_steps(&world).await, &[silent, yes]).await;
    world.settle().await;
    world.hears(Channel::Sms, &yes_phone, "Yes please, tell me more").await;
    world.settle().await;
    let people = async |counted: Counted, step: Option<&str>| {
        let filter = Filter { counted: Some(counted), step: step.map(Into::into), ..Filter::default() };
        let mut tx = world.cx.read().await.unwrap();
        let page = db::runs::list(&mut tx, campaign, &filter).await.unwrap();
        assert_eq!(usize::try_from(page.total).unwrap(), page.items.len());
        page.items.iter().map(|run| run.lead_id).collect::<Vec<_>>()
    };
    let mut tx = world.cx.read().await.unwrap();
    let whole = db::campaigns::progress(&mut tx, campaign).await.unwrap();
    let nodes = db::campaigns::node_progress(&mut tx, campaign).await.unwrap();
    drop(tx);
    let shown = |p: &Progress| {
        [(Running, p.running), (Replied, p.replied), (Sent, p.sent), (NotSent, p.not_sent), (InDoubt, p.in_doubt)]
    };
    for (counted, figure) in shown(&whole) {
        assert_eq!(people(counted, None).await.len() as i64, figure, "{counted}");
    }
    for n in &nodes {
        let shown =
            [(Entered, n.entered), (Running, n.here), (Sent, n.sent), (NotSent, n.not_sent), (InDoubt, n.in_doubt)];
        for (counted, figure) in shown {
            assert_eq!(people(counted, Some(&n.node)).await.len() as i64, figure, "{counted} at {}", n.node);
        }
    }
    assert_eq!(people(Sent, Some("n2")).await, [yes, silent]);
    assert_eq!(people(Entered, Some("n4")).await, [], "nobody got so far");
    assert_eq!(people(Running, Some("n3")).await, [silent]);
    assert_eq!(people(Replied, None).await, [yes]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_no_ends_it_and_a_yes_hands_over_to_the_agent(pool: PgPool) {
    let world = World::accepting(pool).await;
    let ((no, no_phone), (yes, yes_phone)) = (world.lead().await, world.lead().await);
    world.campaign(three_steps(&world).await, &[no, yes]).await;
    world.settle().await;
    world.hears(Channel::Sms, &no_phone, "No thanks, not interested").await;
    world.hears(Channel::Sms, &yes_phone, "Yes please, tell me more").await;
    world.settle().await;
    assert_eq!(world.run_of(no).await, "done n10 completed");
    assert_eq!(world.sent_to(no).await, ["sms:accepted"], "who declined is left alone");
    assert_eq!(world.run_of(yes).await, "done n10 completed");
    assert_eq!(world.sent_to(yes).await, ["sms:accepted", "sms:accepted"], "the agent answered");
    world.pass(Duration::hours(5)).await;
    assert_eq!(world.posts().await, 3, "nothing follows after an answer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn stop_ends_every_run_and_blocks_what_was_queued(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    world.hears(Channel::Sms, &phone, "STOP").await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "stopped n3 opted_out");
    world.pass(Duration::hours(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_paused_campaign_holds_its_sends_until_it_is_resumed(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    engine::campaigns::pause(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:held"]);
    assert_eq!(world.posts().await, 0);
    engine::campaigns::activate(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.run_of(lead).await, "done n3 completed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn without_consent_a_us_number_gets_nothing_and_the_verdict_says_why(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    sqlx::query("update leads set consent = false, consent_at = null").execute(&world.admin).await.unwrap();
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:blocked"]);
    assert_eq!(world.run_of(lead).await, "stopped n2 not_sent");
    let reasons: serde_json::Value =
        sqlx::query_scalar("select verdict -> 'reasons' from messages").fetch_one(&world.admin).await.unwrap();
    assert_eq!(reasons, serde_json::json!(["no_consent"]));
    assert_eq!(world.posts().await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn enrolling_twice_writes_to_nobody_twice(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    let audience = domain::campaign::Audience { lead_ids: Some(vec![lead]), ..Default::default() };
    let again = engine::campaigns::enrol(&world.cx, campaign, audience).await.unwrap();
    assert_eq!((again.created, again.skipped), (0, 1));
    world.settle().await;
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_text_that_did_not_arrive_is_not_waited_for(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -");
    let (id, sid): (uuid::Uuid, String) =
        sqlx::query_as("select id, provider_message_id from messages").fetch_one(&world.admin).await.unwrap();
    let report = domain::message::StatusReport {
        message_id: sid,
        our_number: crate::world::OURS.into(),
        status: domain::message::Status::Failed,
        error_code: Some("30003".into()),
        duration_secs: None,
    };
    let system = world.engine.system(world.cx.workspace());
    let id = domain::id::MessageId::new(id);
    assert!(engine::inbox::delivery_status(&system, &report, Some(id), Channel::Sms).await.unwrap());
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:failed", "whatsapp:accepted"]);
    assert_eq!(world.run_of(lead).await, "waiting_reply n6 -");
}
