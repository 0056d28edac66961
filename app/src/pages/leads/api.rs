//! All server functions of the leads. Files come in over the REST API, whose limits and reports they share.

use chrono::{DateTime, Utc};
use domain::erasure::Receipt;
use domain::filter::{Filter, Page};
use domain::id::{AgentId, LeadId};
use domain::lead::{Import, Lead, LeadDraft};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadList {
    /// One page of leads.
    pub page: Page<Lead>,
    /// Every agent: id and name.
    pub agents: Vec<(AgentId, String)>,
}

/// What the drawer needs to edit one lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadEditor {
    /// The lead as it was last saved; none for a new one.
    pub lead: Option<Lead>,
    /// Every agent: id and name.
    pub agents: Vec<(AgentId, String)>,
    /// The record of consents, newest first.
    pub consents: Vec<ConsentLine>,
}

/// One line of the record of consents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentLine {
    /// Given, or taken back.
    pub granted: bool,
    /// Where.
    pub source: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The operator who wrote it down; empty for the system.
    pub recorded_by: String,
}

/// One page of leads.
#[server(prefix = "/fn", input = Json)]
pub async fn list_leads(filter: Filter) -> Result<LeadList, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let mut page = db::leads::list(&mut tx, &filter).await?;
    if let Some(last) = page.last_instead() {
        page = db::leads::list(&mut tx, &Filter { page: Some(last), ..filter }).await?;
    }
    Ok(LeadList { page, agents: db::leads::agents(&mut tx).await? })
}

/// What the drawer needs: `new`, or the id of a lead.
#[server(prefix = "/fn", input = Json)]
pub async fn edit_lead(key: String) -> Result<LeadEditor, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let agents = db::leads::agents(&mut tx).await?;
    if key == "new" {
        return Ok(LeadEditor { lead: None, agents, consents: Vec::new() });
    }
    let id: LeadId = key.parse().map_err(|_| engine::Error::NotFound)?;
    let lead = db::leads::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let line = |c: db::leads::ConsentRow| ConsentLine {
        granted: c.granted,
        source: c.source,
        at: c.at,
        recorded_by: c.recorded_by,
    };
    let consents = db::leads::consents(&mut tx, id).await?.into_iter().map(line).collect();
    Ok(LeadEditor { lead: Some(lead), agents, consents })
}

/// Makes a lead, or saves one.
#[server(prefix = "/fn", input = Json)]
pub async fn save_lead(id: Option<LeadId>, draft: LeadDraft) -> Result<Lead, AppError> {
    let cx = cx().await?;
    Ok(match id {
        None => engine::leads::create(&cx, draft).await?,
        Some(id) => engine::leads::update(&cx, id, draft).await?,
    })
}

/// Deletes a lead.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_lead(id: LeadId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::leads::delete(&cx, id).await?)
}

/// Erases the person of a lead: everything that was kept about them.
#[server(prefix = "/fn", input = Json)]
pub async fn erase_lead(id: LeadId) -> Result<Receipt, AppError> {
    let cx = cx().await?;
    Ok(engine::erasure::erase(&cx, id).await?)
}

/// Makes the sample leads. Gives how many.
#[server(prefix = "/fn", input = Json)]
pub async fn add_sample_leads() -> Result<i64, AppError> {
    let cx = cx().await?;
    Ok(engine::leads::add_samples(&cx).await?)
}

/// One import with its report so far.
#[server(prefix = "/fn", input = Json)]
pub async fn find_import(id: String) -> Result<Import, AppError> {
    let cx = cx().await?;
    let id: domain::id::ImportId = id.parse().map_err(|_| engine::Error::NotFound)?;
    Ok(engine::imports::get(&cx, id).await?)
}
