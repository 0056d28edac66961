//! Settings of the workspace: keys for programs, budgets, channels, and the work list.

pub mod api;
mod budget_form;
mod budgets;
mod channels_form;
mod channels_page;
mod key_form;
mod keys;
pub(crate) mod spending;
mod work;

use domain::access::{Right, Role};
use leptos::prelude::*;

use crate::session::use_me;
use crate::ui::{Tab, TabLinks};

pub use budgets::BudgetsPage;
pub use channels_page::ChannelsPage;
pub use keys::KeysPage;
pub use work::WorkPage;

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
                Tab::new("channels", "Channels").href("/settings/channels"),
                Tab::new("work", "Work").href("/settings/work"),
            ]
        />
    }
}
