//! Every setting of the server, read once at start from the environment and `.env`.
//!
//! Here: one struct per group, the checks, and what production refuses. The list with defaults and reasons is
//! `settings.rs`, what is printed at start is `report.rs`. Not here: building anything from a setting (`wire.rs`).

mod report;
mod session;
mod settings;
mod source;

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use domain::problem::Problems;
use domain::text::{Email, Phone};

pub use channels::Secret;
pub use report::{Report, Standing};
pub use session::session_secret;
pub use settings::{SETTINGS, Setting};
pub use source::Source;

use source::Reader;

/// The shortest key that anything is signed with, in bytes.
const MIN_KEY: usize = 32;

/// Where the server runs: production refuses everything that is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// A developer's machine, a demonstration, a test.
    Development,
    /// Real people are written to.
    Production,
}

impl FromStr for AppEnv {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            _ => Err("it must be development or production"),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it must be text or json"),
        }
    }
}

/// Everything the server can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Development or production.
    pub app_env: AppEnv,
    /// Where it listens and how it is reached.
    pub web: Web,
    /// Where data is kept.
    pub database: Database,
    /// The first operator.
    pub operator: Operator,
    /// Log lines.
    pub log: Log,
    /// Model providers.
    pub models: Models,
    /// Twilio; without an account the emulator answers.
    pub twilio: Twilio,
    /// The background worker.
    pub worker: Worker,
    /// `GENERIC_WEBHOOK_SECRET`: signs inbound posts that are not Twilio's.
    pub generic_webhook_secret: Option<Secret>,
    /// `EMULATOR_PACE`: how slow made-up people are; 1 answers after 2 to 6 seconds.
    pub emulator_pace: f64,
    /// `ALLOW_PRIVATE_ADDRESSES`: which private addresses webhooks and pages may be at.
    pub private: channels::http::Private,
    /// `RETENTION_DAYS`: how long what was said is kept.
    pub retention: domain::erasure::Retention,
    /// `DEMO_DATA`: whether a new installation gets a demo workspace.
    pub demo_data: bool,
}

/// Where the server listens and how the outside reaches it.
#[derive(Debug, Clone)]
pub struct Web {
    /// `HOST`
    pub host: IpAddr,
    /// `PORT`
    pub port: u16,
    /// `PUBLIC_URL`, without a slash at the end.
    pub public_url: String,
    /// `TRUST_PROXY`: whether `X-Forwarded-For` is a proxy's word.
    pub trust_proxy: bool,
    /// `SESSION_SECRET`; see [`session_secret`] for what happens without.
    pub session_secret: Option<Secret>,
    /// `SECRET_KEY`: seals what has to be read again, such as tokens of other systems. Without: made on first run and kept in the
    /// data folder.
    pub secret_key: Option<Secret>,
}

/// Where data is kept.
#[derive(Debug, Clone)]
pub struct Database {
    /// `DATA_DIR`
    pub data_dir: PathBuf,
    /// `DATABASE_URL`; none: the embedded Postgres in the data folder.
    pub url: Option<Secret>,
    /// `DATABASE_APP_URL`: the product's own login, where `DATABASE_URL`'s may not make one.
    pub app_url: Option<Secret>,
    /// `DATABASE_POOL_SIZE`
    pub pool_size: u32,
    /// `PG_BIN`
    pub pg_bin: Option<PathBuf>,
}

/// The first operator, made when there is none.
#[derive(Debug, Clone)]
pub struct Operator {
    /// `ADMIN_EMAIL`
    pub email: Email,
    /// `ADMIN_PASSWORD`; none: a random one, printed once.
    pub password: Option<Secret>,
}

/// Log lines.
#[derive(Debug, Clone)]
pub struct Log {
    /// `LOG_LEVEL`
    pub level: String,
    /// `LOG_FORMAT`
    pub format: LogFormat,
}

/// Model providers. A provider without its key is not offered.
#[derive(Debug, Clone)]
pub struct Models {
    /// `OPENAI_API_KEY`
    pub openai_key: Option<Secret>,
    /// `OPENAI_BASE_URL`
    pub openai_url: String,
    /// `ANTHROPIC_API_KEY`
    pub anthropic_key: Option<Secret>,
    /// `ANTHROPIC_BASE_URL`
    pub anthropic_url: String,
    /// `GEMINI_API_KEY`
    pub gemini_key: Option<Secret>,
    /// `GEMINI_BASE_URL`
    pub gemini_url: String,
    /// `COMPATIBLE_BASE_URL`; none: no such provider.
    pub compatible_url: Option<String>,
    /// `COMPATIBLE_API_KEY`; many such hosts need none.
    pub compatible_key: Option<Secret>,
    /// `REDIS_URL`; may hold a password.
    pub redis_url: Option<Secret>,
}

/// Twilio: one account for SMS, WhatsApp and voice.
#[derive(Debug, Clone)]
pub struct Twilio {
    /// `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`; none: the emulator.
    pub account: Option<Account>,
    /// `TWILIO_BASE_URL`; none: Twilio's own address, or the emulator without an account.
    pub base_url: Option<String>,
    /// `TWILIO_CONTENT_BASE_URL`; none: as above.
    pub content_base_url: Option<String>,
    /// `TWILIO_MESSAGING_SERVICE_SID`
    pub messaging_service: Option<String>,
    /// `TWILIO_SMS_FROM`, else `TWILIO_FROM_NUMBER`.
    pub sms_from: Option<Phone>,
    /// `TWILIO_WHATSAPP_FROM`, else `TWILIO_FROM_NUMBER`.
    pub whatsapp_from: Option<Phone>,
    /// `TWILIO_VOICE_FROM`, else `TWILIO_FROM_NUMBER`.
    pub voice_from: Option<Phone>,
}

/// A Twilio account.
#[derive(Debug, Clone)]
pub struct Account {
    /// `TWILIO_ACCOUNT_SID`
    pub sid: String,
    /// `TWILIO_AUTH_TOKEN`
    pub token: Secret,
}

/// The background worker.
#[derive(Debug, Clone)]
pub struct Worker {
    /// `WORKER_CONCURRENCY`: jobs at the same time.
    pub concurrency: u32,
    /// `JOB_LEASE_SECONDS`: how long a claimed job belongs to its worker.
    pub lease_seconds: u32,
}

impl Config {
    /// Reads every setting, and reports all problems together.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let mut reader = Reader::new(source);
        let config = Self::from(&mut reader);
        config.check(&mut reader, source);
        reader.problems.into_result()?;
        Ok(config)
    }

    /// Whether the emulator plays the phone network.
    pub fn emulated(&self) -> bool {
        self.twilio.account.is_none()
    }

    /// Whether no model provider is set, so that the scripted model answers.
    pub fn scripted(&self) -> bool {
        let models = &self.models;
        let keys = [&models.openai_key, &models.anthropic_key, &models.gemini_key];
        keys.iter().all(|key| key.is_none()) && models.compatible_url.is_none()
    }

    fn from(r: &mut Reader<'_>) -> Self {
        let port = r.parse::<u16>("PORT");
        let from = r.phone("TWILIO_FROM_NUMBER");
        Self {
            app_env: r.parse("APP_ENV"),
            web: Web {
                host: r.parse("HOST"),
                port,
                public_url: r.url("PUBLIC_URL").unwrap_or_else(|| format!("http://127.0.0.1:{port}")),
                trust_proxy: r.parse("TRUST_PROXY"),
                session_secret: r.secret("SESSION_SECRET"),
                secret_key: r.secret("SECRET_KEY"),
            },
            database: Database {
                data_dir: PathBuf::from(r.text("DATA_DIR").unwrap_or_else(|| "data".into())),
                url: r.secret("DATABASE_URL"),
                app_url: r.secret("DATABASE_APP_URL"),
                pool_size: r.at_least_one("DATABASE_POOL_SIZE"),
                pg_bin: r.text("PG_BIN").map(PathBuf::from),
            },
            operator: Operator { email: r.email("ADMIN_EMAIL"), password: r.secret("ADMIN_PASSWORD") },
            log: Log { level: r.log_level("LOG_LEVEL"), format: r.parse("LOG_FORMAT") },
            models: Models {
                openai_key: r.secret("OPENAI_API_KEY"),
                openai_url: r.url_or_default("OPENAI_BASE_URL"),
                anthropic_key: r.secret("ANTHROPIC_API_KEY"),
                anthropic_url: r.url_or_default("ANTHROPIC_BASE_URL"),
                gemini_key: r.secret("GEMINI_API_KEY"),
                gemini_url: r.url_or_default("GEMINI_BASE_URL"),
                compatible_url: r.url("COMPATIBLE_BASE_URL"),
                compatible_key: r.secret("COMPATIBLE_API_KEY"),
                redis_url: r.secret("REDIS_URL"),
            },
            twilio: Twilio {
                account: r.account(),
                base_url: r.url("TWILIO_BASE_URL"),
                content_base_url: r.url("TWILIO_CONTENT_BASE_URL"),
                messaging_service: r.text("TWILIO_MESSAGING_SERVICE_SID"),
                sms_from: r.phone("TWILIO_SMS_FROM").or_else(|| from.clone()),
                whatsapp_from: r.phone("TWILIO_WHATSAPP_FROM").or_else(|| from.clone()),
                voice_from: r.phone("TWILIO_VOICE_FROM").or(from),
            },
            worker: Worker {
                concurrency: r.at_least_one("WORKER_CONCURRENCY"),
                lease_seconds: r.at_least_one("JOB_LEASE_SECONDS"),
            },
            generic_webhook_secret: r.secret("GENERIC_WEBHOOK_SECRET"),
            emulator_pace: r.not_negative("EMULATOR_PACE"),
            private: r.parse("ALLOW_PRIVATE_ADDRESSES"),
            retention: r.parse("RETENTION_DAYS"),
            demo_data: r.parse("DEMO_DATA"),
        }
    }

    /// The rules that look at more than one setting.
    fn check(&self, r: &mut Reader<'_>, source: &Source) {
        let is_production = self.app_env == AppEnv::Production;
        for (name, secret, applies) in [
            ("SESSION_SECRET", &self.web.session_secret, true),
            ("SECRET_KEY", &self.web.secret_key, true),
            ("GENERIC_WEBHOOK_SECRET", &self.generic_webhook_secret, is_production),
        ] {
            // Whoever has one token or one post can try short keys against it at leisure.
            if applies && secret.as_ref().is_some_and(|s| s.expose().trim().len() < MIN_KEY) {
                r.problems.add(name, format!("Is too short to sign with: give at least {MIN_KEY} random characters."));
            }
        }
        if !is_production {
            return;
        }
        for setting in SETTINGS {
            if source.has_placeholder(setting.name) {
                r.problems.add(setting.name, "Still holds a placeholder; production needs the real value or none.");
            }
        }
        if self.emulated() {
            r.problems
                .add("TWILIO_ACCOUNT_SID", "Production needs a Twilio account: the emulator is for trying out only.");
        } else if self.twilio.messaging_service.is_none() && self.twilio.sms_from.is_none() {
            r.problems.add("TWILIO_FROM_NUMBER", "Give a sender: a number or `TWILIO_MESSAGING_SERVICE_SID`.");
        }
        if self.scripted() {
            r.problems
                .add("OPENAI_API_KEY", "Production needs a model provider: the scripted model is for trying out only.");
        }
        if !self.web.public_url.starts_with("https://") {
            r.problems.add("PUBLIC_URL", "Give the https address at which Twilio and browsers reach this server.");
        }
        if self.demo_data {
            r.problems.add("DEMO_DATA", "Made-up people do not belong into production; set it to false.");
        }
    }
}

#[cfg(test)]
mod tests;
