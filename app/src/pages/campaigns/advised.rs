//! Advice as it is shown: four cards (how it goes, which channels, whom first, when), and what it took.

use domain::campaign::CampaignStatus;
use domain::campaign::advice::{
    Advised, Analysis, ChannelMix, ChannelShare, EARLIEST_HOUR, LATEST_HOUR, LeadPriority, Recommendation, Timing,
};
use domain::id::CampaignId;
use domain::intent::Reader;
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::advice::Ways;
use super::steps::{Step, name_of};
use crate::ui::*;

/// The colour and the picture of a recommendation.
fn look(action: Recommendation) -> (Tone, Icon) {
    match action {
        Recommendation::Activate => (Tone::Good, Icon::Play),
        Recommendation::Pause => (Tone::Bad, Icon::Pause),
        Recommendation::Modify => (Tone::Warn, Icon::Edit),
        Recommendation::Continue => (Tone::Good, Icon::Check),
    }
}

/// A share from 0.0 to 1.0 in percent.
#[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
fn percent(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * 100.0).round() as i64
}

/// A stretch of time for people.
fn wait_text(hours: u16) -> String {
    match hours {
        0 => "at once".to_owned(),
        1..48 => format!("after {hours} h"),
        _ if hours.is_multiple_of(24) => format!("after {} days", hours / 24),
        _ => format!("after {} days and {} h", hours / 24, hours % 24),
    }
}

/// Everything that was advised.
#[component]
pub fn AdvisedView(
    /// The advice.
    advised: Advised,
    /// On which campaign.
    campaign: CampaignId,
    /// Where the campaign stands now.
    status: Memo<CampaignStatus>,
    /// Its steps, for naming them.
    steps: Memo<Vec<Step>>,
    /// Where it leads to.
    ways: Ways,
    /// Whether the operator may act on it.
    may_write: bool,
) -> impl IntoView {
    let Advised { advice, reader, note, model, cost_micros, latency_ms, sent, hours, at } = advised;
    let step = advice.timing.step.clone();
    let step = Memo::new(move |_| steps.with(|steps| name_of(steps, &step)));
    let took = model.map(|model| format!("{model}, {latency_ms} ms"));
    view! {
        <div class="flex flex-col gap-4">
            {(reader == Reader::Rules).then(|| view! {
                <Banner tone=Tone::Warn title="Read by rules, not by a model">
                    {note.unwrap_or_default()}
                    " These are plain counts; ask again when a model is at hand."
                </Banner>
            })}
            <div class="grid gap-4 md:grid-cols-2">
                <AnalysisCard analysis=advice.analysis campaign status ways may_write/>
                <ChannelsCard channels=advice.channels/>
                <PrioritiesCard leads=advice.priorities/>
                <TimingCard timing=advice.timing step hours/>
            </div>
            <p class="flex flex-wrap gap-x-3 gap-y-1 text-2xs text-ink-3">
                <span>{took.unwrap_or_else(|| "Read by rules".to_owned())}</span>
                <Money amount=cost_micros/>
                <span>"from "{sent}" messages"</span>
                <span>"Made "<When at=at relative=true/></span>
            </p>
        </div>
    }
}

/// One card, with its name for screen readers.
#[component]
fn Part(
    title: &'static str,
    icon: Icon,
    #[prop(optional, into)] badge: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    view! {
        <section aria-label=title class="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface-2 p-4 text-sm text-ink-2">
            <div class="flex flex-wrap items-center justify-between gap-2">
                <h3 class="flex items-center gap-2 font-semibold text-ink"><Icon icon=icon/>{title}</h3>
                {badge.map(|badge| badge.run())}
            </div>
            {children()}
        </section>
    }
}

#[component]
fn AnalysisCard(
    analysis: Analysis,
    campaign: CampaignId,
    status: Memo<CampaignStatus>,
    ways: Ways,
    may_write: bool,
) -> impl IntoView {
    let action = analysis.action;
    let (tone, icon) = look(action);
    let points = |title: &'static str, points: Vec<String>, icon: Icon, colour: &'static str| {
        (!points.is_empty()).then(|| {
            let lines = points.into_iter().map(|point| {
                view! { <li class="flex items-start gap-2"><span class=format!("mt-0.5 {colour}")><Icon icon=icon class="size-3.5"/></span><span class="min-w-0 break-words">{point}</span></li> }
            });
            view! {
                <div>
                    <h4 class="mb-1 text-2xs font-semibold text-ink-3">{title}</h4>
                    <ul class="space-y-1" aria-label=title>{lines.collect_view()}</ul>
                </div>
            }
        })
    };
    view! {
        <Part title="Analysis" icon=Icon::Activity badge=move || view! { <Badge tone=tone icon=icon>{action.label()}</Badge> }>
            <p class="break-words text-ink">{analysis.summary}</p>
            {points("What works", analysis.works, Icon::Check, "text-good")}
            {points("What does not", analysis.fails, Icon::Alert, "text-warn")}
            <p class="break-words"><span class="font-medium text-ink">{action.label()}": "</span>{analysis.reason}</p>
            <div class="mt-auto flex flex-wrap items-center justify-between gap-3 pt-1">
                <span class="text-xs text-ink-3">{format!("{} % sure", percent(analysis.confidence))}</span>
                <Way action campaign status ways may_write/>
            </div>
        </Part>
    }
}

/// The button that leads to what is recommended, in the state that the campaign has now.
#[component]
fn Way(
    action: Recommendation,
    campaign: CampaignId,
    status: Memo<CampaignStatus>,
    ways: Ways,
    may_write: bool,
) -> impl IntoView {
    let Ways { launching, pausing, resume, busy } = ways;
    let said = |text: &'static str| view! { <span class="text-xs text-ink-3">{text}</span> }.into_any();
    move || {
        match (action, status.get()) {
        (Recommendation::Modify, _) => {
            view! { <LinkButton href=format!("/campaigns/{campaign}/flow") icon=Icon::Branch>"Open the flow"</LinkButton> }
                .into_any()
        }
        (Recommendation::Continue, _) => said("There is nothing to do."),
        (Recommendation::Pause, CampaignStatus::Active) if may_write => view! {
            <Button icon=Icon::Pause busy=busy on_click=move |_| pausing.set(true)>"Pause the campaign"</Button>
        }
        .into_any(),
        (Recommendation::Activate, CampaignStatus::Paused) if may_write => view! {
            <Button icon=Icon::Play busy=busy on_click=move |_| resume.run(())>"Resume the campaign"</Button>
        }
        .into_any(),
        (Recommendation::Activate, CampaignStatus::Draft | CampaignStatus::Completed) if may_write => view! {
            <Button icon=Icon::Play on_click=move |_| launching.set(true)>"Launch the campaign"</Button>
        }
        .into_any(),
        (Recommendation::Pause, CampaignStatus::Paused) => said("It is paused by now."),
        (Recommendation::Activate, CampaignStatus::Active) => said("It is active by now."),
        _ => ().into_any(),
    }
    }
}

#[component]
fn ChannelsCard(channels: Vec<ChannelMix>) -> impl IntoView {
    let mixes = channels.into_iter().map(|mix| {
        let title = match mix.tier {
            None => view! { <Badge>"Everybody"</Badge> }.into_any(),
            Some(tier) => view! { <StatusBadge status=tier.as_str()/> }.into_any(),
        };
        let whom = mix.tier.map_or("everybody".to_owned(), |tier| format!("tier {tier}"));
        let bar = |share: &ChannelShare| {
            Bar::new(share.channel.label(), i64::from(share.share)).shown(format!("{} %", share.share))
        };
        let bars: Vec<Bar> = mix.shares.iter().map(bar).collect();
        let reasons = mix.shares.into_iter().map(|share| {
            view! { <li class="break-words"><span class="font-medium text-ink">{share.channel.label()}": "</span>{share.reason}</li> }
        });
        view! {
            <div class="flex flex-col gap-2">
                <div>{title}</div>
                <BarList label=format!("Channels for {whom}") bars/>
                <ul class="space-y-1 text-xs">{reasons.collect_view()}</ul>
            </div>
        }
    });
    view! { <Part title="Channels" icon=Icon::Send>{mixes.collect_view()}</Part> }
}

#[component]
fn PrioritiesCard(leads: Vec<LeadPriority>) -> impl IntoView {
    let is_empty = leads.is_empty();
    let rows = leads.into_iter().map(|lead| {
        let name = if lead.name.trim().is_empty() { "Somebody without a name".to_owned() } else { lead.name };
        view! {
            <li class="flex items-start gap-2">
                <span class="min-w-0 flex-1">
                    <a class="rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=format!("/leads?edit={}", lead.lead_id)>{name}</a>
                    <span class="block break-words text-xs">{lead.reason}</span>
                </span>
                <span class="flex flex-wrap justify-end gap-1">
                    {lead.tier.map(|tier| view! { <StatusBadge status=tier.as_str()/> })}
                    {lead.intent.map(|intent| view! { <Badge tone=Tone::Info>{intent.label()}</Badge> })}
                </span>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Part title="Whom first" icon=Icon::Users>
            {match is_empty {
                true => view! { <p>"Nobody waits, and nobody answered yet."</p> }.into_any(),
                false => view! { <ol class="list-inside space-y-2.5" aria-label="Whom to turn to first">{rows}</ol> }.into_any(),
            }}
        </Part>
    }
}

#[component]
fn TimingCard(timing: Timing, step: Memo<String>, hours: Vec<i64>) -> impl IntoView {
    let days = timing
        .weekdays
        .into_iter()
        .map(|day| view! { <li><Badge tone=Tone::Accent>{day.label()}</Badge></li> })
        .collect_view();
    let (from, to) = (timing.from_hour, timing.to_hour);
    view! {
        <Part title="Next step" icon=Icon::Clock>
            <p class="text-ink">
                <span class="font-medium">{move || step.get()}</span>
                {format!(", {}, from {from}:00 to {to}:00 where the person is.", wait_text(timing.wait_hours))}
            </p>
            <ul class="flex flex-wrap gap-1" aria-label="Days">{days}</ul>
            <DayPicture from to hours/>
            <p class="break-words text-xs">{timing.reason}</p>
        </Part>
    }
}

/// A day from midnight to midnight: when answers came, when nothing is sent, and the stretch that is advised.
#[component]
fn DayPicture(from: u8, to: u8, hours: Vec<i64>) -> impl IntoView {
    /// The width of an hour.
    const HOUR: u32 = 10;
    let x = |hour: u8| u32::from(hour) * HOUR;
    let most = hours.iter().copied().max().unwrap_or(0).max(1);
    let answers: i64 = hours.iter().sum();
    let bars = (0u8..).zip(hours).filter(|(hour, n)| *hour < 24 && *n > 0).map(|(hour, n)| {
        let height = (n * 36 / most).clamp(2, 36);
        view! { <g><title>{format!("{hour}:00: {n}")}</title><rect class="fill-ink-3" x=x(hour) + 2 y=40 - height width=HOUR - 4 height=height rx="1"></rect></g> }
    });
    let bars = bars.collect_view();
    let said = format!(
        "The day of the person: {answers} answers by hour, and the time from {from}:00 to {to}:00 that is advised"
    );
    view! {
        <figure>
            <svg role="img" aria-label=said class="block h-14 w-full overflow-hidden rounded-md bg-surface-3" viewBox="0 0 240 40" preserveAspectRatio="none">
                <rect class="fill-surface" x=x(EARLIEST_HOUR) y="0" width=x(LATEST_HOUR - EARLIEST_HOUR) height="40"></rect>
                <rect class="fill-accent-soft" x=x(from) y="0" width=x(to.saturating_sub(from)) height="40"></rect>
                <rect class="fill-accent" x=x(from) y="0" width=x(to.saturating_sub(from)) height="2"></rect>
                {bars}
            </svg>
            <figcaption class="mt-1 flex justify-between text-2xs text-ink-3" aria-hidden="true">
                <span>"0"</span><span>"6"</span><span>"12"</span><span>"18"</span><span>"24"</span>
            </figcaption>
            <p class="mt-1 text-2xs text-ink-3">"Bars: when people answered. Grey: hours in which nothing is sent."</p>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_shares_are_said_in_words() {
        let said = [0, 24, 48, 50].map(wait_text);
        assert_eq!(said, ["at once", "after 24 h", "after 2 days", "after 2 days and 2 h"]);
        assert_eq!([0.0, 0.7, 2.0].map(percent), [0, 70, 100]);
    }
}
