//! The one door to all models: what is set up, and who may be called. How a request runs is in `race`.
//!
//! Not here: what a provider's JSON looks like, what an answer is for.

use std::sync::Arc;
use std::time::Duration;

use domain::agent::{ModelChoice, Provider};
use futures::StreamExt;
use futures::stream::{BoxStream, unfold};

use crate::breakers::{Breakers, Permit};
use crate::health::Probes;
use crate::price::{CARDS, CatalogueEntry, Kind};
use crate::race::Race;
use crate::settings::Settings;
use crate::wire::Deltas;
use crate::{Answer, Ask, Error, Failed, StreamEvent, shared, wire};

/// All models that can be spoken to. Lives as long as the server; a clone is the same one.
#[derive(Clone)]
pub struct Models {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub http: reqwest::Client,
    pub settings: Settings,
    pub breakers: Arc<Breakers>,
    pub probes: Probes,
}

impl std::fmt::Debug for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Models").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Models {
    /// Makes the connections' common part. A TLS provider must be installed in the process before; with a Redis, a runtime must run.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .build()
            .map_err(|_| Error::Stop {
                status: None,
                reason: "the HTTP client could not be made; check the TLS set-up".into(),
            })?;
        let breakers = match &settings.redis_url {
            Some(url) => shared::breakers(url)?,
            None => Arc::default(),
        };
        Ok(Self { inner: Arc::new(Inner { http, settings, breakers, probes: Probes::default() }) })
    }

    /// The models that can answer now, for a picker. Others can be named by hand where their provider is set up.
    pub fn available(&self) -> Vec<CatalogueEntry> {
        let named = self.inner.settings.compatible_models.iter().filter(|_| self.is_set_up(Provider::Compatible));
        let named = named
            .map(|model| (ModelChoice { provider: Provider::Compatible, model: model.clone() }, model.clone(), None));
        self.known(Kind::Chat).chain(named).map(|entry| self.entry(entry)).collect()
    }

    /// The models that turn texts into vectors.
    pub fn embedders(&self) -> Vec<CatalogueEntry> {
        self.known(Kind::Embed).map(|entry| self.entry(entry)).collect()
    }

    /// The models that read texts aloud. Their price counts characters.
    pub fn speakers(&self) -> Vec<CatalogueEntry> {
        self.known(Kind::Speak).map(|entry| self.entry(entry)).collect()
    }

    fn known(&self, kind: Kind) -> impl Iterator<Item = (ModelChoice, String, Option<crate::price::Price>)> + '_ {
        CARDS.iter().filter(move |card| card.kind == kind && self.is_set_up(card.provider)).map(|card| {
            let choice = ModelChoice { provider: card.provider, model: card.model.to_owned() };
            (choice, card.label.to_owned(), Some(card.price))
        })
    }

    fn entry(&self, entry: (ModelChoice, String, Option<crate::price::Price>)) -> CatalogueEntry {
        let (choice, label, price) = entry;
        let resting = self.inner.breakers.resting(&choice);
        CatalogueEntry { choice, label, price, resting }
    }

    /// Whether a provider can be called at all.
    pub fn is_set_up(&self, provider: Provider) -> bool {
        let settings = &self.inner.settings;
        match provider {
            Provider::Compatible => settings.compatible_base_url.is_some(),
            Provider::Scripted => settings.scripted,
            Provider::OpenAi | Provider::Anthropic | Provider::Gemini => wire::key(settings, provider).is_some(),
        }
    }

    /// Asks the first choice, and the next one when it fails before it has said anything. Dropping the stream closes the call.
    ///
    /// The last event is `Done` or an error. After the first `Text` there is neither a fallback nor a second try.
    pub fn stream(&self, choices: &[ModelChoice], ask: &Ask) -> BoxStream<'static, Result<StreamEvent, Failed>> {
        let race = Race::new(self.clone(), choices.to_vec(), Arc::new(ask.clone()), true);
        unfold(race, |mut race| async move { race.next().await.map(|event| (event, race)) }).boxed()
    }

    /// The same for a caller who wants only the whole answer: the provider is asked for it in one piece.
    pub async fn complete(&self, choices: &[ModelChoice], ask: &Ask) -> Result<Answer, Failed> {
        let mut race = Race::new(self.clone(), choices.to_vec(), Arc::new(ask.clone()), false);
        while let Some(event) = race.next().await {
            if let StreamEvent::Done(answer) = event? {
                return Ok(answer);
            }
        }
        Err(Failed { attempts: Vec::new(), error: Error::Cut })
    }

    pub(crate) fn open(&self, choice: &ModelChoice, ask: &Ask, stream: bool) -> Deltas {
        wire::open(&self.inner.http, &self.inner.settings, choice, ask, stream)
    }

    pub(crate) fn enter(&self, choice: &ModelChoice) -> Result<Permit, Error> {
        self.inner.breakers.enter(choice)
    }
}
