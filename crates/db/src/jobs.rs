//! The queue: one row per piece of work. A claim is a lease; done means deleted; dead means shown.

use chrono::{DateTime, Utc};
use domain::id::{JobId, WorkspaceId};
use domain::job::Job;
use serde::Deserialize;
use sqlx::types::Json;

use crate::{Db, Result, Tx};

/// A job that is ours until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Where it belongs.
    pub workspace_id: WorkspaceId,
    /// What to do.
    pub job: Job,
    /// Which try this is, from 1.
    pub attempts: i32,
}

/// Queues a job. One whose key already waits is not queued twice; if the waiting one is later, it is moved forward.
pub async fn enqueue(tx: &mut Tx, id: JobId, job: &Job, run_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into jobs (id, workspace_id, kind, key, job, run_at, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (workspace_id, key) where state = 'waiting' and claimed_until is null
         do update set run_at = least(jobs.run_at, excluded.run_at)",
        id.uuid(),
        workspace,
        job.word(),
        job.key(),
        Json(job) as _,
        run_at,
        now
    )
    .execute(tx.conn())
    .await?;
    tx.wake_workers();
    Ok(())
}

/// Queues many jobs of one kind at once. Keys that already wait are left as they are.
pub async fn enqueue_many(tx: &mut Tx, jobs: &[(JobId, Job)], run_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let ids: Vec<_> = jobs.iter().map(|(id, _)| id.uuid()).collect();
    let kinds: Vec<String> = jobs.iter().map(|(_, j)| j.word().to_owned()).collect();
    let keys: Vec<Option<String>> = jobs.iter().map(|(_, j)| j.key()).collect();
    let bodies: Vec<serde_json::Value> = jobs
        .iter()
        .map(|(_, j)| serde_json::to_value(j))
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| sqlx::Error::Encode(e.into()))?;
    sqlx::query!(
        "insert into jobs (id, workspace_id, kind, key, job, run_at, created_at)
         select n.id, $1, n.kind, n.key, n.job, $6, $7
         from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) as n (id, kind, key, job)
         on conflict (workspace_id, key) where state = 'waiting' and claimed_until is null do nothing",
        workspace,
        &ids,
        &kinds,
        &keys as &[Option<String>],
        &bodies,
        run_at,
        now
    )
    .execute(tx.conn())
    .await?;
    tx.wake_workers();
    Ok(())
}

/// Takes due jobs of all workspaces, each for `lease_secs`; of those that may take long at most `long_most`.
///
/// One that this version of the program cannot read is buried with the reason, and does not touch those that were taken with it.
pub async fn claim(db: &Db, how_many: i32, long_most: i32, lease_secs: i32) -> Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        r#"select id as "id!: JobId", workspace_id as "workspace_id!: WorkspaceId", job as "job!", attempts as "attempts!"
           from claim_jobs($1, $2, $3)"#,
        how_many,
        long_most,
        lease_secs
    )
    .fetch_all(db.pool())
    .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        match Job::deserialize(&row.job) {
            Ok(job) => {
                claimed.push(Claimed { id: row.id, workspace_id: row.workspace_id, job, attempts: row.attempts })
            }
            Err(error) => {
                // Those beside it are taken already: whatever becomes of this one, they go on.
                if let Err(error) = bury_unread(db, row.workspace_id, row.id, &error).await {
                    tracing::error!(job.id = %row.id, %error, "a job that cannot be read could not be buried; its lease will bring it back");
                }
            }
        }
    }
    Ok(claimed)
}

async fn bury_unread(db: &Db, workspace: WorkspaceId, id: JobId, error: &serde_json::Error) -> Result<()> {
    // What could not be read may quote what people wrote: it is for the workspace's own list, not for the log.
    tracing::error!(job.id = %id, "this version of the program cannot read a job; it is dead");
    let detail: String = error.to_string().chars().take(200).collect();
    let why = format!(
        "This version of the program cannot read it ({detail}). Start the version that queued it, or a newer one, and try again; or give it up."
    );
    let mut tx = db.begin(workspace, None).await?;
    bury(&mut tx, id, &why).await?;
    tx.commit().await
}

/// When the next job is due, if any waits; `with_long`: also of those that may take long.
pub async fn next_at(db: &Db, with_long: bool) -> Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select next_job_at($1)", with_long).fetch_one(db.pool()).await
}

/// Makes a claim last for `lease_secs` from now. False when another worker has the job by now; a job that is gone belongs to nobody.
pub async fn renew(db: &Db, claimed: &Claimed, lease_secs: i32) -> Result<bool> {
    let mut tx = db.begin(claimed.workspace_id, None).await?;
    let taken = sqlx::query_scalar!(
        r#"with renewed as (
               update jobs
               set run_at = now() + make_interval(secs => $3), claimed_until = now() + make_interval(secs => $3)
               where id = $1 and attempts = $2 and state = 'waiting' and claimed_until is not null
           )
           select exists (select 1 from jobs where id = $1 and attempts > $2) as "taken!""#,
        claimed.id.uuid(),
        claimed.attempts,
        f64::from(lease_secs)
    )
    .fetch_one(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(!taken)
}

/// The job is done. In the transaction of the work where that is possible.
pub async fn finish(tx: &mut Tx, id: JobId) -> Result<()> {
    sqlx::query!("delete from jobs where id = $1", id.uuid()).execute(tx.conn()).await?;
    Ok(())
}

/// Gives the job back for another try at `run_at`. If its like was queued meanwhile, that one does.
pub async fn retry(tx: &mut Tx, id: JobId, run_at: DateTime<Utc>, error: &str) -> Result<()> {
    let moved = sqlx::query!(
        "update jobs j set run_at = $2, due_at = null, lapsed = false, claimed_until = null, last_error = $3
         where j.id = $1 and (j.key is null or not exists (
             select 1 from jobs o
             where o.workspace_id = j.workspace_id and o.key = j.key and o.id <> j.id and o.state = 'waiting' and o.claimed_until is null
         ))",
        id.uuid(),
        run_at,
        error
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() == 0 {
        finish(tx, id).await?;
    }
    Ok(())
}

/// Puts the job off without counting the try: it found that its time has not come.
pub async fn put_off(tx: &mut Tx, id: JobId, run_at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update jobs set run_at = $2, due_at = null, lapsed = false, claimed_until = $2, attempts = attempts - 1 where id = $1",
        id.uuid(),
        run_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The job failed for good; it stays to be seen.
pub async fn bury(tx: &mut Tx, id: JobId, error: &str) -> Result<()> {
    sqlx::query!(
        "update jobs set state = 'dead', claimed_until = null, last_error = $2 where id = $1",
        id.uuid(),
        error
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How the queue of the transaction's workspace stands: `(waiting, dead)`.
pub async fn depth(tx: &mut Tx) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'waiting') as "waiting!", count(*) filter (where state = 'dead') as "dead!" from jobs"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.waiting, row.dead))
}

/// How the whole queue stands: `(waiting, due for more than a minute and in nobody's first hands, dead)`.
pub async fn depth_everywhere(db: &Db) -> Result<(i64, i64, i64)> {
    let row = sqlx::query!(r#"select waiting as "waiting!", late as "late!", dead as "dead!" from queue_depth()"#)
        .fetch_one(db.pool())
        .await?;
    Ok((row.waiting, row.late, row.dead))
}
