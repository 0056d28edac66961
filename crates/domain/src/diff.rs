//! What changed between two states of an agent: field by field, and line by line within a field. Pure; the browser shows the same.
//!
//! Not here: who changed it and when.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent::AgentDraft;
use crate::closed_list;

closed_list! {
    /// What became of a line.
    pub enum LineChange {
        /// It stands in both.
        Same = "same",
        /// Only the old text has it.
        Removed = "removed",
        /// Only the new text has it.
        Added = "added",
    }
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DiffLine))]
pub struct Line {
    /// What became of it.
    pub change: LineChange,
    /// The line, without its end.
    pub text: String,
}

/// One field that is not the same any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// The field's name as in JSON: `prompt`, `voice.opening`.
    pub field: String,
    /// For people.
    pub label: String,
    /// Its lines, old and new.
    pub lines: Vec<Line>,
}

/// More pairs of lines than this are not compared one by one: everything counts as replaced.
const MOST_PAIRS: usize = 4_000_000;

/// The difference of two texts, line by line: a longest common subsequence, removed lines before added ones.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (split(old), split(new));
    let same_start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same_start..], &new[same_start..]);
    let same_end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_mid, new_mid) = (&old_rest[..old_rest.len() - same_end], &new_rest[..new_rest.len() - same_end]);
    let line = |change| move |text: &&str| Line { change, text: (*text).to_owned() };
    let mut out: Vec<Line> = old[..same_start].iter().map(line(LineChange::Same)).collect();
    out.extend(middle(old_mid, new_mid));
    out.extend(old_rest[old_mid.len()..].iter().map(line(LineChange::Same)));
    out
}

fn split(text: &str) -> Vec<&str> {
    if text.is_empty() { vec![] } else { text.lines().collect() }
}

fn middle(old: &[&str], new: &[&str]) -> Vec<Line> {
    let line = |change, text: &str| Line { change, text: text.to_owned() };
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        let removed = old.iter().map(|t| line(LineChange::Removed, t));
        return removed.chain(new.iter().map(|t| line(LineChange::Added, t))).collect();
    }
    // `longest[i][j]`: the most lines that `old[i..]` and `new[j..]` have in common, in order.
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::with_capacity(old.len() + new.len()));
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            out.push(line(LineChange::Same, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            out.push(line(LineChange::Removed, old[i]));
            i += 1;
        } else {
            out.push(line(LineChange::Added, new[j]));
            j += 1;
        }
    }
    out
}

/// The fields of a draft in the order in which people read them. A state (`status`) is not part of what is published.
const FIELDS: &[(&str, &str)] = &[
    ("name", "Name"),
    ("kind", "Purpose"),
    ("tone", "Tone"),
    ("prompt", "Prompt"),
    ("models", "Models"),
    ("cheaper_model", "Cheaper model"),
    ("budget_template", "Template when the budget is used up"),
    ("max_tokens", "Longest answer (tokens)"),
    ("timeout_ms", "Time limit per model (ms)"),
    ("daily_budget_micros", "Daily budget (millionths of a dollar)"),
    ("tools", "Tools"),
    ("knowledge", "Knowledge categories"),
    ("guardrails.never_say", "Never say"),
    ("guardrails.escalate_on", "Hand over on"),
    ("guardrails.may_name_prices", "May name prices"),
    ("voice.voice", "Voice"),
    ("voice.opening", "Opening"),
    ("voice.value_prop", "Value proposition"),
    ("voice.cta", "Call to action"),
];

/// Every field in which two drafts differ, in reading order. Empty when they would speak alike.
pub fn drafts(old: &AgentDraft, new: &AgentDraft) -> Vec<FieldChange> {
    let (old, new) = (as_json(old), as_json(new));
    let shown = |json: &Value, field: &str| show(field.split('.').fold(json, |value, key| &value[key]));
    let mut changes: Vec<FieldChange> = FIELDS
        .iter()
        .filter_map(|(field, label)| {
            let (before, after) = (shown(&old, field), shown(&new, field));
            (before != after).then(|| FieldChange {
                field: (*field).to_owned(),
                label: (*label).to_owned(),
                lines: lines(&before, &after),
            })
        })
        .collect();
    changes.extend(others(&old, &new));
    changes
}

/// Whether two drafts would speak alike: the same but for the state.
pub fn is_same(old: &AgentDraft, new: &AgentDraft) -> bool {
    AgentDraft { status: new.status, ..old.clone() } == *new
}

/// Fields that nobody gave a label yet: a new one must not be invisible.
fn others(old: &Value, new: &Value) -> Vec<FieldChange> {
    let known = |key: &str| key == "status" || FIELDS.iter().any(|(field, _)| field.split('.').next() == Some(key));
    let keys = new.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| !known(key));
    keys.filter(|key| old[key.as_str()] != new[key.as_str()])
        .map(|key| FieldChange {
            field: key.clone(),
            label: key.replace('_', " "),
            lines: lines(&show(&old[key.as_str()]), &show(&new[key.as_str()])),
        })
        .collect()
}

fn as_json(draft: &AgentDraft) -> Value {
    serde_json::to_value(draft).unwrap_or_default()
}

/// A value as people read it: a list has a line for each item, a model is `provider/name`.
fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(on) => if *on { "yes" } else { "no" }.to_owned(),
        Value::Array(items) => items.iter().map(show).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => match (&value["provider"], &value["model"]) {
            (Value::String(provider), Value::String(model)) => format!("{provider}/{model}"),
            _ => fields.iter().map(|(key, value)| format!("{key}: {}", show(value))).collect::<Vec<_>>().join("\n"),
        },
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{AgentStatus, ModelChoice, Provider};

    fn marks(old: &str, new: &str) -> String {
        let mark = |line: &Line| match line.change {
            LineChange::Same => format!(" {}", line.text),
            LineChange::Removed => format!("-{}", line.text),
            LineChange::Added => format!("+{}", line.text),
        };
        lines(old, new).iter().map(mark).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_are_kept_removed_and_added() {
        for (old, new, shown) in [
            ("", "", ""),
            ("a", "a", " a"),
            ("", "a\nb", "+a|+b"),
            ("a\nb", "", "-a|-b"),
            ("a\nb\nc", "a\nx\nc", " a|-b|+x| c"),
            ("a\nb\nc\nd", "b\nc\nd\ne", "-a| b| c| d|+e"),
            ("a\n\nb", "a\nb", " a|-| b"),
            ("same\nsame", "same\nsame\nsame", " same| same|+same"),
        ] {
            assert_eq!(marks(old, new), shown, "{old:?} -> {new:?}");
        }
    }

    #[test]
    fn what_was_kept_and_removed_is_the_old_text_and_kept_and_added_the_new() {
        let texts = ["a\nb\nc\nb\na", "c\nb\na\nd", "d\nd\na", "x"];
        let without = |lines: &[Line], change| {
            lines.iter().filter(|l| l.change != change).map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n")
        };
        for (old, new) in texts.iter().flat_map(|old| texts.iter().map(move |new| (*old, *new))) {
            let lines = lines(old, new);
            assert_eq!(without(&lines, LineChange::Added), old);
            assert_eq!(without(&lines, LineChange::Removed), new);
        }
    }

    #[test]
    fn huge_texts_are_replaced_rather_than_compared() {
        let (old, new) = ("a\n".repeat(3_000), "b\n".repeat(3_000));
        assert_eq!(lines(&old, &new).len(), 6_000);
    }

    #[test]
    fn drafts_differ_field_by_field_and_their_state_is_no_difference() {
        let old = AgentDraft { name: "Mia".into(), prompt: "Be kind.\nAsk.".into(), ..AgentDraft::default() };
        assert_eq!(drafts(&old, &AgentDraft { status: AgentStatus::Live, ..old.clone() }), []);
        assert!(is_same(&old, &AgentDraft { status: AgentStatus::Live, ..old.clone() }));
        let mut new = old.clone();
        new.prompt = "Be kind.\nAsk once.".into();
        new.models.push(ModelChoice { provider: Provider::OpenAi, model: "m".into() });
        new.voice.cta = "Call us".into();
        new.guardrails.never_say = vec!["free".into()];
        assert!(!is_same(&old, &new));
        let changes = drafts(&old, &new);
        let told: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.lines.len())).collect();
        assert_eq!(told, [("prompt", 3), ("models", 2), ("guardrails.never_say", 1), ("voice.cta", 1)]);
        assert_eq!(changes[1].lines[1].text, "openai/m");
    }

    #[test]
    fn every_field_of_a_draft_has_a_label() {
        let json = as_json(&AgentDraft::default());
        for (key, _) in json.as_object().unwrap() {
            let known = key == "status" || FIELDS.iter().any(|(field, _)| field.split('.').next() == Some(key));
            assert!(known, "{key} has no label");
        }
    }
}
