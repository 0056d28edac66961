//! The work list as people see it (spec PLT-15, PLT-16, PLT-27): what waits, what is under way, what failed for good.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::JobId;

closed_list! {
    /// The kinds of work. Each but the last is one variant of [`crate::job::Job`].
    pub enum JobKind {
        /// Moves a run on.
        Step = "step",
        /// Sends a message.
        Send = "send",
        /// Answers what a lead wrote.
        Reply = "reply",
        /// Asks a model what a reply means.
        Analyse = "analyse",
        /// Reads a CSV import.
        Import = "import",
        /// Calls a webhook for a run.
        Webhook = "webhook",
        /// Asks whether a template was approved.
        TemplateState = "template_state",
        /// Reads a document.
        ParseDocument = "parse_document",
        /// Fetches a page and reads it.
        CrawlDocument = "crawl_document",
        /// Runs an agent's tests.
        Suite = "suite",
        /// Takes in what a person wrote, at a later try.
        Receive = "receive",
        /// Queued by another version of the program; this one cannot read it.
        Unknown = "unknown",
    }
}

impl JobKind {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Step => "Campaign step",
            Self::Send => "Sending a message",
            Self::Reply => "Answering a lead",
            Self::Analyse => "Reading a reply",
            Self::Import => "Importing leads",
            Self::Webhook => "Calling a webhook",
            Self::TemplateState => "Template approval",
            Self::ParseDocument => "Reading a document",
            Self::CrawlDocument => "Fetching a page",
            Self::Suite => "Running tests",
            Self::Receive => "Taking in a message",
            Self::Unknown => "Work of another version",
        }
    }

    /// Whether it may take long, because it waits for a model or another system, or has much to do. Such work never takes every place of
    /// a worker.
    pub fn is_long(self) -> bool {
        match self {
            Self::Reply
            | Self::Analyse
            | Self::Suite
            | Self::Webhook
            | Self::Import
            | Self::ParseDocument
            | Self::CrawlDocument => true,
            Self::Step | Self::Send | Self::TemplateState | Self::Receive | Self::Unknown => false,
        }
    }

    /// Whether a dead one may be tried again. A message that could not be sent is marked as failed; it is never sent behind people's
    /// backs later, they write it anew.
    pub fn may_try_again(self) -> bool {
        self != Self::Send
    }
}

/// How much there is of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkKind {
    /// Which.
    pub kind: JobKind,
    /// Waiting for its time or for a worker.
    pub waiting: i64,
    /// Taken by a worker.
    pub under_way: i64,
    /// Failed for good.
    pub dead: i64,
    /// Since when the oldest that waits is there.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// A piece of work that failed on every try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// What it was.
    pub kind: JobKind,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last try failed.
    pub error: String,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
}

/// The whole list of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Work {
    /// Every kind of which there is any.
    pub kinds: Vec<WorkKind>,
    /// What failed for good, newest first; at most a hundred.
    pub dead: Vec<DeadJob>,
    /// How much has been due for more than a minute without being begun, or was begun and broke off: more than nothing means that no worker
    /// runs, too few, or that work ends them.
    pub late: i64,
    /// When a worker last took something that is still under way; workers are known by what they hold.
    pub last_taken_at: Option<DateTime<Utc>>,
    /// How much one worker does at a time.
    pub at_a_time: u32,
}
