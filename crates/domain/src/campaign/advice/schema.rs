//! The shape in which a model gives its advice: one schema for each of the four parts, closed over what the campaign has.

use serde_json::{Value, json};

use super::{EARLIEST_HOUR, EVERYBODY, Facts, LATEST_HOUR, LONGEST_WAIT_HOURS, MOST_LEADS, Recommendation, Weekday};

/// One of these words; any text where there are none, since an empty list is no schema.
fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { json!({ "type": "string" }) } else { json!({ "type": "string", "enum": words }) }
}

fn text(told: &str) -> Value {
    json!({ "type": "string", "description": told })
}

fn list(items: Value, told: &str) -> Value {
    json!({ "type": "array", "items": items, "description": told })
}

/// A closed object whose fields must all be there: what every provider can hold a model to.
fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|(name, inner)| ((*name).to_owned(), inner.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}

/// The schema of [`super::Analysis`].
fn analysis(facts: &Facts) -> Value {
    let actions = Recommendation::ALL.iter().filter(|action| action.fits(facts.status)).map(|action| action.as_str());
    object(&[
        ("summary", text("How the campaign goes, in two or three sentences.")),
        ("works", list(text("One thing, in a sentence."), "What works, at most five things.")),
        ("fails", list(text("One thing, in a sentence."), "What does not work, at most five things.")),
        ("action", one_of(actions)),
        ("reason", text("Why this action, in a sentence.")),
        ("confidence", json!({ "type": "number", "description": "How sure, from 0 to 1." })),
    ])
}

/// The schema of [`super::NamedMix`]es.
fn channels(facts: &Facts) -> Value {
    let share = object(&[
        ("channel", one_of(facts.channels.iter().map(|c| c.channel.as_str()))),
        ("share", json!({ "type": "integer", "description": "So many of a hundred messages, from 1 to 100." })),
        ("reason", text("Why, in a sentence.")),
    ]);
    let tiers = facts.tiers();
    let mix = object(&[
        ("tier", one_of(std::iter::once(EVERYBODY).chain(tiers.iter().map(|tier| tier.as_str())))),
        ("shares", list(share, "Each channel at most once; the shares add up to 100.")),
    ]);
    list(mix, "One mix for `all`, and one for each tier that needs another; each tier at most once.")
}

/// The schema of [`super::NamedLead`]s.
fn priorities(facts: &Facts) -> Value {
    let lead = object(&[
        ("lead", one_of(facts.leads.iter().map(|lead| lead.lead.as_str()))),
        ("reason", text("Why they come here, in a sentence.")),
    ]);
    list(lead, &format!("Whom to turn to first, at most {MOST_LEADS}, each once, the most promising first."))
}

/// The schema of [`super::Timing`].
fn timing(facts: &Facts) -> Value {
    let hour = |told: &str| {
        let told = format!("{told}, from {EARLIEST_HOUR} to {LATEST_HOUR}: nothing is sent outside these hours.");
        json!({ "type": "integer", "description": told })
    };
    let wait = format!("Hours to wait after the step before it, from 0 to {LONGEST_WAIT_HOURS}.");
    object(&[
        ("step", one_of(facts.steps.iter().map(|step| step.step.as_str()))),
        ("weekdays", list(one_of(Weekday::ALL.iter().map(|day| day.as_str())), "At least one day, each once.")),
        ("from_hour", hour("The first hour of the person's own day")),
        ("to_hour", hour("The hour of the person's own day at which it ends")),
        ("wait_hours", json!({ "type": "integer", "description": wait })),
        ("reason", text("Why, in a sentence.")),
    ])
}

/// The schema of an [`super::Answer`] to these facts. It names only what the campaign has; bounds are said in words and held by code
/// (`check`), since not every provider knows them.
pub fn schema(facts: &Facts) -> Value {
    object(&[
        ("analysis", analysis(facts)),
        ("channels", channels(facts)),
        ("priorities", priorities(facts)),
        ("timing", timing(facts)),
    ])
}
