//! Runs of an agent's tests: begun once, carried on by a job, each result written once.

use chrono::{DateTime, Utc};
use domain::agent::AgentDraft;
use domain::id::{AgentId, AgentVersionId, SuiteRunId, TestId, UserId};
use domain::money::Micros;
use domain::suite::{Report, SuiteRun, SuiteStatus, TestDraft, TestResult};
use sqlx::types::Json;

use crate::{Result, Tx};

/// A run as the job that carries it on needs it.
#[derive(Debug, Clone)]
pub struct Running {
    /// The agent.
    pub agent_id: AgentId,
    /// The version under test.
    pub version_id: AgentVersionId,
    /// Its number.
    pub version: i32,
    /// The agent as it speaks in that version.
    pub draft: AgentDraft,
    /// The agent's name.
    pub name: String,
    /// How far the run got.
    pub status: SuiteStatus,
}

/// One result, as it is written down.
#[derive(Debug, Clone)]
pub struct NewResult<'a> {
    /// Its id.
    pub id: uuid::Uuid,
    /// The run.
    pub run: SuiteRunId,
    /// The test.
    pub test: TestId,
    /// The test's wording.
    pub revision: i32,
    /// What it cost.
    pub cost: Micros,
    /// How long the answer took.
    pub latency_ms: u32,
    /// What was expected and what came.
    pub report: &'a Report,
    /// When.
    pub at: DateTime<Utc>,
}

/// Begins a run of all tests that an agent has now. `false` when one of this version is under way.
pub async fn insert_run(
    tx: &mut Tx,
    id: SuiteRunId,
    agent: AgentId,
    version: AgentVersionId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let made = sqlx::query!(
        "insert into suite_runs (id, workspace_id, agent_id, version_id, status, total, created_by, created_at)
         select $1, $2, $3, $4, 'running', count(*), $5, $6 from agent_tests where agent_id = $3 and deleted_at is null
         on conflict (agent_id, version_id) where status = 'running' do nothing",
        id.uuid(),
        workspace,
        agent.uuid(),
        version.uuid(),
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(made > 0)
}

/// The run of a version that is under way.
pub async fn running_on(tx: &mut Tx, version: AgentVersionId) -> Result<Option<SuiteRunId>> {
    sqlx::query_scalar!(
        r#"select id as "id: SuiteRunId" from suite_runs where version_id = $1 and status = 'running'"#,
        version.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// What a job needs to carry a run on.
pub async fn running(tx: &mut Tx, id: SuiteRunId) -> Result<Option<Running>> {
    let row = sqlx::query!(
        r#"select s.agent_id as "agent_id: AgentId", s.version_id as "version_id: AgentVersionId", v.version,
                  v.draft as "draft: Json<AgentDraft>", a.name, s.status as "status: SuiteStatus"
           from suite_runs s
           join agents a on a.id = s.agent_id and a.deleted_at is null
           join agent_versions v on v.id = s.version_id
           where s.id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Running {
        agent_id: r.agent_id,
        version_id: r.version_id,
        version: r.version,
        draft: r.draft.0,
        name: r.name,
        status: r.status,
    }))
}

/// The first test of a run's agent without a result in that run.
pub async fn next_test(tx: &mut Tx, run: SuiteRunId) -> Result<Option<(TestId, i32, TestDraft)>> {
    let row = sqlx::query!(
        r#"select t.id as "id: TestId", t.revision, t.draft as "draft: Json<TestDraft>"
           from suite_runs s
           join agent_tests t on t.agent_id = s.agent_id and t.deleted_at is null and t.created_at <= s.created_at
           where s.id = $1 and s.status = 'running'
             and not exists (select from suite_results r where r.run_id = s.id and r.test_id = t.id)
           order by t.created_at, t.id
           limit 1"#,
        run.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.id, r.revision, r.draft.0)))
}

/// Writes a result down and counts it. The second of a test in a run changes nothing.
pub async fn insert_result(tx: &mut Tx, new: &NewResult<'_>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let passed = new.report.passed();
    let written = sqlx::query!(
        "insert into suite_results (
             id, workspace_id, run_id, test_id, agent_id, version_id, revision, passed, cost_micros, latency_ms, report, created_at
         )
         select $1, $2, s.id, $4, s.agent_id, s.version_id, $5, $6, $7, $8, $9, $10 from suite_runs s where s.id = $3
         on conflict (run_id, test_id) do nothing",
        new.id,
        workspace,
        new.run.uuid(),
        new.test.uuid(),
        new.revision,
        passed,
        new.cost.0,
        i32::try_from(new.latency_ms).unwrap_or(i32::MAX),
        Json(new.report) as _,
        new.at
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if written == 0 {
        return Ok(());
    }
    sqlx::query!(
        "update suite_runs
         set passed = passed + $2::boolean::int, failed = failed + (not $2)::int, cost_micros = cost_micros + $3
         where id = $1",
        new.run.uuid(),
        passed,
        new.cost.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update agent_tests set last_passed = $3 where id = $1 and revision = $2",
        new.test.uuid(),
        new.revision,
        passed
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a run whose tests all have a result, and says whether all of them passed; none when it is not under way. What was deleted
/// meanwhile does not count.
pub async fn finish(tx: &mut Tx, run: SuiteRunId, now: DateTime<Utc>) -> Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"update suite_runs set status = 'finished', finished_at = $2, total = passed + failed
           where id = $1 and status = 'running'
           returning failed = 0 as "green!""#,
        run.uuid(),
        now
    )
    .fetch_optional(tx.conn())
    .await
}

/// Stops a run. `false` when it is not under way.
pub async fn end(tx: &mut Tx, agent: AgentId, run: SuiteRunId, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update suite_runs set status = 'stopped', finished_at = $3 where id = $1 and agent_id = $2 and status = 'running'",
        run.uuid(),
        agent.uuid(),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// The newest runs of an agent.
pub async fn list_runs(tx: &mut Tx, agent: AgentId, limit: i64) -> Result<Vec<SuiteRun>> {
    read_runs(tx, agent, None, limit).await
}

/// The newest run of an agent.
pub async fn latest_run(tx: &mut Tx, agent: AgentId) -> Result<Option<SuiteRun>> {
    Ok(read_runs(tx, agent, None, 1).await?.pop())
}

/// One run of an agent.
pub async fn find_run(tx: &mut Tx, agent: AgentId, run: SuiteRunId) -> Result<Option<SuiteRun>> {
    Ok(read_runs(tx, agent, Some(run), 1).await?.pop())
}

async fn read_runs(tx: &mut Tx, agent: AgentId, run: Option<SuiteRunId>, limit: i64) -> Result<Vec<SuiteRun>> {
    let rows = sqlx::query!(
        r#"select s.id as "id: SuiteRunId", s.version_id as "version_id: AgentVersionId", v.version,
                  s.status as "status: SuiteStatus", s.total, s.passed, s.failed, s.cost_micros,
                  coalesce(nullif(u.name, ''), u.email, '') as "by!", s.created_at, s.finished_at
           from suite_runs s
           join agent_versions v on v.id = s.version_id
           left join users u on u.id = s.created_by
           where s.agent_id = $1 and ($2::uuid is null or s.id = $2)
           order by s.id desc
           limit $3"#,
        agent.uuid(),
        run.map(SuiteRunId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| SuiteRun {
            id: r.id,
            agent_id: agent,
            version_id: r.version_id,
            version: r.version,
            status: r.status,
            total: r.total,
            passed: r.passed,
            failed: r.failed,
            cost_micros: Micros(r.cost_micros),
            by: r.by,
            created_at: r.created_at,
            finished_at: r.finished_at,
        })
        .collect())
}

/// The results of a run, in the order they came.
pub async fn results(tx: &mut Tx, run: SuiteRunId) -> Result<Vec<TestResult>> {
    let rows = sqlx::query!(
        r#"select test_id as "test_id: TestId", passed, cost_micros, latency_ms, report as "report: Json<Report>", created_at
           from suite_results where run_id = $1 order by id"#,
        run.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| TestResult {
            test_id: r.test_id,
            passed: r.passed,
            cost_micros: Micros(r.cost_micros),
            latency_ms: r.latency_ms,
            at: r.created_at,
            report: r.report.0,
        })
        .collect())
}

/// Every test that an agent has now, by name, with how its newest result on a version came out; none when it has not run on it as it
/// stands now.
pub async fn results_on(tx: &mut Tx, agent: AgentId, version: AgentVersionId) -> Result<Vec<(String, Option<bool>)>> {
    let rows = sqlx::query!(
        r#"select t.name, (
               select r.passed from suite_results r
               where r.test_id = t.id and r.version_id = $2 and r.revision = t.revision
               order by r.id desc limit 1
           ) as passed
           from agent_tests t
           where t.agent_id = $1
             and (t.deleted_at is null or (
                 -- One that failed, or that was not run since it was changed, does not go by being deleted: not before the next version is out.
                 t.last_passed is distinct from true
                 and exists (select 1 from suite_results r where r.test_id = t.id)
                 and not exists (select 1 from agent_publications p where p.agent_id = $1 and p.created_at >= t.deleted_at)
             ))
           order by t.created_at, t.id"#,
        agent.uuid(),
        version.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.name, r.passed)).collect())
}
