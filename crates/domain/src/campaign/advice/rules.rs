//! The figures read by rules: what the scripted model answers with, and what stands in when no model answers. Plain sentences that say
//! only what was counted.

use std::cmp::Reverse;

use super::{
    Analysis, Answer, ChannelFigures, ChannelShare, EARLIEST_HOUR, EVERYBODY, Facts, LATEST_HOUR, LeadFigures,
    MOST_LEADS, NamedLead, NamedMix, Recommendation, Timing, Weekday,
};
use crate::campaign::CampaignStatus;
use crate::intent::Intent;

/// Fewer messages say nothing about a share.
const ENOUGH_SENT: i64 = 5;
/// Fewer answers say nothing about a time of day.
const ENOUGH_ANSWERS: i64 = 3;
/// Answers of fewer days of the week are one afternoon, and no habit.
const ENOUGH_DAYS: usize = 2;
/// How long a stretch of the day is advised, in hours.
const STRETCH: u8 = 3;
/// The stretch where nothing is known: late morning.
const USUAL_FROM: u8 = 10;
/// The days where nothing is known.
const USUAL_DAYS: [Weekday; 3] = [Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday];
/// How many people of a hundred may opt out or fail before something has to change.
const TOO_MANY: i64 = 20;

/// A share in percent; nothing of nothing is nothing.
fn percent(part: i64, whole: i64) -> i64 {
    (part * 100).checked_div(whole).unwrap_or_default()
}

/// So many of something: `1 message was`, `2 messages were`.
fn were(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one} was") } else { format!("{n} {one}s were") }
}

/// So many people.
fn persons(n: i64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// Reads the figures. The answer holds against the same facts ([`super::check`]) whenever they have a channel and a step.
pub fn by_rules(facts: &Facts) -> Answer {
    Answer {
        analysis: analysis(facts),
        channels: vec![NamedMix { tier: EVERYBODY.to_owned(), shares: shares(&facts.channels) }],
        priorities: priorities(facts),
        timing: timing(facts),
    }
}

fn analysis(facts: &Facts) -> Analysis {
    let sent = facts.sent();
    let sum = |of: fn(&ChannelFigures) -> i64| facts.channels.iter().map(of).sum::<i64>();
    let (opted_out, failed, escalated) = (sum(|c| c.opted_out), sum(|c| c.failed), sum(|c| c.escalated));
    let (mut works, mut fails) = (Vec::new(), Vec::new());
    for c in &facts.channels {
        let name = c.channel.label();
        if c.replied > 0 {
            works.push(format!("{name}: {} of {} messages were answered.", c.replied, c.sent));
        } else if c.sent >= ENOUGH_SENT {
            fails.push(format!("{name}: none of {} messages was answered.", c.sent));
        }
        if c.failed > 0 {
            fails.push(format!("{name}: {} not sent.", were(c.failed, "message")));
        }
        if c.opted_out > 0 {
            fails.push(format!("{name}: {} asked us to stop.", persons(c.opted_out)));
        }
    }
    works.truncate(usize::from(super::MOST_POINTS));
    fails.truncate(usize::from(super::MOST_POINTS));
    let leaves = sent >= ENOUGH_SENT && percent(opted_out, facts.people) >= TOO_MANY;
    let breaks = percent(failed, sent + failed) >= TOO_MANY;
    let silent = sent >= ENOUGH_SENT && facts.replied == 0;
    let is_active = facts.status == CampaignStatus::Active;
    let (action, reason) = match (leaves, breaks, silent) {
        (true, ..) if is_active => {
            (Recommendation::Pause, format!("{opted_out} of {} people asked us to stop.", facts.people))
        }
        (true, ..) => (Recommendation::Modify, format!("{opted_out} of {} people asked us to stop.", facts.people)),
        (_, true, _) => (Recommendation::Modify, format!("{failed} of {} messages were not sent.", sent + failed)),
        (.., true) => (Recommendation::Modify, format!("Nobody answered any of {sent} messages.")),
        _ if is_active => (Recommendation::Continue, "People answer, and few leave.".to_owned()),
        _ => (Recommendation::Activate, "People answered, and few left.".to_owned()),
    };
    let human = match escalated {
        0 => String::new(),
        1 => " 1 conversation waits for a human.".to_owned(),
        n => format!(" {n} conversations wait for a human."),
    };
    Analysis {
        summary: format!(
            "{sent} messages went to {}; {} of them answered ({} %) and {opted_out} asked us to stop.{human}",
            persons(facts.people),
            facts.replied,
            percent(facts.replied, facts.people)
        ),
        works,
        fails,
        action,
        reason,
        confidence: if sent >= 50 && days_answered(facts) >= ENOUGH_DAYS { 0.7 } else { 0.4 },
    }
}

/// Shares by how often each channel was answered, with the benefit of the doubt for those that sent little. One that sent nothing gets
/// half of what the least does, to try it.
fn shares(channels: &[ChannelFigures]) -> Vec<ChannelShare> {
    let known = |c: &ChannelFigures| (c.replied.max(0) + 1) * 1_000 / (c.sent.max(0) + c.failed.max(0) + 2);
    let least = channels.iter().filter(|c| c.sent > 0).map(known).min().unwrap_or(2);
    let weight = |c: &ChannelFigures| if c.sent > 0 { known(c) } else { least / 2 };
    let total: i64 = channels.iter().map(weight).sum::<i64>().max(1);
    let mut shares: Vec<ChannelShare> = channels
        .iter()
        .map(|c| ChannelShare {
            channel: c.channel,
            share: u8::try_from((weight(c) * 100 / total).clamp(1, 100)).unwrap_or(1),
            reason: match c.sent {
                0 if c.failed > 0 => format!(
                    "Nothing went out: {} not sent. A small share, until that is mended.",
                    were(c.failed, "message")
                ),
                0 => "Nothing was sent over it yet: a small share to try it.".to_owned(),
                sent => format!("{} of {sent} messages were answered ({} %).", c.replied, percent(c.replied, sent)),
            },
        })
        .collect();
    shares.sort_by_key(|share| Reverse(share.share));
    // What rounding left over goes to the largest.
    let rest: u32 = shares.iter().skip(1).map(|share| u32::from(share.share)).sum();
    if let Some(first) = shares.first_mut() {
        first.share = u8::try_from(100u32.saturating_sub(rest)).unwrap_or(1);
    }
    shares
}

/// What somebody wants, as a rank and in words: who asks for something comes before who does not.
fn wish(lead: &LeadFigures) -> (u8, &'static str) {
    match lead.intent {
        _ if lead.escalated => (0, "Waits for a human"),
        Some(Intent::MeetingRequest) => (1, "Wants to meet"),
        Some(Intent::Interested) => (2, "Is interested"),
        Some(Intent::Question) => (3, "Asked something"),
        None if lead.wrote_hours_ago.is_some() => (4, "Answered"),
        None => (5, "Did not answer yet"),
        Some(Intent::OutOfOffice | Intent::AutoReply) => (6, "A machine answered for them"),
        Some(Intent::NotInterested | Intent::Unsubscribe) => (7, "Does not want more of it"),
    }
}

fn priorities(facts: &Facts) -> Vec<NamedLead> {
    let mut leads: Vec<&LeadFigures> = facts.leads.iter().collect();
    leads.sort_by_key(|lead| {
        let hours = lead.wrote_hours_ago.unwrap_or(i64::MAX);
        (wish(lead).0, !lead.unanswered, lead.tier.map_or(u8::MAX, |tier| tier as u8), hours)
    });
    let reason = |lead: &LeadFigures| {
        let tier = lead.tier.map(|tier| format!(", {tier}")).unwrap_or_default();
        let ago = match lead.wrote_hours_ago {
            None => String::new(),
            Some(0) => ", wrote within the hour".to_owned(),
            Some(hours) => format!(", wrote {hours} h ago"),
        };
        let open = if lead.unanswered { ", not answered yet" } else { "" };
        format!("{}{tier}{ago}{open}.", wish(lead).1)
    };
    let first = leads.into_iter().take(usize::from(MOST_LEADS).min(10));
    first.map(|lead| NamedLead { lead: lead.lead.clone(), reason: reason(lead) }).collect()
}

/// On how many days of the week somebody answered.
fn days_answered(facts: &Facts) -> usize {
    facts.answers_by_weekday.iter().filter(|day| day.answers > 0).count()
}

/// The stretch of the day with the most answers, on the days with the most, for the step that fewest people were sent.
fn timing(facts: &Facts) -> Timing {
    let answers: i64 = facts.answers_by_day();
    let in_stretch = |from: u8| (from..from + STRETCH).map(|hour| facts.answers_at(hour)).sum::<i64>();
    let (from_hour, weekdays, reason) = if answers < ENOUGH_ANSWERS || days_answered(facts) < ENOUGH_DAYS {
        let reason = "Too few people answered, or on too few days, to tell a better time: late morning in the middle of the week.";
        (USUAL_FROM, USUAL_DAYS.to_vec(), reason.to_owned())
    } else {
        // The earliest of equals.
        let from = (EARLIEST_HOUR..=LATEST_HOUR - STRETCH).max_by_key(|from| (in_stretch(*from), Reverse(*from)));
        let from = from.unwrap_or(USUAL_FROM);
        let mut days: Vec<_> = facts.answers_by_weekday.iter().filter(|day| day.answers > 0).collect();
        days.sort_by_key(|day| (Reverse(day.answers), day.day));
        let mut days: Vec<Weekday> = days.into_iter().take(3).map(|day| day.day).collect();
        days.sort_unstable();
        let reason = format!(
            "{} of {answers} answers came between {from}:00 and {}:00, where the people are.",
            in_stretch(from),
            from + STRETCH
        );
        (from, if days.is_empty() { USUAL_DAYS.to_vec() } else { days }, reason)
    };
    Timing {
        step: facts.steps.iter().min_by_key(|step| step.sent).map(|step| step.step.clone()).unwrap_or_default(),
        weekdays,
        from_hour,
        to_hour: from_hour + STRETCH,
        wait_hours: 24,
        reason,
    }
}
