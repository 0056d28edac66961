//! What people hear: publishing the newest version, going back to an old one, pausing. Restoring makes a new version of an old one and
//! does not publish it.

use db::Tx;
use domain::access::{Right, Role};
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::event::EventKind;
use domain::id::AgentId;
use domain::text;

use super::{next_version, store};
use crate::{Actor, Cx, Error, Result, events};

/// Makes the newest version the one that people hear; a draft becomes live, a paused agent stays paused. Its suite must be green, or an
/// owner says with `overrule` why it is published all the same.
pub async fn publish(cx: &Cx, id: AgentId, note: &str, overrule: Option<String>) -> Result<Agent> {
    cx.may(Right::Write)?;
    let mut problems = domain::problem::Problems::none();
    let note = text::optional(&mut problems, "note", note, 500);
    let overrule = overrule.map(|reason| text::required(&mut problems, "overrule", &reason, 500));
    problems.into_result()?;
    if overrule.is_some() && !matches!(cx.actor(), Actor::System | Actor::User { role: Role::Owner, .. }) {
        return Err(Error::Forbidden(Right::Manage));
    }
    let mut tx = cx.write().await?;
    let mut agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if agent.published_version == Some(agent.version) && agent.draft.status != AgentStatus::Draft {
        return Err(Error::Conflict(format!("Version {} is published already.", agent.version)));
    }
    if agent.draft.status == AgentStatus::Draft {
        agent.draft.status = AgentStatus::Live;
    }
    make_public(cx, &mut tx, &mut agent, &note, overrule.as_deref()).await?;
    tx.commit().await?;
    Ok(agent)
}

/// Brings an old version back as the newest draft. People hear it once it is published.
pub async fn restore(cx: &Cx, id: AgentId, version: i32) -> Result<Agent> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let old = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let draft = db::agents::version_draft(&mut tx, id, version).await?.ok_or(Error::NotFound)?;
    let agent = next_version(cx, &old, AgentDraft { status: old.draft.status, ..draft });
    store(cx, &mut tx, &agent).await?;
    tx.commit().await?;
    Ok(agent)
}

/// Lets an agent speak or silences it, at once and without a new version. One that was never published is published as it is.
pub async fn set_status(cx: &Cx, id: AgentId, status: AgentStatus) -> Result<Agent> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let mut agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    agent.draft.status = status;
    if status == AgentStatus::Live && agent.published_version.is_none() {
        make_public(cx, &mut tx, &mut agent, "", None).await?;
    } else {
        db::agents::set_status(&mut tx, id, status, cx.now()).await?;
        events::record(cx, &mut tx, EventKind::AgentSaved, id, &agent.draft.name).await?;
    }
    agent.updated_at = cx.now();
    tx.commit().await?;
    Ok(agent)
}

/// Checks the version and makes it the published one, in the transaction of whoever asks.
pub(super) async fn make_public(
    cx: &Cx,
    tx: &mut Tx,
    agent: &mut Agent,
    note: &str,
    overrule: Option<&str>,
) -> Result<()> {
    agent.draft.publish_problems().into_result()?;
    let gate = crate::suites::gate(tx, agent.id, agent.version_id).await?;
    if overrule.is_none() && !gate.is_ok() {
        let message = format!("{} An owner may publish it all the same and say why.", gate.sentence());
        return Err(Error::field("overrule", message));
    }
    db::agents::publish(tx, cx.new_id(), agent, note, overrule, cx.user(), cx.now()).await?;
    agent.published_version = Some(agent.version);
    agent.updated_at = cx.now();
    events::record(cx, tx, EventKind::AgentPublished, agent.id, &agent.draft.name).await
}
