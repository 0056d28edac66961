//! The webhooks that agents may call, with their secrets as sealed bytes. Not here: opening them.

use chrono::{DateTime, Utc};
use domain::action::{Action, ActionDraft};
use domain::id::{ActionId, AgentId, ConversationId, MessageId};
use sqlx::types::Json;

use crate::{Result, Tx};

/// The secrets of an action as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealed {
    /// The bearer token.
    pub token: Option<Vec<u8>>,
    /// The signing secret.
    pub secret: Option<Vec<u8>>,
}

/// The actions of an agent by name.
pub async fn list(tx: &mut Tx, agent: AgentId) -> Result<Vec<Action>> {
    let rows = sqlx::query!(
        r#"select id as "id: ActionId", draft as "draft: Json<ActionDraft>", token_sealed is not null as "has_token!",
                  secret_sealed is not null as "has_secret!", created_at, updated_at
           from agent_actions
           where agent_id = $1 and deleted_at is null
           order by name, id"#,
        agent.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Action {
            id: r.id,
            agent_id: agent,
            draft: r.draft.0,
            has_token: r.has_token,
            has_secret: r.has_secret,
            created_at: r.created_at,
            updated_at: r.updated_at,
        })
        .collect())
}

/// One action with its sealed secrets.
pub async fn find(tx: &mut Tx, id: ActionId) -> Result<Option<(Action, Sealed)>> {
    let row = sqlx::query!(
        r#"select agent_id as "agent_id: AgentId", draft as "draft: Json<ActionDraft>", token_sealed, secret_sealed, created_at, updated_at
           from agent_actions
           where id = $1 and deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let action = Action {
            id,
            agent_id: r.agent_id,
            draft: r.draft.0,
            has_token: r.token_sealed.is_some(),
            has_secret: r.secret_sealed.is_some(),
            created_at: r.created_at,
            updated_at: r.updated_at,
        };
        (action, Sealed { token: r.token_sealed, secret: r.secret_sealed })
    }))
}

/// Stores a new action.
pub async fn insert(tx: &mut Tx, action: &Action, sealed: &Sealed) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into agent_actions (id, workspace_id, agent_id, name, draft, token_sealed, secret_sealed, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        action.id.uuid(),
        workspace,
        action.agent_id.uuid(),
        action.draft.name,
        Json(&action.draft) as _,
        sealed.token.as_deref(),
        sealed.secret.as_deref(),
        action.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores what was changed. `false` when there is none.
pub async fn update(tx: &mut Tx, action: &Action, sealed: &Sealed) -> Result<bool> {
    let changed = sqlx::query!(
        "update agent_actions
         set name = $2, draft = $3, token_sealed = $4, secret_sealed = $5, updated_at = $6
         where id = $1 and deleted_at is null",
        action.id.uuid(),
        action.draft.name,
        Json(&action.draft) as _,
        sealed.token.as_deref(),
        sealed.secret.as_deref(),
        action.updated_at
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// Takes an action away, its secrets for good. `false` when there is none.
pub async fn delete(tx: &mut Tx, id: ActionId, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agent_actions
         set deleted_at = $2, updated_at = $2, token_sealed = null, secret_sealed = null
         where id = $1 and deleted_at is null",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// What a call came to while a message was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// Whether the other side took it.
    pub ok: bool,
    /// What the model was told.
    pub told: serde_json::Value,
}

/// What the call of this name came to, if it came to its end.
pub async fn remembered(tx: &mut Tx, call_key: &str) -> Result<Option<Remembered>> {
    sqlx::query_as!(Remembered, "select ok, told from action_results where call_key = $1", call_key)
        .fetch_optional(tx.conn())
        .await
}

/// Remembers what a call came to. The first to say so is believed.
pub async fn remember(
    tx: &mut Tx,
    id: uuid::Uuid,
    answered: (ConversationId, MessageId),
    call_key: &str,
    done: &Remembered,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into action_results (id, workspace_id, conversation_id, message_id, call_key, ok, told, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict on constraint action_results_once do nothing",
        id,
        workspace,
        answered.0.uuid(),
        answered.1.uuid(),
        call_key,
        done.ok,
        done.told,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
