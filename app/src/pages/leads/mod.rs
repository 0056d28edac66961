//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn LeadsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Laid out next.
#[component]
pub fn ImportPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
