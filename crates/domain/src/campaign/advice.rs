//! What could be made better in a campaign (spec AGT-17): its analysis, the channels to use, whom to turn to first, and when to take the
//! next step. Four typed answers of a model, each with its closed list and its bounds.
//!
//! A model may only name what it was given (`check`), in a shape of its own (`schema`); what is given are figures (`facts`). The same can
//! be read by rules, more plainly (`rules`). Not here: asking, counting.

mod check;
mod facts;
mod rules;
mod schema;
mod zones;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::ModelChoice;
use crate::campaign::CampaignStatus;
use crate::closed_list;
use crate::content::Tier;
use crate::flow::graph::NodeId;
use crate::id::LeadId;
use crate::intent::{Intent, Reader};
use crate::message::Channel;
use crate::money::Micros;

pub use check::{check, take};
pub use facts::{ChannelFigures, Facts, LeadFigures, StepFigures, WeekdayFigures};
pub use rules::by_rules;
pub use schema::schema;
pub use zones::zones;

/// The first hour of a person's day in which something may be sent to them (the TCPA's 8 a.m.).
pub const EARLIEST_HOUR: u8 = 8;
/// The hour of a person's day from which nothing more is sent to them (the TCPA's 9 p.m.).
pub const LATEST_HOUR: u8 = 21;
/// The longest wait before a step that is advised, in hours: thirty days.
pub const LONGEST_WAIT_HOURS: u16 = 720;
/// The most leads that are put first.
pub const MOST_LEADS: u8 = 20;
/// The most things that work, and that do not.
pub const MOST_POINTS: u8 = 5;
/// How a mix for everybody is named beside the tiers.
pub const EVERYBODY: &str = "all";

closed_list! {
    /// What to do with a campaign.
    pub enum Recommendation {
        /// Start it, or go on with it.
        Activate = "ACTIVATE",
        /// Hold it.
        Pause = "PAUSE",
        /// Change its flow or its texts first.
        Modify = "MODIFY",
        /// Leave it as it is.
        Continue = "CONTINUE",
    }
}

impl Recommendation {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Activate => "Activate",
            Self::Pause => "Pause",
            Self::Modify => "Modify",
            Self::Continue => "Continue",
        }
    }

    /// Whether it makes sense for a campaign in this state: what runs is not activated, what does not run is neither held nor left running.
    pub fn fits(self, status: CampaignStatus) -> bool {
        match self {
            Self::Activate => status.may_become(CampaignStatus::Active),
            Self::Pause => status.may_become(CampaignStatus::Paused),
            Self::Continue => status == CampaignStatus::Active,
            Self::Modify => true,
        }
    }
}

closed_list! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

impl Weekday {
    /// For people, as in a calendar's head.
    pub fn label(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }
}

/// How a campaign stands, and what to do with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CampaignAnalysis))]
pub struct Analysis {
    /// How it goes, in a few sentences.
    pub summary: String,
    /// What works.
    pub works: Vec<String>,
    /// What does not.
    pub fails: Vec<String>,
    /// What to do with it.
    pub action: Recommendation,
    /// Why.
    pub reason: String,
    /// How sure that is, 0.0 to 1.0.
    pub confidence: f64,
}

/// How much of what is sent should go over one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelShare {
    /// The channel.
    pub channel: Channel,
    /// So many of a hundred messages.
    pub share: u8,
    /// Why.
    pub reason: String,
}

/// The channels for one tier of leads, or for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelMix {
    /// For whom; nothing for everybody in the campaign.
    pub tier: Option<Tier>,
    /// The shares, which add up to 100.
    pub shares: Vec<ChannelShare>,
}

/// Somebody to turn to, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadPriority {
    /// Who.
    pub lead_id: LeadId,
    /// What to call them, as it is now; not kept with the advice.
    #[serde(default)]
    pub name: String,
    /// How promising they are, where somebody said so.
    pub tier: Option<Tier>,
    /// What they wanted last.
    pub intent: Option<Intent>,
    /// Why they come here in the list.
    pub reason: String,
}

/// When to take the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepTiming))]
pub struct Timing {
    /// The step, by its name in the drawing.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub step: NodeId,
    /// On which days.
    pub weekdays: Vec<Weekday>,
    /// From this hour of the person's own day.
    pub from_hour: u8,
    /// Until before this hour of the person's own day.
    pub to_hour: u8,
    /// How long to wait after the step before it.
    pub wait_hours: u16,
    /// Why.
    pub reason: String,
}

/// The four parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CampaignAdvice))]
pub struct Advice {
    /// How the campaign stands, and what to do with it.
    pub analysis: Analysis,
    /// Which channels to use: for everybody, then per tier.
    pub channels: Vec<ChannelMix>,
    /// Whom to turn to first.
    pub priorities: Vec<LeadPriority>,
    /// When to take the next step.
    pub timing: Timing,
}

/// A piece of advice with everything an operator wants to know about it. Nothing was changed by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Advised {
    /// What was advised.
    pub advice: Advice,
    /// Who read the figures.
    pub reader: Reader,
    /// Why no model read them, when the rules did.
    pub note: Option<String>,
    /// The model that read them.
    pub model: Option<ModelChoice>,
    /// What it cost, failed calls included.
    pub cost_micros: Micros,
    /// From asking to the whole answer.
    pub latency_ms: u32,
    /// How many messages had been sent.
    pub sent: i64,
    /// How many answers came in each hour of people's own days, from 0 to 23.
    pub hours: Vec<i64>,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// What a model answers with: the four parts, with short names in place of ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// See [`Advice::analysis`].
    pub analysis: Analysis,
    /// See [`Advice::channels`].
    pub channels: Vec<NamedMix>,
    /// See [`Advice::priorities`].
    pub priorities: Vec<NamedLead>,
    /// See [`Advice::timing`].
    pub timing: Timing,
}

/// A mix as a model gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedMix {
    /// The word of a tier, or [`EVERYBODY`].
    pub tier: String,
    /// The shares.
    pub shares: Vec<ChannelShare>,
}

/// A lead as a model names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedLead {
    /// [`LeadFigures::lead`].
    pub lead: String,
    /// Why they come here.
    pub reason: String,
}

#[cfg(test)]
mod tests;
