//! A choice from a list, with the browser's own list: the best one on phones.

use leptos::ev::Event;
use leptos::prelude::*;

use super::field::Wiring;
use super::input::{INPUT, shown};

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Shown, but not to be chosen now; say why in the label.
    pub disabled: bool,
}

impl Choice {
    /// A choice that can be made.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), disabled: false }
    }

    /// The same, but not to be chosen now.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// A drop-down list.
#[component]
pub fn Select(
    /// Two ways at once.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// One way: what is chosen.
    #[prop(optional, into)]
    value: Signal<String>,
    /// What was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// What there is.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// Shown while nothing is chosen, with an empty value.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Its id, outside a field.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its label, outside a field.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether nothing can be chosen.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Only as wide as its words.
    #[prop(optional)]
    narrow: bool,
) -> impl IntoView {
    let wiring = Wiring::new(id);
    let chosen = shown(bind, value);
    let width = if narrow { "sm:w-auto" } else { "" };
    let option = move |value: String, label: String, disabled: bool| {
        let is_chosen = chosen.with_untracked(|c| *c == value);
        // `prop:selected` follows the signal even when the list arrives after the value.
        let prop = {
            let value = value.clone();
            move || chosen.with(|c| *c == value)
        };
        view! { <option value=value selected=is_chosen prop:selected=prop disabled=disabled>{label}</option> }
    };
    view! {
        <select
            id=wiring.id.clone()
            name=name
            class=format!("{INPUT} select-arrow h-8.5 appearance-none pl-3 pr-8 pointer-coarse:h-10 {width}")
            disabled=move || disabled.get()
            aria-label=label
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described_by()
            on:change=move |event: Event| {
                let new = event_target_value(&event);
                if let Some(bind) = bind {
                    bind.set(new.clone());
                }
                if let Some(on_change) = on_change {
                    on_change.run(new);
                }
            }
        >
            {placeholder.map(|text| option(String::new(), text, false))}
            {move || options.get().into_iter().map(|c| option(c.value, c.label, c.disabled)).collect_view()}
        </select>
    }
}
