//! What a provider reports about messages of ours. Not here: what a failure means in words (`failure`), which way a message may move
//! (`domain::message::Status`).

use domain::event::EventKind;
use domain::id::MessageId;
use domain::message::{Channel, StatusReport};

use super::{AGAIN, failure};
use crate::{Cx, Error, Result, events, leads, send};

/// Takes in a provider's report about a message of ours. Reports repeat and overtake each other; only forward moves count. Gives
/// whether the message was found.
pub async fn delivery_status(
    cx: &Cx,
    report: &StatusReport,
    named: Option<MessageId>,
    channel: Channel,
) -> Result<bool> {
    for wait in AGAIN {
        match take_report(cx, report, named, channel).await {
            Err(Error::Internal(error)) => tracing::warn!(%error, "a report could not be taken in; trying again"),
            known => return known,
        }
        tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
    }
    take_report(cx, report, named, channel).await
}

async fn take_report(cx: &Cx, report: &StatusReport, named: Option<MessageId>, channel: Channel) -> Result<bool> {
    let mut tx = cx.write().await?;
    let id = match named {
        Some(id) => Some(id),
        None => db::messages::by_provider_id(&mut tx, channel, &report.message_id).await?,
    };
    let Some(id) = id else { return Ok(false) };
    let Some(mut message) = db::messages::lock(&mut tx, id).await? else { return Ok(false) };
    let error = report.error_code.as_deref().map(failure::sentence);
    if report.error_code.as_deref() == Some("21610")
        && let Some(lead) = db::leads::find(&mut tx, message.lead_id).await?
    {
        leads::opt_out(cx, &mut tx, &lead, message.channel.as_str()).await?;
    }
    if let Some(end) = report.call_end {
        send::hang_up(cx, &mut tx, &mut message, end).await?;
    }
    send::settle(cx, &mut tx, &message, report.status, Some(&report.message_id), error.as_deref()).await?;
    events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
    if message.campaign_id.is_some() {
        events::note(&mut tx, EventKind::CampaignProgress, message.conversation_id);
    }
    tx.commit().await?;
    Ok(true)
}
