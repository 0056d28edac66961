//! Sending a message and placing a call.
//!
//! Not here: whether it may be sent. The `Permit` proves that somebody asked.

use domain::message::{Channel, Status};
use domain::phone::Phone;
use serde_json::Value;

use super::Twilio;
use super::answer::{Kind, ask, lost};
use crate::parse::{call_status, message_status};
use crate::{Content, Error, Outgoing, Permit, Receipt};

/// How long a phone rings before we give up, in seconds.
const RING_SECS: &str = "30";

/// Fields in the order in which they are sent; a name may repeat.
type Form = Vec<(&'static str, String)>;

impl Twilio {
    /// Hands one message or call to Twilio, once. There is no retry inside: only the caller knows what may be repeated.
    pub async fn send(&self, outgoing: &Outgoing, _permit: Permit) -> Result<Receipt, Error> {
        let (resource, form) = self.form(outgoing)?;
        let request = self.with_auth(self.client.post(self.account_url(resource))).form(&form);
        let json = ask(request, Kind::Write).await?;
        receipt(&json, resource).ok_or_else(|| lost(Kind::Write, "the answer named no id".into()))
    }

    /// The resource and its fields. Pure, so that a wrong combination fails before anything goes out.
    fn form(&self, outgoing: &Outgoing) -> Result<(&'static str, Form), Error> {
        let mut form =
            vec![("To", address(outgoing.channel, &outgoing.to)), ("From", address(outgoing.channel, &outgoing.from))];
        let resource = match (outgoing.channel, &outgoing.content) {
            (Channel::Voice, Content::Call { twiml, .. }) => {
                form.push(("Twiml", twiml.clone()));
                form.push(("Timeout", RING_SECS.into()));
                "Calls"
            }
            (Channel::Sms | Channel::Whatsapp, Content::Text(text)) => {
                form.push(("Body", text.clone()));
                "Messages"
            }
            (Channel::Sms, Content::Template { rendered, .. }) => {
                form.push(("Body", rendered.clone()));
                "Messages"
            }
            (Channel::Whatsapp, Content::Template { content_sid, variables, .. }) => {
                let variables = serde_json::to_string(variables).map_err(|error| invalid(&error.to_string()))?;
                form.push(("ContentSid", content_sid.clone()));
                form.push(("ContentVariables", variables));
                "Messages"
            }
            (Channel::Voice, _) => return Err(invalid("a call needs a script to speak")),
            (_, Content::Call { .. }) => return Err(invalid("only the voice channel can place a call")),
        };
        if let (Channel::Sms, Some(service)) = (outgoing.channel, &self.config.messaging_service_sid) {
            form.push(("MessagingServiceSid", service.clone()));
        }
        if !outgoing.status_callback.is_empty() {
            form.push(("StatusCallback", outgoing.status_callback.clone()));
            if resource == "Calls" {
                // Whether a person or a machine took it comes with the report of its end.
                form.push(("MachineDetection", "Enable".to_owned()));
                form.extend(
                    ["initiated", "ringing", "answered", "completed"]
                        .map(|event| ("StatusCallbackEvent", event.to_owned())),
                );
            }
        }
        Ok((resource, form))
    }
}

/// A number as Twilio wants it on a channel.
pub(super) fn address(channel: Channel, phone: &Phone) -> String {
    match channel {
        Channel::Whatsapp => format!("whatsapp:{phone}"),
        Channel::Sms | Channel::Voice => phone.to_string(),
    }
}

/// The id and the state of a message or call. An unknown state counts as accepted: reports will tell.
pub(super) fn receipt(json: &Value, resource: &str) -> Option<Receipt> {
    let provider_message_id = json["sid"].as_str().filter(|sid| !sid.is_empty())?.to_owned();
    let word = json["status"].as_str().unwrap_or_default();
    let status = if resource == "Calls" { call_status(word) } else { message_status(word) };
    Some(Receipt { provider_message_id, status: status.unwrap_or(Status::Accepted) })
}

fn invalid(message: &str) -> Error {
    Error::Permanent { code: None, message: message.to_owned() }
}
