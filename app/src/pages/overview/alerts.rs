//! What somebody should know before anything else: budgets that run low or are used up today, and unusual spending.

use domain::budget::Budget;
use domain::spending::Spike;
use leptos::prelude::*;

use crate::pages::settings::spending::said;
use crate::ui::*;

/// One line for each budget, those that refused a call first.
pub(super) fn alerts(mut budgets: Vec<Budget>, spikes: Vec<Spike>) -> impl IntoView {
    budgets.sort_by_key(|budget| budget.used_up_at.is_none());
    let line = |budget: Budget| {
        let (tone, title, then) = match budget.used_up_at {
            Some(_) => {
                (Tone::Bad, "A budget is used up", "Its agents fall back to a template or a human until midnight UTC.")
            }
            None => (Tone::Warn, "A budget runs low", "Agents with a cheaper model speak with it now."),
        };
        let (spent, limit) = (budget.spent_micros.show(), budget.draft.limit_micros.show());
        let text = format!("{}: {spent} of {limit} spent today ({} %). {then} ", budget.target_name, budget.percent());
        view! {
            <li>
                <Banner tone=tone title=title>
                    {text}
                    <a class="font-medium underline" href="/settings/budgets">"Open the budgets"</a>
                </Banner>
            </li>
        }
    };
    let unusual = |spike: Spike| {
        view! {
            <li>
                <Banner tone=Tone::Warn title="Unusual spending">
                    {said(&spike)}
                    " "
                    <a class="font-medium underline" href="/settings/budgets">"Look at the days before"</a>
                </Banner>
            </li>
        }
    };
    view! {
        <ul class="flex flex-col gap-2 empty:hidden" aria-label="Budget alerts">
            {budgets.into_iter().map(line).collect_view()}
            {spikes.into_iter().map(unusual).collect_view()}
        </ul>
    }
}
