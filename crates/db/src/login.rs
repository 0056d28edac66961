//! How the product logs in: as a role of its own, which owns nothing, cannot step over row-level security, and has nothing to step back
//! to. Not here: the owner's address, which only migrations and this file use.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection};

use crate::{Db, Error, Result};

/// Who the product logs in as.
#[derive(Clone)]
pub enum Login {
    /// A role that the owner of the database makes when it is not there.
    Made {
        /// Its name.
        name: String,
        /// Its password.
        password: String,
    },
    /// One that somebody made, with its whole address.
    Given(String),
}

/// Opens the pool under the product's own login, and refuses one that can do more than the product may.
pub async fn connect(admin_url: &str, login: &Login, size: u32) -> Result<Db> {
    connect_with(PgConnectOptions::from_str(admin_url)?, login, size).await
}

/// The same, with the owner's address in parts.
pub async fn connect_with(admin: PgConnectOptions, login: &Login, size: u32) -> Result<Db> {
    let own = match login {
        Login::Given(url) => PgConnectOptions::from_str(url)?,
        Login::Made { name, password } => {
            let own = admin.clone().username(name).password(password);
            if !fits(&own).await {
                make(&admin, name, password).await?;
            }
            own
        }
    };
    let own = own
        .application_name("agent-outreach")
        .options([("statement_timeout", "30000"), ("idle_in_transaction_session_timeout", "60000")]);
    let pool =
        PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(10)).connect_with(own).await?;
    check(&mut *pool.acquire().await?).await?;
    Ok(Db::from_pool(pool))
}

/// Whether one can log in like this, with the rights of the product.
async fn fits(own: &PgConnectOptions) -> bool {
    let Ok(mut connection) = PgConnection::connect_with(own).await else { return false };
    let member = sqlx::query_scalar!(r#"select pg_has_role(current_user, 'outreach_app', 'usage') as "member!""#)
        .fetch_one(&mut connection)
        .await;
    matches!(member, Ok(true))
}

/// Makes the login, as the owner. Two processes that start together may both try.
async fn make(admin: &PgConnectOptions, name: &str, password: &str) -> Result<()> {
    let mut owner = PgConnection::connect_with(admin).await?;
    let made = sqlx::query!("select make_login($1, $2)", name, password).fetch_one(&mut owner).await;
    match made {
        Ok(_) => Ok(()),
        // The other one made it a moment ago.
        Err(_) if fits(&admin.clone().username(name).password(password)).await => Ok(()),
        Err(error) => Err(unfit(format!(
            "the role of DATABASE_URL may not make a login for the product ({error}); make one yourself and set DATABASE_APP_URL, \
             see \"A Postgres of your own\" in docs/OPERATIONS.md"
        ))),
    }
}

/// Refuses a login that is, or could become, somebody to whom the walls between workspaces mean nothing. `set role none` is what a
/// statement could say to get there.
async fn check(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("set role none").execute(&mut *connection).await?;
    let found = sqlx::query!(
        r#"select current_user::text as "name!", pg_has_role(current_user, 'outreach_app', 'usage') as "member!",
                  exists (
                      select 1 from pg_roles r
                      where (r.rolsuper or r.rolbypassrls or r.rolcreaterole) and pg_has_role(current_user, r.oid, 'member')
                  ) as "is_high!",
                  exists (
                      select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                      where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member')
                  ) as "is_owner!""#
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!("reset role").execute(connection).await?;
    match (found.member, found.is_high || found.is_owner) {
        (true, false) => Ok(()),
        (false, _) => Err(unfit(format!("the login `{}` is no member of the role outreach_app", found.name))),
        (true, true) => Err(unfit(format!(
            "the login `{}` can step over the walls between workspaces: it owns tables, makes roles or is a superuser, or may become one",
            found.name
        ))),
    }
}

fn unfit(why: String) -> Error {
    Error::Configuration(why.into())
}
