//! Agents and their versions. Each save is a new version, and the newest is what operators see and try; people hear the published one.

mod versions;

use chrono::{DateTime, Duration, Utc};
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::diff;
use domain::filter::{Filter, Page};
use domain::flow::check::KnownAgent;
use domain::id::{AgentId, AgentVersionId, UserId};
use domain::library::{self, AgentRow, AgentSort};
use domain::message::Channel;
use domain::money::Micros;
use sqlx::types::Json;

use crate::{Result, Tx};

pub use versions::{publish, version_draft, versions};

/// How far back the library's figures look.
const FIGURES_DAYS: i64 = 30;

/// One page of the library with what each agent did in the 30 days before `now`. The figures of all agents are one statement; what
/// needs attention is a rule of `domain`, so narrowing to it, sorting and paging happen here, on at most 2,000 agents.
pub async fn list(tx: &mut Tx, filter: &Filter, now: DateTime<Utc>) -> Result<Page<AgentRow>> {
    let (like, status, at) = (filter.like(), Filter::word(&filter.status), filter.at());
    let since = now - Duration::days(FIGURES_DAYS);
    let rows = sqlx::query_file!("src/sql/agents_list.sql", like, status, since).fetch_all(tx.conn()).await?;
    let model = Filter::word(&filter.model);
    let mut rows: Vec<AgentRow> = rows
        .into_iter()
        .map(|r| {
            let draft = AgentDraft { status: r.status, ..r.draft.0 };
            let mut row = AgentRow {
                is_ahead: r.published_draft.is_some_and(|published| !diff::is_same(&published.0, &draft)),
                agent: Agent {
                    id: r.id,
                    version_id: r.version_id,
                    version: r.version,
                    published_version: r.published_version,
                    draft,
                    created_at: r.created_at,
                    updated_at: r.updated_at,
                },
                requests: r.requests,
                average_ms: r.average_ms,
                p50_ms: r.p50_ms,
                p95_ms: r.p95_ms,
                latency_days: r.latency_days,
                cost_micros: Micros(r.cost_micros),
                cost_per_conversation: r.talk_micros.map(Micros),
                cost_per_minute: r.minute_micros.map(Micros),
                messages: r.messages,
                conversations: r.conversations,
                escalated: r.escalated,
                channels: r.channels.iter().filter_map(|c| c.parse::<Channel>().ok()).collect(),
                tests_passed: r.tests_passed,
                tests_total: r.tests_total,
                tests_run_at: r.tests_run_at,
                campaigns: r.campaigns,
                attention: vec![],
            };
            row.attention = row.look();
            row
        })
        .filter(|row| filter.attention != Some(true) || !row.attention.is_empty())
        .filter(|row| {
            let is =
                |wanted: &String| row.agent.draft.models.iter().any(|m| m.model == *wanted || m.to_string() == *wanted);
            model.as_ref().is_none_or(is)
        })
        .collect();
    let (by, down) = AgentSort::read(filter.sort.as_deref());
    library::sort(&mut rows, by, down);
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(at.offset()).unwrap_or(usize::MAX);
    let items = rows.into_iter().skip(skip).take(usize::try_from(at.limit()).unwrap_or(0)).collect();
    Ok(Page::of(items, at, total))
}

/// The agent as it was last saved, unless it was deleted: what operators edit and try.
pub async fn find(tx: &mut Tx, id: AgentId) -> Result<Option<Agent>> {
    let row = sqlx::query!(
        r#"select v.id as "version_id: AgentVersionId", a.version, a.status as "status: AgentStatus",
                  v.draft as "draft: Json<AgentDraft>", p.version as "published_version?", a.created_at, a.updated_at
           from agents a
           join agent_versions v on v.agent_id = a.id and v.version = a.version
           left join agent_versions p on p.id = a.published_version_id
           where a.id = $1 and a.deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Agent {
        id,
        version_id: r.version_id,
        version: r.version,
        published_version: r.published_version,
        draft: AgentDraft { status: r.status, ..r.draft.0 },
        created_at: r.created_at,
        updated_at: r.updated_at,
    }))
}

/// The agent as people hear it: its published version with the state that holds now. None before it was first published.
pub async fn published(tx: &mut Tx, id: AgentId) -> Result<Option<Agent>> {
    let row = sqlx::query!(
        r#"select v.id as "version_id: AgentVersionId", v.version, a.status as "status: AgentStatus",
                  v.draft as "draft: Json<AgentDraft>", a.created_at, a.updated_at
           from agents a
           join agent_versions v on v.id = a.published_version_id
           where a.id = $1 and a.deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Agent {
        id,
        version_id: r.version_id,
        version: r.version,
        published_version: Some(r.version),
        draft: AgentDraft { status: r.status, ..r.draft.0 },
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

/// The names of the models that agents speak through, each once.
pub async fn models(tx: &mut Tx) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select distinct m ->> 'model' as "model!"
           from agents a
           join agent_versions v on v.agent_id = a.id and v.version = a.version
           cross join lateral jsonb_array_elements(v.draft -> 'models') m
           where a.deleted_at is null and m ->> 'model' is not null
           order by 1"#
    )
    .fetch_all(tx.conn())
    .await
}

/// What the last 100 conversations of an agent took, for estimating another model's price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Talked {
    /// How many conversations.
    pub conversations: i64,
    /// Tokens sent.
    pub tokens_prompt: i64,
    /// Tokens answered.
    pub tokens_completion: i64,
    /// What they cost.
    pub cost_micros: Micros,
}

/// See [`Talked`].
pub async fn talked(tx: &mut Tx, id: AgentId) -> Result<Talked> {
    let row = sqlx::query!(
        r#"select count(distinct r.conversation_id) as "conversations!",
                  coalesce(sum(r.tokens_prompt), 0)::bigint as "tokens_prompt!",
                  coalesce(sum(r.tokens_completion), 0)::bigint as "tokens_completion!",
                  coalesce(sum(r.cost_micros), 0)::bigint as "cost_micros!"
           from llm_requests r
           where r.agent_id = $1 and r.outcome = 'ok' and r.conversation_id in (
               select c.id from conversations c where c.agent_id = $1 order by c.last_message_at desc limit 100
           )"#,
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Talked {
        conversations: row.conversations,
        tokens_prompt: row.tokens_prompt,
        tokens_completion: row.tokens_completion,
        cost_micros: Micros(row.cost_micros),
    })
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

/// Sets the state of an agent. It holds at once and makes no version. `false` when there is none.
pub async fn set_status(tx: &mut Tx, id: AgentId, status: AgentStatus, now: DateTime<Utc>) -> Result<bool> {
    let changed = sqlx::query!(
        "update agents set status = $2, updated_at = $3 where id = $1 and deleted_at is null",
        id.uuid(),
        status.as_str(),
        now
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    Ok(changed > 0)
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
           join agent_versions v on v.id = a.published_version_id
           where a.status = 'live' and a.deleted_at is null and v.draft ->> 'kind' = 'reply'
           order by a.id limit 1"#
    )
    .fetch_optional(tx.conn())
    .await
}
