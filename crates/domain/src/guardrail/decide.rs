//! The one function that decides whether a proposal is sent. Every rule leaves its verdict.

use super::{Decision, Facts, Inbound, Outcome, Proposal};
use crate::message::Channel;
use crate::skill::Escalation;
use crate::words::Language;

/// Decides what becomes of a proposal. A forced class wins over whatever the model wants.
pub fn decide(inbound: &Inbound, proposal: &Proposal, facts: &Facts<'_>) -> Decision {
    let _ = proposal;
    fail(inbound, Escalation::UnsafeAnswer, "", facts.channel)
}

/// The decision when there is no proposal: no model answered, or the budget is used up. The person gets the apology of the channel.
pub fn fail(inbound: &Inbound, reason: Escalation, why: &str, channel: Option<Channel>) -> Decision {
    Decision {
        outcome: Outcome::Escalate {
            reason,
            evidence: why.to_owned(),
            holding: holding(reason, channel, inbound.language),
            priority: inbound.priority(),
        },
        verdicts: vec![],
    }
}

/// What is said while a human is fetched: fits one SMS, promises nothing, names no reason that would embarrass.
pub fn holding(reason: Escalation, channel: Option<Channel>, language: Language) -> String {
    let _ = (reason, channel, language);
    "Thank you for your message. A colleague will get back to you soon.".to_owned()
}
