//! Erasing people and forgetting what was said, through the doors of migration 0036. Not here: who may, and what is told.

use chrono::{DateTime, Utc};
use domain::erasure::Cleared;
use domain::id::{LeadId, WorkspaceId};

use crate::{Db, Result, Tx};

/// The leads behind a number or an address, deleted ones included.
pub async fn people_of(tx: &mut Tx, value: &str) -> Result<Vec<LeadId>> {
    let ids =
        sqlx::query_scalar!(r#"select people_of as "id!" from people_of($1)"#, value).fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(LeadId::new).collect())
}

/// The number and the address of a lead; none when there is no such lead, not even a deleted one.
pub async fn identifiers(tx: &mut Tx, lead: LeadId) -> Result<Option<Vec<String>>> {
    sqlx::query_scalar!(
        r#"select array(select i.value from lead_identifiers i where i.lead_id = l.id) as "values!" from leads l where l.id = $1"#,
        lead.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// Erases these people: everything of them in the transaction's workspace.
pub async fn erase(tx: &mut Tx, leads: &[LeadId], values: &[String], now: DateTime<Utc>) -> Result<Vec<Cleared>> {
    let ids: Vec<_> = leads.iter().map(|lead| lead.uuid()).collect();
    // What they wrote and is still to be taken in.
    let kept = sqlx::query!(
        "delete from jobs where workspace_id = app_workspace() and kind = 'receive' and job -> 'inbound' ->> 'from' = any ($1)",
        values
    )
    .execute(tx.conn())
    .await?;
    let mut cleared = sqlx::query_as!(
        Cleared,
        r#"select what as "table!", removed as "removed!", blanked as "blanked!" from erase_people($1, $2, $3)"#,
        &ids,
        values,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    if let Some(jobs) = cleared.iter_mut().find(|one| one.table == "jobs") {
        jobs.removed += i64::try_from(kept.rows_affected()).unwrap_or(i64::MAX);
    }
    Ok(cleared)
}

/// Forgets what was said before a moment.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<Cleared>> {
    sqlx::query_as!(
        Cleared,
        r#"select what as "table!", removed as "removed!", blanked as "blanked!" from forget_before($1)"#,
        before
    )
    .fetch_all(tx.conn())
    .await
}

/// How many of these numbers are on the list of those that are never reached.
pub async fn suppressed(tx: &mut Tx, values: &[String]) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(distinct value) as "n!" from suppressions where workspace_id = app_workspace() and value = any($1)"#,
        values
    )
    .fetch_one(tx.conn())
    .await
}

/// Every workspace.
pub async fn workspaces(db: &Db) -> Result<Vec<WorkspaceId>> {
    let ids = sqlx::query_scalar!(r#"select workspace_ids as "id!" from workspace_ids()"#).fetch_all(db.pool()).await?;
    Ok(ids.into_iter().map(WorkspaceId::new).collect())
}
