//! The questions that a search asks the database. What the answers are worth is decided in `engine::knowledge`.

use domain::id::{AgentId, DocumentId, PassageId};
use domain::knowledge::Passage;

use crate::{Result, Tx};

/// A passage that holds something of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which.
    pub id: PassageId,
    /// The terms of the query that it holds.
    pub matched: Vec<String>,
    /// Those of them that stand in its headings.
    pub headed: Vec<String>,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// As it is compared: without capitals and accents.
    pub word: String,
    /// What it can be found by. The first letter of a term tells in what way: `w` the word, `f` its form, `p` a part.
    pub terms: Vec<String>,
}

/// Which terms of a query lead to candidates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Follow {
    /// Each by itself, with what it counts.
    pub terms: Vec<String>,
    /// As many as `terms`.
    pub weights: Vec<f32>,
    /// Terms that are common each by itself, and tell something where they all are.
    pub together: Vec<String>,
}

/// The vector of a passage.
pub struct Vector {
    /// Which.
    pub id: PassageId,
    /// Its vector.
    pub embedding: Vec<f32>,
}

/// The languages of what an agent knows, as Postgres calls their dictionaries.
pub async fn languages(tx: &mut Tx, agent: AgentId) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select distinct l as "language!" from documents d, unnest(d.languages) l where d.agent_id = $1 order by 1"#,
        agent.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// The words of a query, with what each can be found by in these languages; without their fillers.
pub async fn query_words(tx: &mut Tx, query: &str, languages: &[String]) -> Result<Vec<QueryWord>> {
    sqlx::query_as!(
        QueryWord,
        r#"select word as "word!", terms as "terms!" from query_terms($1, $2)"#,
        query,
        languages
    )
    .fetch_all(tx.conn())
    .await
}

/// The passages of an agent that hold what is followed, the likeliest first; at most `at_most` are looked at for each term.
pub async fn candidates(
    tx: &mut Tx,
    agent: AgentId,
    categories: &[String],
    follow: &Follow,
    terms: &[String],
    at_most: i32,
    how_many: i32,
) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select id as "id!: PassageId", matched as "matched!", headed as "headed!"
           from find_passages($1, $2, $3, $4, $5, $6, $7, $8)"#,
        agent.uuid(),
        categories,
        &follow.terms,
        &follow.weights,
        &follow.together,
        terms,
        at_most,
        how_many
    )
    .fetch_all(tx.conn())
    .await
}

/// In how many of an agent's passages each term stands; counted up to `at_most`.
pub async fn frequencies(tx: &mut Tx, agent: AgentId, terms: &[String], at_most: i32) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select term as "term!", passages as "passages!" from count_terms($1, $2, $3)"#,
        agent.uuid(),
        terms,
        at_most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.term, r.passages)).collect())
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

/// The passages themselves, in no order; score and reasons are left out.
pub async fn bodies(tx: &mut Tx, ids: &[PassageId]) -> Result<Vec<Passage>> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.id as "id: PassageId", p.document_id as "document: DocumentId", d.title, p.heading, d.category, p.body,
                  d.notes
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
            reasons: vec![],
            notes: r.notes,
        })
        .collect())
}
