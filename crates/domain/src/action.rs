//! A webhook that an agent may call as a tool: what an operator edits, what the model is told of it, and how its answer is read.
//!
//! Not here: calling it, its secrets. Filling its templates is in `fill`.

mod fill;
mod report;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::address;
use crate::closed_list;
use crate::id::{ActionId, AgentId};
use crate::problem::Problems;
use crate::skill::Tool;
use crate::text;

pub use fill::{fill_body, fill_url};
pub use report::{CallReport, Try};

closed_list! {
    /// How it is called.
    pub enum Method {
        /// Reads; its arguments stand in the address.
        Get = "GET",
        /// Makes something.
        Post = "POST",
        /// Replaces something.
        Put = "PUT",
        /// Changes something.
        Patch = "PATCH",
        /// Takes something away.
        Delete = "DELETE",
    }
}

impl Method {
    /// Whether a body goes with it.
    pub fn has_body(self) -> bool {
        !matches!(self, Self::Get | Self::Delete)
    }
}

closed_list! {
    /// What kind of value the model gives.
    pub enum ArgumentKind {
        /// Words.
        Text = "string",
        /// A number.
        Number = "number",
        /// Yes or no.
        Flag = "boolean",
    }
}

/// One thing that the model fills in when it calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Argument {
    /// Its name; templates read it as `{{args.name}}`.
    pub name: String,
    /// What kind of value.
    #[serde(default = "text_kind")]
    pub kind: ArgumentKind,
    /// What the model is told about it.
    #[serde(default)]
    pub description: String,
    /// Whether a call without it is refused.
    #[serde(default)]
    pub required: bool,
}

fn text_kind() -> ArgumentKind {
    ArgumentKind::Text
}

/// One value that is read from the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mapped {
    /// What the model sees it as.
    pub name: String,
    /// Where it stands in the answer's JSON: `order.items.0.price`.
    pub path: String,
}

/// What an operator edits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionDraft {
    /// Its name as a tool: lower-case words joined by underscores.
    pub name: String,
    /// When the model should call it, and what it gives.
    #[serde(default)]
    pub description: String,
    /// How it is called.
    #[serde(default = "post")]
    pub method: Method,
    /// Where, with placeholders behind the host.
    pub url: String,
    /// What is sent, as JSON with placeholders; empty for everything that is known.
    #[serde(default)]
    pub body: String,
    /// What the model fills in.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// What the model sees of the answer; empty for all of it, shortened.
    #[serde(default)]
    pub response: Vec<Mapped>,
}

fn post() -> Method {
    Method::Post
}

impl Default for ActionDraft {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            method: post(),
            url: String::new(),
            body: String::new(),
            arguments: vec![],
            response: vec![],
        }
    }
}

/// An action as it is kept and shown. Its secrets are never among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// The agent that may call it.
    pub agent_id: AgentId,
    /// What was last saved.
    #[serde(flatten)]
    pub draft: ActionDraft,
    /// Whether a bearer token goes with each call.
    pub has_token: bool,
    /// Whether each call is signed.
    pub has_secret: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The placeholders that are filled beside `{{args.…}}`.
pub const ACTION_PLACEHOLDERS: &[&str] = &[
    "lead.id",
    "lead.name",
    "lead.first_name",
    "lead.phone",
    "lead.email",
    "lead.company",
    "lead.location",
    "agent.id",
    "agent.name",
    "message.body",
    "message.channel",
    "conversation.id",
    "campaign.id",
    "campaign.name",
    "workspace.name",
    "now",
];

/// The longest answer that a model sees, in characters.
const MOST_SHOWN: usize = 4_000;

impl ActionDraft {
    /// Everything that keeps it from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        name(&mut problems, "name", &self.name);
        if Tool::ALL.iter().any(|tool| tool.as_str() == self.name.trim()) {
            problems.add("name", "A tool of the house has this name already.");
        }
        text::required(&mut problems, "description", &self.description, 500);
        let url = text::required(&mut problems, "url", &self.url, 1_000);
        if !url.is_empty() {
            self.check_url(&mut problems, &url);
        }
        text::long(&mut problems, "body", &self.body, 10_000);
        if self.arguments.len() > 20 {
            problems.add("arguments", "At most 20 arguments.");
        }
        for (i, argument) in self.arguments.iter().enumerate().take(20) {
            let field = format!("arguments.{i}.name");
            name(&mut problems, &field, &argument.name);
            if self.arguments[..i].iter().any(|earlier| earlier.name == argument.name) {
                problems.add(&field, "Another argument has this name already.");
            }
            text::optional(&mut problems, &format!("arguments.{i}.description"), &argument.description, 300);
        }
        if self.response.len() > 20 {
            problems.add("response", "At most 20 values.");
        }
        for (i, mapped) in self.response.iter().enumerate().take(20) {
            name(&mut problems, &format!("response.{i}.name"), &mapped.name);
            text::required(&mut problems, &format!("response.{i}.path"), &mapped.path, 200);
        }
        for (field, template) in [("url", &self.url), ("body", &self.body)] {
            for placeholder in crate::template::placeholders(template) {
                if !self.fills(&placeholder) {
                    problems.add(field, format!("Nothing fills {{{{{placeholder}}}}}."));
                }
            }
        }
        if problems.is_empty()
            && let Err(reason) = fill_body(&self.body, &self.sample_values())
        {
            problems.add("body", reason);
        }
        problems
    }

    fn check_url(&self, problems: &mut Problems, url: &str) {
        let host =
            url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // Whoever writes to us could otherwise choose who is called.
        if host.contains("{{") {
            problems.add("url", "Placeholders may stand behind the host only.");
        } else if let Err(why) = address::web(url) {
            problems.add("url", why);
        }
    }

    fn fills(&self, placeholder: &str) -> bool {
        ACTION_PLACEHOLDERS.contains(&placeholder)
            || placeholder.strip_prefix("args.").is_some_and(|name| self.arguments.iter().any(|a| a.name == name))
    }

    /// The draft with blanks at the ends taken away, as it is stored.
    pub fn tidied(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        self.url = self.url.trim().to_owned();
        self.description = self.description.trim().to_owned();
        self
    }

    /// What the model fills in, as JSON Schema.
    pub fn schema(&self) -> Value {
        let properties: serde_json::Map<String, Value> = self
            .arguments
            .iter()
            .map(|a| (a.name.clone(), json!({ "type": a.kind.as_str(), "description": a.description })))
            .collect();
        let required: Vec<&str> = self.arguments.iter().filter(|a| a.required).map(|a| a.name.as_str()).collect();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    /// The arguments of a call by their names: unknown ones are left out, a wrong kind or a missing required one is refused.
    pub fn read_arguments(&self, given: &Value) -> Result<BTreeMap<String, Value>, String> {
        let mut read = BTreeMap::new();
        for argument in &self.arguments {
            let value = &given[argument.name.as_str()];
            let fits = match argument.kind {
                ArgumentKind::Text => value.is_string(),
                ArgumentKind::Number => value.is_number(),
                ArgumentKind::Flag => value.is_boolean(),
            };
            match (value.is_null(), fits) {
                (true, _) if argument.required => return Err(format!("the argument `{}` is missing", argument.name)),
                (true, _) => {}
                (false, false) => {
                    return Err(format!("the argument `{}` must be a {}", argument.name, argument.kind.as_str()));
                }
                (false, true) => {
                    read.insert(format!("args.{}", argument.name), value.clone());
                }
            }
        }
        Ok(read)
    }

    /// Made-up values for checking templates and for test calls.
    pub fn sample_values(&self) -> BTreeMap<String, Value> {
        let sample = |name: &str| {
            let known = crate::template::SAMPLES.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            Value::from(known.unwrap_or(match name {
                "now" => "2026-01-31T12:00:00Z",
                "message.body" => "Is the house still free?",
                "message.channel" => "sms",
                "lead.id" => "led_test",
                "agent.id" => "agt_test",
                "conversation.id" => "cnv_test",
                "campaign.id" => "cmp_test",
                _ => "test",
            }))
        };
        let known = ACTION_PLACEHOLDERS.iter().map(|name| ((*name).to_owned(), sample(name)));
        let args = self.arguments.iter().map(|a| (format!("args.{}", a.name), sample_argument(a.kind)));
        known.chain(args).collect()
    }

    /// What the model sees of an answer: the mapped values, or all of it, shortened.
    pub fn read_answer(&self, body: &str) -> Value {
        let parsed: Option<Value> = serde_json::from_str(body).ok();
        match (parsed, self.response.is_empty()) {
            (Some(answer), false) => self
                .response
                .iter()
                .map(|mapped| (mapped.name.clone(), shorten(at(&answer, &mapped.path).clone())))
                .collect::<serde_json::Map<String, Value>>()
                .into(),
            (Some(answer), true) => shorten(answer),
            (None, _) => Value::String(crate::text::cut(body, MOST_SHOWN).to_owned()),
        }
    }
}

fn sample_argument(kind: ArgumentKind) -> Value {
    match kind {
        ArgumentKind::Text => "test".into(),
        ArgumentKind::Number => 1.into(),
        ArgumentKind::Flag => true.into(),
    }
}

/// The value at a path of names and places joined by dots, a leading `$.` allowed; null when there is none.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    let path = path.trim().trim_start_matches('$').trim_start_matches('.');
    path.split('.').filter(|key| !key.is_empty()).fold(value, |value, key| match value {
        Value::Array(items) => key.parse().ok().and_then(|i: u32| items.get(i as usize)).unwrap_or(&Value::Null),
        other => &other[key],
    })
}

fn shorten(value: Value) -> Value {
    let text = value.to_string();
    match crate::text::cut(&text, MOST_SHOWN) {
        head if head.len() < text.len() => Value::String(format!("{head}…")),
        _ => value,
    }
}

fn name(problems: &mut Problems, field: &str, given: &str) {
    let name = text::required(problems, field, given, 60);
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !name.is_empty() && !name.bytes().all(fits) {
        problems.add(field, "Use lower-case letters, digits and underscores only, such as book_viewing.");
    }
}

#[cfg(test)]
mod tests;
