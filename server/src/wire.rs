//! Settings → the parts that run: pool, models, phone network, engine. Nothing is decided here but what is plugged into what.

use std::sync::Arc;

use app::backend::PhoneLine;
use channels::emulator::{Emulator, EmulatorConfig};
use channels::http::{Guarded, GuardedConfig};
use channels::twilio::{Twilio, TwilioConfig};
use domain::message::Channel;
use domain::text::Phone;
use engine::{Clock, Engine, Parts, Settings};
use rand::RngCore;

use crate::config::{AppEnv, Config};
use crate::phone::Line;

/// The account of the emulated network. Its token is made anew at each start: nothing outside this process knows it.
const EMULATED_ACCOUNT: &str = "AC00000000000000000000000000000000";
/// Our number in the emulated network: from the range that is reserved for fiction.
const EMULATED_NUMBER: &str = "+15005550006";

/// What was plugged together.
pub struct Wired {
    /// The engine.
    pub engine: Engine,
    /// The emulated network, when there is no Twilio account.
    pub emulator: Option<Emulator>,
    /// The emulated network as pages see it.
    pub phone: Option<Arc<dyn PhoneLine>>,
    /// What signs Twilio's posts.
    pub twilio_token: channels::Secret,
}

/// Plugs everything together. `database_url` is the owner's; the product logs in as somebody less.
pub async fn wire(config: &Config, database_url: &str, session_secret: &channels::Secret) -> Result<Wired, String> {
    let sealer = match &config.web.secret_key {
        Some(key) => engine::seal::Sealer::new(key.expose()),
        None => engine::seal::Sealer::in_folder(&config.database.data_dir),
    }?;
    let db = db::connect(database_url, &login(config, &sealer), config.database.pool_size)
        .await
        .map_err(|e| format!("The database does not answer, or the product's login to it does not fit: {e}."))?;
    let public_url = config.web.public_url.clone();
    let local = format!("http://127.0.0.1:{}", config.web.port);
    let (sid, token) = match &config.twilio.account {
        Some(account) => (account.sid.clone(), account.token.clone()),
        None => (EMULATED_ACCOUNT.to_owned(), random_token()),
    };
    let emulator = match config.emulated() {
        true => Some(emulator(config, &sid, &token, &local)?),
        false => None,
    };
    let given = |address: &Option<String>, official: &str| match (address, &emulator) {
        (Some(address), _) => address.clone(),
        (None, Some(_)) => format!("{local}/emulator"),
        (None, None) => official.to_owned(),
    };
    let network = Twilio::new(TwilioConfig {
        account_sid: sid,
        auth_token: token.clone(),
        base_url: given(&config.twilio.base_url, "https://api.twilio.com"),
        content_base_url: given(&config.twilio.content_base_url, "https://content.twilio.com"),
        messaging_service_sid: config.twilio.messaging_service.clone(),
        public_url: public_url.clone(),
    })
    .map_err(|e| e.to_string())?;
    let models = llm::Models::new(llm::Settings {
        openai_base_url: config.models.openai_url.clone(),
        openai_api_key: key(&config.models.openai_key),
        anthropic_base_url: config.models.anthropic_url.clone(),
        anthropic_api_key: key(&config.models.anthropic_key),
        gemini_base_url: config.models.gemini_url.clone(),
        gemini_api_key: key(&config.models.gemini_key),
        compatible_base_url: config.models.compatible_url.clone(),
        compatible_api_key: key(&config.models.compatible_key),
        compatible_models: vec![],
        scripted: config.app_env != AppEnv::Production,
        redis_url: key(&config.models.redis_url),
    })
    .map_err(|e| e.to_string())?;
    let guarded = GuardedConfig { private: config.private.clone(), ..GuardedConfig::default() };
    let guarded = Guarded::new(guarded).map_err(|e| e.to_string())?;
    let engine = Engine::new(Parts {
        db,
        models,
        network,
        guarded,
        clock: Clock::real(),
        sealer,
        settings: Settings {
            public_url,
            token_secret: session_secret.expose().as_bytes().to_vec(),
            emulator: emulator.is_some(),
            job_lease_secs: config.worker.lease_seconds,
            worker_concurrency: usize::try_from(config.worker.concurrency).unwrap_or(10),
            default_numbers: numbers(config),
        },
    });
    let phone = emulator.clone().map(|emulator| Arc::new(Line::new(emulator)) as Arc<dyn PhoneLine>);
    Ok(Wired { engine, emulator, phone, twilio_token: token })
}

/// The product's own login: given, or made by the owner. Every process with the same key has the same one, and installations that share
/// a Postgres have different ones.
fn login(config: &Config, sealer: &engine::seal::Sealer) -> db::Login {
    match &config.database.app_url {
        Some(url) => db::Login::Given(url.expose().to_owned()),
        None => {
            let name = sealer.derived("database login, name");
            let short: String = name.expose().chars().take(12).collect();
            let password = sealer.derived("database login, password").expose().to_owned();
            db::Login::Made { name: format!("outreach_login_{short}"), password }
        }
    }
}

fn key(secret: &Option<channels::Secret>) -> Option<llm::Secret> {
    secret.as_ref().map(|s| llm::Secret::new(s.expose()))
}

fn emulator(config: &Config, sid: &str, token: &channels::Secret, local: &str) -> Result<Emulator, String> {
    Emulator::new(EmulatorConfig {
        account_sid: sid.to_owned(),
        auth_token: token.clone(),
        webhook_url: format!("{}/api/webhooks/receive", config.web.public_url),
        local_origin: Some(local.to_owned()),
        pace: config.emulator_pace,
    })
    .map_err(|e| e.to_string())
}

fn random_token() -> channels::Secret {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    channels::Secret::new(hex::encode(bytes))
}

/// Our numbers: those of the settings, or the emulated one on every channel.
fn numbers(config: &Config) -> Vec<(Channel, String)> {
    let emulated = config.emulated().then(|| Phone::parse(EMULATED_NUMBER).ok()).flatten();
    let of = |given: &Option<Phone>| given.clone().or_else(|| emulated.clone());
    [
        (Channel::Sms, of(&config.twilio.sms_from)),
        (Channel::Whatsapp, of(&config.twilio.whatsapp_from)),
        (Channel::Voice, of(&config.twilio.voice_from)),
    ]
    .into_iter()
    .filter_map(|(channel, number)| Some((channel, number?.to_string())))
    .collect()
}
