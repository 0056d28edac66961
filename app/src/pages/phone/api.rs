//! All server functions of the phone page.

use domain::message::{CallEnd, Channel};
#[cfg(feature = "ssr")]
use domain::{filter::Filter, phone::Phone};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use super::data::Item;
use super::data::{Handset, Person};
#[cfg(feature = "ssr")]
use crate::backend::{PhoneLine, cx, phone_line};
use crate::error::AppError;

/// How many people, and how many things on a phone, are shown.
#[cfg(feature = "ssr")]
const MOST: i64 = 100;

/// The emulated network, or a refusal when messages reach real people.
#[cfg(feature = "ssr")]
fn line() -> Result<std::sync::Arc<dyn PhoneLine>, AppError> {
    let off = "The emulator is off: messages reach real people, and nobody can be played.";
    phone_line().ok_or_else(|| engine::Error::Conflict(off.into()).into())
}

#[cfg(feature = "ssr")]
fn number(text: &str) -> Result<Phone, AppError> {
    Phone::parse(text).map_err(|why| engine::Error::field("phone", why).into())
}

/// Our number that they would write to or are called from.
#[cfg(feature = "ssr")]
async fn ours(cx: &engine::Cx, channel: Channel) -> Result<Phone, AppError> {
    let ours = db::conversations::our_number(&mut cx.read().await?, channel).await?;
    let none = || engine::Error::Conflict(format!("This workspace has no {} number.", channel.label()));
    number(&ours.ok_or_else(none)?)
}

/// Everybody with a phone.
#[server(prefix = "/fn", input = Json)]
pub async fn list_phones(q: String) -> Result<Vec<Person>, AppError> {
    let (cx, line) = (cx().await?, line()?);
    let mut tx = cx.read().await?;
    let filter = Filter { q: Some(q), ..Filter::default() };
    let person = |p: db::phone::Person| Person {
        persona: line.persona(&p.phone),
        by_hand: number(&p.phone).is_ok_and(|phone| line.is_by_hand(&phone)),
        name: if p.name.is_empty() { p.phone.clone() } else { p.name },
        phone: p.phone,
        last_body: p.last_body.unwrap_or_default(),
        last_at: p.last_at,
    };
    Ok(db::phone::people(&mut tx, &filter, MOST).await?.into_iter().map(person).collect())
}

/// One person's phone. A number that nobody knows yet has an empty one.
#[server(prefix = "/fn", input = Json)]
pub async fn load_handset(phone: String) -> Result<Handset, AppError> {
    let (cx, line, phone) = (cx().await?, line()?, number(&phone)?);
    let mut tx = cx.read().await?;
    let lead = db::leads::find_by_phone(&mut tx, &phone).await?;
    let (mut items, mut conversation) = (vec![], None);
    if let Some(lead) = &lead {
        items = db::phone::items(&mut tx, lead.id, MOST).await?;
        conversation = db::conversations::latest_of_lead(&mut tx, lead.id).await?;
    }
    let mut ours = vec![];
    for channel in Channel::ALL {
        ours.extend(db::conversations::our_number(&mut tx, *channel).await?.map(|number| (*channel, number)));
    }
    Ok(Handset {
        name: lead.as_ref().map_or(phone.as_str(), |lead| lead.title()).to_owned(),
        lead: lead.map(|lead| lead.id),
        conversation,
        persona: line.persona(phone.as_str()),
        by_hand: line.is_by_hand(&phone),
        items: items.into_iter().map(|i| Item::new(i.direction, i.channel, i.body, i.status, i.at)).collect(),
        ours,
        phone: phone.to_string(),
    })
}

/// The person writes, or presses a key in the call that is going on.
#[server(prefix = "/fn", input = Json)]
pub async fn say_as(phone: String, channel: Channel, text: String) -> Result<(), AppError> {
    let (cx, line, phone) = (cx().await?, line()?, number(&phone)?);
    cx.may(domain::access::Right::Write)?;
    if text.trim().is_empty() || text.chars().count() > 1600 {
        return Err(engine::Error::field("text", "Write 1 to 1,600 characters.").into());
    }
    let said = line.say(phone, ours(&cx, channel).await?, channel, text).await;
    Ok(said.map_err(engine::Error::Conflict)?)
}

/// The call that goes on ends like this.
#[server(prefix = "/fn", input = Json)]
pub async fn end_call_as(phone: String, end: CallEnd) -> Result<(), AppError> {
    let (cx, line, phone) = (cx().await?, line()?, number(&phone)?);
    cx.may(domain::access::Right::Write)?;
    let ended = line.end_call(&phone, &ours(&cx, Channel::Voice).await?, end);
    Ok(ended.map_err(engine::Error::Conflict)?)
}

/// From now on the operator plays this person, or no longer does.
#[server(prefix = "/fn", input = Json)]
pub async fn play_by_hand(phone: String, by_hand: bool) -> Result<(), AppError> {
    let (cx, line, phone) = (cx().await?, line()?, number(&phone)?);
    cx.may(domain::access::Right::Write)?;
    line.play_by_hand(&phone, by_hand);
    Ok(())
}

/// A random number that belongs to nobody yet (+1 555 …), of which the last digit says who answers there.
#[server(prefix = "/fn", input = Json)]
pub async fn unused_number(last_digit: u8) -> Result<String, AppError> {
    let cx = cx().await?;
    let random = cx.new_id::<domain::id::MessageId>().uuid().as_u128() % 100_000;
    Ok(format!("+15552{random:05}{}", last_digit % 10))
}
