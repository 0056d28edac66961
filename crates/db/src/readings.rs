//! What was read in a conversation: intent, mood, and whether a human has to look.

use chrono::{DateTime, Utc};
use domain::guardrail::Priority;
use domain::id::ConversationId;
use domain::intent::Analysis;
use domain::sentiment::Trend;
use domain::skill::Escalation;
use sqlx::types::Json;

use crate::{Result, Tx};

/// How a conversation sounded and how soon somebody should look, as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mood {
    /// 0 to 100; none before the person wrote.
    pub sentiment: Option<i16>,
    /// How soon somebody should look.
    pub priority: Priority,
}

/// Reads the mood.
pub async fn mood(tx: &mut Tx, id: ConversationId) -> Result<Option<Mood>> {
    sqlx::query_as!(
        Mood,
        r#"select sentiment, priority as "priority: Priority" from conversations where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// Keeps the mood.
pub async fn set_mood(
    tx: &mut Tx,
    id: ConversationId,
    sentiment: u8,
    trend: Trend,
    priority: Priority,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update conversations set sentiment = $2, sentiment_trend = $3, priority = $4, updated_at = $5 where id = $1",
        id.uuid(),
        i16::from(sentiment),
        trend.as_str(),
        priority.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps what the last message means.
pub async fn set_analysis(tx: &mut Tx, id: ConversationId, analysis: &Analysis, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update conversations set intent = $2, intent_confidence = $3, analysis = $4, updated_at = $5 where id = $1",
        id.uuid(),
        analysis.intent.as_str(),
        analysis.confidence,
        Json(analysis) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the last message means, whole. One that cannot be read any more counts as none.
pub async fn analysis(tx: &mut Tx, id: ConversationId) -> Result<Option<Analysis>> {
    let kept = sqlx::query_scalar!("select analysis from conversations where id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?
        .flatten();
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()))
}

/// A human has to look. The first reason stands until one did; gives whether this was the first.
pub async fn escalate(
    tx: &mut Tx,
    id: ConversationId,
    reason: Escalation,
    evidence: &str,
    priority: Priority,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update conversations
         set escalated_at = $2, escalation_reason = $3, escalation_evidence = $4, priority = $5, status = 'open', updated_at = $2
         where id = $1 and escalated_at is null",
        id.uuid(),
        now,
        reason.as_str(),
        evidence,
        priority.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A human looked. Gives whether somebody had to.
pub async fn calm(tx: &mut Tx, id: ConversationId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update conversations
         set escalated_at = null, escalation_reason = null, escalation_evidence = '', priority = 'normal', updated_at = $2
         where id = $1 and escalated_at is not null",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
