//! A human talks with a person, and not with one of their channels: what campaigns and agents may not do meanwhile on the others.

use chrono::Duration;
use domain::conversation::Owner;
use domain::flow::starter::one_sms;
use domain::id::{ConversationId, LeadId};
use domain::message::Channel;
use engine::inbox::{return_to_ai, set_status, take_over};
use sqlx::PgPool;

use crate::world::World;

async fn conversation(world: &World, lead: LeadId, channel: Channel) -> (ConversationId, Owner) {
    let mut tx = world.cx.read().await.unwrap();
    let all = db::conversations::list(&mut tx, &domain::filter::Filter::default(), None).await.unwrap().items;
    let one = all.into_iter().find(|c| c.lead_id == lead && c.channel == channel).unwrap();
    (one.id, one.owner)
}

/// Somebody whom a human took over on WhatsApp, with their number and the conversation.
async fn held(world: &World) -> (LeadId, String, ConversationId) {
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Whatsapp, &phone, "Hello").await;
    world.pass(Duration::seconds(5)).await;
    let (held, _) = conversation(world, lead, Channel::Whatsapp).await;
    take_over(&world.cx, held).await.unwrap();
    (lead, phone, held)
}

async fn launch(world: &World, lead: LeadId) {
    let template = world.template(Channel::Sms, "Hi, shall we talk?").await;
    world.campaign(one_sms(Some(template)), &[lead]).await;
    world.settle().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn whom_a_human_talks_with_hears_no_campaign_and_no_agent_on_another_channel(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone, _) = held(&world).await;
    let before = world.posts().await;

    launch(&world, lead).await;
    assert_eq!(world.sent_to(lead).await.last().map(String::as_str), Some("sms:blocked"));
    world.hears(Channel::Sms, &phone, "And what is this?").await;
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.posts().await, before, "nobody but the human writes");
    let (_, owner) = conversation(&world, lead, Channel::Sms).await;
    assert_eq!(owner, Owner::Human, "what comes in elsewhere is the human's, too");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_conversation_that_a_human_closed_holds_nobody_back(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _, held) = held(&world).await;
    set_status(&world.cx, held, domain::conversation::ConversationStatus::Closed).await.unwrap();
    launch(&world, lead).await;
    assert_eq!(world.sent_to(lead).await.last().map(String::as_str), Some("sms:accepted"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_waits_for_a_human_hears_no_campaign(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Whatsapp, &phone, "I want a refund").await;
    world.pass(Duration::seconds(5)).await;
    launch(&world, lead).await;
    assert_eq!(world.sent_to(lead).await.last().map(String::as_str), Some("sms:blocked"));

    let (waiting, _) = conversation(&world, lead, Channel::Whatsapp).await;
    return_to_ai(&world.cx, waiting).await.unwrap();
    launch(&world, lead).await;
    assert_eq!(world.sent_to(lead).await.last().map(String::as_str), Some("sms:accepted"));
}
