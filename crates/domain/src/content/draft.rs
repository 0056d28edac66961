//! The shapes of drafts, one per form: what a model has to fill in, and what comes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Form;
use crate::format;

/// What a model answers with: one text for each field of the form's schema.
pub type Fields = BTreeMap<String, String>;

/// A message that an operator may edit and send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ContentDraft))]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Draft {
    /// One text message.
    Sms {
        /// The message.
        text: String,
    },
    /// A message on WhatsApp.
    Whatsapp {
        /// The message.
        text: String,
    },
    /// An e-mail.
    Email {
        /// The subject.
        subject: String,
        /// Greeting, text and signature.
        body: String,
    },
    /// The note with an invitation on LinkedIn.
    LinkedinNote {
        /// The note.
        text: String,
    },
    /// A message on LinkedIn.
    Inmail {
        /// The message.
        text: String,
    },
    /// What is said on the phone.
    VoiceScript {
        /// How the call opens.
        opening: String,
        /// What is in it for the person.
        value_prop: String,
        /// What the person is asked to do.
        cta: String,
    },
}

/// The fields of a form, each with what a model is told of it.
fn fields(form: Form) -> Vec<(&'static str, String)> {
    let chars = |most: u32| format!("The message, at most {most} characters, plain text without Markdown.");
    match form {
        Form::Sms => vec![("text", chars(format::SMS))],
        Form::Whatsapp => vec![("text", chars(format::WHATSAPP_PREFERRED))],
        Form::Email => vec![
            ("subject", "The subject, at most eight words.".to_owned()),
            (
                "body",
                format!(
                    "The text between greeting and signature, without either, at most {} words. Two or three short paragraphs.",
                    format::EMAIL_WORDS
                ),
            ),
        ],
        Form::LinkedinNote => vec![("text", chars(format::LINKEDIN_NOTE))],
        Form::Inmail => vec![("text", chars(format::LINKEDIN_INMAIL))],
        Form::VoiceScript => vec![
            ("opening", "How the call opens: who calls and why, in one or two spoken sentences.".to_owned()),
            ("value_prop", "What is in it for the person, in two spoken sentences.".to_owned()),
            ("cta", "What the person is asked to do, in one spoken sentence.".to_owned()),
        ],
    }
}

/// The JSON schema of a form. It says the limits in words; code holds them afterwards (`fit`), since not every provider knows
/// `maxLength`.
pub fn schema(form: Form) -> Value {
    let fields = fields(form);
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, told)| ((*name).to_owned(), json!({ "type": "string", "description": told })))
        .collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}

impl Draft {
    /// What a model filled in, as a draft. A field that is missing is empty.
    pub fn of(form: Form, mut fields: Fields) -> Self {
        let mut take = |name: &str| fields.remove(name).unwrap_or_default().trim().to_owned();
        match form {
            Form::Sms => Self::Sms { text: take("text") },
            Form::Whatsapp => Self::Whatsapp { text: take("text") },
            Form::Email => Self::Email { subject: take("subject"), body: take("body") },
            Form::LinkedinNote => Self::LinkedinNote { text: take("text") },
            Form::Inmail => Self::Inmail { text: take("text") },
            Form::VoiceScript => {
                Self::VoiceScript { opening: take("opening"), value_prop: take("value_prop"), cta: take("cta") }
            }
        }
    }

    /// Its form.
    pub fn form(&self) -> Form {
        match self {
            Self::Sms { .. } => Form::Sms,
            Self::Whatsapp { .. } => Form::Whatsapp,
            Self::Email { .. } => Form::Email,
            Self::LinkedinNote { .. } => Form::LinkedinNote,
            Self::Inmail { .. } => Form::Inmail,
            Self::VoiceScript { .. } => Form::VoiceScript,
        }
    }

    /// Its parts with their labels, in reading order; one without a label where there is only one.
    pub fn sections(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Sms { text } | Self::Whatsapp { text } | Self::LinkedinNote { text } | Self::Inmail { text } => {
                vec![("", text.as_str())]
            }
            Self::Email { subject, body } => vec![("Subject", subject.as_str()), ("Body", body.as_str())],
            Self::VoiceScript { opening, value_prop, cta } => {
                vec![("Opening", opening.as_str()), ("Value", value_prop.as_str()), ("What we ask", cta.as_str())]
            }
        }
    }

    /// Everything it says, as one text.
    pub fn text(&self) -> String {
        let between = if matches!(self, Self::VoiceScript { .. }) { " " } else { "\n\n" };
        let said = self.sections().into_iter().map(|(_, text)| text).filter(|text| !text.is_empty());
        said.collect::<Vec<_>>().join(between)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_closed_schema_whose_fields_become_its_draft() {
        for form in Form::ALL.iter().copied() {
            let schema = schema(form);
            let names: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
            assert_eq!(schema["properties"].as_object().map(Map::len), Some(names.len()), "{form}");
            assert_eq!(schema["additionalProperties"], json!(false), "{form}");
            let draft = Draft::of(form, names.iter().map(|name| (name.clone(), format!(" {name}! "))).collect());
            assert_eq!(draft.form(), form);
            assert!(names.iter().all(|name| draft.text().contains(&format!("{name}!"))), "{draft:?}");
            let json = serde_json::to_value(&draft).unwrap();
            assert_eq!(json["form"], form.as_str(), "the tag is the word of the list");
        }
    }
}
