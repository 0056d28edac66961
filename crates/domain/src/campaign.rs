//! A campaign: an audience sent through a flow, and the states it may be in.

pub mod advice;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::flow::graph::FlowGraph;
use crate::flow::step::RunStatus;
use crate::id::{AgentId, CampaignId, FlowId, FlowVersionId, LeadId, RunId};
use crate::problem::Problems;
use crate::text;

closed_list! {
    /// What a figure of a campaign counts, and so whom its list shows.
    pub enum Counted {
        /// Who is under way.
        Running = "running",
        /// Who came to a step, whenever that was.
        Entered = "entered",
        /// Who answered.
        Replied = "replied",
        /// To whom something went out.
        Sent = "sent",
        /// To whom something did not.
        NotSent = "not_sent",
        /// Where nobody knows whether it did.
        InDoubt = "in_doubt",
    }
}

impl Counted {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "Under way",
            Self::Entered => "Came to it",
            Self::Replied => "Replied",
            Self::Sent => "Sent",
            Self::NotSent => "Not sent",
            Self::InDoubt => "In doubt",
        }
    }
}

closed_list! {
    /// Where a campaign stands (spec FLW-01).
    pub enum CampaignStatus {
        /// Being drawn.
        Draft = "draft",
        /// Running.
        Active = "active",
        /// Held by an operator: nothing is sent, waits go on.
        Paused = "paused",
        /// Every run has ended.
        Completed = "completed",
    }
}

impl CampaignStatus {
    /// The legal moves: draft to active; active to paused or completed; paused to active or completed. A completed campaign starts
    /// again when more leads are enrolled.
    pub fn may_become(self, next: Self) -> bool {
        use CampaignStatus::{Active, Completed, Draft, Paused};
        matches!(
            (self, next),
            (Draft | Paused | Completed, Active) | (Active, Paused | Completed) | (Paused, Completed)
        )
    }
}

/// What an operator edits, besides the drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignDraft {
    /// Its name.
    pub name: String,
    /// The agent that speaks for it when a lead answers.
    #[serde(default)]
    pub agent_id: Option<AgentId>,
}

impl CampaignDraft {
    /// Everything that keeps this campaign from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        text::required(&mut problems, "name", &self.name, 100);
        problems
    }
}

/// A campaign as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// The agent that speaks for it.
    pub agent_id: Option<AgentId>,
    /// Its drawing.
    pub flow_id: FlowId,
    /// The frozen drawing that new runs get, once it was started.
    pub flow_version_id: Option<FlowVersionId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was first started.
    pub started_at: Option<DateTime<Utc>>,
}

/// A campaign in the list, with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignRow {
    /// The campaign.
    #[serde(flatten)]
    pub campaign: Campaign,
    /// Its figures.
    pub progress: Progress,
}

/// How far a campaign's runs are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Leads enrolled.
    pub enrolled: i64,
    /// Runs under way or waiting.
    pub running: i64,
    /// Runs that came to their end.
    pub done: i64,
    /// Runs that were taken out.
    pub stopped: i64,
    /// Messages that the provider took.
    pub sent: i64,
    /// Messages that were not sent, or failed.
    pub not_sent: i64,
    /// Messages of which we do not know.
    pub in_doubt: i64,
    /// Leads who answered.
    pub replied: i64,
}

/// How many runs stand at one node, and how they passed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeProgress {
    /// The node.
    pub node: String,
    /// Runs that entered it.
    pub entered: i64,
    /// Runs that stand there now.
    pub here: i64,
    /// Messages of this node that the provider took.
    pub sent: i64,
    /// Messages of this node that were not sent, or failed.
    pub not_sent: i64,
    /// Messages of this node of which we do not know.
    pub in_doubt: i64,
}

/// One lead in a campaign, as it is listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// The person.
    pub lead_id: LeadId,
    /// What to call them.
    pub lead_name: String,
    /// What the run is doing.
    pub status: RunStatus,
    /// The node it stands at.
    pub node: String,
    /// When its wait ends.
    pub wake_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<String>,
    /// When it last moved.
    pub updated_at: DateTime<Utc>,
}

/// A drawing as it is kept: edited in place until it is frozen into a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Rises with every save; a save that names an older one is refused, so that two editors do not overwrite each other.
    pub revision: i32,
    /// The drawing.
    pub graph: FlowGraph,
}

/// Who is taken into a campaign: named leads, or all that a search leaves. Nothing given names nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Audience {
    /// These leads.
    pub lead_ids: Option<Vec<LeadId>>,
    /// Every lead that the other fields leave.
    pub all: bool,
    /// The leads that a search in name, company, number and address finds.
    pub q: Option<String>,
    /// The leads in this state.
    pub status: Option<String>,
    /// Only leads with consent on record.
    pub consented_only: bool,
}

impl Audience {
    /// The most leads that one request may name.
    pub const MAX_NAMED: usize = 10_000;

    /// Everything that keeps this audience from being taken in.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        match &self.lead_ids {
            Some(ids) if ids.is_empty() => problems.add("lead_ids", "Name at least one lead."),
            Some(ids) if ids.len() > Self::MAX_NAMED => {
                problems.add("lead_ids", format!("Name at most {} leads at once.", Self::MAX_NAMED));
            }
            Some(_) => {}
            None if !self.all && !given(&self.q) && !given(&self.status) => {
                problems.add("audience", "Say who: `lead_ids`, `all`, or a search by `q` or `status`.");
            }
            None => {}
        }
        problems
    }
}

/// What an audience comes to before anybody is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AudienceCounts {
    /// Leads that the audience names.
    pub total: i64,
    /// Those who would be taken in.
    pub fits: i64,
    /// Those who are in the campaign already.
    pub enrolled: i64,
    /// Those who asked us to stop.
    pub opted_out: i64,
    /// Those without a phone number.
    pub no_phone: i64,
    /// Those who would be taken in but gave no consent: some numbers are not written to without it.
    pub no_consent: i64,
}
