//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn InboxPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
