//! Making, saving, publishing, copying and deleting agents. Each save is a new version that operators see and try; people hear the one
//! that was published. Replies name the version that wrote them.

mod publish;
#[cfg(test)]
mod tests;

use domain::access::Right;
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::event::EventKind;
use domain::guardrail::Priority;
use domain::id::AgentId;
use domain::skill::Escalation;

use crate::escalate::escalate_in;
use crate::{Cx, Error, Result, events};

pub use publish::{publish, restore, set_status};

/// Makes an agent. One that is made live is published as it is.
pub async fn create(cx: &Cx, draft: AgentDraft) -> Result<Agent> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let mut agent = new_agent(cx, draft.tidied());
    let mut tx = cx.write().await?;
    db::agents::insert(&mut tx, &agent, cx.user()).await?;
    events::record(cx, &mut tx, EventKind::AgentSaved, agent.id, &agent.draft.name).await?;
    if agent.draft.status == AgentStatus::Live {
        publish::make_public(cx, &mut tx, &mut agent, "", None).await?;
    }
    tx.commit().await?;
    Ok(agent)
}

/// Saves an agent as its next version. With `based_on`, the version that was edited, a save by somebody else in between is a
/// conflict; without it the last one to save wins. People go on hearing what was published; an agent that goes live for the first time
/// is published as it is.
pub async fn save(cx: &Cx, id: AgentId, draft: AgentDraft, based_on: Option<i32>) -> Result<Agent> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let mut tx = cx.write().await?;
    let old = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if based_on.is_some_and(|version| version != old.version) {
        return Err(saved_meanwhile());
    }
    let mut agent = next_version(cx, &old, draft.tidied());
    store(cx, &mut tx, &agent).await?;
    let speaks_first = old.draft.status == AgentStatus::Draft || old.published_version.is_none();
    if agent.draft.status == AgentStatus::Live && speaks_first {
        publish::make_public(cx, &mut tx, &mut agent, "", None).await?;
    }
    tx.commit().await?;
    Ok(agent)
}

/// Copies an agent under a free name. The copy is a draft: nobody hears from it before somebody looked at it. Its webhooks come along,
/// their secrets do not.
pub async fn duplicate(cx: &Cx, id: AgentId) -> Result<Agent> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let old = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    // Room for " copy 999" within the 80 characters of a name.
    let stem = domain::text::cut(&old.draft.name, 70);
    let taken = db::agents::names_like(&mut tx, stem.trim_end()).await?;
    let agent =
        new_agent(cx, AgentDraft { name: free_name(stem.trim_end(), &taken), status: AgentStatus::Draft, ..old.draft });
    db::agents::insert(&mut tx, &agent, cx.user()).await?;
    crate::actions::copy(cx, &mut tx, id, agent.id).await?;
    events::record(cx, &mut tx, EventKind::AgentSaved, agent.id, &agent.draft.name).await?;
    tx.commit().await?;
    Ok(agent)
}

/// What depends on an agent: how many open conversations it answers, and how many campaigns that have not ended speak through it.
pub async fn dependents(cx: &Cx, id: AgentId) -> Result<(i64, i64)> {
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let conversations = db::conversations::answered_by(&mut tx, id).await?.len();
    Ok((i64::try_from(conversations).unwrap_or(i64::MAX), db::campaigns::count_through(&mut tx, id).await?))
}

/// Deletes an agent, unless a campaign under way speaks through it. Its open conversations wait for a person from then on. Its versions
/// and figures stay.
pub async fn delete(cx: &Cx, id: AgentId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if let Some(campaign) = db::agents::campaign_using(&mut tx, id).await? {
        return Err(Error::Conflict(format!(
            "The campaign “{campaign}” speaks through this agent. Choose another agent there first, or wait until it has ended."
        )));
    }
    if !db::agents::delete(&mut tx, id, cx.now()).await? {
        return Err(Error::NotFound);
    }
    let name = &agent.draft.name;
    let left = db::conversations::answered_by(&mut tx, id).await?;
    for conversation in &left {
        let why = format!("The agent “{name}” was deleted.");
        escalate_in(cx, &mut tx, *conversation, Escalation::AgentDecision, &why, Priority::Normal).await?;
    }
    let title = match left.len() {
        0 => name.clone(),
        1 => format!("{name} (1 conversation waits for a person)"),
        n => format!("{name} ({n} conversations wait for a person)"),
    };
    events::record(cx, &mut tx, EventKind::AgentDeleted, id, &title).await?;
    tx.commit().await?;
    Ok(())
}

fn new_agent(cx: &Cx, draft: AgentDraft) -> Agent {
    let now = cx.now();
    Agent {
        id: cx.new_id(),
        version_id: cx.new_id(),
        version: 1,
        published_version: None,
        draft,
        created_at: now,
        updated_at: now,
    }
}

fn next_version(cx: &Cx, old: &Agent, draft: AgentDraft) -> Agent {
    Agent { version_id: cx.new_id(), version: old.version + 1, draft, updated_at: cx.now(), ..old.clone() }
}

/// Stores the agent as its next version.
async fn store(cx: &Cx, tx: &mut db::Tx, agent: &Agent) -> Result<()> {
    if !db::agents::save_version(tx, agent, cx.user()).await? {
        return Err(saved_meanwhile());
    }
    events::record(cx, tx, EventKind::AgentSaved, agent.id, &agent.draft.name).await
}

fn saved_meanwhile() -> Error {
    Error::Conflict("Somebody else saved this agent in the meantime. Load it again and repeat your changes.".into())
}

/// "Mia copy", "Mia copy 2", …: the first that is not among the taken ones (lower case).
fn free_name(stem: &str, taken: &[String]) -> String {
    let plain = format!("{stem} copy");
    std::iter::once(plain.clone())
        .chain((2..).map(|n| format!("{plain} {n}")))
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or(plain)
}
