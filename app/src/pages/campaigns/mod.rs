//! Laid out next.

use leptos::prelude::*;

/// Laid out next.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    view! { <p>"…"</p> }
}

/// Laid out next.
#[component]
pub fn CampaignPage() -> impl IntoView {
    view! { <p>"…"</p> }
}
