//! How the library is sorted: a menu for every figure, and column heads for the most asked ones. The address is the state.

use domain::library::AgentSort;
use leptos::prelude::*;

use crate::ui::{Column, Icon, Menu, MenuLink, Size, Sorted};

/// How the list is sorted now, and the address of another order.
#[derive(Clone)]
pub struct Order {
    /// By what.
    pub by: AgentSort,
    /// Whether the greatest stands first.
    pub down: bool,
    /// The address of an order.
    pub href: Callback<String, String>,
}

impl Order {
    /// The address that sorts by this; by the same once more turns it round.
    fn to(&self, by: AgentSort) -> String {
        let down = if self.by == by { !self.down } else { by.begins_down() };
        self.href.run(by.word(down))
    }

    /// A column whose head sorts.
    pub fn column(&self, label: &str, by: AgentSort) -> Column {
        let now = (self.by == by).then_some(if self.down { Sorted::Down } else { Sorted::Up });
        Column::new(label).sort(self.to(by), now)
    }
}

/// Every way to sort.
#[component]
pub fn SortMenu(
    /// How it is sorted now.
    order: Order,
) -> impl IntoView {
    let text = format!("Sort: {}", order.by.label().to_lowercase());
    view! {
        <Menu id="sort-agents" label="Sort the agents" icon=Icon::ChevronDown text=text size=Size::Small>
            {AgentSort::ALL
                .iter()
                .map(|by| {
                    let arrow = match (order.by == *by, order.down) {
                        (true, true) => " ↓",
                        (true, false) => " ↑",
                        (false, _) => "",
                    };
                    view! { <MenuLink href=order.to(*by)>{by.label()} {arrow}</MenuLink> }
                })
                .collect_view()}
        </Menu>
    }
}
