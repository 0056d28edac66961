//! The forced classes: how people in seven languages ask for prices, their money back, a court or a human.
//!
//! Each class has patterns that mean it and patterns that only look like it; the words of the latter are spent before the former
//! are tried. In doubt a class is found: a human who looks once too often costs less than a promise.

mod human;
mod legal;
mod pricing;
mod refund;

use std::sync::LazyLock;

use super::Forced;
use crate::skill::Escalation;
use crate::words::{Patterns, Text};

/// One class: what it is not, and what it is.
struct Class {
    reason: Escalation,
    not: Patterns,
    is: Patterns,
}

/// The gravest first: the first one found is the reason that is shown.
static CLASSES: LazyLock<[Class; 4]> = LazyLock::new(|| {
    let class = |reason, not, is| Class { reason, not: Patterns::parse(not), is: Patterns::parse(is) };
    [
        class(Escalation::Legal, legal::NOT, legal::IS),
        class(Escalation::Refund, refund::NOT, refund::IS),
        class(Escalation::HumanRequest, human::NOT, human::IS),
        class(Escalation::Pricing, pricing::NOT, pricing::IS),
    ]
});

/// Every forced class that a message touches, the gravest first.
pub(super) fn find(text: &Text) -> Vec<Forced> {
    CLASSES
        .iter()
        .filter_map(|class| {
            let mut spent = vec![false; text.words().len()];
            class.not.spend(text, &mut spent);
            let evidence = match class.is.find(text, &spent) {
                Some((from, to)) => text.quote(from, to),
                // Nothing but signs of money asks for a price too.
                None if class.reason == Escalation::Pricing && text.is_money_only() => "$".to_owned(),
                None => return None,
            };
            Some(Forced { reason: class.reason, evidence })
        })
        .collect()
}

/// The agent's own words that hand over.
pub(super) fn own(text: &Text, phrases: &[String]) -> Vec<Forced> {
    let found = phrases.iter().find_map(|phrase| text.find(&Text::read(phrase)));
    found
        .map(|(from, to)| Forced { reason: Escalation::AgentRule, evidence: text.quote(from, to) })
        .into_iter()
        .collect()
}
