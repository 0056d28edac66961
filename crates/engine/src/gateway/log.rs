//! The one task that writes: log rows in batches, and what was spent with them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use db::usage::LlmRequest;
use domain::id::{ApiKeyId, WorkspaceId};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use super::{ROOM, Row, block};
use crate::{Engine, Result};

/// The longest that a row waits: for others, and for calls that are under way, because writing takes a processor from them.
const GATHER: Duration = Duration::from_millis(50);
/// How long nothing was asked when a batch is written before that: an answer has left by then.
const QUIET: Duration = Duration::from_millis(1);
/// The most rows of a statement.
const BATCH: usize = 500;
/// How often money is booked.
const BOOK: Duration = Duration::from_millis(500);
/// The pause after the database did not answer.
const PAUSE: Duration = Duration::from_secs(1);

type Waiting = HashMap<WorkspaceId, Vec<(ApiKeyId, LlmRequest)>>;

/// Starts the task. It ends with the process.
pub(super) fn start(engine: &Engine) -> mpsc::Sender<Row> {
    let (sender, rows) = mpsc::channel(ROOM);
    tokio::spawn(run(engine.clone(), rows));
    sender
}

async fn run(engine: Engine, mut rows: mpsc::Receiver<Row>) {
    let (mut waiting, mut booked) = (Waiting::new(), Instant::now());
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let close = tokio::select! {
            got = rows.recv_many(&mut batch, BATCH) => {
                if got == 0 {
                    return;
                }
                false
            }
            () = sleep(BOOK) => false,
            () = engine.gateway.closing.notified() => true,
        };
        let until = Instant::now() + GATHER;
        while !batch.is_empty() && batch.len() < BATCH && !close {
            tokio::select! {
                got = timeout_at(until, rows.recv_many(&mut batch, BATCH)) => match got {
                    Ok(got) if got > 0 => {}
                    _ => break,
                },
                () = engine.gateway.rest(QUIET) => break,
            }
        }
        while close && let Ok(row) = rows.try_recv() {
            batch.push(row);
        }
        for Row { workspace, key, call } in batch.drain(..) {
            waiting.entry(workspace).or_default().push((key, call));
        }
        let mut failed = false;
        for (workspace, calls) in &mut waiting {
            if let Err(error) = write(&engine, *workspace, calls).await {
                tracing::error!(%error, calls = calls.len(), "calls of the gateway could not be written down yet");
                failed = true;
            }
        }
        waiting.retain(|_, calls| !calls.is_empty());
        if close || booked.elapsed() >= BOOK {
            booked = Instant::now();
            failed |= book(&engine, close).await;
        }
        if close {
            engine.gateway.all_written.store(!failed, Ordering::Release);
            engine.gateway.flushed.notify_waiters();
        }
        if failed {
            // Rows wait here and in the channel; when that is full, no more calls are taken.
            sleep(PAUSE).await;
        }
    }
}

async fn write(engine: &Engine, workspace: WorkspaceId, calls: &mut Vec<(ApiKeyId, LlmRequest)>) -> Result<()> {
    while !calls.is_empty() {
        let part = &calls[..calls.len().min(BATCH)];
        let mut tx = engine.system(workspace).write().await?;
        db::gateway::insert_calls(&mut tx, part).await?;
        tx.commit().await?;
        let written = part.len();
        calls.drain(..written);
    }
    Ok(())
}

async fn book(engine: &Engine, everything: bool) -> bool {
    let blocks: Vec<_> = engine.gateway.blocks().iter().map(|(id, block)| (*id, block.clone())).collect();
    let mut failed = false;
    for (workspace, block) in blocks {
        match block::book(&engine.system(workspace), &block, everything).await {
            Ok(true) => {}
            Ok(false) => {
                // Nothing is held: forgotten, unless somebody is about to use it.
                let mut blocks = engine.gateway.blocks();
                if blocks.get(&workspace).is_some_and(|known| Arc::strong_count(known) <= 2) {
                    blocks.remove(&workspace);
                }
            }
            Err(error) => {
                tracing::error!(%error, "what the gateway spent could not be booked yet");
                failed = true;
            }
        }
    }
    failed
}
