//! The Agent Library: an agent with what it did in the last 30 days, what about it needs attention, and how the list is sorted. Pure.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::advice::Level;
use crate::agent::{Agent, AgentDraft, AgentStatus};
use crate::closed_list;
use crate::id::AgentVersionId;
use crate::message::Channel;
use crate::money::Micros;

/// More than this share of conversations handed over needs attention, in percent.
const MOST_ESCALATED: i64 = 25;
/// Slower than this at the 95th percentile needs attention, in milliseconds.
const SLOWEST_MS: i64 = 3_000;
/// Fewer conversations than this say nothing about a share.
const FEWEST_CONVERSATIONS: i64 = 5;

/// An agent in the library, with what it did in the last 30 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentRow {
    /// The agent.
    #[serde(flatten)]
    pub agent: Agent,
    /// Whether the draft says something else than the published version.
    pub is_ahead: bool,
    /// Calls to models.
    pub requests: i64,
    /// Mean latency of those that answered, in milliseconds.
    pub average_ms: Option<i64>,
    /// Median latency of those that answered, in milliseconds.
    pub p50_ms: Option<i64>,
    /// The latency that 95 % of them stayed under, in milliseconds.
    pub p95_ms: Option<i64>,
    /// The mean latency of each day with an answer, oldest first.
    pub latency_days: Vec<i64>,
    /// What those calls cost.
    pub cost_micros: Micros,
    /// What a conversation cost, among those in which it was asked.
    pub cost_per_conversation: Option<Micros>,
    /// What a minute in which it answered cost.
    pub cost_per_minute: Option<Micros>,
    /// Messages that it wrote.
    pub messages: i64,
    /// Conversations that it had.
    pub conversations: i64,
    /// How many of them were handed to a human.
    pub escalated: i64,
    /// Over which channels.
    pub channels: Vec<Channel>,
    /// Tests that passed when they last ran; none when they never ran.
    pub tests_passed: Option<i64>,
    /// Tests that it has.
    pub tests_total: i64,
    /// When its tests last ran; none when they never did.
    #[serde(default)]
    pub tests_run_at: Option<DateTime<Utc>>,
    /// Campaigns that speak through it and have not ended.
    pub campaigns: i64,
    /// What needs attention, as sentences; empty when nothing does.
    pub attention: Vec<String>,
}

impl AgentRow {
    /// The share of its conversations that were handed over, in percent.
    pub fn escalation_percent(&self) -> Option<i64> {
        (self.conversations > 0).then(|| (self.escalated * 100 + self.conversations / 2) / self.conversations)
    }

    /// What needs attention.
    pub fn look(&self) -> Vec<String> {
        let advice = self.agent.draft.advice(self.tests_total);
        let grave = |level| level == Level::Error || self.agent.draft.status == AgentStatus::Live;
        let mut all: Vec<String> = advice.into_iter().filter(|a| grave(a.level)).map(|a| a.message).collect();
        if self.tests_passed.is_some_and(|passed| passed < self.tests_total) {
            let failing = self.tests_total - self.tests_passed.unwrap_or_default();
            all.push(match failing {
                1 => "A test fails.".to_owned(),
                n => format!("{n} tests fail."),
            });
        }
        if self.conversations >= FEWEST_CONVERSATIONS
            && let Some(percent) = self.escalation_percent().filter(|p| *p > MOST_ESCALATED)
        {
            all.push(format!("{percent} % of its conversations were handed over (more than {MOST_ESCALATED} %)."));
        }
        if let Some(slow) = self.p95_ms.filter(|ms| *ms > SLOWEST_MS) {
            all.push(format!("One answer in twenty takes longer than {}.{} s.", slow / 1000, slow % 1000 / 100));
        }
        if self.is_ahead {
            all.push("The draft has changes that are not published.".to_owned());
        }
        all
    }
}

/// That a version became the one that people hear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Publication {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; empty for the system.
    pub by: String,
    /// What they noted; may be empty.
    pub note: String,
    /// Why it was published although its tests are not green.
    pub overrule: Option<String>,
}

/// One version of an agent, as the history shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentVersion {
    /// Its id.
    pub id: AgentVersionId,
    /// Its number, from 1.
    pub version: i32,
    /// What was saved.
    pub draft: AgentDraft,
    /// Who saved it; empty for the system.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Whether people hear it now.
    pub is_published: bool,
    /// Each time it was published, the last one first.
    pub publications: Vec<Publication>,
}

closed_list! {
    /// What the library can be sorted by.
    pub enum AgentSort {
        /// When it was last saved.
        Updated = "updated",
        /// Its name.
        Name = "name",
        /// Its state.
        Status = "status",
        /// Its first model.
        Model = "model",
        /// Mean latency.
        Average = "average",
        /// Median latency.
        P50 = "p50",
        /// 95th percentile of the latency.
        P95 = "p95",
        /// Cost of 30 days.
        Cost = "cost",
        /// Cost of a conversation.
        CostPerConversation = "cost_per_conversation",
        /// Cost of a minute.
        CostPerMinute = "cost_per_minute",
        /// Messages of 30 days.
        Messages = "messages",
        /// Share of conversations handed over.
        Escalation = "escalation",
        /// Share of tests passed.
        Tests = "tests",
        /// Version number.
        Version = "version",
        /// Campaigns.
        Campaigns = "campaigns",
    }
}

impl AgentSort {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Updated => "Last saved",
            Self::Name => "Name",
            Self::Status => "Status",
            Self::Model => "Model",
            Self::Average => "Average latency",
            Self::P50 => "p50 latency",
            Self::P95 => "p95 latency",
            Self::Cost => "Cost",
            Self::CostPerConversation => "Cost per conversation",
            Self::CostPerMinute => "Cost per minute",
            Self::Messages => "Messages",
            Self::Escalation => "Escalation rate",
            Self::Tests => "Tests passed",
            Self::Version => "Version",
            Self::Campaigns => "Campaigns",
        }
    }

    /// Reads `p95` (upwards) or `-p95` (downwards). Without a word: the last saved first.
    pub fn read(word: Option<&str>) -> (Self, bool) {
        let word = word.unwrap_or("-updated").trim();
        let (name, down) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
        name.parse().map_or((Self::Updated, true), |sort| (sort, down))
    }

    /// The word that [`AgentSort::read`] reads.
    pub fn word(self, down: bool) -> String {
        format!("{}{self}", if down { "-" } else { "" })
    }

    /// Whether the greatest is what people look for first.
    pub fn begins_down(self) -> bool {
        !matches!(self, Self::Name | Self::Status | Self::Model)
    }
}

/// Sorts the library. What has no figure stands last either way; equal ones by when they were saved.
pub fn sort(rows: &mut [AgentRow], by: AgentSort, down: bool) {
    rows.sort_by(|a, b| {
        let order = match by {
            AgentSort::Updated => turned(a.agent.updated_at.cmp(&b.agent.updated_at), down),
            AgentSort::Name => turned(lower(&a.agent.draft.name).cmp(&lower(&b.agent.draft.name)), down),
            AgentSort::Status => turned(a.agent.draft.status.cmp(&b.agent.draft.status), down),
            AgentSort::Model => turned(first_model(a).cmp(&first_model(b)), down),
            figure => match (number(a, figure), number(b, figure)) {
                (Some(x), Some(y)) => turned(x.cmp(&y), down),
                (x, y) => y.is_some().cmp(&x.is_some()),
            },
        };
        order.then_with(|| b.agent.updated_at.cmp(&a.agent.updated_at)).then_with(|| b.agent.id.cmp(&a.agent.id))
    });
}

fn number(row: &AgentRow, by: AgentSort) -> Option<i64> {
    match by {
        AgentSort::Average => row.average_ms,
        AgentSort::P50 => row.p50_ms,
        AgentSort::P95 => row.p95_ms,
        AgentSort::Cost => Some(row.cost_micros.0),
        AgentSort::CostPerConversation => row.cost_per_conversation.map(|c| c.0),
        AgentSort::CostPerMinute => row.cost_per_minute.map(|c| c.0),
        AgentSort::Messages => Some(row.messages),
        AgentSort::Escalation => row.escalation_percent(),
        AgentSort::Tests => row.tests_passed.filter(|_| row.tests_total > 0).map(|p| p * 1000 / row.tests_total),
        AgentSort::Version => Some(i64::from(row.agent.version)),
        AgentSort::Campaigns => Some(row.campaigns),
        AgentSort::Updated | AgentSort::Name | AgentSort::Status | AgentSort::Model => None,
    }
}

fn turned(order: Ordering, down: bool) -> Ordering {
    if down { order.reverse() } else { order }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn first_model(row: &AgentRow) -> String {
    row.agent.draft.models.first().map(|m| m.model.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, p95: Option<i64>, at: i64) -> AgentRow {
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap();
        AgentRow {
            agent: Agent {
                id: uuid::Uuid::nil().into(),
                version_id: uuid::Uuid::nil().into(),
                version: 1,
                published_version: None,
                draft: AgentDraft { name: name.into(), prompt: "Be kind.".into(), ..AgentDraft::default() },
                created_at: at,
                updated_at: at,
            },
            is_ahead: false,
            requests: 0,
            average_ms: None,
            p50_ms: None,
            p95_ms: p95,
            latency_days: vec![],
            cost_micros: Micros(0),
            cost_per_conversation: None,
            cost_per_minute: None,
            messages: 0,
            conversations: 0,
            escalated: 0,
            channels: vec![],
            tests_passed: None,
            tests_total: 0,
            tests_run_at: None,
            campaigns: 0,
            attention: vec![],
        }
    }

    fn sorted(word: Option<&str>) -> String {
        let mut rows = [row("b", Some(5), 1), row("C", None, 2), row("a", Some(9), 3)];
        let (by, down) = AgentSort::read(word);
        sort(&mut rows, by, down);
        rows.iter().map(|r| r.agent.draft.name.as_str()).collect()
    }

    #[test]
    fn rows_sort_by_any_word_and_those_without_a_figure_stand_last() {
        for (word, order) in [
            (None, "aCb"),
            (Some("updated"), "bCa"),
            (Some("name"), "abC"),
            (Some("-name"), "Cba"),
            (Some("p95"), "baC"),
            (Some("-p95"), "abC"),
            (Some("nonsense"), "aCb"),
        ] {
            assert_eq!(sorted(word), order, "{word:?}");
        }
        for by in AgentSort::ALL {
            assert_eq!(AgentSort::read(Some(&by.word(true))), (*by, true));
        }
    }

    #[test]
    fn what_needs_attention_is_told() {
        let quiet = AgentRow { tests_total: 1, tests_passed: Some(1), ..row("a", Some(900), 1) };
        assert_eq!(quiet.look(), [""; 0], "a draft may have warnings");
        let of = |row: AgentRow| row.look().len();
        let live = |row: &AgentRow| {
            let mut row = row.clone();
            row.agent.draft.status = AgentStatus::Live;
            row
        };
        assert_eq!(of(live(&quiet)), 1, "a live agent without a fallback");
        assert_eq!(of(AgentRow { tests_passed: Some(0), ..quiet.clone() }), 1);
        assert_eq!(of(AgentRow { p95_ms: Some(3_001), ..quiet.clone() }), 1);
        assert_eq!(of(AgentRow { conversations: 10, escalated: 3, ..quiet.clone() }), 1);
        assert_eq!(of(AgentRow { conversations: 4, escalated: 4, ..quiet.clone() }), 0, "too few to say");
        assert_eq!(of(AgentRow { is_ahead: true, ..quiet }), 1);
    }
}
