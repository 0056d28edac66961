//! The emulated Calls resource: what Twilio checks before it dials.
//!
//! Not here: how a call goes (`play`).

use domain::message::Channel;

use super::messages::{check_callback, number};
use super::routes::{EmulatedResponse, Fields};
use super::state::Item;
use super::{Emulator, new_sid, now};
use crate::twiml;

impl Emulator {
    pub(super) fn create_call(&self, form: &Fields) -> EmulatedResponse {
        let (lead, ours, document) = match check(form) {
            Ok(checked) => checked,
            Err(refusal) => return refusal,
        };
        let now = now();
        let item = Item {
            sid: new_sid("CA"),
            channel: Channel::Voice,
            from_lead: false,
            lead,
            ours,
            body: spoken(&document),
            status: "queued",
            error_code: None,
            created: now,
            updated: now,
            service: None,
            twiml: document,
            duration: None,
            end: None,
        };
        self.state().add(item.clone());
        let answer = EmulatedResponse::created(self.item_json(&item));
        self.play_call(item, form.get("StatusCallback").map(str::to_owned), form.all("StatusCallbackEvent"));
        answer
    }
}

fn check(form: &Fields) -> Result<(String, String, String), EmulatedResponse> {
    let refuse = |code: u32, message: String| Err(EmulatedResponse::error(400, code, message));
    let Some(to) = form.get("To") else { return refuse(21201, "No 'To' number is specified".into()) };
    let Some(from) = form.get("From") else { return refuse(21213, "'From' phone number is required".into()) };
    let Some((Channel::Sms, lead)) = number(to) else {
        return refuse(21211, format!("The phone number you are attempting to call, {to}, is not valid."));
    };
    let Some((Channel::Sms, ours)) = number(from) else {
        return refuse(21212, format!("The source phone number provided, {from}, is not valid."));
    };
    let Some(document) = form.get("Twiml") else {
        return refuse(
            21205,
            "One of 'Url', 'Twiml' or 'ApplicationSid' is required; this emulator takes 'Twiml' only.".into(),
        );
    };
    // Twilio's documents name the limit but not the code.
    if document.chars().count() > twiml::MAX_CHARS {
        return refuse(21261, "The 'Twiml' parameter exceeds 4000 characters.".into());
    }
    if form.get("Timeout").is_some_and(|secs| !secs.parse::<u32>().is_ok_and(|secs| secs <= 600)) {
        return refuse(21220, "'Timeout' must be a number between 0 and 600.".into());
    }
    check_callback(form.get("StatusCallback"))?;
    let known = ["initiated", "ringing", "answered", "completed"];
    if let Some(event) = form.all("StatusCallbackEvent").iter().find(|event| !known.contains(&event.as_str())) {
        return refuse(21626, format!("Invalid 'StatusCallbackEvent': {event}"));
    }
    Ok((lead, ours, document.to_owned()))
}

/// Everything between `<Say>` and `</Say>`, for the phone pane.
fn spoken(document: &str) -> String {
    let texts = document.split("<Say").skip(1).filter_map(|rest| {
        let (_, text) = rest.split_once('>')?;
        text.split("</Say>").next()
    });
    twiml::unescape(&texts.collect::<Vec<_>>().join(" "))
}

/// Where a key that is pressed during this call is posted.
pub(super) fn gather_action(document: &str) -> Option<String> {
    let (_, gather) = document.split_once("<Gather")?;
    let (attributes, _) = gather.split_once('>')?;
    let (_, value) = attributes.split_once(" action=\"")?;
    let (value, _) = value.split_once('"')?;
    Some(twiml::unescape(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_documents_are_understood() {
        let document = twiml::call("Hi <Ada> & co", &[], "https://x.example/?a=1&b=2").unwrap();
        assert_eq!(gather_action(&document).as_deref(), Some("https://x.example/?a=1&b=2/api/webhooks/receive"));
        assert!(spoken(&document).starts_with("Hi <Ada> & co We did not"));
        assert_eq!(gather_action("<Response><Say>Bye</Say></Response>"), None);
    }
}
