//! The walls between workspaces, tried table by table as the product's own role.

use domain::id::WorkspaceId;
use sqlx::{ConnectOptions as _, PgPool};

use crate::world::World;

/// Tables that belong to no single workspace, each with its reason.
const OPEN: &[(&str, &str)] = &[
    ("users", "an operator may stand in several workspaces"),
    ("sessions", "looked up by the hash of a secret before the workspace is known"),
    ("login_attempts", "counts attempts for addresses that have no account"),
    ("known_places", "counts for addresses before anybody is signed in"),
    ("_sqlx_migrations", "not readable by the product's role at all"),
];

async fn tables(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
        .fetch_all(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_workspace_table_is_walled_and_shows_nothing_to_another_workspace(pool: PgPool) {
    let world = World::accepting(pool.clone()).await;
    fill(&world).await;
    let stranger = WorkspaceId::new(uuid::Uuid::now_v7());
    let app = world.engine.parts().db.pool();
    let mut tried = 0;
    for table in tables(&pool).await {
        if OPEN.iter().any(|(open, _)| *open == table) {
            continue;
        }
        let count = format!("select count(*) from {table}");
        let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone())).fetch_one(&pool).await.unwrap();
        assert!(there > 0, "the test has to fill {table} to prove anything");
        for setting in ["", &stranger.uuid().to_string()] {
            let mut tx = app.begin().await.unwrap();
            sqlx::query("select set_config('app.workspace', $1, true)").bind(setting).execute(&mut *tx).await.unwrap();
            let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone())).fetch_one(&mut *tx).await.unwrap();
            assert_eq!(seen, 0, "{table} shows rows of another workspace");
            for change in [format!("delete from {table}"), format!("update {table} set workspace_id = workspace_id")] {
                let changed = sqlx::query(sqlx::AssertSqlSafe(change.clone())).execute(&mut *tx).await;
                match changed {
                    Ok(done) => assert_eq!(done.rows_affected(), 0, "{change}"),
                    Err(_) => {
                        // No right to do it at all, or no such column: also a wall. The failed transaction ends here.
                        tx.rollback().await.unwrap();
                        tx = app.begin().await.unwrap();
                    }
                }
            }
        }
        tried += 1;
    }
    assert!(tried >= 22, "only {tried} tables were tried");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_row_cannot_be_written_into_another_workspace(pool: PgPool) {
    let world = World::accepting(pool).await;
    let stranger = WorkspaceId::new(uuid::Uuid::now_v7());
    let mut tx = world.engine.parts().db.pool().begin().await.unwrap();
    sqlx::query("select set_config('app.workspace', $1, true)")
        .bind(stranger.uuid().to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    let smuggled = sqlx::query(
        "insert into suppressions (id, workspace_id, value, reason, created_at) values (gen_random_uuid(), $1, '+1', 'x', now())",
    )
    .bind(world.cx.workspace().uuid())
    .execute(&mut *tx)
    .await;
    assert!(smuggled.unwrap_err().to_string().contains("row-level security"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_role_owns_nothing_and_cannot_step_out_of_itself(pool: PgPool) {
    let world = World::accepting(pool.clone()).await;
    let app = world.engine.parts().db.pool();
    let owned: i64 = sqlx::query_scalar(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'outreach_app'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    let may: bool = sqlx::query_scalar(
        "select rolbypassrls or rolsuper or rolcreaterole from pg_roles where rolname = 'outreach_app'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((owned, may), (0, false));
    let mut connection = app.acquire().await.unwrap();
    for back in ["reset role", "set role none", "reset session authorization", "set session authorization default"] {
        sqlx::query(back).execute(&mut *connection).await.unwrap();
        let who: String = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await.unwrap();
        assert_eq!(who, "outreach_login_test", "`{back}` must lead back to the product's own login");
        let seen: i64 = sqlx::query_scalar("select count(*) from agents").fetch_one(&mut *connection).await.unwrap();
        assert_eq!(seen, 0, "after `{back}` the walls stand");
    }
    let owner: String = sqlx::query_scalar("select current_user::text").fetch_one(&pool).await.unwrap();
    for become_somebody in [format!("set role \"{owner}\""), format!("set session authorization \"{owner}\"")] {
        let became = sqlx::query(sqlx::AssertSqlSafe(become_somebody.clone())).execute(&mut *connection).await;
        assert!(became.is_err(), "{become_somebody}");
    }
    for forbidden in [
        "copy (select 1) to program 'true'",
        "select make_login('somebody', 'x')",
        "alter table leads disable row level security",
        "drop policy wall on leads",
        "delete from audit_log",
        "update events set title = ''",
    ] {
        assert!(sqlx::query(forbidden).execute(&mut *connection).await.is_err(), "{forbidden}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_login_that_can_step_over_the_walls_is_refused_at_the_start(pool: PgPool) {
    let owner = pool.connect_options().as_ref().clone();
    let given = db::Login::Given(owner.to_url_lossy().to_string());
    let why = db::connect_with(owner.clone(), &given, 1).await.err().unwrap().to_string();
    assert!(why.contains("walls"), "{why}");
    let login = db::Login::Made { name: "outreach_login_test".into(), password: "of tests".into() };
    db::connect_with(owner, &login, 1).await.unwrap();
}

/// Puts at least one row into every workspace table.
async fn fill(world: &World) {
    use domain::message::Channel;
    let (lead, phone) = world.lead().await;
    let sms = world.template(Channel::Sms, "Hi").await;
    world.campaign(domain::flow::starter::one_sms(Some(sms)), &[lead]).await;
    world.settle().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    world.pass(chrono::Duration::seconds(5)).await;
    world.hears(Channel::Sms, &phone, "STOP").await;
    world.hears(Channel::Sms, "+14155551234", "Hello").await;
    engine::imports::start(&world.cx, "x.csv", b"name,phone\nBo,+14155557777\n".to_vec(), None).await.unwrap();
    let mut tx = world.engine.parts().db.begin(world.cx.workspace(), world.cx.user()).await.unwrap();
    let job = domain::job::Job::Send { message_id: world.cx.new_id() };
    db::jobs::enqueue(
        &mut tx,
        world.cx.new_id(),
        &job,
        world.clock.now() + chrono::Duration::days(1),
        world.clock.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    agents_parts(world).await;
}

/// What only operators of agents make: actions, knowledge, suites, keys, budgets.
async fn agents_parts(world: &World) {
    for statement in [
        "insert into agent_actions (id, workspace_id, agent_id, name, draft, created_at, updated_at)
         select gen_random_uuid(), workspace_id, id, 'x', '{}', now(), now() from agents limit 1",
        "insert into documents (id, workspace_id, agent_id, kind, title, category, state, bytes, created_at, updated_at)
         select gen_random_uuid(), workspace_id, id, 'file', 'x', 'general', 'ready', 1, now(), now() from agents limit 1",
        "insert into document_files (document_id, workspace_id, content, created_at) select id, workspace_id, 'x', now() from documents",
        "insert into passages (id, workspace_id, agent_id, document_id, position, heading, body, created_at)
         select gen_random_uuid(), workspace_id, agent_id, id, 0, '', 'x', now() from documents",
        "insert into agent_tests (id, workspace_id, agent_id, name, draft, created_at, updated_at)
         select gen_random_uuid(), workspace_id, id, 'x', '{}', now(), now() from agents limit 1",
        "insert into suite_runs (id, workspace_id, agent_id, version_id, status, total, created_at)
         select gen_random_uuid(), a.workspace_id, a.id, v.id, 'running', 1, now()
         from agents a join agent_versions v on v.agent_id = a.id limit 1",
        "insert into suite_results (id, workspace_id, run_id, test_id, agent_id, version_id, revision, passed, cost_micros,
                                    latency_ms, report, created_at)
         select gen_random_uuid(), r.workspace_id, r.id, t.id, r.agent_id, r.version_id, 1, true, 0, 0, '{}', now()
         from suite_runs r, agent_tests t",
        "insert into api_keys (id, workspace_id, name, prefix, hash, scopes, created_by, created_at)
         select gen_random_uuid(), m.workspace_id, 'x', 'x', 'x', array['api'], m.user_id, now() from memberships m limit 1",
        "insert into budgets (id, workspace_id, scope, target, limit_micros, created_at, updated_at)
         select gen_random_uuid(), id, 'workspace', id, 1, now(), now() from workspaces limit 1",
        "insert into channel_configs (id, workspace_id, channel, max_response_length, response_template, created_at, updated_at)
         select gen_random_uuid(), id, 'sms', 160, '{answer}', now(), now() from workspaces limit 1",
        "insert into spend_days (workspace_id, scope, target, day)
         select id, 'workspace', id, '2026-01-01' from workspaces limit 1",
        "insert into spend_holds (id, workspace_id, day, micros, expires_at, created_at)
         select gen_random_uuid(), id, '2026-01-01', 1, now(), now() from workspaces limit 1",
        "insert into action_results (id, workspace_id, conversation_id, message_id, call_key, ok, told, created_at)
         select gen_random_uuid(), m.workspace_id, m.conversation_id, m.id, 'x', true, '{}', now() from messages m limit 1",
        "insert into agent_publications (id, workspace_id, agent_id, version_id, created_at)
         select gen_random_uuid(), a.workspace_id, a.id, v.id, now() from agents a join agent_versions v on v.agent_id = a.id limit 1",
    ] {
        sqlx::query(statement).execute(&world.admin).await.unwrap();
    }
}
