//! Whether an answer keeps to what was given: a lead, a channel or a step that a model made up is refused, not shown.

use super::{
    Advice, Analysis, Answer, ChannelMix, ChannelShare, EARLIEST_HOUR, EVERYBODY, Facts, LATEST_HOUR,
    LONGEST_WAIT_HOURS, LeadPriority, MOST_LEADS, MOST_POINTS, Timing,
};
use crate::content::Tier;
use crate::id::LeadId;
use crate::problem::Problems;

/// The longest summary that is kept, in characters.
const LONGEST_SUMMARY: usize = 800;
/// The longest point or reason that is kept, in characters.
const LONGEST: usize = 400;

/// Everything that keeps an answer from being shown. The sentences are told to the model, which may mend it once.
pub fn check(answer: &Answer, facts: &Facts) -> Problems {
    let mut problems = Problems::none();
    analysis(&mut problems, &answer.analysis, facts);
    channels(&mut problems, answer, facts);
    priorities(&mut problems, answer, facts);
    timing(&mut problems, &answer.timing, facts);
    problems
}

fn said(problems: &mut Problems, field: impl Into<String>, text: &str) {
    if text.trim().is_empty() {
        problems.add(field, "must not be empty");
    }
}

/// Whether something stands in a list twice.
fn repeats<T: PartialEq>(all: &[T], at: usize) -> bool {
    all[..at].contains(&all[at])
}

fn analysis(problems: &mut Problems, analysis: &Analysis, facts: &Facts) {
    said(problems, "analysis.summary", &analysis.summary);
    said(problems, "analysis.reason", &analysis.reason);
    for (field, points) in [("analysis.works", &analysis.works), ("analysis.fails", &analysis.fails)] {
        if points.len() > usize::from(MOST_POINTS) {
            problems.add(field, format!("at most {MOST_POINTS} things"));
        }
        points.iter().for_each(|point| said(problems, field, point));
    }
    if !analysis.action.fits(facts.status) {
        problems.add("analysis.action", format!("{} makes no sense while it is {}", analysis.action, facts.status));
    }
    if !(0.0..=1.0).contains(&analysis.confidence) {
        problems.add("analysis.confidence", "must be from 0 to 1");
    }
}

fn channels(problems: &mut Problems, answer: &Answer, facts: &Facts) {
    let tiers: Vec<&str> = answer.channels.iter().map(|mix| mix.tier.as_str()).collect();
    if !tiers.contains(&EVERYBODY) {
        problems.add("channels", format!("one mix must be for `{EVERYBODY}`"));
    }
    let known = facts.tiers();
    for (i, mix) in answer.channels.iter().enumerate() {
        let field = format!("channels.{i}");
        if mix.tier != EVERYBODY && !known.iter().any(|tier| tier.as_str() == mix.tier) {
            problems.add(format!("{field}.tier"), format!("`{}` is not one of the leads' tiers", mix.tier));
        }
        if repeats(&tiers, i) {
            problems.add(format!("{field}.tier"), format!("`{}` stands there twice", mix.tier));
        }
        shares(problems, &format!("{field}.shares"), &mix.shares, facts);
    }
}

fn shares(problems: &mut Problems, field: &str, shares: &[ChannelShare], facts: &Facts) {
    let named: Vec<_> = shares.iter().map(|share| share.channel).collect();
    for (i, share) in shares.iter().enumerate() {
        if !facts.channels.iter().any(|c| c.channel == share.channel) {
            problems.add(field, format!("`{}` is not one of the campaign's channels", share.channel));
        }
        if repeats(&named, i) {
            problems.add(field, format!("`{}` stands there twice", share.channel));
        }
        if !(1..=100).contains(&share.share) {
            problems.add(field, "each share must be from 1 to 100");
        }
        said(problems, field, &share.reason);
    }
    let sum: u32 = shares.iter().map(|share| u32::from(share.share)).sum();
    if sum != 100 {
        problems.add(field, format!("the shares add up to {sum}, not to 100"));
    }
}

fn priorities(problems: &mut Problems, answer: &Answer, facts: &Facts) {
    let named: Vec<&str> = answer.priorities.iter().map(|pick| pick.lead.as_str()).collect();
    if named.is_empty() && !facts.leads.is_empty() {
        problems.add("priorities", "name at least one lead");
    }
    if named.len() > usize::from(MOST_LEADS) {
        problems.add("priorities", format!("at most {MOST_LEADS} leads"));
    }
    for (i, pick) in answer.priorities.iter().enumerate() {
        let field = format!("priorities.{i}");
        if !facts.leads.iter().any(|lead| lead.lead == pick.lead) {
            problems.add(field.clone(), format!("`{}` is not one of the leads", pick.lead));
        }
        if repeats(&named, i) {
            problems.add(field.clone(), format!("`{}` stands there twice", pick.lead));
        }
        said(problems, field, &pick.reason);
    }
}

fn timing(problems: &mut Problems, timing: &Timing, facts: &Facts) {
    if !facts.steps.iter().any(|step| step.step == timing.step) {
        problems.add("timing.step", format!("`{}` is not one of the steps that send", timing.step));
    }
    if timing.weekdays.is_empty() {
        problems.add("timing.weekdays", "name at least one day");
    }
    for i in 0..timing.weekdays.len() {
        if repeats(&timing.weekdays, i) {
            problems.add("timing.weekdays", format!("`{}` stands there twice", timing.weekdays[i]));
        }
    }
    let (from, to) = (timing.from_hour, timing.to_hour);
    if from >= to {
        problems.add("timing.to_hour", "must be later than `from_hour`");
    }
    if from < EARLIEST_HOUR || to > LATEST_HOUR {
        problems.add("timing.from_hour", format!("nothing may be sent before {EARLIEST_HOUR} or after {LATEST_HOUR}"));
    }
    if timing.wait_hours > LONGEST_WAIT_HOURS {
        problems.add("timing.wait_hours", format!("at most {LONGEST_WAIT_HOURS} hours"));
    }
    said(problems, "timing.reason", &timing.reason);
}

fn cut(text: &str, most: usize) -> String {
    crate::text::cut(text.trim(), most).to_owned()
}

/// An answer as it is shown: with the leads' ids, in the order of [`Facts::leads`], and everything at its length. What does not hold is
/// refused.
pub fn take(answer: Answer, facts: &Facts, ids: &[LeadId]) -> Result<Advice, Problems> {
    check(&answer, facts).into_result()?;
    let cut_all = |texts: Vec<String>| texts.iter().map(|text| cut(text, LONGEST)).collect();
    let share = |share: ChannelShare| ChannelShare { reason: cut(&share.reason, LONGEST), ..share };
    let mut channels: Vec<ChannelMix> = answer
        .channels
        .into_iter()
        .map(|mix| ChannelMix { tier: mix.tier.parse().ok(), shares: mix.shares.into_iter().map(share).collect() })
        .collect();
    // Everybody first, then the most promising.
    channels.sort_by_key(|mix: &ChannelMix| mix.tier.map(|tier: Tier| tier as u8));
    let found = |name: &str| facts.leads.iter().zip(ids).find(|(lead, _)| lead.lead == name);
    let priorities = answer.priorities.into_iter().filter_map(|pick| {
        let (lead, id) = found(&pick.lead)?;
        let reason = cut(&pick.reason, LONGEST);
        Some(LeadPriority { lead_id: *id, name: String::new(), tier: lead.tier, intent: lead.intent, reason })
    });
    let mut timing = Timing { reason: cut(&answer.timing.reason, LONGEST), ..answer.timing };
    timing.weekdays.sort_unstable();
    Ok(Advice {
        analysis: Analysis {
            summary: cut(&answer.analysis.summary, LONGEST_SUMMARY),
            works: cut_all(answer.analysis.works),
            fails: cut_all(answer.analysis.fails),
            reason: cut(&answer.analysis.reason, LONGEST),
            ..answer.analysis
        },
        channels,
        priorities: priorities.collect(),
        timing,
    })
}
