//! Runs: one lead in one campaign, its place in the drawing, and where it has been.

use chrono::{DateTime, Utc};
use domain::campaign::RunRow;
use domain::filter::{Filter, Page};
use domain::flow::graph::FlowGraph;
use domain::flow::step::{RunState, RunStatus};
use domain::id::{CampaignId, FlowVersionId, LeadId, RunId};
use sqlx::types::Json;

use crate::{Result, Tx};

/// A run with its drawing, read under its lock.
pub struct Run {
    /// Which.
    pub id: RunId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// With whom.
    pub lead_id: LeadId,
    /// Where it stands.
    pub state: RunState,
    /// The drawing it is pinned to.
    pub graph: FlowGraph,
}

/// Reads a run under its lock.
pub async fn lock(tx: &mut Tx, id: RunId) -> Result<Option<Run>> {
    let row = sqlx::query!(
        r#"select r.id as "id: RunId", r.campaign_id as "campaign_id: CampaignId", r.lead_id as "lead_id: LeadId",
                  r.state as "state: Json<RunState>", v.graph as "graph: Json<FlowGraph>"
           from runs r join flow_versions v on v.id = r.flow_version_id
           where r.id = $1 for update of r"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Run {
        id: r.id,
        campaign_id: r.campaign_id,
        lead_id: r.lead_id,
        state: r.state.0,
        graph: r.graph.0,
    }))
}

/// Writes a run's new place.
pub async fn save(tx: &mut Tx, id: RunId, state: &RunState, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update runs set status = $2, node = $3, wake_at = $4, outcome = $5, state = $6, updated_at = $7 where id = $1",
        id.uuid(),
        state.status.as_str(),
        state.node,
        state.wake_at,
        state.outcome,
        Json(state) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down that a run came to a node. A repeat changes nothing.
pub async fn insert_visit(
    tx: &mut Tx,
    id: RunId,
    campaign: CampaignId,
    node: &str,
    visit: u32,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into run_visits (run_id, visit, workspace_id, campaign_id, node, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        id.uuid(),
        i32::try_from(visit).unwrap_or(i32::MAX),
        workspace,
        campaign.uuid(),
        node,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Begins runs for leads that are not in the campaign yet; gives the runs that are new.
pub async fn insert_many(
    tx: &mut Tx,
    campaign: CampaignId,
    version: FlowVersionId,
    leads: &[(RunId, LeadId)],
    now: DateTime<Utc>,
) -> Result<Vec<RunId>> {
    let workspace = tx.workspace().uuid();
    let ids: Vec<_> = leads.iter().map(|(run, _)| run.uuid()).collect();
    let lead_ids: Vec<_> = leads.iter().map(|(_, lead)| lead.uuid()).collect();
    sqlx::query_scalar!(
        r#"insert into runs (id, workspace_id, campaign_id, lead_id, flow_version_id, status, node, state, created_at, updated_at)
           select n.run, $1, $2, n.lead, $3, 'ready', '', $6, $7, $7
           from unnest($4::uuid[], $5::uuid[]) as n (run, lead)
           join leads l on l.id = n.lead and l.deleted_at is null
           on conflict (campaign_id, lead_id) do nothing
           returning id as "id: RunId""#,
        workspace,
        campaign.uuid(),
        version.uuid(),
        &ids,
        &lead_ids,
        Json(RunState::new()) as _,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// One unfinished run of a lead.
#[derive(Debug, Clone, Copy)]
pub struct Unfinished {
    /// Which.
    pub id: RunId,
    /// What it is doing.
    pub status: RunStatus,
    /// Whether the message that it stands at has not left yet: what the person says now is no answer to it.
    pub unsent: bool,
}

impl Unfinished {
    /// Whether what the person says now may be an answer to the campaign. One that has not begun has asked nothing.
    pub fn listens(&self) -> bool {
        match self.status {
            RunStatus::WaitingReply => true,
            RunStatus::Sending => !self.unsent,
            _ => false,
        }
    }
}

/// The unfinished runs of a lead, in campaigns that are not deleted.
pub async fn unfinished_of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<Unfinished>> {
    sqlx::query_as!(
        Unfinished,
        r#"select r.id as "id: RunId", r.status as "status: RunStatus",
                  r.status = 'sending' and exists (
                      select 1 from messages m
                      where m.campaign_id = r.campaign_id and m.run_id = r.id and m.node = r.node
                        and m.visit = (r.state ->> 'visit')::int and m.status in ('queued', 'held')
                  ) as "unsent!"
           from runs r join campaigns c on c.id = r.campaign_id and c.deleted_at is null
           where r.lead_id = $1 and r.status not in ('done', 'stopped')"#,
        lead.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// Takes a lead out of every campaign: ends the unfinished runs and forgets what was still to happen in them. Gives the campaigns.
pub async fn stop_of_lead(tx: &mut Tx, lead: LeadId, reason: &str, now: DateTime<Utc>) -> Result<Vec<CampaignId>> {
    let stopped = sqlx::query!(
        r#"update runs
           set status = 'stopped', outcome = $2, wake_at = null, updated_at = $3,
               state = state || jsonb_build_object('status', 'stopped', 'outcome', $2::text, 'wake_at', null)
           where lead_id = $1 and status not in ('done', 'stopped')
           returning id, campaign_id as "campaign_id: CampaignId""#,
        lead.uuid(),
        reason,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let runs: Vec<_> = stopped.iter().map(|r| RunId::new(r.id).to_string()).collect();
    // What a worker has in its hands stays: it finds the run stopped.
    sqlx::query!(
        "delete from jobs where state = 'waiting' and claimed_until is null and kind in ('step', 'webhook')
             and job ->> 'run_id' = any($1)",
        &runs
    )
    .execute(tx.conn())
    .await?;
    let mut campaigns: Vec<_> = stopped.into_iter().map(|r| r.campaign_id).collect();
    campaigns.sort_unstable();
    campaigns.dedup();
    Ok(campaigns)
}

/// Whether a campaign has runs that are not over.
pub async fn any_unfinished(tx: &mut Tx, campaign: CampaignId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from runs where campaign_id = $1 and status not in ('done', 'stopped')) as "any!""#,
        campaign.uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// A campaign's runs that have not begun.
pub async fn ready_of_campaign(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<RunId>> {
    sqlx::query_scalar!(
        r#"select id as "id: RunId" from runs where campaign_id = $1 and status = 'ready'"#,
        campaign.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// The people of a campaign: newest first, narrowed by status and name.
pub async fn list(tx: &mut Tx, campaign: CampaignId, filter: &Filter) -> Result<Page<RunRow>> {
    let at = filter.at();
    let (status, like) = (Filter::word(&filter.status), filter.like());
    let items = sqlx::query_as!(
        RunRow,
        r#"select r.id as "id: RunId", r.lead_id as "lead_id: LeadId", coalesce(nullif(l.name, ''), p.value, 'Unknown') as "lead_name!",
                  r.status as "status: RunStatus", r.node, r.wake_at, r.outcome, r.updated_at
           from runs r
           join leads l on l.id = r.lead_id
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           where r.campaign_id = $1 and ($2::text is null or r.status = $2) and ($3::text is null or l.folded like (select fold($3)))
           order by r.id desc limit $4 offset $5"#,
        campaign.uuid(),
        status,
        like,
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from runs r join leads l on l.id = r.lead_id
           where r.campaign_id = $1 and ($2::text is null or r.status = $2) and ($3::text is null or l.folded like (select fold($3)))"#,
        campaign.uuid(),
        status,
        like
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(items, at, total))
}
