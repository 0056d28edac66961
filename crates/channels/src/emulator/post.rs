//! The emulated network's posts to us: signed as Twilio signs, tried a few times as Twilio does.
//!
//! Not here: what the made-up people decide (`play`, `people`).

use domain::message::{CallEnd, Channel};
use domain::phone::Phone;

use super::calls::gather_action;
use super::messages::addresses;
use super::state::Item;
use super::traffic::Moment;
use super::{Emulator, new_sid, now};
use crate::signature;

/// How often a post is tried in all, and the first wait; each further one is twice as long.
const TRIES: u32 = 4;
const FIRST_WAIT_MILLIS: u64 = 1000;

/// Why the operator's words did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SayError {
    /// No call to this person goes on.
    #[error("there is no call to this person that goes on")]
    NoCall,
    /// Made-up people decide by themselves how a call ends.
    #[error("this person answers by themselves: turn on \u{201c}Answer by hand\u{201d} before the call")]
    NotByHand,
    /// In a call only keys can be pressed.
    #[error("press one key: 0 to 9, * or #")]
    NotAKey,
    /// Our own webhook did not take it.
    #[error("our webhook did not take the message: {0}")]
    NotTaken(String),
}

impl Emulator {
    /// Lets the operator play the lead: what they write arrives as a signed webhook, exactly as a real message would. In a call `text`
    /// is the key that is pressed. Gives the id under which it arrived.
    pub async fn say(&self, lead: &Phone, ours: &Phone, channel: Channel, text: &str) -> Result<String, SayError> {
        if channel == Channel::Voice {
            return self.press(lead, ours, text.trim()).await;
        }
        self.lead_writes(lead.as_str(), ours.as_str(), channel, text).await.map_err(SayError::NotTaken)
    }

    async fn press(&self, lead: &Phone, ours: &Phone, key: &str) -> Result<String, SayError> {
        if key.len() != 1 || !key.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#')) {
            return Err(SayError::NotAKey);
        }
        let call = self.state().items.iter().rev().find(|item| item.goes_on(lead, ours)).cloned();
        let call = call.ok_or(SayError::NoCall)?;
        self.press_key(&call, key).await.map_err(SayError::NotTaken)?;
        Ok(call.sid)
    }

    /// Lets the operator end the call that goes on with the person they play: as if nobody had taken it, a machine had, or they hang up.
    pub fn end_call(&self, lead: &Phone, ours: &Phone, end: CallEnd) -> Result<(), SayError> {
        let mut state = self.state();
        if !state.by_hand.contains(lead.as_str()) {
            return Err(SayError::NotByHand);
        }
        let call = state.items.iter_mut().rev().find(|item| item.is_open(lead, ours)).ok_or(SayError::NoCall)?;
        call.end = Some(end);
        Ok(())
    }

    /// A person's message: remembered, then posted to our webhook.
    pub(super) async fn lead_writes(
        &self,
        lead: &str,
        ours: &str,
        channel: Channel,
        text: &str,
    ) -> Result<String, String> {
        let now = now();
        let item = Item {
            sid: new_sid("SM"),
            channel,
            from_lead: true,
            lead: lead.to_owned(),
            ours: ours.to_owned(),
            body: text.to_owned(),
            status: "received",
            error_code: None,
            created: now,
            updated: now,
            service: None,
            twiml: String::new(),
            duration: None,
            end: None,
        };
        {
            let mut state = self.state();
            state.heard(lead, ours, channel, text, now);
            state.add(item.clone());
        }
        let (from, to) = addresses(&item);
        let sid = item.sid.as_str();
        let mut params = form(&[
            ("MessageSid", sid),
            ("SmsSid", sid),
            ("SmsMessageSid", sid),
            ("AccountSid", &self.config().account_sid),
            ("ApiVersion", "2010-04-01"),
            ("SmsStatus", "received"),
            ("From", &from),
            ("To", &to),
            ("Body", text),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
        ]);
        if channel == Channel::Whatsapp {
            params.extend(form(&[("WaId", lead.trim_start_matches('+')), ("ProfileName", profile_name(lead))]));
        }
        let url = self.config().webhook_url.clone();
        self.post(&url, &params, &item).await?;
        Ok(item.sid)
    }

    /// A key pressed in a call: posted to wherever the call's document says.
    pub(super) async fn press_key(&self, call: &Item, key: &str) -> Result<(), String> {
        let Some(action) = gather_action(&call.twiml) else { return Err("the call does not ask for a key".into()) };
        self.state().note(call, Moment::KeyPress, key.to_owned(), now());
        let mut params = self.call_params(call, "in-progress");
        params.extend(form(&[("Digits", key), ("msg", "Gather End"), ("FinishedOnKey", "")]));
        self.post(&action, &params, call).await
    }

    /// What every post about a call carries.
    pub(super) fn call_params(&self, call: &Item, status: &str) -> Vec<(String, String)> {
        form(&[
            ("CallSid", &call.sid),
            ("AccountSid", &self.config().account_sid),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "outbound-api"),
            ("CallStatus", status),
            ("From", &call.ours),
            ("Caller", &call.ours),
            ("To", &call.lead),
            ("Called", &call.lead),
        ])
    }

    /// Posts until it is taken, a few times at most.
    pub(super) async fn post(&self, url: &str, params: &[(String, String)], about: &Item) -> Result<(), String> {
        let header = signature::sign(url, params, self.config().auth_token.expose());
        let target = self.target(url);
        let mut wait = FIRST_WAIT_MILLIS;
        let mut reason = String::new();
        for attempt in 1..=TRIES {
            let request = self
                .inner
                .client
                .post(&target)
                .header(signature::HEADER, &header)
                .header("I-Twilio-Idempotency-Token", &about.sid);
            match request.form(params).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => reason = format!("HTTP {}", answer.status().as_u16()),
                Err(error) => reason = error.without_url().to_string(),
            }
            if attempt < TRIES {
                self.pause(wait).await;
                wait *= 2;
            }
        }
        tracing::warn!(emulator.tries = TRIES, emulator.reason = %reason, "the emulated network gave up a post to our webhook");
        self.state().note(about, Moment::Lost, reason.clone(), now());
        Err(reason)
    }

    fn target(&self, url: &str) -> String {
        let Some(local) = &self.config().local_origin else { return url.to_owned() };
        let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin().ascii_serialization());
        match (origin(&self.config().webhook_url), url::Url::parse(url)) {
            (Some(public), Ok(parsed)) if parsed.origin().ascii_serialization() == public => {
                let query = parsed.query().map(|query| format!("?{query}")).unwrap_or_default();
                format!("{}{}{query}", local.trim_end_matches('/'), parsed.path())
            }
            _ => url.to_owned(),
        }
    }
}

pub(super) fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What somebody calls themselves on WhatsApp, where everybody does. The same number is the same person.
fn profile_name(number: &str) -> &'static str {
    const NAMES: [&str; 8] = ["Sam Rivera", "Priya Nair", "Tomás", "Lena W.", "🌻 Jo", "李明", "Noor Haddad", "Chris"];
    NAMES[number.bytes().map(usize::from).sum::<usize>() % NAMES.len()]
}
