//! The webhooks of agents: keeping them with their secrets sealed, and calling one when a model asks for it.
//!
//! Not here: which tools a model is offered in a turn, how an address is guarded (`channels::http`).

mod call;
#[cfg(test)]
mod tests;

use channels::http::{origin, stays_unread};
use db::Tx;
use db::actions::Sealed;
use domain::access::Right;
use domain::action::{Action, ActionDraft};
use domain::event::EventKind;
use domain::id::{ActionId, AgentId};
use domain::problem::Problems;

use crate::{Cx, Error, Result, events};

pub use call::{About, Called, call, test};

/// How many webhooks an agent may have: each is told to the model in every turn.
const MOST: usize = 20;
/// The longest secret that is taken, in characters.
const LONGEST_SECRET: usize = 4_000;

/// What becomes of a stored secret: nothing is said for "keep it", an empty text takes it away. It is kept only while the address leads
/// to the same scheme, host and port: a secret that was given for one host goes to no other.
#[derive(Clone, Default)]
pub struct NewSecrets {
    /// The bearer token.
    pub token: Option<String>,
    /// The signing secret.
    pub secret: Option<String>,
}

/// The webhooks of an agent by name, without their secrets.
pub async fn list(cx: &Cx, agent: AgentId) -> Result<Vec<Action>> {
    cx.may(Right::Read)?;
    let mut tx = cx.read().await?;
    Ok(db::actions::list(&mut tx, agent).await?)
}

/// Makes a webhook, or changes one. It holds at once, for every version of the agent.
pub async fn save(
    cx: &Cx,
    agent: AgentId,
    id: Option<ActionId>,
    draft: ActionDraft,
    secrets: NewSecrets,
) -> Result<Action> {
    cx.may(Right::Write)?;
    let mut problems = draft.check();
    check_secret(&mut problems, "token", secrets.token.as_deref());
    check_secret(&mut problems, "secret", secrets.secret.as_deref());
    // What is behind placeholders is checked again at each call, when they are filled.
    if problems.of("url").is_none()
        && let Err(failure) = cx.parts().guarded.checked_url(&draft.url)
    {
        problems.add("url", failure.sentence());
    }
    problems.into_result()?;
    let draft = draft.tidied();
    let mut tx = cx.write().await?;
    let name = db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?.draft.name;
    let now = cx.now();
    let (old, mut sealed) = match id {
        Some(id) => {
            let (old, sealed) = db::actions::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
            if old.agent_id != agent {
                return Err(Error::NotFound);
            }
            (Some(old), sealed)
        }
        None if db::actions::list(&mut tx, agent).await?.len() >= MOST => {
            return Err(Error::Conflict(format!("An agent may have at most {MOST} webhooks.")));
        }
        None => (None, Sealed::default()),
    };
    // Whoever may change the address is not thereby told the secret.
    if old.as_ref().is_some_and(|old| origin(&old.draft.url).is_none_or(|was| Some(was) != origin(&draft.url))) {
        sealed = Sealed::default();
    }
    let id = id.unwrap_or_else(|| cx.new_id());
    set(cx, &mut sealed.token, id, "token", secrets.token)?;
    set(cx, &mut sealed.secret, id, "secret", secrets.secret)?;
    if sealed.token.is_some()
        && let Err(why) = may_carry_token(cx, &draft.url)
    {
        return Err(Error::field("token", format!("{why}.")));
    }
    let action = Action {
        id,
        agent_id: agent,
        draft,
        has_token: sealed.token.is_some(),
        has_secret: sealed.secret.is_some(),
        created_at: old.as_ref().map_or(now, |old| old.created_at),
        updated_at: now,
    };
    match old {
        None => db::actions::insert(&mut tx, &action, &sealed).await?,
        Some(_) if db::actions::update(&mut tx, &action, &sealed).await? => {}
        Some(_) => return Err(Error::NotFound),
    }
    events::record(cx, &mut tx, EventKind::AgentActionSaved, agent, &name).await?;
    tx.commit().await?;
    Ok(action)
}

/// Deletes a webhook; its secrets are gone for good.
pub async fn delete(cx: &Cx, id: ActionId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let (action, _) = db::actions::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let agent = db::agents::find(&mut tx, action.agent_id).await?.ok_or(Error::NotFound)?;
    if !db::actions::delete(&mut tx, id, cx.now()).await? {
        return Err(Error::NotFound);
    }
    events::record(cx, &mut tx, EventKind::AgentActionSaved, agent.id, &agent.draft.name).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a copied agent the webhooks of the first, without their secrets.
pub(crate) async fn copy(cx: &Cx, tx: &mut Tx, from: AgentId, to: AgentId) -> Result<()> {
    for action in db::actions::list(tx, from).await? {
        let copy = Action {
            id: cx.new_id(),
            agent_id: to,
            has_token: false,
            has_secret: false,
            created_at: cx.now(),
            updated_at: cx.now(),
            ..action
        };
        db::actions::insert(tx, &copy, &Sealed::default()).await?;
    }
    Ok(())
}

/// Whether a bearer token may go to this address: whoever reads it on its way can use it. The reason is a sentence without its end.
fn may_carry_token(cx: &Cx, url: &str) -> std::result::Result<(), String> {
    let settings = &cx.parts().settings;
    // The emulator's network is this server, whatever its address is.
    let is_emulator = settings.emulator && origin(url).is_some_and(|there| Some(there) == origin(&settings.public_url));
    match stays_unread(url) || is_emulator {
        true => Ok(()),
        false => Err("A bearer token goes over https:// only. Change the address, or take the token away".to_owned()),
    }
}

/// The one place in which a secret of an action opens.
fn place(id: ActionId, field: &str) -> String {
    format!("{id}:{field}")
}

fn set(cx: &Cx, sealed: &mut Option<Vec<u8>>, id: ActionId, field: &str, new: Option<String>) -> Result<()> {
    match new.as_deref().map(str::trim) {
        None => {}
        Some("") => *sealed = None,
        Some(text) => *sealed = Some(cx.parts().sealer.seal(&place(id, field), text)?),
    }
    Ok(())
}

fn check_secret(problems: &mut Problems, field: &str, text: Option<&str>) {
    let text = text.unwrap_or_default().trim();
    if text.chars().count() > LONGEST_SECRET {
        problems.add(field, format!("At most {LONGEST_SECRET} characters."));
    }
    // It travels in a header.
    if !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        problems.add(field, "Only letters, digits and signs of ASCII, in one line.");
    }
}
