//! All server functions of the flow editor.

use domain::campaign::{Campaign, Flow, NodeProgress};
use domain::flow::FlowGraph;
use domain::flow::check::Known;
use domain::id::CampaignId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// Everything the editor opens with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The campaign.
    pub campaign: Campaign,
    /// Its drawing.
    pub flow: Flow,
    /// The templates and agents that steps may name.
    pub known: Known,
    /// How far the leads are, by step. Empty before the start.
    pub progress: Vec<NodeProgress>,
    /// The number of the frozen version that new runs get, once the campaign was started.
    pub version: Option<i32>,
}

/// What changes around the drawing while it is edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// The templates and agents that steps may name.
    pub known: Known,
    /// How far the leads are, by step.
    pub progress: Vec<NodeProgress>,
}

#[cfg(feature = "ssr")]
async fn around(tx: &mut db::Tx, campaign_id: CampaignId) -> Result<Around, AppError> {
    let known = Known { templates: db::templates::known(tx).await?, agents: db::agents::known(tx).await? };
    Ok(Around { known, progress: db::campaigns::node_progress(tx, campaign_id).await? })
}

/// Opens the drawing of a campaign.
#[server(prefix = "/fn", input = Json)]
pub async fn load_editor(campaign_id: CampaignId) -> Result<EditorData, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, campaign_id).await?.ok_or(AppError::NotFound)?;
    let flow = db::flows::find(&mut tx, campaign.flow_id).await?.ok_or(AppError::NotFound)?;
    let Around { known, progress } = around(&mut tx, campaign_id).await?;
    let version = match campaign.flow_version_id {
        Some(id) => db::flows::version_number(&mut tx, id).await?,
        None => None,
    };
    Ok(EditorData { campaign, flow, known, progress, version })
}

/// The templates, agents and counters as they are now.
#[server(prefix = "/fn", input = Json)]
pub async fn look_around(campaign_id: CampaignId) -> Result<Around, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    around(&mut tx, campaign_id).await
}

/// Saves the drawing. Refused as a conflict when somebody else saved since `revision`.
#[server(prefix = "/fn", input = Json)]
pub async fn save_flow(campaign_id: CampaignId, revision: i32, graph: FlowGraph) -> Result<Flow, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::save_flow(&cx, campaign_id, revision, graph).await?)
}
