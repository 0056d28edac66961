//! Keys for programs. Only their hashes are here; the one look-up that knows no workspace yet goes through a narrow door.

use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::api_key::{ApiKey, KeyScope};
use domain::id::{ApiKeyId, UserId, WorkspaceId};

use crate::users::SignedIn;
use crate::{Db, Result, Tx};

/// A key that fits, and whose it is.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which key.
    pub id: ApiKeyId,
    /// What it opens.
    pub scopes: Vec<KeyScope>,
    /// Who made it, where, and their standing there now.
    pub who: SignedIn,
}

/// Writes a new key down.
pub async fn insert(tx: &mut Tx, key: &ApiKey, hash: &[u8], by: UserId) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into api_keys (id, workspace_id, name, prefix, hash, scopes, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        key.id.uuid(),
        workspace,
        key.name,
        key.prefix,
        hash,
        &scopes,
        by.uuid(),
        key.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Every key, newest first; revoked ones last.
pub async fn list(tx: &mut Tx) -> Result<Vec<ApiKey>> {
    let rows = sqlx::query!(
        r#"select k.id as "id: ApiKeyId", k.name, k.prefix, k.scopes, coalesce(nullif(u.name, ''), u.email) as "made_by!",
                  k.created_at, k.last_used_at, k.revoked_at
           from api_keys k
           join users u on u.id = k.created_by
           order by k.revoked_at is not null, k.id desc
           limit 500"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ApiKey {
            id: r.id,
            name: r.name,
            prefix: r.prefix,
            scopes: scopes(&r.scopes),
            made_by: r.made_by,
            created_at: r.created_at,
            last_used_at: r.last_used_at,
            revoked_at: r.revoked_at,
        })
        .collect())
}

/// How many keys are not revoked.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from api_keys where revoked_at is null"#).fetch_one(tx.conn()).await
}

/// Revokes a key. Gives its name and hash; nothing when there is none or it is revoked already.
pub async fn revoke(tx: &mut Tx, id: ApiKeyId, now: DateTime<Utc>) -> Result<Option<(String, Vec<u8>)>> {
    let row = sqlx::query!(
        "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null returning name, hash",
        id.uuid(),
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.name, r.hash)))
}

/// Notes that keys were used.
pub async fn touch(tx: &mut Tx, id: ApiKeyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The key with this hash, unless it was revoked or the one who made it has left.
pub async fn find(db: &Db, hash: &[u8]) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"select id as "id!: ApiKeyId", workspace_id as "workspace_id!: WorkspaceId", workspace_name as "workspace_name!",
                  scopes as "scopes!", user_id as "user_id!: UserId", email as "email!", name as "name!", role as "role!: Role"
           from api_key_by_hash($1)"#,
        hash
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(|r| Found {
        id: r.id,
        scopes: scopes(&r.scopes),
        who: SignedIn {
            user_id: r.user_id,
            email: r.email,
            name: r.name,
            workspace_id: r.workspace_id,
            workspace_name: r.workspace_name,
            role: r.role,
        },
    }))
}

fn scopes(words: &[String]) -> Vec<KeyScope> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}
