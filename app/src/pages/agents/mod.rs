//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn AgentsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
