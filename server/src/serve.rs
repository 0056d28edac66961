//! Serving: port, database, schema, first operator, engine, worker, pages; and the way back down.

use std::net::SocketAddr;
use std::sync::Arc;

use channels::emulator::Emulator;
use domain::message::Channel;
use domain::phone::Phone;
use engine::{Engine, access, worker};
use rand::Rng;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::config::{Config, session_secret};
use crate::database::Database;
use crate::guard::Guard;
use crate::hooks::HookKeys;
use crate::http::{Web, router};
use crate::listen::{Patience, listen};
use crate::live::Notes;
use crate::stop::Stop;
use crate::wire::{Wired, wire};

/// Which halves run in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halves {
    /// Pages, API and webhooks.
    pub web: bool,
    /// The worker.
    pub worker: bool,
}

/// Runs until told to stop, then stops everything it started.
pub async fn serve(config: Config, stop: Stop, halves: Halves) -> Result<(), String> {
    // The port first: a second start must not touch the data of the first.
    let listener = if halves.web { Some(bind(&config).await?) } else { None };
    println!("Starting the database …");
    let database = Database::start(&config).await?;
    let done = run(&config, &database, listener, &stop, halves).await;
    database.stop().await;
    println!("Stopped.");
    done
}

async fn bind(config: &Config) -> Result<TcpListener, String> {
    let address = SocketAddr::new(config.web.host, config.web.port);
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Port {} is taken by another program: stop that one, or choose another with PORT=3001.",
            config.web.port
        ),
        _ => format!("Cannot listen on {address}: {error}."),
    })
}

async fn run(
    config: &Config,
    database: &Database,
    listener: Option<TcpListener>,
    stop: &Stop,
    halves: Halves,
) -> Result<(), String> {
    database.migrate().await?;
    let secret = session_secret(config)?;
    let wired = wire(config, database.url(), &secret).await?;
    let greeting = first_operator(config, &wired.engine).await?;
    let wake = Arc::new(Notify::new());
    let build = app::backend::build_of(&crate::site::options(config));
    let notes = Notes::listen(wired.engine.parts().db.clone(), wake.clone(), stop.receiver(), build);
    if let Some(emulator) = &wired.emulator {
        remember(emulator, database.url()).await?;
    }
    let engine = wired.engine.clone();
    let working = halves.worker.then(|| tokio::spawn(worker::run(wired.engine.clone(), wake, stop.receiver())));
    if let Some(listener) = listener {
        let demo = (config.demo_data)
            .then(|| tokio::spawn(crate::demo::fill(wired.engine.clone(), config.operator.email.to_string())));
        announce(config, &greeting);
        let app = router(web(config, wired, notes));
        listen(listener, app, Patience::default(), stop.clone().raised()).await;
        if let Some(demo) = demo {
            demo.abort();
        }
    } else {
        println!("The worker runs. Stop it with Ctrl-C.");
        stop.clone().raised().await;
    }
    if let Some(working) = working {
        let _ = working.await;
    }
    // While the database still runs: what the gateway's calls cost is in memory only until then.
    if !engine::gateway::flush(&engine).await {
        tracing::error!("some calls of the gateway could not be written down before the stop");
    }
    Ok(())
}

fn web(config: &Config, wired: Wired, notes: Notes) -> Web {
    Web {
        guard: Guard {
            engine: wired.engine.clone(),
            scripted: config.scripted(),
            trust_proxy: config.web.trust_proxy,
            phone: wired.phone,
        },
        engine: wired.engine,
        leptos: crate::site::options(config),
        keys: HookKeys { twilio_token: wired.twilio_token, generic: config.generic_webhook_secret.clone() },
        notes,
        emulator: wired.emulator,
    }
}

/// How the first operator signs in, when this start made them.
struct Greeting {
    made_password: Option<String>,
    made: bool,
}

/// Makes the first operator on a fresh installation.
async fn first_operator(config: &Config, engine: &Engine) -> Result<Greeting, String> {
    let given = config.operator.password.as_ref().map(|p| p.expose().to_owned());
    let password = given.clone().unwrap_or_else(random_password);
    let made = access::make_first_operator(engine, config.operator.email.as_str(), &password, "My workspace")
        .await
        .map_err(|e| format!("The first operator could not be made: {e}"))?;
    let email = config.operator.email.as_str();
    if !access::keep_numbers(engine, email).await.map_err(|e| format!("Our numbers could not be set: {e}"))? {
        tracing::warn!("nobody has the address of ADMIN_EMAIL, so the workspace keeps the numbers that it has");
    }
    Ok(Greeting { made_password: (made && given.is_none()).then_some(password), made })
}

/// Four groups of letters and digits that are not mistaken for each other: about 92 bits.
fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    let group = |rng: &mut rand::rngs::ThreadRng| {
        (0..5).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect::<String>()
    };
    (0..4).map(|_| group(&mut rng)).collect::<Vec<_>>().join("-")
}

fn announce(config: &Config, greeting: &Greeting) {
    println!();
    println!("  Agent Outreach is running at {}", config.web.public_url);
    match (&greeting.made_password, greeting.made) {
        (Some(password), _) => {
            println!("  Sign in as {} with the password {password}", config.operator.email);
            println!("  (it is shown this once; set ADMIN_PASSWORD before the first start to choose your own)");
        }
        (None, true) => println!("  Sign in as {} with the password from ADMIN_PASSWORD", config.operator.email),
        (None, false) => println!("  Sign in with your account, such as {}", config.operator.email),
    }
    if config.emulated() {
        println!("  Emulator: made-up people answer; no real message leaves this machine.");
    }
    if config.scripted() {
        println!(
            "  Scripted model: answers come from a script. Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY for a real one."
        );
    }
    println!("  Stop with Ctrl-C.");
    println!();
}

/// After a restart the emulated network is told what it approved and who opted out, as a real one would remember.
async fn remember(emulator: &Emulator, admin_url: &str) -> Result<(), String> {
    let memory = db::emulator::memory(admin_url).await.map_err(|e| format!("The emulator cannot remember: {e}."))?;
    for (reference, body) in &memory.templates {
        emulator.remember_template(reference, &domain::template::numbered(body).0);
    }
    for (lead, ours, at) in &memory.windows {
        if let (Ok(lead), Ok(ours)) = (Phone::parse(lead), Phone::parse(ours)) {
            emulator.remember_inbound(&lead, &ours, Channel::Whatsapp, *at);
        }
    }
    for (lead, ours) in &memory.opt_outs {
        if let (Ok(lead), Ok(ours)) = (Phone::parse(lead), Phone::parse(ours)) {
            emulator.remember_opt_out(&lead, &ours);
        }
    }
    Ok(())
}
