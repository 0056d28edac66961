//! Posts that cannot be taken in at once, that come to a number of a pool, or that say who somebody is.

use chrono::Duration;
use domain::id::WorkspaceId;
use domain::lead::LeadDraft;
use domain::message::{Channel, Inbound};
use engine::inbox::{Received, of_pool, receive};
use serde_json::json;
use sqlx::PgPool;

use crate::world::World;

async fn told(world: &World, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&world.admin).await.unwrap();
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.admin).await.unwrap()
}

/// Lets no message be stored, as a full disk or a fault of ours would.
const BREAK: &str =
    "create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
    create trigger broken before insert on messages for each row execute function broken()";

#[sqlx::test(migrations = "../../migrations")]
async fn what_cannot_be_taken_in_is_kept_and_taken_in_once_later(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let system = world.engine.system(world.cx.workspace());
    let stop = world.inbound(Channel::Sms, &phone, "STOP", "SM1");
    told(&world, BREAK).await;
    let (one, two) = tokio::join!(receive(&system, &stop), receive(&system, &stop));
    assert_eq!((one.unwrap(), two.unwrap()), (Received::Kept, Received::Kept));
    assert_eq!(count(&world, "select count(*) from jobs where kind = 'receive'").await, 1, "the same post waits once");
    world.pass(Duration::seconds(2)).await;
    assert_eq!(count(&world, "select count(*) from messages").await, 0, "still broken");
    told(&world, "drop trigger broken on messages").await;
    world.pass(Duration::seconds(30)).await;
    assert_eq!(count(&world, "select count(*) from messages where body = 'STOP'").await, 1);
    assert_eq!(count(&world, "select count(*) from jobs").await, 0);
    let status = engine::leads::get(&world.cx, lead).await.unwrap().status;
    assert_eq!(status, domain::lead::LeadStatus::OptedOut);
    assert_eq!(receive(&system, &stop).await.unwrap(), Received::Repeated);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_kept_post_of_an_erased_person_is_gone_too(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    told(&world, BREAK).await;
    let post = world.inbound(Channel::Sms, &phone, "It is Zebedee", "SM1");
    receive(&world.engine.system(world.cx.workspace()), &post).await.unwrap();
    let receipt = engine::erasure::erase(&world.cx, lead).await.unwrap();
    assert_eq!(receipt.tables.iter().find(|table| table.table == "jobs").unwrap().removed, 1);
    assert_eq!(count(&world, "select count(*) from jobs").await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_stranger_on_whatsapp_is_called_what_they_call_themselves(pool: PgPool) {
    let world = World::accepting(pool).await;
    let system = world.engine.system(world.cx.workspace());
    let long = "Ada ".repeat(60);
    for (nth, (profile, name)) in [
        ("Ada Reyes", "Ada Reyes"),
        ("  李明 ", "李明"),
        ("🌸", ""),
        ("+1 628 555 2711", ""),
        ("{{lead.phone}}", ""),
        ("", ""),
        (&long, "Ada Ada"),
    ]
    .into_iter()
    .enumerate()
    {
        let phone = format!("+1628555270{nth}");
        let raw = json!({ "ProfileName": profile });
        let inbound = Inbound { raw, ..world.inbound(Channel::Whatsapp, &phone, "Hello", &format!("SM{nth}")) };
        receive(&system, &inbound).await.unwrap();
        let found: String = sqlx::query_scalar(
            "select l.name from leads l join lead_identifiers i on i.lead_id = l.id where i.value = $1",
        )
        .bind(&phone)
        .fetch_one(&world.admin)
        .await
        .unwrap();
        assert!(if name.is_empty() { found.is_empty() } else { found.starts_with(name) }, "{profile}: {found}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_comes_to_a_number_of_the_pool_reaches_who_talked_last_and_a_stop_reaches_all(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (here, other) = (world.cx.workspace(), WorkspaceId::new(uuid::Uuid::now_v7()));
    let mut tx = world.engine.parts().db.begin(other, None).await.unwrap();
    db::users::insert_workspace(&mut tx, "Other", world.cx.now()).await.unwrap();
    tx.commit().await.unwrap();
    let phone = "+16285552711";
    let of = async |body: &str| of_pool(&world.engine, &world.inbound(Channel::Sms, phone, body, "SM9")).await.unwrap();
    assert_eq!(of("Hello").await, [], "a stranger to both");
    for (nth, workspace) in [here, other].into_iter().enumerate() {
        world.pass(Duration::minutes(1)).await;
        let inbound = world.inbound(Channel::Sms, phone, "Hello", &format!("SM{nth}"));
        receive(&world.engine.system(workspace), &inbound).await.unwrap();
        world.pass(Duration::minutes(1)).await;
    }
    assert_eq!(of("Are you there?").await, [other]);
    assert_eq!(of("STOP").await, [other, here]);
    // Somebody of whom only a list knows has not been written to over this channel.
    let draft = LeadDraft { phone: Some("+16285552799".into()), ..LeadDraft::default() };
    engine::leads::create(&world.cx, draft).await.unwrap();
    let listed = world.inbound(Channel::Sms, "+16285552799", "Hello", "SM8");
    assert_eq!(of_pool(&world.engine, &listed).await.unwrap(), []);
}
