//! The send gate: the only code that can reach a channel.
//!
//! A message is written down as `queued` under a key that names the intended send for ever. [`carry_out`] asks the gate again at the
//! last moment, commits `sending` before the provider is called, and settles after. A message that a crash left in `sending` is looked
//! up at the provider, and what cannot be settled becomes `in_doubt`: nothing is ever sent a second time.

mod recover;

use std::collections::BTreeMap;

use channels::{Content, Outgoing, Permit, Receipt};
use chrono::{DateTime, Duration, Utc};
use db::Tx;
use db::messages::{NewMessage, Outbound};
use domain::event::EventKind;
use domain::flow::step::Input;
use domain::gate::{self, Decision, Facts, Verdict};
use domain::id::MessageId;
use domain::job::Job;
use domain::lead::LeadStatus;
use domain::message::{Author, CallEnd, Channel, Status};
use domain::phone::Phone;

use crate::worker::Next;
use crate::{Cx, Error, Result, events, leads};

/// How long a call to the provider may still be under way: its time limit and some slack. Before that, nobody looks the message up.
const IN_FLIGHT_SECS: i64 = 20;

/// Writes an outbound message down and queues its sending. A send key that is there already changes nothing.
pub(crate) async fn queue(cx: &Cx, tx: &mut Tx, message: &NewMessage) -> Result<bool> {
    queue_at(cx, tx, message, cx.now()).await
}

/// The same for a message that follows another one: it is sent not before `at`.
pub(crate) async fn queue_at(cx: &Cx, tx: &mut Tx, message: &NewMessage, at: DateTime<Utc>) -> Result<bool> {
    let new = db::messages::insert(tx, message, cx.now()).await?;
    if new {
        db::conversations::touch(tx, message.conversation_id, message.direction, &message.body, cx.now()).await?;
        let job = Job::Send { message_id: message.id };
        db::jobs::enqueue(tx, cx.new_id(), &job, at, cx.now()).await?;
        events::note(tx, EventKind::MessageUpdated, message.conversation_id);
    }
    Ok(new)
}

/// Asks the gate about a message as things stand now.
pub(crate) async fn ask_gate(cx: &Cx, tx: &mut Tx, m: &Outbound) -> Result<(Verdict, db::gate::GateRow)> {
    let row = db::gate::facts(tx, m.conversation_id, m.lead_id, m.channel, m.template_id, m.campaign_id).await?;
    let facts = Facts {
        channel: m.channel,
        author: m.author,
        body: m.body.clone(),
        to: row.phone.as_deref().and_then(|p| Phone::parse(p).ok()),
        has_sender: row.our_number.is_some(),
        lead_deleted: row.lead_deleted,
        lead_status: row.lead_status,
        consent: row.consent,
        suppressed: row.suppressed,
        // A template that is gone cannot be approved.
        template: m.template_id.map(|_| row.template_state.unwrap_or(domain::template::TemplateState::Draft)),
        last_inbound_at: row.last_inbound_at,
        campaign: m.campaign_id.filter(|_| m.author == Author::Campaign).map(|_| row.campaign_status),
        owner: row.owner,
        owner_changed: row.owner_epoch != m.owner_epoch,
        held_elsewhere: row.held_elsewhere,
        waits_for_human: row.waits_for_human,
    };
    Ok((gate::decide(&facts, cx.now()), row))
}

/// Carries one send out. Safe to call again after a crash at any point.
pub(crate) async fn carry_out(cx: &Cx, id: MessageId) -> Result<Next> {
    let mut tx = cx.write().await?;
    let Some(message) = db::messages::lock(&mut tx, id).await? else { return Ok(Next::Done) };
    match message.status {
        Status::Queued | Status::Held => {}
        Status::Sending => {
            drop(tx);
            return recover::recover(cx, &message).await;
        }
        _ => return Ok(Next::Done),
    }
    let (verdict, row) = ask_gate(cx, &mut tx, &message).await?;
    match verdict.decision {
        Decision::Hold => {
            db::messages::set_verdict(&mut tx, id, Status::Held, &verdict, cx.now()).await?;
            events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
            tx.commit().await?;
            return Ok(Next::Done);
        }
        Decision::Block => {
            db::messages::set_verdict(&mut tx, id, Status::Blocked, &verdict, cx.now()).await?;
            tell_run(cx, &mut tx, &message, false).await?;
            events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
            tx.commit().await?;
            return Ok(Next::Done);
        }
        Decision::Allow => {}
    }
    let (Some(from), Some(to)) = (row.our_number.clone(), row.phone.clone()) else {
        return Err(Error::internal("the gate let a message through without numbers"));
    };
    let outgoing = match outgoing(cx, &message, &from, &to, Some(&row)) {
        Ok(outgoing) => outgoing,
        Err(sentence) => {
            settle(cx, &mut tx, &message, Status::Failed, None, Some(&sentence)).await?;
            tx.commit().await?;
            return Ok(Next::Done);
        }
    };
    db::messages::set_sending(&mut tx, id, &verdict, &from, &to, cx.now()).await?;
    tx.commit().await?;

    let answer = cx.parts().network.send(&outgoing, Permit::granted_by_gate()).await;
    record_answer(cx, id, answer).await
}

/// Writes down what the provider said.
async fn record_answer(cx: &Cx, id: MessageId, answer: std::result::Result<Receipt, channels::Error>) -> Result<Next> {
    use channels::Error as E;
    let mut tx = cx.write().await?;
    let Some(message) = db::messages::lock(&mut tx, id).await? else { return Ok(Next::Done) };
    let next = match answer {
        Ok(receipt) => {
            settle(cx, &mut tx, &message, Status::Accepted, Some(&receipt.provider_message_id), None).await?;
            Next::Done
        }
        Err(E::Unknown { .. }) => Next::At(cx.now() + Duration::seconds(IN_FLIGHT_SECS)),
        Err(E::TryAgain { after, message: why }) if message.status == Status::Sending => {
            db::messages::set_status(&mut tx, id, Status::Queued, None, Some(&why), cx.now()).await?;
            Next::Retry { reason: why, after_secs: u32::try_from(after.as_secs()).unwrap_or(60).max(1) }
        }
        Err(E::NotSent { message: why }) if message.status == Status::Sending => {
            db::messages::set_status(&mut tx, id, Status::Queued, None, Some(&why), cx.now()).await?;
            Next::Retry { reason: why, after_secs: 0 }
        }
        Err(E::OptedOut) => {
            if let Some(lead) = db::leads::find(&mut tx, message.lead_id).await? {
                leads::opt_out(cx, &mut tx, &lead, message.channel.as_str()).await?;
            }
            settle(cx, &mut tx, &message, Status::Failed, None, Some(&E::OptedOut.to_string())).await?;
            Next::Done
        }
        Err(other) => {
            settle(cx, &mut tx, &message, Status::Failed, None, Some(&other.to_string())).await?;
            Next::Done
        }
    };
    events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
    tx.commit().await?;
    Ok(next)
}

/// Writes down how a call ended and tells its run, once: the first word stays.
pub(crate) async fn hang_up(cx: &Cx, tx: &mut Tx, message: &mut Outbound, end: CallEnd) -> Result<()> {
    if message.channel != Channel::Voice || message.call_end.is_some() {
        return Ok(());
    }
    db::messages::set_call_end(tx, message.id, end, cx.now()).await?;
    message.call_end = Some(end);
    if let (Some(run_id), Some(visit)) = (message.run_id, message.visit) {
        let input = Input::Called { visit: u32::try_from(visit).unwrap_or_default(), end };
        db::jobs::enqueue(tx, cx.new_id(), &Job::Step { run_id, input }, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// Moves a message on, if that is a move forward, and tells its run once the send is decided. The run of a call that is over knows.
pub(crate) async fn settle(
    cx: &Cx,
    tx: &mut Tx,
    message: &Outbound,
    status: Status,
    provider_message_id: Option<&str>,
    error: Option<&str>,
) -> Result<()> {
    if !message.status.may_become(status) {
        return Ok(());
    }
    let provider_message_id = match provider_message_id {
        Some(id) => recover::claimed(cx, tx, message, id).await?.then_some(id),
        None => None,
    };
    db::messages::set_status(tx, message.id, status, provider_message_id, error, cx.now()).await?;
    let was_open = matches!(message.status, Status::Queued | Status::Held | Status::Sending);
    let is_told = message.call_end.is_some();
    if was_open && !is_told && !matches!(status, Status::Queued | Status::Held | Status::Sending) {
        tell_run(cx, tx, message, status.was_accepted() || status == Status::InDoubt).await?;
    }
    if !was_open && !is_told && status == Status::Failed {
        tell_run_undelivered(cx, tx, message).await?;
    }
    if status.was_accepted() && was_open {
        db::leads::advance_status(tx, message.lead_id, LeadStatus::Contacted, cx.now()).await?;
    }
    Ok(())
}

/// The run that waits for this send goes on.
async fn tell_run(cx: &Cx, tx: &mut Tx, message: &Outbound, accepted: bool) -> Result<()> {
    if let (Some(run_id), Some(visit)) = (message.run_id, message.visit) {
        let visit = u32::try_from(visit).unwrap_or_default();
        let job = Job::Step { run_id, input: Input::Sent { visit, accepted } };
        db::jobs::enqueue(tx, cx.new_id(), &job, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// The run that waits for an answer to this message will get none: it goes another way, where its drawing has one.
async fn tell_run_undelivered(cx: &Cx, tx: &mut Tx, message: &Outbound) -> Result<()> {
    if let (Some(run_id), Some(node), Some(visit)) = (message.run_id, &message.node, message.visit) {
        let input = Input::Undelivered { node: node.clone(), visit: u32::try_from(visit).unwrap_or_default() };
        db::jobs::enqueue(tx, cx.new_id(), &Job::Step { run_id, input }, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// The message as the adapter wants it; a sentence for people when that cannot be.
fn outgoing(
    cx: &Cx,
    m: &Outbound,
    from: &str,
    to: &str,
    row: Option<&db::gate::GateRow>,
) -> std::result::Result<Outgoing, String> {
    let public_url = &cx.parts().settings.public_url;
    let callback = format!("{public_url}/api/webhooks/receive?message={}", m.id);
    let content = match m.channel {
        Channel::Voice => {
            let keys = [
                channels::twiml::Key { digit: '1', meaning: "confirm".into() },
                channels::twiml::Key { digit: '2', meaning: "decline and not be called again".into() },
            ];
            let twiml = channels::twiml::call(&m.body, &keys, public_url)
                .map_err(|_| "The script is too long for one call. Shorten the template.".to_owned())?;
            Content::Call { script: m.body.clone(), twiml }
        }
        Channel::Whatsapp if m.template_id.is_some() => {
            let content_sid = row.and_then(|r| r.template_ref.clone()).unwrap_or_default();
            if row.is_some() && content_sid.is_empty() {
                return Err("The template has no content id at the provider. Submit it again.".into());
            }
            Content::Template { content_sid, variables: numbered(&m.variables), rendered: m.body.clone() }
        }
        Channel::Sms | Channel::Whatsapp => Content::Text(m.body.clone()),
    };
    Ok(Outgoing {
        channel: m.channel,
        from: Phone::parse(from)?,
        to: Phone::parse(to)?,
        content,
        status_callback: callback,
    })
}

/// WhatsApp numbers its variables from 1 and refuses empty ones.
fn numbered(values: &[String]) -> BTreeMap<String, String> {
    let shown = |v: &String| if v.trim().is_empty() { "-".to_owned() } else { v.clone() };
    values.iter().enumerate().map(|(i, v)| ((i + 1).to_string(), shown(v))).collect()
}
