//! Meaning as vectors, when an embeddings model is configured. Without one, search goes by words alone.
//!
//! Vectors are kept as `real[]` beside their passages and compared exactly here: no extension of Postgres is needed, and an agent's
//! knowledge is small enough that exact comparison takes milliseconds.

use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use domain::id::{AgentId, PassageId};
use llm::Usage;

use super::rank;
use crate::budgets::{self, Grant, Scope};
use crate::usage::{self, Asker};
use crate::{Cx, Error, Result};

/// The most passages whose vectors are compared in one search.
const MOST: i64 = 20_000;
/// How long a search waits for the query's vector; after that words have to do.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was asked, as a vector, and the model that made it.
pub(super) struct Asked {
    model: String,
    vector: Vec<f32>,
}

/// Why there are no vectors.
pub(super) struct Lacking {
    /// A part of a sentence for people.
    pub why: String,
    /// Whether asking again later may well give some.
    pub passes: bool,
}

impl Lacking {
    fn for_good(why: impl Into<String>) -> Self {
        Self { why: why.into(), passes: false }
    }
}

/// The model that makes vectors: the first real one that is set up. The scripted one counts words, which the full text does better.
fn model(cx: &Cx) -> Option<ModelChoice> {
    cx.parts().models.embedders().into_iter().map(|entry| entry.choice).find(|c| c.provider != Provider::Scripted)
}

/// The query as a vector; none without a model, or when it fails or dawdles: words are then enough.
pub(super) async fn of_query(cx: &Cx, agent: AgentId, query: &str) -> Option<Asked> {
    let choice = model(cx).filter(|_| query.chars().any(char::is_alphanumeric))?;
    let texts = [query.to_owned()];
    let why = match tokio::time::timeout(PATIENCE, ask(cx, agent, &choice, &texts)).await {
        Ok(Ok(mut vectors)) => return vectors.pop().map(|vector| Asked { model: choice.to_string(), vector }),
        Ok(Err(lacking)) => lacking.why,
        Err(_) => "it took too long".to_owned(),
    };
    tracing::warn!(llm.model = %choice, why, "no vector for a query; searching by words alone");
    None
}

/// The vectors of texts and the model that made them; none without a model.
pub(super) async fn of_texts(
    cx: &Cx,
    agent: AgentId,
    texts: &[String],
) -> std::result::Result<Option<(String, Vec<Vec<f32>>)>, Lacking> {
    let Some(choice) = model(cx) else { return Ok(None) };
    let vectors = ask(cx, agent, &choice, texts).await?;
    Ok(Some((choice.to_string(), vectors)))
}

/// Asks the model within the budgets, and writes every call down.
async fn ask(
    cx: &Cx,
    agent: AgentId,
    choice: &ModelChoice,
    texts: &[String],
) -> std::result::Result<Vec<Vec<f32>>, Lacking> {
    // A token is hardly ever less than two characters; what is too much is given back.
    let tokens = texts.iter().map(|t| t.chars().count() / 2 + 1).sum::<usize>();
    let usage = Usage { prompt_tokens: u32::try_from(tokens).unwrap_or(u32::MAX), completion_tokens: 0 };
    let worst = llm::price::worst(std::slice::from_ref(choice), usage);
    let scope = Scope { agent: Some(agent), ..Scope::default() };
    let ours = |error: Error| {
        tracing::error!(%error, "a budget could not be asked");
        Lacking { why: "our books could not be kept".to_owned(), passes: true }
    };
    let reservation = match budgets::reserve(cx, scope, worst).await.map_err(ours)? {
        Grant::Reserved(reservation) | Grant::Low(reservation) => reservation,
        Grant::Exhausted { .. } => return Err(Lacking::for_good("the budget for models is used up")),
        Grant::Unpriced(_) => {
            return Err(Lacking::for_good(format!("the model {choice} has no known price, and a budget applies")));
        }
    };
    let (attempts, result) = match cx.parts().models.embed(choice, texts).await {
        Ok(made) if made.vectors.len() == texts.len() => (made.attempts, Ok(made.vectors)),
        Ok(made) => (made.attempts, Err(Lacking::for_good(format!("the model {choice} gave too few vectors")))),
        Err(failed) => {
            let why = format!("the model {choice} gave no vectors");
            (failed.attempts, Err(Lacking { why, passes: failed.error.is_passing() }))
        }
    };
    let asker = Asker { purpose: "embedding", agent: Some(agent), version: None, conversation: None };
    usage::close(cx, asker, reservation, &attempts).await.map_err(ours)?;
    result
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
