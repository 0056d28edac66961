//! What a workspace decides for a channel (spec AGT-14): how long an answer may be, how it sounds, what stands around it.
//!
//! Not here: putting an answer into that form (`form`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{LEAST_ANSWER, SMS, plain};
use crate::agent::Tone;
use crate::id::ChannelConfigId;
use crate::message::Channel;
use crate::problem::Problems;
use crate::segments;
use crate::text;

/// The smallest limit: every holding text fits into it.
pub const LEAST_LENGTH: u32 = 100;
/// Where the answer stands in a template.
pub const ANSWER: &str = "{answer}";
/// What else a template may hold.
pub const PLACEHOLDERS: &[&str] = &["first_name", "agent", "workspace", "ticket"];

/// What an operator edits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelConfigDraft {
    /// The longest message, in characters, with what stands around the answer. A longer answer is shortened at the end of a sentence;
    /// over WhatsApp it becomes several messages.
    pub max_response_length: u32,
    /// How answers sound over this channel; without one, as the agent sounds.
    #[serde(default)]
    pub tone: Option<Tone>,
    /// What is sent: `{answer}` exactly once, and around it text that may hold `{first_name}`, `{agent}`, `{workspace}` and `{ticket}`.
    #[serde(default = "bare")]
    pub response_template: String,
}

fn bare() -> String {
    ANSWER.to_owned()
}

/// A channel's settings as they hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelConfig {
    /// The id of what was saved; none while the channel's own rules hold.
    pub id: Option<ChannelConfigId>,
    /// The channel.
    pub channel: Channel,
    /// What holds.
    #[serde(flatten)]
    pub draft: ChannelConfigDraft,
    /// When it was last changed; none while the channel's own rules hold.
    pub updated_at: Option<DateTime<Utc>>,
}

impl ChannelConfig {
    /// What holds while nothing was saved.
    pub fn derived(channel: Channel) -> Self {
        Self { id: None, channel, draft: ChannelConfigDraft::of(channel), updated_at: None }
    }
}

/// The longest message that a channel takes.
pub fn largest(channel: Channel) -> u32 {
    match channel {
        Channel::Sms => SMS,
        Channel::Whatsapp | Channel::Voice => channel.max_chars(),
    }
}

/// How much room a text takes in a message: signs that an SMS carries as two count twice.
pub(super) fn width(channel: Channel, text: &str) -> u32 {
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    match (channel, segments::cut(text)) {
        (Channel::Sms, cut) if !cut.unicode => cut.units,
        _ => chars,
    }
}

impl ChannelConfigDraft {
    /// The channel's own rules.
    pub fn of(channel: Channel) -> Self {
        Self { max_response_length: largest(channel), tone: None, response_template: bare() }
    }

    /// Everything that keeps it from being saved for a channel.
    pub fn check(&self, channel: Channel) -> Problems {
        let mut problems = Problems::none();
        let (most, label) = (largest(channel), channel.label());
        let limit = self.max_response_length;
        if !(LEAST_LENGTH..=most).contains(&limit) {
            problems.add(
                "max_response_length",
                format!("Over {label}, give a number of characters from {LEAST_LENGTH} to {most}."),
            );
        }
        let template = &self.response_template;
        text::long(&mut problems, "response_template", template, most);
        match template.matches(ANSWER).count() {
            1 => {}
            0 => problems.add("response_template", format!("Say where the answer stands: write {ANSWER} once.")),
            _ => problems.add("response_template", format!("{ANSWER} may stand in it only once.")),
        }
        if template.contains("{{") || template.contains("}}") {
            problems.add("response_template", format!("Use single braces here: {ANSWER}."));
        }
        for name in names(template) {
            if name != "answer" && !PLACEHOLDERS.contains(&name) {
                problems.add("response_template", format!("There is no {{{name}}}. Known: {ANSWER}, {}.", known()));
            }
        }
        // Names are filled in later, so only the words around them can be counted here; those may leave an answer no room at all.
        let around = width(channel, &words_of(channel, template));
        if problems.is_empty() && around.saturating_add(LEAST_ANSWER) > limit {
            problems.add(
                "response_template",
                format!(
                    "Its own {around} characters count as well: of {limit}, at least {LEAST_ANSWER} must be left for the answer."
                ),
            );
        }
        problems
    }
}

/// What a template may hold beside the answer, as it is written.
fn known() -> String {
    PLACEHOLDERS.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}

/// The names between braces, in order.
fn names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The template without anything that is filled in.
fn words_of(channel: Channel, template: &str) -> String {
    let mut words = template.replace(ANSWER, "");
    for name in PLACEHOLDERS {
        words = words.replace(&format!("{{{name}}}"), "");
    }
    if channel == Channel::Whatsapp { words } else { plain::keyboard(&words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(channel: Channel, limit: u32, template: &str) -> Vec<String> {
        let draft = ChannelConfigDraft {
            max_response_length: limit,
            response_template: template.into(),
            ..ChannelConfigDraft::of(channel)
        };
        draft.check(channel).0.into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn the_channels_own_rules_can_be_saved() {
        for channel in Channel::ALL {
            assert!(ChannelConfigDraft::of(*channel).check(*channel).is_empty(), "{channel}");
        }
    }

    #[test]
    fn a_limit_stays_within_what_the_channel_takes() {
        let wrong = ["max_response_length"];
        assert_eq!(problems(Channel::Sms, 161, ANSWER), wrong);
        assert_eq!(problems(Channel::Sms, 99, ANSWER), wrong);
        assert_eq!(problems(Channel::Whatsapp, 1601, ANSWER), wrong);
        assert_eq!(problems(Channel::Voice, 3000, ANSWER), [""; 0]);
    }

    #[test]
    fn a_template_holds_the_answer_once_and_only_names_that_are_known() {
        let wrong = ["response_template"];
        for template in ["", "Hello", "{answer} {answer}", "{answer} {phone}", "{{answer}}", "{answer} \0"] {
            assert_eq!(problems(Channel::Whatsapp, 300, template), wrong, "{template}");
        }
        let good = "Hi {first_name},\n{answer}\n{agent}, {workspace} ({ticket}) }{ :-)";
        assert_eq!(problems(Channel::Whatsapp, 300, good), [""; 0]);
    }

    #[test]
    fn a_templates_own_length_counts() {
        let around = |n: usize| format!("{}{ANSWER}", "x".repeat(n));
        assert_eq!(problems(Channel::Sms, 160, &around(120)), [""; 0]);
        assert_eq!(problems(Channel::Sms, 160, &around(121)), ["response_template"]);
        assert_eq!(problems(Channel::Sms, 100, &around(61)), ["response_template"]);
        // The euro takes the room of two; a picture is left out of an SMS and takes none.
        assert_eq!(problems(Channel::Sms, 160, &format!("{}{ANSWER}", "€".repeat(61))), ["response_template"]);
        assert_eq!(problems(Channel::Sms, 160, &format!("{}{ANSWER}🎉", "x".repeat(120))), [""; 0]);
    }

    #[test]
    fn every_holding_text_fits_into_the_smallest_limit() {
        use crate::guardrail::holding;
        use crate::skill::Escalation;
        use crate::words::Language;
        for language in Language::ALL {
            for reason in Escalation::ALL {
                let text = holding(*reason, Some(Channel::Sms), *language);
                assert!(width(Channel::Sms, &text) <= LEAST_LENGTH, "{text}");
            }
        }
    }
}
