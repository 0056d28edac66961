//! Counts what advice is made from. Reads only.

use chrono::{DateTime, Utc};
use db::Tx;
use db::advice::{HourRow, LeadRow, SentRow, TalkRow};
use domain::campaign::advice::{self, ChannelFigures, Facts, LeadFigures, StepFigures, Weekday, WeekdayFigures};
use domain::campaign::{Campaign, CampaignStatus};
use domain::content::Tier;
use domain::flow::graph::{FlowGraph, NodeKind};
use domain::id::LeadId;
use domain::message::{Channel, Direction};
use domain::money::Micros;

use crate::{Error, Result};

/// The most leads that a model is told of.
const MOST_LEADS: i64 = 50;
/// As much of a step's name as a model is told, in characters.
const LONGEST_NAME: usize = 60;

/// The figures of a campaign, and the leads in the order in which they name them.
pub(super) async fn count(tx: &mut Tx, campaign: &Campaign, now: DateTime<Utc>) -> Result<(Facts, Vec<LeadId>)> {
    let id = campaign.id;
    let progress = db::campaigns::progress(tx, id).await?;
    let sent = db::advice::sent(tx, id).await?;
    let talks = db::advice::talks(tx, id).await?;
    let hours = db::advice::hours(tx, id, &advice::zones()).await?;
    let leads = db::advice::leads(tx, id, MOST_LEADS).await?;
    let steps = steps(&drawing(tx, campaign).await?, &sent);
    let facts = Facts {
        status: campaign.status,
        people: progress.enrolled,
        under_way: progress.running,
        replied: progress.replied,
        cost_micros: talks.iter().fold(Micros(0), |sum, talk| sum + talk.cost),
        channels: channels(&steps, &sent, &talks),
        steps,
        answers_by_hour: by_hour(&hours),
        answers_by_weekday: by_weekday(&hours),
        leads: (1..).zip(&leads).map(|(n, row)| lead(n, row, now)).collect(),
    };
    Ok((facts, leads.into_iter().map(|row| row.lead_id).collect()))
}

/// The drawing that people walk through: the frozen one once it was started, else the draft.
async fn drawing(tx: &mut Tx, campaign: &Campaign) -> Result<FlowGraph> {
    match db::flows::latest_version(tx, campaign.flow_id).await? {
        Some((_, frozen)) if campaign.status != CampaignStatus::Draft => Ok(frozen),
        _ => Ok(db::flows::find(tx, campaign.flow_id).await?.ok_or(Error::NotFound)?.graph),
    }
}

/// The steps that send, with what became of their messages.
fn steps(graph: &FlowGraph, sent: &[SentRow]) -> Vec<StepFigures> {
    let figures = |node: &domain::flow::graph::Node, channel: Channel| {
        let rows = || sent.iter().filter(|row| row.node.as_deref() == Some(node.id.as_str()));
        let sum = |of: fn(&SentRow) -> i64| rows().map(of).sum::<i64>();
        let name = if node.title.trim().is_empty() { node.kind.label() } else { node.title.trim() };
        StepFigures {
            step: node.id.clone(),
            name: name.chars().take(LONGEST_NAME).collect(),
            channel,
            sent: sum(|row| row.sent),
            delivered: sum(|row| row.delivered),
            replied: sum(|row| row.replied),
            opted_out: sum(|row| row.opted_out),
            failed: sum(|row| row.failed),
        }
    };
    let sending = graph.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Send { channel, .. } => Some(figures(node, *channel)),
        _ => None,
    });
    sending.collect()
}

/// The channels that the campaign uses or used.
fn channels(steps: &[StepFigures], sent: &[SentRow], talks: &[TalkRow]) -> Vec<ChannelFigures> {
    let figures = |channel: Channel| {
        let whole = sent.iter().find(|row| row.node.is_none() && row.channel == channel);
        let talk = talks.iter().find(|talk| talk.channel == channel);
        let of = |of: fn(&SentRow) -> i64| whole.map(of).unwrap_or_default();
        ChannelFigures {
            channel,
            sent: of(|row| row.sent),
            delivered: of(|row| row.delivered),
            replied: of(|row| row.replied),
            opted_out: of(|row| row.opted_out),
            failed: of(|row| row.failed),
            escalated: talk.map(|talk| talk.escalated).unwrap_or_default(),
            cost_micros: talk.map(|talk| talk.cost).unwrap_or_default(),
        }
    };
    let used = |channel: &Channel| {
        steps.iter().any(|s| s.channel == *channel) || sent.iter().any(|row| row.channel == *channel)
    };
    Channel::ALL.iter().copied().filter(used).map(figures).collect()
}

fn by_hour(rows: &[HourRow]) -> Vec<i64> {
    (0..24).map(|hour| rows.iter().filter(|row| row.hour == hour).map(|row| row.answers).sum()).collect()
}

fn by_weekday(rows: &[HourRow]) -> Vec<WeekdayFigures> {
    let answers = |n: i32| rows.iter().filter(|row| row.day == n).map(|row| row.answers).sum::<i64>();
    let days = (1..).zip(Weekday::ALL).map(|(n, day)| WeekdayFigures { day: *day, answers: answers(n) });
    days.filter(|day| day.answers > 0).collect()
}

fn lead(n: u32, row: &LeadRow, now: DateTime<Utc>) -> LeadFigures {
    LeadFigures {
        lead: format!("l{n}"),
        tier: Tier::noted(&row.notes),
        run: row.run,
        step: row.node.clone(),
        intent: row.intent,
        sentiment: row.sentiment,
        wrote_hours_ago: row.wrote_at.map(|at| (now - at).num_hours().max(0)),
        unanswered: row.last == Some(Direction::Inbound),
        escalated: row.escalated,
    }
}
