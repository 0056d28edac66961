//! The log of webhook calls, in and out.

use chrono::{DateTime, Utc};
use domain::id::WebhookLogId;

use crate::{Result, Tx};

/// One call, as it is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// `in` or `out`.
    pub direction: &'static str,
    /// Who called, or whom we called.
    pub provider: &'static str,
    /// What it was about.
    pub kind: &'static str,
    /// The id of what it was about.
    pub subject: String,
    /// The HTTP status of the answer.
    pub status: Option<i32>,
    /// What came, as fields. Kept for the operator; never in the process's own log.
    pub body: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// How long it took.
    pub latency_ms: Option<i32>,
}

/// Writes one call down.
pub async fn insert(tx: &mut Tx, id: WebhookLogId, log: &Log, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into webhook_logs (id, workspace_id, direction, provider, kind, subject, status, body, error, latency_ms, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.uuid(),
        workspace,
        log.direction,
        log.provider,
        log.kind,
        log.subject,
        log.status,
        log.body,
        log.error,
        log.latency_ms,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
