//! What agents know: documents, their bytes, and their passages. Searching is in `knowledge/search.rs`.

mod search;

use chrono::{DateTime, Utc};
use domain::filter::{Filter, Page};
use domain::id::{AgentId, DocumentId, PassageId, UserId};
use domain::knowledge::{Document, DocumentKind, DocumentState};

use crate::{Result, Tx};

pub use search::{
    Candidate, Follow, QueryWord, Vector, bodies, candidates, count, frequencies, languages, query_words, vectors,
};

/// A document that is about to be stored.
pub struct NewDocument<'a> {
    /// Whose knowledge it is.
    pub agent_id: AgentId,
    /// Where it comes from.
    pub kind: DocumentKind,
    /// The file's name or the address.
    pub title: &'a str,
    /// The page's address.
    pub url: Option<&'a str>,
    /// As [`domain::knowledge::category`] makes it.
    pub category: &'a str,
    /// Its size.
    pub bytes: i64,
    /// Tells a file apart from every other.
    pub checksum: Option<&'a [u8]>,
}

/// Stores a document that waits to be read.
pub async fn insert(
    tx: &mut Tx,
    id: DocumentId,
    document: NewDocument<'_>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into documents (id, workspace_id, agent_id, kind, title, url, category, state, bytes, checksum, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9, $10, $11, $11)",
        id.uuid(),
        workspace,
        document.agent_id.uuid(),
        document.kind.as_str(),
        document.title,
        document.url,
        document.category,
        document.bytes,
        document.checksum,
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the bytes of a file.
pub async fn insert_file(tx: &mut Tx, id: DocumentId, content: &[u8], now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into document_files (document_id, workspace_id, content, created_at) values ($1, $2, $3, $4)",
        id.uuid(),
        workspace,
        content,
        now
    )
    .execute(tx.conn())
    .await?;
    tx.shrink();
    Ok(())
}

/// The bytes of a file.
pub async fn file(tx: &mut Tx, id: DocumentId) -> Result<Option<Vec<u8>>> {
    let content = sqlx::query_scalar!("select content from document_files where document_id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    tx.shrink();
    Ok(content)
}

/// One document.
pub async fn find(tx: &mut Tx, id: DocumentId) -> Result<Option<Document>> {
    sqlx::query_as!(
        Document,
        r#"select id as "id: DocumentId", agent_id as "agent_id: AgentId", kind as "kind: DocumentKind", title, url, category,
                  state as "state: DocumentState", reason, notes, bytes, progress, passages, synced_at, created_at
           from documents where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The documents of an agent, the newest first. Of the filter: `q` in titles, `status` as the state, and the page.
pub async fn list(tx: &mut Tx, agent: AgentId, category: Option<&str>, filter: &Filter) -> Result<Page<Document>> {
    let (like, state, at) = (filter.like(), Filter::word(&filter.status), filter.at());
    let items = sqlx::query_as!(
        Document,
        r#"select id as "id: DocumentId", agent_id as "agent_id: AgentId", kind as "kind: DocumentKind", title, url, category,
                  state as "state: DocumentState", reason, notes, bytes, progress, passages, synced_at, created_at
           from documents
           where agent_id = $1
             and ($2::text is null or fold(title) like (select fold($2)))
             and ($3::text is null or state = $3)
             and ($4::text is null or category = $4)
           order by id desc
           limit $5 offset $6"#,
        agent.uuid(),
        like,
        state,
        category,
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from documents
           where agent_id = $1
             and ($2::text is null or fold(title) like (select fold($2)))
             and ($3::text is null or state = $3)
             and ($4::text is null or category = $4)"#,
        agent.uuid(),
        like,
        state,
        category
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(items, at, total))
}

/// The categories that an agent's documents have, by name.
pub async fn categories(tx: &mut Tx, agent: AgentId) -> Result<Vec<String>> {
    sqlx::query_scalar!("select distinct category from documents where agent_id = $1 order by category", agent.uuid())
        .fetch_all(tx.conn())
        .await
}

/// How many documents and passages an agent has: `(documents, passages)`.
pub async fn sums(tx: &mut Tx, agent: AgentId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "documents!", coalesce(sum(passages), 0)::bigint as "passages!" from documents where agent_id = $1"#,
        agent.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.documents, row.passages))
}

/// The file that is there already, by its checksum: its id, name and state.
pub async fn same_file(
    tx: &mut Tx,
    agent: AgentId,
    checksum: &[u8],
) -> Result<Option<(DocumentId, String, DocumentState)>> {
    let row = sqlx::query!(
        r#"select id as "id: DocumentId", title, state as "state: DocumentState"
           from documents where agent_id = $1 and checksum = $2 and kind = 'file'"#,
        agent.uuid(),
        checksum
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.id, r.title, r.state)))
}

/// Puts a document into another category.
pub async fn set_category(tx: &mut Tx, id: DocumentId, category: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update documents set category = $2, updated_at = $3 where id = $1", id.uuid(), category, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How far the reading of a document is.
pub async fn progress(
    tx: &mut Tx,
    id: DocumentId,
    state: DocumentState,
    percent: i16,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update documents set state = $2, progress = $3, reason = null, updated_at = $4 where id = $1",
        id.uuid(),
        state.as_str(),
        percent,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The reading failed. Passages of an earlier reading stay as they are.
pub async fn fail(tx: &mut Tx, id: DocumentId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update documents set state = 'failed', reason = $2, progress = 100, updated_at = $3 where id = $1",
        id.uuid(),
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a reading gave.
pub struct Reading<'a> {
    /// What the document is called, if it says so itself.
    pub title: Option<&'a str>,
    /// Its size as it was read.
    pub bytes: i64,
    /// What was left out.
    pub notes: &'a [String],
    /// The passages, in order.
    pub passages: &'a [NewPassage],
    /// The model that made the vectors.
    pub embedding_model: Option<&'a str>,
}

/// A passage that is about to be stored.
pub struct NewPassage {
    /// Its id.
    pub id: PassageId,
    /// The headings it stands under.
    pub heading: String,
    /// Its text.
    pub body: String,
    /// The dictionary that knows its words, as Postgres calls it.
    pub language: &'static str,
    /// Its vector.
    pub embedding: Option<Vec<f32>>,
}

/// Puts a reading in place of the former one: the passages as a whole, and the document is ready. False when it is gone.
pub async fn replace(tx: &mut Tx, id: DocumentId, reading: Reading<'_>, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let agent = sqlx::query_scalar!(r#"select agent_id from documents where id = $1 for update"#, id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    let Some(agent) = agent else { return Ok(false) };
    sqlx::query!("delete from passages where document_id = $1", id.uuid()).execute(tx.conn()).await?;
    for (batch, passages) in reading.passages.chunks(500).enumerate() {
        let ids: Vec<_> = passages.iter().map(|p| p.id.uuid()).collect();
        let headings: Vec<String> = passages.iter().map(|p| p.heading.clone()).collect();
        let bodies: Vec<String> = passages.iter().map(|p| p.body.clone()).collect();
        let languages: Vec<String> = passages.iter().map(|p| p.language.to_owned()).collect();
        sqlx::query!(
            "insert into passages (id, workspace_id, agent_id, document_id, position, heading, body, language, created_at)
             select n.id, $1, $2, $3, $4 + n.at::int, n.heading, n.body, n.language, $9
             from unnest($5::uuid[], $6::text[], $7::text[], $8::text[]) with ordinality as n (id, heading, body, language, at)",
            workspace,
            agent,
            id.uuid(),
            i32::try_from(batch * 500).unwrap_or(i32::MAX),
            &ids,
            &headings,
            &bodies,
            &languages,
            now
        )
        .execute(tx.conn())
        .await?;
    }
    if let Some(model) = reading.embedding_model {
        for passage in reading.passages {
            let Some(vector) = &passage.embedding else { continue };
            sqlx::query!(
                "update passages set embedding = $2, embedding_model = $3 where id = $1",
                passage.id.uuid(),
                vector,
                model
            )
            .execute(tx.conn())
            .await?;
        }
    }
    let mut languages: Vec<String> = reading.passages.iter().map(|p| p.language.to_owned()).collect();
    languages.sort_unstable();
    languages.dedup();
    sqlx::query!(
        "update documents
         set state = 'ready', reason = null, progress = 100, title = coalesce($2, title), bytes = $3, notes = $4, passages = $5,
             updated_at = $6, synced_at = $6, languages = $7
         where id = $1",
        id.uuid(),
        reading.title,
        reading.bytes,
        reading.notes,
        i32::try_from(reading.passages.len()).unwrap_or(i32::MAX),
        now,
        &languages
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Deletes a document with everything of it. False when there is none.
pub async fn delete(tx: &mut Tx, id: DocumentId) -> Result<bool> {
    let done = sqlx::query!("delete from documents where id = $1", id.uuid()).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// The passages of a document in order, for looking through: at most `limit`.
pub async fn passages(tx: &mut Tx, id: DocumentId, limit: i64) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select heading, body from passages where document_id = $1 order by position limit $2",
        id.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.heading, r.body)).collect())
}
