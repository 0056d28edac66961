//! Messages that were committed as `sending` and not settled: the process died, or the answer was lost. They are looked up at the
//! provider and never repeated.
//!
//! The provider tells messages of the same text to the same person apart by their ids, and we know none of those. So all of ours are
//! matched with all of theirs at once, one to one and in the order of time. What the provider says by itself, in an answer or in a report
//! to the address of one message, is certain, and what was matched by a look-up gives way to it.

use channels::{Found, Receipt};
use chrono::{DateTime, Duration, Utc};
use db::Tx;
use db::messages::Outbound;
use domain::event::EventKind;
use domain::id::MessageId;
use domain::job::Job;
use domain::message::Status;

use super::{IN_FLIGHT_SECS, outgoing, settle};
use crate::worker::Next;
use crate::{Cx, Result, events};

/// For how long a look-up that fails is tried again before the message counts as in doubt.
const LOOKED_UP_SECS: i64 = 900;

/// Looks an unsettled message up, never repeats it.
pub(super) async fn recover(cx: &Cx, message: &Outbound) -> Result<Next> {
    let since = message.sending_at.unwrap_or_else(|| cx.now());
    let is_over = cx.now() >= since + Duration::seconds(LOOKED_UP_SECS);
    let quiet_at = since + Duration::seconds(IN_FLIGHT_SECS);
    if cx.now() < quiet_at {
        return Ok(Next::At(quiet_at));
    }
    let found = match look_up(cx, message, since).await {
        Ok(found) => found,
        // The outage that lost the answer may go on; nobody has to decide what a later look-up can.
        Err(_) if !is_over => return Ok(Next::At(cx.now() + Duration::seconds(IN_FLIGHT_SECS))),
        Err(_) => vec![],
    };
    let mut tx = cx.write().await?;
    let unsettled = db::messages::lock_unsettled_like(&mut tx, message).await?;
    let Some(message) = db::messages::lock(&mut tx, message.id).await?.filter(|m| m.status == Status::Sending) else {
        return Ok(Next::Done);
    };
    // What is found may be the one that is on its way at this moment.
    let all_quiet_at = unsettled.iter().map(|(_, at)| *at + Duration::seconds(IN_FLIGHT_SECS)).max();
    if let Some(at) = all_quiet_at.filter(|at| cx.now() < *at && !is_over) {
        return Ok(Next::At(at));
    }
    // A receipt that belongs to another message of ours is no proof for this one.
    let ids: Vec<String> = found.iter().map(|found| found.receipt.provider_message_id.clone()).collect();
    let taken = db::messages::taken(&mut tx, message.channel, &ids).await?;
    let free = found.into_iter().filter(|found| !taken.contains(&found.receipt.provider_message_id)).collect();
    match own(message.id, unsettled, free) {
        Some(receipt) => {
            settle(cx, &mut tx, &message, Status::Accepted, Some(&receipt.provider_message_id), None).await?;
        }
        None => {
            let why = "The server stopped while this was being sent, and the provider could not say whether it was taken. It is not repeated.";
            settle(cx, &mut tx, &message, Status::InDoubt, None, Some(why)).await?;
        }
    }
    events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
    tx.commit().await?;
    Ok(Next::Done)
}

/// What the provider has that reads like this message.
async fn look_up(
    cx: &Cx,
    message: &Outbound,
    since: DateTime<Utc>,
) -> std::result::Result<Vec<Found>, channels::Error> {
    let (Some(from), Some(to)) = (&message.from_number, &message.to_number) else { return Ok(vec![]) };
    match outgoing(cx, message, from, to, None) {
        Ok(outgoing) => cx.parts().network.find_sent(&outgoing, since - Duration::minutes(1)).await,
        Err(_) => Ok(vec![]),
    }
}

/// The receipt of one of the messages that read the same. Both lists are in the order of time and stay in it; where one is longer, what
/// fits worst is left out.
fn own(of: MessageId, mut ours: Vec<(MessageId, DateTime<Utc>)>, mut theirs: Vec<Found>) -> Option<Receipt> {
    let apart = |ours: &[(MessageId, DateTime<Utc>)], theirs: &[Found]| -> i64 {
        ours.iter().zip(theirs).map(|((_, sent), found)| (found.at - *sent).num_milliseconds().abs()).sum()
    };
    fn without<T: Clone>(all: &[T], at: usize) -> Vec<T> {
        all.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, one)| one.clone()).collect()
    }
    while ours.len() > theirs.len() && !theirs.is_empty() {
        let worst = (0..ours.len()).min_by_key(|at| apart(&without(&ours, *at), &theirs))?;
        ours.remove(worst);
    }
    while theirs.len() > ours.len() && !ours.is_empty() {
        let worst = (0..theirs.len()).min_by_key(|at| apart(&ours, &without(&theirs, *at)))?;
        theirs.remove(worst);
    }
    ours.into_iter().zip(theirs).find(|((id, _), _)| *id == of).map(|(_, found)| found.receipt)
}

/// Makes sure that a provider's id is free for the message that the provider itself ties it to. Another one that was matched with it by a
/// look-up is looked up again. False when it is surely another one's; the message does without it then.
pub(super) async fn claimed(cx: &Cx, tx: &mut Tx, message: &Outbound, provider_message_id: &str) -> Result<bool> {
    let holder = match db::messages::by_provider_id(tx, message.channel, provider_message_id).await? {
        Some(id) if id != message.id => id,
        _ => return Ok(true),
    };
    match db::messages::lock(tx, holder).await? {
        Some(other) if other.status == Status::Accepted => {
            db::messages::unsettle(tx, other.id, cx.now()).await?;
            let job = Job::Send { message_id: other.id };
            db::jobs::enqueue(tx, cx.new_id(), &job, cx.now(), cx.now()).await?;
            events::note(tx, EventKind::MessageUpdated, other.conversation_id);
            Ok(true)
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(secs)
    }

    #[test]
    fn messages_that_read_the_same_get_one_receipt_each_in_order() {
        let ids: Vec<MessageId> = (1..=3).map(|n| MessageId::new(uuid::Uuid::from_u128(n))).collect();
        let check = |ours: &[i64], theirs: &[i64], wanted: &[Option<i64>]| {
            let sent: Vec<_> = ids.iter().copied().zip(ours.iter().map(|secs| at(*secs))).collect();
            let found = |secs: &i64| Found {
                receipt: Receipt { provider_message_id: secs.to_string(), status: Status::Sent },
                at: at(*secs),
            };
            let theirs: Vec<Found> = theirs.iter().map(found).collect();
            let got: Vec<_> = sent
                .iter()
                .map(|(id, _)| own(*id, sent.clone(), theirs.clone()).map(|r| r.provider_message_id))
                .collect();
            let wanted: Vec<_> = wanted.iter().map(|secs| secs.map(|secs| secs.to_string())).collect();
            assert_eq!(got, wanted, "{ours:?} {theirs:?}");
        };
        check(&[10], &[], &[None]);
        check(&[10], &[11], &[Some(11)]);
        check(&[10, 20], &[11, 21], &[Some(11), Some(21)]);
        // Both of them in one second, told in whole seconds.
        check(&[20, 20], &[20, 20], &[Some(20), Some(20)]);
        // Both came late: the order tells more than the distance.
        check(&[10, 11], &[29, 30], &[Some(29), Some(30)]);
        check(&[10, 20], &[11], &[Some(11), None]);
        check(&[10, 20], &[21], &[None, Some(21)]);
        check(&[10], &[2, 11], &[Some(11)]);
        check(&[10, 20, 30], &[11, 31], &[Some(11), None, Some(31)]);
    }
}
