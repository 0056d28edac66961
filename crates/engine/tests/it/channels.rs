//! What a workspace decides for a channel holds for every answer: in conversations, in tests, and in a replay.

use chrono::Duration;
use domain::agent::Tone;
use domain::format::ChannelConfigDraft;
use domain::message::Channel;
use domain::turn::{Outcome, ReplayAsk, StepKind, TestAsk};
use engine::{Error, channel_configs, turn};
use sqlx::PgPool;

use crate::turns::{PHONE, answers, count, elsewhere, kept, only_conversation, ours, saying};
use crate::world::World;

fn decided(limit: u32, template: &str) -> ChannelConfigDraft {
    ChannelConfigDraft { max_response_length: limit, tone: Some(Tone::Direct), response_template: template.to_owned() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_obeys_its_channel_in_conversations_tests_and_replays(pool: PgPool) {
    let (world, server) = elsewhere(pool).await;
    answers(&server, saying(&"We are open from nine to six. ".repeat(12))).await;
    channel_configs::save(&world.cx, Channel::Sms, decided(120, "{answer} - {agent}, {workspace}")).await.unwrap();
    world.hears(Channel::Sms, PHONE, "When are you open?").await;
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    let [message] = ours(&world, conversation.id).await.try_into().unwrap();
    let holds = |text: &str| {
        assert!(text.chars().count() <= 120 && text.starts_with("We are open"), "{text}");
        assert!(text.ends_with("six. - Mia, Acme"), "{text}");
    };
    holds(&message.body);
    let [record] = kept(&world).await.try_into().unwrap();
    assert!(
        record.system.contains("Tone: direct") && record.system.contains("at most 108 characters"),
        "{}",
        record.system
    );
    assert!(record.trace.iter().any(|step| step.kind == StepKind::Format), "{:?}", record.trace);

    let ask = TestAsk { input: "When are you open?".into(), channel: Some(Channel::Sms), ..TestAsk::default() };
    let tested = turn::test(&world.cx, world.agent, ask.clone(), &mut |_| {}).await.unwrap();
    holds(&tested.text);
    // Another channel keeps to its own rules.
    let other = TestAsk { channel: Some(Channel::Whatsapp), ..ask };
    let free = turn::test(&world.cx, world.agent, other, &mut |_| {}).await.unwrap();
    assert!(free.text.chars().count() > 300 && !free.text.contains("Acme"), "{}", free.text);

    // A replay runs under what holds now.
    channel_configs::save(&world.cx, Channel::Sms, decided(160, "{answer}")).await.unwrap();
    let replayed = engine::replay::run(&world.cx, conversation.id, ReplayAsk::default()).await.unwrap();
    let Outcome::Sent { parts, .. } = &replayed.turns[0].after.outcome else { panic!("{replayed:?}") };
    assert!(parts[0].ends_with("six.") && parts[0].chars().count() > 120, "{parts:?}");
    assert_eq!(replayed.differ, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_row_for_a_channel_made_when_first_saved_and_only_by_those_who_may(pool: PgPool) {
    let world = World::accepting(pool).await;
    let derived = channel_configs::list(&world.cx).await.unwrap();
    assert_eq!(derived.iter().map(|c| c.channel).collect::<Vec<_>>(), Channel::ALL);
    assert!(derived.iter().all(|c| c.id.is_none() && c.draft == ChannelConfigDraft::of(c.channel)));
    assert_eq!(count(&world, "select count(*) from channel_configs").await, 0);

    for limit in [300, 200] {
        channel_configs::save(&world.cx, Channel::Whatsapp, decided(limit, "{answer}\r\n{agent}")).await.unwrap();
    }
    let saved = channel_configs::list(&world.cx).await.unwrap().remove(1);
    assert_eq!((saved.draft.max_response_length, saved.draft.response_template.as_str()), (200, "{answer}\n{agent}"));
    assert_eq!(count(&world, "select count(*) from channel_configs").await, 1);
    assert_eq!(
        count(&world, "select count(*) from events where kind = 'channel.saved' and title = 'WhatsApp'").await,
        2
    );
    assert_eq!(count(&world, "select count(*) from audit_log where table_name = 'channel_configs'").await, 2);

    let Err(Error::Invalid(problems)) = channel_configs::save(&world.cx, Channel::Sms, decided(161, "Hi")).await else {
        panic!("161 characters are no SMS")
    };
    assert!(problems.of("max_response_length").is_some() && problems.of("response_template").is_some());
    let id = world.cx.user().unwrap();
    let member = world.engine.cx(world.cx.workspace(), engine::Actor::User { id, role: domain::access::Role::Member });
    let refused = channel_configs::save(&member, Channel::Sms, decided(160, "{answer}")).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
}
