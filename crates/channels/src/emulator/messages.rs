//! The emulated Messages resource: what Twilio checks before it takes a message, and how it lists what it took.
//!
//! Not here: what becomes of a message (`play`).

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::message::Channel;
use domain::phone::Phone;
use serde_json::{Value, json};

use super::routes::{EmulatedResponse, Fields};
use super::state::{Item, State};
use super::{Emulator, new_sid, now};

/// The longest text in one request, in characters.
const MAX_BODY: usize = 1600;

impl Emulator {
    pub(super) fn create_message(&self, form: &Fields) -> EmulatedResponse {
        let now = now();
        let mut state = self.state();
        let checked = match check(form, &state, now) {
            Ok(checked) => checked,
            Err(refusal) => return refusal,
        };
        let Checked { channel, lead, ours, body, outside_window } = checked;
        let item = Item {
            sid: new_sid("SM"),
            channel,
            from_lead: false,
            lead,
            ours,
            body,
            status: "queued",
            error_code: None,
            created: now,
            updated: now,
            service: form.get("MessagingServiceSid").map(str::to_owned),
            twiml: String::new(),
            duration: None,
            end: None,
        };
        state.add(item.clone());
        drop(state);
        let answer = EmulatedResponse::created(self.item_json(&item));
        self.play_message(item, form.get("StatusCallback").map(str::to_owned), outside_window);
        answer
    }

    pub(super) fn list(&self, query: &Fields, calls: bool) -> EmulatedResponse {
        let size = query.get("PageSize").and_then(|size| size.parse().ok()).unwrap_or(50).clamp(1, 1000);
        let (name, date) = if calls { ("calls", "StartTime") } else { ("messages", "DateSent") };
        let after = query.get(&format!("{date}>")).and_then(day);
        let before = query.get(&format!("{date}<")).and_then(day).map(|day| day + Duration::days(1));
        let state = self.state();
        let fits = |item: &&Item| {
            let (from, to) = addresses(item);
            (item.channel == Channel::Voice) == calls
                && query.get("To").is_none_or(|wanted| wanted == to)
                && query.get("From").is_none_or(|wanted| wanted == from)
                && after.is_none_or(|after| item.created >= after)
                && before.is_none_or(|before| item.created < before)
        };
        let items: Vec<Value> =
            state.items.iter().rev().filter(fits).take(size).map(|item| self.item_json(item)).collect();
        EmulatedResponse::ok(
            json!({ name: items, "page": 0, "page_size": size, "next_page_uri": null, "previous_page_uri": null }),
        )
    }

    pub(super) fn fetch(&self, sid: &str, calls: bool) -> Option<EmulatedResponse> {
        let state = self.state();
        let item = state.find(sid).filter(|item| (item.channel == Channel::Voice) == calls)?;
        Some(EmulatedResponse::ok(self.item_json(item)))
    }

    pub(super) fn item_json(&self, item: &Item) -> Value {
        let account = &self.config().account_sid;
        let (from, to) = addresses(item);
        let date = |date: DateTime<Utc>| date.to_rfc2822();
        let direction = if item.from_lead { "inbound" } else { "outbound-api" };
        if item.channel == Channel::Voice {
            let over = matches!(item.status, "completed" | "busy" | "no-answer" | "failed");
            return json!({
                "sid": item.sid, "account_sid": account, "from": from, "to": to, "status": item.status, "direction": direction,
                "date_created": date(item.created), "date_updated": date(item.updated), "start_time": date(item.created),
                "end_time": over.then(|| date(item.updated)), "duration": item.duration.map(|secs| secs.to_string()),
                "price": null, "price_unit": "USD", "api_version": "2010-04-01", "answered_by": null,
                "uri": format!("/2010-04-01/Accounts/{account}/Calls/{}.json", item.sid),
            });
        }
        let gone = !matches!(item.status, "queued" | "accepted");
        json!({
            "sid": item.sid, "account_sid": account, "from": from, "to": to, "body": item.body, "status": item.status,
            "direction": direction, "date_created": date(item.created), "date_updated": date(item.updated),
            "date_sent": gone.then(|| date(item.updated)), "error_code": item.error_code, "error_message": null,
            "messaging_service_sid": item.service, "num_media": "0", "num_segments": "1", "price": null, "price_unit": "USD",
            "api_version": "2010-04-01", "uri": format!("/2010-04-01/Accounts/{account}/Messages/{}.json", item.sid),
        })
    }
}

struct Checked {
    channel: Channel,
    lead: String,
    ours: String,
    body: String,
    outside_window: bool,
}

fn check(form: &Fields, state: &State, now: DateTime<Utc>) -> Result<Checked, EmulatedResponse> {
    let refuse = |code: u32, message: String| Err(EmulatedResponse::error(400, code, message));
    let Some(to) = form.get("To") else { return refuse(21604, "A 'To' phone number is required.".into()) };
    let Some(from) = form.get("From") else { return refuse(21603, "A 'From' phone number is required.".into()) };
    let Some((channel, lead)) = number(to) else {
        return refuse(21211, format!("The 'To' number {to} is not a valid phone number."));
    };
    let Some((from_channel, ours)) = number(from) else {
        return refuse(
            21212,
            format!("The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."),
        );
    };
    if channel != from_channel {
        return refuse(21910, "Invalid From and To pair. From and To should be of the same channel".into());
    }
    if lead == ours {
        return refuse(21266, "'To' and 'From' number cannot be the same".into());
    }
    check_callback(form.get("StatusCallback"))?;
    let (body, by_template) = match (form.get("ContentSid"), form.get("Body")) {
        (Some(sid), _) => (rendered(sid, form.get("ContentVariables"), state)?, Some(sid)),
        (None, Some(body)) if body.chars().count() > MAX_BODY => {
            return refuse(21617, "The concatenated message body exceeds the 1600 character limit".into());
        }
        (None, Some(body)) => (body.to_owned(), None),
        (None, None) => return refuse(21602, "Message body is required.".into()),
    };
    if channel == Channel::Sms && state.opted_out.contains(&(lead.clone(), ours.clone())) {
        return refuse(21610, "Attempt to send to unsubscribed recipient".into());
    }
    // Twilio finds this out only while sending, so it is accepted here and fails later.
    let approved =
        by_template.is_some_and(|sid| state.contents.get(sid).is_some_and(|template| template.is_approved(now)));
    let outside_window = channel == Channel::Whatsapp && !approved && !state.window_is_open(&lead, &ours, now);
    Ok(Checked { channel, lead, ours, body, outside_window })
}

/// The host of a callback may not carry an underscore; a callback that is no address is refused.
pub(super) fn check_callback(callback: Option<&str>) -> Result<(), EmulatedResponse> {
    let Some(callback) = callback else { return Ok(()) };
    let fine = url::Url::parse(callback).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'))
    });
    if fine {
        return Ok(());
    }
    Err(EmulatedResponse::error(400, 21609, format!("The 'StatusCallback' URL {callback} is not a valid URL.")))
}

fn rendered(sid: &str, variables: Option<&str>, state: &State) -> Result<String, EmulatedResponse> {
    let Some(template) = state.contents.get(sid) else {
        return Err(EmulatedResponse::error(400, 21655, format!("The ContentSid {sid} is Invalid")));
    };
    let variables: BTreeMap<String, String> = serde_json::from_str(variables.unwrap_or("{}"))
        .map_err(|_| EmulatedResponse::error(400, 21656, "The ContentVariables Parameter is invalid"))?;
    Ok(template.render(&variables))
}

/// The channel and the number of an address. Twilio wants E.164 here, not what people type.
pub(super) fn number(address: &str) -> Option<(Channel, String)> {
    let (channel, number) = match address.strip_prefix("whatsapp:") {
        Some(number) => (Channel::Whatsapp, number),
        None => (Channel::Sms, address),
    };
    let exact = Phone::parse(number).ok().filter(|phone| phone.as_str() == number)?;
    Some((channel, exact.into()))
}

/// From and To as the wire shows them.
pub(super) fn addresses(item: &Item) -> (String, String) {
    let prefix = if item.channel == Channel::Whatsapp { "whatsapp:" } else { "" };
    let (from, to) = if item.from_lead { (&item.lead, &item.ours) } else { (&item.ours, &item.lead) };
    (format!("{prefix}{from}"), format!("{prefix}{to}"))
}

fn day(text: &str) -> Option<DateTime<Utc>> {
    let date: NaiveDate = text.get(..10)?.parse().ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}
