//! What comes in, who answers, and the one owner of each conversation.

use chrono::Duration;
use domain::conversation::Owner;
use domain::filter::{Filter, PageAt};
use domain::id::ConversationId;
use domain::message::{Author, Channel, Status};
use engine::inbox::{OperatorReply, Received, receive, reply, return_to_ai, take_over};
use sqlx::PgPool;

use crate::world::World;

async fn only_conversation(world: &World) -> domain::conversation::Conversation {
    let mut tx = world.cx.read().await.unwrap();
    let mut page = db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap();
    assert_eq!(page.total, 1);
    page.items.remove(0)
}

async fn thread(world: &World, id: ConversationId) -> Vec<(Author, Status)> {
    let mut tx = world.cx.read().await.unwrap();
    let page = db::messages::thread(&mut tx, id, PageAt::default()).await.unwrap();
    page.items.into_iter().map(|m| (m.author, m.status)).collect()
}

fn says(body: &str, key: &str) -> OperatorReply {
    OperatorReply { body: body.into(), template_id: None, client_key: key.into() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_unknown_sender_becomes_a_lead_and_is_answered_once(pool: PgPool) {
    let world = World::accepting(pool).await;
    let system = world.engine.system(world.cx.workspace());
    let inbound = world.inbound(Channel::Sms, "+14155559999", "Hello, are you open?", "SM1");
    assert!(matches!(receive(&system, &inbound).await.unwrap(), Received::New(_)));
    assert_eq!(receive(&system, &inbound).await.unwrap(), Received::Repeated);
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    assert_eq!((conversation.lead_phone.as_deref(), conversation.unread), (Some("+14155559999"), 1));
    assert_eq!(
        thread(&world, conversation.id).await,
        [(Author::Lead, Status::Received), (Author::Agent, Status::Accepted)]
    );
    let rows: i64 = sqlx::query_scalar("select count(*) from llm_requests where purpose = 'reply' and outcome = 'ok'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(rows, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_first_messages_at_once_make_one_lead(pool: PgPool) {
    let world = World::accepting(pool).await;
    let system = world.engine.system(world.cx.workspace());
    let all = (0..6).map(|i| {
        let (system, inbound) = (system.clone(), world.inbound(Channel::Sms, "+14155558888", "Hi", &format!("SM{i}")));
        async move { receive(&system, &inbound).await }
    });
    let results = futures::future::join_all(all).await;
    assert!(results.iter().all(|r| matches!(r, Ok(Received::New(_)))), "{results:?}");
    assert_eq!(only_conversation(&world).await.unread, 6);
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.posts().await, 1, "six quick messages get one answer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn taking_over_silences_the_ai_even_when_its_answer_is_written(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Hello").await;
    let conversation = only_conversation(&world).await;
    // The answer is written and queued, and the operator is quicker than the gate.
    let jobs = {
        world.clock.advance(Duration::seconds(5));
        sqlx::query("update jobs set run_at = now() - interval '1 s'").execute(&world.admin).await.unwrap();
        db::jobs::claim(&world.engine.parts().db, 10, 10, 0).await.unwrap()
    };
    assert_eq!(jobs.len(), 1);
    let held = take_over(&world.cx, conversation.id).await.unwrap();
    assert_eq!((held.owner, held.owner_user_id), (Owner::Human, world.cx.user()));
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.posts().await, 0);
    assert_eq!(thread(&world, conversation.id).await, [(Author::Lead, Status::Received)]);

    return_to_ai(&world.cx, conversation.id).await.unwrap();
    world.settle().await;
    assert_eq!(world.posts().await, 1, "given back, the AI answers what waits");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_that_was_queued_before_a_human_took_over_is_blocked_at_the_gate(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Hello").await;
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    sqlx::query("update messages set status = 'queued', send_key = send_key || 'x' where author = 'agent'")
        .execute(&world.admin)
        .await
        .unwrap();
    sqlx::query(
        "insert into jobs (id, workspace_id, kind, key, job, run_at, created_at)
         select gen_random_uuid(), workspace_id, 'send', id::text,
                jsonb_build_object('job', 'send', 'message_id', 'msg_' || replace(id::text, '-', '')), now(), now()
         from messages where author = 'agent'",
    )
    .execute(&world.admin)
    .await
    .unwrap();
    take_over(&world.cx, conversation.id).await.unwrap();
    world.settle().await;
    assert_eq!(thread(&world, conversation.id).await[1], (Author::Agent, Status::Blocked));
    assert_eq!(
        only_conversation(&world).await.last_status,
        Some(Status::Blocked),
        "the list says that it was not sent"
    );
    let mut tx = world.cx.read().await.unwrap();
    let people = db::phone::people(&mut tx, &Filter::default(), 10).await.unwrap();
    assert_eq!(people[0].last_body.as_deref(), Some("Hello"), "what was not sent is on nobody's phone");
    assert_eq!(world.posts().await, 1, "only the first, before the take-over");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_human_answers_once_per_click(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Hello").await;
    let id = only_conversation(&world).await.id;
    let first = reply(&world.cx, id, says("Hello, this is Kim.", "k1")).await.unwrap();
    assert_eq!(reply(&world.cx, id, says("Hello, this is Kim.", "k1")).await.unwrap(), first);
    assert!(matches!(reply(&world.cx, id, says("  ", "k2")).await, Err(engine::Error::Invalid(_))));
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.posts().await, 1);
    assert_eq!(only_conversation(&world).await.owner, Owner::Human);
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_is_sent_to_who_opted_out_until_they_come_back(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Stop.").await;
    let id = only_conversation(&world).await.id;
    let refused = reply(&world.cx, id, says("Please come back", "k1")).await.unwrap_err();
    assert!(refused.to_string().contains("asked us to stop"), "{refused}");
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.posts().await, 0);
    world.hears(Channel::Sms, "+14155559999", "START").await;
    reply(&world.cx, id, says("Welcome back", "k2")).await.unwrap();
    world.settle().await;
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn free_text_on_whatsapp_needs_an_open_window(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Whatsapp, "+14155559999", "Hi").await;
    let id = only_conversation(&world).await.id;
    reply(&world.cx, id, says("Inside the window", "k1")).await.unwrap();
    world.settle().await;
    world.pass(Duration::hours(25)).await;
    let refused = reply(&world.cx, id, says("Too late", "k2")).await.unwrap_err();
    assert!(refused.to_string().contains("24 hours"), "{refused}");
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn when_no_model_answers_the_person_gets_an_apology_and_the_operators_an_event(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "please [[fail]]").await;
    for _ in 0..4 {
        world.pass(Duration::seconds(200)).await;
    }
    let id = only_conversation(&world).await.id;
    let mut tx = world.cx.read().await.unwrap();
    let page = db::messages::thread(&mut tx, id, PageAt::default()).await.unwrap();
    assert!(page.items[1].body.starts_with("I am sorry"), "{:?}", page.items);
    let events: i64 = sqlx::query_scalar("select count(*) from events where kind = 'reply.failed'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!((page.items.len(), events), (2, 1));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_deleted_agent_leaves_its_conversations_to_a_person(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Hi there").await;
    world.settle().await;
    let before = only_conversation(&world).await;
    assert_eq!((before.agent_id, before.escalated_at), (Some(world.agent), None));
    assert_eq!(engine::agents::dependents(&world.cx, world.agent).await.unwrap(), (1, 0));
    engine::agents::delete(&world.cx, world.agent).await.unwrap();
    let after = only_conversation(&world).await;
    assert!(after.escalated_at.is_some() && after.ticket.is_some(), "{after:?}");
    assert_eq!(after.escalation_evidence, "The agent “Mia” was deleted.");
    let said: String = sqlx::query_scalar("select title from events where kind = 'agent.deleted'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(said, "Mia (1 conversation waits for a person)");
}

#[sqlx::test(migrations = "../../migrations")]
async fn closing_and_reopening_are_told_apart(pool: PgPool) {
    use domain::conversation::ConversationStatus::{Closed, Open};
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "Hi there").await;
    let id = only_conversation(&world).await.id;
    for status in [Closed, Closed, Open] {
        engine::inbox::set_status(&world.cx, id, status).await.unwrap();
    }
    let told: Vec<String> =
        sqlx::query_scalar("select kind from events where subject = $1 and kind like 'conversation.%ed' order by id")
            .bind(id.to_string())
            .fetch_all(&world.admin)
            .await
            .unwrap();
    assert_eq!(told, ["conversation.closed", "conversation.reopened"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_conversation_is_found_by_what_was_said_and_by_its_ticket(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, "+14155559999", "My warranty ends on Tuesday, order 9087-b").await;
    world.hears(Channel::Sms, "+14155558888", "Nothing of the kind").await;
    let system = world.engine.system(world.cx.workspace());
    let found = async |q: &str| {
        let mut tx = world.cx.read().await.unwrap();
        let filter = Filter { q: Some(q.into()), ..Filter::default() };
        let page = db::conversations::list(&mut tx, &filter, None).await.unwrap();
        assert_eq!(usize::try_from(page.total).unwrap(), page.items.len(), "{q}");
        let queues = db::inbox::queues(&mut tx, &filter, None).await.unwrap();
        assert_eq!(
            queues.iter().map(|queue| queue.conversations).sum::<i64>(),
            page.total,
            "counted over the list: {q}"
        );
        page.items.into_iter().filter_map(|c| c.lead_phone).collect::<Vec<_>>()
    };
    for q in ["warranty", "WARRANTY tuesday", "warr", "9087", "9087-b"] {
        assert_eq!(found(q).await, ["+14155559999"], "{q}");
    }
    for q in ["warranty nothing", "refund", "'", "\\ | & :* !"] {
        assert_eq!(found(q).await, Vec::<String>::new(), "{q:?}");
    }
    let mut tx = world.cx.read().await.unwrap();
    let filter = Filter { q: Some("warranty".into()), ..Filter::default() };
    let conversation = db::conversations::list(&mut tx, &filter, None).await.unwrap().items.remove(0);
    drop(tx);
    let ticket = engine::tickets::open_for(&system, &conversation, "Warranty").await.unwrap();
    assert_eq!(found(&ticket.number).await, ["+14155559999"]);
}
