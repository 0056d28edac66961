//! A message template: its text with placeholders, and, for WhatsApp, whether it was approved.
//! Also the rule for placeholders, which flows use as well.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::TemplateId;
use crate::message::Channel;
use crate::problem::Problems;
use crate::text;

closed_list! {
    /// Where a template stands (spec CHN-20). Only WhatsApp needs approval; the others are usable as drafts.
    pub enum TemplateState {
        /// Being written.
        Draft = "draft",
        /// Sent to WhatsApp for approval.
        Submitted = "submitted",
        /// May be sent.
        Approved = "approved",
        /// WhatsApp said no.
        Rejected = "rejected",
    }
}

/// What an operator edits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateDraft {
    /// Lower-case words joined by underscores, unique per channel, as WhatsApp wants it.
    pub name: String,
    /// Over which channel it goes.
    pub channel: Channel,
    /// Language code, such as `en_US`.
    #[serde(default = "default_language")]
    pub language: String,
    /// The text, with `{{placeholders}}`. For a call: the script that is spoken.
    pub body: String,
}

fn default_language() -> String {
    "en_US".into()
}

impl TemplateDraft {
    /// Everything that keeps this template from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        let name = text::required(&mut problems, "name", &self.name, 60);
        if !name.is_empty() && !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            problems.add("name", "Use lower-case letters, digits and underscores only, such as lead_followup_1.");
        }
        let language = text::required(&mut problems, "language", &self.language, 10);
        if !language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            problems.add("language", "Give a language code such as en_US.");
        }
        if self.body.trim().is_empty() {
            problems.add("body", "The text must not be empty.");
        }
        text::long(&mut problems, "body", &self.body, self.channel.max_chars());
        for name in placeholders(&self.body) {
            if !KNOWN_PLACEHOLDERS.contains(&name.as_str()) {
                problems.add(
                    "body",
                    format!("Unknown placeholder {{{{{name}}}}}. Known: {}.", KNOWN_PLACEHOLDERS.join(", ")),
                );
            }
        }
        problems
    }
}

/// A template as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// What was last saved.
    #[serde(flatten)]
    pub draft: TemplateDraft,
    /// Where it stands.
    pub state: TemplateState,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The provider's id of the content (Twilio: `HX…`).
    pub provider_ref: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// The placeholders that can be filled for every lead (spec FLW-16).
pub const KNOWN_PLACEHOLDERS: &[&str] = &[
    "lead.name",
    "lead.first_name",
    "lead.phone",
    "lead.email",
    "lead.company",
    "lead.location",
    "lead.source",
    "agent.name",
    "campaign.name",
    "workspace.name",
    "reply",
];

/// A made-up person for previews and for reviewers: what each placeholder could stand for.
pub const SAMPLES: &[(&str, &str)] = &[
    ("lead.name", "Ada Larsen"),
    ("lead.first_name", "Ada"),
    ("lead.phone", "+14155550123"),
    ("lead.email", "ada@example.com"),
    ("lead.company", "Larsen Homes"),
    ("lead.location", "Oakland"),
    ("lead.source", "web form"),
    ("agent.name", "Mia"),
    ("campaign.name", "Spring viewings"),
    ("workspace.name", "Northside Realty"),
    ("reply", "Yes, tell me more"),
];

/// The names between `{{` and `}}`, each once, in order of appearance.
pub fn placeholders(body: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, tail)) = after.split_once("}}") else { break };
        let name = inside.trim().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        rest = tail;
    }
    names
}

/// What a placeholder stands for when nothing is known: a greeting must not read "Hi ,".
fn fallback(name: &str) -> &'static str {
    match name {
        "lead.name" | "lead.first_name" => "there",
        _ => "",
    }
}

/// The text with every placeholder filled. A missing or empty value becomes its fallback; what was filled in is never read again
/// for placeholders, so a lead's name cannot smuggle one in.
pub fn fill(body: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(body.len() + 32);
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, tail)) = after.split_once("}}") else {
            out.push_str(rest);
            return out;
        };
        out.push_str(before);
        let name = inside.trim();
        out.push_str(values.get(name).map(String::as_str).filter(|v| !v.trim().is_empty()).unwrap_or(fallback(name)));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// WhatsApp numbers its variables: the body with `{{1}}`, `{{2}}` …, and which placeholder each number stands for.
pub fn numbered(body: &str) -> (String, Vec<String>) {
    let names = placeholders(body);
    let numbers = names.iter().enumerate().map(|(i, n)| (n.clone(), format!("{{{{{}}}}}", i + 1))).collect();
    (fill(body, &numbers), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn placeholders_are_filled_once_and_missing_ones_read_well() {
        let known = values(&[("lead.first_name", "Ada"), ("reply", "{{lead.phone}}"), ("lead.phone", "+1")]);
        for (body, filled) in [
            ("Hi {{lead.first_name}}!", "Hi Ada!"),
            ("Hi {{ lead.first_name }}!", "Hi Ada!"),
            ("Hi {{lead.name}}!", "Hi there!"),
            ("{{reply}}", "{{lead.phone}}"),
            ("{{lead.company}}|{{broken", "|{{broken"),
            ("}} {{}} ok", "}}  ok"),
            ("", ""),
        ] {
            assert_eq!(fill(body, &known), filled, "{body}");
        }
    }

    #[test]
    fn whatsapp_variables_are_numbered_by_first_appearance() {
        let (body, names) = numbered("Hi {{lead.first_name}}, {{agent.name}} here. Bye {{lead.first_name}}");
        assert_eq!(body, "Hi {{1}}, {{2}} here. Bye {{1}}");
        assert_eq!(names, ["lead.first_name", "agent.name"]);
    }

    #[test]
    fn every_placeholder_has_a_sample() {
        assert_eq!(SAMPLES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), KNOWN_PLACEHOLDERS);
    }

    #[test]
    fn a_template_is_checked() {
        let good = TemplateDraft {
            name: "sms_followup_1".into(),
            channel: Channel::Sms,
            language: "en_US".into(),
            body: "Hi {{lead.first_name}}".into(),
        };
        assert!(good.check().is_empty());
        for bad in [
            TemplateDraft { name: "Bad Name".into(), ..good.clone() },
            TemplateDraft { name: String::new(), ..good.clone() },
            TemplateDraft { body: " ".into(), ..good.clone() },
            TemplateDraft { body: "{{lead.shoe_size}}".into(), ..good.clone() },
            TemplateDraft { body: "x".repeat(1601), ..good.clone() },
        ] {
            assert!(!bad.check().is_empty());
        }
    }
}
