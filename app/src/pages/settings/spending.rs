//! What was spent in the last two weeks, and who spends several times as much as usual today.

use domain::money::Micros;
use domain::spending::{SPIKE_TIMES, Spending, Spike};
use leptos::prelude::*;

use crate::ui::*;

/// The words of one alert.
pub(crate) fn said(spike: &Spike) -> String {
    let (spent, usual) = (spike.spent_micros.show(), spike.usual_micros.show());
    format!("{}: {spent} spent today, more than {SPIKE_TIMES} times the {usual} of a usual day.", spike.name)
}

/// The alerts and the plot.
#[component]
pub(super) fn SpendingCard(
    /// How it goes.
    spending: Spending,
) -> impl IntoView {
    let total = spending.days.iter().fold(Micros(0), |sum, day| sum + day.spent_micros);
    let bars: Vec<Bar> = spending
        .days
        .iter()
        .map(|day| Bar::new(day.day.format("%b %-d").to_string(), day.spent_micros.0).shown(day.spent_micros.show()))
        .collect();
    let today = spending.days.last().map_or(Micros(0), |day| day.spent_micros);
    let alerts = spending
        .spikes
        .into_iter()
        .map(|spike| view! { <li><Banner tone=Tone::Warn title="Unusual spending">{said(&spike)}</Banner></li> })
        .collect_view();
    view! {
        <ul class="flex flex-col gap-2 empty:hidden" aria-label="Spending alerts">{alerts}</ul>
        <Card title="Spent on models" subtitle=format!("{} in the last 14 days, {} today. Days begin at midnight UTC.", total.show(), today.show())>
            {if total == Micros(0) {
                view! { <p class="flex h-32 items-center justify-center text-sm text-ink-3">"Nothing was spent in the last 14 days."</p> }.into_any()
            } else {
                view! { <Columns label="Spent per day" bars=bars/> }.into_any()
            }}
        </Card>
    }
}
