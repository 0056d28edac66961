//! The agent answers what a lead wrote: one turn, then the send gate. An operator who takes over meanwhile voids it.

use chrono::Duration;
use db::Tx;
use db::conversations::Held;
use db::messages::NewMessage;
use domain::agent::AgentStatus;
use domain::conversation::{Conversation, Owner};
use domain::event::EventKind;
use domain::filter::PageAt;
use domain::guardrail;
use domain::id::{ConversationId, MessageId, TurnId};
use domain::job::Job;
use domain::message::{Author, Direction, Message, Status};
use domain::skill::Escalation;
use domain::turn::{Handover, Outcome, Purpose, Said, Speaker, TurnRecord};

use crate::escalate::escalate_in;
use crate::inbox::GATHER;
use crate::turn::{self, TurnAsk};
use crate::worker::Next;
use crate::{Cx, Result, events, send};

/// How many messages of a conversation the model is shown.
const MEMORY: i64 = 20;

/// How many answers an agent may give in one conversation within an hour. After that a human has to look.
const MOST_PER_HOUR: i64 = 20;

/// The pause between the messages of one answer: providers keep no order among messages that come at once.
const BETWEEN: Duration = Duration::milliseconds(1_500);

/// Answers the newest unanswered message of a conversation, if the AI is still the one to answer. Safe to call twice: the answer is
/// keyed by the message it answers, and written down in one transaction with everything that follows from it.
pub(crate) async fn answer(cx: &Cx, id: ConversationId, is_last: bool) -> Result<Next> {
    let mut tx = cx.read().await?;
    let Some(conversation) = db::conversations::find(&mut tx, id).await? else { return Ok(Next::Done) };
    let (Owner::Ai, Some(agent_id), false) = (conversation.owner, conversation.agent_id, conversation.opted_out) else {
        return Ok(Next::Done);
    };
    // Somebody was asked to look: the AI is silent until they did.
    if conversation.escalated_at.is_some() {
        return Ok(Next::Done);
    }
    let Some(answered) = db::messages::waits_for_agent(&mut tx, id).await? else { return Ok(Next::Done) };
    let Some(agent) = db::agents::published(&mut tx, agent_id).await? else { return Ok(Next::Done) };
    if agent.draft.status != AgentStatus::Live {
        return Ok(Next::Done);
    }
    // An answering machine on the other side would be answered without end.
    let lately = db::messages::written_by_agents(&mut tx, id, cx.now() - Duration::hours(1)).await?;
    if lately >= MOST_PER_HOUR {
        drop(tx);
        let mut tx = cx.write().await?;
        events::record(cx, &mut tx, EventKind::ReplyFailed, id, &conversation.lead_name).await?;
        tx.commit().await?;
        return Ok(Next::Done);
    }
    let thread = db::messages::thread(&mut tx, id, PageAt::new(Some(1), Some(MEMORY))).await?.items;
    let workspace_name = db::users::workspace_name(&mut tx).await?;
    let campaign = match conversation.campaign_id {
        Some(campaign) => db::campaigns::find(&mut tx, campaign).await?.map(|c| c.name),
        None => None,
    };
    drop(tx);

    let (history, input) = parted(thread, answered);
    let wordless = input.trim().is_empty();
    let ask = TurnAsk {
        draft: &agent.draft,
        agent_id: Some(agent_id),
        version: Some((agent.version_id, agent.version)),
        purpose: Purpose::Reply,
        lead_name: conversation.called(),
        channel: Some(conversation.channel),
        campaign_name: campaign.as_deref(),
        workspace_name: &workspace_name,
        input: &input,
        history,
        conversation: Some((&conversation, answered)),
        recorded: None,
        guardrails_off: false,
    };
    if wordless {
        // A picture or a voice note: nothing that a model here could read, and somebody waits for an answer.
        let record = turn::unreadable(cx, &ask);
        return conclude(cx, &conversation, answered, record).await;
    }
    let done = turn::run(cx, ask, &mut |_| {}).await?;
    let mut record = *done.record;
    if let (Some(reason), true, false) = (&done.reason, done.try_again, is_last) {
        keep(cx, &record).await?;
        return Ok(Next::Retry { reason: reason.clone(), after_secs: 0 });
    }
    apologise(&mut record);
    conclude(cx, &conversation, answered, record).await
}

/// What must go to a human goes there while a campaign's flow answers, too, with the same holding text. In the transaction that took
/// the message in; the text is keyed by it. Gives whether the rules of the agent, which has to be live, made it so.
pub(crate) async fn hand_over(cx: &Cx, tx: &mut Tx, held: &Held, message: &NewMessage) -> Result<bool> {
    let Some(agent_id) = held.agent_id else { return Ok(false) };
    let Some(agent) = db::agents::published(tx, agent_id).await? else { return Ok(false) };
    if guardrail::inbound(&message.body, &agent.draft.guardrails).forced.is_none() {
        return Ok(false);
    }
    let Some(conversation) = db::conversations::find(tx, held.id).await? else { return Ok(false) };
    let mut thread = db::messages::thread(tx, held.id, PageAt::new(Some(1), Some(MEMORY))).await?.items;
    thread.retain(|before| before.id != message.id && is_said(before));
    let workspace_name = db::users::workspace_name(tx).await?;
    let campaign = match conversation.campaign_id {
        Some(campaign) => db::campaigns::find(tx, campaign).await?.map(|c| c.name),
        None => None,
    };
    let ask = TurnAsk {
        draft: &agent.draft,
        agent_id: Some(agent_id),
        version: Some((agent.version_id, agent.version)),
        purpose: Purpose::Reply,
        lead_name: conversation.called(),
        channel: Some(conversation.channel),
        campaign_name: campaign.as_deref(),
        workspace_name: &workspace_name,
        input: &message.body,
        history: thread.into_iter().map(said).collect(),
        conversation: Some((&conversation, message.id)),
        recorded: None,
        guardrails_off: false,
    };
    let Some(record) = turn::forced(cx, &ask) else { return Ok(false) };
    db::turns::insert(tx, &record).await?;
    if let Outcome::Escalated { handover } = &record.outcome {
        escalate(cx, tx, held, &record, message.id, handover).await?;
    }
    Ok(true)
}

/// Marks the conversation for a human. The holding text is said once: a conversation that waits already waits on.
async fn escalate(
    cx: &Cx,
    tx: &mut Tx,
    held: &Held,
    record: &TurnRecord,
    answered: MessageId,
    handover: &Handover,
) -> Result<()> {
    let Handover { reason, evidence, holding, priority } = handover;
    if escalate_in(cx, tx, held.id, *reason, evidence, *priority).await? {
        say(cx, tx, held, record, answered, std::slice::from_ref(holding)).await?;
    }
    Ok(())
}

/// Writes the answer down with everything that follows from it, unless it is void by now.
async fn conclude(cx: &Cx, seen: &Conversation, answered: MessageId, mut record: TurnRecord) -> Result<Next> {
    let id = seen.id;
    let mut tx = cx.write().await?;
    let Some(held) = db::conversations::lock(&mut tx, id).await? else { return Ok(Next::Done) };
    if let Some(reason) = void(cx, &mut tx, seen, &held, answered).await? {
        record.outcome = Outcome::Failed { reason: reason.into(), passing: false };
        db::turns::insert(&mut tx, &record).await?;
        tx.commit().await?;
        return Ok(Next::Done);
    }
    db::turns::insert(&mut tx, &record).await?;
    match &record.outcome {
        Outcome::Sent { parts, .. } => say(cx, &mut tx, &held, &record, answered, parts).await?,
        Outcome::Escalated { handover } => {
            escalate(cx, &mut tx, &held, &record, answered, handover).await?;
            if handover.reason == Escalation::ModelFailure {
                events::record(cx, &mut tx, EventKind::ReplyFailed, id, &seen.lead_name).await?;
            }
        }
        Outcome::Failed { .. } => {}
    }
    tx.commit().await?;
    Ok(Next::Done)
}

/// Why an answer may no longer be given, if it may not. What still waits for one gets a turn of its own.
async fn void(
    cx: &Cx,
    tx: &mut Tx,
    seen: &Conversation,
    held: &Held,
    answered: MessageId,
) -> Result<Option<&'static str>> {
    if held.owner != Owner::Ai || held.owner_epoch != seen.owner_epoch {
        return Ok(Some("Somebody took the conversation over meanwhile. Nothing was sent."));
    }
    if held.escalated_at.is_some() {
        return Ok(Some("The conversation went to a human meanwhile. Nothing was sent."));
    }
    let waits = db::messages::waits_for_agent(tx, held.id).await?;
    let live = match held.agent_id {
        Some(agent) => db::agents::published(tx, agent).await?.is_some_and(|a| a.draft.status == AgentStatus::Live),
        None => false,
    };
    let reason = match waits {
        _ if !live => "The agent was paused or deleted meanwhile. Nothing was sent.",
        _ if held.agent_id != seen.agent_id => "Another agent was given the conversation meanwhile. Nothing was sent.",
        Some(newest) if newest == answered => return Ok(None),
        Some(_) => "The person wrote again meanwhile. Nothing was sent.",
        None => "The person was answered meanwhile. Nothing was sent.",
    };
    if live && waits.is_some() {
        // A newer message may have no job of its own: a picture, or what a machine wrote.
        let job = Job::Reply { conversation_id: held.id };
        db::jobs::enqueue(tx, cx.new_id(), &job, cx.now() + GATHER, cx.now()).await?;
    }
    Ok(Some(reason))
}

/// A turn without an answer becomes the apology of the channel, and a human has to answer. The person never sees the error.
fn apologise(record: &mut TurnRecord) {
    let Outcome::Failed { reason, .. } = &record.outcome else { return };
    let inbound = guardrail::inbound(&record.input, &record.draft.guardrails);
    let decision = guardrail::fail(&inbound, Escalation::ModelFailure, reason, record.channel);
    if let guardrail::Outcome::Escalate { reason, evidence, holding, priority } = decision.outcome {
        record.outcome = Outcome::Escalated { handover: Handover { reason, evidence, holding, priority } };
    }
}

/// No try came to an end, for reasons of our own: a human has to answer what still waits.
pub(crate) async fn give_up(cx: &Cx, tx: &mut Tx, id: ConversationId, reason: &str) -> Result<()> {
    let Some(held) = db::conversations::lock(tx, id).await? else { return Ok(()) };
    if held.owner != Owner::Ai || db::messages::waits_for_agent(tx, id).await?.is_none() {
        return Ok(());
    }
    let priority = domain::guardrail::Priority::High;
    if escalate_in(cx, tx, id, Escalation::ModelFailure, &format!("No answer could be given: {reason}"), priority)
        .await?
        && let Some(shown) = db::conversations::find(tx, id).await?
    {
        events::record(cx, tx, EventKind::ReplyFailed, id, &shown.lead_name).await?;
    }
    Ok(())
}

/// Queues the messages of an answer, each under its own key.
async fn say(
    cx: &Cx,
    tx: &mut Tx,
    held: &Held,
    record: &TurnRecord,
    answered: MessageId,
    parts: &[String],
) -> Result<()> {
    let mut at = cx.now();
    for (n, part) in parts.iter().enumerate() {
        // One answer under each owner: what was void or failed under an earlier one does not stand in the way of the next.
        let first = format!("reply:{answered}@{}", held.owner_epoch);
        let send_key = if n == 0 { first } else { format!("{first}:{n}") };
        let message = message(cx, held, record, part, send_key);
        if send::queue_at(cx, tx, &message, at).await? {
            link(tx, message.id, record.id).await?;
        }
        at += BETWEEN;
    }
    Ok(())
}

async fn link(tx: &mut Tx, message: MessageId, turn: TurnId) -> Result<()> {
    Ok(db::turns::link(tx, message, turn).await?)
}

fn message(cx: &Cx, held: &Held, record: &TurnRecord, body: &str, send_key: String) -> NewMessage {
    NewMessage {
        id: cx.new_id(),
        conversation_id: held.id,
        lead_id: held.lead_id,
        direction: Direction::Outbound,
        channel: held.channel,
        author: Author::Agent,
        user_id: None,
        agent_id: record.agent_id,
        agent_version_id: record.version_id,
        campaign_id: held.campaign_id,
        step: None,
        template_id: record.stand_in.as_ref().map(|template| template.id),
        body: body.to_owned(),
        variables: record.stand_in.as_ref().map(|template| template.variables.clone()).unwrap_or_default(),
        media: vec![],
        status: Status::Queued,
        provider_message_id: None,
        numbers: None,
        send_key: Some(send_key),
        owner_epoch: held.owner_epoch,
    }
}

/// Keeps a turn that nothing follows from.
async fn keep(cx: &Cx, record: &TurnRecord) -> Result<()> {
    let mut tx = cx.write().await?;
    db::turns::insert(&mut tx, record).await?;
    Ok(tx.commit().await?)
}

/// A thread as what was said before and what waits for an answer: everything that the person wrote since we last spoke before
/// `answered`, so that the rules read all of three quick messages.
fn parted(thread: Vec<Message>, answered: MessageId) -> (Vec<Said>, String) {
    let (mut before, after): (Vec<Message>, Vec<Message>) =
        thread.into_iter().filter(is_said).partition(|m| m.id <= answered);
    let ours = before.iter().rposition(|m| m.direction == Direction::Outbound).map_or(0, |at| at + 1);
    let input: Vec<String> = before.split_off(ours).into_iter().map(|m| m.body).collect();
    // What a campaign sent meanwhile was said, too.
    let history = before.into_iter().chain(after.into_iter().filter(|m| m.direction == Direction::Outbound));
    (history.map(said).collect(), input.join("\n"))
}

/// Whether it has words that reached the other side, as far as is known.
fn is_said(m: &Message) -> bool {
    !matches!(m.status, Status::Blocked | Status::Failed) && !m.body.trim().is_empty()
}

fn said(m: Message) -> Said {
    Said { speaker: if m.direction == Direction::Inbound { Speaker::Lead } else { Speaker::Agent }, text: m.body }
}
