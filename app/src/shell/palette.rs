//! The two windows of the keyboard: Ctrl/Cmd+K goes somewhere, `?` says which keys there are.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::Place;
use crate::ui::{Dialog, Icon, Kbd, dialog};

const IMPORT: Place = Place { label: "Import leads", href: "/leads/import", icon: Icon::Upload };

/// The places whose name has every typed word.
fn matching(places: &[Place], typed: &str) -> Vec<Place> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |place: &&Place| {
        let label = place.label.to_lowercase();
        words.iter().all(|w| label.contains(w.as_str()))
    };
    places.iter().filter(fits).copied().collect()
}

/// Goes to a page by its name.
#[component]
pub(super) fn Palette(places: Vec<Place>, open: RwSignal<bool>) -> impl IntoView {
    const CLASS: &str = "mx-auto mb-auto mt-[12vh] w-[min(34rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line bg-surface p-0 \
        text-ink shadow-pop open:block open:animate-rise";
    let places: Vec<Place> = places.into_iter().chain([IMPORT]).collect();
    let navigate = StoredValue::new(use_navigate());
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0usize));
    let found = Memo::new(move |_| typed.with(|t| matching(&places, t)));
    let go = move |place: Place| {
        open.set(false);
        navigate.with_value(|navigate| navigate(place.href, Default::default()));
    };
    let on_key = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|n| *n = (*n + 1) % count),
            "ArrowUp" if count > 0 => at.update(|n| *n = (*n + count - 1) % count),
            "Enter" => {
                if let Some(place) = found.with_untracked(|f| f.get(at.get_untracked()).copied()) {
                    go(place);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    dialog::modal(open, None, CLASS, None, Signal::stored("Go to".to_owned()), move || {
        typed.set(String::new());
        at.set(0);
        view! {
            <div class="flex items-center gap-2.5 border-b border-line px-4">
                <span class="text-ink-3"><Icon icon=Icon::Search/></span>
                <input
                    type="text"
                    role="combobox"
                    aria-label="Go to"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || format!("palette-{}", at.get())
                    autocomplete="off"
                    placeholder="Go to…"
                    class="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        at.set(0);
                    }
                    on:keydown=on_key
                />
                <Kbd>"Esc"</Kbd>
            </div>
            <ul id="palette-list" role="listbox" aria-label="Pages" class="max-h-80 overflow-y-auto p-1.5">
                {move || {
                    let found = found.get();
                    if found.is_empty() {
                        return view! { <li class="px-3 py-6 text-center text-sm text-ink-3">"No page has that name."</li> }.into_any();
                    }
                    found
                        .into_iter()
                        .enumerate()
                        .map(|(n, place)| view! {
                            <li
                                id=format!("palette-{n}")
                                role="option"
                                aria-selected=move || if at.get() == n { "true" } else { "false" }
                                class="flex h-10 cursor-pointer items-center gap-3 rounded-md px-3 text-sm text-ink-2 aria-selected:bg-surface-3 aria-selected:text-ink"
                                on:mousemove=move |_| if at.get_untracked() != n { at.set(n) }
                                on:click=move |_| go(place)
                            >
                                <Icon icon=place.icon/>
                                {place.label}
                                <span class="ml-auto text-xs text-ink-3">{place.href}</span>
                            </li>
                        })
                        .collect_view()
                        .into_any()
                }}
            </ul>
        }
        .into_any()
    })
}

/// Whether the keys belong to a field at the moment.
fn is_typing(event: &KeyboardEvent) -> bool {
    event.target().is_some() && {
        let element = event_target::<leptos::web_sys::Element>(event);
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    }
}

/// The list of keys, and the listener for the two that work everywhere.
#[component]
pub(super) fn Shortcuts(
    page: RwSignal<&'static [(&'static str, &'static str)]>,
    open: RwSignal<bool>,
    palette: RwSignal<bool>,
) -> impl IntoView {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                palette.update(|open| *open = !*open);
            } else if event.key() == "?" && !is_typing(&event) {
                event.prevent_default();
                open.set(true);
            }
        });
        on_cleanup(move || handle.remove());
    });
    let row = |(keys, what): (&'static str, &'static str)| {
        let keys = keys.split('+').map(|key| view! { <Kbd>{key}</Kbd> }).collect_view();
        view! { <li class="flex items-center justify-between gap-4 py-1.5 text-sm">{what}<span class="flex gap-1">{keys}</span></li> }
    };
    view! {
        <Dialog open=open title="Keyboard shortcuts">
            {move || (!page.get().is_empty()).then(|| view! {
                <h3 class="text-xs font-medium text-ink-3">"This page"</h3>
                <ul class="mb-4">{page.get().iter().copied().map(row).collect_view()}</ul>
            })}
            <h3 class="text-xs font-medium text-ink-3">"Everywhere"</h3>
            <ul>
                {[("Ctrl+K", "Go to a page"), ("?", "This list"), ("Esc", "Close what is open"), ("Tab", "Next thing")].into_iter().map(row).collect_view()}
            </ul>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_word_counts_in_any_order() {
        let places = [IMPORT, Place { label: "Leads", href: "/leads", icon: Icon::Users }];
        assert_eq!(matching(&places, "").len(), 2);
        assert_eq!(matching(&places, "LEADS imp"), [IMPORT]);
        assert!(matching(&places, "agents").is_empty());
    }
}
