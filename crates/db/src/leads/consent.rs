//! What leads agreed to, the record of it, and the numbers that are never written to.

use chrono::{DateTime, Utc};
use domain::id::{LeadId, UserId};
use domain::message::Channel;
use domain::phone::Phone;

use crate::{Result, Tx};

/// Sets what a lead agreed to, without a trace in the record of consents (see [`insert_consent`]).
pub async fn set_consent(tx: &mut Tx, id: LeadId, granted: bool, source: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update leads set consent = $2, consent_at = case when $2 then $4::timestamptz end, consent_source = $3, updated_at = $4
         where id = $1",
        id.uuid(),
        granted,
        source,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which of these numbers must never be reached on any channel.
pub async fn suppressed(tx: &mut Tx, phones: &[String]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "select value from suppressions where workspace_id = app_workspace() and channel is null and value = any($1)",
        phones
    )
    .fetch_all(tx.conn())
    .await
}

/// Whether this number must never be reached on any channel.
pub async fn is_suppressed(tx: &mut Tx, phone: &Phone) -> Result<bool> {
    Ok(!suppressed(tx, &[phone.as_str().to_owned()]).await?.is_empty())
}

/// Puts a number on the list of those that are never reached, on one channel or (`None`) on all. Twice is once; gives whether it is new.
pub async fn suppress(
    tx: &mut Tx,
    phone: &Phone,
    channel: Option<Channel>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let mut is_new = false;
    for number in phone.names() {
        let done = sqlx::query!(
            "insert into suppressions (id, workspace_id, value, reason, created_at, channel) values (gen_random_uuid(), $1, $2, $3, $4, $5)
         on conflict on constraint suppressions_once do nothing",
            workspace,
            number.as_str(),
            reason,
            now,
            channel.map(Channel::as_str)
        )
        .execute(tx.conn())
        .await?;
        is_new |= done.rows_affected() > 0;
    }
    Ok(is_new)
}

/// Takes a number off the list again, for every channel. Gives whether it was on it.
pub async fn unsuppress(tx: &mut Tx, phone: &Phone) -> Result<bool> {
    let mut was_on_it = false;
    for number in phone.names() {
        let done = sqlx::query!(
            "delete from suppressions where workspace_id = app_workspace() and value = $1",
            number.as_str()
        )
        .execute(tx.conn())
        .await?;
        was_on_it |= done.rows_affected() > 0;
    }
    Ok(was_on_it)
}

/// Writes a change of consent down for good: when, where, and by whom it was recorded.
pub async fn insert_consent(
    tx: &mut Tx,
    lead: LeadId,
    granted: bool,
    source: &str,
    at: DateTime<Utc>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into consents (id, workspace_id, lead_id, granted, source, at, recorded_by, created_at)
         values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7)",
        workspace,
        lead.uuid(),
        granted,
        source,
        at,
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One line of a lead's record of consents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// Given, or taken back.
    pub granted: bool,
    /// Where.
    pub source: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The operator who wrote it down; empty for the system.
    pub recorded_by: String,
}

/// A lead's record of consents, newest first.
pub async fn consents(tx: &mut Tx, lead: LeadId) -> Result<Vec<ConsentRow>> {
    sqlx::query_as!(
        ConsentRow,
        r#"select c.granted, c.source, c.at, coalesce(nullif(u.name, ''), u.email, '') as "recorded_by!"
           from consents c
           left join users u on u.id = c.recorded_by
           where c.lead_id = $1
           order by c.created_at desc, c.id desc
           limit 100"#,
        lead.uuid()
    )
    .fetch_all(tx.conn())
    .await
}
