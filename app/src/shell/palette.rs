//! The two windows of the keyboard: Ctrl/Cmd+K goes somewhere, `?` says which keys there are.

mod api;

use std::time::Duration;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use self::api::{Found, Kind, find_by_name};
use super::Place;
use crate::ui::{Dialog, Icon, Kbd, browser, dialog};

const IMPORT: Place = Place { label: "Import leads", href: "/leads/import", icon: Icon::Upload };

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    icon: Icon,
    label: String,
    note: String,
    href: String,
}

impl Target {
    fn of_place(place: Place) -> Self {
        Self { icon: place.icon, label: place.label.into(), note: place.href.into(), href: place.href.into() }
    }

    fn of_found(found: &Found) -> Self {
        let (icon, note) = match found.kind {
            Kind::Lead => (Icon::User, "Lead"),
            Kind::Campaign => (Icon::Megaphone, "Campaign"),
            Kind::Agent => (Icon::Bot, "Agent"),
        };
        Self { icon, label: found.label.clone(), note: note.into(), href: found.href.clone() }
    }
}

/// The places whose name has every typed word.
fn matching(places: &[Place], typed: &str) -> Vec<Place> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |place: &&Place| {
        let label = place.label.to_lowercase();
        words.iter().all(|w| label.contains(w.as_str()))
    };
    places.iter().filter(fits).copied().collect()
}

/// Goes to a page, a lead, a campaign or an agent by its name.
#[component]
pub(super) fn Palette(places: Vec<Place>, open: RwSignal<bool>) -> impl IntoView {
    const CLASS: &str = "mx-auto mb-auto mt-[12vh] w-[min(34rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line bg-surface p-0 \
        text-ink shadow-pop open:block open:animate-rise";
    let places: Vec<Place> = places.into_iter().chain([IMPORT]).collect();
    let navigate = StoredValue::new(use_navigate());
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0usize));
    // What the server found for the text that was typed last.
    let named = RwSignal::new(Vec::<Found>::new());
    let found = Memo::new(move |_| {
        let pages = typed.with(|t| matching(&places, t)).into_iter().map(Target::of_place);
        named.with(|named| pages.chain(named.iter().map(Target::of_found)).collect::<Vec<_>>())
    });
    let ask = move |text: String| {
        if text.trim().chars().count() < 2 {
            return named.set(Vec::new());
        }
        let asked = move || {
            if typed.try_with_untracked(|t| *t == text) != Some(true) {
                return;
            }
            spawn_local(async move {
                // A failure finds nothing; the pages are there all the same.
                let all = find_by_name(text.clone()).await.unwrap_or_default();
                if typed.try_with_untracked(|t| *t == text) == Some(true) {
                    named.set(all);
                }
            });
        };
        set_timeout(asked, Duration::from_millis(200));
    };
    let go = move |target: Target| {
        open.set(false);
        navigate.with_value(|navigate| navigate(&target.href, Default::default()));
    };
    let on_key = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|n| *n = (*n + 1) % count),
            "ArrowUp" if count > 0 => at.update(|n| *n = (*n + count - 1) % count),
            "Enter" => {
                if let Some(target) = found.with_untracked(|f| f.get(at.get_untracked()).cloned()) {
                    go(target);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    dialog::modal(open, None, CLASS, None, Signal::stored("Go to".to_owned()), move || {
        typed.set(String::new());
        named.set(Vec::new());
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
                        let text = event_target_value(&event);
                        typed.set(text.clone());
                        at.set(0);
                        ask(text);
                    }
                    on:keydown=on_key
                />
                <Kbd>"Esc"</Kbd>
            </div>
            <ul id="palette-list" role="listbox" aria-label="Found" class="max-h-80 overflow-y-auto p-1.5">
                {move || {
                    let found = found.get();
                    if found.is_empty() {
                        return view! { <li class="px-3 py-6 text-center text-sm text-ink-3">"Nothing has that name."</li> }.into_any();
                    }
                    found
                        .into_iter()
                        .enumerate()
                        .map(|(n, target)| {
                            let Target { icon, label, note, .. } = target.clone();
                            view! {
                            <li
                                id=format!("palette-{n}")
                                role="option"
                                aria-selected=move || if at.get() == n { "true" } else { "false" }
                                class="flex h-10 cursor-pointer items-center gap-3 rounded-md px-3 text-sm text-ink-2 aria-selected:bg-surface-3 aria-selected:text-ink"
                                on:mousemove=move |_| if at.get_untracked() != n { at.set(n) }
                                on:click=move |_| go(target.clone())
                            >
                                <Icon icon=icon/>
                                <span class="min-w-0 truncate">{label}</span>
                                <span class="ml-auto shrink-0 text-xs text-ink-3">{note}</span>
                            </li>
                        }})
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

/// Takes the keyboard out of a field, so that the page's keys work again; what was typed stays. In a window over the page Esc closes that.
fn leave_field(event: &KeyboardEvent) {
    use leptos::wasm_bindgen::JsCast;
    let element = event_target::<leptos::web_sys::Element>(event);
    let in_window = element.closest("dialog, [popover]").ok().flatten().is_some();
    if !in_window && let Some(field) = element.dyn_ref::<leptos::web_sys::HtmlElement>() {
        let _ = field.blur();
    }
}

/// The list of keys, and the listener for those that work everywhere.
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
            } else if event.key() == "Escape" && !event.default_prevented() && is_typing(&event) {
                leave_field(&event);
            }
        });
        // A refused save shows the first field that it is about; a second press finds the same problems, and no field changes.
        let submitted = window_event_listener(ev::submit, |_| {
            browser::ask_for_save(true);
            browser::show_problem();
        });
        let pressed = window_event_listener(ev::click, |event| {
            let target = event_target::<leptos::web_sys::Element>(&event);
            // Any other press begins something else; that of a form's own button comes as `submit`, right behind this.
            browser::ask_for_save(target.closest("[data-footer] button").ok().flatten().is_some());
            browser::show_problem();
        });
        let typed = window_event_listener(ev::input, |_| browser::ask_for_save(false));
        on_cleanup(move || {
            handle.remove();
            submitted.remove();
            pressed.remove();
            typed.remove();
        });
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
                {[("Ctrl+K", "Go to a page"), ("?", "This list"), ("Esc", "Close what is open, or leave a field"), ("Tab", "Next thing")].into_iter().map(row).collect_view()}
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
