//! Opting out and in: every way that people have, and what must be silent afterwards.

use chrono::Duration;
use domain::filter::Filter;
use domain::flow::starter::sms_whatsapp_voice;
use domain::lead::{LeadDraft, LeadStatus};
use domain::message::{Channel, Inbound};
use domain::skill::Escalation;
use engine::inbox::receive;
use serde_json::{Value, json};
use sqlx::PgPool;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, ResponseTemplate};

use crate::world::World;

async fn drawing(world: &World) -> domain::flow::FlowGraph {
    let sms = world.template(Channel::Sms, "Hi {{lead.first_name}}, reply START to begin.").await;
    let whatsapp = world.approved("Hello {{lead.first_name}}, still interested?").await;
    let voice = world.template(Channel::Voice, "Hello {{lead.first_name}}. Press 1 to talk.").await;
    sms_whatsapp_voice(Some(sms), Some(whatsapp), Some(voice), Some(world.agent), 3_600)
}

async fn posts(world: &World, inbound: Inbound) {
    receive(&world.engine.system(world.cx.workspace()), &inbound).await.unwrap();
    world.settle().await;
}

/// A post of Twilio's with these fields beside the body.
async fn says(world: &World, channel: Channel, phone: &str, body: &str, raw: Value) {
    let id = format!("SM{}", uuid::Uuid::now_v7().simple());
    let inbound = Inbound { raw, ..world.inbound(channel, phone, body, &id) };
    posts(world, inbound).await;
}

async fn presses(world: &World, phone: &str, digits: &str) {
    let id = format!("CA{}:digits:{digits}", uuid::Uuid::now_v7().simple());
    let inbound = Inbound {
        event: "key_press".into(),
        ..world.inbound(Channel::Voice, phone, &format!("Pressed {digits}"), &id)
    };
    posts(world, inbound).await;
}

async fn status(world: &World, lead: domain::id::LeadId) -> LeadStatus {
    engine::leads::get(&world.cx, lead).await.unwrap().status
}

#[sqlx::test(migrations = "../../migrations")]
async fn stop_in_other_words_and_behind_a_button_opts_out_and_ends_the_runs(pool: PgPool) {
    let world = World::accepting(pool).await;
    for (body, raw) in [
        ("Stop. Thank you", json!({})),
        ("STOP\u{fffd}", json!({})),
        ("ＳＴＯＰ", json!({})),
        ("not interested, stop texting", json!({})),
        ("No more for me", json!({ "ButtonPayload": "STOP" })),
        ("Aus", json!({ "OptOutType": "STOP" })),
    ] {
        let (lead, phone) = world.lead().await;
        world.campaign(drawing(&world).await, &[lead]).await;
        world.settle().await;
        says(&world, Channel::Sms, &phone, body, raw).await;
        assert_eq!(status(&world, lead).await, LeadStatus::OptedOut, "{body}");
        assert_eq!(world.run_of(lead).await, "stopped n3 opted_out", "{body}");
        world.pass(Duration::seconds(10)).await;
        assert_eq!(world.sent_to(lead).await, ["sms:accepted"], "{body}: no answer follows");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_ordinary_sentence_with_the_word_is_answered(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    says(&world, Channel::Sms, &phone, "Can I stop by the office at 5?", json!({})).await;
    world.pass(Duration::seconds(5)).await;
    assert_eq!(status(&world, lead).await, LeadStatus::Replied);
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_yes_that_the_provider_calls_start_opts_in_again(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    says(&world, Channel::Sms, &phone, "STOP", json!({})).await;
    says(&world, Channel::Sms, &phone, "YES", json!({})).await;
    assert_eq!(status(&world, lead).await, LeadStatus::OptedOut, "a bare yes is no leave to write");
    says(&world, Channel::Sms, &phone, "YES", json!({ "OptOutType": "START" })).await;
    assert_eq!(status(&world, lead).await, LeadStatus::Replied);
}

#[sqlx::test(migrations = "../../migrations")]
async fn start_from_somebody_who_never_stopped_is_an_answer_to_the_drawing(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.campaign(drawing(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -");
    says(&world, Channel::Sms, &phone, "START", json!({})).await;
    assert!(!world.run_of(lead).await.starts_with("waiting_reply n3"), "the run was told");
}

#[sqlx::test(migrations = "../../migrations")]
async fn keys_two_and_nine_of_a_call_stop_calls_and_nothing_else(pool: PgPool) {
    let world = World::accepting(pool).await;
    for (digits, last) in [("1", "voice:accepted"), ("2", "voice:blocked"), ("9", "voice:blocked")] {
        let (lead, phone) = world.lead().await;
        presses(&world, &phone, digits).await;
        presses(&world, &phone, digits).await;
        world.campaign(drawing(&world).await, &[lead]).await;
        world.settle().await;
        world.pass(Duration::seconds(3_601)).await;
        world.pass(Duration::seconds(3_601)).await;
        assert_eq!(world.sent_to(lead).await, ["sms:accepted", "whatsapp:accepted", last], "key {digits}");
    }
    let listed: i64 = sqlx::query_scalar("select count(*) from suppressions where channel = 'voice'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(listed, 2, "twice is once");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_refusal_because_of_an_opt_out_ends_the_runs_at_once(pool: PgPool) {
    let world = World::new(pool).await;
    let refusal = json!({ "code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400 });
    Mock::given(method("POST"))
        .and(path_regex("Messages.json$"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&world.network)
        .await;
    let (lead, _) = world.lead().await;
    world.campaign(drawing(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(status(&world, lead).await, LeadStatus::OptedOut);
    assert!(world.run_of(lead).await.starts_with("stopped"), "{}", world.run_of(lead).await);
    assert!(world.run_of(lead).await.ends_with("opted_out"), "{}", world.run_of(lead).await);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_voice_note_without_words_goes_to_a_human_with_a_holding_text(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let media = domain::message::Media { url: "https://m.example/0".into(), content_type: "audio/ogg".into() };
    let inbound = Inbound { media: vec![media], ..world.inbound(Channel::Whatsapp, &phone, "", "SM77") };
    posts(&world, inbound).await;
    let mut tx = world.cx.read().await.unwrap();
    let listed = db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap().items.remove(0);
    assert_eq!(listed.last_body, "Sent a voice message");
    drop(tx);
    world.pass(Duration::seconds(5)).await;
    let mut tx = world.cx.read().await.unwrap();
    let listed = db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap().items.remove(0);
    assert_eq!(listed.escalation_reason, Some(Escalation::AgentDecision));
    drop(tx);
    assert_eq!(world.sent_to(lead).await, ["whatsapp:accepted"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_number_of_the_pool_belongs_to_the_only_workspace_and_to_none_of_several(pool: PgPool) {
    let world = World::new(pool).await;
    let sole = || db::conversations::sole_workspace(&world.engine.parts().db);
    assert_eq!(sole().await.unwrap(), Some(world.cx.workspace()));
    sqlx::query(
        "insert into workspaces (id, name, created_at, updated_at) values (gen_random_uuid(), 'Other', now(), now())",
    )
    .execute(&world.admin)
    .await
    .unwrap();
    assert_eq!(sole().await.unwrap(), None);
}

#[sqlx::test(migrations = "../../migrations")]
async fn stop_from_the_other_writing_of_a_number_stops_the_same_person(pool: PgPool) {
    let world = World::accepting(pool).await;
    for (known, writes) in
        [("+5511987654321", "+551187654321"), ("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")]
    {
        let draft = LeadDraft { phone: Some(known.into()), consent: true, ..LeadDraft::default() };
        let lead = engine::leads::create(&world.cx, draft).await.unwrap().id;
        says(&world, Channel::Whatsapp, writes, "STOP", json!({})).await;
        assert_eq!(status(&world, lead).await, LeadStatus::OptedOut, "{known}");
    }
    let leads: i64 = sqlx::query_scalar("select count(*) from leads").fetch_one(&world.admin).await.unwrap();
    assert_eq!(leads, 3, "nobody became two");
}
