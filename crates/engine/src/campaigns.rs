//! Making campaigns, drawing them, and starting, holding and ending them.
//!
//! A drawing is frozen into a version when it starts; runs are pinned to a version, so that nobody is moved by an edit while under way.

mod enrol;
mod flow;
#[cfg(test)]
mod tests;

use db::Tx;
use domain::access::Right;
use domain::campaign::{Campaign, CampaignDraft, CampaignStatus, Flow};
use domain::event::EventKind;
use domain::flow::graph::FlowGraph;
use domain::flow::step::Input;
use domain::id::{AgentId, CampaignId, MessageId, RunId};
use domain::job::Job;

use crate::{Cx, Error, Result, events};

pub use enrol::{enrol, launch};
pub use flow::{check, save_flow, starter};

/// How many rows one statement takes.
const CHUNK: usize = 1_000;

/// One campaign, or `NotFound`.
pub async fn get(cx: &Cx, id: CampaignId) -> Result<Campaign> {
    let mut tx = cx.read().await?;
    db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Makes a campaign as a draft, with a drawing or with a blank one.
pub async fn create(cx: &Cx, draft: CampaignDraft, graph: Option<FlowGraph>) -> Result<Campaign> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let graph = graph.unwrap_or_else(FlowGraph::blank);
    graph.shape().into_result()?;
    let now = cx.now();
    let flow = Flow { id: cx.new_id(), revision: 1, graph };
    let campaign = Campaign {
        id: cx.new_id(),
        name: draft.name.trim().to_owned(),
        status: CampaignStatus::Draft,
        agent_id: draft.agent_id,
        flow_id: flow.id,
        flow_version_id: None,
        created_at: now,
        updated_at: now,
        started_at: None,
    };
    let mut tx = cx.write().await?;
    agent_exists(&mut tx, draft.agent_id).await?;
    db::flows::insert(&mut tx, &flow, now).await?;
    db::campaigns::insert(&mut tx, &campaign).await?;
    events::record(cx, &mut tx, EventKind::CampaignSaved, campaign.id, &campaign.name).await?;
    tx.commit().await?;
    Ok(campaign)
}

/// Saves a campaign's name and agent. The agent speaks from the next message on.
pub async fn save(cx: &Cx, id: CampaignId, draft: CampaignDraft) -> Result<Campaign> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let draft = CampaignDraft { name: draft.name.trim().to_owned(), ..draft };
    let mut tx = cx.write().await?;
    let before = db::campaigns::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.agent_id != draft.agent_id {
        agent_exists(&mut tx, draft.agent_id).await?;
    }
    db::campaigns::save(&mut tx, id, &draft, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::CampaignSaved, id, &draft.name).await?;
    let saved = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(saved)
}

/// A foreign key alone would let another workspace's agent in.
async fn agent_exists(tx: &mut Tx, agent: Option<AgentId>) -> Result<()> {
    if let Some(agent) = agent
        && db::agents::find(tx, agent).await?.is_none()
    {
        return Err(Error::field("agent_id", "This agent does not exist. Choose another."));
    }
    Ok(())
}

/// Starts a campaign, or resumes it. One without anybody to go on with is refused. A drawing with blocking problems is refused with one field problem per broken step.
pub async fn activate(cx: &Cx, id: CampaignId) -> Result<Campaign> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let campaign = db::campaigns::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !campaign.status.may_become(CampaignStatus::Active) {
        return Err(Error::Conflict("This campaign is running already.".into()));
    }
    start(cx, &mut tx, &campaign).await?;
    if !db::runs::any_unfinished(&mut tx, id).await? {
        return Err(Error::Conflict(match campaign.status {
            CampaignStatus::Draft => "Nobody is in this campaign yet. Choose who it goes to.".into(),
            _ => "Everybody in this campaign has come to its end. Choose further people, and it goes on.".into(),
        }));
    }
    let started = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    release_late(cx, id).await?;
    Ok(started)
}

/// Freezes the drawing and sets everything going that waited for the start, in the caller's transaction.
async fn start(cx: &Cx, tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let version = flow::freeze_checked(cx, tx, campaign).await?;
    db::campaigns::set_version(tx, campaign.id, version, cx.now()).await?;
    db::campaigns::set_status(tx, campaign.id, CampaignStatus::Active, cx.now()).await?;
    let ready = db::runs::ready_of_campaign(tx, campaign.id).await?;
    go(cx, tx, &ready).await?;
    let held = db::messages::held_of_campaign(tx, campaign.id).await?;
    send_now(cx, tx, &held).await?;
    events::record(cx, tx, EventKind::CampaignStarted, campaign.id, &campaign.name).await
}

/// Queues the first step of these runs.
async fn go(cx: &Cx, tx: &mut Tx, runs: &[RunId]) -> Result<()> {
    for chunk in runs.chunks(CHUNK) {
        let jobs: Vec<_> =
            chunk.iter().map(|run_id| (cx.new_id(), Job::Step { run_id: *run_id, input: Input::Go })).collect();
        db::jobs::enqueue_many(tx, &jobs, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// Asks the gate about these messages now.
pub(crate) async fn send_now(cx: &Cx, tx: &mut Tx, messages: &[MessageId]) -> Result<()> {
    for chunk in messages.chunks(CHUNK) {
        let jobs: Vec<_> =
            chunk.iter().map(|message_id| (cx.new_id(), Job::Send { message_id: *message_id })).collect();
        db::jobs::enqueue_many(tx, &jobs, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// A worker that asked the gate just before the start was committed may hold its message just after it. Every such message is visible
/// as unsent by now; asking once more is safe, because a message leaves `queued` once.
async fn release_late(cx: &Cx, id: CampaignId) -> Result<()> {
    let mut tx = cx.write().await?;
    let unsent = db::campaigns::unsent(&mut tx, id).await?;
    if !unsent.is_empty() {
        send_now(cx, &mut tx, &unsent).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Holds an active campaign: nothing of it is sent from now on, waits go on.
pub async fn pause(cx: &Cx, id: CampaignId) -> Result<Campaign> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let campaign = db::campaigns::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !campaign.status.may_become(CampaignStatus::Paused) {
        let why = match campaign.status {
            CampaignStatus::Draft => "This campaign was not started yet, so there is nothing to pause.",
            CampaignStatus::Completed => "This campaign is over, so there is nothing to pause.",
            CampaignStatus::Paused | CampaignStatus::Active => "This campaign is paused already.",
        };
        return Err(Error::Conflict(why.into()));
    }
    db::campaigns::set_status(&mut tx, id, CampaignStatus::Paused, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::CampaignPaused, id, &campaign.name).await?;
    let paused = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(paused)
}

/// Ends a campaign for good: an operator's word, before every run is over. Who is still in it gets nothing more from it.
pub async fn complete(cx: &Cx, id: CampaignId) -> Result<Campaign> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let before = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !before.status.may_become(CampaignStatus::Completed) {
        return Err(cannot_complete(before.status));
    }
    let campaign = stop_everybody(cx, &mut tx, id, "campaign_completed").await?;
    if !campaign.status.may_become(CampaignStatus::Completed) {
        return Err(cannot_complete(campaign.status));
    }
    db::campaigns::set_status(&mut tx, id, CampaignStatus::Completed, cx.now()).await?;
    let held = db::messages::held_of_campaign(&mut tx, id).await?;
    send_now(cx, &mut tx, &held).await?;
    events::record(cx, &mut tx, EventKind::CampaignCompleted, id, &campaign.name).await?;
    let completed = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(completed)
}

fn cannot_complete(status: CampaignStatus) -> Error {
    Error::Conflict(match status {
        CampaignStatus::Completed => "This campaign is completed already.".into(),
        _ => "This campaign was not started yet, so there is nothing to complete.".into(),
    })
}

/// Ends every unfinished run of a campaign and locks it. Runs come first, as workers take their locks; once more after the campaign, for
/// leads who were taken in meanwhile.
async fn stop_everybody(cx: &Cx, tx: &mut Tx, id: CampaignId, reason: &str) -> Result<Campaign> {
    db::campaigns::stop_runs(tx, id, reason, cx.now()).await?;
    let campaign = db::campaigns::lock(tx, id).await?.ok_or(Error::NotFound)?;
    db::campaigns::stop_runs(tx, id, reason, cx.now()).await?;
    Ok(campaign)
}

/// Deletes a campaign. Its unfinished runs are stopped and what was not sent yet is blocked; what was said stays.
pub async fn delete(cx: &Cx, id: CampaignId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let campaign = stop_everybody(cx, &mut tx, id, "campaign_deleted").await?;
    db::campaigns::soft_delete(&mut tx, id, cx.now()).await?;
    let held = db::messages::held_of_campaign(&mut tx, id).await?;
    send_now(cx, &mut tx, &held).await?;
    events::record(cx, &mut tx, EventKind::CampaignDeleted, id, &campaign.name).await?;
    tx.commit().await?;
    Ok(())
}
