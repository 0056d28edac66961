//! What a workspace decided for its channels: at most one row for each.

use chrono::{DateTime, Utc};
use domain::agent::Tone;
use domain::format::{ChannelConfig, ChannelConfigDraft};
use domain::id::ChannelConfigId;
use domain::message::Channel;

use crate::{Result, Tx};

struct Row {
    id: ChannelConfigId,
    channel: Channel,
    max_response_length: i32,
    tone: Option<Tone>,
    response_template: String,
    updated_at: DateTime<Utc>,
}

impl From<Row> for ChannelConfig {
    fn from(r: Row) -> Self {
        Self {
            id: Some(r.id),
            channel: r.channel,
            draft: ChannelConfigDraft {
                max_response_length: u32::try_from(r.max_response_length).unwrap_or_default(),
                tone: r.tone,
                response_template: r.response_template,
            },
            updated_at: Some(r.updated_at),
        }
    }
}

/// Those that were saved.
pub async fn list(tx: &mut Tx) -> Result<Vec<ChannelConfig>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: ChannelConfigId", channel as "channel: Channel", max_response_length, tone as "tone: Tone",
                  response_template, updated_at
           from channel_configs
           order by channel"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(ChannelConfig::from).collect())
}

/// The one of a channel, if it was saved.
pub async fn find(tx: &mut Tx, channel: Channel) -> Result<Option<ChannelConfig>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: ChannelConfigId", channel as "channel: Channel", max_response_length, tone as "tone: Tone",
                  response_template, updated_at
           from channel_configs
           where channel = $1"#,
        channel.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(ChannelConfig::from))
}

/// Saves the one of a channel; `id` is for the first time. Gives its id.
pub async fn save(
    tx: &mut Tx,
    id: ChannelConfigId,
    channel: Channel,
    draft: &ChannelConfigDraft,
    now: DateTime<Utc>,
) -> Result<ChannelConfigId> {
    let workspace = tx.workspace().uuid();
    sqlx::query_scalar!(
        r#"insert into channel_configs (id, workspace_id, channel, max_response_length, tone, response_template, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7)
           on conflict on constraint channel_configs_channel_once
           do update set max_response_length = excluded.max_response_length, tone = excluded.tone,
                         response_template = excluded.response_template, updated_at = excluded.updated_at
           returning id as "id: ChannelConfigId""#,
        id.uuid(),
        workspace,
        channel.as_str(),
        i32::try_from(draft.max_response_length).unwrap_or(i32::MAX),
        draft.tone.map(Tone::as_str),
        draft.response_template,
        now
    )
    .fetch_one(tx.conn())
    .await
}
