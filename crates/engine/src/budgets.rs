//! Spending on models, held within limits: the worst case is reserved before a call and settled after it, so that calls at the same
//! time never pass a limit together. Days are UTC days.
//!
//! [`reserve`] and [`settle`] belong to whoever asks a model. A reservation that is never settled ends by itself.

use chrono::Duration;
use db::Tx;
use db::budgets::{Accounts, Hold, Reached};
use domain::access::Right;
use domain::agent::ModelChoice;
use domain::budget::{Budget, BudgetDraft, BudgetScope};
use domain::event::EventKind;
use domain::id::{AgentId, BudgetId, CampaignId};
use domain::money::Micros;
use llm::price::Worst;

use crate::{Cx, Error, Result, events};

/// How long a reservation holds when nobody settles it: longer than any call may take.
const HOLD_MINUTES: i64 = 10;

/// Who spends, beside the workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// The agent that speaks.
    pub agent: Option<AgentId>,
    /// The campaign that it speaks for.
    pub campaign: Option<CampaignId>,
    /// The agent's own limit a day (`AgentDraft::daily_budget_micros`), beside any budget made for it.
    pub agent_limit: Option<Micros>,
}

/// Money held back for a call. Settle it when the call has ended, however it ended.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reservation has to be settled, or its money is held for ten minutes"]
pub struct Reservation {
    hold: Hold,
    amount: Micros,
}

impl Reservation {
    /// The worst case that is held back: what to settle with when the cost is not known.
    pub fn amount(&self) -> Micros {
        self.amount
    }
}

/// What came of asking for money.
#[derive(Debug, PartialEq, Eq)]
pub enum Grant {
    /// There is enough.
    Reserved(Reservation),
    /// There is enough for this call, but four fifths of a budget are used: use the cheaper model.
    Low(Reservation),
    /// It does not fit into a budget. Nothing is held; a cheaper call may still fit.
    Exhausted {
        /// Whose budget.
        scope: BudgetScope,
    },
    /// Nobody here knows what it may cost, and a budget applies. Nothing is held.
    Unpriced(Unpriced),
}

/// A call that no budget can hold, because what it may cost is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    /// What has no price here, such as a model's name.
    pub what: String,
    /// Whose budget applies.
    pub scope: BudgetScope,
}

impl Unpriced {
    /// For people: what happened and what to do.
    pub fn sentence(&self) -> String {
        let whose = self.scope.label().to_lowercase();
        format!(
            "{} has no known price, so the daily budget ({whose}) cannot hold what it may cost. Use a model with a price, or let an owner \
             or admin take that budget away.",
            self.what
        )
    }
}

/// Reserves the worst case of a call on every budget that applies, in one guarded statement: on all of them, or on none.
/// What costs nothing is always granted.
/// What is billed without a known price is refused where a budget applies: it would be outside all of them.
pub async fn reserve(cx: &Cx, scope: Scope, worst: impl Into<Worst>) -> Result<Grant> {
    let worst = worst.into();
    if let Some(unpriced) = refused(cx, scope, &worst).await? {
        return Ok(Grant::Unpriced(unpriced));
    }
    let amount = Micros(worst.amount.0.max(0));
    let hold = new_hold(cx, scope);
    let answer = hold_or_tell(cx, &hold, amount).await?;
    let grant = match answer.refused_by {
        None if !answer.held => return Err(Error::internal("a reservation was neither held nor refused")),
        None if answer.low => Grant::Low(Reservation { hold, amount }),
        None => Grant::Reserved(Reservation { hold, amount }),
        // What costs nothing is held whatever the budget says.
        Some(_) if answer.held => Grant::Low(Reservation { hold, amount }),
        Some(scope) => Grant::Exhausted { scope },
    };
    Ok(grant)
}

/// Whether a call is refused because nobody knows what it may cost.
pub(crate) async fn refused(cx: &Cx, scope: Scope, worst: &Worst) -> Result<Option<Unpriced>> {
    let Some(what) = worst.unpriced.clone() else { return Ok(None) };
    let mut tx = cx.read().await?;
    let limited = db::budgets::limited(&mut tx, &new_hold(cx, scope).accounts).await?;
    Ok(limited.map(|scope| Unpriced { what, scope }))
}

/// Those of an agent's models that may be asked: all of them where no budget applies, else those whose price is known; and why the others
/// are left out.
pub(crate) async fn payable(
    cx: &Cx,
    scope: Scope,
    models: &[ModelChoice],
) -> Result<(Vec<ModelChoice>, Option<Unpriced>)> {
    let out = refused(cx, scope, &llm::price::worst(models, llm::Usage::default())).await?;
    let models = models.iter().filter(|choice| out.is_none() || llm::price::is_priced(choice)).cloned().collect();
    Ok((models, out))
}

/// Books what a call cost and gives free what it did not need.
pub async fn settle(cx: &Cx, reservation: Reservation, actual: Micros) -> Result<()> {
    let mut tx = cx.write().await?;
    db::budgets::settle(&mut tx, &reservation.hold, Micros(actual.0.max(0))).await?;
    tell_low(cx, &mut tx, &reservation.hold).await?;
    tx.commit().await?;
    Ok(())
}

/// An account of money for today, not yet held.
pub(crate) fn new_hold(cx: &Cx, scope: Scope) -> Hold {
    let Scope { agent, campaign, agent_limit } = scope;
    let accounts = Accounts { agent, campaign, agent_limit };
    Hold { id: uuid::Uuid::now_v7(), accounts, day: cx.now().date_naive() }
}

/// When a hold that is made or renewed now ends by itself.
pub(crate) fn until(cx: &Cx) -> chrono::DateTime<chrono::Utc> {
    cx.now() + Duration::minutes(HOLD_MINUTES)
}

/// Holds money, taking back first what was abandoned if it does not fit; tells people when it still does not.
///
/// Each step is a transaction of its own: a refused hold has its accounts locked until its transaction ends, and what was
/// abandoned lies on other accounts, which somebody else may hold while waiting for these.
pub(crate) async fn hold_or_tell(cx: &Cx, hold: &Hold, amount: Micros) -> Result<db::budgets::Answer> {
    let mut tx = cx.write().await?;
    let answer = db::budgets::hold(&mut tx, hold, amount, until(cx), cx.now()).await?;
    if answer.held {
        tx.commit().await?;
        return Ok(answer);
    }
    drop(tx);
    let mut tx = cx.write().await?;
    let some_came_back = db::budgets::end_abandoned(&mut tx, cx.now()).await?;
    tx.commit().await?;
    let mut tx = cx.write().await?;
    let answer = match some_came_back {
        true => db::budgets::hold(&mut tx, hold, amount, until(cx), cx.now()).await?,
        false => answer,
    };
    if !answer.held {
        let reached = db::budgets::mark_used_up(&mut tx, hold, amount, cx.now()).await?;
        tell(cx, &mut tx, EventKind::BudgetUsedUp, reached).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

/// Tells people, once a day, that four fifths of a budget are spent, or several times what is usual.
pub(crate) async fn tell_low(cx: &Cx, tx: &mut Tx, hold: &Hold) -> Result<()> {
    let reached = db::budgets::mark_low(tx, hold, cx.now()).await?;
    tell(cx, tx, EventKind::BudgetLow, reached).await?;
    crate::spending::tell_spikes(cx, tx, hold).await
}

async fn tell(cx: &Cx, tx: &mut Tx, kind: EventKind, reached: Vec<Reached>) -> Result<()> {
    for limit in reached {
        let subject = match limit.budget {
            Some(id) => id.to_string(),
            None => AgentId::new(limit.target).to_string(),
        };
        tracing::warn!(budget.scope = %limit.scope, budget.subject = %subject, event.kind = %kind, "a budget reached a mark");
        events::record(cx, tx, kind, subject, &limit.name).await?;
    }
    Ok(())
}

/// Every budget with where it stands today.
pub async fn list(cx: &Cx) -> Result<Vec<Budget>> {
    let mut tx = cx.read().await?;
    Ok(db::budgets::list(&mut tx, cx.now().date_naive(), cx.now()).await?)
}

/// One budget with where it stands today.
pub async fn get(cx: &Cx, id: BudgetId) -> Result<Budget> {
    let mut tx = cx.read().await?;
    find(cx, &mut tx, id).await
}

/// Makes a budget. What was spent today already counts.
pub async fn create(cx: &Cx, draft: BudgetDraft) -> Result<Budget> {
    cx.may(Right::Manage)?;
    draft.check().into_result()?;
    let target = match draft.scope {
        BudgetScope::Workspace => cx.workspace().uuid(),
        BudgetScope::Agent => draft.agent_id.map(AgentId::uuid).unwrap_or_default(),
        BudgetScope::Campaign => draft.campaign_id.map(CampaignId::uuid).unwrap_or_default(),
    };
    let mut tx = cx.write().await?;
    if !db::budgets::has_target(&mut tx, draft.scope, target).await? {
        let field = if draft.scope == BudgetScope::Agent { "agent_id" } else { "campaign_id" };
        return Err(Error::field(field, "This does not exist any more. Choose another."));
    }
    let id: BudgetId = cx.new_id();
    db::budgets::insert(&mut tx, id, draft.scope, target, draft.limit_micros, cx.now()).await?;
    let budget = find(cx, &mut tx, id).await?;
    events::record(cx, &mut tx, EventKind::BudgetSaved, id, &budget.target_name).await?;
    tx.commit().await?;
    crate::gateway::recall(cx).await?;
    Ok(budget)
}

/// Changes a budget's limit. Whom it limits stays: that would be another budget.
pub async fn save(cx: &Cx, id: BudgetId, limit: Micros) -> Result<Budget> {
    cx.may(Right::Manage)?;
    BudgetDraft { limit_micros: limit, ..BudgetDraft::default() }.check().into_result()?;
    let mut tx = cx.write().await?;
    if !db::budgets::set_limit(&mut tx, id, limit, cx.now().date_naive(), cx.now()).await? {
        return Err(Error::NotFound);
    }
    let budget = find(cx, &mut tx, id).await?;
    events::record(cx, &mut tx, EventKind::BudgetSaved, id, &budget.target_name).await?;
    tx.commit().await?;
    crate::gateway::recall(cx).await?;
    Ok(budget)
}

/// Deletes a budget: nothing limits that spending any more, but other budgets that apply.
pub async fn delete(cx: &Cx, id: BudgetId) -> Result<()> {
    cx.may(Right::Manage)?;
    let mut tx = cx.write().await?;
    let budget = find(cx, &mut tx, id).await?;
    db::budgets::delete(&mut tx, id).await?;
    events::record(cx, &mut tx, EventKind::BudgetDeleted, id, &budget.target_name).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(cx: &Cx, tx: &mut Tx, id: BudgetId) -> Result<Budget> {
    db::budgets::find(tx, id, cx.now().date_naive(), cx.now()).await?.ok_or(Error::NotFound)
}
