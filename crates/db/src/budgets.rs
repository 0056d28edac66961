//! Budgets, what was spent on a day, and what is held back for calls under way.
//!
//! Every change of a day's account locks its rows in the same order (scope, target), so no two of them can wait for each other.

use chrono::{DateTime, NaiveDate, Utc};
use domain::budget::{Budget, BudgetDraft, BudgetScope, LOW_PERCENT};
use domain::id::{AgentId, BudgetId, CampaignId};
use domain::money::Micros;
use uuid::Uuid;

use crate::{Result, Tx};

/// The accounts that a call is booked to: the workspace's, and those of its agent and campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The agent that speaks.
    pub agent: Option<AgentId>,
    /// The campaign that it speaks for.
    pub campaign: Option<CampaignId>,
    /// A limit of the agent's own, beside its budget.
    pub agent_limit: Option<Micros>,
}

impl Accounts {
    /// Scope, target and own limit of each, as the statements take them.
    pub(crate) fn columns(&self, workspace: Uuid) -> (Vec<String>, Vec<Uuid>, Vec<Option<i64>>) {
        let mut all = vec![(BudgetScope::Workspace, workspace, None)];
        all.extend(self.agent.map(|id| (BudgetScope::Agent, id.uuid(), self.agent_limit.map(|m| m.0))));
        all.extend(self.campaign.map(|id| (BudgetScope::Campaign, id.uuid(), None)));
        let mut columns = (vec![], vec![], vec![]);
        for (scope, target, limit) in all {
            columns.0.push(scope.to_string());
            columns.1.push(target);
            columns.2.push(limit);
        }
        columns
    }
}

/// Money held back: what to settle later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: Uuid,
    /// The accounts it is on.
    pub accounts: Accounts,
    /// The day it is booked to.
    pub day: NaiveDate,
}

/// What came of asking for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is held.
    pub held: bool,
    /// Whether a budget ran low before this call.
    pub low: bool,
    /// The first budget that it does not fit into.
    pub refused_by: Option<BudgetScope>,
}

/// Holds an amount on all accounts, or on none. The same id again makes the hold larger.
pub async fn hold(
    tx: &mut Tx,
    hold: &Hold,
    amount: Micros,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Answer> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, limits) = hold.accounts.columns(workspace);
    // The first call of a day finds no account and opens it: two rounds at most, unless days are deleted meanwhile, which nobody does.
    for _ in 0..3 {
        let row = sqlx::query_file!(
            "src/sql/hold_spend.sql",
            workspace,
            &scopes,
            &targets,
            &limits as &[Option<i64>],
            hold.day,
            amount.0,
            LOW_PERCENT,
            hold.id,
            hold.accounts.agent.map(AgentId::uuid),
            hold.accounts.campaign.map(CampaignId::uuid),
            until,
            now
        )
        .fetch_one(tx.conn())
        .await?;
        if usize::try_from(row.found).unwrap_or_default() == scopes.len() {
            return Ok(Answer { held: row.held, low: row.low, refused_by: row.refused_by });
        }
        open(tx, &scopes, &targets, hold.day).await?;
    }
    Err(crate::Error::RowNotFound)
}

/// The first of these accounts that has a limit; none when nothing limits them.
pub async fn limited(tx: &mut Tx, accounts: &Accounts) -> Result<Option<BudgetScope>> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, limits) = accounts.columns(workspace);
    sqlx::query_scalar!(
        r#"select w.scope as "scope!: BudgetScope"
           from unnest($2::text[], $3::uuid[], $4::bigint[]) as w (scope, target, own_limit)
           left join budgets b on b.workspace_id = $1 and b.scope = w.scope and b.target = w.target
           where b.id is not null or w.own_limit is not null
           order by w.scope
           limit 1"#,
        workspace,
        &scopes,
        &targets,
        &limits as &[Option<i64>]
    )
    .fetch_optional(tx.conn())
    .await
}

async fn open(tx: &mut Tx, scopes: &[String], targets: &[Uuid], day: NaiveDate) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into spend_days (workspace_id, scope, target, day)
         select $1, w.scope, w.target, $4
         from unnest($2::text[], $3::uuid[]) as w (scope, target)
         order by w.scope, w.target
         on conflict do nothing",
        workspace,
        scopes,
        targets,
        day
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Books what was spent and ends the hold.
pub async fn settle(tx: &mut Tx, hold: &Hold, spent: Micros) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, _) = hold.accounts.columns(workspace);
    sqlx::query_file!("src/sql/settle_spend.sql", hold.id, workspace, &scopes, &targets, hold.day, spent.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Books what was spent out of a hold that goes on until then.
pub async fn book(tx: &mut Tx, hold: &Hold, spent: Micros, until: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, _) = hold.accounts.columns(workspace);
    sqlx::query_file!("src/sql/book_spend.sql", hold.id, workspace, &scopes, &targets, hold.day, spent.0, until)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Ends holds that nobody settled in time. Gives whether there were any.
pub async fn end_abandoned(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query_file!("src/sql/end_spend_holds.sql", workspace, now).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// A limit that was reached, for telling people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Whose limit.
    pub scope: BudgetScope,
    /// The workspace's, agent's or campaign's own id.
    pub target: Uuid,
    /// The budget; none for an agent's own limit.
    pub budget: Option<BudgetId>,
    /// What the agent or campaign is called; the workspace's name else.
    pub name: String,
}

/// Marks limits of which four fifths are spent. Each is given once a day.
pub async fn mark_low(tx: &mut Tx, hold: &Hold, now: DateTime<Utc>) -> Result<Vec<Reached>> {
    mark(tx, hold, None, now).await
}

/// Marks limits into which a call of this price did not fit. Each is given once a day.
pub async fn mark_used_up(tx: &mut Tx, hold: &Hold, refused: Micros, now: DateTime<Utc>) -> Result<Vec<Reached>> {
    mark(tx, hold, Some(refused), now).await
}

async fn mark(tx: &mut Tx, hold: &Hold, refused: Option<Micros>, now: DateTime<Utc>) -> Result<Vec<Reached>> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, limits) = hold.accounts.columns(workspace);
    let rows = sqlx::query_file!(
        "src/sql/mark_spend.sql",
        workspace,
        &scopes,
        &targets,
        &limits as &[Option<i64>],
        hold.day,
        refused.is_some(),
        refused.unwrap_or_default().0,
        LOW_PERCENT,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Reached { scope: r.scope, target: r.target, budget: r.budget_id, name: r.name })
        .collect())
}

/// Every budget with where it stands on a day: the workspace's first, then agents and campaigns by name.
pub async fn list(tx: &mut Tx, day: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Budget>> {
    rows(tx, None, day, now).await
}

/// One budget.
pub async fn find(tx: &mut Tx, id: BudgetId, day: NaiveDate, now: DateTime<Utc>) -> Result<Option<Budget>> {
    Ok(rows(tx, Some(id), day, now).await?.pop())
}

async fn rows(tx: &mut Tx, id: Option<BudgetId>, day: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Budget>> {
    let workspace = tx.workspace().uuid();
    let rows = sqlx::query_file!("src/sql/list_budgets.sql", workspace, day, id.map(BudgetId::uuid), now)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Budget {
            id: r.id,
            draft: BudgetDraft {
                scope: r.scope,
                agent_id: (r.scope == BudgetScope::Agent).then(|| AgentId::new(r.target)),
                campaign_id: (r.scope == BudgetScope::Campaign).then(|| CampaignId::new(r.target)),
                limit_micros: Micros(r.limit_micros),
            },
            target_name: r.name,
            day,
            spent_micros: Micros(r.spent_micros),
            held_micros: Micros(r.held_micros),
            warned_at: r.warned_at,
            used_up_at: r.used_up_at,
            updated_at: r.updated_at,
        })
        .collect())
}

/// Whether the agent or campaign that a budget names is there.
pub async fn has_target(tx: &mut Tx, scope: BudgetScope, target: Uuid) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select case $1
               when 'agent' then exists (select 1 from agents where id = $2 and deleted_at is null)
               when 'campaign' then exists (select 1 from campaigns where id = $2 and deleted_at is null)
               else true end as "there!""#,
        scope.as_str(),
        target
    )
    .fetch_one(tx.conn())
    .await
}

/// Writes a new budget down.
pub async fn insert(
    tx: &mut Tx,
    id: BudgetId,
    scope: BudgetScope,
    target: Uuid,
    limit: Micros,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into budgets (id, workspace_id, scope, target, limit_micros, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id.uuid(),
        workspace,
        scope.as_str(),
        target,
        limit.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes a budget's limit. People are told anew of 80 and 100 % of the new one.
pub async fn set_limit(tx: &mut Tx, id: BudgetId, limit: Micros, day: NaiveDate, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let row = sqlx::query!(
        "update budgets set limit_micros = $2, updated_at = $3 where id = $1 returning scope, target",
        id.uuid(),
        limit.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(false) };
    sqlx::query!(
        "update spend_days set warned_at = null, used_up_at = null
         where workspace_id = $1 and scope = $2 and target = $3 and day = $4",
        workspace,
        row.scope,
        row.target,
        day
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Deletes a budget. What was spent stays on record.
pub async fn delete(tx: &mut Tx, id: BudgetId) -> Result<bool> {
    let done = sqlx::query!("delete from budgets where id = $1", id.uuid()).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// The first hundred agents and campaigns by name, for choosing whom to limit.
pub async fn targets(tx: &mut Tx) -> Result<(Vec<(AgentId, String)>, Vec<(CampaignId, String)>)> {
    let agents = sqlx::query!(
        r#"select id as "id: AgentId", name from agents where deleted_at is null order by lower(name), id limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    let campaigns = sqlx::query!(
        r#"select id as "id: CampaignId", name from campaigns where deleted_at is null order by lower(name), id limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((agents.into_iter().map(|r| (r.id, r.name)).collect(), campaigns.into_iter().map(|r| (r.id, r.name)).collect()))
}
