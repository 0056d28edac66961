//! What an agent does when money is short: its own limit a day, the cheaper model, the template, in the order in which they hold.

use domain::money::Micros;
use leptos::prelude::*;

use super::api::ModelOption;
use super::draft::Editing;
use super::models::parse;
use crate::ui::{Choice, Field, Select, TextInput};

/// Three fields of the model section.
#[component]
pub fn WhenMoneyIsShort(
    /// What is being edited.
    editing: Editing,
    /// What can be picked.
    options: StoredValue<Vec<ModelOption>>,
    /// Names of templates, each with its channels.
    templates: StoredValue<Vec<(String, String)>>,
) -> impl IntoView {
    let draft = editing.draft;
    view! {
        <Field
            id="agent-budget" label="Daily budget (US dollars)" optional=true
            hint="Beyond it the cheaper model speaks, then the template, then a human. Empty: no limit of its own."
            problem=editing.problem("daily_budget_micros")
        >
            <TextInput
                kind="number" min="0" step="0.01" inputmode="decimal"
                value=move || draft.with(|d| d.daily_budget_micros.map(dollars).unwrap_or_default())
                on_change=move |text: String| draft.update(|d| d.daily_budget_micros = micros(&text))
            />
        </Field>
        <CheaperModel editing options/>
        <BudgetTemplate editing templates/>
    }
}

/// The template that is sent when no model can be paid any more.
#[component]
fn BudgetTemplate(editing: Editing, templates: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    let draft = editing.draft;
    let choices = move || {
        let mut all = vec![Choice::new("", "None: a human takes over")];
        all.extend(templates.with_value(|known| {
            known
                .iter()
                .map(|(name, channels)| Choice::new(name.clone(), format!("{name} ({channels})")))
                .collect::<Vec<_>>()
        }));
        let current = draft.with(|d| d.budget_template.clone());
        if let Some(name) = current.filter(|name| templates.with_value(|known| !known.iter().any(|(n, _)| n == name))) {
            all.push(Choice::new(name.clone(), format!("{name} (does not exist any more)")));
        }
        all
    };
    view! {
        <Field
            id="agent-budget-template" label="Template when the budget is used up"
            hint="Sent once in a conversation, on the channels that have it. Then a human answers."
            problem=editing.problem("budget_template")
        >
            <Select
                value=move || draft.with(|d| d.budget_template.clone().unwrap_or_default())
                on_change=move |name: String| draft.update(|d| d.budget_template = Some(name).filter(|n| !n.is_empty()))
                options=Signal::derive(choices)
            />
        </Field>
    }
}

/// Dollars in their field, with cents and no more digits than needed.
fn dollars(amount: Micros) -> String {
    let (whole, part) = (amount.0 / 1_000_000, amount.0 % 1_000_000);
    match part {
        0 => whole.to_string(),
        _ => format!("{whole}.{:06}", part).trim_end_matches('0').to_owned(),
    }
}

/// What was typed as dollars; nothing for an empty field or what is no number.
fn micros(text: &str) -> Option<Micros> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    Some(Micros(whole.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)?))
}

/// The model that speaks when a budget runs low.
#[component]
fn CheaperModel(editing: Editing, options: StoredValue<Vec<ModelOption>>) -> impl IntoView {
    let draft = editing.draft;
    let choices = move || {
        let mut all = vec![Choice::new("", "None")];
        all.extend(options.with_value(|known| {
            known.iter().map(|o| Choice::new(o.choice.to_string(), o.label.clone())).collect::<Vec<_>>()
        }));
        let current = draft.with(|d| d.cheaper_model.clone());
        if let Some(choice) = current.filter(|c| options.with_value(|known| !known.iter().any(|o| o.choice == *c))) {
            all.push(Choice::new(choice.to_string(), format!("{choice} (not set up here)")));
        }
        all
    };
    view! {
        <Field id="agent-cheaper" label="Cheaper model" hint="Speaks when a budget runs low." problem=editing.problem("cheaper_model.model")>
            <Select
                value=move || draft.with(|d| d.cheaper_model.as_ref().map(ToString::to_string).unwrap_or_default())
                on_change=move |value: String| draft.update(|d| d.cheaper_model = parse(&value))
                options=Signal::derive(choices)
            />
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_survive_their_field() {
        for (text, amount) in [
            ("", None),
            ("2", Some(2_000_000)),
            ("0.05", Some(50_000)),
            (".5", Some(500_000)),
            ("x", None),
            ("1.2345678", Some(1_234_567)),
        ] {
            assert_eq!(micros(text), amount.map(Micros), "{text}");
        }
        for (amount, text) in [(0, "0"), (2_000_000, "2"), (50_000, "0.05"), (1_500_000, "1.5")] {
            assert_eq!(dollars(Micros(amount)), text);
        }
    }
}
