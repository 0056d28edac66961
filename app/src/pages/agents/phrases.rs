//! A list of words and phrases that is added to and taken from, one at a time.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::ui::{Button, Field, Icon, IconButton, Size, TextInput};

/// The phrases with a field that adds one.
#[component]
pub fn PhraseList(
    /// The field's id, unique in the page.
    id: &'static str,
    /// What the phrases are.
    label: &'static str,
    /// What becomes of them.
    hint: &'static str,
    /// What is wrong.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// The phrases.
    #[prop(into)]
    phrases: Signal<Vec<String>>,
    /// Changes them.
    #[prop(into)]
    on_change: Callback<Vec<String>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let phrase = text.get_untracked().trim().to_owned();
        let mut all = phrases.get_untracked();
        if !phrase.is_empty() && !all.iter().any(|p| p.to_lowercase() == phrase.to_lowercase()) {
            all.push(phrase);
            on_change.run(all);
        }
        text.set(String::new());
    };
    let is_empty = Signal::derive(move || text.with(|t| t.trim().is_empty()));
    view! {
        <form class="flex flex-col gap-2" on:submit=add>
            <Field id=id label=label hint=hint.to_owned() problem=problem>
                <span class="flex gap-2">
                    <TextInput bind=text placeholder="A word or a phrase".to_owned() autocomplete="off"/>
                    <Button kind="submit" icon=Icon::Plus of=format!("to {label}") disabled=is_empty>"Add"</Button>
                </span>
            </Field>
            <ul class="flex flex-wrap gap-1.5 empty:hidden" aria-label=label>
                <For each=move || phrases.get() key=|phrase| phrase.clone() let:phrase>
                    {
                        let (shown, gone) = (phrase.clone(), phrase.clone());
                        let remove = move |_| {
                            let left = phrases.get_untracked().into_iter().filter(|p| *p != gone).collect();
                            on_change.run(left);
                        };
                        view! {
                            <li class="inline-flex items-center gap-1 rounded-md border border-line bg-surface-2 py-0.5 pl-2 pr-0.5 text-xs text-ink">
                                {shown}
                                <IconButton icon=Icon::X size=Size::Small label=format!("Remove {phrase}") on_click=remove/>
                            </li>
                        }
                    }
                </For>
            </ul>
        </form>
    }
}
