//! How things are kept: every line of SQL.
//!
//! Not here: decisions, new ids, "now", HTTP, provider JSON. Each noun has its file; functions are named for the question they answer
//! and take a [`Tx`] first. A `Tx` carries the workspace, so row-level security holds whatever the statement forgets. What happens before
//! a workspace is known (sessions, the work list) takes a [`Db`].

pub mod actions;
pub mod advice;
pub mod agents;
pub mod api_keys;
pub mod audience;
pub mod budgets;
pub mod campaigns;
pub mod channel_configs;
pub mod conversations;
pub mod embedded;
pub mod emulator;
pub mod erasure;
pub mod events;
pub mod flows;
pub mod gate;
pub mod gateway;
pub mod imports;
pub mod inbox;
pub mod jobs;
pub mod knowledge;
pub mod leads;
pub mod messages;
pub mod overview;
pub mod phone;
pub mod readings;
pub mod runs;
pub mod spending;
pub mod suites;
pub mod templates;
pub mod tickets;
pub mod turns;
pub mod usage;
pub mod users;
pub mod webhooks;
pub mod work;

mod login;
mod tx;

pub use login::{Login, connect, connect_with};
pub use sqlx::migrate::MigrateError;
pub use tx::{Db, JOBS_CHANNEL, LIVE_CHANNEL, Listener, Tx, listen, migrate};

/// sqlx's own error. Constraints are told apart by [`broken_constraint`].
pub type Error = sqlx::Error;
/// What every function here gives.
pub type Result<T> = std::result::Result<T, Error>;

/// The name of the constraint that refused a statement, if one did.
pub fn broken_constraint(error: &Error) -> Option<&str> {
    match error {
        sqlx::Error::Database(e) => e.constraint(),
        _ => None,
    }
}
