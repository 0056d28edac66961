//! All server functions of the settings.

use domain::api_key::{ApiKey, ApiKeyDraft, NewApiKey};
use domain::budget::{Budget, BudgetDraft};
use domain::format::{ChannelConfig, ChannelConfigDraft};
use domain::id::{ApiKeyId, BudgetId, JobId};
use domain::message::Channel;
use domain::spending::Spending;
use domain::work::Work;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// Every key, revoked ones last.
#[server(prefix = "/fn", input = Json)]
pub async fn list_keys() -> Result<Vec<ApiKey>, AppError> {
    let cx = cx().await?;
    Ok(engine::api_keys::list(&cx).await?)
}

/// Makes a key. Its secret is in the answer, this once.
#[server(prefix = "/fn", input = Json)]
pub async fn create_key(draft: ApiKeyDraft) -> Result<NewApiKey, AppError> {
    let cx = cx().await?;
    Ok(engine::api_keys::create(&cx, draft).await?)
}

/// Revokes a key.
#[server(prefix = "/fn", input = Json)]
pub async fn revoke_key(id: ApiKeyId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::api_keys::revoke(&cx, id).await?)
}

/// Every budget with where it stands today.
#[server(prefix = "/fn", input = Json)]
pub async fn list_budgets() -> Result<Vec<Budget>, AppError> {
    let cx = cx().await?;
    Ok(engine::budgets::list(&cx).await?)
}

/// Makes a budget, or changes the limit of one.
#[server(prefix = "/fn", input = Json)]
pub async fn save_budget(id: Option<BudgetId>, draft: BudgetDraft) -> Result<Budget, AppError> {
    let cx = cx().await?;
    Ok(match id {
        None => engine::budgets::create(&cx, draft).await?,
        Some(id) => engine::budgets::save(&cx, id, draft.limit_micros).await?,
    })
}

/// Deletes a budget.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_budget(id: BudgetId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::budgets::delete(&cx, id).await?)
}

/// The last fourteen days, and who spends several times as much as usual today.
#[server(prefix = "/fn", input = Json)]
pub async fn load_spending() -> Result<Spending, AppError> {
    let cx = cx().await?;
    Ok(engine::spending::get(&cx).await?)
}

/// Every channel with what holds for it.
#[server(prefix = "/fn", input = Json)]
pub async fn list_channels() -> Result<Vec<ChannelConfig>, AppError> {
    let cx = cx().await?;
    Ok(engine::channel_configs::list(&cx).await?)
}

/// Changes what holds for a channel.
#[server(prefix = "/fn", input = Json)]
pub async fn save_channel(channel: Channel, draft: ChannelConfigDraft) -> Result<ChannelConfig, AppError> {
    let cx = cx().await?;
    Ok(engine::channel_configs::save(&cx, channel, draft).await?)
}

/// How the work list stands.
#[server(prefix = "/fn", input = Json)]
pub async fn load_work() -> Result<Work, AppError> {
    let cx = cx().await?;
    Ok(engine::work::get(&cx).await?)
}

/// Puts a dead job to work again.
#[server(prefix = "/fn", input = Json)]
pub async fn retry_job(id: JobId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::work::retry(&cx, id).await?)
}

/// Gives a dead job up.
#[server(prefix = "/fn", input = Json)]
pub async fn drop_job(id: JobId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::work::give_up(&cx, id).await?)
}

/// Whom a budget may be made for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Targets {
    /// Agents: id and name.
    pub agents: Vec<(String, String)>,
    /// Campaigns: id and name.
    pub campaigns: Vec<(String, String)>,
}

/// The first hundred agents and campaigns, for choosing.
#[server(prefix = "/fn", input = Json)]
pub async fn budget_targets() -> Result<Targets, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let (agents, campaigns) = db::budgets::targets(&mut tx).await?;
    Ok(Targets {
        agents: agents.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        campaigns: campaigns.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
    })
}
