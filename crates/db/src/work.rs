//! The work list as people look at it. Taking and finishing work is in `jobs`.

use chrono::{DateTime, Utc};
use domain::id::JobId;
use domain::job::Job;
use domain::work::{DeadJob, JobKind, WorkKind};
use serde::Deserialize;

use crate::{Result, Tx};

/// One kind with what the list as a whole is made of.
#[derive(Debug, Clone)]
pub struct Counted {
    /// What is shown of it.
    pub kind: WorkKind,
    /// How much of it has been due for more than a minute and is in nobody's first hands.
    pub late: i64,
    /// Until when the newest claim on it holds.
    pub held_until: Option<DateTime<Utc>>,
}

/// Every kind of which there is any. A claim lasts `lease_secs`.
pub async fn count(tx: &mut Tx, lease_secs: u32) -> Result<Vec<Counted>> {
    let rows = sqlx::query_file!("src/sql/list_work.sql", f64::from(lease_secs)).fetch_all(tx.conn()).await?;
    let mut all: Vec<Counted> = Vec::with_capacity(rows.len());
    for r in rows {
        let kind = r.kind.parse().unwrap_or(JobKind::Unknown);
        let (waiting, under_way, dead, oldest_at) = (r.waiting, r.under_way, r.dead, r.oldest_at);
        match all.iter_mut().find(|known| known.kind.kind == kind) {
            // Several kinds of another version are one here.
            Some(Counted { kind: known, late, held_until }) => {
                known.waiting += waiting;
                known.under_way += under_way;
                known.dead += dead;
                known.oldest_at = [known.oldest_at, oldest_at].into_iter().flatten().min();
                *late += r.late;
                *held_until = (*held_until).max(r.held_until);
            }
            None => all.push(Counted {
                kind: WorkKind { kind, waiting, under_way, dead, oldest_at },
                late: r.late,
                held_until: r.held_until,
            }),
        }
    }
    Ok(all)
}

/// What failed for good, newest first; at most a hundred.
pub async fn dead(tx: &mut Tx) -> Result<Vec<DeadJob>> {
    let rows = sqlx::query!(
        r#"select id as "id: JobId", job, attempts, coalesce(last_error, '') as "error!", created_at
           from jobs
           where state = 'dead'
           order by id desc
           limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| DeadJob {
            id: r.id,
            kind: kind_of(&r.job),
            attempts: r.attempts,
            error: r.error,
            created_at: r.created_at,
        })
        .collect())
}

/// Locks a dead job and gives its kind.
pub async fn lock_dead(tx: &mut Tx, id: JobId) -> Result<Option<JobKind>> {
    let job = sqlx::query_scalar!("select job from jobs where id = $1 and state = 'dead' for update", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(job.map(|job| kind_of(&job)))
}

/// The kind of a job as far as this version of the program can read it: one row that it cannot read hides no other.
fn kind_of(job: &serde_json::Value) -> JobKind {
    Job::deserialize(job).map_or(JobKind::Unknown, |job| job.kind())
}

/// Lets a dead job begin anew. If its like waits already, that one does, and this one is gone.
pub async fn revive(tx: &mut Tx, id: JobId, now: DateTime<Utc>) -> Result<()> {
    let moved = sqlx::query!(
        "update jobs j set state = 'waiting', attempts = 0, run_at = $2, due_at = null, lapsed = false, claimed_until = null
         where j.id = $1 and j.state = 'dead' and (j.key is null or not exists (
             select 1 from jobs o
             where o.workspace_id = j.workspace_id and o.key = j.key and o.id <> j.id and o.state = 'waiting' and o.claimed_until is null
         ))",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() == 0 {
        crate::jobs::finish(tx, id).await?;
    }
    tx.wake_workers();
    Ok(())
}
