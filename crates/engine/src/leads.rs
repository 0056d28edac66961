//! Leads: made, changed, deleted, taken in by the hundred, and their opt-outs.
//!
//! A number that asked us to stop stays stopped: an operator cannot undo it with a tick, only the person can, by writing START.

mod batch;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use db::Tx;
use domain::access::Right;
use domain::event::EventKind;
use domain::flow::step::Input;
use domain::id::LeadId;
use domain::lead::{BulkResult, CheckedLead, Lead, LeadDraft, LeadStatus};
use domain::message::{Channel, Inbound};
use domain::phone::Phone;
use domain::problem::Problems;

pub(crate) use batch::{Batch, Seen, take_in};

use crate::{Cx, Error, Result, events, runs};

/// The most leads of one bulk request (spec LED-02).
pub const MAX_BULK: usize = 1000;
/// The most problems that a report names.
pub const MAX_PROBLEMS: usize = 500;

/// What consent is said to come from when nobody said.
const BY_OPERATOR: &str = "operator";

/// One lead, or `NotFound`.
pub async fn get(cx: &Cx, id: LeadId) -> Result<Lead> {
    let mut tx = cx.read().await?;
    db::leads::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Makes a lead.
pub async fn create(cx: &Cx, draft: LeadDraft) -> Result<Lead> {
    cx.may(Right::Write)?;
    let (id, now) = (cx.new_id(), cx.now());
    let lead = with_consent_dated(draft.checked()?, now);
    let mut tx = cx.write().await?;
    check_taken(&mut tx, None, &lead).await?;
    let suppressed = check_suppressed(&mut tx, &lead).await?;
    db::leads::insert(&mut tx, id, &lead, now).await?;
    if suppressed {
        db::leads::set_status(&mut tx, id, LeadStatus::OptedOut, now).await?;
    }
    if let (true, Some(at)) = (lead.consent, lead.consent_at) {
        db::leads::insert_consent(&mut tx, id, true, &lead.consent_source, at, cx.user(), now).await?;
    }
    finish(cx, tx, EventKind::LeadCreated, id).await
}

/// Writes every field of a lead anew. A change of consent goes into the record of consents, with where and who.
pub async fn update(cx: &Cx, id: LeadId, draft: LeadDraft) -> Result<Lead> {
    cx.may(Right::Write)?;
    let now = cx.now();
    let mut lead = draft.checked()?;
    let mut tx = cx.write().await?;
    let before = db::leads::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.status == LeadStatus::OptedOut && lead.consent {
        return Err(Error::field("consent", STOPPED));
    }
    if before.consent && lead.consent {
        // Saving a form that does not repeat when and where must not lose it.
        lead.consent_at = lead.consent_at.or(before.consent_at);
        if lead.consent_source.is_empty() {
            lead.consent_source.clone_from(&before.consent_source);
        }
    }
    let lead = with_consent_dated(lead, now);
    check_taken(&mut tx, Some(id), &lead).await?;
    let suppressed = check_suppressed(&mut tx, &lead).await?;
    db::leads::update(&mut tx, id, &lead, now).await?;
    if suppressed && before.status != LeadStatus::OptedOut {
        db::leads::set_status(&mut tx, id, LeadStatus::OptedOut, now).await?;
    }
    let agreed = (lead.consent, lead.consent_at, &lead.consent_source);
    let agreed_before = (before.consent, before.consent_at, &before.consent_source);
    if (before.consent || lead.consent) && agreed != agreed_before {
        let source = if lead.consent_source.is_empty() { BY_OPERATOR } else { &lead.consent_source };
        let at = lead.consent_at.unwrap_or(now);
        db::leads::insert_consent(&mut tx, id, lead.consent, source, at, cx.user(), now).await?;
    }
    finish(cx, tx, EventKind::LeadUpdated, id).await
}

/// Reads the lead as it now is, announces the change and makes it so.
async fn finish(cx: &Cx, mut tx: Tx, kind: EventKind, id: LeadId) -> Result<Lead> {
    let lead = db::leads::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    events::record(cx, &mut tx, kind, id, lead.title()).await?;
    tx.commit().await?;
    Ok(lead)
}

/// Deletes a lead; its number and address are free again. Its runs end at once, and what was not sent yet is blocked. What was said
/// stays, and so do opt-outs.
pub async fn delete(cx: &Cx, id: LeadId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let lead = db::leads::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    // Runs before the lead, as workers take their locks.
    let campaigns = db::runs::stop_of_lead(&mut tx, id, "lead_deleted", cx.now()).await?;
    db::leads::soft_delete(&mut tx, id, cx.now()).await?;
    let held = db::messages::held_of_lead(&mut tx, id).await?;
    crate::campaigns::send_now(cx, &mut tx, &held).await?;
    for campaign in &campaigns {
        events::note(&mut tx, EventKind::CampaignProgress, *campaign);
    }
    events::record(cx, &mut tx, EventKind::LeadDeleted, id, lead.title()).await?;
    tx.commit().await?;
    for campaign in campaigns {
        crate::runs::complete_if_over(cx, campaign).await?;
    }
    Ok(())
}

/// Makes up to 1000 leads at once. Rows with problems and rows whose number or address is known already are left out and named.
pub async fn bulk(cx: &Cx, drafts: Vec<LeadDraft>) -> Result<BulkResult> {
    cx.may(Right::Write)?;
    if drafts.is_empty() {
        return Err(Error::field("leads", "Give at least one lead."));
    }
    if drafts.len() > MAX_BULK {
        return Err(Error::field("leads", format!("At most {MAX_BULK} leads at once; these are {}.", drafts.len())));
    }
    let mut tx = cx.write().await?;
    let agents: HashSet<_> = db::leads::agents(&mut tx).await?.into_iter().map(|(id, _)| id).collect();
    let mut batch = Batch::default();
    let mut seen = Seen::default();
    for (row, draft) in (1..).zip(drafts) {
        if draft.assigned_agent.is_some_and(|agent| !agents.contains(&agent)) {
            batch.leave_out(row, "assigned_agent", NO_SUCH_AGENT);
        } else {
            batch.add(row, &draft, &mut seen);
        }
    }
    let result = take_in(cx, &mut tx, batch, &mut seen).await?;
    if result.created > 0 {
        let title = format!("{} leads", result.created);
        events::record(cx, &mut tx, EventKind::LeadsImported, cx.workspace(), &title).await?;
        events::note(&mut tx, EventKind::LeadCreated, cx.workspace());
    }
    tx.commit().await?;
    Ok(result)
}

/// Makes a handful of made-up leads, one for each way the emulated people behave. With a real phone network nobody agreed to anything,
/// so they come without consent. Gives how many were made; those that are there already stay.
pub async fn add_samples(cx: &Cx) -> Result<i64> {
    let sample = |[name, phone, company, title, industry]: &[&str; 5]| LeadDraft {
        name: (*name).to_owned(),
        phone: Some((*phone).to_owned()),
        company: (*company).to_owned(),
        title: (*title).to_owned(),
        industry: (*industry).to_owned(),
        location: "Oakland".to_owned(),
        source: "sample data".to_owned(),
        consent: cx.parts().settings.emulator,
        consent_source: if cx.parts().settings.emulator { "sample data" } else { "" }.to_owned(),
        ..LeadDraft::default()
    };
    Ok(bulk(cx, SAMPLES.iter().map(sample).collect()).await?.created)
}

/// Numbers from the range that belongs to nobody; the last digit decides how the emulator's person behaves.
const SAMPLES: &[[&str; 5]] = &[
    ["Ada Larsen", "+16285550101", "Larsen Homes", "Owner", "Real estate"],
    ["Ben Okafor", "+16285550102", "Okafor & Sons", "Office Manager", "Construction"],
    ["Cara Mendes", "+16285550103", "Mendes Design", "Designer", "Design"],
    ["Dan Whitlock", "+16285550104", "", "", ""],
    ["Elif Kaya", "+16285550105", "Kaya Studio", "Founder", "Media"],
    ["Finn Moreau", "+16285550106", "", "", ""],
    ["Grace Lindqvist", "+16285550107", "Lindqvist Dental", "Practice Manager", "Healthcare"],
    ["Hiro Tanaka", "+16285550108", "Tanaka Autos", "Sales Lead", "Automotive"],
];

/// The one way out: the person asked us to stop, over whatever lead or channel. Nothing is ever sent to this number again, and the
/// person's runs end. Twice is once.
pub(crate) async fn opt_out(cx: &Cx, tx: &mut Tx, lead: &Lead, source: &str) -> Result<()> {
    let now = cx.now();
    if let Some(phone) = phone_of(lead)? {
        db::leads::suppress(tx, &phone, None, source, now).await?;
    }
    let runs: Vec<_> = db::runs::unfinished_of_lead(tx, lead.id).await?.iter().map(|run| run.id).collect();
    runs::tell(cx, tx, &runs, &Input::Stop { reason: "opted_out".into() }).await?;
    if lead.status == LeadStatus::OptedOut {
        return Ok(());
    }
    db::leads::set_status(tx, lead.id, LeadStatus::OptedOut, now).await?;
    db::leads::set_consent(tx, lead.id, false, source, now).await?;
    db::leads::insert_consent(tx, lead.id, false, source, now, cx.user(), now).await?;
    events::record(cx, tx, EventKind::LeadOptedOut, lead.id, lead.title()).await
}

/// The person asked in a call not to be called again: no call goes to this number any more. They may still be written to, and their runs go
/// on without calls.
pub(crate) async fn stop_calls(cx: &Cx, tx: &mut Tx, lead: &Lead) -> Result<()> {
    let now = cx.now();
    let Some(phone) = phone_of(lead)? else { return Ok(()) };
    if db::leads::suppress(tx, &phone, Some(Channel::Voice), Channel::Voice.as_str(), now).await? {
        db::leads::insert_consent(tx, lead.id, false, CALLS, now, cx.user(), now).await?;
        events::record(cx, tx, EventKind::LeadStoppedCalls, lead.id, lead.title()).await?;
    }
    Ok(())
}

/// The one way back: the person allowed us to write, and to call, again. Gives whether they had asked us to stop; nothing happens to
/// somebody who never did.
pub(crate) async fn opt_in(cx: &Cx, tx: &mut Tx, lead: &Lead, source: &str) -> Result<bool> {
    let now = cx.now();
    let listed = match phone_of(lead)? {
        Some(phone) => db::leads::unsuppress(tx, &phone).await?,
        None => false,
    };
    if lead.status != LeadStatus::OptedOut {
        if listed {
            db::leads::insert_consent(tx, lead.id, true, CALLS, now, cx.user(), now).await?;
        }
        return Ok(listed);
    }
    db::leads::set_status(tx, lead.id, LeadStatus::Replied, now).await?;
    db::leads::set_consent(tx, lead.id, true, source, now).await?;
    db::leads::insert_consent(tx, lead.id, true, source, now, cx.user(), now).await?;
    events::record(cx, tx, EventKind::LeadOptedIn, lead.id, lead.title()).await?;
    Ok(true)
}

/// Makes a lead of somebody who wrote first (spec CHN-03). `None` when the number was added by somebody else at the same moment.
pub(crate) async fn create_from_inbound(
    cx: &Cx,
    tx: &mut Tx,
    phone: &Phone,
    inbound: &Inbound,
) -> Result<Option<Lead>> {
    let draft = LeadDraft {
        name: channels::parse::profile_name(inbound).unwrap_or_default(),
        phone: Some(phone.as_str().to_owned()),
        source: format!("inbound {}", inbound.channel.as_str()),
        ..LeadDraft::default()
    };
    // A name that no lead may have keeps nobody out.
    let nameless = LeadDraft { name: String::new(), ..draft.clone() };
    let stopped = db::leads::is_suppressed(tx, phone).await?;
    let status = if stopped { LeadStatus::OptedOut } else { LeadStatus::Replied };
    let lead = draft.checked().or_else(|_| nameless.checked())?;
    let new = db::leads::NewLead { id: cx.new_id(), lead, status };
    let Some(id) = db::leads::insert_many(tx, &[new], None, cx.now()).await?.pop() else { return Ok(None) };
    let lead = db::leads::find(tx, id).await?;
    if let Some(lead) = &lead {
        events::record(cx, tx, EventKind::LeadCreated, lead.id, lead.title()).await?;
    }
    Ok(lead)
}

fn phone_of(lead: &Lead) -> Result<Option<Phone>> {
    lead.phone.as_deref().map(Phone::parse).transpose().map_err(Error::internal)
}

/// Where a consent comes from that is about calls only.
const CALLS: &str = "calls only, by a key pressed in a call or by START";
const STOPPED: &str =
    "This person asked us to stop. Only they can allow it again, by writing START to one of our numbers.";
const NO_SUCH_AGENT: &str = "There is no such agent in this workspace.";
const PHONE_TAKEN: &str = "Another lead has this phone number already.";
const EMAIL_TAKEN: &str = "Another lead has this e-mail address already.";

/// Consent without a date is given now, without a place by the operator; a date without consent says nothing.
fn with_consent_dated(mut lead: CheckedLead, now: DateTime<Utc>) -> CheckedLead {
    if lead.consent {
        lead.consent_at.get_or_insert(now);
        if lead.consent_source.is_empty() {
            BY_OPERATOR.clone_into(&mut lead.consent_source);
        }
    } else {
        lead.consent_at = None;
    }
    lead
}

/// Refuses what belongs to another lead, and an agent that is not there.
async fn check_taken(tx: &mut Tx, own: Option<LeadId>, lead: &CheckedLead) -> Result<()> {
    let mut problems = Problems::none();
    if let Some(phone) = &lead.phone {
        let other = db::leads::find_by_phone(tx, phone).await?;
        if other.is_some_and(|other| Some(other.id) != own) {
            problems.add("phone", PHONE_TAKEN);
        }
    }
    if let Some(email) = &lead.email {
        let other = db::leads::find_by_email(tx, email).await?;
        if other.is_some_and(|other| Some(other.id) != own) {
            problems.add("email", EMAIL_TAKEN);
        }
    }
    if let Some(agent) = lead.assigned_agent
        && !db::leads::agents(tx).await?.iter().any(|(id, _)| *id == agent)
    {
        problems.add("assigned_agent", NO_SUCH_AGENT);
    }
    Ok(problems.into_result()?)
}

/// Whether the number is never written to; refuses consent for one.
async fn check_suppressed(tx: &mut Tx, lead: &CheckedLead) -> Result<bool> {
    let Some(phone) = &lead.phone else { return Ok(false) };
    let suppressed = db::leads::is_suppressed(tx, phone).await?;
    if suppressed && lead.consent {
        return Err(Error::field("consent", STOPPED));
    }
    Ok(suppressed)
}

#[cfg(test)]
mod tests;
