//! CSV imports: the file, how far it got, and the report.

use chrono::{DateTime, Utc};
use domain::id::{ImportId, UserId};
use domain::lead::{BulkResult, ColumnMapping, Import, ImportStatus, RowProblem};
use sqlx::types::Json;

use crate::{Result, Tx};

/// A file that was found readable.
pub struct NewImport<'a> {
    /// Its name.
    pub file_name: &'a str,
    /// Its text, in UTF-8.
    pub content: &'a [u8],
    /// Which column holds which field.
    pub mapping: &'a ColumnMapping,
    /// Its rows.
    pub total: i64,
}

/// Stores a file.
pub async fn insert(
    tx: &mut Tx,
    id: ImportId,
    import: NewImport<'_>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into imports (id, workspace_id, file_name, content, mapping, status, total, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        id.uuid(),
        workspace,
        import.file_name,
        import.content,
        Json(import.mapping) as _,
        ImportStatus::Queued.as_str(),
        import.total,
        by.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    tx.shrink();
    Ok(())
}

/// One import with its report so far.
pub async fn find(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    let row = sqlx::query!(
        r#"select id as "id: ImportId", file_name, status as "status: ImportStatus", processed, created, skipped, total,
                  problems as "problems: Json<Vec<RowProblem>>", error, created_at
           from imports where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Import {
        id: r.id,
        file_name: r.file_name,
        status: r.status,
        processed: r.processed,
        result: BulkResult { created: r.created, skipped: r.skipped, total: r.total, problems: r.problems.0 },
        error: r.error,
        created_at: r.created_at,
    }))
}

/// What reading an import needs.
pub struct Source {
    /// As it was uploaded, in UTF-8.
    pub content: Vec<u8>,
    /// Which column holds which field.
    pub mapping: ColumnMapping,
    /// Who uploaded it.
    pub created_by: Option<UserId>,
}

/// The file of an import.
pub async fn source(tx: &mut Tx, id: ImportId) -> Result<Option<Source>> {
    let row = sqlx::query!(
        r#"select content, mapping as "mapping: Json<ColumnMapping>", created_by as "created_by: UserId" from imports where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    tx.shrink();
    Ok(row.map(|r| Source { content: r.content, mapping: r.mapping.0, created_by: r.created_by }))
}

/// How far an import is, holding its row until the transaction ends: two workers never take the same rows in.
pub async fn lock(tx: &mut Tx, id: ImportId) -> Result<Option<(ImportStatus, i64)>> {
    let row = sqlx::query!(
        r#"select status as "status: ImportStatus", processed from imports where id = $1 for update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.status, r.processed)))
}

/// Adds a batch to the report. Of the problems only the first 500 are kept.
pub async fn progress(
    tx: &mut Tx,
    id: ImportId,
    status: ImportStatus,
    rows: i64,
    batch: &BulkResult,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update imports
         set status = $2, processed = processed + $3, created = created + $4, skipped = skipped + $5,
             problems = coalesce(
                 (select jsonb_agg(p.value order by p.n)
                  from jsonb_array_elements(problems || $6) with ordinality as p (value, n) where p.n <= 500),
                 '[]'
             ),
             content = case when $2 in ('done', 'failed') then '' else content end,
             updated_at = $7
         where id = $1",
        id.uuid(),
        status.as_str(),
        rows,
        batch.created,
        batch.skipped,
        Json(&batch.problems) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives an import up.
pub async fn fail(tx: &mut Tx, id: ImportId, error: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update imports set status = $2, error = $3, content = '', updated_at = $4 where id = $1",
        id.uuid(),
        ImportStatus::Failed.as_str(),
        error,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
