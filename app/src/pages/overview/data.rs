//! What the overview is made of, as it travels to the browser.

use domain::budget::Budget;
use domain::event::Activity;
use domain::money::Micros;
use domain::spending::Spike;
use serde::{Deserialize, Serialize};

/// Everything on the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Agents.
    pub agents: i64,
    /// Leads.
    pub leads: i64,
    /// Templates.
    pub templates: i64,
    /// Campaigns.
    pub campaigns: i64,
    /// Campaigns that are running now.
    pub active_campaigns: i64,
    /// Campaigns that were ever started.
    pub started_campaigns: i64,
    /// Conversations.
    pub conversations: i64,
    /// Conversations with something unread.
    pub unread: i64,
    /// Open conversations that a human holds.
    pub with_human: i64,
    /// Messages of ours that the provider took, last 24 hours.
    pub sent: i64,
    /// Messages that people wrote, last 24 hours.
    pub received: i64,
    /// Messages that failed or were blocked, last 24 hours.
    pub not_sent: i64,
    /// Messages in doubt, last 30 days.
    pub in_doubt: i64,
    /// Calls to models, last 30 days.
    pub requests: i64,
    /// Calls to models without an answer, last 30 days.
    pub failed_requests: i64,
    /// What they cost.
    pub cost: Micros,
    /// Jobs that wait.
    pub waiting: i64,
    /// Jobs that failed for good.
    pub dead: i64,
    /// Messages per hour, oldest first, 24 of them: sent and received.
    pub hours: Vec<(i64, i64)>,
    /// Budgets that run low or are used up today.
    pub alarmed: Vec<Budget>,
    /// Who spends several times as much as usual today.
    pub spikes: Vec<Spike>,
    /// What happened last, newest first.
    pub activity: Vec<Activity>,
}
