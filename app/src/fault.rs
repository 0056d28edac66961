//! When the browser half cannot go on: what failed is told in words with a way back, and reported to the server by its place.
//!
//! The telling itself is the plain script `fault.js`, which stands in the head of every page, because it has to work when nothing of
//! this does. It also keeps what is typed and pressed before the browser half has taken over. Not here: failures that are values
//! (`error.rs`).

/// Runs in the head of every page: `fault.js` without its comments and indents.
#[cfg(feature = "ssr")]
pub fn script() -> &'static str {
    static SCRIPT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let lines = include_str!("fault.js").lines().map(str::trim).filter(|line| !line.starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    });
    &SCRIPT
}

/// The browser half has taken over: what was typed and pressed until now is handed to it.
pub fn hydrated() {
    #[cfg(feature = "hydrate")]
    {
        browser::HYDRATED.set(true);
        let _ = browser::call("ready", &[]);
    }
}

/// Whether the browser half has taken over.
pub fn is_hydrated() -> bool {
    #[cfg(feature = "hydrate")]
    return browser::HYDRATED.get();
    #[cfg(not(feature = "hydrate"))]
    true
}

/// The browser half panicked and is dead from now on. `place` is the file and the line, never what the panic said: that may hold what
/// somebody wrote.
pub fn panicked(place: &str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = browser::call("fault", &["panic", place]);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = place;
}

/// Tells the server of a failure that does not end the page.
pub fn report(kind: &'static str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = browser::call("report", &[kind, ""]);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = kind;
}

/// The server says which build it serves; another one than this page's is told.
pub fn compare(build: &str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = browser::call("compare", &[build]);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = build;
}

/// A page that stands there cannot be used yet, because a part of it could not be fetched; or it can, after all.
pub fn held_up(still: bool) {
    #[cfg(feature = "hydrate")]
    {
        let _ = browser::call(if still { "heldUp" } else { "whole" }, &[]);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = still;
}

/// Whether the server has another build by now. If so, `address` is being loaded anew already (empty: the window's own).
pub async fn is_replaced(address: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let Some(asked) = browser::call("replaced", &[address]) else { return false };
        let Ok(asked) = asked.dyn_into::<js_sys::Promise>() else { return false };
        wasm_bindgen_futures::JsFuture::from(asked).await.is_ok_and(|told| told.is_truthy())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = address;
        false
    }
}

/// Waits.
pub async fn pause(milliseconds: u32) {
    let (done, waiting) = futures::channel::oneshot::channel();
    let end = move || {
        let _ = done.send(());
    };
    leptos::prelude::set_timeout(end, std::time::Duration::from_millis(milliseconds.into()));
    let _ = waiting.await;
}

/// Shows that something is on its way, at the top of the window, as long as it lives.
pub struct Waits(());

/// Something is on its way: see [`Waits`].
pub fn waits() -> Waits {
    crate::ui::browser::set_root_attribute("data-waits", Some(""));
    Waits(())
}

impl Drop for Waits {
    fn drop(&mut self) {
        crate::ui::browser::set_root_attribute("data-waits", None);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;

    use js_sys::{Array, Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};

    thread_local! {
        pub(super) static HYDRATED: Cell<bool> = const { Cell::new(false) };
    }

    /// Calls a function of `fault.js`. Touches nothing reactive, so that it works while a panic is being told.
    pub(super) fn call(name: &str, told: &[&str]) -> Option<JsValue> {
        let outreach = Reflect::get(&js_sys::global(), &"outreach".into()).ok()?;
        let function: Function = Reflect::get(&outreach, &name.into()).ok()?.dyn_into().ok()?;
        let told: Array = told.iter().map(|word| JsValue::from_str(word)).collect();
        function.apply(&outreach, &told).ok()
    }
}
