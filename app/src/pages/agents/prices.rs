//! What the agent's last conversations would have cost with another model: an estimate from the tokens that were really used.

use domain::agent::ModelChoice;
use domain::money::Micros;
use leptos::prelude::*;

use super::api::{ModelOption, Talked};
use crate::ui::{Badge, Column, Money, Table, Td, Tone, Tr};

/// The price of these tokens at this model's price per million.
fn estimate(talked: Talked, (input, output): (i64, i64)) -> Micros {
    let part = |tokens: i64, price: i64| (i128::from(tokens) * i128::from(price) + 500_000) / 1_000_000;
    let sum = part(talked.tokens_prompt, input) + part(talked.tokens_completion, output);
    Micros(i64::try_from(sum).unwrap_or(i64::MAX))
}

/// A table of what a switch would mean, the cheapest first.
#[component]
pub fn Prices(
    /// What can be picked.
    options: StoredValue<Vec<ModelOption>>,
    /// What the last conversations took.
    talked: Talked,
    /// The first model of the draft.
    #[prop(into)]
    current: Signal<Option<ModelChoice>>,
) -> impl IntoView {
    if talked.conversations == 0 {
        return view! {
            <p class="text-xs text-ink-3">"After its first conversations, this shows what they would have cost with another model."</p>
        }
        .into_any();
    }
    let mut rows: Vec<(ModelChoice, String, Micros)> = options.with_value(|all| {
        all.iter().filter_map(|o| Some((o.choice.clone(), o.label.clone(), estimate(talked, o.price?)))).collect()
    });
    rows.sort_by_key(|(_, _, cost)| *cost);
    view! {
        <section class="flex flex-col gap-2" aria-label="Estimated price if switched">
            <h3 class="text-sm font-medium text-ink">"Estimated price if switched"</h3>
            <p class="text-xs text-ink-3">
                {format!("The last {} conversations cost ", talked.conversations)} <Money amount=talked.cost/>
                ". Each model counts tokens differently, so this is an estimate."
            </p>
            <Table label="Estimated price of the last conversations" columns=vec![Column::new("Model"), Column::new("Estimated").number()]>
                {rows
                    .into_iter()
                    .map(|(choice, label, cost)| {
                        let is_current = move || current.with(|c| c.as_ref() == Some(&choice));
                        view! {
                            <Tr>
                                <Td label="Model">
                                    {label} " " {move || is_current().then(|| view! { <Badge tone=Tone::Accent>"First now"</Badge> })}
                                </Td>
                                <Td label="Estimated" number=true><Money amount=cost/></Td>
                            </Tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_multiplied_before_they_are_divided() {
        let talked = Talked { conversations: 1, tokens_prompt: 3_000_000_000, tokens_completion: 10, cost: Micros(0) };
        assert_eq!(estimate(talked, (150_000, 600_000)), Micros(450_000_006));
    }
}
