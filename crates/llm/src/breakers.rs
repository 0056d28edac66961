//! The breakers of all models, in memory. When Redis is set up, other processes hear of each change and we of theirs.
//!
//! No call waits for Redis: news travels beside it, and without Redis each process judges by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::agent::ModelChoice;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::Error;
use crate::breaker::{Breaker, Change};
use crate::shared::News;

/// The memory of all models.
#[derive(Default)]
pub(crate) struct Breakers {
    known: Mutex<HashMap<ModelChoice, Breaker>>,
    others: Option<mpsc::Sender<(ModelChoice, News)>>,
}

impl Breakers {
    /// Breakers that tell what happens to `others`.
    pub fn telling(others: mpsc::Sender<(ModelChoice, News)>) -> Self {
        Self { others: Some(others), ..Self::default() }
    }

    /// The right to one call, or the reason why not.
    pub fn enter(self: &Arc<Self>, choice: &ModelChoice) -> Result<Permit, Error> {
        match self.with(choice, |breaker| breaker.enter(Instant::now()).map_err(|wait| (wait, breaker.status))) {
            Ok(probe) => {
                if probe {
                    self.tell(choice, News::Probing);
                }
                Ok(Permit { breakers: self.clone(), choice: choice.clone(), settled: false })
            }
            Err((wait, status)) => {
                let reason = format!("`{choice}` failed too often and is left alone for a while");
                Err(Error::Retry { status, after: Some(wait), reason })
            }
        }
    }

    /// For how long a model is still skipped.
    pub fn resting(&self, choice: &ModelChoice) -> Option<Duration> {
        self.known().get(choice)?.resting(Instant::now())
    }

    /// Something happened to a model in another process.
    pub fn hear(&self, choice: &ModelChoice, news: News) {
        let now = Instant::now();
        self.with(choice, |breaker| match news {
            News::Failed => breaker.failed_elsewhere(),
            News::Opened(rest) => breaker.opened_elsewhere(now, rest),
            News::Probing => breaker.probed_elsewhere(now),
            News::Closed => breaker.closed_elsewhere(),
        });
    }

    fn settle(&self, choice: &ModelChoice, error: Option<&Error>) {
        let now = Instant::now();
        let change = self.with(choice, |breaker| match error {
            Some(Error::Retry { status, after, .. }) => {
                breaker.status = *status;
                breaker.failed(now, *after)
            }
            Some(Error::Cut | Error::Timeout) => breaker.failed(now, None),
            // A refused request or key, or an answer we cannot read, says nothing about the model's health.
            Some(_) | None => breaker.went_well(),
        });
        match change {
            Change::None => {}
            Change::Failed => self.tell(choice, News::Failed),
            Change::Opened(rest) => self.tell(choice, News::Opened(rest)),
            Change::Closed => self.tell(choice, News::Closed),
        }
    }

    fn tell(&self, choice: &ModelChoice, news: News) {
        // A full queue means that Redis is away; the others judge by themselves then.
        if let Some(others) = &self.others {
            let _ = others.try_send((choice.clone(), news));
        }
    }

    fn with<T>(&self, choice: &ModelChoice, act: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut known = self.known();
        // Almost always known already: no copy of the name then.
        match known.get_mut(choice) {
            Some(breaker) => act(breaker),
            None => act(known.entry(choice.clone()).or_default()),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ModelChoice, Breaker>> {
        // Nothing in a breaker can be half written, so a panic elsewhere does no harm.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one call. Tells the breaker how it went, also when the caller just leaves.
pub(crate) struct Permit {
    breakers: Arc<Breakers>,
    choice: ModelChoice,
    settled: bool,
}

impl Permit {
    /// The call is over.
    pub fn settle(mut self, error: Option<&Error>) {
        self.settled = true;
        self.breakers.settle(&self.choice, error);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.breakers.with(&self.choice, |breaker| breaker.abandoned(Instant::now()));
        }
    }
}
