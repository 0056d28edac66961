//! The jobs that read a document. The bytes are looked at in a process of their own (`knowledge::outside`); whatever happens there,
//! the document ends as ready or as failed with a reason.

use std::time::Duration;

use domain::event::EventKind;
use domain::id::DocumentId;
use domain::knowledge::{Document, DocumentKind, DocumentState};
use knowledge::{Reading, outside};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{language, vectors};
use crate::worker::Next;
use crate::{Cx, Error, Result, events};

/// How many documents are read at the same time: each may take a gigabyte, and messages must not wait behind a shelf of them.
static DESKS: Semaphore = Semaphore::const_new(2);
/// How many pages are fetched at the same time: each is held in memory until it was read.
static LINES: Semaphore = Semaphore::const_new(4);
/// How long a job waits for its turn before it lets other jobs go first.
const QUEUES: Duration = Duration::from_secs(2);

/// The right to go on now; none when enough others are at it.
async fn turn(of: &'static Semaphore) -> Option<SemaphorePermit<'static>> {
    tokio::time::timeout(QUEUES, of.acquire()).await.ok()?.ok()
}

/// Comes back to a document when others are through. Not a try: nothing was tried.
fn later(cx: &Cx) -> Result<Next> {
    Ok(Next::At(cx.now() + chrono::Duration::seconds(1)))
}

/// Reads an uploaded file into passages.
pub(crate) async fn parse(cx: &Cx, id: DocumentId, last: bool) -> Result<Next> {
    let Some(_desk) = turn(&DESKS).await else { return later(cx) };
    let Some(document) = begin(cx, id).await? else { return Ok(Next::Done) };
    let bytes = {
        let _wire = super::wire().await?;
        let mut tx = cx.read().await?;
        db::knowledge::file(&mut tx, id).await?
    };
    let Some(bytes) = bytes else { return Ok(Next::Done) };
    finish(cx, &document, document.title.clone(), None, bytes, last).await
}

/// Fetches a page and reads it into passages.
pub(crate) async fn crawl(cx: &Cx, id: DocumentId, last: bool) -> Result<Next> {
    let Some(_line) = turn(&LINES).await else { return later(cx) };
    let Some(document) = begin(cx, id).await? else { return Ok(Next::Done) };
    let Some(url) = document.url.clone() else { return Ok(Next::Done) };
    let fetched = match cx.parts().guarded.fetch(&url, super::MAX_BYTES).await {
        Ok(fetched) => fetched,
        Err(channels::http::Failure::Refused(why)) => {
            return fail(cx, &document, &format!("The page was not fetched: {why}.")).await;
        }
        Err(error) => {
            return unreachable(cx, &document, format!("The page could not be reached: {error}."), last).await;
        }
    };
    if fetched.too_large {
        let most = super::MAX_BYTES / 1024 / 1024;
        return fail(cx, &document, &format!("The page is larger than {most} MB, so it was not read.")).await;
    }
    match fetched.status {
        200..300 => {}
        status @ (429 | 500..) => {
            let reason = format!("The page answered with status {status}, so there is nothing to read.");
            return unreachable(cx, &document, reason, last).await;
        }
        status => {
            return fail(
                cx,
                &document,
                &format!("The page answered with status {status}, so there is nothing to read."),
            )
            .await;
        }
    }
    let Some(_desk) = turn(&DESKS).await else { return later(cx) };
    // The last part of the path may name a file; the rest of the address tells nothing about what it is.
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().filter(|_| path.matches('/').count() > 2).unwrap_or_default().to_owned();
    finish(cx, &document, name, fetched.media, fetched.bytes, last).await
}

/// The page may be there in a moment; until then the operator sees what is wrong with it.
async fn unreachable(cx: &Cx, document: &Document, reason: String, last: bool) -> Result<Next> {
    if last {
        return fail(cx, document, &reason).await;
    }
    let mut tx = cx.write().await?;
    db::knowledge::fail(&mut tx, document.id, &format!("{reason} It is tried again by itself."), cx.now()).await?;
    events::note(&mut tx, EventKind::KnowledgeFailed, document.id);
    tx.commit().await?;
    Ok(Next::Retry { reason: "the page could not be reached".into(), after_secs: 0 })
}

/// Marks a document as being read. None when it was deleted meanwhile.
async fn begin(cx: &Cx, id: DocumentId) -> Result<Option<Document>> {
    let mut tx = cx.write().await?;
    let Some(document) = db::knowledge::find(&mut tx, id).await? else { return Ok(None) };
    db::knowledge::progress(&mut tx, id, DocumentState::Parsing, 10, cx.now()).await?;
    events::note(&mut tx, EventKind::KnowledgeReady, id);
    tx.commit().await?;
    Ok(Some(document))
}

/// Reads the bytes and puts their passages in place of the former ones.
async fn finish(
    cx: &Cx,
    document: &Document,
    name: String,
    media: Option<String>,
    bytes: Vec<u8>,
    last: bool,
) -> Result<Next> {
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let read = tokio::task::spawn_blocking(move || outside::read(&name, media.as_deref(), bytes));
    let reading = match read.await.map_err(Error::internal)? {
        Ok(reading) => reading,
        Err(refusal) => return fail(cx, document, &refusal.to_string()).await,
    };
    let mut tx = cx.write().await?;
    db::knowledge::progress(&mut tx, document.id, DocumentState::Parsing, 50, cx.now()).await?;
    events::note(&mut tx, EventKind::KnowledgeReady, document.id);
    tx.commit().await?;

    let Reading { title, pieces, mut notes } = reading;
    let texts: Vec<String> = pieces.iter().map(|p| format!("{}\n{}", p.heading, p.body).trim().to_owned()).collect();
    let made = match vectors::of_texts(cx, document.agent_id, &texts).await {
        Ok(made) => made,
        Err(lacking) if lacking.passes && !last => {
            return Ok(Next::Retry { reason: lacking.why, after_secs: 0 });
        }
        Err(lacking) => {
            notes.push(format!("Found by its words only: {}.", lacking.why));
            None
        }
    };
    let (model, mut vectors) = made.map_or((None, Vec::new()), |(model, vectors)| (Some(model), vectors));
    vectors.resize_with(pieces.len(), Vec::new);
    // A short passage is in the language of what stands around it.
    let around = language::of(&texts.join("\n")).unwrap_or(language::UNTOLD);
    let passages: Vec<db::knowledge::NewPassage> = pieces
        .into_iter()
        .zip(vectors)
        .zip(&texts)
        .map(|((piece, vector), text)| db::knowledge::NewPassage {
            id: cx.new_id(),
            language: language::of(text).unwrap_or(around),
            heading: piece.heading,
            body: piece.body,
            embedding: Some(vector).filter(|v| !v.is_empty()),
        })
        .collect();

    // A page is called what it calls itself; a file is found again under the name it was uploaded with.
    let title = title.filter(|_| document.kind == DocumentKind::Url);
    let mut tx = cx.write().await?;
    let reading = db::knowledge::Reading {
        title: title.as_deref(),
        bytes: size,
        notes: &notes,
        passages: &passages,
        embedding_model: model.as_deref(),
    };
    if !db::knowledge::replace(&mut tx, document.id, reading, cx.now()).await? {
        return Ok(Next::Done);
    }
    let title = title.as_deref().unwrap_or(&document.title);
    events::record(cx, &mut tx, EventKind::KnowledgeReady, document.id, title).await?;
    tx.commit().await?;
    Ok(Next::Done)
}

/// The document cannot be read, and trying again would not help.
async fn fail(cx: &Cx, document: &Document, reason: &str) -> Result<Next> {
    let mut tx = cx.write().await?;
    db::knowledge::fail(&mut tx, document.id, reason, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::KnowledgeFailed, document.id, &document.title).await?;
    tx.commit().await?;
    Ok(Next::Done)
}

/// The job is given up after its last try: the document must not look as if it were still being read.
pub(crate) async fn give_up(cx: &Cx, tx: &mut db::Tx, id: DocumentId) -> Result<()> {
    db::knowledge::fail(tx, id, "It could not be read after several tries. Try it again later.", cx.now()).await?;
    events::note(tx, EventKind::KnowledgeFailed, id);
    Ok(())
}
