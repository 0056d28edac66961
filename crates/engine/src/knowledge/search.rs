//! Finding the passages that answer a question: by words, their forms and their parts always, joined with vectors when a model makes them.

use std::collections::HashMap;

use domain::id::{AgentId, PassageId};
use domain::knowledge::{self, Passage, Reason, TOP, Way};

use super::{language, rank, vectors};
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
    let mut scores: HashMap<PassageId, Scored> = HashMap::new();
    let mut languages = db::knowledge::languages(&mut tx, agent).await?;
    languages.extend(language::of(&query).map(str::to_owned).filter(|of| !languages.contains(of)));
    let words = rank::telling(db::knowledge::query_words(&mut tx, &query, &languages).await?);
    if !words.is_empty() {
        let terms: Vec<String> = words.iter().flat_map(|word| word.terms.iter().cloned()).collect();
        let frequencies = db::knowledge::frequencies(&mut tx, agent, &terms, rank::COMMON).await?;
        let (_, passages) = db::knowledge::sums(&mut tx, agent).await?;
        let weights = rank::Weights::new(words, &frequencies, passages);
        let follow = weights.follow(&frequencies);
        if !follow.terms.is_empty() {
            let found =
                db::knowledge::candidates(&mut tx, agent, &categories, &follow, &terms, rank::COMMON, CANDIDATES)
                    .await?;
            for candidate in found {
                let held = rank::Held { matched: &candidate.matched, headed: &candidate.headed };
                let scored = scores.entry(candidate.id).or_default();
                scored.words = weights.score(&held);
                scored.reasons = weights.reasons(&candidate.matched);
            }
        }
    }
    if let Some(asked) = asked {
        for (id, likeness) in vectors::nearest(&mut tx, agent, &categories, &asked).await? {
            let scored = scores.entry(id).or_default();
            scored.vector = likeness;
            if likeness >= rank::LEAST {
                scored.reasons.push(Reason { way: Way::Meaning, words: vec![] });
            }
        }
    }

    let mut best: Vec<(PassageId, f32, Vec<Reason>)> = scores
        .into_iter()
        .map(|(id, scored)| (id, rank::join(scored.words, scored.vector), scored.reasons))
        .filter(|(_, score, _)| *score >= rank::LEAST)
        .collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    best.truncate(TOP);
    let ids: Vec<PassageId> = best.iter().map(|(id, ..)| *id).collect();
    let mut bodies: HashMap<PassageId, Passage> =
        db::knowledge::bodies(&mut tx, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
    Ok(best
        .into_iter()
        .filter_map(|(id, score, reasons)| bodies.remove(&id).map(|passage| Passage { score, reasons, ..passage }))
        .collect())
}

/// What a passage came to.
#[derive(Default)]
struct Scored {
    words: f32,
    vector: f32,
    reasons: Vec<Reason>,
}
