//! The worker: claims due jobs, runs each with the one `match`, and finishes, retries or buries it.

use std::sync::Arc;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use db::jobs::Claimed;
use domain::job::Job;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tracing::Instrument;

use crate::{Cx, Engine, Error, Result, answer, runs, send, webhooks};

/// What is to become of a job that ran.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is done.
    Done,
    /// It is done and already finished in its own transaction.
    Finished,
    /// Its time has not come; this does not count as a try.
    At(DateTime<Utc>),
    /// It failed in a way that passes.
    Retry {
        /// Why, for the row's `last_error`.
        reason: String,
        /// Not sooner than this.
        after_secs: u32,
    },
}

/// How long one job may run at all. Its lease is renewed until then; what takes longer hangs, and is begun anew.
const LONGEST_JOB: Wait = Wait::from_secs(900);

/// How long to sleep at most: timers are rows, and a lost wake-up must not stop the world.
const LONGEST_SLEEP: Wait = Wait::from_secs(1);

/// A place of the worker, held while a job runs.
type Slot = OwnedSemaphorePermit;

/// The places of a worker. Work that may take long gets some of them only: however slow the models are, sends and timers find a place.
struct Slots {
    all: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

impl Slots {
    /// A quarter is kept for what is quick, and at least one, where there is more than one.
    fn new(count: usize) -> Self {
        let long = count.saturating_sub(count.div_ceil(4)).max(1);
        Self { all: Arc::new(Semaphore::new(count)), long: Arc::new(Semaphore::new(long)) }
    }

    /// What is free: at least one place, and how many of them work may have that takes long. None when the worker ends.
    async fn free(&self) -> Option<(Vec<Slot>, Vec<Slot>)> {
        // A claim that waits for a place would waste its lease.
        let mut all = vec![self.all.clone().acquire_owned().await.ok()?];
        all.extend(std::iter::from_fn(|| self.all.clone().try_acquire_owned().ok()));
        let long = std::iter::from_fn(|| self.long.clone().try_acquire_owned().ok()).collect();
        Some((all, long))
    }

    /// Until a place for long work is free.
    async fn long_is_free(&self) {
        drop(self.long.acquire().await);
    }
}

/// Runs jobs until told to stop, then lets the running ones end. A job that does not end in time is taken up again after its lease.
pub async fn run(engine: Engine, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let settings = &engine.parts().settings;
    let slots = Slots::new(settings.worker_concurrency);
    let lease = i32::try_from(settings.job_lease_secs).unwrap_or(60);
    tracing::info!(worker.concurrency = settings.worker_concurrency, "worker started");
    while !*stop.borrow() {
        let Some((mut all, mut long)) = slots.free().await else { break };
        let count = |slots: &[Slot]| i32::try_from(slots.len()).unwrap_or(1);
        let with_long = !long.is_empty();
        let claimed = match db::jobs::claim(&engine.parts().db, count(&all), count(&long), lease).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "could not claim jobs");
                tokio::time::sleep(LONGEST_SLEEP).await;
                continue;
            }
        };
        if claimed.is_empty() {
            drop((all, long));
            let sleep = match db::jobs::next_at(&engine.parts().db, with_long).await {
                Ok(Some(at)) => (at - Utc::now()).to_std().unwrap_or(Wait::from_millis(5)).min(LONGEST_SLEEP),
                _ => LONGEST_SLEEP,
            };
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(sleep) => {}
                () = slots.long_is_free(), if !with_long => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        for job in claimed {
            let held = (all.pop(), if job.job.kind().is_long() { long.pop() } else { None });
            let engine = engine.clone();
            let span =
                tracing::info_span!("job", job.id = %job.id, job.kind = job.job.word(), job.attempt = job.attempts);
            tokio::spawn(
                async move {
                    run_one(&engine, &job).await;
                    drop(held);
                }
                .instrument(span),
            );
        }
    }
    let all = u32::try_from(engine.parts().settings.worker_concurrency).unwrap_or(1);
    let ended = tokio::time::timeout(Wait::from_secs(10), slots.all.acquire_many(all)).await;
    tracing::info!(clean = ended.is_ok(), "worker stopped");
}

/// Runs due jobs by hand until none is left, for tests. Gives how many ran.
pub async fn drain(engine: &Engine) -> Result<usize> {
    let mut ran = 0;
    loop {
        let claimed = db::jobs::claim(&engine.parts().db, 100, 100, 60).await?;
        if claimed.is_empty() {
            return Ok(ran);
        }
        for job in &claimed {
            run_one(engine, job).await;
            ran += 1;
        }
    }
}

/// Runs one claimed job and writes down what became of it. A panic ends the task; the lease brings the job back.
async fn run_one(engine: &Engine, claimed: &Claimed) {
    let cx = engine.system(claimed.workspace_id);
    // A job that ends its task each time never settles; after a few leases it is put aside instead.
    let tried = usize::try_from(claimed.attempts).unwrap_or_default();
    let outcome = if tried > claimed.job.retry_waits().len() + 5 {
        Err(Error::internal("it broke off each time it was tried"))
    } else {
        tokio::select! {
            outcome = perform(&cx, claimed) => outcome,
            () = lost(engine, claimed) => {
                tracing::error!("the lease of a job was lost while it ran; it ends here, and another worker has it");
                return;
            }
        }
    };
    let settled = settle(&cx, claimed, outcome).await;
    if let Err(error) = settled {
        tracing::error!(%error, "could not settle a job; its lease will bring it back");
    }
}

/// Renews the lease of a job for as long as it runs, so that no other worker begins it beside this one. Ends when the job is ours no more.
async fn lost(engine: &Engine, claimed: &Claimed) {
    let parts = engine.parts();
    let lease = i32::try_from(parts.settings.job_lease_secs).unwrap_or(60);
    let begun = std::time::Instant::now();
    loop {
        tokio::time::sleep(Wait::from_secs(u64::from(parts.settings.job_lease_secs)) / 3).await;
        if begun.elapsed() > LONGEST_JOB {
            return;
        }
        match db::jobs::renew(&parts.db, claimed, lease).await {
            Ok(true) => {}
            Ok(false) => return,
            // The next look may succeed before the lease ends.
            Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
        }
    }
}

async fn perform(cx: &Cx, claimed: &Claimed) -> Result<Next> {
    match &claimed.job {
        Job::Step { run_id, input } => runs::advance(cx, *run_id, input, claimed.id).await,
        Job::Send { message_id } => send::carry_out(cx, *message_id).await,
        Job::Reply { conversation_id } => answer::answer(cx, *conversation_id, is_last(claimed)).await,
        Job::Analyse { conversation_id } => crate::analysis::run(cx, *conversation_id).await.map(|()| Next::Done),
        Job::Import { import_id } => crate::imports::run(cx, *import_id).await.map(|()| Next::Done),
        Job::Webhook { run_id, node, visit, url } => {
            webhooks::call(cx, *run_id, node, *visit, url, is_last(claimed)).await
        }
        Job::TemplateState { template_id } => {
            crate::templates::check_state(cx, *template_id).await.map(|()| Next::Done)
        }
        Job::ParseDocument { document_id } => crate::knowledge::parse(cx, *document_id, is_last(claimed)).await,
        Job::Suite { suite_run_id } => crate::suites::carry_on(cx, *suite_run_id, is_last(claimed)).await,
        Job::CrawlDocument { document_id } => crate::knowledge::crawl(cx, *document_id, is_last(claimed)).await,
        Job::Receive { inbound } => crate::inbox::receive_late(cx, inbound).await.map(|()| Next::Done),
    }
}

/// Whether no further try will follow this one.
fn is_last(claimed: &Claimed) -> bool {
    usize::try_from(claimed.attempts).unwrap_or_default() > claimed.job.retry_waits().len()
}

async fn settle(cx: &Cx, claimed: &Claimed, outcome: Result<Next>) -> Result<()> {
    let (reason, at_least) = match outcome {
        Ok(Next::Finished) => return Ok(()),
        Ok(Next::Done) => {
            let mut tx = cx.write().await?;
            db::jobs::finish(&mut tx, claimed.id).await?;
            return Ok(tx.commit().await?);
        }
        Ok(Next::At(at)) => {
            let mut tx = cx.write().await?;
            db::jobs::put_off(&mut tx, claimed.id, at).await?;
            return Ok(tx.commit().await?);
        }
        Ok(Next::Retry { reason, after_secs }) => (reason, after_secs),
        Err(error @ Error::Internal(_)) => {
            tracing::error!(%error, "job failed");
            (error.to_string(), 0)
        }
        Err(error) => {
            tracing::warn!(%error, "job failed");
            (error.to_string(), 0)
        }
    };
    let mut tx = cx.write().await?;
    let tried = usize::try_from(claimed.attempts - 1).unwrap_or_default();
    match claimed.job.retry_waits().get(tried) {
        Some(wait) => {
            let wait = Duration::seconds(i64::from((*wait).max(at_least)));
            // Up to a quarter of jitter keeps failed jobs from coming back all at once.
            let jitter =
                Duration::milliseconds(i64::from(rand::random::<u16>()) * wait.num_milliseconds() / 4 / 65_536);
            db::jobs::retry(&mut tx, claimed.id, cx.now() + wait + jitter, &reason).await?;
        }
        None => {
            // Why may quote a provider, and that a number: it stands in the job's row.
            tracing::error!("job is dead");
            db::jobs::bury(&mut tx, claimed.id, &reason).await?;
            if let Job::ParseDocument { document_id } | Job::CrawlDocument { document_id } = claimed.job {
                crate::knowledge::give_up(cx, &mut tx, document_id).await?;
            }
            if let Job::Reply { conversation_id } = claimed.job {
                answer::give_up(cx, &mut tx, conversation_id, &reason).await?;
            }
            if let Job::Send { message_id } = claimed.job
                && let Some(message) = db::messages::lock(&mut tx, message_id).await?
            {
                use domain::message::Status;
                // Once the provider was called, nobody knows that it was not taken.
                let status = if message.status == Status::Sending { Status::InDoubt } else { Status::Failed };
                let why = format!("It could not be sent after several tries: {reason}");
                send::settle(cx, &mut tx, &message, status, None, Some(&why)).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}
