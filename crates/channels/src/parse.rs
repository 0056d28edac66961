//! Twilio's webhooks, read: form fields become the domain's words.
//!
//! Not here: whether the request is genuine (`signature`, always asked first), nor what happens next (`engine::inbox`).

use chrono::{DateTime, Utc};
use domain::keyword::{self, Key, Keyword};
use domain::message::{CallEnd, Channel, Inbound, Media, Status, StatusReport};
use domain::phone::Phone;
use domain::text::{cut, storable};
use serde_json::{Map, Value};

/// No field that is read may be longer than this many bytes. A body is never cut: what is too long is refused. Other fields are left out of
/// the log.
pub const MAX_FIELD: usize = 64 * 1024;

/// More pieces of media than anybody sends with one message; those behind are left out.
const MAX_MEDIA: usize = 30;

/// The longest name that is taken over, in characters; WhatsApp allows 25.
const LONGEST_NAME: usize = 100;

/// The fields without which a post says nothing.
const READ: &[&str] = &["From", "To", "Body", "MessageSid", "SmsSid", "SmsMessageSid", "CallSid", "Digits"];

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
    let too_long = |(name, value): &&(String, String)| READ.contains(&name.as_str()) && value.len() > MAX_FIELD;
    if let Some((name, _)) = pairs.iter().find(too_long) {
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

/// The wish that a message is: what Twilio's own opt-out handling made of it (`OptOutType`, which knows words of many languages), what is behind
/// the button that was pressed, the button's label, the words. Whatever says STOP counts first.
pub fn keyword(inbound: &Inbound) -> Option<Keyword> {
    if inbound.channel == Channel::Voice {
        return None;
    }
    let fields = ["OptOutType", "ButtonPayload", "ButtonText", "ListId", "ListTitle"];
    let of_fields = fields.iter().filter_map(|name| inbound.raw.get(name).and_then(Value::as_str));
    let said: Vec<Keyword> = of_fields.chain([inbound.body.as_str()]).filter_map(keyword::keyword).collect();
    [Keyword::Stop, Keyword::Start, Keyword::Help].into_iter().find(|word| said.contains(word))
}

/// What a person calls themselves on WhatsApp. Some write a sign, an emoji or their number there, which is no name.
pub fn profile_name(inbound: &Inbound) -> Option<String> {
    let written = inbound.raw.get("ProfileName").and_then(Value::as_str)?;
    let name = cut(clean(written).trim(), LONGEST_NAME).trim().to_owned();
    (!domain::name::first_name(&name).is_empty()).then_some(name)
}

/// What was pressed in a call, if this is about keys.
pub fn key(inbound: &Inbound) -> Option<Key> {
    let digits = inbound.body.strip_prefix(PRESSED).filter(|_| inbound.event == KEY_PRESS)?;
    Some(keyword::key(digits))
}

/// The event of a pressed key, and what its body begins with.
const KEY_PRESS: &str = "key_press";
const PRESSED: &str = "Pressed ";

fn parse_message(form: &Form<'_>, now: DateTime<Utc>) -> Result<Parsed, ParseError> {
    let message_id = ["MessageSid", "SmsSid", "SmsMessageSid"]
        .iter()
        .find_map(|name| form.filled(name).map(|value| sid(name, value)))
        .unwrap_or_else(|| Err(ParseError::Missing("MessageSid".into())))?;
    if let Some(word) = form.filled("MessageStatus").filter(|word| !matches!(*word, "received" | "receiving")) {
        return Ok(match message_status(word) {
            Some(status) => Parsed::Status(StatusReport {
                message_id,
                our_number: form.number("From"),
                status,
                error_code: (status == Status::Failed).then(|| form.error_code().unwrap_or_else(|| word.to_owned())),
                duration_secs: None,
                call_end: None,
            }),
            None => Parsed::Ignored(format!("the message status `{}` is not known", short(word))),
        });
    }
    let (channel, from) = match form.address("From") {
        Ok(found) => found,
        // A short code or a name: nobody who could be answered, and its sender would only repeat it.
        Err(ParseError::BadNumber(_)) => {
            let other = || "the sender is no phone number and cannot be answered".to_owned();
            return Ok(Parsed::Ignored(form.foreign_channel("From").unwrap_or_else(other)));
        }
        Err(error) => return Err(error),
    };
    let (_, to) = form.address("To")?;
    // A picture, a voice note, a place on the map come without words; a pressed button has its label.
    let body =
        ["Body", "ButtonText", "ListTitle"].iter().find_map(|name| form.filled(name)).map(clean).unwrap_or_default();
    Ok(Parsed::Inbound(Inbound {
        provider: "twilio".into(),
        event: "message".into(),
        channel,
        from: from.into(),
        to: to.into(),
        body,
        media: form.media(),
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
            event: KEY_PRESS.into(),
            channel: Channel::Voice,
            from: form.address(theirs)?.1.into(),
            to: form.address(ours)?.1.into(),
            body: format!("{PRESSED}{digits}"),
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
        our_number: form.number(ours),
        status,
        error_code: (status == Status::Failed).then(|| form.error_code().unwrap_or_else(|| word.to_owned())),
        duration_secs: form.filled("CallDuration").and_then(|secs| secs.parse().ok()),
        call_end: call_end(word, form.filled("AnsweredBy")),
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

/// How a call ended, by Twilio's words for its state and for who took it (`MachineDetection`). `None`: it goes on.
pub fn call_end(word: &str, answered_by: Option<&str>) -> Option<CallEnd> {
    Some(match (word, answered_by.unwrap_or_default()) {
        ("completed", "fax") => CallEnd::Failed,
        ("completed", by) if by.starts_with("machine") => CallEnd::Voicemail,
        // `human`, `unknown`, or nobody looked.
        ("completed", _) => CallEnd::Answered,
        ("busy", _) => CallEnd::Busy,
        ("no-answer", _) => CallEnd::NoAnswer,
        ("failed" | "canceled", _) => CallEnd::Failed,
        _ => return None,
    })
}

/// Postgres stores no NUL, neither as text nor in JSON; everything else stays as it came.
pub(crate) fn clean(text: &str) -> String {
    storable(text)
}

/// Ids become parts of keys and of addresses, so only what ids are made of may pass.
pub(crate) fn sid(field: &str, value: &str) -> Result<String, ParseError> {
    let fine = (1..=64).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if fine { Ok(value.to_owned()) } else { Err(ParseError::Malformed(field.to_owned())) }
}

fn short(word: &str) -> String {
    clean(cut(word, 40))
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

    /// Our number in a field, for finding whose it is; what is no number stays as it is and is nobody's.
    fn number(&self, name: &str) -> String {
        self.address(name).map_or_else(|_| clean(self.get(name).unwrap_or_default()), |(_, phone)| phone.to_string())
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

    /// What came along: every address that is there, whatever `NumMedia` says.
    fn media(&self) -> Vec<Media> {
        let one = |at: usize| {
            let url = self.filled(&format!("MediaUrl{at}"))?;
            let content_type = self.filled(&format!("MediaContentType{at}")).unwrap_or("application/octet-stream");
            Some(Media { url: clean(url), content_type: clean(content_type) })
        };
        (0..MAX_MEDIA).filter_map(one).collect()
    }

    fn raw(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.0.iter().filter(|(name, value)| name.len() <= MAX_FIELD && value.len() <= MAX_FIELD) {
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
