//! What stands behind the gateway's door: money taken from blocks that were reserved before, and a log that is written in batches.
//! Both keep Postgres out of the way of a call.
//!
//! A block is a reservation for many calls. Calls take their worst case from it in memory and give back what they did not need, so
//! the sum of what is spent and held never passes a limit, whatever happens. What was spent is booked together with the log rows.
//! A crash loses the last batch of log rows (50 ms at most); the money that it held comes back by itself.

mod block;
mod log;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use db::usage::LlmRequest;
use domain::budget::BudgetScope;
use domain::id::{ApiKeyId, WorkspaceId};
use domain::money::Micros;
use llm::price::Worst;
use tokio::sync::{Notify, mpsc};

use crate::budgets::{self, Scope, Unpriced};
use crate::{Cx, Engine, Error};
use block::Block;
pub use block::Slip;

/// Calls under way or waiting to be written, in all. Above that, callers are asked to wait rather than to go unrecorded.
const ROOM: usize = 20_000;

/// How long a flush waits for calls that are under way.
const LAST_CALLS: Duration = Duration::from_secs(2);

/// The gateway's memory. Part of the engine.
pub(crate) struct Gateway {
    blocks: Mutex<HashMap<WorkspaceId, Arc<Block>>>,
    log: OnceLock<mpsc::Sender<Row>>,
    flushed: Notify,
    closing: Notify,
    /// Whether the last flush left nothing behind.
    all_written: AtomicBool,
    under_way: AtomicUsize,
    at_rest: Notify,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            blocks: Mutex::default(),
            log: OnceLock::new(),
            flushed: Notify::new(),
            closing: Notify::new(),
            all_written: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
            at_rest: Notify::new(),
        }
    }
}

/// A call on its way into the log.
struct Row {
    workspace: WorkspaceId,
    key: ApiKeyId,
    call: LlmRequest,
}

/// The right to make a call: a place in the log that cannot be lost any more, and money.
pub struct Pass {
    cx: Cx,
    key: ApiKeyId,
    place: Option<mpsc::OwnedPermit<Row>>,
    slip: Option<Slip>,
}

/// Why a call may not be made.
#[derive(Debug)]
pub enum Denied {
    /// A budget is used up.
    Exhausted(BudgetScope),
    /// A budget applies, and nobody here knows what the call may cost.
    Unpriced(Unpriced),
    /// The log cannot keep up; try again in a moment.
    Busy,
    /// Ours to mend.
    Failed(Error),
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Gateway {
    fn blocks(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Arc<Block>>> {
        // Nothing in here can be half written, so a panic elsewhere does no harm.
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block(&self, workspace: WorkspaceId) -> Arc<Block> {
        self.blocks().entry(workspace).or_default().clone()
    }

    /// Waits until no call is under way, and has not been for so long.
    async fn rest(&self, quiet: Duration) {
        loop {
            while self.under_way.load(Ordering::Relaxed) > 0 {
                self.at_rest.notified().await;
            }
            tokio::time::sleep(quiet).await;
            if self.under_way.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }
}

/// Asks for the right to make a call that may cost this much. In the common case no database is asked.
/// What is billed without a known price is refused where a budget applies, as by [`budgets::reserve`].
pub async fn enter(
    engine: &Engine,
    workspace: WorkspaceId,
    key: ApiKeyId,
    worst: impl Into<Worst>,
) -> std::result::Result<Pass, Denied> {
    let gateway = &engine.gateway;
    let log = gateway.log.get_or_init(|| log::start(engine));
    let place = log.clone().try_reserve_owned().map_err(|_| Denied::Busy)?;
    let cx = engine.system(workspace);
    let worst = worst.into();
    if let Some(unpriced) = budgets::refused(&cx, Scope::default(), &worst).await? {
        return Err(Denied::Unpriced(unpriced));
    }
    let slip = match worst.amount.0 {
        ..=0 => None,
        _ => Some(block::take(&cx, &gateway.block(workspace), worst.amount).await?),
    };
    gateway.under_way.fetch_add(1, Ordering::Relaxed);
    Ok(Pass { cx, key, place: Some(place), slip })
}

impl Pass {
    /// The engine acting in the key's workspace.
    pub fn cx(&self) -> &Cx {
        &self.cx
    }

    /// The call is over: books what it cost, and writes it down with the others.
    pub fn end(mut self, calls: Vec<LlmRequest>) {
        let cost = calls.iter().fold(Micros(0), |sum, call| sum + call.cost_micros);
        if let Some(slip) = self.slip.take() {
            slip.settle(cost);
        }
        let (workspace, key) = (self.cx.workspace(), self.key);
        let mut calls = calls.into_iter().map(|call| Row { workspace, key, call });
        if let (Some(place), Some(first)) = (self.place.take(), calls.next()) {
            let log = place.send(first);
            for row in calls {
                // A call that fell back has more than one row; the place was for one.
                if log.try_send(row).is_err() {
                    tracing::error!("a call that failed before another model answered could not be written down");
                }
            }
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let gateway = &self.cx.engine().gateway;
        if gateway.under_way.fetch_sub(1, Ordering::Relaxed) == 1 {
            gateway.at_rest.notify_one();
        }
    }
}

/// A budget of the workspace has changed: what was reserved under the old one counts no more. Calls under way end as they began.
pub(crate) async fn recall(cx: &Cx) -> crate::Result<()> {
    let block = cx.engine().gateway.blocks().get(&cx.workspace()).cloned();
    match block {
        Some(block) => block::recall(cx, &block).await,
        None => Ok(()),
    }
}

/// Writes down what is waiting and gives back what is held: for stopping, and for tests. Calls that are being broken off are waited for
/// a moment, so that they are among it. Gives whether all of it is written.
pub async fn flush(engine: &Engine) -> bool {
    let gateway = &engine.gateway;
    if gateway.log.get().is_none() {
        return true;
    }
    let ended = async {
        while gateway.under_way.load(Ordering::Acquire) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let at_rest = tokio::time::timeout(LAST_CALLS, ended).await.is_ok();
    let done = async {
        loop {
            let flushed = gateway.flushed.notified();
            gateway.closing.notify_one();
            flushed.await;
            if gateway.all_written.load(Ordering::Acquire) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), done).await.is_ok() && at_rest
}
