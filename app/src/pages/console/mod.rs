//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn ConsolePage() -> impl IntoView {
    view! { <p>"…"</p> }
}
