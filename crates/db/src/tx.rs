//! The connection pool and the transaction. The only place that opens one, and the only place that sets the workspace.

use domain::event::LiveNote;
use domain::id::{UserId, WorkspaceId};
use sqlx::postgres::PgPool;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

use crate::Result;

/// The channel of `NOTIFY` that live pages listen to. Its payload is `workspace topic subject`.
pub const LIVE_CHANNEL: &str = "live";
/// The channel of `NOTIFY` that wakes workers.
pub const JOBS_CHANNEL: &str = "jobs";

/// Applies what is missing of the schema, as the owner of the database. Running it twice is harmless.
pub async fn migrate(admin_url: &str) -> std::result::Result<(), sqlx::migrate::MigrateError> {
    let mut connection = PgConnection::connect(admin_url).await?;
    sqlx::migrate!("../../migrations").run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// The database as the product sees it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    /// Wraps a pool. Its role must be, or have no more rights than, `outreach_app` for the walls to hold ([`crate::connect`] sees to it).
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The bare pool: for statements that belong to no workspace (sessions, the queue's narrow doors) and for listening.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a writing transaction in a workspace. Only `engine` does this.
    pub async fn begin(&self, workspace: WorkspaceId, user: Option<UserId>) -> Result<Tx> {
        let mut inner = self.pool.begin().await?;
        let user = user.map(|u| u.uuid().to_string()).unwrap_or_default();
        sqlx::query!(
            "select set_config('app.workspace', $1, true) as w, set_config('app.user', $2, true) as u",
            workspace.uuid().to_string(),
            user
        )
        .fetch_one(&mut *inner)
        .await?;
        Ok(Tx { inner, workspace, notes: Vec::new(), wake_workers: false, pool: self.pool.clone() })
    }

    /// Begins a read-only transaction in a workspace.
    pub async fn read(&self, workspace: WorkspaceId, user: Option<UserId>) -> Result<Tx> {
        let mut tx = self.begin(workspace, user).await?;
        sqlx::query!("set transaction read only").execute(tx.conn()).await?;
        Ok(tx)
    }

    /// Whether the database answers.
    pub async fn is_up(&self) -> bool {
        sqlx::query_scalar!("select 1 as one").fetch_one(&self.pool).await.is_ok()
    }
}

/// A transaction inside one workspace.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    workspace: WorkspaceId,
    notes: Vec<LiveNote>,
    wake_workers: bool,
    pool: PgPool,
}

impl Tx {
    /// The workspace that everything in here belongs to.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The connection, for the functions of this crate.
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// Gives back what a large value took on its way. A connection would keep that memory for as long as it lives.
    pub(crate) fn shrink(&mut self) {
        self.inner.shrink_buffers();
    }

    /// Tells live pages, after the commit, that something changed. The same news twice is told once.
    pub fn note(&mut self, note: LiveNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Wakes the workers after the commit.
    pub fn wake_workers(&mut self) {
        self.wake_workers = true;
    }

    /// Makes it so, and only then tells the others: a `notify` inside the transaction would serialise all commits.
    pub async fn commit(self) -> Result<()> {
        let Self { inner, workspace, notes, wake_workers, pool } = self;
        inner.commit().await?;
        // Above this many, pages are told once that everything of a topic changed.
        let told: Vec<String> = if notes.len() > 20 {
            let mut topics: Vec<&str> = notes.iter().map(|n| n.topic.as_str()).collect();
            topics.sort_unstable();
            topics.dedup();
            topics.into_iter().map(|t| format!("{workspace} {t} *")).collect()
        } else {
            notes.iter().map(|n| format!("{workspace} {} {}", n.topic, n.subject)).collect()
        };
        if wake_workers || !told.is_empty() {
            let jobs: &[&str] = if wake_workers { &[JOBS_CHANNEL] } else { &[] };
            let payloads: Vec<String> = jobs.iter().map(|_| String::new()).chain(told.iter().cloned()).collect();
            let names: Vec<String> =
                jobs.iter().map(|j| (*j).to_owned()).chain(told.iter().map(|_| LIVE_CHANNEL.to_owned())).collect();
            let result = sqlx::query!(
                "select pg_notify(n.name, n.payload) from unnest($1::text[], $2::text[]) as n (name, payload)",
                &names,
                &payloads
            )
            .fetch_all(&pool)
            .await;
            // The change is committed; pages and workers also look by themselves.
            if let Err(error) = result {
                tracing::warn!(%error, "could not announce a change");
            }
        }
        Ok(())
    }
}

/// A connection that hears what other connections announce.
pub struct Listener {
    inner: sqlx::postgres::PgListener,
}

/// Listens on both channels.
pub async fn listen(db: &Db) -> Result<Listener> {
    let mut inner = sqlx::postgres::PgListener::connect_with(&db.pool).await?;
    inner.listen_all([LIVE_CHANNEL, JOBS_CHANNEL]).await?;
    Ok(Listener { inner })
}

impl Listener {
    /// The next announcement: the channel and what was said.
    pub async fn next(&mut self) -> Result<(String, String)> {
        let note = self.inner.recv().await?;
        Ok((note.channel().to_owned(), note.payload().to_owned()))
    }
}
