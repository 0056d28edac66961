//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
