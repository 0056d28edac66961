//! Looking up after a crash whether Twilio took a message, because it may not be sent twice to find out.
//!
//! Not here: what to do when the look-up settles nothing (`engine` marks the message in doubt).

use chrono::{DateTime, SubsecRound, Utc};
use domain::message::Channel;
use serde_json::Value;

use super::Twilio;
use super::answer::{Kind, ask, lost};
use super::send::{address, receipt};
use crate::{Content, Error, Found, Outgoing};

impl Twilio {
    /// The messages or calls that this `Outgoing` may have become, oldest first: same numbers, made by us, not older than `since` (the
    /// moment before the first attempt), and for messages the same text to the letter.
    ///
    /// An empty list proves nothing: it may not be listed *yet*. One that is listed may be another message of ours with the same text,
    /// or another call, which has no text to compare: the caller sees whose it is.
    pub async fn find_sent(&self, outgoing: &Outgoing, since: DateTime<Utc>) -> Result<Vec<Found>, Error> {
        let (resource, list) = match outgoing.channel {
            Channel::Voice => ("Calls", "calls"),
            Channel::Sms | Channel::Whatsapp => ("Messages", "messages"),
        };
        // Twilio's own date filters go by when a message left, which a queued one has not: they would hide what we look for.
        // The list of one pair of numbers is short and starts with the newest.
        let query = [
            ("To", address(outgoing.channel, &outgoing.to)),
            ("From", address(outgoing.channel, &outgoing.from)),
            ("PageSize", "100".to_owned()),
        ];
        let request = self.with_auth(self.client.get(self.account_url(resource))).query(&query);
        let json = ask(request, Kind::Read).await?;
        let items = json[list].as_array().ok_or_else(|| lost(Kind::Read, "the answer was not a list".into()))?;
        // Twilio tells times in whole seconds.
        let since = since.trunc_subsecs(0);
        let mut found: Vec<Found> = items
            .iter()
            .rev()
            .filter(|item| fits(item, outgoing))
            .filter_map(|item| Some(Found { receipt: receipt(item, resource)?, at: made(item)? }))
            .filter(|found| found.at >= since)
            .collect();
        found.sort_by_key(|found| found.at);
        Ok(found)
    }
}

/// When Twilio took it.
fn made(item: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(item["date_created"].as_str()?).ok().map(|date| date.with_timezone(&Utc))
}

fn fits(item: &Value, outgoing: &Outgoing) -> bool {
    let text = match &outgoing.content {
        Content::Text(text) => Some(text),
        Content::Template { rendered, .. } => Some(rendered),
        Content::Call { .. } => None,
    };
    let ours = item["direction"].as_str().is_some_and(|direction| direction.starts_with("outbound"));
    let same_numbers = item["to"].as_str() == Some(&address(outgoing.channel, &outgoing.to))
        && item["from"].as_str() == Some(&address(outgoing.channel, &outgoing.from));
    let same_text = text.is_none_or(|text| item["body"].as_str() == Some(text));
    ours && same_numbers && same_text
}
