//! Switching between parts of a page: by links (each part has an address) or in place.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    key: String,
    label: String,
    href: String,
    count: Option<i64>,
}

impl Tab {
    /// A tab with its key and its words.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), href: String::new(), count: None }
    }

    /// Where it leads, for [`TabLinks`].
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }

    /// How many things are in it.
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

const TAB: &str = "relative -mb-px inline-flex items-center gap-1.5 whitespace-nowrap border-b-2 border-transparent px-0.5 pb-2.5 pt-1 \
    text-sm font-medium text-ink-3 transition-colors hover:text-ink aria-[current=page]:border-accent-text aria-[current=page]:text-ink \
    aria-selected:border-accent-text aria-selected:text-ink pointer-coarse:py-3";

fn count(count: Option<i64>) -> impl IntoView {
    count.map(|n| view! { <span class="rounded-full bg-surface-3 px-1.5 text-2xs font-medium text-ink-2">{n}</span> })
}

/// Tabs that are links.
#[component]
pub fn TabLinks(
    /// What they switch, for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs, each with its `href`.
    items: Vec<Tab>,
    /// The key of the one that is shown.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let links = items
        .into_iter()
        .map(|Tab { key, label, href, count: n }| {
            let here = move || current.with(|c| *c == key).then_some("page");
            view! { <a class=TAB href=href aria-current=here data-noscroll="true">{label}{count(n)}</a> }
        })
        .collect_view();
    view! {
        <nav aria-label=label class="fade-more flex gap-4 overflow-x-auto border-b border-line">{links}</nav>
    }
}

/// Moves the choice with the arrow keys, as tab lists do.
fn on_arrows(keys: StoredValue<Vec<String>>, selected: RwSignal<String>) -> impl Fn(KeyboardEvent) + Clone + 'static {
    move |event| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        let next = keys.with_value(|keys| {
            let at = keys.iter().position(|k| selected.with_untracked(|s| s == k))?;
            let at = (i64::try_from(at).ok()? + step).rem_euclid(i64::try_from(keys.len()).ok()?);
            keys.get(usize::try_from(at).ok()?).cloned()
        });
        if let Some(next) = next {
            super::browser::focus(&format!("tab-{next}"));
            selected.set(next);
        }
    }
}

/// Tabs that switch in place. The page shows the panel of the chosen key, with `role="tabpanel"`.
#[component]
pub fn TabButtons(
    /// What they switch, for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs; their keys are unique in the page.
    items: Vec<Tab>,
    /// The key of the one that is shown.
    selected: RwSignal<String>,
) -> impl IntoView {
    view! {
        <div role="tablist" aria-label=label class="fade-more flex gap-4 overflow-x-auto border-b border-line">{buttons(items, selected, TAB)}</div>
    }
}

const PILL: &str = "inline-flex h-7 items-center gap-1.5 whitespace-nowrap rounded-sm px-2.5 text-xs font-medium text-ink-2 \
    transition-colors hover:text-ink aria-selected:bg-surface aria-selected:text-ink aria-selected:shadow-xs \
    dark:aria-selected:bg-line-strong pointer-coarse:h-9";

/// A pill switch for two to four short words.
#[component]
pub fn Segmented(
    /// What it switches, for screen readers.
    #[prop(into)]
    label: String,
    /// The choices; their keys are unique in the page.
    items: Vec<Tab>,
    /// The key of the chosen one.
    selected: RwSignal<String>,
) -> impl IntoView {
    view! {
        <div role="tablist" aria-label=label class="fade-more inline-flex max-w-full gap-0.5 overflow-x-auto rounded-md bg-surface-3 p-0.5">
            {buttons(items, selected, PILL)}
        </div>
    }
}

fn buttons(items: Vec<Tab>, selected: RwSignal<String>, class: &'static str) -> impl IntoView {
    let keys = StoredValue::new(items.iter().map(|t| t.key.clone()).collect::<Vec<_>>());
    let arrows = on_arrows(keys, selected);
    items
        .into_iter()
        .map(|Tab { key, label, count: n, .. }| {
            let is = {
                let key = key.clone();
                move || selected.with(|s| *s == key)
            };
            let (is_selected, is_reached) = (is.clone(), is);
            let id = format!("tab-{key}");
            view! {
                <button
                    type="button"
                    role="tab"
                    id=id
                    class=class
                    aria-selected=move || if is_selected() { "true" } else { "false" }
                    tabindex=move || if is_reached() { "0" } else { "-1" }
                    on:click=move |_| selected.set(key.clone())
                    on:keydown=arrows.clone()
                >
                    {label}
                    {count(n)}
                </button>
            }
        })
        .collect_view()
}
