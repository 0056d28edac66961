//! Conversations that go to a human: which do, what is said meanwhile, who may answer then; and what replies mean for their leads.

use domain::conversation::{Conversation, ConversationStatus, Owner};
use domain::filter::Filter;
use domain::flow::starter::sms_whatsapp_voice;
use domain::guardrail::Priority;
use domain::intent::{Intent, Reader};
use domain::lead::LeadStatus;
use domain::message::Channel;
use domain::sentiment::Trend;
use domain::skill::Escalation;
use domain::ticket::{TicketCategory, TicketStatus};
use engine::inbox::OperatorReply;
use engine::tickets::TicketChange;
use sqlx::PgPool;

use crate::world::World;

async fn conversation(world: &World) -> Conversation {
    let mut tx = world.cx.read().await.unwrap();
    db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap().items.remove(0)
}

async fn queue(world: &World, owner: &str) -> usize {
    let filter = Filter { owner: Some(owner.into()), ..Filter::default() };
    let mut tx = world.cx.read().await.unwrap();
    db::conversations::list(&mut tx, &filter, None).await.unwrap().items.len()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_forced_subject_goes_to_a_human_and_silences_the_ai_until_one_returns_it(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "I want a refund, now!").await;
    world.pass(chrono::Duration::seconds(3)).await;
    let c = conversation(&world).await;
    assert_eq!((c.escalation_reason, c.priority), (Some(Escalation::Refund), Priority::High));
    assert!(c.escalation_evidence.contains("refund"), "{}", c.escalation_evidence);
    assert_eq!(c.ticket.as_deref(), Some("TKT-0001"));
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"], "the holding text");
    assert_eq!((queue(&world, "escalated").await, queue(&world, "human").await), (1, 0));

    world.hears(Channel::Sms, &phone, "When are you open?").await;
    world.pass(chrono::Duration::seconds(3)).await;
    assert_eq!(world.sent_to(lead).await.len(), 1, "the AI is silent while a human is asked for");

    engine::inbox::return_to_ai(&world.cx, c.id).await.unwrap();
    let c = conversation(&world).await;
    assert_eq!((c.escalated_at, c.escalation_reason, c.priority), (None, None, Priority::Normal));
    world.pass(chrono::Duration::seconds(3)).await;
    assert_eq!(world.sent_to(lead).await.len(), 2, "what waited is answered");
    assert_eq!(queue(&world, "escalated").await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn it_waits_for_a_human_until_one_takes_over_or_answers(pool: PgPool) {
    let world = World::accepting(pool).await;
    for answers in [false, true] {
        let (_, phone) = world.lead().await;
        world.hears(Channel::Sms, &phone, "I want a refund, now!").await;
        world.pass(chrono::Duration::seconds(3)).await;
        let c = conversation(&world).await;
        let already = usize::from(answers);
        assert!(c.waits_for_human());
        assert_eq!(
            (queue(&world, "escalated").await, queue(&world, "ai").await),
            (1, 0),
            "not among those the AI answers"
        );
        assert_eq!(counted(&world).await, (1, already));
        if answers {
            let reply = OperatorReply { body: "I am a human.".into(), template_id: None, client_key: "k".into() };
            engine::inbox::reply(&world.cx, c.id, reply).await.unwrap();
        } else {
            engine::inbox::take_over(&world.cx, c.id).await.unwrap();
        }
        assert!(!conversation(&world).await.waits_for_human());
        assert_eq!((queue(&world, "escalated").await, queue(&world, "human").await), (0, already + 1));
        assert_eq!(counted(&world).await, (0, already + 1));
    }
}

/// What the inbox counts: those that wait for a human, those that one holds.
async fn counted(world: &World) -> (usize, usize) {
    let mut tx = world.cx.read().await.unwrap();
    let queues = db::inbox::queues(&mut tx, &Filter::default(), None).await.unwrap();
    let waiting: i64 = queues.iter().map(|q| q.escalated).sum();
    let held: i64 = queues.iter().filter(|q| q.owner == Owner::Human).map(|q| q.conversations).sum();
    (waiting.try_into().unwrap(), held.try_into().unwrap())
}

#[sqlx::test(migrations = "../../migrations")]
async fn it_is_escalated_once_and_closing_it_is_looking(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (_, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    world.settle().await;
    let id = conversation(&world).await.id;
    let escalate = |reason| engine::escalate::escalate(&world.cx, id, reason, "because", Priority::High);
    assert!(escalate(Escalation::Legal).await.unwrap());
    assert!(!escalate(Escalation::Pricing).await.unwrap());
    assert_eq!(conversation(&world).await.escalation_reason, Some(Escalation::Legal));
    let events: i64 = sqlx::query_scalar("select count(*) from events where kind = 'conversation.escalated'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(events, 1);
    engine::inbox::set_status(&world.cx, id, ConversationStatus::Closed).await.unwrap();
    assert_eq!(conversation(&world).await.escalated_at, None);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_forced_subject_is_escalated_also_where_no_agent_answers(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Voice, &phone, "I will sue you").await;
    world.settle().await;
    let c = conversation(&world).await;
    assert_eq!((c.escalation_reason, c.priority), (Some(Escalation::Legal), Priority::Urgent));
    assert!(world.sent_to(lead).await.is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_forced_subject_in_the_reply_that_a_campaign_waits_for_gets_the_same_holding_text_once(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (outside, its_phone) = world.lead().await;
    world.hears(Channel::Sms, &its_phone, "What does it cost?").await;
    world.pass(chrono::Duration::seconds(3)).await;
    assert_eq!(world.sent_to(outside).await.len(), 1);

    let (inside, phone) = world.lead().await;
    let [sms, voice] =
        [world.template(Channel::Sms, "Interested?").await, world.template(Channel::Voice, "Press 1 to talk.").await];
    let whatsapp = world.approved("Still interested?").await;
    let graph = sms_whatsapp_voice(Some(sms), Some(whatsapp), Some(voice), Some(world.agent), 3_600);
    world.campaign(graph, &[inside]).await;
    world.settle().await;
    assert_eq!(world.run_of(inside).await, "waiting_reply n3 -");
    let asked = world.inbound(Channel::Sms, &phone, "What does it cost?", "SM0000000000000000000000000000cafe");
    let system = world.engine.system(world.cx.workspace());
    for _ in 0..2 {
        engine::inbox::receive(&system, &asked).await.unwrap();
    }
    world.pass(chrono::Duration::seconds(3)).await;
    world.hears(Channel::Sms, &phone, "And what does shipping cost?").await;
    world.pass(chrono::Duration::seconds(3)).await;
    let held: Vec<(uuid::Uuid, String, String)> = sqlx::query_as(
        "select lead_id, body, status from messages where author = 'agent' and turn_id is not null order by id",
    )
    .fetch_all(&world.admin)
    .await
    .unwrap();
    let [(_, one, _), (lead, other, status)] = held.as_slice() else { panic!("one each: {held:?}") };
    assert_eq!((one, *lead, status.as_str()), (other, inside.uuid(), "accepted"));
    let c = conversation(&world).await;
    assert_eq!((c.escalation_reason, c.ticket.is_some()), (Some(Escalation::Pricing), true));
    let id: uuid::Uuid = sqlx::query_scalar("select id from messages where author = 'agent' and lead_id = $1")
        .bind(inside.uuid())
        .fetch_one(&world.admin)
        .await
        .unwrap();
    let why = engine::why::of_message(&world.cx, id.into()).await.unwrap();
    assert!(why.sentence.contains("handed over to a human"), "{}", why.sentence);
}

#[sqlx::test(migrations = "../../migrations")]
async fn whoever_asked_us_to_stop_hears_no_holding_text_in_a_campaign_either(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let sms = world.template(Channel::Sms, "Interested?").await;
    let (whatsapp, voice) = (world.approved("Still?").await, world.template(Channel::Voice, "Press 1.").await);
    let graph = sms_whatsapp_voice(Some(sms), Some(whatsapp), Some(voice), Some(world.agent), 3_600);
    world.campaign(graph, &[lead]).await;
    world.settle().await;
    // Suppressed elsewhere while the run waits: the gate knows.
    sqlx::query("insert into suppressions (id, workspace_id, value, reason, created_at) values (gen_random_uuid(), $1, $2, 'stop', now())")
        .bind(world.cx.workspace().uuid())
        .bind(&phone)
        .execute(&world.admin)
        .await
        .unwrap();
    world.hears(Channel::Sms, &phone, "What does it cost?").await;
    world.pass(chrono::Duration::seconds(3)).await;
    assert_eq!(world.sent_to(lead).await[..2], ["sms:accepted", "sms:blocked"]);
    assert_eq!(conversation(&world).await.escalation_reason, Some(Escalation::Pricing));
}

#[sqlx::test(migrations = "../../migrations")]
async fn replies_move_their_lead_and_machines_do_not(pool: PgPool) {
    let world = World::accepting(pool).await;
    let status = async |lead| engine::leads::get(&world.cx, lead).await.unwrap().status;
    let (away, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "I am out of the office until Monday").await;
    world.pass(chrono::Duration::seconds(3)).await;
    assert_eq!(status(away).await, LeadStatus::New);
    assert!(world.sent_to(away).await.is_empty(), "machines are not answered");
    assert_eq!(conversation(&world).await.intent, Some(Intent::OutOfOffice));

    let (keen, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Yes please, tell me more").await;
    assert_eq!(status(keen).await, LeadStatus::Replied);

    let (gone, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "please remove me from your list").await;
    assert_eq!(status(gone).await, LeadStatus::OptedOut);
    let suppressed: i64 = sqlx::query_scalar("select count(*) from suppressions where value = $1")
        .bind(&phone)
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(suppressed, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_mood_and_its_trend_are_kept(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (_, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Great, thank you!").await;
    let glad = conversation(&world).await;
    world.hears(Channel::Sms, &phone, "I am a bit disappointed").await;
    let sad = conversation(&world).await;
    assert!(glad.sentiment > Some(60) && (30..50).contains(&sad.sentiment.unwrap()), "{glad:?} {sad:?}");
    assert_eq!((glad.sentiment_trend, sad.sentiment_trend), (Some(Trend::Steady), Some(Trend::Falling)));
    assert_eq!((glad.priority, sad.priority), (Priority::Normal, Priority::High));
    let mut tx = world.cx.read().await.unwrap();
    let analysis = db::readings::analysis(&mut tx, sad.id).await.unwrap().unwrap();
    assert_eq!((analysis.reader, i16::from(analysis.mood.score)), (Reader::Rules, sad.sentiment.unwrap()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn tickets_are_counted_and_one_is_open_at_a_time(pool: PgPool) {
    let world = World::accepting(pool).await;
    for text in ["Can we meet on Tuesday at 10?", "Is there parking?"] {
        let (_, phone) = world.lead().await;
        world.hears(Channel::Sms, &phone, text).await;
    }
    let both = {
        let mut tx = world.cx.read().await.unwrap();
        db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap().items
    };
    let (a, b) = tokio::join!(
        engine::tickets::open_for(&world.cx, &both[0], &both[0].last_body),
        engine::tickets::open_for(&world.cx, &both[1], &both[1].last_body)
    );
    let (a, b) = (a.unwrap(), b.unwrap());
    let mut numbers = [a.number.clone(), b.number];
    numbers.sort();
    assert_eq!(numbers, ["TKT-0001", "TKT-0002"]);
    let again = engine::tickets::open_for(&world.cx, &both[0], "another line").await.unwrap();
    assert_eq!((again.id, again.subject.as_str()), (a.id, both[0].last_body.as_str()));
    let wanted =
        if both[0].intent == Some(Intent::Question) { TicketCategory::Question } else { TicketCategory::Meeting };
    assert_eq!(a.category, wanted);

    let solve = TicketChange { status: Some(TicketStatus::Resolved), ..TicketChange::default() };
    assert!(engine::tickets::change(&world.cx, a.id, solve).await.unwrap().resolved_at.is_some());
    let next = engine::tickets::open_for(&world.cx, &both[0], "more").await.unwrap();
    assert_eq!(next.number, "TKT-0003");
    let reopen = TicketChange { status: Some(TicketStatus::Open), ..TicketChange::default() };
    let refused = engine::tickets::change(&world.cx, a.id, reopen).await;
    assert!(matches!(refused, Err(engine::Error::Conflict(_))), "{refused:?}");
}
