//! All server functions of writing with an agent's help.

use domain::content::{ContentAsk, Written};
use domain::id::AgentId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// Writes a draft as an agent. Nothing is sent.
#[server(prefix = "/fn", input = Json)]
pub async fn write_content(agent: AgentId, ask: ContentAsk) -> Result<Written, AppError> {
    let cx = cx().await?;
    Ok(engine::content::write(&cx, agent, ask).await?)
}

/// The agents that can write: id and name.
#[server(prefix = "/fn", input = Json)]
pub async fn list_writers() -> Result<Vec<(AgentId, String)>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::leads::agents(&mut tx).await?)
}
