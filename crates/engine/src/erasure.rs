//! A person erased on request, with a receipt, and what was said forgotten after its time. One transaction each; what it removes is
//! listed in migration 0036, and a test looks through every table for what is left.

use domain::access::Right;
use domain::erasure::{Cleared, ELSEWHERE, Receipt, Retention};
use domain::event::EventKind;
use domain::id::LeadId;
use domain::text::{Email, Phone};

use crate::{Cx, Engine, Error, Result, events};

/// Erases the person of a lead, also one that was deleted before.
pub async fn erase(cx: &Cx, lead: LeadId) -> Result<Receipt> {
    cx.may(Right::Delete)?;
    let mut tx = cx.read().await?;
    let values = db::erasure::identifiers(&mut tx, lead).await?.ok_or(Error::NotFound)?;
    drop(tx);
    erase_all(cx, vec![lead], values).await
}

/// Erases whoever is reached, or was, at this number or address, or is this lead. None when nobody is known by it.
pub async fn erase_by(cx: &Cx, who: &str) -> Result<Option<Receipt>> {
    cx.may(Right::Delete)?;
    if let Ok(lead) = who.trim().parse::<LeadId>() {
        return match erase(cx, lead).await {
            Ok(receipt) => Ok(Some(receipt)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        };
    }
    let value = match (Phone::parse(who), Email::parse(who)) {
        (Ok(phone), _) => phone.as_str().to_owned(),
        (_, Ok(email)) => email.as_str().to_owned(),
        _ => {
            let sentence = "Give a phone number such as +14155550123, an e-mail address, or a lead's id (`led_…`).";
            return Err(Error::field("who", sentence));
        }
    };
    let mut tx = cx.read().await?;
    let leads = db::erasure::people_of(&mut tx, &value).await?;
    drop(tx);
    if leads.is_empty() {
        return Ok(None);
    }
    Ok(Some(erase_all(cx, leads, vec![value]).await?))
}

async fn erase_all(cx: &Cx, leads: Vec<LeadId>, mut values: Vec<String>) -> Result<Receipt> {
    let now = cx.now();
    let mut tx = cx.write().await?;
    let mut campaigns = Vec::new();
    for lead in &leads {
        values.extend(db::erasure::identifiers(&mut tx, *lead).await?.unwrap_or_default());
        // Runs before the lead, as workers take their locks.
        campaigns.extend(db::runs::stop_of_lead(&mut tx, *lead, "lead_deleted", now).await?);
    }
    let tables = db::erasure::erase(&mut tx, &leads, &values, now).await?;
    let suppressed_numbers_kept = db::erasure::suppressed(&mut tx, &values).await?;
    for lead in &leads {
        events::record(cx, &mut tx, EventKind::LeadErased, *lead, "").await?;
    }
    for campaign in &campaigns {
        events::note(&mut tx, EventKind::CampaignProgress, *campaign);
    }
    tx.commit().await?;
    for campaign in campaigns {
        crate::runs::complete_if_over(cx, campaign).await?;
    }
    Ok(Receipt { at: now, leads, tables, suppressed_numbers_kept, elsewhere: ELSEWHERE.to_owned() })
}

/// Forgets what was said in a workspace and is older than it may be. Nothing when everything is kept.
pub async fn forget(cx: &Cx, kept: Retention) -> Result<Vec<Cleared>> {
    cx.may(Right::Delete)?;
    let Some(before) = kept.cutoff(cx.now()) else { return Ok(vec![]) };
    let mut tx = cx.write().await?;
    let tables = db::erasure::forget(&mut tx, before).await?;
    tx.commit().await?;
    Ok(tables)
}

/// The engine in each workspace, for commands of the one who runs the server.
pub async fn everywhere(engine: &Engine) -> Result<Vec<Cx>> {
    let all = db::erasure::workspaces(&engine.parts().db).await?;
    Ok(all.into_iter().map(|workspace| engine.system(workspace)).collect())
}
