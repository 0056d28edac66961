//! Operators, their sessions and their standing in workspaces; also the count of wrong passwords.

use chrono::{DateTime, Utc};
use domain::access::{Door, Role};
use domain::event::EventKind;
use domain::id::{SessionId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::{Db, Result, Tx};

/// An operator as signing in needs them.
pub struct UserRow {
    /// Who.
    pub id: UserId,
    /// Lower case.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
}

/// A signed-in operator in a workspace.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// What the workspace is called.
    pub workspace_name: String,
    /// Their standing there.
    pub role: Role,
}

/// Whether nobody has an account yet.
pub async fn none_yet(db: &Db) -> Result<bool> {
    sqlx::query_scalar!(r#"select not exists (select 1 from users where deleted_at is null) as "none!""#)
        .fetch_one(db.pool())
        .await
}

/// The operator with this address.
pub async fn find_by_email(db: &Db, email: &str) -> Result<Option<UserRow>> {
    sqlx::query_as!(
        UserRow,
        r#"select id as "id: UserId", email, name, password_hash from users where email = $1 and deleted_at is null"#,
        email
    )
    .fetch_optional(db.pool())
    .await
}

/// Makes the first workspace's row. The transaction must be in that workspace.
pub async fn insert_workspace(tx: &mut Tx, name: &str, now: DateTime<Utc>) -> Result<()> {
    let id = tx.workspace().uuid();
    sqlx::query!("insert into workspaces (id, name, created_at, updated_at) values ($1, $2, $3, $3)", id, name, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What the transaction's workspace is called.
pub async fn workspace_name(tx: &mut Tx) -> Result<String> {
    let id = tx.workspace().uuid();
    sqlx::query_scalar!("select name from workspaces where id = $1", id).fetch_one(tx.conn()).await
}

/// Makes an operator with a standing in the transaction's workspace.
pub async fn insert(tx: &mut Tx, user: &UserRow, role: Role, membership: Uuid, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into users (id, email, name, password_hash, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
        user.id.uuid(),
        user.email,
        user.name,
        user.password_hash,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into memberships (id, workspace_id, user_id, role, created_at) values ($1, $2, $3, $4, $5)",
        membership,
        workspace,
        user.id.uuid(),
        role.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An operator's standings, oldest first: `(workspace, role)`. The transaction must carry that operator.
pub async fn standings(tx: &mut Tx, user: UserId) -> Result<Vec<(WorkspaceId, Role)>> {
    let rows = sqlx::query!(
        r#"select workspace_id as "workspace_id: WorkspaceId", role as "role: Role" from memberships where user_id = $1 order by id"#,
        user.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.workspace_id, r.role)).collect())
}

/// The operator as they stand in the transaction's workspace, if they do.
pub async fn signed_in(tx: &mut Tx, user: UserId) -> Result<Option<SignedIn>> {
    let workspace = tx.workspace().uuid();
    sqlx::query_as!(
        SignedIn,
        r#"select u.id as "user_id: UserId", u.email, u.name, w.id as "workspace_id: WorkspaceId", w.name as workspace_name,
                  m.role as "role: Role"
           from users u
           join memberships m on m.user_id = u.id and m.workspace_id = $2
           join workspaces w on w.id = m.workspace_id
           where u.id = $1 and u.deleted_at is null"#,
        user.uuid(),
        workspace
    )
    .fetch_optional(tx.conn())
    .await
}

/// Stores a session under the hash of its token.
pub async fn insert_session(
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into sessions (id, user_id, workspace_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        user.uuid(),
        workspace,
        token_hash,
        now,
        expires_at
    )
    .execute(tx.conn())
    .await?;
    // Old sessions go as new ones come, a few at a time.
    sqlx::query!("delete from sessions where id in (select id from sessions where expires_at < $1 limit 20)", now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whose session has this token hash, if it did not end and was used since: `(user, workspace)`. That it is used is written down now and
/// then.
pub async fn find_session(
    db: &Db,
    token_hash: &[u8],
    now: DateTime<Utc>,
    used_since: DateTime<Utc>,
) -> Result<Option<(UserId, WorkspaceId)>> {
    let row = sqlx::query!(
        r#"select user_id as "user_id: UserId", workspace_id as "workspace_id: WorkspaceId",
                  coalesce(used_at, created_at) < $2::timestamptz - interval '10 minutes' as "is_to_touch!"
           from sessions where token_hash = $1 and expires_at > $2 and coalesce(used_at, created_at) > $3"#,
        token_hash,
        now,
        used_since
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.is_to_touch {
        sqlx::query!("update sessions set used_at = $2 where token_hash = $1", token_hash, now)
            .execute(db.pool())
            .await?;
    }
    Ok(Some((row.user_id, row.workspace_id)))
}

/// Ends a session.
pub async fn delete_session(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("delete from sessions where token_hash = $1", token_hash).execute(tx.conn()).await?;
    Ok(())
}

/// Writes down for good that an operator came, was refused or left, and through which door.
pub async fn audit_sign_in(tx: &mut Tx, user: UserId, what: EventKind, door: Door) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into audit_log (workspace_id, table_name, row_id, action, changed, actor_id)
         values ($1, 'users', $2, $3, array[$4], app_user())",
        workspace,
        user.uuid(),
        what.as_str(),
        door.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Wrong passwords in a row under a key, and when the last was.
pub async fn failures(db: &Db, key: &[u8]) -> Result<Option<(i32, DateTime<Utc>)>> {
    let row = sqlx::query!("select failures, last_at from login_attempts where key = $1", key)
        .fetch_optional(db.pool())
        .await?;
    Ok(row.map(|r| (r.failures, r.last_at)))
}

/// Counts one more wrong password, before the answer is known: many at once all count.
pub async fn count_attempt(db: &Db, key: &[u8], now: DateTime<Utc>) -> Result<i32> {
    // Made-up addresses are counted, too: what is forgotten anyway goes as new ones come, a few at a time.
    sqlx::query!(
        "delete from login_attempts where key in
             (select key from login_attempts where last_at + interval '1 hour' < $1 limit 20 for update skip locked)",
        now
    )
    .execute(db.pool())
    .await?;
    sqlx::query_scalar!(
        "insert into login_attempts (key, failures, last_at) values ($1, 1, $2)
         on conflict (key) do update set
             failures = case when login_attempts.last_at < $2 - interval '1 hour' then 1 else login_attempts.failures + 1 end,
             last_at = $2
         returning failures",
        key,
        now
    )
    .fetch_one(db.pool())
    .await
}

/// Takes one attempt back, because its password was right: the number, and when the last wrong one was.
pub async fn uncount_attempt(db: &Db, key: &[u8], at: DateTime<Utc>, before: Option<DateTime<Utc>>) -> Result<()> {
    sqlx::query!(
        "update login_attempts
         set failures = failures - 1, last_at = case when last_at = $2 then coalesce($3, last_at) else last_at end
         where key = $1 and failures > 0",
        key,
        at,
        before
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Remembers that somebody signed in from a place, and forgets the places of long ago.
pub async fn know_place(db: &Db, key: &[u8], now: DateTime<Utc>, since: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into known_places (key, last_at) values ($1, $2) on conflict (key) do update set last_at = excluded.last_at",
        key,
        now
    )
    .execute(db.pool())
    .await?;
    sqlx::query!("delete from known_places where last_at < $1", since).execute(db.pool()).await?;
    Ok(())
}

/// Whether somebody signed in from a place since then.
pub async fn is_known_place(db: &Db, key: &[u8], since: DateTime<Utc>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from known_places where key = $1 and last_at > $2) as "known!""#,
        key,
        since
    )
    .fetch_one(db.pool())
    .await
}

/// Forgets the wrong passwords after a right one.
pub async fn forget_attempts(db: &Db, key: &[u8]) -> Result<()> {
    sqlx::query!("delete from login_attempts where key = $1", key).execute(db.pool()).await?;
    Ok(())
}
