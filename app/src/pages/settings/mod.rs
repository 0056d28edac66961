//! Settings of the workspace: keys for programs, and budgets.

pub mod api;
mod budget_form;
mod budgets;
mod key_form;
mod keys;

use domain::access::{Right, Role};
use leptos::prelude::*;

use crate::session::use_me;
use crate::ui::{Tab, TabLinks};

pub use budgets::BudgetsPage;
pub use keys::KeysPage;

/// Whether whoever looks may change settings.
fn may_manage() -> bool {
    use_me().role.parse::<Role>().is_ok_and(|role| role.may(Right::Manage))
}

/// The way between the pages of the settings.
#[component]
fn SettingsTabs(
    /// Which one this is.
    current: &'static str,
) -> impl IntoView {
    view! {
        <TabLinks
            label="Settings"
            current=current.to_owned()
            items=vec![
                Tab::new("keys", "API keys").href("/settings/keys"),
                Tab::new("budgets", "Budgets").href("/settings/budgets"),
            ]
        />
    }
}
