//! Twilio: sending SMS and WhatsApp messages, placing calls, looking them up, and getting templates approved.
//!
//! Not here: what comes in (`signature`, `parse`), the call's document (`twiml`), when to try again (`engine`).
//! The emulator speaks the same wire format, so this is the only adapter in a fresh clone too.

mod answer;
mod find;
mod send;
mod template;

use std::time::Duration;

pub use template::TemplateState;

use crate::{Error, Secret};

/// One Twilio account, and how to reach it.
#[derive(Debug, Clone)]
pub struct TwilioConfig {
    /// `AC…`.
    pub account_sid: String,
    /// The account's token: our password there, and the key of webhook signatures.
    pub auth_token: Secret,
    /// `https://api.twilio.com`, or the emulator.
    pub base_url: String,
    /// `https://content.twilio.com`, or the emulator.
    pub content_base_url: String,
    /// `MG…`: SMS are sent through this service (its opt-outs and its registration), from the number that the message names.
    pub messaging_service_sid: Option<String>,
    /// Where the world reaches us, without a slash at the end.
    pub public_url: String,
}

/// The adapter. Cheap to share; keeps its connections open.
#[derive(Debug, Clone)]
pub struct Twilio {
    config: TwilioConfig,
    client: reqwest::Client,
    timeout: Duration,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);

impl Twilio {
    /// Prepares the client; nothing is sent. Fails only when the addresses or the machine's TLS set-up are unusable.
    pub fn new(config: TwilioConfig) -> Result<Self, Error> {
        let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
        let config = TwilioConfig {
            base_url: trimmed(&config.base_url),
            content_base_url: trimmed(&config.content_base_url),
            public_url: trimmed(&config.public_url),
            ..config
        };
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // A request on a connection that the other side is just closing ends in `Unknown`; young connections rarely do that.
            .pool_idle_timeout(Duration::from_secs(15))
            // After a redirect "could not connect" would no longer mean "nobody has read the request".
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("agent-outreach");
        let base = url::Url::parse(&config.base_url)
            .map_err(|error| Error::Config { message: format!("the provider's address is not one: {error}") })?;
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| Error::Config { message: format!("no HTTP client: {error}") })?;
        Ok(Self { config, client, timeout: TOTAL_TIMEOUT })
    }

    /// Another total time limit, so that tests of a silent provider are quick.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where Twilio posts what comes in and what became of what went out: the `status_callback` of every `Outgoing`.
    pub fn webhook_url(&self) -> String {
        format!("{}/api/webhooks/receive", self.config.public_url)
    }

    /// The token, for checking signatures.
    pub fn auth_token(&self) -> &Secret {
        &self.config.auth_token
    }

    fn account_url(&self, resource: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{resource}.json", self.config.base_url, self.config.account_sid)
    }

    fn with_auth(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(&self.config.account_sid, Some(self.config.auth_token.expose())).timeout(self.timeout)
    }
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
