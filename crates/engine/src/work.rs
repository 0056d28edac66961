//! The work list for people: how it stands, and what becomes of work that failed on every try.

use chrono::Duration;
use domain::access::Right;
use domain::event::EventKind;
use domain::id::JobId;
use domain::work::Work;

use crate::{Cx, Error, Result, events};

/// How the list of the workspace stands.
pub async fn get(cx: &Cx) -> Result<Work> {
    let settings = &cx.parts().settings;
    let mut tx = cx.read().await?;
    let counted = db::work::count(&mut tx, settings.job_lease_secs).await?;
    let dead = db::work::dead(&mut tx).await?;
    let lease = Duration::seconds(i64::from(settings.job_lease_secs));
    Ok(Work {
        late: counted.iter().map(|c| c.late).sum(),
        last_taken_at: counted.iter().filter_map(|c| c.held_until).max().map(|until| until - lease),
        kinds: counted.into_iter().map(|c| c.kind).collect(),
        dead,
        at_a_time: u32::try_from(settings.worker_concurrency).unwrap_or(u32::MAX),
    })
}

/// Lets work that failed for good begin anew, with all its tries.
pub async fn retry(cx: &Cx, id: JobId) -> Result<()> {
    cx.may(Right::Manage)?;
    let mut tx = cx.write().await?;
    let kind = db::work::lock_dead(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !kind.may_try_again() {
        return Err(Error::Conflict(
            "A message that could not be sent is not sent later by itself. Write it again in its conversation.".into(),
        ));
    }
    db::work::revive(&mut tx, id, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::JobRetried, id, kind.label()).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives work that failed for good up: it is gone from the list. What it was for stays as it is.
pub async fn give_up(cx: &Cx, id: JobId) -> Result<()> {
    cx.may(Right::Manage)?;
    let mut tx = cx.write().await?;
    let kind = db::work::lock_dead(&mut tx, id).await?.ok_or(Error::NotFound)?;
    db::jobs::finish(&mut tx, id).await?;
    events::record(cx, &mut tx, EventKind::JobDropped, id, kind.label()).await?;
    tx.commit().await?;
    Ok(())
}
