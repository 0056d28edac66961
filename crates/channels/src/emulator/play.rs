//! What becomes of a message or a call after it was accepted: reports, and what the person at the other end does.
//!
//! Not here: the words (`people`), the posts (`post`).

use domain::message::{CallEnd, Channel};

use super::messages::addresses;
use super::people::{self, Kind, persona_of, spread};
use super::post::form;
use super::state::Item;
use super::{Emulator, now};

/// How long a person that the operator plays has to press a key or to end the call, in milliseconds at demo speed, and how often we look.
const BY_HAND_CALL_MILLIS: u64 = 30_000;
const LOOK_MILLIS: u64 = 250;

impl Emulator {
    pub(super) fn play_message(&self, item: Item, callback: Option<String>, outside_window: bool) {
        let emulator = self.clone();
        tokio::spawn(async move {
            if emulator.message_travels(&item, callback.as_deref(), outside_window).await {
                emulator.person_answers(&item).await;
            }
        });
    }

    /// Gives whether it arrived.
    async fn message_travels(&self, item: &Item, callback: Option<&str>, outside_window: bool) -> bool {
        self.pause(400).await;
        if outside_window {
            self.message_report(item, "failed", Some(63016), callback).await;
            return false;
        }
        self.message_report(item, "sent", None, callback).await;
        self.pause(900).await;
        let by_hand = self.state().by_hand.contains(&item.lead);
        if persona_of(&item.lead).kind == Kind::Unreachable && !by_hand {
            self.message_report(item, "undelivered", Some(30003), callback).await;
            return false;
        }
        self.message_report(item, "delivered", None, callback).await;
        // Real reports repeat; these people's always do, so that nobody forgets it.
        if spread(&item.lead).is_multiple_of(4) {
            self.message_report(item, "delivered", None, callback).await;
        }
        if item.channel == Channel::Whatsapp {
            self.pause(700).await;
            self.message_report(item, "read", None, callback).await;
        }
        true
    }

    async fn person_answers(&self, item: &Item) {
        self.pause(2000 + u64::from(spread(&item.lead) % 4000)).await;
        let text = {
            let mut state = self.state();
            if state.by_hand.contains(&item.lead) {
                return;
            }
            let before = state.count_answer(&item.lead, item.channel);
            people::answer(&item.lead, item.channel, before)
        };
        if let Some(text) = text {
            // A failure is already in the log; the person will not write again.
            let _ = self.lead_writes(&item.lead, &item.ours, item.channel, text).await;
        }
    }

    async fn message_report(&self, item: &Item, status: &'static str, error: Option<u32>, callback: Option<&str>) {
        self.state().report(&item.sid, status, error, now());
        let Some(callback) = callback else { return };
        let (from, to) = addresses(item);
        let mut params = form(&[
            ("MessageSid", &item.sid),
            ("SmsSid", &item.sid),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("AccountSid", &self.config().account_sid),
            ("ApiVersion", "2010-04-01"),
            ("From", &from),
            ("To", &to),
        ]);
        if let Some(code) = error {
            params.extend(form(&[("ErrorCode", &code.to_string())]));
        }
        if item.channel == Channel::Whatsapp {
            params.extend(form(&[("ChannelPrefix", "whatsapp")]));
        }
        if matches!(status, "delivered" | "undelivered") {
            params.extend(form(&[("RawDlrDoneDate", &now().format("%y%m%d%H%M").to_string())]));
        }
        let _ = self.post(callback, &params, item).await;
    }

    pub(super) fn play_call(&self, item: Item, callback: Option<String>, events: Vec<String>) {
        let emulator = self.clone();
        tokio::spawn(async move {
            let mut call = Call { emulator, item, callback, events, sequence: 0, taken_by: None };
            call.goes().await;
        });
    }
}

/// One call in progress.
struct Call {
    emulator: Emulator,
    item: Item,
    callback: Option<String>,
    events: Vec<String>,
    sequence: u32,
    /// Who took it, once somebody did.
    taken_by: Option<&'static str>,
}

impl Call {
    async fn goes(&mut self) {
        let lead = self.item.lead.clone();
        let kind = persona_of(&lead).kind;
        let by_hand = self.emulator.state().by_hand.contains(&lead);
        self.emulator.pause(200).await;
        self.report("initiated", "initiated", None).await;
        self.emulator.pause(600).await;
        if kind == Kind::Unreachable && !by_hand {
            return self.report("completed", "failed", Some(0)).await;
        }
        if kind == Kind::Busy && !by_hand {
            return self.report("completed", "busy", Some(0)).await;
        }
        self.report("ringing", "ringing", None).await;
        if kind == Kind::Silent && !by_hand {
            self.emulator.pause(6000).await;
            return self.report("completed", "no-answer", Some(0)).await;
        }
        self.emulator.pause(1500).await;
        if kind == Kind::Voicemail && !by_hand {
            self.taken_by = Some("machine_start");
            self.report("answered", "in-progress", None).await;
            self.emulator.pause(3000).await;
            return self.report("completed", "completed", Some(3)).await;
        }
        self.taken_by = Some("human");
        self.report("answered", "in-progress", None).await;
        let secs = if by_hand {
            match self.by_hand().await {
                None | Some(CallEnd::Answered) => 30,
                Some(end) => return self.ends_as(end).await,
            }
        } else {
            let millis = if kind == Kind::OptOuter { 800 } else { 3000 + u64::from(spread(&lead) % 3000) };
            self.emulator.pause(millis).await;
            if let Some(key) = people::key(&lead) {
                // A document without a question has no key to press; the rest is in the log.
                let _ = self.emulator.press_key(&self.item, key).await;
                self.emulator.pause(800).await;
            }
            u32::try_from(millis / 1000).unwrap_or_default() + 1
        };
        self.report("completed", "completed", Some(secs)).await;
    }

    /// Waits until the operator lets the call end, or long enough.
    async fn by_hand(&self) -> Option<CallEnd> {
        for _ in 0..BY_HAND_CALL_MILLIS / LOOK_MILLIS {
            self.emulator.pause(LOOK_MILLIS).await;
            let end = self.emulator.state().items.iter().rev().find(|item| item.sid == self.item.sid)?.end;
            if end.is_some() {
                return end;
            }
        }
        None
    }

    async fn ends_as(&mut self, end: CallEnd) {
        let (status, taken_by, secs) = match end {
            CallEnd::Answered => ("completed", Some("human"), 1),
            CallEnd::Voicemail => ("completed", Some("machine_start"), 3),
            CallEnd::NoAnswer => ("no-answer", None, 0),
            CallEnd::Busy => ("busy", None, 0),
            CallEnd::Failed => ("failed", None, 0),
        };
        self.taken_by = taken_by;
        self.report("completed", status, Some(secs)).await;
    }

    /// Writes the state down, and posts it if this event was asked for. Only `completed` is when nothing was.
    async fn report(&mut self, event: &str, status: &'static str, duration: Option<u32>) {
        let emulator = self.emulator.clone();
        {
            let mut state = emulator.state();
            state.report(&self.item.sid, status, None, now());
            if let Some(item) = state.items.iter_mut().rev().find(|item| item.sid == self.item.sid) {
                item.duration = duration;
            }
        }
        let wanted =
            if self.events.is_empty() { event == "completed" } else { self.events.iter().any(|asked| asked == event) };
        let Some(callback) = self.callback.clone().filter(|_| wanted) else { return };
        let mut params = emulator.call_params(&self.item, status);
        params.extend(form(&[
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", &self.sequence.to_string()),
            ("Timestamp", &now().to_rfc2822()),
        ]));
        if let Some(by) = self.taken_by {
            params.extend(form(&[("AnsweredBy", by)]));
        }
        if let Some(secs) = duration {
            params.extend(form(&[("CallDuration", &secs.to_string()), ("Duration", "1")]));
        }
        self.sequence += 1;
        let _ = emulator.post(&callback, &params, &self.item).await;
    }
}
