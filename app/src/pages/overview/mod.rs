//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
