//! The log of webhook calls, in and out.

use chrono::{DateTime, Utc};
use domain::id::{CampaignId, WebhookLogId};

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

/// How many webhook steps of a campaign failed for good, and what the last one came to.
pub async fn failed_steps(tx: &mut Tx, campaign: CampaignId) -> Result<(i64, Option<String>)> {
    let failed = sqlx::query_scalar!(
        r#"select count(*) as "n!" from events where kind = 'webhook.failed' and subject = $1"#,
        campaign.to_string()
    )
    .fetch_one(tx.conn())
    .await?;
    if failed == 0 {
        return Ok((0, None));
    }
    let why = sqlx::query_scalar!(
        r#"select error as "error!" from webhook_logs
           where kind = 'flow.webhook' and error is not null
             and subject in (select 'run_' || replace(id::text, '-', '') from runs where campaign_id = $1)
           order by id desc limit 1"#,
        campaign.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok((failed, why))
}
