//! The agent answers what a lead wrote: one turn, then the send gate. An operator who takes over meanwhile voids it.

use chrono::Duration;
use db::messages::NewMessage;
use domain::agent::AgentStatus;
use domain::conversation::Owner;
use domain::event::EventKind;
use domain::filter::PageAt;
use domain::id::{ConversationId, MessageId};
use domain::message::{Author, Direction, Status};

use crate::turn::{self, TurnAsk};
use crate::worker::Next;
use crate::{Cx, Result, events, send};

/// How many messages of a conversation the model is shown.
const MEMORY: i64 = 20;

/// How many answers an agent may give in one conversation within an hour. After that a human has to look.
const MOST_PER_HOUR: i64 = 20;

/// What is said when no model could answer: short enough for one SMS, and true.
const APOLOGY: &str = "Sorry, I can't answer right now. A colleague will get back to you soon.";

/// Answers the newest unanswered message of a conversation, if the AI is still the one to answer. Safe to call twice: the answer is
/// keyed by the message it answers.
pub(crate) async fn answer(cx: &Cx, id: ConversationId, is_last: bool) -> Result<Next> {
    let mut tx = cx.read().await?;
    let Some(conversation) = db::conversations::find(&mut tx, id).await? else { return Ok(Next::Done) };
    let (Owner::Ai, Some(agent_id), false) = (conversation.owner, conversation.agent_id, conversation.opted_out) else {
        return Ok(Next::Done);
    };
    let Some(answered) = db::messages::unanswered(&mut tx, id).await? else { return Ok(Next::Done) };
    let Some(agent) = db::agents::find(&mut tx, agent_id).await? else { return Ok(Next::Done) };
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

    let history = thread
        .into_iter()
        .filter(|m| !matches!(m.status, Status::Blocked | Status::Failed) && !m.body.trim().is_empty())
        .map(|m| match m.direction {
            Direction::Inbound => llm::Turn::user(m.body),
            Direction::Outbound => llm::Turn::assistant(m.body),
        })
        .collect();
    let ask = TurnAsk {
        draft: &agent.draft,
        agent_id: Some(agent_id),
        version_id: Some(agent.version_id),
        purpose: "reply",
        lead_name: Some(conversation.lead_name.as_str()),
        channel: Some(conversation.channel),
        campaign_name: campaign.as_deref(),
        workspace_name: &workspace_name,
        history,
        conversation_id: Some(id),
    };
    let done = turn::run(cx, ask, &mut |_| {}).await?;
    let text = match (done.answered, done.reason) {
        (true, _) => done.text,
        (false, reason) if !is_last && done.try_again => {
            return Ok(Next::Retry { reason: reason.unwrap_or_default(), after_secs: 0 });
        }
        (false, _) => APOLOGY.to_owned(),
    };

    let mut tx = cx.write().await?;
    let Some(held) = db::conversations::lock(&mut tx, id).await? else { return Ok(Next::Done) };
    // Taken over, or written to again: this answer is void. A newer message has a job of its own.
    let still_newest = db::messages::unanswered(&mut tx, id).await? == Some(answered);
    if held.owner != Owner::Ai || held.owner_epoch != conversation.owner_epoch || !still_newest {
        return Ok(Next::Done);
    }
    let message = NewMessage {
        id: cx.new_id::<MessageId>(),
        conversation_id: id,
        lead_id: held.lead_id,
        direction: Direction::Outbound,
        channel: held.channel,
        author: Author::Agent,
        user_id: None,
        agent_id: Some(agent_id),
        agent_version_id: Some(agent.version_id),
        campaign_id: held.campaign_id,
        step: None,
        template_id: None,
        body: text,
        variables: vec![],
        media: vec![],
        status: Status::Queued,
        provider_message_id: None,
        numbers: None,
        send_key: Some(format!("reply:{answered}")),
        owner_epoch: held.owner_epoch,
    };
    send::queue(cx, &mut tx, &message).await?;
    if !done.answered {
        events::record(cx, &mut tx, EventKind::ReplyFailed, id, &conversation.lead_name).await?;
    }
    tx.commit().await?;
    Ok(Next::Done)
}
