//! The phone network of a fresh clone: speaks Twilio's wire format, keeps what it was given, and lets made-up people answer.
//!
//! Not here: an HTTP server (`server` mounts it and hands requests to `Emulator::handle`), nor anything that the real adapter would
//! treat differently. A fake that is kinder than the provider is a defect: requests are checked as Twilio checks them, news comes as
//! signed posts that may be repeated, and a WhatsApp text outside the window is accepted first and reported as failed (63016) after.
//!
//! Everything is kept in memory. After a restart the server tells it what it must still know (`remember_…`).

mod calls;
mod content;
mod messages;
mod people;
mod play;
mod post;
mod routes;
mod state;
mod traffic;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use domain::message::Channel;
use domain::phone::Phone;

pub use people::{Kind, Persona, persona_of};
pub use post::SayError;
pub use routes::EmulatedResponse;
pub use traffic::{Moment, Traffic};

use crate::{Error, Secret};
use state::State;

/// How an emulator is set up.
#[derive(Debug, Clone)]
pub struct EmulatorConfig {
    /// The account that requests must name (`AC…`).
    pub account_sid: String,
    /// The password of requests, and the key of webhook signatures.
    pub auth_token: Secret,
    /// Where messages of people are posted, as the world sees it. Signatures cover this address.
    pub webhook_url: String,
    /// Where posts to the origin of `webhook_url` really go, such as `http://127.0.0.1:3000`, for a server that cannot reach its
    /// own public address. `None`: straight to the address.
    pub local_origin: Option<String>,
    /// How fast people and networks are: 1.0 is demo speed (answers after 2 to 6 seconds), 0.02 is for tests.
    pub pace: f64,
}

/// The emulated network. Cheap to clone; all clones are one network.
#[derive(Debug, Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: EmulatorConfig,
    client: reqwest::Client,
    state: Mutex<State>,
}

impl Emulator {
    /// A network in which nothing has happened yet. Background work runs on the tokio runtime of whoever calls `handle`.
    pub fn new(config: EmulatorConfig) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(15))
            .user_agent("TwilioProxy/1.1 (emulated)")
            .build()
            .map_err(|error| Error::Config { message: format!("no HTTP client: {error}") })?;
        Ok(Self { inner: Arc::new(Inner { config, client, state: Mutex::default() }) })
    }

    /// From now on the operator plays this person: no answers by themselves. Messages still arrive, calls are taken and wait for a key.
    pub fn play_by_hand(&self, phone: &Phone) {
        self.state().by_hand.insert(phone.to_string());
    }

    /// Gives the person back to the persona of the number.
    pub fn play_by_itself(&self, phone: &Phone) {
        self.state().by_hand.remove(phone.as_str());
    }

    /// Whether the operator plays this person.
    pub fn is_played_by_hand(&self, phone: &Phone) -> bool {
        self.state().by_hand.contains(phone.as_str())
    }

    /// The last things that happened, newest first, at most `most`; of one person, if `lead` is given.
    pub fn traffic(&self, lead: Option<&Phone>, most: u32) -> Vec<Traffic> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let state = self.state();
        state
            .traffic
            .iter()
            .rev()
            .filter(|entry| lead.is_none_or(|lead| entry.lead == lead.as_str()))
            .take(most)
            .cloned()
            .collect()
    }

    /// How many messages and calls were accepted since the start: what a test of "exactly once" counts.
    pub fn accepted(&self) -> u64 {
        self.state().accepted
    }

    /// After a restart: a template that was approved before.
    pub fn remember_template(&self, content_sid: &str, body: &str) {
        self.state().remember_content(content_sid, body, now());
    }

    /// After a restart: this person wrote at `at`, so a WhatsApp window may be open.
    pub fn remember_inbound(&self, lead: &Phone, ours: &Phone, channel: Channel, at: DateTime<Utc>) {
        if channel == Channel::Whatsapp {
            self.state().open_window(lead.as_str(), ours.as_str(), at);
        }
    }

    /// After a restart: this person had opted out of SMS from this number.
    pub fn remember_opt_out(&self, lead: &Phone, ours: &Phone) {
        self.state().opted_out.insert((lead.to_string(), ours.to_string()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is a single insertion or assignment, so a panic elsewhere leaves nothing half done.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn config(&self) -> &EmulatorConfig {
        &self.inner.config
    }

    /// How slow people are: between not at all and a thousand times; what is no number counts as not at all.
    fn pace(&self) -> f64 {
        Some(self.config().pace).filter(|pace| !pace.is_nan()).unwrap_or_default().clamp(0.0, 1_000.0)
    }

    async fn pause(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis).mul_f64(self.pace())).await;
    }
}

/// The emulator stands for the outside world, so it has its own clock.
fn now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    DateTime::from_timestamp(i64::try_from(since.as_secs()).unwrap_or_default(), since.subsec_nanos())
        .unwrap_or_default()
}

/// A fresh id: two letters and 32 hex digits.
fn new_sid(prefix: &str) -> String {
    format!("{prefix}{:032x}", rand::random::<u128>())
}
