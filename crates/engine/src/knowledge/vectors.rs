//! Meaning as vectors, when an embeddings model is configured. Without one, search goes by words alone.
//!
//! Vectors are kept as `real[]` beside their passages and compared exactly here: no extension of Postgres is needed, and an agent's
//! knowledge is small enough that exact comparison takes milliseconds.

use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use domain::id::{AgentId, PassageId};

use super::rank;
use crate::{Cx, Result};

/// The most passages whose vectors are compared in one search.
const MOST: i64 = 20_000;
/// How long a search waits for the query's vector; after that words have to do.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was asked, as a vector, and the model that made it.
pub(super) struct Asked {
    model: String,
    vector: Vec<f32>,
}

/// The model that makes vectors: the first real one that is set up. The scripted one counts words, which the full text does better.
fn model(cx: &Cx) -> Option<ModelChoice> {
    cx.parts().models.embedders().into_iter().map(|entry| entry.choice).find(|c| c.provider != Provider::Scripted)
}

/// The query as a vector; none without a model, or when it fails or dawdles: words are then enough.
pub(super) async fn of_query(cx: &Cx, query: &str) -> Option<Asked> {
    let choice = model(cx).filter(|_| !query.trim().is_empty())?;
    let texts = [query.to_owned()];
    let answer = tokio::time::timeout(PATIENCE, cx.parts().models.embed(&choice, &texts)).await;
    match answer {
        Ok(Ok(mut made)) => made.vectors.pop().map(|vector| Asked { model: choice.to_string(), vector }),
        Ok(Err(_)) | Err(_) => {
            tracing::warn!(llm.model = %choice, "no vector for a query; searching by words alone");
            None
        }
    }
}

/// The vectors of texts and the model that made them; none without a model. The error is a sentence's end for people.
pub(super) async fn of_texts(
    cx: &Cx,
    _agent: AgentId,
    texts: &[String],
) -> std::result::Result<Option<(String, Vec<Vec<f32>>)>, String> {
    let Some(choice) = model(cx) else { return Ok(None) };
    match cx.parts().models.embed(&choice, texts).await {
        Ok(made) if made.vectors.len() == texts.len() => Ok(Some((choice.to_string(), made.vectors))),
        Ok(_) | Err(_) => Err(format!("the model {choice} gave no vectors")),
    }
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
