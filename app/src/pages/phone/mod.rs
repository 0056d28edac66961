//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn PhonePage() -> impl IntoView {
    view! { <p>"…"</p> }
}
