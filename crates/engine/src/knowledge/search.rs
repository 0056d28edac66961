//! Finding the passages that answer a question: full text always, joined with vectors when a model makes them.

use std::collections::HashMap;

use domain::id::{AgentId, PassageId};
use domain::knowledge::{self, Passage, TOP};

use super::{rank, vectors};
use crate::{Cx, Result};

/// The longest query that is looked at; a message is hardly ever longer.
const LONGEST_QUERY: usize = 2_000;
/// How many passages are weighed.
const CANDIDATES: i32 = 100;

/// The passages of an agent that answer the query best: at most five, best first, scores from 0 to 1. Empty when nothing fits.
/// `categories` narrows the search; empty for all.
pub async fn search(cx: &Cx, agent: AgentId, query: &str, categories: &[String]) -> Result<Vec<Passage>> {
    let query: String = query.chars().filter(|c| *c != '\0').take(LONGEST_QUERY).collect();
    let categories: Vec<String> = categories.iter().map(|c| knowledge::category(c)).collect();
    // A model is asked before the transaction begins: a connection must not wait for it.
    let asked = vectors::of_query(cx, agent, &query).await;

    let mut tx = cx.read().await?;
    let mut scores: HashMap<PassageId, (f32, f32)> = HashMap::new();
    let words = rank::telling(db::knowledge::lexemes(&mut tx, &query).await?);
    if !words.is_empty() {
        let found = db::knowledge::candidates(&mut tx, agent, &categories, &words, CANDIDATES).await?;
        if !found.is_empty() {
            let frequencies = db::knowledge::frequencies(&mut tx, agent, &words).await?;
            let weights = rank::Weights::new(&frequencies, db::knowledge::count(&mut tx, agent).await?);
            for candidate in found {
                scores.entry(candidate.id).or_default().0 = weights.score(&candidate.matched, candidate.closeness);
            }
        }
    }
    if let Some(asked) = asked {
        for (id, likeness) in vectors::nearest(&mut tx, agent, &categories, &asked).await? {
            scores.entry(id).or_default().1 = likeness;
        }
    }

    let mut best: Vec<(PassageId, f32)> = scores
        .into_iter()
        .map(|(id, (words, vector))| (id, rank::join(words, vector)))
        .filter(|(_, score)| *score >= rank::LEAST)
        .collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    best.truncate(TOP);
    let ids: Vec<PassageId> = best.iter().map(|(id, _)| *id).collect();
    let mut bodies: HashMap<PassageId, Passage> =
        db::knowledge::bodies(&mut tx, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
    Ok(best
        .into_iter()
        .filter_map(|(id, score)| bodies.remove(&id).map(|passage| Passage { score, ..passage }))
        .collect())
}
