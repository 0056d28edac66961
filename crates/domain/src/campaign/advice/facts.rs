//! The figures that advice is made from, and all that a model is given: counts and words of closed lists, never what people wrote.

use serde::{Deserialize, Serialize};

use super::{EARLIEST_HOUR, LATEST_HOUR, Weekday};
use crate::campaign::CampaignStatus;
use crate::content::Tier;
use crate::flow::graph::NodeId;
use crate::flow::step::RunStatus;
use crate::intent::Intent;
use crate::message::Channel;
use crate::money::Micros;

/// How one channel did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFigures {
    /// The channel.
    pub channel: Channel,
    /// Messages that the provider took.
    pub sent: i64,
    /// Of those, the ones that arrived.
    pub delivered: i64,
    /// People who answered such a message.
    pub replied: i64,
    /// People who asked us to stop after such a message.
    pub opted_out: i64,
    /// Messages that were not sent, or failed.
    pub failed: i64,
    /// Conversations that wait for a human.
    pub escalated: i64,
    /// What models cost in its conversations.
    pub cost_micros: Micros,
}

/// How one step that sends did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFigures {
    /// Its name in the drawing.
    pub step: NodeId,
    /// What it is called.
    pub name: String,
    /// Over which channel it sends.
    pub channel: Channel,
    /// Messages that the provider took.
    pub sent: i64,
    /// Of those, the ones that arrived.
    pub delivered: i64,
    /// People whose next words came after it.
    pub replied: i64,
    /// People who asked us to stop after it.
    pub opted_out: i64,
    /// Messages that were not sent, or failed.
    pub failed: i64,
}

/// How many answers came on a day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekdayFigures {
    /// The day, where the person is.
    pub day: Weekday,
    /// How many.
    pub answers: i64,
}

/// Somebody who waits, or who answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFigures {
    /// What to call them here: `l1`, `l2`, … in the order of the list.
    pub lead: String,
    /// How promising they are, where somebody said so.
    pub tier: Option<Tier>,
    /// What their run is doing.
    pub run: RunStatus,
    /// Where it stands.
    pub step: NodeId,
    /// What they wanted last.
    pub intent: Option<Intent>,
    /// How they sounded: 0 in despair or furious, 50 neither way, 100 delighted.
    pub sentiment: Option<i16>,
    /// How long ago they last wrote, in whole hours.
    pub wrote_hours_ago: Option<i64>,
    /// Whether their last words were not answered yet.
    pub unanswered: bool,
    /// Whether they wait for a human.
    pub escalated: bool,
}

/// Everything that is known of a campaign's course.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Where it stands.
    pub status: CampaignStatus,
    /// People in it.
    pub people: i64,
    /// Of those, the ones whose run goes on.
    pub under_way: i64,
    /// Of those, the ones who answered.
    pub replied: i64,
    /// What models cost in it so far.
    pub cost_micros: Micros,
    /// The channels that it may use, each with its figures.
    pub channels: Vec<ChannelFigures>,
    /// The steps that send, in the drawing's order.
    pub steps: Vec<StepFigures>,
    /// Answers in each hour of people's own days, from 0 to 23.
    pub answers_by_hour: Vec<i64>,
    /// Answers on each day of the week on which there were some.
    pub answers_by_weekday: Vec<WeekdayFigures>,
    /// People who wait or who answered.
    pub leads: Vec<LeadFigures>,
}

impl Facts {
    /// How many messages went out.
    pub fn sent(&self) -> i64 {
        self.channels.iter().map(|c| c.sent).sum()
    }

    /// The tiers that occur, the most promising first.
    pub fn tiers(&self) -> Vec<Tier> {
        let occurs = |tier: &Tier| self.leads.iter().any(|lead| lead.tier == Some(*tier));
        Tier::ALL.iter().copied().filter(occurs).collect()
    }

    /// Answers in an hour of people's own days.
    pub fn answers_at(&self, hour: u8) -> i64 {
        self.answers_by_hour.get(usize::from(hour)).copied().unwrap_or_default()
    }

    /// Answers within the hours in which something may be sent.
    pub fn answers_by_day(&self) -> i64 {
        (EARLIEST_HOUR..LATEST_HOUR).map(|hour| self.answers_at(hour)).sum()
    }
}
