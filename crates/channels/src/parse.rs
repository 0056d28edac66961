//! Twilio's webhooks, read: form fields become the domain's words.
//!
//! Not here: whether the request is genuine (`signature`, always asked first), nor what happens next (`engine::inbox`).

use chrono::{DateTime, Utc};
use domain::message::{Channel, Inbound, Media, Status, StatusReport};
use domain::text::Phone;
use serde_json::{Map, Value};

/// No field may be longer than this many bytes. A body is never cut: what is too long is refused.
pub const MAX_FIELD: usize = 64 * 1024;

/// Twilio sends at most ten pieces of media.
const MAX_MEDIA: usize = 10;

/// What a webhook told us.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A person wrote.
    Inbound(Inbound),
    /// News about a message or call of ours.
    Status(StatusReport),
    /// A person pressed a key during our call.
    KeyPress(Inbound),
    /// Understood, and of no interest. The text says why.
    Ignored(String),
}

/// Why a webhook could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A field that must be there is not.
    #[error("the field `{0}` is missing")]
    Missing(String),
    /// A field does not hold a phone number.
    #[error("the field `{0}` does not hold a phone number")]
    BadNumber(String),
    /// A field is longer than `MAX_FIELD`.
    #[error("the field `{0}` is longer than 64 kB")]
    TooLong(String),
    /// A field holds something else than it should.
    #[error("the field `{0}` cannot be understood")]
    Malformed(String),
}

/// Reads one webhook. `now` is when it arrived.
pub fn parse(pairs: &[(String, String)], now: DateTime<Utc>) -> Result<Parsed, ParseError> {
    if let Some((name, _)) = pairs.iter().find(|(name, value)| name.len() > MAX_FIELD || value.len() > MAX_FIELD) {
        return Err(ParseError::TooLong(name.chars().take(60).collect()));
    }
    let form = Form(pairs);
    if form.filled("CallSid").is_some() {
        return parse_call(&form, now);
    }
    if ["MessageSid", "SmsSid", "SmsMessageSid"].iter().any(|name| form.filled(name).is_some()) {
        return parse_message(&form, now);
    }
    Err(ParseError::Missing("MessageSid".into()))
}

/// What Twilio's own opt-out handling made of the message: `STOP`, `START` or `HELP`. It knows words in many languages that our list does not.
pub fn opt_out_type(inbound: &Inbound) -> Option<&str> {
    inbound.raw.get("OptOutType").and_then(Value::as_str).filter(|word| !word.is_empty())
}

fn parse_message(form: &Form<'_>, now: DateTime<Utc>) -> Result<Parsed, ParseError> {
    let message_id = ["MessageSid", "SmsSid", "SmsMessageSid"]
        .iter()
        .find_map(|name| form.filled(name).map(|value| sid(name, value)))
        .unwrap_or_else(|| Err(ParseError::Missing("MessageSid".into())))?;
    if let Some(word) = form.filled("MessageStatus").filter(|word| !matches!(*word, "received" | "receiving")) {
        return Ok(match message_status(word) {
            Some(status) => Parsed::Status(StatusReport {
                message_id,
                our_number: form.address("From")?.1.to_string(),
                status,
                error_code: (status == Status::Failed).then(|| form.error_code().unwrap_or_else(|| word.to_owned())),
                duration_secs: None,
            }),
            None => Parsed::Ignored(format!("the message status `{}` is not known", short(word))),
        });
    }
    let (channel, from) = match form.address("From") {
        Ok(found) => found,
        Err(error) => return form.foreign_channel("From").map(Parsed::Ignored).ok_or(error),
    };
    let (_, to) = form.address("To")?;
    let media = form.media()?;
    let body = match (form.get("Body"), media.is_empty()) {
        (Some(body), _) => clean(body),
        (None, false) => String::new(),
        (None, true) => return Err(ParseError::Missing("Body".into())),
    };
    Ok(Parsed::Inbound(Inbound {
        provider: "twilio".into(),
        event: "message".into(),
        channel,
        from: from.into(),
        to: to.into(),
        body,
        media,
        message_id,
        received_at: now,
        raw: form.raw(),
    }))
}

fn parse_call(form: &Form<'_>, now: DateTime<Utc>) -> Result<Parsed, ParseError> {
    let call_sid = sid("CallSid", form.filled("CallSid").ok_or_else(|| ParseError::Missing("CallSid".into()))?)?;
    let incoming = form.filled("Direction").is_some_and(|direction| direction.starts_with("inbound"));
    // Twilio names the caller `From`: in a call that we placed, that is our own number.
    let (ours, theirs) = if incoming { ("To", "From") } else { ("From", "To") };
    if let Some(digits) = form.get("Digits") {
        if digits.is_empty() {
            return Ok(Parsed::Ignored("no key was pressed".into()));
        }
        if digits.len() > 32 || !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#')) {
            return Err(ParseError::Malformed("Digits".into()));
        }
        return Ok(Parsed::KeyPress(Inbound {
            provider: "twilio".into(),
            event: "key_press".into(),
            channel: Channel::Voice,
            from: form.address(theirs)?.1.into(),
            to: form.address(ours)?.1.into(),
            body: format!("Pressed {digits}"),
            media: Vec::new(),
            message_id: format!("{call_sid}:digits:{digits}"),
            received_at: now,
            raw: form.raw(),
        }));
    }
    let word = form.filled("CallStatus").ok_or_else(|| ParseError::Missing("CallStatus".into()))?;
    if incoming {
        return Ok(Parsed::Ignored("somebody calls our number; calls are not taken".into()));
    }
    let Some(status) = call_status(word) else {
        return Ok(Parsed::Ignored(format!("the call status `{}` is not known", short(word))));
    };
    Ok(Parsed::Status(StatusReport {
        message_id: call_sid,
        our_number: form.address(ours)?.1.into(),
        status,
        error_code: (status == Status::Failed).then(|| form.error_code().unwrap_or_else(|| word.to_owned())),
        duration_secs: form.filled("CallDuration").and_then(|secs| secs.parse().ok()),
    }))
}

/// Twilio's word for the state of a message, in ours. `None`: a word we do not know, or one of an inbound message.
pub fn message_status(word: &str) -> Option<Status> {
    Some(match word {
        "queued" | "accepted" | "scheduled" => Status::Accepted,
        "sending" | "sent" => Status::Sent,
        "delivered" | "partially_delivered" => Status::Delivered,
        "read" => Status::Read,
        "undelivered" | "failed" | "canceled" => Status::Failed,
        _ => return None,
    })
}

/// Twilio's word for the state of a call, in ours.
pub fn call_status(word: &str) -> Option<Status> {
    Some(match word {
        "queued" | "initiated" => Status::Accepted,
        "ringing" | "in-progress" | "answered" => Status::Sent,
        "completed" => Status::Delivered,
        "busy" | "no-answer" | "failed" | "canceled" => Status::Failed,
        _ => return None,
    })
}

/// Postgres stores no NUL, neither as text nor in JSON; everything else stays as it came.
pub(crate) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Ids become parts of keys and of addresses, so only what ids are made of may pass.
pub(crate) fn sid(field: &str, value: &str) -> Result<String, ParseError> {
    let fine = (1..=64).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if fine { Ok(value.to_owned()) } else { Err(ParseError::Malformed(field.to_owned())) }
}

fn short(word: &str) -> String {
    clean(&word.chars().take(40).collect::<String>())
}

/// The fields as they came; the first of a repeated name counts.
struct Form<'a>(&'a [(String, String)]);

impl Form<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The number in a field, and the channel that its prefix names.
    fn address(&self, name: &str) -> Result<(Channel, Phone), ParseError> {
        let text = self.filled(name).ok_or_else(|| ParseError::Missing(name.to_owned()))?;
        let (channel, number) = match text.strip_prefix("whatsapp:") {
            Some(number) => (Channel::Whatsapp, number),
            None => (Channel::Sms, text),
        };
        Phone::parse(number).map(|phone| (channel, phone)).map_err(|_| ParseError::BadNumber(name.to_owned()))
    }

    /// A sender on a channel that we do not serve, such as `messenger:123`.
    fn foreign_channel(&self, name: &str) -> Option<String> {
        let (prefix, _) = self.filled(name)?.split_once(':')?;
        let word = !prefix.is_empty() && prefix != "whatsapp" && prefix.bytes().all(|b| b.is_ascii_lowercase());
        word.then(|| format!("the channel `{}` is not served", short(prefix)))
    }

    fn error_code(&self) -> Option<String> {
        self.filled("ErrorCode").filter(|code| *code != "0").map(short)
    }

    fn media(&self) -> Result<Vec<Media>, ParseError> {
        let count: usize = match self.filled("NumMedia") {
            Some(text) => text.parse().map_err(|_| ParseError::Malformed("NumMedia".into()))?,
            None => 0,
        };
        if count > MAX_MEDIA {
            return Err(ParseError::Malformed("NumMedia".into()));
        }
        (0..count)
            .map(|at| {
                let name = format!("MediaUrl{at}");
                let url = self.filled(&name).ok_or(ParseError::Missing(name.clone()))?;
                let content_type = self.get(&format!("MediaContentType{at}")).unwrap_or("application/octet-stream");
                Ok(Media { url: clean(url), content_type: clean(content_type) })
            })
            .collect()
    }

    fn raw(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.0 {
            let value = Value::String(clean(value));
            match object.get_mut(&clean(name)) {
                None => {
                    object.insert(clean(name), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(object)
    }
}
