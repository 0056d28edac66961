//! One-line inputs. Not here: labels (see `field`), several lines (see `textarea`).

use std::time::Duration;

use leptos::ev::Event;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::Icon;
use super::field::Wiring;

/// The look every input shares.
pub(super) const INPUT: &str = "w-full min-w-0 rounded-md border border-line-field bg-surface text-sm text-ink transition-colors \
    duration-100 hover:border-ink-3 focus:border-accent-text focus:outline-2 focus:-outline-offset-1 focus:outline-accent-text \
    disabled:cursor-not-allowed disabled:bg-surface-2 disabled:text-ink-3 aria-invalid:border-bad";

/// The text an input shows: the bound signal if there is one, else `value`.
pub(super) fn shown(bind: Option<RwSignal<String>>, value: Signal<String>) -> Signal<String> {
    bind.map_or(value, Into::into)
}

/// A one-line text.
#[component]
pub fn TextInput(
    /// Two ways at once.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// One way: what it shows.
    #[prop(optional, into)]
    value: Signal<String>,
    /// Every change, as the new text.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Once the person is done (left the field or pressed Enter).
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// `text`, `email`, `password`, `tel`, `url`, `number`, `date`, `time`, `datetime-local`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Its id, outside a field.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its label, outside a field.
    #[prop(optional, into)]
    label: Option<String>,
    /// An example of what to write.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// Whether it takes no text.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether a plain form needs it.
    #[prop(optional)]
    required: bool,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// Whether the keyboard starts here.
    #[prop(optional)]
    autofocus: bool,
    /// An icon at its start.
    #[prop(optional)]
    icon: Option<Icon>,
    /// In the fixed-width face: ids, keys, URLs.
    #[prop(optional)]
    mono: bool,
    /// For numbers and times: the least, the most, the step.
    #[prop(optional, into)]
    min: Option<String>,
    /// The most.
    #[prop(optional, into)]
    max: Option<String>,
    /// The step.
    #[prop(optional, into)]
    step: Option<String>,
    /// Which keyboard phones show.
    #[prop(optional, into)]
    inputmode: Option<String>,
    /// The element, for pages that move the keyboard.
    #[prop(optional)]
    node: NodeRef<leptos::html::Input>,
) -> impl IntoView {
    let wiring = Wiring::new(id);
    let text = shown(bind, value);
    let pad = if icon.is_some() { "pl-8.5 pr-3" } else { "px-3" };
    let face = if mono { "font-mono" } else { "" };
    let input = view! {
        <input
            node_ref=node
            type=kind
            id=wiring.id.clone()
            name=name
            class=format!("{INPUT} h-8.5 pointer-coarse:h-10 {pad} {face}")
            value=text.get_untracked()
            prop:value=move || text.get()
            placeholder=move || placeholder.get()
            disabled=move || disabled.get()
            required=required
            autocomplete=autocomplete
            autofocus=autofocus
            min=min
            max=max
            step=step
            inputmode=inputmode
            aria-label=label
            aria-invalid=wiring.invalid()
            aria-describedby=wiring.described_by()
            on:input=move |event: Event| {
                let new = event_target_value(&event);
                if let Some(bind) = bind {
                    bind.set(new.clone());
                }
                if let Some(on_input) = on_input {
                    on_input.run(new);
                }
            }
            on:change=move |event: Event| {
                if let Some(on_change) = on_change {
                    on_change.run(event_target_value(&event));
                }
            }
        />
    };
    match icon {
        None => input.into_any(),
        Some(icon) => view! {
            <span class="relative block min-w-0">
                <span class="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-ink-3"><Icon icon=icon/></span>
                {input}
            </span>
        }
        .into_any(),
    }
}

/// A search field that waits for a pause in the typing.
#[component]
pub fn SearchBox(
    /// What is searched, for screen readers and as the example.
    #[prop(into)]
    label: String,
    /// What it shows, usually from the URL.
    #[prop(optional, into)]
    value: Signal<String>,
    /// The text, 250 ms after the last key.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its id.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    on_cleanup(move || {
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    });
    view! {
        <span class="relative block w-full min-w-0 sm:w-64" role="search">
            <span class="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-ink-3"><Icon icon=Icon::Search/></span>
            <input
                type="search"
                id=id
                name=name
                class=format!("{INPUT} h-8.5 pointer-coarse:h-10 pl-8.5 pr-3")
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
                value=value.get_untracked()
                prop:value=move || value.get()
                on:input=move |event: Event| {
                    let text = event_target_value(&event);
                    if let Some(running) = timer.get_value() {
                        running.clear();
                    }
                    let handle = set_timeout_with_handle(
                        move || {
                            if let Some(on_search) = on_search {
                                on_search.run(text);
                            }
                        },
                        Duration::from_millis(250),
                    );
                    timer.set_value(handle.ok());
                }
            />
        </span>
    }
}
