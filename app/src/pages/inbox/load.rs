//! Gathers what one region of the inbox shows, in one read-only transaction. Server half only; changes nothing.
#![cfg(feature = "ssr")]

use std::sync::Arc;

use domain::conversation::{Conversation, Owner};
use domain::filter::{Filter, PageAt};
use domain::gate::{self, Decision, Facts};
use domain::id::{ConversationId, MessageId};
use domain::lead::Lead;
use domain::message::{Author, Channel, Message};
use domain::phone::Phone;
use domain::template::{self, TemplateState};
use engine::Cx;

use super::data::{Counts, InboxList, Offer, Thread};
use crate::backend::PhoneLine;
use crate::error::AppError;
use crate::pages::leads::api::ConsentLine;

/// Messages per press of "Load earlier".
const PER_PAGE: i64 = 50;
/// The tickets of a person that are shown.
const TICKETS: i64 = 5;

/// One page of the list, and the figures on the tabs.
pub(super) async fn list(cx: &Cx, filter: &Filter) -> Result<InboxList, AppError> {
    let mut tx = cx.read().await?;
    let mut page = db::conversations::list(&mut tx, filter, cx.user()).await?;
    if let Some(last) = page.last_instead() {
        let filter = Filter { page: Some(last), ..filter.clone() };
        page = db::conversations::list(&mut tx, &filter, cx.user()).await?;
    }
    let mut counts = Counts::default();
    let channel = Filter::word(&filter.channel);
    for queue in db::inbox::queues(&mut tx, filter, cx.user()).await? {
        counts.anything = true;
        *match queue.channel {
            Channel::Sms => &mut counts.sms,
            Channel::Whatsapp => &mut counts.whatsapp,
            Channel::Voice => &mut counts.voice,
        } += queue.unread;
        if channel.as_deref().is_some_and(|channel| channel != queue.channel.as_str()) {
            continue;
        }
        counts.conversations += queue.conversations;
        counts.escalated += queue.escalated;
        *match queue.owner {
            Owner::Ai => &mut counts.ai,
            Owner::Human => &mut counts.human,
        } += queue.conversations - queue.escalated;
        if queue.mine {
            counts.mine += queue.conversations;
        }
    }
    Ok(InboxList { page, counts })
}

/// One conversation and everything beside it.
pub(super) async fn thread(
    cx: &Cx,
    line: Option<Arc<dyn PhoneLine>>,
    id: ConversationId,
    pages: i64,
) -> Result<Thread, AppError> {
    let mut tx = cx.read().await?;
    let conversation = db::conversations::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let lead = db::leads::find(&mut tx, conversation.lead_id).await?.ok_or(engine::Error::NotFound)?;
    let (messages, total) = newest(&mut tx, id, pages.clamp(1, 40)).await?;
    let since = match messages.first() {
        Some(first) if total > i64::try_from(messages.len()).unwrap_or(total) => first.created_at,
        _ => conversation.created_at,
    };
    let (templates, refused) = offers(cx, &mut tx, &conversation, &lead).await?;
    let recorded = |c: db::leads::ConsentRow| ConsentLine {
        granted: c.granted,
        source: c.source,
        at: c.at,
        recorded_by: c.recorded_by,
    };
    let consents = db::leads::consents(&mut tx, lead.id).await?.into_iter().map(recorded).collect();
    Ok(Thread {
        consents,
        mine: conversation.owner_user_id.is_some() && conversation.owner_user_id == cx.user(),
        names: db::inbox::names(&mut tx, id).await?.into_iter().collect(),
        analysis: db::readings::analysis(&mut tx, id).await?,
        moments: db::inbox::moments(&mut tx, id, lead.id, since).await?,
        channels: db::inbox::of_lead(&mut tx, lead.id).await?,
        persona: line.zip(lead.phone.as_deref()).map(|(line, phone)| line.persona(phone)),
        tickets: db::tickets::of_lead(&mut tx, lead.id, TICKETS).await?,
        conversation,
        messages,
        total,
        lead,
        templates,
        refused,
    })
}

/// The newest messages, oldest first. One that arrives between two of its pages is shown once.
async fn newest(tx: &mut db::Tx, id: ConversationId, pages: i64) -> Result<(Vec<Message>, i64), AppError> {
    let (mut messages, mut total) = (Vec::<Message>::new(), 0);
    for page in 1..=pages {
        let older = db::messages::thread(tx, id, PageAt::new(Some(page), Some(PER_PAGE))).await?;
        total = older.total;
        let oldest: Option<MessageId> = messages.first().map(|m| m.id);
        messages.splice(0..0, older.items.into_iter().filter(|m| oldest.is_none_or(|oldest| m.id < oldest)));
        if page >= older.total_pages {
            break;
        }
    }
    Ok((messages, total))
}

/// The templates of the channel, and why free text may not be sent, if so: the send gate's own rules, asked beforehand.
async fn offers(
    cx: &Cx,
    tx: &mut db::Tx,
    conversation: &Conversation,
    lead: &Lead,
) -> Result<(Vec<Offer>, Option<String>), AppError> {
    let to = lead.phone.as_deref().and_then(|phone| Phone::parse(phone).ok());
    let suppressed = match &to {
        Some(phone) => db::leads::is_suppressed(tx, phone).await?,
        None => false,
    };
    let facts = Facts {
        channel: conversation.channel,
        author: Author::Operator,
        body: "A text.".into(),
        to,
        has_sender: db::conversations::our_number(tx, conversation.channel).await?.is_some(),
        lead_deleted: false,
        lead_status: lead.status,
        consent: lead.consent,
        suppressed,
        template: None,
        last_inbound_at: conversation.last_inbound_at,
        campaign: None,
        owner: conversation.owner,
        owner_changed: false,
        held_elsewhere: false,
        waits_for_human: false,
    };
    let refused = |template: Option<TemplateState>| {
        let verdict = gate::decide(&Facts { template, ..facts.clone() }, cx.now());
        (verdict.decision == Decision::Block).then(|| verdict.sentences())
    };
    let filter =
        Filter { channel: Some(conversation.channel.as_str().into()), page_size: Some(100), ..Filter::default() };
    let values = engine::inbox::template_values(tx, lead.id, conversation.campaign_id).await?;
    let templates = db::templates::list(tx, &filter).await?.items;
    let offer = |t: template::Template| Offer {
        id: t.id,
        name: t.draft.name,
        state: t.state,
        body: template::fill(&t.draft.body, &values),
        refused: refused(Some(t.state)),
    };
    Ok((templates.into_iter().map(offer).collect(), refused(None)))
}
