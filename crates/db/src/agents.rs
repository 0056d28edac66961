//! Agents and their versions: each save is a new version, the newest is the agent.

use chrono::{DateTime, Duration, Utc};
use domain::agent::{Agent, AgentDraft, AgentRow, AgentStatus};
use domain::filter::{Filter, Page};
use domain::flow::check::KnownAgent;
use domain::id::{AgentId, AgentVersionId, UserId};
use domain::money::Micros;
use sqlx::types::Json;

use crate::{Result, Tx};

/// How far back the library's figures look.
const FIGURES_DAYS: i64 = 30;

/// One saved state of an agent.
pub struct VersionRow {
    /// Its id.
    pub id: AgentVersionId,
    /// Its number, from 1.
    pub version: i32,
    /// What was saved.
    pub draft: AgentDraft,
    /// Who saved it; empty for the system.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// One page of the library, last saved first, each agent with what it did in the 30 days before `now`.
pub async fn list(tx: &mut Tx, filter: &Filter, now: DateTime<Utc>) -> Result<Page<AgentRow>> {
    let (like, status, at) = (filter.like(), Filter::word(&filter.status), filter.at());
    let total = sqlx::query_scalar!(
        r#"select count(*) as "total!"
           from agents a
           where a.deleted_at is null
             and ($1::text is null or a.name ilike $1)
             and ($2::text is null or a.status = $2)"#,
        like,
        status
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"select a.id as "id: AgentId", v.id as "version_id: AgentVersionId", a.version,
                  v.draft as "draft: Json<AgentDraft>", a.created_at, a.updated_at,
                  f.requests as "requests!", f.p50_ms, f.p95_ms, f.cost_micros as "cost_micros!"
           from agents a
           join agent_versions v on v.agent_id = a.id and v.version = a.version
           cross join lateral (
               select count(*) as requests,
                      round(percentile_cont(0.5) within group (order by r.latency_ms) filter (where r.outcome = 'ok'))::bigint as p50_ms,
                      round(percentile_cont(0.95) within group (order by r.latency_ms) filter (where r.outcome = 'ok'))::bigint as p95_ms,
                      coalesce(sum(r.cost_micros), 0)::bigint as cost_micros
               from llm_requests r
               where r.agent_id = a.id and r.created_at > $3
           ) f
           where a.deleted_at is null
             and ($1::text is null or a.name ilike $1)
             and ($2::text is null or a.status = $2)
           order by a.updated_at desc, a.id desc
           limit $4 offset $5"#,
        like,
        status,
        now - Duration::days(FIGURES_DAYS),
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let items = rows
        .into_iter()
        .map(|r| AgentRow {
            agent: Agent {
                id: r.id,
                version_id: r.version_id,
                version: r.version,
                draft: r.draft.0,
                created_at: r.created_at,
                updated_at: r.updated_at,
            },
            requests: r.requests,
            p50_ms: r.p50_ms,
            p95_ms: r.p95_ms,
            cost_micros: Micros(r.cost_micros),
        })
        .collect();
    Ok(Page::of(items, at, total))
}

/// The agent as it was last saved, unless it was deleted.
pub async fn find(tx: &mut Tx, id: AgentId) -> Result<Option<Agent>> {
    let row = sqlx::query!(
        r#"select v.id as "version_id: AgentVersionId", a.version, v.draft as "draft: Json<AgentDraft>", a.created_at, a.updated_at
           from agents a
           join agent_versions v on v.agent_id = a.id and v.version = a.version
           where a.id = $1 and a.deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Agent {
        id,
        version_id: r.version_id,
        version: r.version,
        draft: r.draft.0,
        created_at: r.created_at,
        updated_at: r.updated_at,
    }))
}

/// Every agent by name, as far as a drawing's rules and pickers need it.
pub async fn known(tx: &mut Tx) -> Result<Vec<KnownAgent>> {
    sqlx::query_as!(
        KnownAgent,
        r#"select id as "id: AgentId", name, status as "status: AgentStatus"
           from agents
           where deleted_at is null
           order by lower(name), id"#
    )
    .fetch_all(tx.conn())
    .await
}

/// Every version of an agent, newest first.
pub async fn versions(tx: &mut Tx, id: AgentId) -> Result<Vec<VersionRow>> {
    let rows = sqlx::query!(
        r#"select v.id as "id: AgentVersionId", v.version, v.draft as "draft: Json<AgentDraft>",
                  coalesce(nullif(u.name, ''), u.email, '') as "author!", v.created_at
           from agent_versions v
           left join users u on u.id = v.created_by
           where v.agent_id = $1
           order by v.version desc"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| VersionRow {
            id: r.id,
            version: r.version,
            draft: r.draft.0,
            author: r.author,
            created_at: r.created_at,
        })
        .collect())
}

/// Which of these names are taken, lower case.
pub async fn names_like(tx: &mut Tx, stem: &str) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select lower(name) as "name!" from agents where deleted_at is null and starts_with(lower(name), lower($1))"#,
        stem
    )
    .fetch_all(tx.conn())
    .await
}

/// Stores a new agent and its first version.
pub async fn insert(tx: &mut Tx, agent: &Agent, author: Option<UserId>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into agents (id, workspace_id, name, status, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7)",
        agent.id.uuid(),
        workspace,
        agent.draft.name,
        agent.draft.status.as_str(),
        agent.version,
        agent.created_at,
        agent.updated_at
    )
    .execute(tx.conn())
    .await?;
    insert_version(tx, agent, author).await
}

/// Stores the agent as the version it carries. `false`, and nothing changed, when the version before it is not the newest any more:
/// somebody else saved first, or the agent was deleted.
pub async fn save_version(tx: &mut Tx, agent: &Agent, author: Option<UserId>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agents
         set name = $3, status = $4, version = $2, updated_at = $5
         where id = $1 and version = $2 - 1 and deleted_at is null",
        agent.id.uuid(),
        agent.version,
        agent.draft.name,
        agent.draft.status.as_str(),
        agent.updated_at
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if changed == 0 {
        return Ok(false);
    }
    insert_version(tx, agent, author).await?;
    Ok(true)
}

async fn insert_version(tx: &mut Tx, agent: &Agent, author: Option<UserId>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into agent_versions (id, workspace_id, agent_id, version, draft, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        agent.version_id.uuid(),
        workspace,
        agent.id.uuid(),
        agent.version,
        Json(&agent.draft) as _,
        author.map(UserId::uuid),
        agent.updated_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The name of a campaign under way, running or paused, that speaks through this agent: by itself or in a step of its drawing.
pub async fn campaign_using(tx: &mut Tx, id: AgentId) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "select c.name
         from campaigns c
         left join flow_versions v on v.id = c.flow_version_id
         where c.deleted_at is null
           and c.status in ('active', 'paused')
           and (c.agent_id = $1 or v.graph @> jsonb_build_object('nodes', jsonb_build_array(jsonb_build_object('agent_id', $2::text))))
         order by c.id
         limit 1",
        id.uuid(),
        id.to_string()
    )
    .fetch_optional(tx.conn())
    .await
}

/// Marks the agent as deleted; its versions and figures stay. `false` when there is none.
pub async fn delete(tx: &mut Tx, id: AgentId, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agents set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
}

/// The agent that answers people whom no other agent has: the oldest live one that is made for replies.
pub async fn default_reply(tx: &mut Tx) -> Result<Option<AgentId>> {
    sqlx::query_scalar!(
        r#"select a.id as "id: AgentId" from agents a
           join agent_versions v on v.agent_id = a.id and v.version = a.version
           where a.status = 'live' and a.deleted_at is null and v.draft ->> 'kind' = 'reply'
           order by a.id limit 1"#
    )
    .fetch_optional(tx.conn())
    .await
}
