//! The list of settings: variable, default, and what it is for.
//!
//! `.env.example` holds exactly these, in this order; a tidy test compares the two.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// What holds when it is not set; empty: nothing.
    pub default: &'static str,
    /// Whether its value must never be printed.
    pub secret: bool,
    /// What it is for, or what happens without it.
    pub reason: &'static str,
}

const fn plain(name: &'static str, default: &'static str, reason: &'static str) -> Setting {
    Setting { name, default, secret: false, reason }
}

const fn secret(name: &'static str, reason: &'static str) -> Setting {
    Setting { name, default: "", secret: true, reason }
}

/// Every setting, in the order of `.env.example`.
pub const SETTINGS: &[Setting] = &[
    plain("APP_ENV", "development", "`production` refuses everything that is made up"),
    plain("HOST", "127.0.0.1", "the address to listen on; 0.0.0.0 in a container"),
    plain("PORT", "3000", "the port to listen on"),
    plain("PUBLIC_URL", "", "how browsers and Twilio reach this server; without: http://127.0.0.1:PORT"),
    plain("TRUST_PROXY", "false", "whether a proxy of yours stands in front and tells in X-Forwarded-For who asks"),
    secret(
        "SESSION_SECRET",
        "signs sessions and API tokens, at least 32 characters; another one ends them all; without: made on first run and kept in DATA_DIR",
    ),
    secret("SECRET_KEY", "seals the stored secrets of other systems; without: made on first run and kept in DATA_DIR"),
    plain("DATA_DIR", "data", "the folder of the embedded Postgres and of what else is kept"),
    secret("DATABASE_URL", "a Postgres 15 or newer; without: the embedded one in DATA_DIR"),
    plain("DATABASE_POOL_SIZE", "16", "connections this process keeps to Postgres"),
    secret(
        "DATABASE_APP_URL",
        "the same Postgres, with the login that the product itself uses; without: made by DATABASE_URL's role",
    ),
    plain("PG_BIN", "", "the folder with `postgres` and `initdb`; without: npm's, then an installed one"),
    plain("ADMIN_EMAIL", "admin@example.com", "who the first operator is"),
    secret("ADMIN_PASSWORD", "the first operator's password; without: a random one, printed once"),
    plain("DEMO_DATA", "false", "whether a new installation gets a demo workspace (`make run` says true)"),
    plain("RETENTION_DAYS", "30", "how many days what was said is kept before `server forget` takes it; 0: for ever"),
    plain("LOG_LEVEL", "info", "error, warn, info, debug, or a filter such as `info,engine=debug`"),
    plain("LOG_FORMAT", "text", "`text` for people, `json` for log collectors"),
    secret("OPENAI_API_KEY", "without: OpenAI's models are not offered"),
    plain("OPENAI_BASE_URL", "https://api.openai.com/v1", "where OpenAI's API is"),
    secret("ANTHROPIC_API_KEY", "without: Anthropic's models are not offered"),
    plain("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "where Anthropic's API is"),
    secret("GEMINI_API_KEY", "without: Google's models are not offered"),
    plain("GEMINI_BASE_URL", "https://generativelanguage.googleapis.com", "where Gemini's API is"),
    plain("COMPATIBLE_BASE_URL", "", "any host that speaks OpenAI's API; without: none"),
    secret("COMPATIBLE_API_KEY", "the key of that host, if it wants one"),
    secret(
        "REDIS_URL",
        "lets several processes share which models are resting; without: each process judges by itself",
    ),
    plain("TWILIO_ACCOUNT_SID", "", "without: the emulator plays the phone network"),
    secret("TWILIO_AUTH_TOKEN", "the account's token; also verifies Twilio's webhooks"),
    plain("TWILIO_BASE_URL", "", "without: https://api.twilio.com, or the emulator"),
    plain("TWILIO_CONTENT_BASE_URL", "", "without: https://content.twilio.com, or the emulator"),
    plain("TWILIO_MESSAGING_SERVICE_SID", "", "a messaging service that picks the sender"),
    plain("TWILIO_FROM_NUMBER", "", "the sender where no other is set"),
    plain("TWILIO_SMS_FROM", "", "the sender of SMS; without: TWILIO_FROM_NUMBER"),
    plain("TWILIO_WHATSAPP_FROM", "", "the sender of WhatsApp; without: TWILIO_FROM_NUMBER"),
    plain("TWILIO_VOICE_FROM", "", "the caller of voice calls; without: TWILIO_FROM_NUMBER"),
    secret("GENERIC_WEBHOOK_SECRET", "signs inbound posts of other systems; without: they are refused"),
    plain(
        "EMULATOR_PACE",
        "1",
        "how slow made-up people are: 1 answers after 2 to 6 seconds, 0.1 is ten times as fast",
    ),
    plain(
        "ALLOW_PRIVATE_ADDRESSES",
        "false",
        "whether webhooks and pages may be in your own network: false, true, or only these addresses",
    ),
    plain("WORKER_CONCURRENCY", "10", "jobs one worker runs at the same time; a quarter is kept for sends and timers"),
    plain("JOB_LEASE_SECONDS", "60", "how long a claimed job belongs to its worker before another may take it"),
];

/// The default of a setting.
pub(super) fn default_of(name: &str) -> &'static str {
    SETTINGS.iter().find(|s| s.name == name).map_or("", |s| s.default)
}
