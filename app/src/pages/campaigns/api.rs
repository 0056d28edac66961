//! All server functions of the campaign pages.

use domain::campaign::advice::Advised;
use domain::campaign::{
    Audience, AudienceCounts, Campaign, CampaignDraft, CampaignRow, NodeProgress, Progress, RunRow,
};
use domain::filter::{Filter, Page};
use domain::flow::check::{FlowProblem, KnownAgent};
use domain::flow::starter::Starter;
use domain::id::{AgentId, CampaignId, ConversationId};
use domain::lead::BulkResult;
use domain::message::CallEnd;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::steps::Step;
use super::why::Wait;
#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// Everything that the page of one campaign shows, besides its people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CampaignData {
    /// The campaign.
    pub campaign: Campaign,
    /// The agent that speaks for it.
    pub agent: Option<KnownAgent>,
    /// Its figures.
    pub progress: Progress,
    /// Its steps in the order of the drawing.
    pub steps: Vec<Step>,
    /// How each step was passed.
    pub nodes: Vec<NodeProgress>,
    /// How the calls of each step ended, and how many did so.
    pub calls: Vec<(String, CallEnd, i64)>,
    /// What unfinished runs wait for.
    pub waits: Vec<Wait>,
    /// Why messages did not go out: the rule's word or the provider's sentence, and how often.
    pub refusals: Vec<(String, i64)>,
    /// How many webhook steps failed for good, and what the last one came to.
    pub webhooks_failed: (i64, Option<String>),
    /// Whether the drawing was edited since it was frozen.
    pub edited: bool,
    /// The last advice on it.
    pub advice: Option<Advised>,
}

/// One person of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Where they stand.
    pub run: RunRow,
    /// The name of that step.
    pub step: String,
    /// The conversation that was last active.
    pub conversation: Option<ConversationId>,
}

/// What the launch checklist looks at, besides the audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Readiness {
    /// Everything found, advice included.
    pub problems: Vec<FlowProblem>,
    /// The steps, for naming them.
    pub steps: Vec<Step>,
    /// The agent that speaks for the campaign.
    pub agent: Option<KnownAgent>,
    /// People who wait in it for the start.
    pub waiting: i64,
}

/// One page of the list.
#[server(prefix = "/fn", input = Json)]
pub async fn list_campaigns(filter: Filter) -> Result<Page<CampaignRow>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let page = db::campaigns::list(&mut tx, &filter).await?;
    Ok(match page.last_instead() {
        Some(last) => db::campaigns::list(&mut tx, &Filter { page: Some(last), ..filter }).await?,
        None => page,
    })
}

/// The agents that a campaign may speak through.
#[server(prefix = "/fn", input = Json)]
pub async fn campaign_agents() -> Result<Vec<KnownAgent>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::agents::known(&mut tx).await?)
}

/// Makes a campaign with a drawing to begin with.
#[server(prefix = "/fn", input = Json)]
pub async fn make_campaign(draft: CampaignDraft, starter: Starter) -> Result<Campaign, AppError> {
    let cx = cx().await?;
    let graph = engine::campaigns::starter(&cx, starter, draft.agent_id).await?;
    Ok(engine::campaigns::create(&cx, draft, Some(graph)).await?)
}

/// Saves a campaign's name and agent.
#[server(prefix = "/fn", input = Json)]
pub async fn save_campaign(id: CampaignId, draft: CampaignDraft) -> Result<Campaign, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::save(&cx, id, draft).await?)
}

/// One campaign with everything its page shows. The id comes from the address; what is none does not exist.
#[server(prefix = "/fn", input = Json)]
pub async fn load_campaign(key: String) -> Result<CampaignData, AppError> {
    let cx = cx().await?;
    let id: CampaignId = key.parse().map_err(|_| engine::Error::NotFound)?;
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    super::load::campaign(&mut tx, campaign).await
}

/// One page of a campaign's people.
#[server(prefix = "/fn", input = Json)]
pub async fn list_people(id: CampaignId, filter: Filter) -> Result<Page<Person>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let page = super::load::people(&mut tx, &campaign, &filter).await?;
    match page.last_instead() {
        Some(last) => super::load::people(&mut tx, &campaign, &Filter { page: Some(last), ..filter }).await,
        None => Ok(page),
    }
}

/// What the launch checklist looks at.
#[server(prefix = "/fn", input = Json)]
pub async fn load_readiness(id: CampaignId) -> Result<Readiness, AppError> {
    let cx = cx().await?;
    let problems = engine::campaigns::check(&cx, id).await?;
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    super::load::readiness(&mut tx, &campaign, problems).await
}

/// What an audience comes to.
#[server(prefix = "/fn", input = Json)]
pub async fn count_audience(id: CampaignId, audience: Audience) -> Result<AudienceCounts, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::audience::counts(&mut tx, id, &audience).await?)
}

/// Takes an audience in, if there is one, and starts the campaign.
#[server(prefix = "/fn", input = Json)]
pub async fn launch_campaign(id: CampaignId, audience: Option<Audience>) -> Result<BulkResult, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::launch(&cx, id, audience).await?)
}

/// Takes an audience in and leaves the campaign as it is.
#[server(prefix = "/fn", input = Json)]
pub async fn enrol_people(id: CampaignId, audience: Audience) -> Result<BulkResult, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::enrol(&cx, id, audience).await?)
}

/// Holds a campaign.
#[server(prefix = "/fn", input = Json)]
pub async fn pause_campaign(id: CampaignId) -> Result<Campaign, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::pause(&cx, id).await?)
}

/// Goes on with a held campaign.
#[server(prefix = "/fn", input = Json)]
pub async fn resume_campaign(id: CampaignId) -> Result<Campaign, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::activate(&cx, id).await?)
}

/// Ends a campaign before everybody came to the end.
#[server(prefix = "/fn", input = Json)]
pub async fn complete_campaign(id: CampaignId) -> Result<Campaign, AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::complete(&cx, id).await?)
}

/// Asks a model for advice on a campaign, which is kept as its last.
#[server(prefix = "/fn", input = Json)]
pub async fn ask_advice(id: CampaignId) -> Result<Advised, AppError> {
    let cx = cx().await?;
    Ok(engine::advice::ask(&cx, id).await?)
}

/// Deletes a campaign and stops everybody in it.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_campaign(id: CampaignId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::campaigns::delete(&cx, id).await?)
}

/// The agent as a drop-down list has it: empty means none.
pub fn agent_of(choice: &str) -> Option<AgentId> {
    choice.parse().ok()
}
