//! Events: what happened, one row each.

use chrono::{DateTime, Utc};
use domain::event::{Activity, EventKind};
use domain::id::{EventId, UserId};

use crate::{Result, Tx};

/// Writes one event down.
pub async fn insert(
    tx: &mut Tx,
    id: EventId,
    kind: EventKind,
    subject: &str,
    title: &str,
    actor: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into events (id, workspace_id, kind, subject, title, actor_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        workspace,
        kind.as_str(),
        subject,
        title,
        actor.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The newest events, newest first.
pub async fn recent(tx: &mut Tx, limit: i64) -> Result<Vec<Activity>> {
    sqlx::query_as!(
        Activity,
        r#"select e.id as "id: EventId", e.kind as "kind: EventKind", e.subject, e.title,
                  coalesce(nullif(u.name, ''), u.email, '') as "actor!", e.created_at as at
           from events e
           left join users u on u.id = e.actor_id
           order by e.id desc
           limit $1"#,
        limit
    )
    .fetch_all(tx.conn())
    .await
}
