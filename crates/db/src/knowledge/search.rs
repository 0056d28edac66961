//! The questions that a search asks the database. What the answers are worth is decided in `engine::knowledge`.

use domain::id::{AgentId, DocumentId, PassageId};
use domain::knowledge::Passage;

use crate::{Result, Tx};

/// A passage that holds some of the words.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which.
    pub id: PassageId,
    /// The words of the query that it holds.
    pub matched: Vec<String>,
    /// How close they stand together, from 0 to 1.
    pub closeness: f32,
}

/// The vector of a passage.
pub struct Vector {
    /// Which.
    pub id: PassageId,
    /// Its vector.
    pub embedding: Vec<f32>,
}

/// The words of a text as they are indexed: stemmed, without the commonest words of English.
pub async fn lexemes(tx: &mut Tx, text: &str) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select w.lexeme as "word!" from unnest(to_tsvector('english', $1)) w order by w.positions[1]"#,
        text
    )
    .fetch_all(tx.conn())
    .await
}

/// The passages of an agent that hold any of the words, the likeliest first.
pub async fn candidates(
    tx: &mut Tx,
    agent: AgentId,
    categories: &[String],
    words: &[String],
    how_many: i32,
) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select id as "id!: PassageId", matched as "matched!", closeness as "closeness!"
           from find_passages($1, $2, $3, $4)"#,
        agent.uuid(),
        categories,
        words,
        how_many
    )
    .fetch_all(tx.conn())
    .await
}

/// In how many of an agent's passages each word stands.
pub async fn frequencies(tx: &mut Tx, agent: AgentId, words: &[String]) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select word as "word!", passages as "passages!" from count_words($1, $2)"#,
        agent.uuid(),
        words
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.word, r.passages)).collect())
}

/// How many passages an agent has.
pub async fn count(tx: &mut Tx, agent: AgentId) -> Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from passages where agent_id = $1"#, agent.uuid())
        .fetch_one(tx.conn())
        .await
}

/// The vectors that a model made of an agent's passages, at most `limit`.
pub async fn vectors(
    tx: &mut Tx,
    agent: AgentId,
    categories: &[String],
    model: &str,
    limit: i64,
) -> Result<Vec<Vector>> {
    sqlx::query_as!(
        Vector,
        r#"select p.id as "id: PassageId", p.embedding as "embedding!"
           from passages p
           join documents d on d.id = p.document_id
           where p.agent_id = $1 and p.embedding_model = $3 and (cardinality($2::text[]) = 0 or d.category = any ($2))
           order by p.id desc
           limit $4"#,
        agent.uuid(),
        categories,
        model,
        limit
    )
    .fetch_all(tx.conn())
    .await
}

/// The passages themselves, in no order; the score is left at 0.
pub async fn bodies(tx: &mut Tx, ids: &[PassageId]) -> Result<Vec<Passage>> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.id as "id: PassageId", p.document_id as "document: DocumentId", d.title, p.heading, d.category, p.body
           from passages p
           join documents d on d.id = p.document_id
           where p.id = any ($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Passage {
            id: r.id,
            document: r.document,
            title: r.title,
            heading: r.heading,
            category: r.category,
            text: r.body,
            score: 0.0,
        })
        .collect())
}
