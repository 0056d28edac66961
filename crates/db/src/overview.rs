//! What the overview counts: the state of a workspace in a few figures, and its traffic by the hour.
//!
//! Messages are found by their ids: those are ordered by time, so the last day is one range of the primary key.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::{Result, Tx};

/// How a workspace stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Agents.
    pub agents: i64,
    /// Leads.
    pub leads: i64,
    /// Templates.
    pub templates: i64,
    /// Campaigns.
    pub campaigns: i64,
    /// Campaigns that are running now.
    pub active_campaigns: i64,
    /// Campaigns that were ever started.
    pub started_campaigns: i64,
    /// Conversations.
    pub conversations: i64,
    /// Conversations with something unread.
    pub unread: i64,
    /// Conversations that a human holds.
    pub with_human: i64,
}

/// How many messages went in and out, and how they fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Messages of ours that the provider took.
    pub sent: i64,
    /// Messages that people wrote.
    pub received: i64,
    /// Messages that failed or that the gate blocked.
    pub not_sent: i64,
    /// Messages of which we do not know.
    pub in_doubt: i64,
}

/// One hour's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// How many hours ago, from 0.
    pub ago: i64,
    /// Messages of ours that the provider took.
    pub sent: i64,
    /// Messages that people wrote.
    pub received: i64,
}

/// The least id that something made at this moment can have, with a minute's slack between clocks.
fn first_id_of(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from((at - Duration::minutes(1)).timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// Counts what there is.
pub async fn figures(tx: &mut Tx) -> Result<Figures> {
    sqlx::query_as!(
        Figures,
        r#"select (select count(*) from agents where deleted_at is null) as "agents!",
                  (select count(*) from leads where deleted_at is null) as "leads!",
                  (select count(*) from templates where deleted_at is null) as "templates!",
                  c.all_of_them as "campaigns!", c.active as "active_campaigns!", c.started as "started_campaigns!",
                  v.all_of_them as "conversations!", v.unread as "unread!", v.with_human as "with_human!"
           from (select count(*) as all_of_them,
                        count(*) filter (where status = 'active') as active,
                        count(*) filter (where started_at is not null) as started
                 from campaigns where deleted_at is null) c,
                (select count(*) as all_of_them,
                        count(*) filter (where unread > 0) as unread,
                        count(*) filter (where owner = 'human' and conversations.status = 'open') as with_human
                 from conversations join leads l on l.id = lead_id and l.deleted_at is null) v"#
    )
    .fetch_one(tx.conn())
    .await
}

/// Counts messages since a moment.
pub async fn traffic(tx: &mut Tx, since: DateTime<Utc>) -> Result<Traffic> {
    sqlx::query_as!(
        Traffic,
        r#"select count(*) filter (where status in ('accepted', 'sent', 'delivered', 'read')) as "sent!",
                  count(*) filter (where direction = 'inbound') as "received!",
                  count(*) filter (where status in ('failed', 'blocked')) as "not_sent!",
                  count(*) filter (where status = 'in_doubt') as "in_doubt!"
           from messages
           where id >= $1 and created_at >= $2"#,
        first_id_of(since),
        since
    )
    .fetch_one(tx.conn())
    .await
}

/// The messages of the last `hours` hours, one entry per hour that had any.
pub async fn hourly(tx: &mut Tx, hours: i64, now: DateTime<Utc>) -> Result<Vec<Hour>> {
    let since = now - Duration::hours(hours);
    sqlx::query_as!(
        Hour,
        r#"select floor(extract(epoch from $2::timestamptz - created_at) / 3600)::bigint as "ago!",
                  count(*) filter (where status in ('accepted', 'sent', 'delivered', 'read')) as "sent!",
                  count(*) filter (where direction = 'inbound') as "received!"
           from messages
           where id >= $1 and created_at > $3 and created_at <= $2
           group by 1
           order by 1"#,
        first_id_of(since),
        now,
        since
    )
    .fetch_all(tx.conn())
    .await
}
