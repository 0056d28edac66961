//! Agents against a real database.

use domain::access::Role;
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::filter::Filter;
use domain::id::AgentId;
use sqlx::PgPool;

use super::{create, delete, duplicate, free_name, publish, restore, save, set_status};
use crate::intake::desk;
use crate::{Cx, Error};

fn draft(name: &str) -> AgentDraft {
    AgentDraft { name: name.into(), prompt: "Be kind.".into(), ..AgentDraft::default() }
}

async fn names(cx: &Cx, filter: Filter) -> Vec<String> {
    let mut tx = cx.read().await.unwrap();
    let page = db::agents::list(&mut tx, &filter, cx.now()).await.unwrap();
    page.items.into_iter().map(|row| row.agent.draft.name).collect()
}

async fn find(cx: &Cx, id: AgentId) -> Option<Agent> {
    let mut tx = cx.read().await.unwrap();
    db::agents::find(&mut tx, id).await.unwrap()
}

#[test]
fn a_copy_takes_the_first_free_name() {
    let taken = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(free_name("Mia", &taken(&["mia"])), "Mia copy");
    assert_eq!(free_name("Mia", &taken(&["mia copy", "mia copy 2", "mia copy 4"])), "Mia copy 3");
}

#[sqlx::test(migrations = "../../migrations")]
async fn each_save_is_a_version_and_an_old_one_cannot_be_saved_over_a_new_one(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let first = create(cx, draft("  Mia ")).await.unwrap();
    assert_eq!((first.version, first.draft.name.as_str()), (1, "Mia"));
    let second = save(cx, first.id, AgentDraft { prompt: "Be brief.".into(), ..draft("Mia") }, Some(1)).await.unwrap();
    assert_eq!(second.version, 2);
    assert!(matches!(save(cx, first.id, draft("Mia"), Some(1)).await, Err(Error::Conflict(_))));
    assert_eq!(find(cx, first.id).await, Some(second));
    let mut tx = cx.read().await.unwrap();
    let versions = db::agents::versions(&mut tx, first.id, 100).await.unwrap();
    let told: Vec<_> = versions.iter().map(|v| (v.version, v.draft.prompt.as_str(), v.author.as_str())).collect();
    assert_eq!(told, [(2, "Be brief.", "Op"), (1, "Be kind.", "Op")]);
    let activity = db::events::recent(&mut tx, 10).await.unwrap();
    assert_eq!(activity.iter().filter(|a| a.subject == first.id.to_string()).count(), 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_name_is_given_once_in_a_workspace(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = create(&desk.cx, draft("Mia")).await.unwrap();
    let Err(Error::Invalid(problems)) = create(&desk.cx, draft("mia")).await else { panic!("the name is taken") };
    assert!(problems.of("name").is_some());
    assert!(matches!(create(&desk.cx, draft("")).await, Err(Error::Invalid(_))));
    create(&desk.elsewhere().await, draft("Mia")).await.unwrap();
    delete(&desk.cx, mia.id).await.unwrap();
    create(&desk.cx, draft("Mia")).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn roles_and_walls_hold(pool: PgPool) {
    let desk = desk(&pool).await;
    let mia = create(&desk.cx, draft("Mia")).await.unwrap();
    let (viewer, member) = (desk.acting(Role::Viewer), desk.acting(Role::Member));
    assert!(matches!(create(&viewer, draft("X")).await, Err(Error::Forbidden(_))));
    assert!(matches!(save(&viewer, mia.id, draft("X"), None).await, Err(Error::Forbidden(_))));
    assert!(matches!(delete(&member, mia.id).await, Err(Error::Forbidden(_))));
    let stranger = desk.elsewhere().await;
    assert!(matches!(save(&stranger, mia.id, draft("X"), None).await, Err(Error::NotFound)));
    assert!(matches!(duplicate(&stranger, mia.id).await, Err(Error::NotFound)));
    assert!(matches!(delete(&stranger, mia.id).await, Err(Error::NotFound)));
    assert_eq!(find(&stranger, mia.id).await, None);
    assert_eq!(find(&viewer, mia.id).await, Some(mia));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_library_is_searched_and_a_copy_is_a_draft(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let live = create(cx, AgentDraft { status: AgentStatus::Live, ..draft("100% Mia") }).await.unwrap();
    create(cx, draft("Ben")).await.unwrap();
    let copy = duplicate(cx, live.id).await.unwrap();
    assert_eq!((copy.draft.name.as_str(), copy.draft.status), ("100% Mia copy", AgentStatus::Draft));
    assert_eq!(duplicate(cx, live.id).await.unwrap().draft.name, "100% Mia copy 2");
    let q = |q: &str| Filter { q: Some(q.into()), ..Filter::default() };
    assert_eq!(names(cx, q("mia")).await.len(), 3);
    assert_eq!(names(cx, q("0% m")).await.len(), 3, "a wildcard is a letter");
    assert_eq!(names(cx, q("%")).await.len(), 3);
    assert_eq!(names(cx, q("e_n")).await.len(), 0);
    let status = |s: &str| Filter { status: Some(s.into()), ..Filter::default() };
    assert_eq!(names(cx, status("live")).await, ["100% Mia"]);
    assert_eq!(names(cx, status("nonsense")).await.len(), 0);
    assert_eq!(names(cx, Filter { page: Some(2), page_size: Some(3), ..Filter::default() }).await.len(), 1);
    let mut tx = cx.read().await.unwrap();
    let known = db::agents::known(&mut tx).await.unwrap();
    assert_eq!(
        known.iter().map(|k| k.name.as_str()).collect::<Vec<_>>(),
        ["100% Mia", "100% Mia copy", "100% Mia copy 2", "Ben"]
    );
}

/// A campaign that speaks through agents: by itself, and in a step of its frozen drawing.
async fn campaign(pool: &PgPool, cx: &Cx, status: &str, agent: Option<AgentId>, step: Option<AgentId>) -> uuid::Uuid {
    let (campaign, flow, version) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let graph = serde_json::json!({ "version": 1, "edges": [],
        "nodes": [{ "id": "n1", "kind": "start" }, { "id": "n2", "kind": "agent", "agent_id": step }] });
    for statement in [
        "insert into flows (id, workspace_id, revision, graph, created_at, updated_at) select $2, $1, 1, $4, now(), now() where $3 = $3 and $5 = $5 and $6 is not distinct from $6 and $7 = $7",
        "insert into flow_versions (id, workspace_id, flow_id, version, graph, created_at) select $3, $1, $2, 1, $4, now() where $5 = $5 and $6 is not distinct from $6 and $7 = $7",
        "insert into campaigns (id, workspace_id, name, status, agent_id, flow_id, flow_version_id, created_at, updated_at) select $7, $1, 'Spring', $5, $6, $2, $3, now(), now() where $4 = $4",
    ] {
        sqlx::query(statement)
            .bind(cx.workspace().uuid())
            .bind(flow)
            .bind(version)
            .bind(&graph)
            .bind(status)
            .bind(agent.map(AgentId::uuid))
            .bind(campaign)
            .execute(pool)
            .await
            .unwrap();
    }
    campaign
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_agent_stays_while_a_campaign_speaks_through_it(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    for (status, in_step, refused) in [
        ("active", false, true),
        ("active", true, true),
        ("paused", true, true),
        ("draft", false, false),
        ("completed", true, false),
    ] {
        let agent = create(cx, draft(&format!("{status} {in_step}"))).await.unwrap();
        let id = Some(agent.id);
        campaign(&pool, cx, status, id.filter(|_| !in_step), id.filter(|_| in_step)).await;
        let result = delete(cx, agent.id).await;
        assert_eq!(matches!(result, Err(Error::Conflict(_))), refused, "{status} {in_step}: {result:?}");
        assert_eq!(find(cx, agent.id).await.is_some(), refused);
    }
}

async fn heard(cx: &Cx, id: AgentId) -> Option<(i32, String, AgentStatus)> {
    let mut tx = cx.read().await.unwrap();
    let agent = db::agents::published(&mut tx, id).await.unwrap();
    agent.map(|a| (a.version, a.draft.prompt, a.draft.status))
}

#[sqlx::test(migrations = "../../migrations")]
async fn people_hear_the_published_version_and_operators_see_the_newest(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let says = |prompt: &str, status| AgentDraft { prompt: prompt.into(), status, ..draft("Mia") };
    let mia = create(cx, says("one", AgentStatus::Draft)).await.unwrap();
    assert_eq!((mia.published_version, heard(cx, mia.id).await), (None, None));
    let mia = publish(cx, mia.id, " First ", None).await.unwrap();
    assert_eq!((mia.published_version, mia.draft.status), (Some(1), AgentStatus::Live));
    assert!(matches!(publish(cx, mia.id, "", None).await, Err(Error::Conflict(_))));
    let mia = save(cx, mia.id, says("two", AgentStatus::Live), Some(1)).await.unwrap();
    assert_eq!((mia.version, mia.published_version), (2, Some(1)));
    assert_eq!(heard(cx, mia.id).await.unwrap(), (1, "one".into(), AgentStatus::Live));
    assert_eq!(find(cx, mia.id).await.unwrap().draft.prompt, "two");
    let mut tx = cx.read().await.unwrap();
    assert!(db::agents::list(&mut tx, &Filter::default(), cx.now()).await.unwrap().items[0].is_ahead);
    assert_eq!(db::agents::default_reply(&mut tx).await.unwrap(), Some(mia.id));
    drop(tx);

    set_status(cx, mia.id, AgentStatus::Paused).await.unwrap();
    assert_eq!(heard(cx, mia.id).await.unwrap(), (1, "one".into(), AgentStatus::Paused), "a pause holds at once");
    let mia = publish(cx, mia.id, "", None).await.unwrap();
    assert_eq!((mia.version, mia.draft.status), (2, AgentStatus::Paused), "publishing wakes nobody up");
    set_status(cx, mia.id, AgentStatus::Live).await.unwrap();
    assert_eq!(heard(cx, mia.id).await.unwrap(), (2, "two".into(), AgentStatus::Live));

    let back = restore(cx, mia.id, 1).await.unwrap();
    assert_eq!((back.version, back.draft.prompt.as_str(), back.published_version), (3, "one", Some(2)));
    assert!(matches!(restore(cx, mia.id, 99).await, Err(Error::NotFound)));
    let mut tx = cx.read().await.unwrap();
    let versions = db::agents::versions(&mut tx, mia.id, 100).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|v| (v.version, v.is_published, v.publications.iter().map(|p| (p.note.as_str(), p.by.as_str())).collect()))
        .collect::<Vec<(i32, bool, Vec<_>)>>();
    assert_eq!(told, [(3, false, vec![]), (2, true, vec![("", "Op")]), (1, false, vec![("First", "Op")])]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_goes_live_for_the_first_time_is_published_and_errors_keep_it_back(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let mia = create(cx, AgentDraft { status: AgentStatus::Live, ..draft("Mia") }).await.unwrap();
    assert_eq!((mia.published_version, heard(cx, mia.id).await.map(|h| h.0)), (Some(1), Some(1)));
    let ben = create(cx, draft("Ben")).await.unwrap();
    let ben = set_status(cx, ben.id, AgentStatus::Live).await.unwrap();
    assert_eq!((ben.version, ben.published_version), (1, Some(1)));
    let off = AgentDraft { prompt: "Use create_ticket.".into(), tools: vec![], ..draft("Zoe") };
    let zoe = create(cx, off.clone()).await.unwrap();
    let Err(Error::Invalid(problems)) = publish(cx, zoe.id, "", None).await else { panic!("the tool is off") };
    assert!(problems.of("prompt").is_some());
    assert!(save(cx, zoe.id, AgentDraft { status: AgentStatus::Live, ..off }, None).await.is_err());
    assert_eq!(find(cx, zoe.id).await.unwrap().version, 1, "nothing was saved");
    let member = desk.acting(Role::Member);
    assert!(matches!(publish(&member, ben.id, "", Some("I know".into())).await, Err(Error::Forbidden(_))));
    assert!(matches!(publish(&desk.acting(Role::Viewer), ben.id, "", None).await, Err(Error::Forbidden(_))));
    assert!(matches!(publish(&desk.elsewhere().await, ben.id, "", None).await, Err(Error::NotFound)));
    assert!(matches!(publish(cx, zoe.id, "", Some(" ".into())).await, Err(Error::Invalid(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_red_suite_keeps_a_version_back_unless_an_owner_says_why(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let mia = create(cx, draft("Mia")).await.unwrap();
    sqlx::query(
        "insert into agent_tests (id, workspace_id, agent_id, name, draft, created_at, updated_at)
         values ($1, $2, $3, 'Refund', '{}', now(), now())",
    )
    .bind(uuid::Uuid::now_v7())
    .bind(cx.workspace().uuid())
    .bind(mia.id.uuid())
    .execute(&pool)
    .await
    .unwrap();
    let Err(Error::Invalid(problems)) = publish(cx, mia.id, "", None).await else { panic!("the test never ran") };
    assert!(problems.of("overrule").is_some_and(|p| p.contains("Refund")), "{problems:?}");
    publish(cx, mia.id, "", Some("Demo tomorrow".into())).await.unwrap();
    let mut tx = cx.read().await.unwrap();
    let versions = db::agents::versions(&mut tx, mia.id, 1).await.unwrap();
    assert_eq!(versions[0].publications[0].overrule.as_deref(), Some("Demo tomorrow"));
    let row = &db::agents::list(&mut tx, &Filter::default(), cx.now()).await.unwrap().items[0];
    assert_eq!((row.tests_passed, row.tests_total, row.tests_run_at), (None, 1, None));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_library_sorts_and_narrows(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let live = create(cx, AgentDraft { status: AgentStatus::Live, ..draft("Zoe") }).await.unwrap();
    create(cx, draft("Ben")).await.unwrap();
    campaign(&pool, cx, "active", Some(live.id), None).await;
    campaign(&pool, cx, "draft", None, Some(live.id)).await;
    campaign(&pool, cx, "completed", Some(live.id), None).await;
    for (purpose, outcome, ms, micros) in
        [("reply", "ok", 100, 40), ("reply", "ok", 300, 20), ("reply", "cut", 9_000, 0), ("judge", "ok", 9_000, 10)]
    {
        sqlx::query(
            "insert into llm_requests (id, workspace_id, purpose, agent_id, provider, model, attempt, outcome, tokens_prompt,
                                       tokens_completion, latency_ms, cost_micros, created_at)
             values ($1, $2, $3, $4, 'scripted', 'scripted-1', 1, $5, 1, 1, $6, $7, $8)",
        )
        .bind(uuid::Uuid::now_v7())
        .bind(cx.workspace().uuid())
        .bind(purpose)
        .bind(live.id.uuid())
        .bind(outcome)
        .bind(ms)
        .bind(i64::from(micros))
        .bind(cx.now())
        .execute(&pool)
        .await
        .unwrap();
    }
    let sort = |word: &str| Filter { sort: Some(word.into()), ..Filter::default() };
    assert_eq!(names(cx, sort("name")).await, ["Ben", "Zoe"]);
    assert_eq!(names(cx, sort("-name")).await, ["Zoe", "Ben"]);
    assert_eq!(names(cx, sort("p95")).await, ["Zoe", "Ben"], "no figure stands last");
    assert_eq!(
        names(cx, Filter { attention: Some(true), ..Filter::default() }).await,
        ["Zoe"],
        "live without a fallback"
    );
    assert_eq!(names(cx, Filter { model: Some("scripted-1".into()), ..Filter::default() }).await.len(), 2);
    assert_eq!(names(cx, Filter { model: Some("gpt".into()), ..Filter::default() }).await.len(), 0);
    let mut tx = cx.read().await.unwrap();
    let page = db::agents::list(&mut tx, &sort("-p95"), cx.now()).await.unwrap();
    let row = &page.items[0];
    assert_eq!((row.campaigns, row.requests, row.average_ms, row.p50_ms), (2, 4, Some(200), Some(200)));
    assert_eq!((row.cost_micros.0, row.cost_per_minute.map(|c| c.0)), (70, Some(70)));
    assert_eq!((row.cost_per_conversation, row.latency_days.as_slice()), (None, [200].as_slice()));
}
