//! The steps of the window's history: asks before somebody leaves what is not saved, by Back or Forward, by a link, by closing or reloading
//! the window; and takes the step back that a drawer was opened with, when it is closed.
//!
//! Not here: the question itself, and what is unsaved.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Begins to listen. Call once, in the app's root, before the router is made: it must hear of Back first, and the window tells its
/// listeners in the order in which they came, capturing or not.
pub fn listen_for_back() {
    #[cfg(feature = "hydrate")]
    browser::listen();
}

/// While `unsaved`, Back stays where it is and `ask` is called instead. Call in a component's body, below the router.
pub fn ask_before_back(unsaved: Signal<bool>, ask: Callback<()>) {
    let location = use_location();
    let here = Signal::derive(move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        let search = search.trim_start_matches('?');
        if search.is_empty() { path } else { format!("{path}?{search}") }
    });
    #[cfg(feature = "hydrate")]
    browser::watch(unsaved, here, ask);
    #[cfg(not(feature = "hydrate"))]
    let _ = (unsaved, here, ask);
}

/// Asks before the window is left while `unsaved`.
pub fn guard_leaving(unsaved: Signal<bool>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::beforeunload, move |event| {
            if unsaved.try_get_untracked() == Some(true) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = unsaved;
}

/// Stops a click on a link that would leave the page while `unsaved`, before the router sees it, and tells where it would have gone.
pub fn guard_links(unsaved: Signal<bool>, leave: Callback<String>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use wasm_bindgen::JsCast;
        use wasm_bindgen::closure::Closure;
        let seen = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
            if unsaved.try_get_untracked() != Some(true) {
                return;
            }
            if let Some(href) = browser::leads_away(&event) {
                event.prevent_default();
                event.stop_propagation();
                leave.run(href);
            }
        });
        let handler = seen.as_ref().unchecked_ref();
        // The router listens at the window; what is caught on the way down never comes to it.
        let _ = document().add_event_listener_with_callback_and_bool("click", handler, true);
        let kept = StoredValue::new_local(seen);
        on_cleanup(move || {
            kept.try_with_value(|seen| {
                let handler = seen.as_ref().unchecked_ref();
                let _ = document().remove_event_listener_with_callback_and_bool("click", handler, true);
            });
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (unsaved, leave);
}

/// Leaves what the address opened, such as a drawer: back to where it was opened from, so that Back does not open it again. What was
/// opened in any other way, by a link from elsewhere or over another one, gives its step in the history to the address it is called with.
pub fn leave_opened(opened: Memo<Option<String>>) -> Callback<String> {
    let navigate = StoredValue::new(use_navigate());
    let from_here = StoredValue::new(false);
    Effect::new(move |before: Option<Option<String>>| {
        let now = opened.get();
        if before.as_ref() != Some(&now) {
            from_here.set_value(before == Some(None) && now.is_some());
        }
        now
    });
    Callback::new(move |href: String| {
        if from_here.get_value() {
            return go_back();
        }
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|go| go(&href, options));
    })
}

/// Goes back without being asked.
pub fn go_back() {
    #[cfg(feature = "hydrate")]
    browser::go_back();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};

    use leptos::prelude::*;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};

    #[derive(Clone, Copy)]
    struct Watch {
        id: u32,
        unsaved: Signal<bool>,
        here: Signal<String>,
        ask: Callback<()>,
    }

    thread_local! {
        static WATCHES: RefCell<Vec<Watch>> = const { RefCell::new(Vec::new()) };
        static NEXT: Cell<u32> = const { Cell::new(0) };
        static LET_THROUGH: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn watch(unsaved: Signal<bool>, here: Signal<String>, ask: Callback<()>) {
        let id = NEXT.get();
        NEXT.set(id.wrapping_add(1));
        WATCHES.with_borrow_mut(|all| all.push(Watch { id, unsaved, here, ask }));
        on_cleanup(move || WATCHES.with_borrow_mut(|all| all.retain(|w| w.id != id)));
    }

    pub(super) fn go_back() {
        LET_THROUGH.set(true);
        if window().history().and_then(|history| history.back()).is_err() {
            LET_THROUGH.set(false);
        }
    }

    /// Listens once for the whole app.
    pub(super) fn listen() {
        let on_pop = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| {
            if LET_THROUGH.replace(false) {
                return;
            }
            let found = WATCHES
                .with_borrow(|all| all.iter().rev().find(|w| w.unsaved.try_get_untracked() == Some(true)).copied());
            let Some(watch) = found else { return };
            event.stop_immediate_propagation();
            // The address has moved already; it is put back, so that it says what is shown.
            if let (Ok(history), Some(here)) = (window().history(), watch.here.try_get_untracked()) {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
            }
            watch.ask.run(());
        });
        let handler = on_pop.as_ref().unchecked_ref();
        let _ = window().add_event_listener_with_callback("popstate", handler);
        on_pop.forget();
    }

    /// Where in the app a click goes, when it goes to another page in this very window.
    pub(super) fn leads_away(event: &web_sys::MouseEvent) -> Option<String> {
        if event.button() != 0 || event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() {
            return None;
        }
        let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        let link: web_sys::HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
        let location = window().location();
        // What opens elsewhere leaves nothing; what leaves the site is asked about by the browser itself.
        let stays = !link.target().is_empty() && link.target() != "_self"
            || link.has_attribute("download")
            || link.rel().split_whitespace().any(|word| word == "external")
            || link.origin() != location.origin().ok()?
            || link.pathname() == location.pathname().ok()?;
        (!stays).then(|| format!("{}{}{}", link.pathname(), link.search(), link.hash()))
    }
}
