//! All server functions of the replay page.

use domain::agent::ModelChoice;
use domain::id::ConversationId;
use domain::skill::Guardrails;
use domain::turn::{ReplayAsk, Replayed};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// What can be replayed, and what it was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The conversation.
    pub id: ConversationId,
    /// With whom.
    pub lead_name: String,
    /// How many turns there are.
    pub turns: u32,
    /// The prompt of the newest one.
    pub prompt: String,
    /// Its guardrails.
    pub guardrails: Guardrails,
    /// The models that can be asked, as choice and label.
    pub models: Vec<(ModelChoice, String)>,
}

/// The conversation from the id in the address.
#[server(prefix = "/fn", input = Json)]
pub async fn stored_conversation(id: String) -> Result<Stored, AppError> {
    let cx = cx().await?;
    let id: ConversationId = id.parse().map_err(|_| engine::Error::NotFound)?;
    let turns = engine::replay::turns(&cx, id).await?;
    let mut tx = cx.read().await?;
    let conversation = db::conversations::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let newest = turns.last().map(|turn| turn.draft.clone()).unwrap_or_default();
    let models = cx.parts().models.available().into_iter().map(|entry| (entry.choice, entry.label)).collect();
    let count = u32::try_from(turns.len()).unwrap_or(u32::MAX);
    let lead_name = conversation.lead_name;
    Ok(Stored { id, lead_name, turns: count, prompt: newest.prompt, guardrails: newest.guardrails, models })
}

/// Runs the turns again. Nothing is sent; the models are really asked.
#[server(prefix = "/fn", input = Json)]
pub async fn replay_conversation(id: ConversationId, ask: ReplayAsk) -> Result<Replayed, AppError> {
    let cx = cx().await?;
    Ok(engine::replay::run(&cx, id, ask).await?)
}
