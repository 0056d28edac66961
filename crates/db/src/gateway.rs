//! What the gateway writes, many calls in one statement.

use domain::id::ApiKeyId;

use crate::usage::LlmRequest;
use crate::{Result, Tx};

/// Writes calls down, each with the key that made it.
pub async fn insert_calls(tx: &mut Tx, calls: &[(ApiKeyId, LlmRequest)]) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let mut ids = Vec::with_capacity(calls.len());
    let (mut keys, mut providers, mut models, mut outcomes) = (ids.clone(), Vec::new(), Vec::new(), Vec::new());
    let (mut errors, mut attempts, mut read, mut written) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut latencies, mut firsts, mut costs, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut estimated = Vec::with_capacity(calls.len());
    for (key, call) in calls {
        ids.push(call.id.uuid());
        keys.push(key.uuid());
        providers.push(call.model.provider.as_str().to_owned());
        models.push(call.model.model.clone());
        outcomes.push(call.outcome.clone());
        errors.push(call.error.clone());
        attempts.push(call.attempt);
        read.push(call.tokens_prompt);
        written.push(call.tokens_completion);
        latencies.push(call.latency_ms);
        firsts.push(call.first_token_ms);
        costs.push(call.cost_micros.0);
        estimated.push(call.estimated);
        times.push(call.created_at);
    }
    sqlx::query!(
        "insert into llm_requests (
             id, workspace_id, purpose, api_key_id, provider, model, attempt, outcome, error,
             tokens_prompt, tokens_completion, latency_ms, first_token_ms, cost_micros, estimated, created_at
         )
         select c.id, $1, 'gateway', c.api_key_id, c.provider, c.model, c.attempt, c.outcome, c.error,
                c.read, c.written, c.latency, c.first, c.cost, c.estimated, c.at
         from unnest(
             $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
             $9::int[], $10::int[], $11::int[], $12::int[], $13::bigint[], $14::bool[], $15::timestamptz[]
         ) as c (id, api_key_id, provider, model, attempt, outcome, error, read, written, latency, first, cost, estimated, at)
         on conflict (id) do nothing",
        workspace,
        &ids,
        &keys,
        &providers,
        &models,
        &attempts,
        &outcomes,
        &errors as &[Option<String>],
        &read,
        &written,
        &latencies,
        &firsts as &[Option<i32>],
        &costs,
        &estimated,
        &times
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
