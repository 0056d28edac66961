//! Templates: written, handed in to WhatsApp, and the ones that a new workspace begins with.
//!
//! What was approved is a text, not a name: whoever changes the text of a WhatsApp template starts its approval anew.

mod starters;

use std::collections::BTreeMap;

use chrono::Duration;
use domain::access::Right;
use domain::event::EventKind;
use domain::id::TemplateId;
use domain::job::Job;
use domain::message::Channel;
use domain::template::{Template, TemplateDraft, TemplateState, numbered};

use crate::{Cx, Error, Result, events};

pub use starters::starters;

/// One template, or `NotFound`.
pub async fn get(cx: &Cx, id: TemplateId) -> Result<Template> {
    let mut tx = cx.read().await?;
    db::templates::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Makes a template as a draft.
pub async fn create(cx: &Cx, draft: TemplateDraft) -> Result<Template> {
    cx.may(Right::Write)?;
    let draft = checked(draft)?;
    let id = cx.new_id();
    let mut tx = cx.write().await?;
    db::templates::insert(&mut tx, id, &draft, cx.now()).await?;
    finish(cx, tx, id).await
}

/// Saves a template. One that changed is a draft again: nobody approved the new text.
pub async fn save(cx: &Cx, id: TemplateId, draft: TemplateDraft) -> Result<Template> {
    cx.may(Right::Write)?;
    let draft = checked(draft)?;
    let mut tx = cx.write().await?;
    let before = db::templates::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.draft == draft {
        return Ok(before);
    }
    if before.draft.channel != draft.channel
        && let Some(campaign) = db::templates::used_by(&mut tx, id).await?
    {
        return Err(Error::Conflict(format!(
            "The campaign \"{campaign}\" sends this template; its channel cannot change."
        )));
    }
    db::templates::update(&mut tx, id, &draft, TemplateState::Draft, None, cx.now()).await?;
    finish(cx, tx, id).await
}

/// Deletes a template, unless a campaign that is under way names it.
pub async fn delete(cx: &Cx, id: TemplateId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let template = db::templates::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if let Some(campaign) = db::templates::used_by(&mut tx, id).await? {
        return Err(Error::Conflict(format!(
            "The campaign \"{campaign}\" sends this template. Finish or delete the campaign first."
        )));
    }
    db::templates::soft_delete(&mut tx, id, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::TemplateDeleted, id, &template.draft.name).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes those of the starter templates that are missing. Gives how many that were.
pub async fn add_starters(cx: &Cx) -> Result<i64> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let mut made = 0;
    for draft in starters() {
        let id: TemplateId = cx.new_id();
        if db::templates::insert_if_missing(&mut tx, id, &draft, cx.now()).await? {
            events::record(cx, &mut tx, EventKind::TemplateSaved, id, &draft.name).await?;
            made += 1;
        }
    }
    tx.commit().await?;
    Ok(made)
}

/// Hands a WhatsApp template in for approval; its state follows by itself.
pub async fn submit(cx: &Cx, id: TemplateId) -> Result<Template> {
    cx.may(Right::Write)?;
    let template = get(cx, id).await?;
    if template.draft.channel != Channel::Whatsapp {
        return Err(Error::field("channel", "Only WhatsApp templates need approval; this one can be sent as it is."));
    }
    match template.state {
        TemplateState::Draft | TemplateState::Rejected => {}
        TemplateState::Submitted => {
            return Err(Error::Conflict("WhatsApp is looking at this template already.".into()));
        }
        TemplateState::Approved => return Err(Error::Conflict("WhatsApp approved this template already.".into())),
    }
    let (body, names) = numbered(&template.draft.body);
    let samples: BTreeMap<String, String> =
        (1..).zip(&names).map(|(n, name): (u32, _)| (n.to_string(), sample(name).to_owned())).collect();
    let category = if template.draft.name.starts_with("appointment") { "UTILITY" } else { "MARKETING" };
    let reference = cx
        .parts()
        .network
        .submit_template(&template.draft.name, &template.draft.language, &body, &samples, category)
        .await
        .map_err(|error| Error::Refused(format!("The template could not be handed in: {error}.")))?;

    let now = cx.now();
    let mut tx = cx.write().await?;
    if !db::templates::set_submitted(&mut tx, id, template.updated_at, &reference, now).await? {
        return Err(Error::Conflict(
            "Somebody changed the template meanwhile. Look at it again, then hand it in.".into(),
        ));
    }
    let ask = Job::TemplateState { template_id: id };
    db::jobs::enqueue(&mut tx, cx.new_id(), &ask, now + Duration::seconds(3), now).await?;
    finish(cx, tx, id).await
}

/// Asks how a template stands that was handed in; asked again later while nothing is decided. Only reads at the provider.
pub async fn check_state(cx: &Cx, id: TemplateId) -> Result<()> {
    let template = match get(cx, id).await {
        // It was deleted; nobody waits for the answer.
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    let (TemplateState::Submitted, Some(reference)) = (template.state, &template.provider_ref) else { return Ok(()) };
    let answer = cx
        .parts()
        .network
        .template_state(reference)
        .await
        .map_err(|error| Error::Refused(format!("WhatsApp could not be asked about the template: {error}.")))?;

    let now = cx.now();
    let mut tx = cx.write().await?;
    let (state, reason) = match answer {
        channels::twilio::TemplateState::Approved => (TemplateState::Approved, None),
        channels::twilio::TemplateState::Rejected(reason) => (TemplateState::Rejected, Some(reason)),
        channels::twilio::TemplateState::Pending => {
            let ask = Job::TemplateState { template_id: id };
            db::jobs::enqueue(&mut tx, cx.new_id(), &ask, now + next_look(now - template.updated_at), now).await?;
            tx.commit().await?;
            return Ok(());
        }
    };
    if db::templates::set_decision(&mut tx, id, reference, state, reason.as_deref(), now).await? {
        events::record(cx, &mut tx, EventKind::TemplateSaved, id, &template.draft.name).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Most decisions take minutes, some take a day: look often at first.
fn next_look(waited: Duration) -> Duration {
    if waited < Duration::minutes(1) {
        Duration::seconds(3)
    } else if waited < Duration::hours(1) {
        Duration::minutes(1)
    } else {
        Duration::minutes(15)
    }
}

/// Trims what people type around names, and refuses what is wrong.
fn checked(draft: TemplateDraft) -> Result<TemplateDraft> {
    draft.check().into_result()?;
    Ok(TemplateDraft { name: draft.name.trim().to_owned(), language: draft.language.trim().to_owned(), ..draft })
}

async fn finish(cx: &Cx, mut tx: db::Tx, id: TemplateId) -> Result<Template> {
    let template = db::templates::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    events::record(cx, &mut tx, EventKind::TemplateSaved, id, &template.draft.name).await?;
    tx.commit().await?;
    Ok(template)
}

/// An example of what a placeholder stands for: WhatsApp's reviewers want one.
fn sample(name: &str) -> &'static str {
    domain::template::SAMPLES.iter().find(|(known, _)| *known == name).map_or("example", |(_, value)| value)
}

#[cfg(test)]
mod tests;
