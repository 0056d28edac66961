//! What advice on a campaign is made from, and the last advice that was given. Counts and words of closed lists; no texts.

use chrono::{DateTime, Utc};
use domain::campaign::advice::Advised;
use domain::flow::step::RunStatus;
use domain::id::{CampaignId, LeadId};
use domain::intent::Intent;
use domain::message::{Channel, Direction};
use domain::money::Micros;
use sqlx::types::Json;

use crate::{Result, Tx};

/// What became of the messages of one step, or of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// The step; none for the channel as a whole.
    pub node: Option<String>,
    /// Over which channel.
    pub channel: Channel,
    /// Messages that the provider took.
    pub sent: i64,
    /// Of those, the ones that arrived.
    pub delivered: i64,
    /// Messages that were not sent, or failed.
    pub failed: i64,
    /// People whose next words came after it.
    pub replied: i64,
    /// People who asked us to stop after it.
    pub opted_out: i64,
}

/// How a campaign's conversations over one channel stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TalkRow {
    /// The channel.
    pub channel: Channel,
    /// Conversations that wait for a human.
    pub escalated: i64,
    /// What models cost in them.
    pub cost: Micros,
}

/// Answers in one hour of one day of the week, where the people are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourRow {
    /// The day, from 1 for Monday.
    pub day: i32,
    /// The hour, from 0.
    pub hour: i32,
    /// How many.
    pub answers: i64,
}

/// Somebody in a campaign who waits or who answered.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadRow {
    /// Who.
    pub lead_id: LeadId,
    /// What their notes say; a tier may stand there.
    pub notes: String,
    /// What their run is doing.
    pub run: RunStatus,
    /// Where it stands.
    pub node: String,
    /// What they wanted last.
    pub intent: Option<Intent>,
    /// How they sounded.
    pub sentiment: Option<i16>,
    /// When they last wrote.
    pub wrote_at: Option<DateTime<Utc>>,
    /// Who spoke last.
    pub last: Option<Direction>,
    /// Whether they wait for a human.
    pub escalated: bool,
}

/// What became of a campaign's messages, per step and per channel.
pub async fn sent(tx: &mut Tx, id: CampaignId) -> Result<Vec<SentRow>> {
    sqlx::query_file_as!(SentRow, "src/sql/advice_steps.sql", id.uuid()).fetch_all(tx.conn()).await
}

/// When answers came, where the people are. `zones`: beginnings of numbers, and the zone of each.
pub async fn hours(tx: &mut Tx, id: CampaignId, zones: &(Vec<String>, Vec<String>)) -> Result<Vec<HourRow>> {
    sqlx::query_file_as!(HourRow, "src/sql/advice_hours.sql", id.uuid(), &zones.0, &zones.1).fetch_all(tx.conn()).await
}

/// How a campaign's conversations stand, and what models cost in them since it was started.
pub async fn talks(tx: &mut Tx, id: CampaignId) -> Result<Vec<TalkRow>> {
    let rows = sqlx::query!(
        r#"select c.channel as "channel!: Channel", count(*) filter (where c.escalated_at is not null) as "escalated!",
                  coalesce(sum(q.cost), 0)::bigint as "cost!"
           from runs r
           join conversations c on c.lead_id = r.lead_id and c.campaign_id = r.campaign_id
           left join (
               select conversation_id, sum(cost_micros) as cost from llm_requests
               where created_at >= (select coalesce(started_at, created_at) from campaigns where id = $1)
               group by conversation_id
           ) q on q.conversation_id = c.id
           where r.campaign_id = $1
           group by c.channel"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| TalkRow { channel: r.channel, escalated: r.escalated, cost: Micros(r.cost) }).collect())
}

/// People of a campaign who wait or who answered, at most `limit`: those who wait for a human first, then for an answer, then by when they
/// last wrote. Nobody who asked us to stop.
pub async fn leads(tx: &mut Tx, id: CampaignId, limit: i64) -> Result<Vec<LeadRow>> {
    sqlx::query_as!(
        LeadRow,
        r#"select r.lead_id as "lead_id: LeadId", l.notes, r.status as "run: RunStatus", r.node, c.intent as "intent?: Intent",
                  c.sentiment as "sentiment?", c.last_inbound_at as "wrote_at?", c.last_direction as "last?: Direction",
                  c.escalated_at is not null as "escalated!"
           from runs r
           join leads l on l.id = r.lead_id and l.deleted_at is null and l.status <> 'opted_out'
           left join lateral (
               select v.intent, v.sentiment, v.last_inbound_at, v.last_direction, case when v.owner = 'ai' then v.escalated_at end as escalated_at
               from conversations v where v.lead_id = r.lead_id order by v.last_message_at desc limit 1
           ) c on true
           where r.campaign_id = $1 and (r.status not in ('done', 'stopped') or c.last_inbound_at >= r.created_at)
           order by c.escalated_at is null, coalesce(c.last_direction = 'inbound', false) desc, c.last_inbound_at desc nulls last, r.id
           limit $2"#,
        id.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await
}

/// Keeps the last advice on a campaign.
pub async fn keep(tx: &mut Tx, id: CampaignId, advised: &Advised) -> Result<()> {
    sqlx::query!("update campaigns set advice = $2 where id = $1", id.uuid(), Json(advised) as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The last advice on a campaign, with the leads' names as they are now. Who was deleted since is left out; advice of another version of
/// the program that cannot be read any more is none.
pub async fn last(tx: &mut Tx, id: CampaignId) -> Result<Option<Advised>> {
    let kept = sqlx::query_scalar!("select advice from campaigns where id = $1 and deleted_at is null", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    let Some(mut advised) = kept.flatten().and_then(|json| serde_json::from_value::<Advised>(json).ok()) else {
        return Ok(None);
    };
    let ids: Vec<_> = advised.advice.priorities.iter().map(|pick| pick.lead_id.uuid()).collect();
    let names =
        sqlx::query!(r#"select id as "id: LeadId", name from leads where id = any($1) and deleted_at is null"#, &ids)
            .fetch_all(tx.conn())
            .await?;
    advised.advice.priorities.retain_mut(|pick| {
        let found = names.iter().find(|lead| lead.id == pick.lead_id);
        found.inspect(|lead| pick.name.clone_from(&lead.name)).is_some()
    });
    Ok(Some(advised))
}
