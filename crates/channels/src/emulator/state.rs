//! What the emulated network remembers, and the rules that need nothing but memory.
//!
//! Not here: time (always an argument), requests, posts.

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::{DateTime, Duration, Utc};
use domain::message::{CallEnd, Channel};
use domain::phone::Phone;

use super::content::Template;
use super::traffic::{KEPT, Moment, Traffic};

/// How many messages and calls can be looked up.
const LISTED: usize = 20_000;

/// Twilio's words, matched against the whole message.
const STOP_WORDS: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START_WORDS: [&str; 3] = ["START", "YES", "UNSTOP"];

/// A message or call as the list shows it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub sid: String,
    pub channel: Channel,
    pub from_lead: bool,
    pub lead: String,
    pub ours: String,
    pub body: String,
    pub status: &'static str,
    pub error_code: Option<u32>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub service: Option<String>,
    /// For a call: its document, from which a pressed key knows where to go.
    pub twiml: String,
    /// For a call: its length in seconds.
    pub duration: Option<u32>,
    /// For a call of a person played by hand: how the operator lets it end.
    pub end: Option<CallEnd>,
}

impl Item {
    /// Whether it is a call between the two that somebody has taken and nobody ended.
    pub fn goes_on(&self, lead: &Phone, ours: &Phone) -> bool {
        self.is_open(lead, ours) && self.status == "in-progress"
    }

    /// Whether it is a call between the two that goes on or is yet to be taken.
    pub fn is_open(&self, lead: &Phone, ours: &Phone) -> bool {
        self.channel == Channel::Voice
            && self.lead == lead.as_str()
            && self.ours == ours.as_str()
            && matches!(self.status, "queued" | "initiated" | "ringing" | "in-progress")
    }
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub items: VecDeque<Item>,
    pub contents: HashMap<String, Template>,
    /// (lead, ours): SMS only, as at Twilio.
    pub opted_out: HashSet<(String, String)>,
    pub by_hand: HashSet<String>,
    pub traffic: VecDeque<Traffic>,
    pub accepted: u64,
    windows: HashMap<(String, String), DateTime<Utc>>,
    answers: HashMap<(String, Channel), u32>,
}

impl State {
    pub fn add(&mut self, item: Item) {
        if self.items.len() >= LISTED {
            self.items.pop_front();
        }
        let moment = if item.from_lead { Moment::FromLead } else { Moment::ToLead };
        self.accepted += u64::from(!item.from_lead);
        self.note(&item, moment, item.body.clone(), item.created);
        self.items.push_back(item);
    }

    pub fn find(&self, sid: &str) -> Option<&Item> {
        self.items.iter().rev().find(|item| item.sid == sid)
    }

    /// Moves an item on, and writes it down.
    pub fn report(
        &mut self,
        sid: &str,
        status: &'static str,
        error_code: Option<u32>,
        now: DateTime<Utc>,
    ) -> Option<Item> {
        let item = self.items.iter_mut().rev().find(|item| item.sid == sid)?;
        item.status = status;
        item.error_code = error_code;
        item.updated = now;
        let item = item.clone();
        let text = error_code.map_or(status.to_owned(), |code| format!("{status} ({code})"));
        self.note(&item, Moment::Report, text, now);
        Some(item)
    }

    pub fn note(&mut self, item: &Item, moment: Moment, text: String, at: DateTime<Utc>) {
        if self.traffic.len() >= KEPT {
            self.traffic.pop_front();
        }
        let Item { channel, lead, ours, sid, .. } = item.clone();
        self.traffic.push_back(Traffic { at, moment, channel, lead, ours, sid, text });
    }

    /// What a person's message changes: the WhatsApp window, the opt-out from SMS.
    pub fn heard(&mut self, lead: &str, ours: &str, channel: Channel, text: &str, now: DateTime<Utc>) {
        let word = text.trim().to_uppercase();
        let key = (lead.to_owned(), ours.to_owned());
        match channel {
            Channel::Whatsapp => self.open_window(lead, ours, now),
            Channel::Sms if STOP_WORDS.contains(&word.as_str()) => {
                self.opted_out.insert(key);
            }
            Channel::Sms if START_WORDS.contains(&word.as_str()) => {
                self.opted_out.remove(&key);
            }
            Channel::Sms | Channel::Voice => {}
        }
    }

    pub fn open_window(&mut self, lead: &str, ours: &str, at: DateTime<Utc>) {
        let since = self.windows.entry((lead.to_owned(), ours.to_owned())).or_insert(at);
        *since = at.max(*since);
    }

    pub fn window_is_open(&self, lead: &str, ours: &str, now: DateTime<Utc>) -> bool {
        self.windows.get(&(lead.to_owned(), ours.to_owned())).is_some_and(|at| now - *at < Duration::hours(24))
    }

    pub fn remember_content(&mut self, sid: &str, body: &str, now: DateTime<Utc>) {
        self.contents.insert(sid.to_owned(), Template::remembered(body, now));
    }

    /// How often this person has answered on this channel; counts one more.
    pub fn count_answer(&mut self, lead: &str, channel: Channel) -> u32 {
        let count = self.answers.entry((lead.to_owned(), channel)).or_default();
        *count += 1;
        *count - 1
    }
}
