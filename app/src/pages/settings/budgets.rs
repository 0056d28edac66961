//! Budgets: what may be spent on models in a day, and how much of it is.

use domain::budget::{Budget, LOW_PERCENT};
use domain::id::BudgetId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{delete_budget, list_budgets, load_spending};
use super::budget_form::BudgetDialog;
use super::spending::SpendingCard;
use super::{SettingsTabs, may_manage};
use crate::live::use_live_calm;
use crate::shell::PageHead;
use crate::ui::*;

/// `/settings/budgets`
#[component]
pub fn BudgetsPage() -> impl IntoView {
    // Messages come when agents speak, and speaking spends.
    let live = use_live_calm(&["budget", "message"]);
    let budgets = Resource::new(move || live.get(), |_| list_budgets());
    let spending = Resource::new(move || live.get(), |_| load_spending());
    let open = RwSignal::new(false);
    let editing = RwSignal::new(None::<Budget>);
    let (asking, deleting) = (RwSignal::new(false), RwSignal::new(None::<(BudgetId, String)>));
    let toasts = use_toasts();
    let may = may_manage();
    let delete = move |()| {
        let Some((id, name)) = deleting.get_untracked() else { return };
        spawn_local(async move {
            match delete_budget(id).await {
                Ok(()) => toasts.success(format!("The budget of {name} is deleted.")),
                Err(error) => toasts.error(error.to_string()),
            }
            budgets.refetch();
        });
    };
    let edit = Callback::new(move |budget: Option<Budget>| {
        editing.set(budget);
        open.set(true);
    });
    let ask = Callback::new(move |budget: (BudgetId, String)| {
        deleting.set(Some(budget));
        asking.set(true);
    });
    view! {
        <PageHead
            title="Budgets"
            subtitle=Some("What may be spent on models in a day. Days begin at midnight UTC. Before each call its worst case is held back, so no limit is passed.".to_owned())
            actions=move || may.then(|| view! {
                <Button variant=Variant::Primary icon=Icon::Plus on_click=move |_| edit.run(None)>"New budget"</Button>
            })
        />
        <SettingsTabs current="budgets"/>
        <div class="mt-4">
            <Loaded resource=budgets steady=true let:budgets>
                {if budgets.is_empty() {
                    view! {
                        <Card flush=true>
                            <Empty icon=Icon::Dollar title="No budgets yet" text="Without one, nothing limits what agents and the gateway spend.">
                                {may.then(|| view! {
                                    <Button variant=Variant::Primary icon=Icon::Plus on_click=move |_| edit.run(None)>"New budget"</Button>
                                })}
                            </Empty>
                        </Card>
                    }
                    .into_any()
                } else {
                    view! {
                        <ul class="grid gap-3" aria-label="Budgets">
                            {budgets.into_iter().map(|budget| view! { <Row budget may edit ask/> }).collect_view()}
                        </ul>
                    }
                    .into_any()
                }}
            </Loaded>
        </div>
        <div class="mt-4 flex flex-col gap-4">
            <Loaded resource=spending steady=true let:spending>
                <SpendingCard spending/>
            </Loaded>
        </div>
        <BudgetDialog open=open editing=editing on_saved=Callback::new(move |()| budgets.refetch())/>
        <ConfirmDialog
            open=asking
            title=move || deleting.with(|d| d.as_ref().map_or_else(String::new, |(_, name)| format!("Delete the budget of {name}?")))
            confirm="Delete"
            danger=true
            on_confirm=delete
        >
            "Nothing limits this spending any more, but other budgets that apply. What was spent stays on record."
        </ConfirmDialog>
    }
}

#[component]
fn Row(budget: Budget, may: bool, edit: Callback<Option<Budget>>, ask: Callback<(BudgetId, String)>) -> impl IntoView {
    let percent = budget.percent();
    let tone = match i64::from(percent) {
        100.. => Tone::Bad,
        LOW_PERCENT.. => Tone::Warn,
        _ => Tone::Good,
    };
    let held = (budget.held_micros.0 > 0).then(|| format!("{} held for calls under way", budget.held_micros.show()));
    let state = match (budget.used_up_at, budget.warned_at) {
        (Some(at), _) => Some((Tone::Bad, "Refused a call", at)),
        (None, Some(at)) => Some((Tone::Warn, "Runs low since", at)),
        (None, None) => None,
    };
    let (id, name) = (budget.id, budget.target_name.clone());
    let limit = budget.draft.limit_micros;
    let kept = StoredValue::new(budget.clone());
    let buttons = may.then(|| {
        let (edit_label, delete_label) = (format!("Edit the budget of {name}"), format!("Delete the budget of {name}"));
        view! {
            <span class="flex items-center gap-1">
                <IconButton icon=Icon::Edit label=edit_label on_click=move |_| edit.run(Some(kept.get_value()))/>
                <IconButton icon=Icon::Trash label=delete_label on_click=move |_| ask.run((id, name.clone()))/>
            </span>
        }
    });
    view! {
        <li class="rounded-lg border border-line bg-surface p-4">
            <div class="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="min-w-0 truncate font-medium text-ink">{budget.target_name.clone()}</span>
                <Badge>{budget.draft.scope.label()}</Badge>
                {state.map(|(tone, words, at)| view! { <Badge tone=tone>{words}" "<When at=at time_only=true/></Badge> })}
                <span class="ml-auto">{buttons}</span>
            </div>
            <Progress done=budget.spent_micros.0 of=limit.0.max(1) label=format!("Spent today by {}", budget.target_name) tone=tone/>
            <div class="mt-2 flex flex-wrap justify-between gap-x-4 gap-y-1 text-xs text-ink-2">
                <span class="tabular-nums">
                    {format!("{} of {} spent today ({percent} %)", budget.spent_micros.show(), limit.show())}
                </span>
                {held.map(|text| view! { <span class="tabular-nums text-ink-3">{text}</span> })}
            </div>
        </li>
    }
}
