//! The Inbox: what comes in, who answers, and the one owner of each conversation.

mod failure;
mod report;

use channels::parse;
use chrono::Duration;
use db::Tx;
use db::conversations::Held;
use db::messages::NewMessage;
use domain::access::Right;
use domain::agent::AgentStatus;
use domain::conversation::{Conversation, ConversationStatus, Owner};
use domain::event::EventKind;
use domain::flow::condition::Reply;
use domain::flow::step::{Input, RunStatus};
use domain::gate::Decision;
use domain::id::{ConversationId, LeadId, MessageId, WebhookLogId, WorkspaceId};
use domain::job::Job;
use domain::keyword::{Key, Keyword};
use domain::lead::{Lead, LeadStatus};
use domain::message::{Author, Channel, Direction, Inbound, Media, Status};
use domain::phone::Phone;

use crate::{Cx, Engine, Error, Result, analysis, answer, events, leads, runs, send};

pub use report::delivery_status;

/// How long an answer waits for more of the same: three quick messages get one answer.
pub(crate) const GATHER: Duration = Duration::milliseconds(1_200);

/// What became of an inbound message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is new; it was stored under this id.
    New(MessageId),
    /// It was there already.
    Repeated,
    /// It could not be taken in now. It is kept, and the worker takes it in.
    Kept,
}

/// The waits before further tries to take a post in, before it is kept for the worker. A provider does not post a person's message again
/// when we fail, and gives up after 15 seconds; a restart of the database is over by then.
const AGAIN: [Duration; 3] = [Duration::milliseconds(100), Duration::seconds(1), Duration::seconds(3)];

/// Takes in what somebody wrote, in one transaction: stored once, whatever the provider repeats. An unknown sender becomes a lead.
pub async fn receive(cx: &Cx, inbound: &Inbound) -> Result<Received> {
    for wait in AGAIN {
        match try_receive(cx, inbound).await {
            Ok(Some(received)) => return Ok(received),
            // Two first messages of one unknown person at the same moment: the loser of the race finds the winner's lead.
            Ok(None) => {}
            Err(Error::Internal(error)) => tracing::warn!(%error, "a message could not be taken in; trying again"),
            Err(error) => return Err(error),
        }
        tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
    }
    keep(cx, inbound).await?;
    Ok(Received::Kept)
}

/// Takes in what was kept.
pub(crate) async fn receive_late(cx: &Cx, inbound: &Inbound) -> Result<()> {
    match try_receive(cx, inbound).await? {
        Some(_) => Ok(()),
        None => Err(Error::Conflict("The same number is being added at this moment.".into())),
    }
}

async fn keep(cx: &Cx, inbound: &Inbound) -> Result<()> {
    tracing::error!(channel = %inbound.channel, "a message is kept for the worker, because it could not be taken in");
    let mut tx = cx.write().await?;
    let job = Job::Receive { inbound: Box::new(inbound.clone()) };
    db::jobs::enqueue(&mut tx, cx.new_id(), &job, cx.now() + GATHER, cx.now()).await?;
    Ok(tx.commit().await?)
}

/// Whose a message is that came to another number of a Messaging Service's pool: the workspace's that talked with the person last, or the
/// only one's. A STOP is for all that talked with them: they wrote from numbers that the person cannot tell apart.
pub async fn of_pool(engine: &Engine, inbound: &Inbound) -> Result<Vec<WorkspaceId>> {
    let db = &engine.parts().db;
    let phone = Phone::parse(&inbound.from).map_err(|e| Error::field("from", e))?;
    let mut known = db::conversations::workspaces_of_person(db, inbound.channel, phone.as_str()).await?;
    if known.is_empty() {
        known.extend(db::conversations::sole_workspace(db).await?);
    }
    if parse::keyword(inbound) != Some(Keyword::Stop) {
        known.truncate(1);
    }
    Ok(known)
}

async fn try_receive(cx: &Cx, inbound: &Inbound) -> Result<Option<Received>> {
    let now = cx.now();
    let mut tx = cx.write().await?;
    if db::messages::is_known(&mut tx, inbound.channel, &inbound.message_id).await? {
        return Ok(Some(Received::Repeated));
    }
    let phone = Phone::parse(&inbound.from).map_err(|e| Error::field("from", e))?;
    let lead = match db::leads::find_by_phone(&mut tx, &phone).await? {
        Some(lead) => lead,
        None => match leads::create_from_inbound(cx, &mut tx, &phone, inbound).await? {
            Some(lead) => lead,
            None => return Ok(None),
        },
    };
    let agent = match lead.assigned_agent {
        Some(agent) => Some(agent),
        None => db::agents::default_reply(&mut tx).await?,
    };
    let conversation =
        db::conversations::open_locked(&mut tx, cx.new_id(), lead.id, inbound.channel, agent, None, now).await?;
    let message = NewMessage {
        id: cx.new_id(),
        conversation_id: conversation.id,
        lead_id: lead.id,
        direction: Direction::Inbound,
        channel: inbound.channel,
        author: Author::Lead,
        user_id: None,
        agent_id: None,
        agent_version_id: None,
        campaign_id: conversation.campaign_id,
        step: None,
        template_id: None,
        body: domain::text::storable(&inbound.body),
        variables: vec![],
        media: inbound.media.clone(),
        status: Status::Received,
        provider_message_id: Some(inbound.message_id.clone()),
        numbers: Some((inbound.from.clone(), inbound.to.clone())),
        send_key: None,
        owner_epoch: conversation.owner_epoch,
    };
    if !db::messages::insert(&mut tx, &message, now).await? {
        return Ok(Some(Received::Repeated));
    }
    let shown = if message.body.trim().is_empty() { wordless(&message.media) } else { message.body.as_str() };
    db::conversations::touch(&mut tx, conversation.id, Direction::Inbound, shown, now).await?;
    log_inbound(cx, &mut tx, inbound, message.id).await?;
    events::record(cx, &mut tx, EventKind::MessageReceived, conversation.id, lead.title()).await?;
    // One more that waits to be read.
    events::note(&mut tx, EventKind::ConversationStatus, conversation.id);
    react(cx, &mut tx, inbound, &lead, &conversation, &message).await?;
    tx.commit().await?;
    Ok(Some(Received::New(message.id)))
}

/// Obeys STOP and START, tells waiting runs, and queues the agent's answer where the agent is the one to answer.
async fn react(
    cx: &Cx,
    tx: &mut Tx,
    inbound: &Inbound,
    lead: &Lead,
    conversation: &Held,
    message: &NewMessage,
) -> Result<()> {
    let noted = analysis::note(cx, tx, inbound, conversation).await?;
    if parse::key(inbound) == Some(Key::NoCalls) {
        leads::stop_calls(cx, tx, lead).await?;
    }
    match parse::keyword(inbound) {
        Some(Keyword::Stop) => leads::opt_out(cx, tx, lead, inbound.channel.as_str()).await,
        Some(Keyword::Start) if lead.status == LeadStatus::OptedOut => {
            leads::opt_in(cx, tx, lead, inbound.channel.as_str()).await.map(drop)
        }
        word => answered(cx, tx, inbound, lead, conversation, message, noted, word).await,
    }
}

/// An ordinary reply: waiting runs are told, or the agent or a human answers.
#[expect(clippy::too_many_arguments, reason = "one half of `react`, with all that it knows")]
async fn answered(
    cx: &Cx,
    tx: &mut Tx,
    inbound: &Inbound,
    lead: &Lead,
    conversation: &Held,
    message: &NewMessage,
    noted: analysis::Noted,
    word: Option<Keyword>,
) -> Result<()> {
    let intent = noted.analysis.intent;
    if let Some(status) = intent.lead_status().filter(|status| *status != LeadStatus::OptedOut) {
        db::leads::advance_status(tx, lead.id, status, cx.now()).await?;
    }
    let reply = Reply { body: inbound.body.clone(), channel: inbound.channel };
    let unfinished = db::runs::unfinished_of_lead(tx, lead.id).await?;
    let listening = unfinished.iter().any(db::runs::Unfinished::listens);
    if word == Some(Keyword::Start) && !listening {
        // Calls that they stopped may be made again; where a drawing asked for START, it is an answer and nothing more.
        leads::opt_in(cx, tx, lead, inbound.channel.as_str()).await?;
    }
    let asked = unfinished.iter().filter(|run| !run.unsent && run.status != RunStatus::Ready);
    let asked: Vec<_> = asked.map(|run| run.id).collect();
    runs::tell(cx, tx, &asked, &Input::Reply(reply)).await?;
    let conversation = &theirs(cx, tx, lead, conversation).await?;
    // While a campaign listens, its flow decides who answers; otherwise the agent does.
    let may_answer = conversation.owner == Owner::Ai
        && conversation.agent_id.is_some()
        && conversation.escalated_at.is_none()
        && speaks(tx, conversation).await?
        // Two machines would answer each other.
        && !(intent.is_automatic() && noted.analysis.is_certain())
        && lead.status != LeadStatus::OptedOut
        && inbound.channel != Channel::Voice;
    if may_answer && !listening {
        let job = Job::Reply { conversation_id: conversation.id };
        db::jobs::enqueue(tx, cx.new_id(), &job, cx.now() + GATHER, cx.now()).await?;
    } else if !(may_answer && answer::hand_over(cx, tx, conversation, message).await?) {
        analysis::escalate_unanswered(cx, tx, conversation, &noted).await?;
    }
    Ok(())
}

/// A human who talks with a person does so on every channel: what arrives on another one is theirs to answer, too.
async fn theirs(cx: &Cx, tx: &mut Tx, lead: &Lead, conversation: &Held) -> Result<Held> {
    let holder = match conversation.owner {
        Owner::Ai => db::conversations::holder(tx, lead.id).await?,
        Owner::Human => None,
    };
    let Some(user) = holder else { return Ok(conversation.clone()) };
    db::conversations::set_owner(tx, conversation.id, Some(user), cx.now()).await?;
    events::record(cx, tx, EventKind::ConversationTakenOver, conversation.id, &lead.name).await?;
    Ok(Held { owner: Owner::Human, owner_epoch: conversation.owner_epoch + 1, ..conversation.clone() })
}

/// Whether the agent of a conversation is live: a silent one escalates nothing by itself.
async fn speaks(tx: &mut Tx, conversation: &Held) -> Result<bool> {
    let Some(id) = conversation.agent_id else { return Ok(false) };
    Ok(db::agents::published(tx, id).await?.is_some_and(|agent| agent.draft.status == AgentStatus::Live))
}

/// What a message without words is called in lists.
fn wordless(media: &[Media]) -> &'static str {
    match media.first().map(|one| one.content_type.split('/').next().unwrap_or_default()) {
        Some("image") => "Sent a picture",
        Some("audio") => "Sent a voice message",
        Some("video") => "Sent a video",
        Some(_) => "Sent a file",
        None => "Sent a message without words",
    }
}

async fn log_inbound(cx: &Cx, tx: &mut Tx, inbound: &Inbound, message: MessageId) -> Result<()> {
    let id: WebhookLogId = cx.new_id();
    let log = db::webhooks::Log {
        direction: "in",
        provider: if inbound.provider == "twilio" { "twilio" } else { "generic" },
        kind: if inbound.event == "key_press" { "key_press" } else { "message" },
        subject: message.to_string(),
        status: Some(200),
        body: Some(inbound.raw.clone()),
        error: None,
        latency_ms: None,
    };
    Ok(db::webhooks::insert(tx, id, &log, cx.now()).await?)
}

/// An operator takes the conversation over. From this commit on the AI is silent: what it wrote or is writing is void.
pub async fn take_over(cx: &Cx, id: ConversationId) -> Result<Conversation> {
    cx.may(Right::Write)?;
    let user = cx.user().ok_or(Error::Forbidden(Right::Write))?;
    let mut tx = cx.write().await?;
    db::conversations::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let shown = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if shown.owner_user_id != Some(user) {
        db::conversations::set_owner(&mut tx, id, Some(user), cx.now()).await?;
        events::record(cx, &mut tx, EventKind::ConversationTakenOver, id, &shown.lead_name).await?;
    }
    finish(tx, id).await
}

/// An operator gives the conversation back to the AI. What waits for an answer gets one.
pub async fn return_to_ai(cx: &Cx, id: ConversationId) -> Result<Conversation> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let held = db::conversations::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let waited = db::readings::calm(&mut tx, id, cx.now()).await?;
    if held.owner == Owner::Human || waited {
        let shown = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        db::conversations::set_owner(&mut tx, id, None, cx.now()).await?;
        // Its agent may have been deleted meanwhile.
        if let Some(agent) = held.agent_id
            && db::agents::find(&mut tx, agent).await?.is_none()
            && let Some(other) = db::agents::default_reply(&mut tx).await?
        {
            db::conversations::set_agent(&mut tx, id, other, cx.now()).await?;
        }
        events::record(cx, &mut tx, EventKind::ConversationReturned, id, &shown.lead_name).await?;
        if held.agent_id.is_some()
            && held.channel != Channel::Voice
            && db::messages::unanswered(&mut tx, id).await?.is_some()
        {
            db::jobs::enqueue(&mut tx, cx.new_id(), &Job::Reply { conversation_id: id }, cx.now(), cx.now()).await?;
        }
    }
    finish(tx, id).await
}

/// Closes a conversation or opens it again.
pub async fn set_status(cx: &Cx, id: ConversationId, status: ConversationStatus) -> Result<Conversation> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    db::conversations::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let shown = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if shown.status != status {
        db::conversations::set_status(&mut tx, id, status, cx.now()).await?;
        if status == ConversationStatus::Closed {
            // Whoever closes it has looked.
            db::readings::calm(&mut tx, id, cx.now()).await?;
        }
        let kind = match status {
            ConversationStatus::Closed => EventKind::ConversationClosed,
            ConversationStatus::Open => EventKind::ConversationReopened,
        };
        events::record(cx, &mut tx, kind, id, &shown.lead_name).await?;
    }
    finish(tx, id).await
}

/// An operator looked at it.
pub async fn mark_read(cx: &Cx, id: ConversationId) -> Result<()> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    if db::conversations::mark_read(&mut tx, id).await? {
        events::note(&mut tx, EventKind::ConversationStatus, id);
        tx.commit().await?;
    }
    Ok(())
}

async fn finish(mut tx: Tx, id: ConversationId) -> Result<Conversation> {
    let shown = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(shown)
}

/// What an operator sends.
#[derive(Debug, Clone)]
pub struct OperatorReply {
    /// The text; ignored when a template is named.
    pub body: String,
    /// A template instead of a text.
    pub template_id: Option<domain::id::TemplateId>,
    /// Made by the client, once per message that is meant to be sent: a repeated click sends nothing twice.
    pub client_key: String,
}

/// Sends as a human. The conversation is taken over with it. What the gate would block is refused at once, with its reasons.
pub async fn reply(cx: &Cx, id: ConversationId, reply: OperatorReply) -> Result<MessageId> {
    cx.may(Right::Write)?;
    let user = cx.user().ok_or(Error::Forbidden(Right::Write))?;
    if reply.client_key.len() > 100 || reply.client_key.contains('\0') {
        return Err(Error::field("client_key", "The client key may have at most 100 characters."));
    }
    let mut tx = cx.write().await?;
    let held = db::conversations::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let (body, variables) = match reply.template_id {
        Some(template) => {
            let template = db::templates::find(&mut tx, template).await?.filter(|t| t.draft.channel == held.channel);
            let template = template.ok_or_else(|| Error::field("template_id", "Choose a template of this channel."))?;
            let values = runs::values(&mut tx, held.lead_id, held.campaign_id, None).await?;
            let variables = runs::variables(held.channel, &template.draft.body, &values);
            (domain::template::fill(&template.draft.body, &values), variables)
        }
        None => (reply.body.clone(), vec![]),
    };
    let mut problems = domain::problem::Problems::none();
    if body.trim().is_empty() {
        problems.add("body", "Write something first.");
    }
    domain::text::long(&mut problems, "body", &body, held.channel.max_chars());
    problems.into_result()?;

    if held.owner == Owner::Ai {
        let shown = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        db::conversations::set_owner(&mut tx, id, Some(user), cx.now()).await?;
        events::record(cx, &mut tx, EventKind::ConversationTakenOver, id, &shown.lead_name).await?;
    }
    let epoch = db::conversations::lock(&mut tx, id).await?.ok_or(Error::NotFound)?.owner_epoch;
    let message = NewMessage {
        id: cx.new_id(),
        conversation_id: id,
        lead_id: held.lead_id,
        direction: Direction::Outbound,
        channel: held.channel,
        author: Author::Operator,
        user_id: Some(user),
        agent_id: None,
        agent_version_id: None,
        campaign_id: None,
        step: None,
        template_id: reply.template_id,
        body,
        variables,
        media: vec![],
        status: Status::Queued,
        provider_message_id: None,
        numbers: None,
        send_key: Some(format!("operator:{id}:{}", reply.client_key)),
        owner_epoch: epoch,
    };
    if !send::queue(cx, &mut tx, &message).await? {
        // The same click once more: the first one's message stands.
        let first = db::messages::by_send_key(&mut tx, message.send_key.as_deref().unwrap_or_default()).await?;
        return first.ok_or(Error::NotFound);
    }
    let outbound = db::messages::lock(&mut tx, message.id).await?.ok_or(Error::NotFound)?;
    let (verdict, _) = send::ask_gate(cx, &mut tx, &outbound).await?;
    if verdict.decision == Decision::Block {
        return Err(Error::Conflict(verdict.sentences()));
    }
    tx.commit().await?;
    Ok(message.id)
}

/// An operator settles a message that is in doubt: the person has it, or has not. Nothing is sent again by this.
pub async fn settle_doubt(cx: &Cx, id: MessageId, arrived: bool) -> Result<()> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let message = db::messages::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if message.status != Status::InDoubt {
        return Err(Error::Conflict("This message is no longer in doubt. Reload to see what became of it.".into()));
    }
    let (status, note) = if arrived {
        (Status::Accepted, "An operator confirmed that it arrived.")
    } else {
        (Status::Failed, "An operator found that it did not arrive.")
    };
    send::settle(cx, &mut tx, &message, status, None, Some(note)).await?;
    events::note(&mut tx, EventKind::MessageUpdated, message.conversation_id);
    Ok(tx.commit().await?)
}

/// What placeholders stand for in a message to this lead: for previews of templates.
pub async fn template_values(
    tx: &mut Tx,
    lead: LeadId,
    campaign: Option<domain::id::CampaignId>,
) -> Result<std::collections::BTreeMap<String, String>> {
    runs::values(tx, lead, campaign, None).await
}
