//! What answers look like over each channel, over HTTP.

use axum::Json;
use domain::format::{ChannelConfig, ChannelConfigDraft};
use domain::message::Channel;
use engine::channel_configs;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list)).routes(routes!(save))
}

/// Lists every channel with the limit, tone and template that hold for agents' answers. `id` is null while the channel's own rules do.
#[utoipa::path(get, path = "/channels", tag = "channels", operation_id = "list_channels",
    responses((status = 200, body = Vec<ChannelConfig>)))]
async fn list(ApiCx(cx): ApiCx) -> Result<Json<Vec<ChannelConfig>>, ApiError> {
    Ok(Json(channel_configs::list(&cx).await?))
}

/// Changes what holds for a channel, from the next answer on. The whole is given, not what differs.
#[utoipa::path(put, path = "/channels/{channel}", tag = "channels", operation_id = "save_channel", params(("channel" = Channel, Path)),
    request_body = ChannelConfigDraft,
    responses((status = 200, body = ChannelConfig)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath(channel): ApiPath<Channel>,
    ApiJson(draft): ApiJson<ChannelConfigDraft>,
) -> Result<Json<ChannelConfig>, ApiError> {
    Ok(Json(channel_configs::save(&cx, channel, draft).await?))
}
