//! Things that are on or off. Both are a real checkbox, so plain forms, keys and screen readers know them.

use leptos::ev::Event;
use leptos::prelude::*;

/// What a plain form knows the input by.
struct Names {
    id: Option<String>,
    name: Option<String>,
    value: Option<String>,
}

/// What a checkbox and a switch share: the input itself.
fn input(
    bind: Option<RwSignal<bool>>,
    checked: Signal<bool>,
    on_change: Option<Callback<bool>>,
    disabled: Signal<bool>,
    is_switch: bool,
    names: Names,
) -> impl IntoView {
    let Names { id, name, value } = names;
    let on = bind.map_or(checked, Into::into);
    let class = if is_switch {
        "peer relative h-5 w-8.5 shrink-0 appearance-none rounded-full bg-line-field transition-colors duration-150 \
         checked:bg-accent disabled:opacity-50 before:absolute before:top-0.5 before:left-0.5 before:size-4 before:rounded-full \
         before:bg-white before:shadow-xs before:transition-transform before:duration-150 checked:before:translate-x-3.5"
    } else {
        "peer relative size-4 shrink-0 appearance-none rounded-sm border border-line-field bg-surface transition-colors duration-100 \
         checked:border-accent checked:bg-accent hover:border-ink-3 disabled:opacity-50 \
         after:absolute after:left-[4.5px] after:top-[1.5px] after:hidden after:h-2 after:w-1 after:rotate-45 after:border-b-2 \
         after:border-r-2 after:border-white checked:after:block"
    };
    view! {
        <input
            type="checkbox"
            role=is_switch.then_some("switch")
            id=id
            name=name
            value=value
            class=class
            checked=on.get_untracked()
            prop:checked=move || on.get()
            disabled=move || disabled.get()
            on:change=move |event: Event| {
                let new = event_target_checked(&event);
                if let Some(bind) = bind {
                    bind.set(new);
                }
                if let Some(on_change) = on_change {
                    on_change.run(new);
                }
            }
        />
    }
}

/// What a checkbox and a switch share: the words beside it.
fn words(label: Signal<String>, hint: Option<String>, bare: bool) -> impl IntoView {
    if bare {
        return view! { <span class="sr-only">{move || label.get()}</span> }.into_any();
    }
    view! {
        <span class="min-w-0">
            <span class="block text-sm text-ink">{move || label.get()}</span>
            {hint.map(|hint| view! { <span class="mt-0.5 block text-xs text-ink-3">{hint}</span> })}
        </span>
    }
    .into_any()
}

/// A box to tick.
#[component]
pub fn Checkbox(
    /// Two ways at once.
    #[prop(optional)]
    bind: Option<RwSignal<bool>>,
    /// One way: whether it is ticked.
    #[prop(optional, into)]
    checked: Signal<bool>,
    /// What it is now.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
    /// What it means.
    #[prop(into)]
    label: Signal<String>,
    /// A second line.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The words are only read out: in table rows.
    #[prop(optional)]
    bare: bool,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its value in a plain form.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! {
        <label class="inline-flex min-w-0 items-start gap-2.5">
            <span class="flex h-5 items-center">{input(bind, checked, on_change, disabled, false, Names { id, name, value })}</span>
            {words(label, hint, bare)}
        </label>
    }
}

/// A switch: takes effect at once.
#[component]
pub fn Switch(
    /// Two ways at once.
    #[prop(optional)]
    bind: Option<RwSignal<bool>>,
    /// One way: whether it is on.
    #[prop(optional, into)]
    checked: Signal<bool>,
    /// What it is now.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
    /// What it means.
    #[prop(into)]
    label: Signal<String>,
    /// A second line.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The words are only read out.
    #[prop(optional)]
    bare: bool,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its value in a plain form.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! {
        <label class="inline-flex min-w-0 items-start gap-2.5">
            {input(bind, checked, on_change, disabled, true, Names { id, name, value })}
            {words(label, hint, bare)}
        </label>
    }
}
