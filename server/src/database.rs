//! The database of this process: the given one, or the embedded one, brought up to this version's schema.

use db::embedded::Embedded;

use crate::config::Config;

/// A database that is up and has the schema.
pub struct Database {
    url: String,
    embedded: Option<Embedded>,
}

impl Database {
    /// Starts the embedded Postgres unless another is given, without touching the schema.
    pub async fn start(config: &Config) -> Result<Self, String> {
        if let Some(url) = &config.database.url {
            return Ok(Self { url: url.expose().to_owned(), embedded: None });
        }
        let options = db::embedded::Options { pg_bin: config.database.pg_bin.clone(), throwaway: false };
        let embedded = Embedded::start_with(&config.database.data_dir, options).await.map_err(|e| e.to_string())?;
        Ok(Self { url: embedded.url(), embedded: Some(embedded) })
    }

    /// Applies what is missing of the schema.
    pub async fn migrate(&self) -> Result<(), String> {
        db::migrate(&self.url).await.map_err(|error| match error {
            db::MigrateError::VersionMissing(version) => format!(
                "The database was written by a newer version (it has migration {version}, this program does not); start the newer version."
            ),
            db::MigrateError::VersionMismatch(version) => {
                format!("Migration {version} in the database differs from this program's; use the program that wrote it.")
            }
            db::MigrateError::Execute(error) if self.embedded.is_none() => {
                format!("The database at `DATABASE_URL` does not answer or refuses ({error}); check the address and that it runs.")
            }
            other => format!("The schema could not be brought up to date: {other}."),
        })
    }

    /// The administrator's address; it holds a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the embedded Postgres, if it is ours.
    pub async fn stop(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}
