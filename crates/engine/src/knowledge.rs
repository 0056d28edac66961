//! What agents know: documents and pages come in, jobs read them, searches find their passages.
//!
//! Not here: how bytes become passages (crate `knowledge`), SQL. A document that is refused at the door is an error; one that turns
//! out to be unreadable is a row with its reason.

mod language;
mod rank;
mod read;
mod search;
mod vectors;

use domain::access::Right;
use domain::event::EventKind;
use domain::id::{AgentId, DocumentId};
use domain::job::Job;
use domain::knowledge::{self as known, Document, DocumentKind, DocumentState, PageDraft};
use domain::problem::Problems;
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Cx, Error, Result, events};

pub(crate) use read::{crawl, give_up, parse};
pub use search::search;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = knowledge::MAX_BYTES;
/// The most documents of one agent.
const MAX_DOCUMENTS: i64 = 2_000;

/// Takes a file into an agent's knowledge; a worker reads it. A file of a kind that is not read is refused at once, and so is one that
/// the agent knows already, unless its reading failed.
pub async fn add_file(cx: &Cx, agent: AgentId, name: &str, category: &str, bytes: Vec<u8>) -> Result<Document> {
    cx.may(Right::Write)?;
    let mut problems = Problems::none();
    known::check_category(&mut problems, category);
    let title = shown_name(name);
    if let Err(refusal) = knowledge::check(&title, &bytes) {
        problems.add("file", refusal.to_string());
    }
    problems.into_result()?;
    let checksum = Sha256::digest(&bytes);
    let (id, now) = (cx.new_id(), cx.now());

    let _wire = wire().await?;
    let mut tx = cx.write().await?;
    owner(&mut tx, agent).await?;
    match db::knowledge::same_file(&mut tx, agent, &checksum).await? {
        Some((former, _, DocumentState::Failed)) => {
            db::knowledge::delete(&mut tx, former).await?;
        }
        Some((_, title, _)) => {
            return Err(Error::Conflict(format!("The agent knows this file already, as \"{title}\".")));
        }
        None => {}
    }
    let document = db::knowledge::NewDocument {
        agent_id: agent,
        kind: DocumentKind::File,
        title: &title,
        url: None,
        category: &known::category(category),
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        checksum: Some(&checksum),
    };
    db::knowledge::insert(&mut tx, id, document, cx.user(), now).await?;
    db::knowledge::insert_file(&mut tx, id, &bytes, now).await?;
    db::jobs::enqueue(&mut tx, cx.new_id(), &Job::ParseDocument { document_id: id }, now, now).await?;
    events::record(cx, &mut tx, EventKind::KnowledgeAdded, id, &title).await?;
    tx.commit().await?;
    get(cx, id).await
}

/// The turn of a file on its way to the database or back. They go one by one: each is in memory several times on its way.
async fn wire() -> Result<SemaphorePermit<'static>> {
    static WIRE: Semaphore = Semaphore::const_new(1);
    WIRE.acquire().await.map_err(Error::internal)
}

/// Takes a page into an agent's knowledge; a worker fetches and reads it.
pub async fn add_page(cx: &Cx, agent: AgentId, page: PageDraft) -> Result<Document> {
    cx.may(Right::Write)?;
    let mut problems = Problems::none();
    known::check_category(&mut problems, &page.category);
    if page.url.len() > 2_000 {
        problems.add("url", "An address has at most 2,000 characters.");
    }
    let url = problems.take("url", cx.parts().guarded.checked_url(&page.url).map_err(|failure| failure.sentence()));
    problems.into_result()?;
    let Some(mut url) = url else { return Err(Error::NotFound) };
    url.set_fragment(None);
    let (id, now) = (cx.new_id(), cx.now());

    let mut tx = cx.write().await?;
    owner(&mut tx, agent).await?;
    let document = db::knowledge::NewDocument {
        agent_id: agent,
        kind: DocumentKind::Url,
        title: url.as_str(),
        url: Some(url.as_str()),
        category: &known::category(&page.category),
        bytes: 0,
        checksum: None,
    };
    db::knowledge::insert(&mut tx, id, document, cx.user(), now).await.map_err(|error| match db::broken_constraint(
        &error,
    ) {
        Some("documents_url_once") => {
            Error::Conflict("The agent knows this page already. Fetch it again instead.".into())
        }
        _ => error.into(),
    })?;
    db::jobs::enqueue(&mut tx, cx.new_id(), &Job::CrawlDocument { document_id: id }, now, now).await?;
    events::record(cx, &mut tx, EventKind::KnowledgeAdded, id, url.as_str()).await?;
    tx.commit().await?;
    get(cx, id).await
}

/// Reads a document anew: a page is fetched again. What it gave before can be found until then.
pub async fn refresh(cx: &Cx, id: DocumentId) -> Result<Document> {
    cx.may(Right::Write)?;
    let now = cx.now();
    let mut tx = cx.write().await?;
    let document = db::knowledge::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let job = match document.kind {
        DocumentKind::File => Job::ParseDocument { document_id: id },
        DocumentKind::Url => Job::CrawlDocument { document_id: id },
    };
    db::knowledge::progress(&mut tx, id, DocumentState::Queued, 0, now).await?;
    db::jobs::enqueue(&mut tx, cx.new_id(), &job, now, now).await?;
    events::note(&mut tx, EventKind::KnowledgeAdded, id);
    tx.commit().await?;
    get(cx, id).await
}

/// Puts a document into another category.
pub async fn set_category(cx: &Cx, id: DocumentId, category: &str) -> Result<Document> {
    cx.may(Right::Write)?;
    let mut problems = Problems::none();
    known::check_category(&mut problems, category);
    problems.into_result()?;
    let mut tx = cx.write().await?;
    db::knowledge::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    db::knowledge::set_category(&mut tx, id, &known::category(category), cx.now()).await?;
    events::note(&mut tx, EventKind::KnowledgeAdded, id);
    tx.commit().await?;
    get(cx, id).await
}

/// Deletes a document with its passages and its bytes, for good. Turns that used it keep what they were shown.
pub async fn delete(cx: &Cx, id: DocumentId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let document = db::knowledge::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    db::knowledge::delete(&mut tx, id).await?;
    events::record(cx, &mut tx, EventKind::KnowledgeDeleted, id, &document.title).await?;
    tx.commit().await?;
    Ok(())
}

/// One document, or `NotFound`.
pub async fn get(cx: &Cx, id: DocumentId) -> Result<Document> {
    let mut tx = cx.read().await?;
    db::knowledge::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// The agent must be there, and must not drown.
async fn owner(tx: &mut db::Tx, agent: AgentId) -> Result<()> {
    db::agents::find(tx, agent).await?.ok_or(Error::NotFound)?;
    let (documents, _) = db::knowledge::sums(tx, agent).await?;
    if documents >= MAX_DOCUMENTS {
        return Err(Error::Conflict(format!("An agent knows at most {MAX_DOCUMENTS} documents. Delete some first.")));
    }
    Ok(())
}

/// A file's name as it is kept: without a path or control characters, not too long, its ending kept.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: Vec<char> = last.chars().filter(|c| !c.is_control()).collect();
    let name: String = name[name.len().saturating_sub(120)..].iter().collect();
    if name.trim().is_empty() { "document".into() } else { name }
}
