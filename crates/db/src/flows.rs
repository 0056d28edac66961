//! Drawings and their frozen versions. A drawing changes in place; a version never does, because runs are pinned to it.

use chrono::{DateTime, Utc};
use domain::campaign::Flow;
use domain::flow::graph::FlowGraph;
use domain::id::{FlowId, FlowVersionId, UserId};
use sqlx::types::Json;

use crate::{Result, Tx};

/// A drawing as it stands.
pub async fn find(tx: &mut Tx, id: FlowId) -> Result<Option<Flow>> {
    let row = sqlx::query!(r#"select revision, graph as "graph: Json<FlowGraph>" from flows where id = $1"#, id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| Flow { id, revision: r.revision, graph: r.graph.0 }))
}

/// Stores a new drawing.
pub async fn insert(tx: &mut Tx, flow: &Flow, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into flows (id, workspace_id, revision, graph, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
        flow.id.uuid(),
        workspace,
        flow.revision,
        Json(&flow.graph) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Overwrites a drawing whose revision is the expected one and raises the revision. `None`, and nothing changed, when it is another.
pub async fn save(
    tx: &mut Tx,
    id: FlowId,
    expected_revision: i32,
    graph: &FlowGraph,
    now: DateTime<Utc>,
) -> Result<Option<Flow>> {
    let revision = sqlx::query_scalar!(
        "update flows set revision = revision + 1, graph = $3, updated_at = $4 where id = $1 and revision = $2 returning revision",
        id.uuid(),
        expected_revision,
        Json(graph) as _,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(revision.map(|revision| Flow { id, revision, graph: graph.clone() }))
}

/// Freezes a drawing as its next version.
pub async fn insert_version(
    tx: &mut Tx,
    version: FlowVersionId,
    flow: FlowId,
    graph: &FlowGraph,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into flow_versions (id, workspace_id, flow_id, version, graph, created_by, created_at)
         values ($1, $2, $3, (select coalesce(max(version), 0) + 1 from flow_versions where flow_id = $3), $4, $5, $6)",
        version.uuid(),
        workspace,
        flow.uuid(),
        Json(graph) as _,
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The newest version of a drawing, if it was ever frozen.
pub async fn latest_version(tx: &mut Tx, flow: FlowId) -> Result<Option<(FlowVersionId, FlowGraph)>> {
    let row = sqlx::query!(
        r#"select id as "id: FlowVersionId", graph as "graph: Json<FlowGraph>" from flow_versions
           where flow_id = $1 order by version desc limit 1"#,
        flow.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.id, r.graph.0)))
}

/// The number of a frozen version, as people count them.
pub async fn version_number(tx: &mut Tx, id: FlowVersionId) -> Result<Option<i32>> {
    sqlx::query_scalar!("select version from flow_versions where id = $1", id.uuid()).fetch_optional(tx.conn()).await
}
