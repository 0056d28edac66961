//! How spending goes: day by day, and telling people once when a day costs several times what is usual.

use db::Tx;
use db::budgets::Hold;
use domain::budget::BudgetScope;
use domain::event::EventKind;
use domain::id::AgentId;
use domain::spending::Spending;

use crate::{Cx, Result, events};

/// The last fourteen days, and who spends several times as much as usual today.
pub async fn get(cx: &Cx) -> Result<Spending> {
    let today = cx.now().date_naive();
    let mut tx = cx.read().await?;
    let days = db::spending::days(&mut tx, today).await?;
    let spikes = db::spending::spikes(&mut tx, today).await?;
    Ok(Spending { days, spikes })
}

/// Tells people, once a day and account, that spending is several times what is usual. In the transaction that booked it.
pub(crate) async fn tell_spikes(cx: &Cx, tx: &mut Tx, hold: &Hold) -> Result<()> {
    for spiked in db::spending::mark_spikes(tx, hold, cx.now()).await? {
        let subject = match spiked.scope {
            BudgetScope::Agent => AgentId::new(spiked.target).to_string(),
            BudgetScope::Workspace | BudgetScope::Campaign => cx.workspace().to_string(),
        };
        tracing::warn!(budget.scope = %spiked.scope, budget.subject = %subject, "spending is several times what is usual");
        events::record(cx, tx, EventKind::BudgetSpike, subject, &spiked.name).await?;
    }
    Ok(())
}
