//! What the inbox shows around conversations and messages: how full each queue is, who wrote, and what happened in between.

use chrono::{DateTime, Utc};
use domain::conversation::Owner;
use domain::event::{Activity, EventKind};
use domain::filter::Filter;
use domain::id::{AgentId, CampaignId, ConversationId, EventId, LeadId, UserId};
use domain::message::Channel;

use crate::{Result, Tx};

/// How many conversations of one channel somebody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// The channel.
    pub channel: Channel,
    /// Who holds them.
    pub owner: Owner,
    /// Whether that is the operator who asks.
    pub mine: bool,
    /// How many.
    pub conversations: i64,
    /// In how many of them something is unread.
    pub unread: i64,
    /// How many of them wait for a human.
    pub escalated: i64,
}

/// How many conversations have something unread.
pub async fn unread(tx: &mut Tx) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from conversations c join leads l on l.id = c.lead_id
           where c.unread > 0 and l.deleted_at is null"#
    )
    .fetch_one(tx.conn())
    .await
}

/// Counts the queues within the filter's search and state, for an operator. Channel and owner are what is counted by.
pub async fn queues(tx: &mut Tx, filter: &Filter, me: Option<UserId>) -> Result<Vec<QueueCount>> {
    sqlx::query_as!(
        QueueCount,
        r#"select c.channel as "channel: Channel", c.owner as "owner: Owner", coalesce(c.owner_user_id = $1, false) as "mine!",
                  count(*) as "conversations!", count(*) filter (where c.unread > 0) as "unread!",
                  count(*) filter (where c.owner = 'ai' and c.escalated_at is not null) as "escalated!"
           from conversations c
           join leads l on l.id = c.lead_id
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           where l.deleted_at is null
             and ($2::text is null or c.status = $2)
             and ($5::text is null or c.intent = $5)
             and ($3::text is null or l.folded like (select fold($3)) or ($4::text is not null and p.value like $4)
                  or exists (select 1 from lead_identifiers i where i.lead_id = l.id and i.kind = 'email' and i.value ilike $3))
           group by 1, 2, 3"#,
        me.map(UserId::uuid),
        Filter::word(&filter.status),
        filter.like(),
        filter.digits(),
        Filter::word(&filter.intent)
    )
    .fetch_all(tx.conn())
    .await
}

/// What to call everybody who wrote in a conversation: prefixed id and name of operators, agents and campaigns.
pub async fn names(tx: &mut Tx, conversation: ConversationId) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"with said as (
               select distinct user_id, agent_id, campaign_id from messages where conversation_id = $1
               union
               select owner_user_id, agent_id, campaign_id from conversations where id = $1
           )
           select 'user' as "kind!", u.id as "id!", coalesce(nullif(u.name, ''), u.email) as "name!"
           from users u where u.id in (select user_id from said)
           union all
           select 'agent', a.id, a.name from agents a where a.id in (select agent_id from said)
           union all
           select 'campaign', g.id, g.name from campaigns g where g.id in (select campaign_id from said)"#,
        conversation.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let id = match r.kind.as_str() {
                "user" => UserId::new(r.id).to_string(),
                "agent" => AgentId::new(r.id).to_string(),
                _ => CampaignId::new(r.id).to_string(),
            };
            (id, r.name)
        })
        .collect())
}

/// What happened to a conversation and its lead since a moment, oldest first: who took it over, who opted out. At most 100.
pub async fn moments(
    tx: &mut Tx,
    conversation: ConversationId,
    lead: LeadId,
    since: DateTime<Utc>,
) -> Result<Vec<Activity>> {
    let mut moments = sqlx::query_as!(
        Activity,
        r#"select e.id as "id: EventId", e.kind as "kind: EventKind", e.subject, e.title,
                  coalesce(nullif(u.name, ''), u.email, '') as "actor!", e.created_at as at
           from events e
           left join users u on u.id = e.actor_id
           where e.subject = any($1) and e.created_at >= $2
             and e.kind in ('conversation.taken_over', 'conversation.returned', 'conversation.status', 'conversation.closed',
                            'conversation.reopened', 'conversation.escalated', 'lead.opted_out', 'lead.stopped_calls',
                            'lead.opted_in', 'reply.failed')
           order by e.id desc
           limit 100"#,
        &[conversation.to_string(), lead.to_string()],
        since
    )
    .fetch_all(tx.conn())
    .await?;
    moments.reverse();
    Ok(moments)
}

/// The conversations of one person, one per channel.
pub async fn of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<(ConversationId, Channel)>> {
    let rows = sqlx::query!(
        r#"select id as "id: ConversationId", channel as "channel: Channel" from conversations where lead_id = $1 order by channel"#,
        lead.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.channel)).collect())
}
