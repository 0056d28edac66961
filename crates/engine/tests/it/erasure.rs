//! A person erased on request, what was said forgotten after its time, and what the audit log says of changes of people's data.

use chrono::Duration;
use domain::access::Role;
use domain::erasure::Retention;
use domain::lead::LeadDraft;
use domain::message::Channel;
use engine::{Actor, Error, erasure};
use sqlx::PgPool;

use crate::world::{OURS, World};

/// What may be found of nobody: a name, a number, an address, words. None of them stands in anything else that a test makes.
const MARKS: [&str; 5] = ["Zebedee", "4155557711", "zebedee@mail.example", "hyacinth", "Quillmakers"];

/// Every table in which one of the marks stands, but for the numbers that are never reached.
async fn traces(world: &World) -> Vec<String> {
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(&world.admin)
            .await
            .unwrap();
    let mut found = Vec::new();
    for table in tables.iter().filter(|t| *t != "suppressions") {
        for mark in MARKS {
            let sql =
                format!("select count(*) from {table} t where position(lower($1) in lower(to_jsonb(t)::text)) > 0");
            let rows: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(mark).fetch_one(&world.admin).await.unwrap();
            if rows > 0 {
                found.push(format!("{table}: {mark}"));
            }
        }
    }
    found
}

/// Somebody of whom everything is kept that can be: a campaign, a talk over two channels, a ticket, a hand-over, an opt-out, raw posts.
async fn known_person(world: &World) -> domain::id::LeadId {
    let draft = LeadDraft {
        name: "Zebedee Moss".into(),
        phone: Some("+14155557711".into()),
        email: Some("zebedee@mail.example".into()),
        company: "Quillmakers".into(),
        notes: "Likes hyacinth".into(),
        consent: true,
        ..LeadDraft::default()
    };
    let lead = engine::leads::create(&world.cx, draft).await.unwrap().id;
    let sms = world.template(Channel::Sms, "Hi {{lead.first_name}}").await;
    world.campaign(domain::flow::starter::one_sms(Some(sms)), &[lead]).await;
    world.settle().await;
    for (channel, text) in [
        (Channel::Sms, "Do you sell hyacinth bulbs?"),
        (Channel::Whatsapp, "It is Zebedee again, about the hyacinth"),
        (Channel::Sms, "I want a refund for the hyacinth, says my lawyer"),
    ] {
        let mut inbound = world.inbound(channel, "+14155557711", text, &format!("SM{}", uuid::Uuid::now_v7().simple()));
        inbound.raw = serde_json::json!({ "From": "+14155557711", "To": OURS, "Body": text, "ProfileName": "Zebedee" });
        engine::inbox::receive(&world.engine.system(world.cx.workspace()), &inbound).await.unwrap();
        world.pass(Duration::seconds(10)).await;
    }
    lead
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_of_an_erased_person_is_left_in_any_table(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    let (other, _) = world.lead().await;
    let before = traces(&world).await;
    for table in
        ["leads", "lead_identifiers", "messages", "events", "webhook_logs", "turns", "conversations", "tickets"]
    {
        assert!(before.iter().any(|found| found.starts_with(table)), "the test has to fill {table}: {before:?}");
    }
    let receipt = erasure::erase(&world.cx, lead).await.unwrap();
    assert_eq!(traces(&world).await, Vec::<String>::new());
    let count = |table: &str| receipt.tables.iter().find(|t| t.table == table).map(|t| (t.removed, t.blanked));
    assert_eq!(count("leads"), Some((0, 1)));
    assert_eq!(count("lead_identifiers"), Some((2, 0)));
    assert!(count("messages").unwrap().1 >= 4 && count("turns").unwrap().0 >= 1, "{receipt:?}");
    assert!(count("run_visits").unwrap().0 >= 1 && count("webhook_logs").unwrap().1 >= 3, "{receipt:?}");
    let text = serde_json::to_string(&receipt).unwrap();
    assert!(MARKS.iter().all(|mark| !text.contains(mark)), "the receipt is no copy: {text}");
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where table_name = 'leads' and row_id = $1 and action = 'erase' and actor_id = $2",
    )
    .bind(lead.uuid())
    .bind(world.cx.user().unwrap().uuid())
    .fetch_one(&world.admin)
    .await
    .unwrap();
    assert_eq!(audited, 1);
    engine::leads::get(&world.cx, other).await.expect("others stay");
    let again = erasure::erase(&world.cx, lead).await.unwrap();
    assert!(again.tables.iter().all(|t| t.removed == 0), "twice is once: {again:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_opt_out_outlives_the_person_s_data(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    world.hears(Channel::Sms, "+14155557711", "STOP").await;
    let receipt = erasure::erase(&world.cx, lead).await.unwrap();
    assert_eq!(receipt.suppressed_numbers_kept, 1);
    assert_eq!(traces(&world).await, Vec::<String>::new());
    let draft = LeadDraft { name: "Anew".into(), phone: Some("+14155557711".into()), ..LeadDraft::default() };
    let anew = engine::leads::create(&world.cx, draft).await.unwrap();
    assert_eq!(anew.status, domain::lead::LeadStatus::OptedOut, "who asked us to stop is not written to after all");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_person_who_was_deleted_can_still_be_erased_by_their_number(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    engine::leads::delete(&world.cx, lead).await.unwrap();
    assert!(!traces(&world).await.is_empty(), "deleting keeps what was said");
    assert!(erasure::erase_by(&world.cx, "+14155550000").await.unwrap().is_none());
    assert!(matches!(erasure::erase_by(&world.cx, "somebody").await, Err(Error::Invalid(_))));
    let receipt = erasure::erase_by(&world.cx, "(415) 555-7711").await.unwrap().unwrap();
    assert_eq!(receipt.leads, [lead]);
    assert_eq!(traces(&world).await, Vec::<String>::new());
}

#[sqlx::test(migrations = "../../migrations")]
async fn only_owners_and_admins_erase_and_only_their_own_people(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    let acting = |role| world.engine.cx(world.cx.workspace(), Actor::User { id: world.cx.user().unwrap(), role });
    for role in [Role::Member, Role::Viewer] {
        assert!(matches!(erasure::erase(&acting(role), lead).await, Err(Error::Forbidden(_))), "{role}");
    }
    let elsewhere = world.engine.system(domain::id::WorkspaceId::new(uuid::Uuid::now_v7()));
    assert!(matches!(erasure::erase(&elsewhere, lead).await, Err(Error::NotFound)));
    assert!(erasure::erase_by(&elsewhere, "+14155557711").await.unwrap().is_none());
    assert!(!traces(&world).await.is_empty());
    erasure::erase(&acting(Role::Admin), lead).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn nobody_is_erased_while_an_answer_to_them_is_being_written(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    sqlx::query(
        "insert into jobs (id, workspace_id, kind, job, run_at, created_at, claimed_until)
         select gen_random_uuid(), workspace_id, 'reply',
                jsonb_build_object('job', 'reply', 'conversation_id', 'cnv_' || replace(id::text, '-', '')),
                now() + interval '1 minute', now(), now() + interval '1 minute'
         from conversations",
    )
    .execute(&world.admin)
    .await
    .unwrap();
    assert!(matches!(erasure::erase(&world.cx, lead).await, Err(Error::Conflict(_))));
    sqlx::query("update jobs set claimed_until = null").execute(&world.admin).await.unwrap();
    erasure::erase(&world.cx, lead).await.unwrap();
    assert_eq!(traces(&world).await, Vec::<String>::new());
    world.pass(Duration::minutes(10)).await;
    assert_eq!(traces(&world).await, Vec::<String>::new(), "nothing is written about them later");
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_was_said_is_forgotten_after_its_time(pool: PgPool) {
    let world = World::accepting(pool).await;
    let lead = known_person(&world).await;
    let month = Retention::days(30).unwrap();
    erasure::forget(&world.cx, month).await.unwrap();
    assert!(traces(&world).await.iter().any(|found| found.starts_with("messages")), "not before");
    world.clock.advance(Duration::days(31));
    assert!(erasure::forget(&world.cx, Retention::days(0).unwrap()).await.unwrap().is_empty(), "0 keeps everything");
    assert!(traces(&world).await.iter().any(|found| found.starts_with("messages")));
    let tables = erasure::forget(&world.cx, month).await.unwrap();
    assert!(tables.iter().any(|t| t.table == "messages" && t.blanked >= 4), "{tables:?}");
    let left = traces(&world).await;
    let said: Vec<_> =
        left.iter().filter(|found| !found.starts_with("lead") && !found.starts_with("tickets")).collect();
    assert!(said.is_empty(), "{said:?}");
    engine::leads::get(&world.cx, lead).await.expect("the person stays");
}

/// What the audit log says of a table, oldest first.
async fn audited(world: &World, table: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select action || ' ' || array_to_string(changed, ',') from audit_log where table_name = $1 order by id",
    )
    .bind(table)
    .fetch_all(&world.admin)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_change_of_a_person_s_data_is_in_the_audit_log(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let draft = LeadDraft {
        name: "Ada Reyes".into(),
        phone: Some("+14155550999".into()),
        email: Some("ada@mail.example".into()),
        consent: true,
        ..LeadDraft::default()
    };
    engine::leads::update(&world.cx, lead, draft).await.unwrap();
    assert_eq!(audited(&world, "lead_identifiers").await, ["insert ", "delete ", "insert ", "insert "]);
    assert_eq!(audited(&world, "consents").await.first().map(String::as_str), Some("insert "));
    for table in ["users", "workspaces", "agent_publications"] {
        assert!(!audited(&world, table).await.is_empty(), "{table}");
    }
    world.hears(Channel::Sms, "+14155550999", "Hello").await;
    let conversation = crate::turns::only_conversation(&world).await.id;
    engine::inbox::take_over(&world.cx, conversation).await.unwrap();
    let rows = audited(&world, "conversations").await;
    assert!(rows.iter().any(|row| row.contains("owner_user_id")), "{rows:?}");
    let values: i64 =
        sqlx::query_scalar("select count(*) from audit_log t where to_jsonb(t)::text like '%4155550999%'")
            .fetch_one(&world.admin)
            .await
            .unwrap();
    assert_eq!(values, 0, "which columns, never their contents");
}
