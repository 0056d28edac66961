//! What was spent on models day by day, and when that is several times what is usual (spec LLM-08). Days are UTC days.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::budget::BudgetScope;
use crate::id::AgentId;
use crate::money::Micros;

/// So many times the average of the days before is a spike.
pub const SPIKE_TIMES: i64 = 3;
/// Less than this in a day is never one.
pub const SPIKE_FLOOR: Micros = Micros(1_000_000);
/// So many full days before today say what is usual; fewer while there are fewer.
pub const USUAL_DAYS: i32 = 7;
/// So many days are shown, today among them.
pub const SHOWN_DAYS: i32 = 14;

/// What was spent on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpendDay {
    /// The UTC day.
    pub day: NaiveDate,
    /// What was spent on it in the whole workspace.
    pub spent_micros: Micros,
}

/// Somebody who spends several times as much as usual today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spike {
    /// The workspace or an agent.
    pub scope: BudgetScope,
    /// The agent, if it is one.
    pub agent_id: Option<AgentId>,
    /// What it is called.
    pub name: String,
    /// Spent today so far.
    pub spent_micros: Micros,
    /// What a day of the last seven cost on average.
    pub usual_micros: Micros,
    /// When people were told.
    pub at: DateTime<Utc>,
}

/// How spending goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spending {
    /// The last fourteen days, oldest first; the last one is today.
    pub days: Vec<SpendDay>,
    /// Who spends several times as much as usual today.
    pub spikes: Vec<Spike>,
}
