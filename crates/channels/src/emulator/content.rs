//! The emulated Content API: templates are taken, and approved a few seconds after they were handed in.
//!
//! Not here: sending a template (`messages`).

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::routes::EmulatedResponse;
use super::{Emulator, new_sid, now};

/// How long WhatsApp's reviewers take, in milliseconds at demo speed.
const REVIEW_MILLIS: f64 = 3000.0;

/// A template as the network knows it.
#[derive(Debug, Clone)]
pub(super) struct Template {
    name: String,
    language: String,
    variables: Value,
    body: String,
    created: DateTime<Utc>,
    approval: Option<Approval>,
}

#[derive(Debug, Clone)]
struct Approval {
    name: String,
    category: String,
    ready: DateTime<Utc>,
}

impl Template {
    pub(super) fn remembered(body: &str, now: DateTime<Utc>) -> Self {
        let approval = Approval { name: "remembered".into(), category: "UTILITY".into(), ready: now };
        let (name, language) = ("remembered".to_owned(), "en".to_owned());
        Self { name, language, variables: json!({}), body: body.to_owned(), created: now, approval: Some(approval) }
    }

    pub(super) fn is_approved(&self, now: DateTime<Utc>) -> bool {
        self.approval.as_ref().is_some_and(|approval| approval.ready <= now)
    }

    /// The text with its placeholders filled, in one pass, so that a value cannot smuggle in another placeholder.
    pub(super) fn render(&self, variables: &BTreeMap<String, String>) -> String {
        let mut out = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, tail)) = after.split_once("}}") else {
                out.push_str("{{");
                rest = after;
                continue;
            };
            match variables.get(name.trim()) {
                Some(value) => out.push_str(value),
                None => out.push_str(self.variables[name.trim()].as_str().unwrap_or_default()),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn approval_json(&self, now: DateTime<Utc>) -> Value {
        let status = match &self.approval {
            None => "unsubmitted",
            Some(approval) if approval.ready <= now => "approved",
            Some(_) => "pending",
        };
        json!({
            "type": "whatsapp", "name": self.approval.as_ref().map(|approval| &approval.name),
            "category": self.approval.as_ref().map(|approval| &approval.category),
            "content_type": "twilio/text", "status": status, "rejection_reason": "", "allow_category_change": true,
        })
    }
}

impl Emulator {
    pub(super) fn create_content(&self, body: &[u8]) -> EmulatedResponse {
        let Ok(json) = serde_json::from_slice::<Value>(body) else { return invalid("The body is not JSON.") };
        let Some(language) = json["language"].as_str().filter(|text| !text.is_empty()) else {
            return invalid("'language' is required.");
        };
        let Some(text) = json["types"]["twilio/text"]["body"].as_str().filter(|text| !text.is_empty()) else {
            return invalid("'types' with a 'twilio/text' of a 'body' is required.");
        };
        let template = Template {
            name: json["friendly_name"].as_str().unwrap_or_default().to_owned(),
            language: language.to_owned(),
            variables: json["variables"].clone(),
            body: text.to_owned(),
            created: now(),
            approval: None,
        };
        let sid = new_sid("HX");
        let answer = self.content_json(&sid, &template);
        self.state().contents.insert(sid, template);
        EmulatedResponse::created(answer)
    }

    pub(super) fn fetch_content(&self, sid: &str) -> Option<EmulatedResponse> {
        let state = self.state();
        Some(EmulatedResponse::ok(self.content_json(sid, state.contents.get(sid)?)))
    }

    pub(super) fn request_approval(&self, sid: &str, body: &[u8]) -> Option<EmulatedResponse> {
        let mut state = self.state();
        let template = state.contents.get_mut(sid)?;
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let name = json["name"].as_str().filter(|name| (1..=512).contains(&name.len()) && name.chars().all(word));
        let category = json["category"]
            .as_str()
            .filter(|category| matches!(*category, "UTILITY" | "MARKETING" | "AUTHENTICATION"));
        let (Some(name), Some(category)) = (name, category) else {
            return Some(invalid("'name' (lower-case letters, digits, underscores) and 'category' are required."));
        };
        let now = now();
        // Whole milliseconds are near enough.
        let wait = Duration::milliseconds((REVIEW_MILLIS * self.pace()) as i64);
        template.approval = Some(Approval { name: name.to_owned(), category: category.to_owned(), ready: now + wait });
        let mut answer = template.approval_json(now);
        answer["status"] = json!("received");
        Some(EmulatedResponse::created(answer))
    }

    pub(super) fn fetch_approval(&self, sid: &str) -> Option<EmulatedResponse> {
        let state = self.state();
        let whatsapp = state.contents.get(sid)?.approval_json(now());
        let url = format!("https://content.twilio.com/v1/Content/{sid}/ApprovalRequests");
        Some(EmulatedResponse::ok(
            json!({ "sid": sid, "account_sid": self.config().account_sid, "whatsapp": whatsapp, "url": url }),
        ))
    }

    fn content_json(&self, sid: &str, template: &Template) -> Value {
        let created = template.created.to_rfc3339();
        json!({
            "sid": sid, "account_sid": self.config().account_sid, "friendly_name": template.name, "language": template.language,
            "variables": template.variables, "types": { "twilio/text": { "body": template.body } },
            "date_created": created, "date_updated": created, "url": format!("https://content.twilio.com/v1/Content/{sid}"),
        })
    }
}

fn invalid(message: &str) -> EmulatedResponse {
    EmulatedResponse::error(400, 20001, message)
}
