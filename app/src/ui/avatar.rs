//! A person or an agent as initials on a colour that is always theirs.

use leptos::prelude::*;

use super::{Icon, Size};

/// The first letters of the first and the last word; `?` for nobody.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let letters: String = words.next().into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect();
    if letters.is_empty() { "?".to_owned() } else { letters }
}

/// One of six colours, from the name alone.
fn colour(name: &str) -> &'static str {
    let sum = name.bytes().fold(7u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)));
    match sum % 6 {
        0 => "bg-hue-1-soft text-hue-1",
        1 => "bg-hue-2-soft text-hue-2",
        2 => "bg-hue-3-soft text-hue-3",
        3 => "bg-hue-4-soft text-hue-4",
        4 => "bg-hue-5-soft text-hue-5",
        _ => "bg-hue-6-soft text-hue-6",
    }
}

/// Initials in a circle; an agent is a rounded square with a robot. Decoration: the name stands beside it.
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: String,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// Whether it is an agent.
    #[prop(optional)]
    bot: bool,
) -> impl IntoView {
    let size = match size {
        Size::Small => "size-6 text-2xs",
        Size::Medium => "size-8 text-xs",
        Size::Large => "size-11 text-base",
    };
    let shape = if bot { "rounded-md" } else { "rounded-full" };
    view! {
        <span
            class=format!("inline-flex shrink-0 select-none items-center justify-center font-semibold {size} {shape} {}", colour(&name))
            aria-hidden="true"
        >
            {if bot { view! { <Icon icon=Icon::Bot class="size-[60%]"/> }.into_any() } else { initials(&name).into_any() }}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_the_last_word() {
        for (name, shown) in
            [("Mia Long", "ML"), ("mia", "M"), ("Ana de la Cruz", "AC"), ("", "?"), ("+1 555", "15"), ("élan", "É")]
        {
            assert_eq!(initials(name), shown, "{name}");
        }
        assert_eq!(colour("Mia"), colour("Mia"));
    }
}
