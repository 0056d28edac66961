//! All server functions of an agent's knowledge. Files come in over the REST API, whose limits they share.

use domain::filter::Page;
use domain::id::{AgentId, DocumentId};
use domain::knowledge::{Document, PageDraft, Passage};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// What the section shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    /// One page of documents, the newest first.
    pub page: Page<Document>,
    /// Every category that is in use.
    pub categories: Vec<String>,
    /// Documents and passages in all.
    pub sums: (i64, i64),
}

/// What an agent knows: one page, of one category or all.
#[server(prefix = "/fn", input = Json)]
pub async fn list_knowledge(agent: AgentId, category: String, page: i64) -> Result<Shelf, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let filter = domain::filter::Filter { page: Some(page), page_size: Some(20), ..Default::default() };
    let only = Some(category).filter(|c| !c.is_empty());
    let listed = db::knowledge::list(&mut tx, agent, only.as_deref(), &filter).await?;
    // The last document of the last page may just have been deleted.
    let listed = match listed.last_instead() {
        Some(last) => {
            let filter = domain::filter::Filter { page: Some(last), ..filter };
            db::knowledge::list(&mut tx, agent, only.as_deref(), &filter).await?
        }
        None => listed,
    };
    Ok(Shelf {
        page: listed,
        categories: db::knowledge::categories(&mut tx, agent).await?,
        sums: db::knowledge::sums(&mut tx, agent).await?,
    })
}

/// Adds a page of the web.
#[server(prefix = "/fn", input = Json)]
pub async fn add_page(agent: AgentId, page: PageDraft) -> Result<Document, AppError> {
    let cx = cx().await?;
    Ok(engine::knowledge::add_page(&cx, agent, page).await?)
}

/// Reads a document anew.
#[server(prefix = "/fn", input = Json)]
pub async fn refresh_document(id: DocumentId) -> Result<Document, AppError> {
    let cx = cx().await?;
    Ok(engine::knowledge::refresh(&cx, id).await?)
}

/// Puts a document into another category.
#[server(prefix = "/fn", input = Json)]
pub async fn set_document_category(id: DocumentId, category: String) -> Result<Document, AppError> {
    let cx = cx().await?;
    Ok(engine::knowledge::set_category(&cx, id, &category).await?)
}

/// Deletes a document for good.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_document(id: DocumentId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::knowledge::delete(&cx, id).await?)
}

/// Searches as the agent does.
#[server(prefix = "/fn", input = Json)]
pub async fn search_knowledge(agent: AgentId, query: String, category: String) -> Result<Vec<Passage>, AppError> {
    let cx = cx().await?;
    let categories: Vec<String> = Some(category).filter(|c| !c.is_empty()).into_iter().collect();
    Ok(engine::knowledge::search(&cx, agent, &query, &categories).await?)
}
