//! Making a budget, or changing its limit.

use domain::budget::{Budget, BudgetDraft, BudgetScope, dollars};
use domain::problem::Problems;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{budget_targets, save_budget};
use crate::error::AppError;
use crate::ui::*;

/// The dialog. Whom a budget limits is chosen once; later only the limit changes.
#[component]
pub fn BudgetDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The budget that is changed; none for a new one.
    editing: RwSignal<Option<Budget>>,
    /// It was saved.
    on_saved: Callback<()>,
) -> impl IntoView {
    let scope = RwSignal::new(BudgetScope::Workspace.to_string());
    let (target, limit) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    let targets = LocalResource::new(move || {
        let is_open = open.get();
        async move { if is_open { budget_targets().await } else { Ok(super::api::Targets::default()) } }
    });
    Effect::new(move |_| {
        if open.get() {
            failure.set(None);
            target.set(String::new());
            let shown = editing.with_untracked(|e| e.as_ref().map(|b| b.draft.limit_micros.show()));
            limit.set(shown.unwrap_or_default().trim_start_matches('$').to_owned());
            scope.set(BudgetScope::Workspace.to_string());
        }
    });
    let chosen = Signal::derive(move || scope.get().parse().unwrap_or(BudgetScope::Workspace));
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        let mut problems = Problems::none();
        let limit_micros = problems.take("limit_micros", dollars(&limit.get_untracked())).unwrap_or_default();
        let id = editing.with_untracked(|e| e.as_ref().map(|b| b.id));
        let draft = match editing.with_untracked(|e| e.as_ref().map(|b| b.draft.clone())) {
            Some(old) => BudgetDraft { limit_micros, ..old },
            None => BudgetDraft {
                scope: chosen.get_untracked(),
                agent_id: target.get_untracked().parse().ok(),
                campaign_id: target.get_untracked().parse().ok(),
                limit_micros,
            },
        };
        if problems.is_empty() {
            problems = draft.check();
        }
        if !problems.is_empty() {
            failure.set(Some(AppError::Invalid { problems }));
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match save_budget(id, draft).await {
                Ok(budget) => {
                    toasts.success(format!("The budget of {} is saved.", budget.target_name));
                    open.set(false);
                    on_saved.try_run(());
                }
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let of = move |fields: &'static [&'static str]| {
        move || {
            let problems = failure.with(|f| f.as_ref().map_or_else(Problems::none, AppError::problems));
            fields.iter().find_map(|field| problems.of(field).map(str::to_owned))
        }
    };
    let options = Signal::derive(move || {
        let targets = targets.get().and_then(Result::ok).unwrap_or_default();
        let list = if chosen.get() == BudgetScope::Agent { targets.agents } else { targets.campaigns };
        list.into_iter().map(|(id, name)| Choice::new(id, name)).collect::<Vec<_>>()
    });
    let scopes = || BudgetScope::ALL.iter().map(|s| Choice::new(s.as_str(), s.label())).collect::<Vec<_>>();
    let is_new = move || editing.with(Option::is_none);
    let title = move || match editing.get() {
        Some(budget) => format!("Budget of {}", budget.target_name),
        None => "New budget".to_owned(),
    };
    view! {
        <Dialog
            open=open
            title=Signal::derive(title)
            footer=move || view! {
                <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary busy=busy on_click=move |_| save()>"Save"</Button>
            }
        >
            <form
                class="flex flex-col gap-5"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                {move || is_new().then(|| view! {
                    <Field id="budget-scope" label="Limits" problem=of(&["scope"])>
                        <Select bind=scope options=scopes()/>
                    </Field>
                })}
                {move || (is_new() && chosen.get() != BudgetScope::Workspace).then(|| view! {
                    <Field
                        id="budget-target"
                        label=Signal::derive(move || chosen.get().label().to_owned())
                        problem=of(&["agent_id", "campaign_id"])
                    >
                        <Select bind=target options=options placeholder="Choose …"/>
                    </Field>
                })}
                <Field id="budget-limit" label="Dollars a day" hint="At most; days begin at midnight UTC" problem=of(&["limit_micros"])>
                    <TextInput bind=limit placeholder="25.00".to_owned()/>
                </Field>
                <FormError error=move || failure.get().filter(|f| f.problems().is_empty())/>
            </form>
        </Dialog>
    }
}
