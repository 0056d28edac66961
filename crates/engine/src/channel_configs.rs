//! What a workspace decides for its channels: saving it, and the form that an answer gets from it.

use db::Tx;
use domain::access::Right;
use domain::event::EventKind;
use domain::format::{Around, ChannelConfig, ChannelConfigDraft, Form};
use domain::message::Channel;

use crate::{Cx, Result, events};

/// Every channel with what holds for it.
pub async fn list(cx: &Cx) -> Result<Vec<ChannelConfig>> {
    let mut tx = cx.read().await?;
    let saved = db::channel_configs::list(&mut tx).await?;
    let of = |channel: &Channel| {
        saved.iter().find(|c| c.channel == *channel).cloned().unwrap_or_else(|| ChannelConfig::derived(*channel))
    };
    Ok(Channel::ALL.iter().map(of).collect())
}

/// Changes what holds for a channel, from the next answer on.
pub async fn save(cx: &Cx, channel: Channel, mut draft: ChannelConfigDraft) -> Result<ChannelConfig> {
    cx.may(Right::Manage)?;
    draft.response_template = draft.response_template.replace("\r\n", "\n");
    draft.check(channel).into_result()?;
    let mut tx = cx.write().await?;
    let id = db::channel_configs::save(&mut tx, cx.new_id(), channel, &draft, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::ChannelSaved, id, channel.label()).await?;
    tx.commit().await?;
    Ok(ChannelConfig { id: Some(id), channel, draft, updated_at: Some(cx.now()) })
}

/// The form that an answer gets now.
pub(crate) async fn form(tx: &mut Tx, channel: Option<Channel>, around: &Around<'_>) -> Result<Form> {
    let Some(channel) = channel else { return Ok(Form::bare(None)) };
    let config = db::channel_configs::find(tx, channel).await?;
    let draft = config.map_or_else(|| ChannelConfigDraft::of(channel), |config| config.draft);
    Ok(Form::new(channel, &draft, around))
}
