//! What an address shows that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

/// The page for unknown addresses; the server answers with 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <main class="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
            <p class="text-sm font-medium text-ink-3">"404"</p>
            <h1 class="text-2xl font-semibold">"There is no such page"</h1>
            <p class="max-w-sm text-ink-2">"The address may be mistyped, or what it showed was deleted."</p>
            <a class="mt-2 font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href="/">"Go to the overview"</a>
        </main>
    }
}
