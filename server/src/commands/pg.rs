//! Another program beside a running embedded Postgres: tests, `psql`, a backup.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use db::embedded::{Embedded, Options};

use crate::stop::Stop;

/// Runs a command with `DATABASE_URL` set, and gives its exit code.
///
/// A throwaway Postgres lives in a folder of its own below the system's temporary one and is removed afterwards.
pub(super) fn run(throwaway: bool, command: &[&str]) -> ExitCode {
    match attempt(throwaway, command) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(throwaway: bool, command: &[&str]) -> Result<ExitCode, String> {
    let (config, _) = super::read()?;
    let temporary = std::env::temp_dir().join(format!("agent-outreach-{}", std::process::id()));
    let folder: PathBuf = if throwaway { temporary } else { config.database.data_dir };
    let runtime = super::runtime()?;
    // The command shares our terminal and ends at Ctrl-C by itself; we only must outlive it.
    let stop = runtime.block_on(async { Stop::on_signal() }).map_err(|e| format!("Cannot listen for signals: {e}."))?;
    let options = Options { pg_bin: config.database.pg_bin, throwaway };
    let embedded = runtime.block_on(Embedded::start_with(&folder, options)).map_err(|e| e.to_string())?;
    let status = runtime.block_on(async {
        let (name, args) = command.split_first().ok_or("There is no command to run.")?;
        let mut child = Command::new(name);
        child.args(args).env("DATABASE_URL", embedded.url());
        let mut child =
            tokio::process::Command::from(child).spawn().map_err(|e| format!("Cannot run `{name}`: {e}."))?;
        let status = tokio::select! {
            status = child.wait() => status,
            () = stop.raised() => {
                if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
                    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
                }
                child.wait().await
            }
        };
        status.map_err(|e| format!("Cannot wait for `{name}`: {e}."))
    });
    runtime.block_on(embedded.stop());
    if throwaway {
        let _ = std::fs::remove_dir_all(&folder);
    }
    let status = status?;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
