//! The work list as people look at it. Taking and finishing work is in `jobs`.

use chrono::{DateTime, Utc};
use domain::id::JobId;
use domain::work::{DeadJob, JobKind, WorkKind};

use crate::{Result, Tx};

/// One kind with what the list as a whole is made of.
#[derive(Debug, Clone)]
pub struct Counted {
    /// What is shown of it.
    pub kind: WorkKind,
    /// How much of it should have been begun more than a minute ago.
    pub late: i64,
    /// Until when the newest claim on it holds.
    pub held_until: Option<DateTime<Utc>>,
}

/// Every kind of which there is any. A claim lasts `lease_secs`.
pub async fn count(tx: &mut Tx, lease_secs: u32) -> Result<Vec<Counted>> {
    let rows = sqlx::query_file!("src/sql/list_work.sql", f64::from(lease_secs)).fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Counted {
            kind: WorkKind {
                kind: r.kind,
                waiting: r.waiting,
                under_way: r.under_way,
                dead: r.dead,
                oldest_at: r.oldest_at,
            },
            late: r.late,
            held_until: r.held_until,
        })
        .collect())
}

/// What failed for good, newest first; at most a hundred.
pub async fn dead(tx: &mut Tx) -> Result<Vec<DeadJob>> {
    sqlx::query_as!(
        DeadJob,
        r#"select id as "id: JobId", kind as "kind: JobKind", attempts, coalesce(last_error, '') as "error!", created_at
           from jobs
           where state = 'dead'
           order by id desc
           limit 100"#
    )
    .fetch_all(tx.conn())
    .await
}

/// Locks a dead job and gives its kind.
pub async fn lock_dead(tx: &mut Tx, id: JobId) -> Result<Option<JobKind>> {
    sqlx::query_scalar!(
        r#"select kind as "kind: JobKind" from jobs where id = $1 and state = 'dead' for update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// Lets a dead job begin anew. If its like waits already, that one does, and this one is gone.
pub async fn revive(tx: &mut Tx, id: JobId, now: DateTime<Utc>) -> Result<()> {
    let moved = sqlx::query!(
        "update jobs j set state = 'waiting', attempts = 0, run_at = $2, claimed_until = null
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
