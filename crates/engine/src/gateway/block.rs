//! A block of reserved money, from which calls of one workspace take what they may need.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use db::budgets::Hold;
use domain::money::Micros;
use tokio::sync::Mutex as Turns;

use super::Denied;
use crate::budgets::{self, Scope};
use crate::{Cx, Error, Result};

/// How many calls' worst cases a block is made of.
const CALLS: i64 = 64;
/// The same once a budget runs low: the rest is for others, too.
const CALLS_WHEN_LOW: i64 = 2;
/// A block that was not used for so long is given back.
const IDLE: Duration = Duration::from_secs(5);
/// A hold that ends sooner is not used any more, or renewed.
const MARGIN_MINUTES: i64 = 3;

/// The money of one workspace's gateway calls.
#[derive(Default)]
pub(super) struct Block {
    money: Mutex<Money>,
    /// Whoever talks with the database about this block, one at a time.
    turns: Turns<()>,
}

#[derive(Default)]
struct Money {
    hold: Option<(Hold, DateTime<Utc>)>,
    /// Held, and not taken by any call.
    left: i64,
    /// Taken by calls under way.
    lent: i64,
    /// Spent, and not booked yet.
    spent: i64,
    /// Spent on holds that were given back in the meantime.
    late: Vec<(Hold, i64)>,
    used: Option<Instant>,
    calls: i64,
}

impl Block {
    fn money(&self) -> MutexGuard<'_, Money> {
        // Sums are changed in one go, so a panic elsewhere does no harm.
        self.money.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one call took. Dropped, it books the worst case: what was used is not known then.
pub struct Slip {
    block: Arc<Block>,
    hold: Hold,
    amount: i64,
    is_settled: bool,
}

impl Slip {
    /// The call cost this much.
    pub(super) fn settle(mut self, cost: Micros) {
        self.book(cost.0.max(0));
    }

    fn book(&mut self, cost: i64) {
        self.is_settled = true;
        let mut money = self.block.money();
        money.used = Some(Instant::now());
        match money.hold {
            Some((hold, _)) if hold.id == self.hold.id => {
                money.lent -= self.amount;
                money.left += self.amount - cost;
                money.spent += cost;
            }
            // It began on another day.
            _ => money.late.push((self.hold, cost)),
        }
    }
}

impl Drop for Slip {
    fn drop(&mut self) {
        if !self.is_settled {
            self.book(self.amount);
        }
    }
}

/// Takes a call's worst case, from memory if there is enough.
pub(super) async fn take(cx: &Cx, block: &Arc<Block>, worst: Micros) -> std::result::Result<Slip, Denied> {
    if let Some(slip) = try_take(cx, block, worst.0) {
        return Ok(slip);
    }
    let _turn = block.turns.lock().await;
    // Somebody may have filled it up meanwhile.
    if let Some(slip) = try_take(cx, block, worst.0) {
        return Ok(slip);
    }
    refill(cx, block, worst.0).await
}

fn try_take(cx: &Cx, block: &Arc<Block>, worst: i64) -> Option<Slip> {
    let mut money = block.money();
    let (hold, until) = money.hold?;
    if money.left < worst || !is_good(cx, &hold, until) {
        return None;
    }
    money.left -= worst;
    money.lent += worst;
    money.used = Some(Instant::now());
    Some(Slip { block: block.clone(), hold, amount: worst, is_settled: false })
}

fn is_good(cx: &Cx, hold: &Hold, until: DateTime<Utc>) -> bool {
    let now = cx.now();
    hold.day == now.date_naive() && now + chrono::Duration::minutes(MARGIN_MINUTES) < until
}

/// Makes the block larger, or begins a new one, and takes the call's part at once.
async fn refill(cx: &Cx, block: &Arc<Block>, worst: i64) -> std::result::Result<Slip, Denied> {
    let (hold, calls) = {
        let mut money = block.money();
        match money.hold {
            Some((hold, until)) if is_good(cx, &hold, until) => (hold, money.calls),
            Some((hold, _)) => {
                // Yesterday's, or one that is about to end: what it holds goes back, what it spent is booked.
                let spent = std::mem::take(&mut money.spent);
                money.late.push((hold, spent));
                (money.hold, money.left, money.lent) = (None, 0, 0);
                (budgets::new_hold(cx, Scope::default()), CALLS)
            }
            None => (budgets::new_hold(cx, Scope::default()), CALLS),
        }
    };
    let mut tx = cx.write().await?;
    let until = budgets::until(cx);
    let many = worst.saturating_mul(calls.max(1));
    let answer = db::budgets::hold(&mut tx, &hold, Micros(many), until, cx.now()).await.map_err(Error::from)?;
    let (amount, low) = match answer.held {
        true => {
            tx.commit().await.map_err(Error::from)?;
            (many, answer.low)
        }
        false => {
            drop(tx);
            let answer = budgets::hold_or_tell(cx, &hold, Micros(worst)).await?;
            if let (false, scope) = (answer.held, answer.refused_by) {
                return Err(Denied::Exhausted(scope.unwrap_or(domain::budget::BudgetScope::Workspace)));
            }
            (worst, true)
        }
    };
    let mut money = block.money();
    money.hold = Some((hold, until));
    money.left += amount - worst;
    money.lent += worst;
    money.calls = if low { CALLS_WHEN_LOW } else { CALLS };
    money.used = Some(Instant::now());
    Ok(Slip { block: block.clone(), hold, amount: worst, is_settled: false })
}

/// Books what was spent, renews what goes on, gives back what nobody uses. Gives whether anything is still held.
pub(super) async fn book(cx: &Cx, block: &Block, everything: bool) -> Result<bool> {
    let _turn = block.turns.lock().await;
    let (late, hold, spent, ends) = {
        let mut money = block.money();
        let late = std::mem::take(&mut money.late);
        let spent = std::mem::take(&mut money.spent);
        let idle = money.used.is_none_or(|used| used.elapsed() > IDLE);
        let ends = money.hold.is_some() && money.lent == 0 && (everything || idle);
        let hold = money.hold;
        if ends {
            // Nobody can take from it any more while it is given back.
            (money.hold, money.left) = (None, 0);
        }
        (late, hold, spent, ends)
    };
    let renew = hold.is_some_and(|(_, until)| until - cx.now() < chrono::Duration::minutes(MARGIN_MINUTES + 3));
    if late.is_empty() && spent == 0 && !ends && !renew {
        return Ok(hold.is_some());
    }
    match write(cx, &late, hold.map(|(hold, _)| hold), spent, ends).await {
        Ok(()) => {
            let mut money = block.money();
            if let (Some((_, until)), false) = (&mut money.hold, ends) {
                *until = budgets::until(cx);
            }
            Ok(money.hold.is_some() || !money.late.is_empty())
        }
        Err(error) => {
            // Nothing was booked: all of it is remembered for the next time.
            let mut money = block.money();
            money.late.extend(late);
            match (hold, ends) {
                (Some((hold, _)), true) => money.late.push((hold, spent)),
                _ => money.spent += spent,
            }
            Err(error)
        }
    }
}

/// A limit has changed: what was set aside under the old one and not taken yet is given back, so that the next call is judged anew.
pub(super) async fn recall(cx: &Cx, block: &Block) -> Result<()> {
    {
        let mut money = block.money();
        (money.left, money.calls) = (0, CALLS_WHEN_LOW);
    }
    book(cx, block, true).await.map(drop)
}

async fn write(cx: &Cx, late: &[(Hold, i64)], hold: Option<Hold>, spent: i64, ends: bool) -> Result<()> {
    let mut tx = cx.write().await?;
    for (hold, spent) in late {
        db::budgets::settle(&mut tx, hold, Micros(*spent)).await?;
    }
    if let Some(hold) = hold {
        match ends {
            true => db::budgets::settle(&mut tx, &hold, Micros(spent)).await?,
            false => db::budgets::book(&mut tx, &hold, Micros(spent), budgets::until(cx)).await?,
        }
        budgets::tell_low(cx, &mut tx, &hold).await?;
    }
    tx.commit().await?;
    Ok(())
}
