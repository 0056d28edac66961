//! The WASM entry: what becomes of a panic, then hydration. Nothing else, ever.

/// Called by the hydration script once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let place = info.location().map(|at| format!("{}:{}:{}", at.file(), at.line(), at.column()));
        app::fault::panicked(&place.unwrap_or_default());
    }));
    wasm_bindgen_futures::spawn_local(async {
        // Not `hydrate_lazy`, which tells nobody when it is done: it waits for the page's part first.
        leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), app::App).await.forget();
        app::fault::hydrated();
    });
}
