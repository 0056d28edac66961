//! What was spent day by day, and who spends several times as much as usual. The accounts themselves are in `budgets`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::budget::BudgetScope;
use domain::id::AgentId;
use domain::money::Micros;
use domain::spending::{SHOWN_DAYS, SPIKE_FLOOR, SPIKE_TIMES, SpendDay, Spike, USUAL_DAYS};
use uuid::Uuid;

use crate::budgets::Hold;
use crate::{Result, Tx};

/// An account that just began to spend several times as much as usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spiked {
    /// The workspace or an agent.
    pub scope: BudgetScope,
    /// Its own id.
    pub target: Uuid,
    /// What it is called.
    pub name: String,
}

/// Marks those of a hold's accounts that spend several times as much as usual. Each is given once a day. In the transaction that
/// booked to these accounts, so that no further row is locked.
pub async fn mark_spikes(tx: &mut Tx, hold: &Hold, now: DateTime<Utc>) -> Result<Vec<Spiked>> {
    let workspace = tx.workspace().uuid();
    let (scopes, targets, _) = hold.accounts.columns(workspace);
    sqlx::query_file_as!(
        Spiked,
        "src/sql/mark_spike.sql",
        workspace,
        &scopes,
        &targets,
        hold.day,
        SPIKE_FLOOR.0,
        USUAL_DAYS,
        SPIKE_TIMES,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// Who spends several times as much as usual on a day.
pub async fn spikes(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Spike>> {
    let workspace = tx.workspace().uuid();
    let rows = sqlx::query_file!("src/sql/list_spikes.sql", workspace, day, USUAL_DAYS).fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Spike {
            scope: r.scope,
            agent_id: (r.scope == BudgetScope::Agent).then(|| AgentId::new(r.target)),
            name: r.name,
            spent_micros: Micros(r.spent),
            usual_micros: Micros(r.usual),
            at: r.at,
        })
        .collect())
}

/// What the workspace spent on each of the days up to this one, oldest first.
pub async fn days(tx: &mut Tx, day: NaiveDate) -> Result<Vec<SpendDay>> {
    let workspace = tx.workspace().uuid();
    let rows = sqlx::query!(
        r#"select ($2::date - n) as "day!", coalesce(d.spent_micros, 0) as "spent!"
           from generate_series($3::int - 1, 0, -1) as n
           left join spend_days d
               on d.workspace_id = $1 and d.scope = 'workspace' and d.target = $1 and d.day = $2::date - n
           order by 1"#,
        workspace,
        day,
        SHOWN_DAYS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| SpendDay { day: r.day, spent_micros: Micros(r.spent) }).collect())
}
