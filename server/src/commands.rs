//! The commands of the program, and how each begins and ends.
//!
//! Here: reading the command line, settings and their report, exit codes. Not here: what serving is (`serve.rs`).

mod people;
mod pg;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::config::{Config, Report, Source};
use crate::database::Database;
use crate::serve::Halves;
use crate::stop::Stop;
use crate::telemetry;

const HELP: &str = "\
Agent Outreach: AI agents that write to people and call them.

  server [serve] [--no-worker]        serve the product, with a worker inside unless told otherwise (the default)
  server worker                       only the worker; wants DATABASE_URL, or the data folder for itself
  server migrate                      bring the schema up to date and end
  server erase-person WHO             erase a person: WHO is a phone number, an e-mail address or a lead's id; prints the receipt
  server forget                       forget what was said and is older than RETENTION_DAYS
  server demo                         serve, and fill an empty workspace with made-up people first (as DEMO_DATA=true)
  server config                       tell every setting, how it stands and what it is for
  server openapi                      print the description of the HTTP API
  server pg [--throwaway] -- COMMAND  run a command with DATABASE_URL of the embedded Postgres (or of a new, empty one)
  server --version | --help

Settings come from the environment and from `.env`; `.env.example` lists them.
";

/// Runs one command line and gives the exit code.
pub fn run(args: Vec<String>) -> ExitCode {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["--version" | "-V"] => {
            println!("server {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        ["--help" | "-h" | "help"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [] | ["serve"] => serve(Halves { web: true, worker: true }),
        ["serve", "--no-worker"] | ["--no-worker"] => serve(Halves { web: true, worker: false }),
        ["worker"] => serve(Halves { web: false, worker: true }),
        ["demo"] => with_settings(|config, stop| {
            read_documents_outside();
            let config = Config { demo_data: true, ..config };
            Box::pin(crate::serve::serve(config, stop, Halves { web: true, worker: true }))
        }),
        ["config"] => report(),
        ["openapi"] => openapi(),
        // Not for people: the product starts itself with it for each document (`knowledge::outside`).
        ["read-document"] => return knowledge::outside::main(),
        ["erase-person", who] => {
            let who = (*who).to_owned();
            with_settings(move |config, _| Box::pin(people::erase(config, who)))
        }
        ["forget"] => with_settings(|config, _| Box::pin(people::forget(config))),
        ["migrate"] => with_settings(|config, _| Box::pin(migrate(config))),
        ["pg", "--throwaway", "--", command @ ..] if !command.is_empty() => return pg::run(true, command),
        ["pg", "--", command @ ..] if !command.is_empty() => return pg::run(false, command),
        other => Err(format!("There is no command `{}`; `server --help` lists them.", other.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

fn serve(halves: Halves) -> Result<(), String> {
    read_documents_outside();
    with_settings(move |config, stop| Box::pin(crate::serve::serve(config, stop, halves)))
}

/// Documents are read in a process of their own, which is this program again.
fn read_documents_outside() {
    if let Ok(program) = std::env::current_exe() {
        knowledge::outside::use_program(program, vec!["read-document".into()]);
    }
}

fn openapi() -> Result<(), String> {
    let (_, described) = crate::api::router();
    let text = described.to_pretty_json().map_err(|e| format!("The description cannot be written: {e}."))?;
    answer(&format!("{text}\n"));
    Ok(())
}

type Work = std::pin::Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// Reads the settings, starts logging and the runtime, and does the work.
fn with_settings(work: impl FnOnce(Config, Stop) -> Work) -> Result<(), String> {
    let (config, report) = read()?;
    let summary = report.summary();
    if !summary.is_empty() {
        print!("Settings\n{summary}");
    }
    telemetry::start(&config.log);
    // Both HTTP clients and Postgres' TLS use it; a second installation would only say that one is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime()?.block_on(async {
        let stop = Stop::on_signal().map_err(|e| format!("Cannot listen for signals: {e}."))?;
        work(config, stop).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|e| format!("Cannot start threads: {e}."))
}

fn read() -> Result<(Config, Report), String> {
    let source = Source::of_process(Path::new(".env"))?;
    let config = Config::read(&source).map_err(|problems| {
        let lines: Vec<_> = problems.0.iter().map(|p| format!("  {}: {}", p.field, p.message)).collect();
        format!("These settings need attention (environment or `.env`):\n{}", lines.join("\n"))
    })?;
    Ok((config, Report::of(&source)))
}

fn report() -> Result<(), String> {
    let source = Source::of_process(Path::new(".env"))?;
    answer(&Report::of(&source).to_string());
    read().map(|_| ())
}

/// Prints what a command was asked for. Whoever reads only the first lines (`| head`) closes the pipe, which is no failure.
fn answer(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

async fn migrate(config: Config) -> Result<(), String> {
    let database = Database::start(&config).await?;
    let done = database.migrate().await;
    database.stop().await;
    done
}
