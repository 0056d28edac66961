//! The books of calls to models: what was held back is settled, and every call becomes a row, whatever came of it.
//!
//! A turn keeps its own (`turn::record`), because it may be left in the middle; this is for calls that are always waited for.

use db::usage::LlmRequest;
use domain::agent::{Agent, ModelChoice};
use domain::budget::BudgetScope;
use domain::id::{AgentId, AgentVersionId, CampaignId, ConversationId};
use domain::money::Micros;
use llm::{Ask, Attempt, Failed};

use crate::budgets::{self, Grant, Reservation, Scope, Unpriced};
use crate::{Cx, Result};

/// Who asked, and what for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker {
    /// A word that `llm_requests` knows.
    pub purpose: &'static str,
    /// The agent it was for.
    pub agent: Option<AgentId>,
    /// The version of it.
    pub version: Option<AgentVersionId>,
    /// The conversation it was about.
    pub conversation: Option<ConversationId>,
}

impl Asker {
    /// A call as it is written down; `i` counts the calls of one question from 0.
    pub fn row(&self, cx: &Cx, i: usize, attempt: &Attempt) -> LlmRequest {
        let usage = attempt.usage.unwrap_or_default();
        LlmRequest {
            outcome: attempt.outcome.to_owned(),
            error: attempt.reason.clone(),
            tokens_prompt: whole(usage.prompt_tokens),
            tokens_completion: whole(usage.completion_tokens),
            latency_ms: whole(attempt.latency_ms),
            first_token_ms: attempt.time_to_first_token_ms.map(whole),
            cost_micros: attempt.cost,
            estimated: attempt.estimated,
            ..self.blank(cx, i, &attempt.choice)
        }
    }

    /// A call of which nothing is known yet.
    pub fn blank(&self, cx: &Cx, i: usize, model: &ModelChoice) -> LlmRequest {
        LlmRequest {
            id: cx.new_id(),
            purpose: self.purpose,
            agent_id: self.agent,
            agent_version_id: self.version,
            conversation_id: self.conversation,
            model: model.clone(),
            attempt: i32::try_from(i + 1).unwrap_or(i32::MAX),
            outcome: String::new(),
            error: None,
            tokens_prompt: 0,
            tokens_completion: 0,
            latency_ms: 0,
            first_token_ms: None,
            cost_micros: Micros(0),
            estimated: false,
            created_at: cx.now(),
        }
    }
}

/// Settles what was held back for a question and writes its calls down.
pub(crate) async fn close(cx: &Cx, asker: Asker, held: Reservation, attempts: &[Attempt]) -> Result<()> {
    let cost = attempts.iter().fold(Micros(0), |sum, attempt| sum + attempt.cost);
    budgets::settle(cx, held, cost).await?;
    let rows: Vec<_> = attempts.iter().enumerate().map(|(i, attempt)| asker.row(cx, i, attempt)).collect();
    insert(cx, &rows).await
}

/// Writes rows down.
pub(crate) async fn insert(cx: &Cx, rows: &[LlmRequest]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = cx.write().await?;
    for row in rows {
        db::usage::insert(&mut tx, row).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Why there is no money for a question.
pub(crate) enum Short {
    /// A budget has no room for it.
    UsedUp(BudgetScope),
    /// Nobody knows what it may cost.
    Unpriced(Unpriced),
}

impl Short {
    /// For people. `instead` says what they can do when the budget is used up.
    pub fn sentence(&self, instead: &str) -> String {
        match self {
            Self::UsedUp(whose) => format!("Today's budget is used up: {}. {instead}", whose.label().to_lowercase()),
            Self::Unpriced(unpriced) => unpriced.sentence(),
        }
    }
}

/// The models that an agent may ask for a typed answer, with the worst case held back. When money is short, it is the agent's cheaper
/// model. Where no budget has room for either, it says whose.
pub(crate) async fn afford(
    cx: &Cx,
    agent: &Agent,
    campaign: Option<CampaignId>,
    request: &Ask,
) -> Result<std::result::Result<(Vec<ModelChoice>, Reservation), Short>> {
    let draft = &agent.draft;
    let scope = Scope { agent: Some(agent.id), campaign, agent_limit: draft.daily_budget_micros };
    let cheaper = budgets::payable(cx, scope, draft.cheaper_model.as_slice()).await?.0;
    let cheaper = Some(cheaper).filter(|models| !models.is_empty());
    let models = match budgets::payable(cx, scope, &draft.models).await? {
        (models, Some(why)) if models.is_empty() => match &cheaper {
            Some(cheaper) => cheaper.clone(),
            None => return Ok(Err(Short::Unpriced(why))),
        },
        (models, _) => models,
    };
    let short = match budgets::reserve(cx, scope, worst_typed(&models, request)).await? {
        Grant::Reserved(held) => return Ok(Ok((models, held))),
        Grant::Low(held) => return Ok(Ok((cheaper.unwrap_or(models), held))),
        Grant::Exhausted { scope } => Short::UsedUp(scope),
        Grant::Unpriced(unpriced) => Short::Unpriced(unpriced),
    };
    if let Some(cheaper) = cheaper
        && let Grant::Reserved(held) | Grant::Low(held) =
            budgets::reserve(cx, scope, worst_typed(&cheaper, request)).await?
    {
        return Ok(Ok((cheaper, held)));
    }
    Ok(Err(short))
}

/// Why nothing came of a question for a typed answer, for people. `what` was wanted: `a draft`.
pub(crate) fn why_not(failed: &Failed, what: &str) -> String {
    let said = |a: &Attempt| format!("{}: {}", a.choice, a.reason.as_deref().unwrap_or(a.outcome));
    match failed.attempts.as_slice() {
        [] => format!("No model could be asked: {}.", failed.error),
        [.., last] if last.outcome == "ok" => {
            format!("The model did not give {what} that can be used: {}.", failed.error)
        }
        all => format!("No model gave {what}. {}.", all.iter().map(said).collect::<Vec<_>>().join("; ")),
    }
}

/// What a question for a typed answer can cost at most with the dearest model: asked twice, since a badly formed answer is asked for
/// once more.
pub(crate) fn worst_typed(models: &[ModelChoice], request: &Ask) -> llm::price::Worst {
    let chars = request.system.len() + request.messages.iter().map(|turn| turn.text().len()).sum::<usize>() + 2_000;
    let prompt_tokens = u32::try_from(chars * 4 / 3 + 200).unwrap_or(u32::MAX);
    let usage = llm::Usage { prompt_tokens, completion_tokens: request.max_tokens.saturating_mul(2) };
    llm::price::worst(models, usage)
}

fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
