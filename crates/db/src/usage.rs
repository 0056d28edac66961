//! Calls to models: one row for each time a provider was asked, whatever came of it; and what they add up to.

use chrono::{DateTime, Utc};
use domain::agent::ModelChoice;
use domain::id::{AgentId, AgentVersionId, ConversationId, LlmRequestId};
use domain::money::Micros;

use crate::{Result, Tx};

/// One call to a model, as it is written down.
#[derive(Debug, Clone)]
pub struct LlmRequest {
    /// Its id.
    pub id: LlmRequestId,
    /// `test` or `reply`.
    pub purpose: &'static str,
    /// The agent that spoke; none for a draft that was never saved.
    pub agent_id: Option<AgentId>,
    /// The version of it.
    pub agent_version_id: Option<AgentVersionId>,
    /// The conversation it answered in.
    pub conversation_id: Option<ConversationId>,
    /// The model that was asked.
    pub model: ModelChoice,
    /// Which call of the turn, from 1.
    pub attempt: i32,
    /// `ok`, or a word for what went wrong.
    pub outcome: String,
    /// What went wrong, in words safe to show.
    pub error: Option<String>,
    /// Tokens sent, as the provider counted them.
    pub tokens_prompt: i32,
    /// Tokens answered.
    pub tokens_completion: i32,
    /// From asking to the end.
    pub latency_ms: i32,
    /// From asking to the first word.
    pub first_token_ms: Option<i32>,
    /// What it cost.
    pub cost_micros: Micros,
    /// Whether tokens and cost are ours, because the provider told none.
    pub estimated: bool,
    /// When it ended.
    pub created_at: DateTime<Utc>,
}

/// What calls to models add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Calls.
    pub requests: i64,
    /// Calls without an answer.
    pub failed: i64,
    /// Tokens, both ways.
    pub tokens: i64,
    /// What they cost.
    pub cost_micros: Micros,
}

/// Writes one call down.
pub async fn insert(tx: &mut Tx, request: &LlmRequest) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into llm_requests (
             id, workspace_id, purpose, agent_id, agent_version_id, conversation_id, provider, model, attempt, outcome, error,
             tokens_prompt, tokens_completion, latency_ms, first_token_ms, cost_micros, estimated, created_at
         ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        request.id.uuid(),
        workspace,
        request.purpose,
        request.agent_id.map(AgentId::uuid),
        request.agent_version_id.map(AgentVersionId::uuid),
        request.conversation_id.map(ConversationId::uuid),
        request.model.provider.as_str(),
        request.model.model,
        request.attempt,
        request.outcome,
        request.error,
        request.tokens_prompt,
        request.tokens_completion,
        request.latency_ms,
        request.first_token_ms,
        request.cost_micros.0,
        request.estimated,
        request.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the workspace's calls since then add up to: the overview asks for today and for 30 days.
pub async fn totals(tx: &mut Tx, since: DateTime<Utc>) -> Result<Totals> {
    let row = sqlx::query!(
        r#"select count(*) as "requests!",
                  count(*) filter (where outcome <> 'ok') as "failed!",
                  coalesce(sum(tokens_prompt::bigint + tokens_completion), 0)::bigint as "tokens!",
                  coalesce(sum(cost_micros), 0)::bigint as "cost_micros!"
           from llm_requests
           where created_at >= $1"#,
        since
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Totals { requests: row.requests, failed: row.failed, tokens: row.tokens, cost_micros: Micros(row.cost_micros) })
}

/// The calls of one agent, newest first.
pub async fn of_agent(tx: &mut Tx, agent: AgentId, limit: i64) -> Result<Vec<LlmRequest>> {
    let rows = sqlx::query!(
        r#"select id as "id: LlmRequestId", purpose, agent_version_id as "agent_version_id: AgentVersionId",
                  conversation_id as "conversation_id: ConversationId", provider as "provider: domain::agent::Provider", model, attempt,
                  outcome, error, tokens_prompt, tokens_completion, latency_ms, first_token_ms, cost_micros, estimated, created_at
           from llm_requests
           where agent_id = $1
           order by created_at desc, id desc
           limit $2"#,
        agent.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| LlmRequest {
            id: r.id,
            purpose: if r.purpose == "test" { "test" } else { "reply" },
            agent_id: Some(agent),
            agent_version_id: r.agent_version_id,
            conversation_id: r.conversation_id,
            model: ModelChoice { provider: r.provider, model: r.model },
            attempt: r.attempt,
            outcome: r.outcome,
            error: r.error,
            tokens_prompt: r.tokens_prompt,
            tokens_completion: r.tokens_completion,
            latency_ms: r.latency_ms,
            first_token_ms: r.first_token_ms,
            cost_micros: Micros(r.cost_micros),
            estimated: r.estimated,
            created_at: r.created_at,
        })
        .collect())
}
