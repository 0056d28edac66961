//! What was saved of an agent, and which of it was published, by whom and why. Versions are never changed.

use chrono::{DateTime, Utc};
use domain::agent::{Agent, AgentDraft};
use domain::id::{AgentId, AgentVersionId, UserId};
use domain::library::{AgentVersion, Publication};
use sqlx::types::Json;

use crate::{Result, Tx};

/// The versions of an agent, newest first, at most `limit`.
pub async fn versions(tx: &mut Tx, id: AgentId, limit: i64) -> Result<Vec<AgentVersion>> {
    let publications = publications(tx, id).await?;
    let rows = sqlx::query!(
        r#"select v.id as "id: AgentVersionId", v.version, v.draft as "draft: Json<AgentDraft>",
                  coalesce(nullif(u.name, ''), u.email, '') as "author!", v.created_at,
                  a.published_version_id is not distinct from v.id as "is_published!"
           from agent_versions v
           join agents a on a.id = v.agent_id
           left join users u on u.id = v.created_by
           where v.agent_id = $1 and a.deleted_at is null
           order by v.version desc
           limit $2"#,
        id.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| AgentVersion {
            id: r.id,
            version: r.version,
            draft: r.draft.0,
            author: r.author,
            created_at: r.created_at,
            is_published: r.is_published,
            publications: publications.iter().filter(|(v, _)| *v == r.id).map(|(_, p)| p.clone()).collect(),
        })
        .collect())
}

async fn publications(tx: &mut Tx, id: AgentId) -> Result<Vec<(AgentVersionId, Publication)>> {
    let rows = sqlx::query!(
        r#"select p.version_id as "version_id: AgentVersionId", p.note, p.overrule, p.created_at,
                  coalesce(nullif(u.name, ''), u.email, '') as "author!"
           from agent_publications p
           left join users u on u.id = p.created_by
           where p.agent_id = $1
           order by p.id desc
           limit 500"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let publication = Publication { at: r.created_at, by: r.author, note: r.note, overrule: r.overrule };
            (r.version_id, publication)
        })
        .collect())
}

/// One version's draft.
pub async fn version_draft(tx: &mut Tx, id: AgentId, version: i32) -> Result<Option<AgentDraft>> {
    let draft = sqlx::query_scalar!(
        r#"select v.draft as "draft: Json<AgentDraft>"
           from agent_versions v
           join agents a on a.id = v.agent_id
           where v.agent_id = $1 and v.version = $2 and a.deleted_at is null"#,
        id.uuid(),
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(draft.map(|draft| draft.0))
}

/// Makes a version the one that people hear, and writes down who did so.
pub async fn publish(
    tx: &mut Tx,
    publication_id: uuid::Uuid,
    agent: &Agent,
    note: &str,
    overrule: Option<&str>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "update agents set published_version_id = $2, status = $3, updated_at = $4 where id = $1 and deleted_at is null",
        agent.id.uuid(),
        agent.version_id.uuid(),
        agent.draft.status.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into agent_publications (id, workspace_id, agent_id, version_id, note, overrule, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        publication_id,
        workspace,
        agent.id.uuid(),
        agent.version_id.uuid(),
        note,
        overrule,
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
