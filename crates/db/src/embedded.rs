//! The private Postgres of a single-machine installation: found, prepared, started, watched and stopped.
//!
//! A real server process, reachable on loopback only, with a password kept beside the data. Here: the parts in order of a
//! start, and what can go wrong, each as one sentence for the operator. Not here: roles, migrations, queries.
//!
//! ```text
//! DATA_DIR/server.lock            held while a server uses the folder
//! DATA_DIR/version                the newest product version that wrote to it
//! DATA_DIR/postgres/cluster       Postgres's own folder
//! DATA_DIR/postgres/{password,port,log}
//! ```

mod account;
mod binaries;
mod cluster;
mod folder;
mod leftover;
mod process;

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateDatabase as _;

use cluster::Cluster;
use folder::Folder;
use process::{Launch, Supervisor};

/// The database inside the private server.
const DATABASE: &str = "agent_outreach";

/// How a private Postgres is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder with `postgres` and `initdb`; none: looked for.
    pub pg_bin: Option<PathBuf>,
    /// For tests: quick, and nothing survives a power cut.
    pub throwaway: bool,
}

/// A running private Postgres. Stops when dropped; [`Embedded::stop`] does it without blocking the runtime.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    supervisor: Supervisor,
    // Released last: whoever gets the lock next must not meet our Postgres.
    _folder: Folder,
}

/// Why the private Postgres cannot run. Each message is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable program was found.
    #[error(
        "No PostgreSQL {wanted} was found ({looked}); run `npm ci` in the project, install your system's PostgreSQL, or set `PG_BIN` or `DATABASE_URL`."
    )]
    NoBinaries {
        /// "15 or newer", or the version the data needs.
        wanted: String,
        /// What was looked at, and why it did not serve.
        looked: String,
    },
    /// The folder cannot be made or written.
    #[error("Cannot write to `{}` ({source}); give it to the user that runs the server, or set `DATA_DIR` to another folder.", path.display())]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk is full.
    #[error("The disk that holds `{}` is full; free some space and start again.", path.display())]
    DiskFull {
        /// Where.
        path: PathBuf,
    },
    /// Another server has the folder.
    #[error("Another server is using `{}`; stop it first, or set `DATA_DIR` to another folder.", path.display())]
    InUse {
        /// Where.
        path: PathBuf,
    },
    /// The data was written by a newer product.
    #[error("`{}` was written by version {found}, this is {ours}; start the newer version, or set `DATA_DIR` to another folder.", path.display())]
    Newer {
        /// Where.
        path: PathBuf,
        /// The version in the folder.
        found: String,
        /// This program's version.
        ours: &'static str,
    },
    /// A Postgres that this folder started earlier does not end.
    #[error("An earlier PostgreSQL (process {pid}) still uses `{}` and does not stop; end it and start again.", path.display())]
    StillRunning {
        /// Its process.
        pid: i32,
        /// Where.
        path: PathBuf,
    },
    /// The user that Postgres must run as cannot enter the folder.
    #[error("PostgreSQL does not run as root, and user `{user}` cannot enter `{}`; set `DATA_DIR` to a folder that it can enter.", path.display())]
    Unreachable {
        /// The user.
        user: String,
        /// Where.
        path: PathBuf,
    },
    /// Postgres or initdb failed.
    #[error("PostgreSQL did not start: {reason}; its log is `{}`.", log.display())]
    Start {
        /// The telling line.
        reason: String,
        /// The whole story.
        log: PathBuf,
    },
    /// It runs, but does not answer.
    #[error("PostgreSQL started but does not answer ({0}); start again, and read its log in the data folder.")]
    Silent(#[from] sqlx::Error),
}

impl Error {
    /// Sorts a system error: a full disk is told apart from a folder that cannot be written.
    fn at(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path: path.to_owned() },
            _ => Self::Unwritable { path: path.to_owned(), source },
        }
    }

    /// Sorts what a Postgres program printed.
    fn said(output: &str, log: &Path) -> Self {
        if output.contains("No space left on device") || output.contains("Disk quota exceeded") {
            return Self::DiskFull { path: log.to_owned() };
        }
        let telling = |line: &&str| ["PANIC", "FATAL", "error:", "ERROR"].iter().any(|word| line.contains(word));
        let line = output.lines().rev().find(telling).or(output.lines().last()).unwrap_or("it said nothing");
        let line = line.rsplit_once("FATAL:").map_or(line, |(_, reason)| reason);
        Self::Start { reason: line.trim().trim_end_matches('.').to_owned(), log: log.to_owned() }
    }
}

impl Embedded {
    /// Starts the Postgres of a data folder, preparing the folder when it is new.
    pub async fn start(data_dir: &Path) -> Result<Self, Error> {
        Self::start_with(data_dir, Options::default()).await
    }

    /// Starts it with options.
    pub async fn start_with(data_dir: &Path, options: Options) -> Result<Self, Error> {
        let data_dir = data_dir.to_owned();
        let ready = tokio::task::spawn_blocking(move || prepare_and_start(&data_dir, &options));
        let (folder, supervisor, password, port) = ready.await.expect("starting Postgres does not panic")?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/{DATABASE}");
        if !sqlx::Postgres::database_exists(&url).await? {
            sqlx::Postgres::create_database(&url).await?;
        }
        folder.mark()?;
        Ok(Self { url, supervisor, _folder: folder })
    }

    /// The address for its administrator; it holds the password, so it is not for logs.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The process of the running server, for tests and messages.
    pub fn pid(&self) -> i32 {
        self.supervisor.pid()
    }

    /// Stops it: open transactions are rolled back, everything committed is on disk.
    pub async fn stop(self) {
        // Joining the supervisor blocks, so that is not for the runtime's own threads.
        tokio::task::spawn_blocking(move || drop(self)).await.expect("stopping Postgres does not panic");
    }
}

fn prepare_and_start(data_dir: &Path, options: &Options) -> Result<(Folder, Supervisor, String, u16), Error> {
    let folder = Folder::take(data_dir)?;
    let cluster = Cluster::of(folder.path(), options.throwaway)?;
    let account = account::Account::needed();
    let binaries = binaries::find(options.pg_bin.as_deref(), cluster.major()?, account.as_ref(), cluster.folder())?;
    let password = cluster.prepare(&binaries, account.as_ref())?;
    let (supervisor, port) = Supervisor::start(Launch::new(cluster, binaries, account)?)?;
    Ok((folder, supervisor, password, port))
}

#[cfg(test)]
mod tests;
