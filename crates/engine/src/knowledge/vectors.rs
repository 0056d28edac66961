//! Meaning as vectors: the hook for an embeddings model. Without one, search goes by words alone.
//!
//! Vectors are kept as `real[]` beside their passages and compared exactly here: no extension of Postgres is needed, and an agent's
//! knowledge is small enough that exact comparison takes milliseconds.

use domain::id::{AgentId, PassageId};

use super::rank;
use crate::{Cx, Result};

/// The most passages whose vectors are compared in one search.
const MOST: i64 = 20_000;

/// What was asked, as a vector, and the model that made it.
pub(super) struct Asked {
    model: String,
    vector: Vec<f32>,
}

/// The query as a vector; none without a model, or when it fails: words are then enough.
pub(super) async fn of_query(_cx: &Cx, _query: &str) -> Option<Asked> {
    None
}

/// The passages whose meaning is near, with how near.
pub(super) async fn nearest(
    tx: &mut db::Tx,
    agent: AgentId,
    categories: &[String],
    asked: &Asked,
) -> Result<Vec<(PassageId, f32)>> {
    let all = db::knowledge::vectors(tx, agent, categories, &asked.model, MOST).await?;
    let mut near: Vec<(PassageId, f32)> = all
        .into_iter()
        .map(|v| (v.id, rank::likeness(&v.embedding, &asked.vector)))
        .filter(|(_, likeness)| *likeness > 0.0)
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    near.truncate(100);
    Ok(near)
}
