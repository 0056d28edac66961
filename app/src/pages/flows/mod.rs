//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn FlowEditorPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
