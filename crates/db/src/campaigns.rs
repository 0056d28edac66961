//! Campaigns, their list, and their figures.
//!
//! Locks here are `for no key update`: a worker that writes a run's message only refers to the campaign's key, and must not wait
//! for an operator's change while that change waits for the run.

use chrono::{DateTime, Utc};
use domain::campaign::{Campaign, CampaignDraft, CampaignRow, CampaignStatus, NodeProgress, Progress};
use domain::filter::{Filter, Page};
use domain::id::{AgentId, CampaignId, ConversationId, FlowId, FlowVersionId, LeadId, MessageId};
use domain::message::CallEnd;

use crate::{Result, Tx};

/// One campaign.
pub async fn find(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>> {
    sqlx::query_as!(
        Campaign,
        r#"select id as "id: CampaignId", name, status as "status: CampaignStatus", agent_id as "agent_id: AgentId",
                  flow_id as "flow_id: FlowId", flow_version_id as "flow_version_id: FlowVersionId", created_at, updated_at, started_at
           from campaigns where id = $1 and deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// One campaign, kept from other changes until the transaction ends.
pub async fn lock(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>> {
    sqlx::query_as!(
        Campaign,
        r#"select id as "id: CampaignId", name, status as "status: CampaignStatus", agent_id as "agent_id: AgentId",
                  flow_id as "flow_id: FlowId", flow_version_id as "flow_version_id: FlowVersionId", created_at, updated_at, started_at
           from campaigns where id = $1 and deleted_at is null for no key update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The campaigns that a filter (`q`, `status`) leaves, newest first, each with its figures.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Page<CampaignRow>> {
    let (like, status, at) = (filter.like(), Filter::word(&filter.status), filter.at());
    let rows = sqlx::query_file!("src/sql/campaigns_list.sql", like, status, at.limit(), at.offset())
        .fetch_all(tx.conn())
        .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from campaigns c
           where c.deleted_at is null and ($1::text is null or fold(c.name) like (select fold($1))) and ($2::text is null or c.status = $2)"#,
        like,
        status
    )
    .fetch_one(tx.conn())
    .await?;
    let items = rows
        .into_iter()
        .map(|r| CampaignRow {
            campaign: Campaign {
                id: r.id,
                name: r.name,
                status: r.status,
                agent_id: r.agent_id,
                flow_id: r.flow_id,
                flow_version_id: r.flow_version_id,
                created_at: r.created_at,
                updated_at: r.updated_at,
                started_at: r.started_at,
            },
            progress: Progress {
                enrolled: r.enrolled,
                running: r.running,
                done: r.done,
                stopped: r.stopped,
                sent: r.sent,
                not_sent: r.not_sent,
                in_doubt: r.in_doubt,
                replied: r.replied,
            },
        })
        .collect();
    Ok(Page::of(items, at, total))
}

/// How far a campaign's runs are. A lead who answered is one whose run heard a reply.
pub async fn progress(tx: &mut Tx, id: CampaignId) -> Result<Progress> {
    sqlx::query_as!(
        Progress,
        r#"select r.enrolled as "enrolled!", r.running as "running!", r.done as "done!", r.stopped as "stopped!",
                  m.sent as "sent!", m.not_sent as "not_sent!", m.in_doubt as "in_doubt!", r.replied as "replied!"
           from (
               select count(*) as enrolled,
                      count(*) filter (where status not in ('done', 'stopped')) as running,
                      count(*) filter (where status = 'done') as done,
                      count(*) filter (where status = 'stopped') as stopped,
                      count(*) filter (where state ->> 'reply' is not null) as replied
               from runs where campaign_id = $1
           ) r
           cross join (
               select count(*) filter (where status in ('accepted', 'sent', 'delivered', 'read')) as sent,
                      count(*) filter (where status in ('blocked', 'failed')) as not_sent,
                      count(*) filter (where status = 'in_doubt') as in_doubt
               from messages where campaign_id = $1 and node is not null
           ) m"#,
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// How each node of a campaign's drawing was passed. Nodes that nobody came to are left out.
pub async fn node_progress(tx: &mut Tx, id: CampaignId) -> Result<Vec<NodeProgress>> {
    sqlx::query_as!(
        NodeProgress,
        r#"select n.node as "node!", sum(n.entered)::bigint as "entered!", sum(n.here)::bigint as "here!", sum(n.sent)::bigint as "sent!",
                  sum(n.not_sent)::bigint as "not_sent!", sum(n.in_doubt)::bigint as "in_doubt!"
           from (
               select node, count(distinct run_id) as entered, 0::bigint as here, 0::bigint as sent, 0::bigint as not_sent,
                      0::bigint as in_doubt
               from run_visits where campaign_id = $1 group by node
               union all
               select node, 0, count(*), 0, 0, 0
               from runs where campaign_id = $1 and status not in ('done', 'stopped') and node <> '' group by node
               union all
               select node, 0, 0,
                      count(*) filter (where status in ('accepted', 'sent', 'delivered', 'read')),
                      count(*) filter (where status in ('blocked', 'failed')),
                      count(*) filter (where status = 'in_doubt')
               from messages where campaign_id = $1 and node is not null group by node
           ) n
           group by n.node
           order by n.node"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// How the calls of a campaign's steps ended, and how many did so, the most frequent end first.
pub async fn call_ends(tx: &mut Tx, id: CampaignId) -> Result<Vec<(String, CallEnd, i64)>> {
    let rows = sqlx::query!(
        r#"select node as "node!", call_end as "end!: CallEnd", count(*) as "n!" from messages
           where campaign_id = $1 and node is not null and call_end is not null
           group by 1, 2 order by 3 desc, 2"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.node, r.end, r.n)).collect())
}

/// Stores a new campaign.
pub async fn insert(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into campaigns (id, workspace_id, name, status, agent_id, flow_id, flow_version_id, started_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        campaign.id.uuid(),
        workspace,
        campaign.name,
        campaign.status.as_str(),
        campaign.agent_id.map(AgentId::uuid),
        campaign.flow_id.uuid(),
        campaign.flow_version_id.map(FlowVersionId::uuid),
        campaign.started_at,
        campaign.created_at,
        campaign.updated_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Overwrites what an operator edits.
pub async fn save(tx: &mut Tx, id: CampaignId, draft: &CampaignDraft, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update campaigns set name = $2, agent_id = $3, updated_at = $4 where id = $1",
        id.uuid(),
        draft.name,
        draft.agent_id.map(AgentId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves a campaign to a state. The first time it becomes active is kept as its start.
pub async fn set_status(tx: &mut Tx, id: CampaignId, status: CampaignStatus, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update campaigns
         set status = $2, started_at = case when $2 = 'active' then coalesce(started_at, $3) else started_at end, updated_at = $3
         where id = $1",
        id.uuid(),
        status.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Pins new runs of the campaign to a version, and those that have not begun.
pub async fn set_version(tx: &mut Tx, id: CampaignId, version: FlowVersionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update campaigns set flow_version_id = $2, updated_at = $3 where id = $1",
        id.uuid(),
        version.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update runs set flow_version_id = $2, updated_at = $3
         where campaign_id = $1 and status = 'ready' and node = '' and flow_version_id <> $2",
        id.uuid(),
        version.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes a campaign for everybody.
pub async fn soft_delete(tx: &mut Tx, id: CampaignId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update campaigns set deleted_at = $2, updated_at = $2 where id = $1", id.uuid(), now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes every unfinished run of a campaign out. Gives how many that were.
pub async fn stop_runs(tx: &mut Tx, id: CampaignId, reason: &str, now: DateTime<Utc>) -> Result<i64> {
    let stopped = sqlx::query!(
        "update runs
         set status = 'stopped', outcome = $2, wake_at = null, updated_at = $3,
             state = state || jsonb_build_object('status', 'stopped', 'outcome', $2::text, 'wake_at', null)
         where campaign_id = $1 and status not in ('done', 'stopped')",
        id.uuid(),
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(i64::try_from(stopped.rows_affected()).unwrap_or(i64::MAX))
}

/// The agent that speaks for a campaign.
pub async fn agent_of(tx: &mut Tx, id: CampaignId) -> Result<Option<AgentId>> {
    let found =
        sqlx::query_scalar!(r#"select agent_id as "agent_id: AgentId" from campaigns where id = $1"#, id.uuid())
            .fetch_optional(tx.conn())
            .await?;
    Ok(found.flatten())
}

/// An active campaign all of whose runs are over becomes completed; gives its name then. The lock comes first and by itself, so that
/// the question sees runs that somebody enrolled a moment ago.
pub async fn complete_if_active(tx: &mut Tx, id: CampaignId, now: DateTime<Utc>) -> Result<Option<String>> {
    if lock(tx, id).await?.is_none_or(|c| c.status != CampaignStatus::Active) {
        return Ok(None);
    }
    sqlx::query_scalar!(
        "update campaigns set status = 'completed', updated_at = $2
         where id = $1 and not exists (select 1 from runs r where r.campaign_id = $1 and r.status not in ('done', 'stopped'))
         returning name",
        id.uuid(),
        now
    )
    .fetch_optional(tx.conn())
    .await
}

/// The conversation of each of these leads that was last active, for those who have one.
pub async fn conversations_of(tx: &mut Tx, leads: &[LeadId]) -> Result<Vec<(LeadId, ConversationId)>> {
    let leads: Vec<_> = leads.iter().map(|l| l.uuid()).collect();
    let rows = sqlx::query!(
        r#"select distinct on (lead_id) lead_id as "lead_id: LeadId", id as "id: ConversationId"
           from conversations where lead_id = any($1) order by lead_id, last_message_at desc"#,
        &leads
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.lead_id, r.id)).collect())
}

/// The messages of a campaign that the provider was not asked about yet: held ones, and those that are about to ask the gate.
pub async fn unsent(tx: &mut Tx, id: CampaignId) -> Result<Vec<MessageId>> {
    sqlx::query_scalar!(
        r#"select id as "id: MessageId" from messages where campaign_id = $1 and status in ('queued', 'held')"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// What a campaign's unfinished runs wait for, by the word of their state, with the earliest end of such a wait.
pub async fn waits(tx: &mut Tx, id: CampaignId) -> Result<Vec<(String, i64, Option<DateTime<Utc>>)>> {
    let rows = sqlx::query!(
        r#"select status, count(*) as "n!", min(wake_at) as next_at from runs
           where campaign_id = $1 and status not in ('done', 'stopped') group by status order by status"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.status, r.n, r.next_at)).collect())
}

/// Why messages of a campaign did not go out: the broken rule's word, else the provider's sentence, and how often.
pub async fn refusals(tx: &mut Tx, id: CampaignId) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select coalesce(verdict -> 'reasons' ->> 0, nullif(left(error, 200), ''), 'failed') as "reason!", count(*) as "n!" from messages
           where campaign_id = $1 and node is not null and status in ('blocked', 'failed', 'held')
           group by 1 order by 2 desc, 1 limit 10"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.reason, r.n)).collect())
}

/// How many campaigns that have not ended speak through an agent, by themselves or in their flow.
pub async fn count_through(tx: &mut Tx, agent: AgentId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!"
           from campaigns c
           left join flow_versions v on v.id = c.flow_version_id
           where c.deleted_at is null and c.status <> 'completed'
             and (c.agent_id = $1 or v.graph @> jsonb_build_object('nodes', jsonb_build_array(jsonb_build_object('agent_id', $2::text))))"#,
        agent.uuid(),
        agent.to_string()
    )
    .fetch_one(tx.conn())
    .await
}
