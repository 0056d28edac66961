//! What happens: every change, in one transaction each, with its event and its jobs.
//!
//! Not here: axum, Leptos, SQL text, provider JSON. The REST API, the pages and the worker are doors to the same functions.

pub mod access;
pub mod actions;
pub mod advice;
pub mod agents;
mod analysis;
mod answer;
pub mod api_keys;
pub mod budgets;
pub mod campaigns;
pub mod channel_configs;
pub mod clock;
pub mod content;
pub mod erasure;
mod error;
pub mod escalate;
pub mod events;
pub mod gateway;
pub mod imports;
pub mod inbox;
#[cfg(test)]
mod intake;
pub mod knowledge;
pub mod leads;
pub mod replay;
mod runs;
pub mod seal;
mod send;
pub mod speech;
pub mod spending;
pub mod suites;
pub mod templates;
pub mod tickets;
pub mod tools;
pub mod turn;
mod usage;
mod webhooks;
pub mod why;
pub mod work;
pub mod worker;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use db::{Db, Tx};
use domain::access::{Right, Role};
use domain::id::{UserId, WorkspaceId};

pub use clock::Clock;
pub use error::{Error, Result};

/// The long-lived parts. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
    /// Keys for programs that were looked up a moment ago.
    keys: Arc<api_keys::Keys>,
    /// The gateway's blocks of money and its log.
    gateway: Arc<gateway::Gateway>,
}

/// What an engine is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The models.
    pub models: llm::Models,
    /// The phone network: Twilio, or the emulator that speaks like it.
    pub network: channels::twilio::Twilio,
    /// The client for addresses that operators type in.
    pub guarded: channels::http::Guarded,
    /// The time.
    pub clock: Clock,
    /// Seals secrets that have to be used again.
    pub sealer: seal::Sealer,
    /// What the installation decided.
    pub settings: Settings,
}

/// What the installation decided, as far as behaviour depends on it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the world reaches us, without a slash at the end.
    pub public_url: String,
    /// Signs API tokens.
    pub token_secret: Vec<u8>,
    /// Whether the phone network is the emulator.
    pub emulator: bool,
    /// How long a claimed job is ours, in seconds.
    pub job_lease_secs: u32,
    /// How many jobs run at once.
    pub worker_concurrency: usize,
    /// Our numbers for a new workspace: SMS, WhatsApp, voice (E.164).
    pub default_numbers: Vec<(domain::message::Channel, String)>,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), keys: Arc::default(), gateway: Arc::default() }
    }

    /// The parts, for reading.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The engine acting for somebody in a workspace.
    pub fn cx(&self, workspace: WorkspaceId, actor: Actor) -> Cx {
        Cx { engine: self.clone(), workspace, actor }
    }

    /// The engine acting by itself in a workspace: the worker, webhooks.
    pub fn system(&self, workspace: WorkspaceId) -> Cx {
        self.cx(workspace, Actor::System)
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An operator.
    User {
        /// Who.
        id: UserId,
        /// Their standing in this workspace.
        role: Role,
    },
    /// The product itself.
    System,
}

/// The engine acting for one workspace and actor.
#[derive(Clone)]
pub struct Cx {
    engine: Engine,
    workspace: WorkspaceId,
    actor: Actor,
}

impl Cx {
    /// The long-lived parts.
    pub fn parts(&self) -> &Parts {
        &self.engine.parts
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The workspace.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The operator, unless the product itself acts.
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User { id, .. } => Some(id),
            Actor::System => None,
        }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.parts().clock.now()
    }

    /// Refuses unless the actor has the right.
    pub fn may(&self, right: Right) -> Result<()> {
        match &self.actor {
            Actor::System => Ok(()),
            Actor::User { role, .. } if role.may(right) => Ok(()),
            Actor::User { .. } => Err(Error::Forbidden(right)),
        }
    }

    /// A read-only transaction: pages and the API read through it.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.parts().db.read(self.workspace, self.user()).await?)
    }

    /// A writing transaction. Only this crate changes things.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(self.parts().db.begin(self.workspace, self.user()).await?)
    }

    /// A new id of any kind, ordered by time.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        T::from(uuid::Uuid::now_v7())
    }
}
