//! Messages that were handed to a provider and never settled. Not here: whose receipt is whose (`engine::send`).

use chrono::{DateTime, Utc};
use domain::id::MessageId;
use domain::message::Channel;

use super::Outbound;
use crate::{Result, Tx};

/// Which of these provider ids belong to messages of ours.
pub async fn taken(tx: &mut Tx, channel: Channel, provider_message_ids: &[String]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select provider_message_id as "id!" from messages where channel = $1 and provider_message_id = any($2)"#,
        channel.as_str(),
        provider_message_ids
    )
    .fetch_all(tx.conn())
    .await
}

/// Locks what was handed to the provider and never settled, and cannot be told apart from this message there, which is among them:
/// the same person, channel and numbers, and the same text unless it is a call. With when each was handed over, the first one first.
pub async fn lock_unsettled_like(tx: &mut Tx, message: &Outbound) -> Result<Vec<(MessageId, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"select id as "id: MessageId", sending_at as "at!" from messages
           where conversation_id in (select id from conversations where lead_id = $1)
             and direction = 'outbound' and status in ('sending', 'in_doubt') and provider_message_id is null
             and sending_at is not null and channel = $2 and from_number = $3 and to_number = $4
             and (channel = 'voice' or body = $5)
           order by id for update"#,
        message.lead_id.uuid(),
        message.channel.as_str(),
        message.from_number,
        message.to_number,
        message.body
    )
    .fetch_all(tx.conn())
    .await?;
    let mut unsettled: Vec<_> = rows.into_iter().map(|row| (row.id, row.at)).collect();
    unsettled.sort_by_key(|(id, at)| (*at, *id));
    Ok(unsettled)
}

/// Its provider id turned out to be another message's: it is unsettled again, as before it was looked up.
pub async fn unsettle(tx: &mut Tx, id: MessageId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update messages set status = 'sending', provider_message_id = null, updated_at = $2 where id = $1",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
