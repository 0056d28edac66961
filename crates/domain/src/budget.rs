//! Limits on what may be spent on models in a day. A day is a UTC day, for everyone: it needs no time zone to be explained.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::{AgentId, BudgetId, CampaignId};
use crate::money::Micros;
use crate::problem::Problems;

/// From this much of the limit on, in percent, a budget runs low: people are told, and agents speak with their cheaper model.
pub const LOW_PERCENT: i64 = 80;
/// The largest limit: a million dollars a day.
pub const LARGEST_LIMIT: Micros = Micros(1_000_000_000_000);

closed_list! {
    /// Whose spending is limited.
    pub enum BudgetScope {
        /// Everything in the workspace.
        Workspace = "workspace",
        /// One agent.
        Agent = "agent",
        /// One campaign.
        Campaign = "campaign",
    }
}

impl BudgetScope {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Workspace => "Whole workspace",
            Self::Agent => "Agent",
            Self::Campaign => "Campaign",
        }
    }
}

/// A limit as it is entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BudgetDraft {
    /// Whose spending is limited.
    pub scope: BudgetScope,
    /// The agent, for one of an agent.
    #[serde(default)]
    pub agent_id: Option<AgentId>,
    /// The campaign, for one of a campaign.
    #[serde(default)]
    pub campaign_id: Option<CampaignId>,
    /// The most that may be spent on one UTC day, in millionths of a dollar.
    pub limit_micros: Micros,
}

impl Default for BudgetDraft {
    fn default() -> Self {
        Self { scope: BudgetScope::Workspace, agent_id: None, campaign_id: None, limit_micros: Micros(0) }
    }
}

impl BudgetDraft {
    /// Everything that keeps it from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        match self.scope {
            BudgetScope::Agent if self.agent_id.is_none() => problems.add("agent_id", "Choose the agent."),
            BudgetScope::Campaign if self.campaign_id.is_none() => problems.add("campaign_id", "Choose the campaign."),
            _ => {}
        }
        if self.limit_micros <= Micros(0) {
            problems.add("limit_micros", "Give an amount above zero.");
        } else if self.limit_micros > LARGEST_LIMIT {
            problems.add("limit_micros", "At most a million dollars a day.");
        }
        problems
    }
}

/// A limit with where it stands today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budget {
    /// Its id.
    pub id: BudgetId,
    /// What was entered.
    #[serde(flatten)]
    pub draft: BudgetDraft,
    /// What the agent or campaign is called; the workspace's name else.
    pub target_name: String,
    /// The UTC day that the next two are of.
    pub day: NaiveDate,
    /// Spent today.
    pub spent_micros: Micros,
    /// Held back for calls under way.
    pub held_micros: Micros,
    /// When people were told that it runs low today.
    pub warned_at: Option<DateTime<Utc>>,
    /// When the first call was refused today.
    pub used_up_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Budget {
    /// How much of the limit is spent, in percent; 100 at the most.
    pub fn percent(&self) -> u8 {
        percent(self.spent_micros, self.draft.limit_micros)
    }
}

/// How much of a limit an amount is, in percent; 100 at the most.
pub fn percent(of: Micros, limit: Micros) -> u8 {
    if limit.0 <= 0 {
        return 100;
    }
    u8::try_from((i128::from(of.0.max(0)) * 100 / i128::from(limit.0)).min(100)).unwrap_or(100)
}

/// Whether so much of a limit means that it runs low.
pub fn is_low(used: Micros, limit: Micros) -> bool {
    i128::from(used.0) * 100 >= i128::from(limit.0) * i128::from(LOW_PERCENT)
}

/// Reads an amount of dollars as people type it: `25`, `$2.50`, `1,000`. No floats: six digits behind the point at the most.
pub fn dollars(text: &str) -> Result<Micros, String> {
    let wrong = || "Give an amount in dollars, such as 25 or 2.50.".to_owned();
    let text: String = text.trim().trim_start_matches('$').chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    let (whole, part) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || part.len() > 6 || whole.len() > 9 {
        return Err(wrong());
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| wrong())? };
    let part: i64 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    Ok(Micros(whole * 1_000_000 + part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_low_hold_at_the_edges() {
        for (used, limit, shown, low) in
            [(0, 100, 0, false), (79, 100, 79, false), (80, 100, 80, true), (250, 100, 100, true), (0, 0, 100, true)]
        {
            assert_eq!(
                (percent(Micros(used), Micros(limit)), is_low(Micros(used), Micros(limit))),
                (shown, low),
                "{used}/{limit}"
            );
        }
        assert_eq!(percent(Micros(i64::MAX), Micros(i64::MAX)), 100);
    }

    #[test]
    fn amounts_are_read_without_floats() {
        for (text, micros) in
            [("25", 25_000_000), (" $2.50 ", 2_500_000), ("1,000", 1_000_000_000), (".000001", 1), ("0.1", 100_000)]
        {
            assert_eq!(dollars(text), Ok(Micros(micros)), "{text}");
        }
        for text in ["", ".", "-1", "1.2.3", "ten", "0.0000001", "9999999999", "1e3"] {
            assert!(dollars(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_budget_names_whom_it_limits_and_by_how_much() {
        let fields = |draft: BudgetDraft| draft.check().0.into_iter().map(|p| p.field).collect::<Vec<_>>();
        assert_eq!(fields(BudgetDraft::default()), ["limit_micros"]);
        assert_eq!(fields(BudgetDraft { limit_micros: Micros(1), ..BudgetDraft::default() }), [""; 0]);
        let draft = BudgetDraft { scope: BudgetScope::Agent, limit_micros: Micros(i64::MAX), ..BudgetDraft::default() };
        assert_eq!(fields(draft), ["agent_id", "limit_micros"]);
    }
}
