//! Tests of agents, runs of them, and what came of each.

mod runs;

use chrono::{DateTime, Utc};
use domain::id::{AgentId, AgentVersionId, SuiteRunId, TestId};
use domain::money::Micros;
use domain::suite::{Last, Past, TestDraft, TestRow, flake_percent};
use sqlx::types::Json;

use crate::{Result, Tx};

pub use runs::{
    NewResult, Running, end, find_run, finish, insert_result, insert_run, latest_run, list_runs, next_test, results,
    results_on, running, running_on,
};

/// How many results of a test say how far it can be trusted.
const TRUST: i64 = 10;

/// The tests of an agent with how they stand, oldest first.
pub async fn tests(tx: &mut Tx, agent: AgentId) -> Result<Vec<TestRow>> {
    let rows = sqlx::query_file!("src/sql/agent_tests_list.sql", agent.uuid(), TRUST).fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let past: Vec<Past> = r
                .past_versions
                .iter()
                .zip(&r.past_revisions)
                .zip(&r.past_passed)
                .map(|((version, revision), passed)| Past {
                    version: AgentVersionId::new(*version),
                    revision: *revision,
                    passed: *passed,
                })
                .collect();
            let last = match (r.run_id, r.version, r.passed, r.cost_micros, r.latency_ms, r.at) {
                (Some(run_id), Some(version), Some(passed), Some(cost), Some(latency_ms), Some(at)) => Some(Last {
                    run_id,
                    version,
                    passed,
                    is_stale: r.result_revision != Some(r.revision),
                    cost_micros: Micros(cost),
                    latency_ms,
                    at,
                }),
                _ => None,
            };
            TestRow {
                id: r.id,
                revision: r.revision,
                draft: r.draft.0,
                last,
                flake_percent: flake_percent(&past),
                updated_at: r.updated_at,
            }
        })
        .collect())
}

/// How many tests an agent has.
pub async fn count_tests(tx: &mut Tx, agent: AgentId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from agent_tests where agent_id = $1 and deleted_at is null"#,
        agent.uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// Keeps a new test.
pub async fn insert_test(tx: &mut Tx, id: TestId, agent: AgentId, draft: &TestDraft, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into agent_tests (id, workspace_id, agent_id, name, draft, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id.uuid(),
        workspace,
        agent.uuid(),
        draft.name,
        Json(draft) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes a test; what it came to before no longer counts. `false` when there is none.
pub async fn save_test(tx: &mut Tx, agent: AgentId, id: TestId, draft: &TestDraft, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agent_tests
         set name = $3, draft = $4, revision = revision + 1, last_passed = null, updated_at = $5
         where id = $1 and agent_id = $2 and deleted_at is null",
        id.uuid(),
        agent.uuid(),
        draft.name,
        Json(draft) as _,
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// Deletes a test; its results stay. `false` when there is none.
pub async fn delete_test(tx: &mut Tx, agent: AgentId, id: TestId, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agent_tests set deleted_at = $3 where id = $1 and agent_id = $2 and deleted_at is null",
        id.uuid(),
        agent.uuid(),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// The id of one version of an agent.
pub async fn version_id(tx: &mut Tx, agent: AgentId, version: i32) -> Result<Option<AgentVersionId>> {
    sqlx::query_scalar!(
        r#"select v.id as "id: AgentVersionId"
           from agent_versions v join agents a on a.id = v.agent_id
           where v.agent_id = $1 and v.version = $2 and a.deleted_at is null"#,
        agent.uuid(),
        version
    )
    .fetch_optional(tx.conn())
    .await
}
