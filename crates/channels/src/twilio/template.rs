//! WhatsApp templates: handing one in for approval, and asking how it stands.
//!
//! Not here: our own templates and their states (`domain::template`).

use std::collections::BTreeMap;

use serde_json::json;

use super::Twilio;
use super::answer::{Kind, ask, lost};
use crate::Error;

/// How WhatsApp stands to a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateState {
    /// It may be sent.
    Approved,
    /// It is being looked at.
    Pending,
    /// It may not be sent; the text says why.
    Rejected(String),
}

impl Twilio {
    /// Makes the template at Twilio and hands it in to WhatsApp. Gives its id there (`HX…`).
    ///
    /// `body` has numbered placeholders (`{{1}}`); `samples` gives each number an example, which WhatsApp's reviewers read.
    /// `category` is `UTILITY`, `MARKETING` or `AUTHENTICATION`. When the answer is lost, a second try makes a second template;
    /// that costs nothing and reaches nobody.
    pub async fn submit_template(
        &self,
        name: &str,
        language: &str,
        body: &str,
        samples: &BTreeMap<String, String>,
        category: &str,
    ) -> Result<String, Error> {
        let content = json!({
            "friendly_name": name,
            "language": language,
            "variables": samples,
            "types": { "twilio/text": { "body": body } },
        });
        let base = &self.config.content_base_url;
        let made =
            ask(self.with_auth(self.client.post(format!("{base}/v1/Content"))).json(&content), Kind::Write).await?;
        let sid = made["sid"].as_str().ok_or_else(|| lost(Kind::Write, "the answer named no id".into()))?;
        let approval = json!({ "name": approval_name(name), "category": category.to_ascii_uppercase() });
        let url = format!("{base}/v1/Content/{sid}/ApprovalRequests/whatsapp");
        ask(self.with_auth(self.client.post(url)).json(&approval), Kind::Write).await?;
        Ok(sid.to_owned())
    }

    /// How the template stands now.
    pub async fn template_state(&self, content_sid: &str) -> Result<TemplateState, Error> {
        if !content_sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Error::Permanent { code: None, message: "this is not the id of a template".into() });
        }
        let url = format!("{}/v1/Content/{content_sid}/ApprovalRequests", self.config.content_base_url);
        let json = ask(self.with_auth(self.client.get(url)), Kind::Read).await?;
        let whatsapp = &json["whatsapp"];
        let status = whatsapp["status"].as_str().unwrap_or("unsubmitted").to_ascii_lowercase();
        let reason = whatsapp["rejection_reason"].as_str().filter(|reason| !reason.is_empty());
        Ok(match status.as_str() {
            "approved" => TemplateState::Approved,
            "rejected" => TemplateState::Rejected(reason.unwrap_or("WhatsApp gave no reason.").to_owned()),
            "paused" | "disabled" => {
                TemplateState::Rejected(reason.map_or(format!("WhatsApp has {status} it."), str::to_owned))
            }
            "unsubmitted" => TemplateState::Rejected("It was never handed in for approval.".to_owned()),
            // Twilio leaves the list of words open; what we do not know is not an approval.
            _ => TemplateState::Pending,
        })
    }
}

/// WhatsApp takes lower-case letters, digits and underscores.
fn approval_name(name: &str) -> String {
    let mut out: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    out.truncate(512);
    out
}
