//! Commands about people's data: erasing one person, forgetting what is old. What goes is decided in `engine::erasure`.

use domain::erasure::Cleared;
use engine::{Engine, erasure};

use crate::config::{Config, session_secret};
use crate::database::Database;
use crate::wire::wire;

/// Erases a person in every workspace, and prints a receipt for each as JSON.
pub(super) async fn erase(config: Config, who: String) -> Result<(), String> {
    with_engine(&config, async |engine| {
        let mut known = false;
        for cx in erasure::everywhere(engine).await.map_err(|e| e.to_string())? {
            if let Some(receipt) = erasure::erase_by(&cx, &who).await.map_err(|e| e.to_string())? {
                let text = serde_json::to_string_pretty(&receipt).map_err(|e| e.to_string())?;
                super::answer(&format!("{text}\n"));
                known = true;
            }
        }
        if known { Ok(()) } else { Err("Nobody is known by that; nothing was erased.".to_owned()) }
    })
    .await
}

/// Forgets what is old in every workspace, and says how much that was.
pub(super) async fn forget(config: Config) -> Result<(), String> {
    with_engine(&config, async |engine| {
        for cx in erasure::everywhere(engine).await.map_err(|e| e.to_string())? {
            let tables = erasure::forget(&cx, config.retention).await.map_err(|e| e.to_string())?;
            super::answer(&told(&cx.workspace().to_string(), &tables));
        }
        Ok(())
    })
    .await
}

fn told(workspace: &str, tables: &[Cleared]) -> String {
    let mut text = format!("{workspace}\n");
    if tables.is_empty() {
        text.push_str("  everything is kept: RETENTION_DAYS is 0\n");
    }
    for Cleared { table, removed, blanked } in tables {
        text.push_str(&format!("  {table}: {removed} removed, {blanked} blanked\n"));
    }
    text
}

async fn with_engine(config: &Config, work: impl AsyncFnOnce(&Engine) -> Result<(), String>) -> Result<(), String> {
    let database = Database::start(config).await?;
    let done = async {
        database.migrate().await?;
        let wired = wire(config, database.url(), &session_secret(config)?).await?;
        work(&wired.engine).await
    }
    .await;
    database.stop().await;
    done
}
