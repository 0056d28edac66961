//! Getting about: the rail, the same as a drawer on phones, and the bar at the bottom of a phone.

use leptos::prelude::*;

use super::Place;
use crate::ui::{Icon, browser, dialog};

/// The mark of the product.
#[component]
pub(super) fn Logo() -> impl IntoView {
    view! {
        <svg class="size-7" viewBox="0 0 32 32" fill="none" aria-hidden="true">
            <rect width="32" height="32" rx="8" class="fill-accent"></rect>
            <path d="M15.5 10.5a7 7 0 1 0 6 6" stroke="#fff" stroke-width="3" stroke-linecap="round"></path>
            <circle cx="22" cy="10" r="3.2" fill="#fff"></circle>
        </svg>
    }
}

/// How many wait, beside the inbox.
fn waiting_badge(waiting: Signal<i64>, slim: bool) -> impl IntoView {
    let class = if slim {
        "ml-auto rounded-full bg-accent px-1.5 text-2xs font-semibold text-accent-ink md:rail-slim:absolute md:rail-slim:right-1 md:rail-slim:top-0.5"
    } else {
        "absolute right-1/2 top-1 translate-x-5 rounded-full bg-accent px-1.5 text-2xs font-semibold text-accent-ink"
    };
    move || {
        let n = waiting.get();
        (n > 0).then(|| view! { <span class=class>{n.min(99)}<span class="sr-only">" waiting"</span></span> })
    }
}

/// The links, as the rail and the drawer show them.
fn links(places: Vec<Place>, path: Memo<String>, waiting: Signal<i64>) -> impl IntoView {
    places
        .into_iter()
        .map(|place| {
            let here = move || path.with(|p| place.holds(p)).then_some("page");
            view! {
                <li>
                    <a
                        href=place.href
                        title=place.label
                        aria-current=here
                        class="relative flex h-8.5 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-ink-2 transition-colors \
                               hover:bg-surface-3 hover:text-ink aria-[current=page]:bg-surface-3 aria-[current=page]:text-ink \
                               aria-[current=page]:[&>svg]:text-accent-text pointer-coarse:h-11"
                    >
                        <Icon icon=place.icon class="size-4.5"/>
                        <span class="truncate md:rail-slim:sr-only">{place.label}</span>
                        {(place.href == "/inbox").then(|| waiting_badge(waiting, true))}
                    </a>
                </li>
            }
        })
        .collect_view()
}

/// The rail of wide windows. Its width is an attribute of the document, set before the first paint and remembered in this browser.
#[component]
pub(super) fn Rail(places: Vec<Place>, path: Memo<String>, waiting: Signal<i64>, workspace: String) -> impl IntoView {
    let slim = RwSignal::new(false);
    Effect::new(move |_| slim.set(browser::stored("rail").as_deref() == Some("slim")));
    let toggle = move |_| {
        let now = !slim.get_untracked();
        slim.set(now);
        browser::store("rail", if now { "slim" } else { "wide" });
        browser::set_root_attribute("data-rail", now.then_some("slim"));
    };
    let words = move || if slim.get() { "Widen the navigation" } else { "Narrow the navigation" };
    view! {
        <aside class="sticky top-0 hidden h-dvh flex-col border-r border-line bg-surface-2 md:flex">
            <a href="/" class="flex h-13 items-center gap-2.5 px-4" title="Agent Outreach">
                <Logo/>
                <span class="min-w-0 rail-slim:sr-only">
                    <span class="block truncate text-sm font-semibold leading-4 text-ink">"Agent Outreach"</span>
                    <span class="block truncate text-2xs leading-4 text-ink-3">{workspace}</span>
                </span>
            </a>
            <nav aria-label="Main" class="min-h-0 flex-1 overflow-y-auto px-2.5 py-2">
                <ul class="space-y-0.5">{links(places, path, waiting)}</ul>
            </nav>
            <div class="border-t border-line p-2.5">
                <button
                    type="button"
                    class="flex h-8.5 w-full items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-3 transition-colors hover:bg-surface-3 hover:text-ink"
                    aria-expanded=move || if slim.get() { "false" } else { "true" }
                    title=words
                    on:click=toggle
                >
                    <Icon icon=Icon::Layout class="size-4.5"/>
                    <span class="truncate rail-slim:sr-only">{words}</span>
                </button>
            </div>
        </aside>
    }
}

/// The rail as a drawer, for phones.
#[component]
pub(super) fn RailDrawer(
    places: Vec<Place>,
    path: Memo<String>,
    waiting: Signal<i64>,
    open: RwSignal<bool>,
) -> impl IntoView {
    const CLASS: &str = "fixed inset-y-0 left-0 right-auto m-0 h-dvh max-h-dvh w-72 max-w-[85vw] border-r border-line bg-surface p-0 text-ink \
        shadow-pop open:flex open:animate-slide-right md:hidden";
    dialog::modal(open, None, CLASS, None, Signal::stored("Navigation".to_owned()), move || {
        view! {
            <div class="flex min-h-0 flex-1 flex-col">
                <div class="flex h-13 items-center gap-2.5 border-b border-line px-4">
                    <Logo/>
                    <span class="text-sm font-semibold">"Agent Outreach"</span>
                </div>
                <nav aria-label="Main" class="flex-1 overflow-y-auto p-2.5">
                    <ul class="space-y-0.5">{links(places.clone(), path, waiting)}</ul>
                </nav>
            </div>
        }
        .into_any()
    })
}

/// The four places a phone needs most, and the way to the others.
#[component]
pub(super) fn BottomBar(path: Memo<String>, waiting: Signal<i64>, drawer: RwSignal<bool>) -> impl IntoView {
    const ITEM: &str = "relative flex h-14 w-full flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-3 \
        aria-[current=page]:text-accent-text focus-visible:-outline-offset-2";
    let items = super::PLACES[..4]
        .iter()
        .copied()
        .map(|place| {
            let here = move || path.with(|p| place.holds(p)).then_some("page");
            view! {
                <li class="flex-1">
                    <a href=place.href aria-current=here class=ITEM>
                        <Icon icon=place.icon class="size-5"/>
                        {place.label}
                        {(place.href == "/inbox").then(|| waiting_badge(waiting, false))}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Main, short" class="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden low:hidden">
            <ul class="flex">
                {items}
                <li class="flex-1">
                    <button type="button" class=ITEM aria-haspopup="dialog" on:click=move |_| drawer.set(true)>
                        <Icon icon=Icon::Menu class="size-5"/>
                        "More"
                    </button>
                </li>
            </ul>
        </nav>
    }
}
