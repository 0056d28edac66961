//! One agent turn: the only code that asks a model for an answer. Replies to people, the Test Console, suites and replay all run it.
//!
//! What comes in is read by rules first; what must go to a human goes there before any model is asked. The tools run by code, in a
//! fixed order; then a model is asked, in a bounded number of rounds; what it proposes is decided on by a pure function. No
//! transaction is open while a model is asked. Every call to a provider becomes a row, also when it fails and when whoever asked
//! leaves before the end; the turn itself is kept whole.

mod decision;
mod gather;
mod model;
mod prompt;
mod record;
mod rounds;
mod stand_in;
mod state;
#[cfg(test)]
mod tests;

use domain::access::Right;
use domain::agent::AgentDraft;
use domain::conversation::Conversation;
use domain::format::{Around, Form};
use domain::guardrail;
use domain::id::{AgentId, AgentVersionId, MessageId};
use domain::message::Channel;
use domain::skill::Escalation;
use domain::turn::{Figures, Handover, Outcome, Purpose, Said, TestAsk, TurnEvent, TurnRecord};

use crate::{Cx, Error, Result, budgets, channel_configs};
use state::Turn;

/// What a turn needs to know.
pub struct TurnAsk<'a> {
    /// The agent as it should speak now; in the console it may be unsaved.
    pub draft: &'a AgentDraft,
    /// The saved agent, if it is one.
    pub agent_id: Option<AgentId>,
    /// The version that `draft` is, if it is one, with its number.
    pub version: Option<(AgentVersionId, i32)>,
    /// What it is for.
    pub purpose: Purpose,
    /// What to call the person.
    pub lead_name: Option<&'a str>,
    /// The channel whose rules hold.
    pub channel: Option<Channel>,
    /// The campaign that began the conversation.
    pub campaign_name: Option<&'a str>,
    /// Whose name the agent speaks in.
    pub workspace_name: &'a str,
    /// What the person says now.
    pub input: &'a str,
    /// What was said before, oldest first.
    pub history: Vec<Said>,
    /// The conversation and the message that is answered, where they are real.
    pub conversation: Option<(&'a Conversation, MessageId)>,
    /// The old turn whose tools answer again, in a replay.
    pub recorded: Option<&'a TurnRecord>,
    /// Lets the model answer whatever the rules say, to compare; never for a reply to a person.
    pub guardrails_off: bool,
}

impl TurnAsk<'_> {
    /// Whose money it is.
    fn scope(&self) -> budgets::Scope {
        budgets::Scope {
            agent: self.agent_id,
            campaign: self.conversation.and_then(|(conversation, _)| conversation.campaign_id),
            agent_limit: self.draft.daily_budget_micros,
        }
    }
}

/// What came of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnDone {
    /// Whether there is something that may be sent: an answer, or a holding text.
    pub answered: bool,
    /// The answer or the holding text, in the channel's form; empty when there is none.
    pub text: String,
    /// The messages that the answer goes out as.
    pub parts: Vec<String>,
    /// Why it goes to a human, if it does.
    pub escalated: Option<Handover>,
    /// What the models took, if one answered.
    pub figures: Option<Figures>,
    /// Why there is no answer, for people.
    pub reason: Option<String>,
    /// Whether the same turn may well succeed later by itself.
    pub try_again: bool,
    /// The turn as it is kept.
    pub record: Box<TurnRecord>,
}

impl TurnDone {
    fn of(record: TurnRecord) -> Self {
        let (mut parts, mut escalated, mut reason, mut try_again) = (vec![], None, None, false);
        match &record.outcome {
            Outcome::Sent { parts: sent, .. } => parts.clone_from(sent),
            Outcome::Escalated { handover } => {
                parts = vec![handover.holding.clone()];
                escalated = Some(handover.clone());
            }
            Outcome::Failed { reason: why, passing } => (reason, try_again) = (Some(why.clone()), *passing),
        }
        let (answered, text) = (reason.is_none(), record.outcome.text());
        let figures = record.figures.clone();
        Self { answered, text, parts, escalated, figures, reason, try_again, record: Box::new(record) }
    }
}

/// Tries a saved agent on what a made-up lead says. Nothing is sent to anyone; calls and turn are recorded as a test.
pub async fn test(cx: &Cx, id: AgentId, ask: TestAsk, sink: &mut (impl FnMut(TurnEvent) + Send)) -> Result<TurnDone> {
    test_for(cx, id, ask, Purpose::Test, sink).await
}

/// The same for a test that a suite runs.
pub async fn test_for(
    cx: &Cx,
    id: AgentId,
    ask: TestAsk,
    purpose: Purpose,
    sink: &mut (impl FnMut(TurnEvent) + Send),
) -> Result<TurnDone> {
    cx.may(Right::Write)?;
    ask.check().into_result()?;
    if !purpose.is_dry() {
        return Err(Error::internal("a test cannot be a reply"));
    }
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let workspace_name = db::users::workspace_name(&mut tx).await?;
    drop(tx);
    // What was changed for this session is no saved version any more.
    let version = (ask.overrides == Default::default()).then_some((agent.version_id, agent.version));
    let draft = ask.overrides.applied(agent.draft);
    let turn = TurnAsk {
        draft: &draft,
        agent_id: Some(id),
        version,
        purpose,
        lead_name: Some(ask.lead_name.as_str()).filter(|name| !name.trim().is_empty()),
        channel: ask.channel,
        campaign_name: None,
        workspace_name: &workspace_name,
        input: &ask.input,
        history: ask.history,
        conversation: None,
        recorded: None,
        guardrails_off: ask.overrides.guardrails_off,
    };
    let done = run(cx, turn, sink).await?;
    let mut tx = cx.write().await?;
    db::turns::insert(&mut tx, &done.record).await?;
    tx.commit().await?;
    Ok(done)
}

/// The form that this answer gets: what the workspace decided for the channel, read once in a turn.
async fn form(cx: &Cx, ask: &TurnAsk<'_>, ticket: Option<&str>) -> Result<Form> {
    let around = Around { lead_name: ask.lead_name, agent: &ask.draft.name, workspace: ask.workspace_name, ticket };
    let mut tx = cx.read().await?;
    channel_configs::form(&mut tx, ask.channel, &around).await
}

/// The turn of a message that goes to a human whatever a model would say, with its holding text: no model, no tool, no waiting. None
/// where the rules force nothing.
pub(crate) fn forced(cx: &Cx, ask: &TurnAsk<'_>) -> Option<TurnRecord> {
    let mut unheard = |_| {};
    let mut turn = Turn::begin(cx, ask, &mut unheard);
    let inbound = turn.read();
    inbound.forced.as_ref()?;
    turn.decide(&inbound, &guardrail::Proposal::Escalate { subject: None, note: String::new() }, "");
    Some(*turn.end().record)
}

/// The turn of a message without words, which no model here can read: a human is asked, the person gets the holding text.
pub(crate) fn unreadable(cx: &Cx, ask: &TurnAsk<'_>) -> TurnRecord {
    let mut unheard = |_| {};
    let mut turn = Turn::begin(cx, ask, &mut unheard);
    let inbound = turn.read();
    let why = "They sent a picture, a voice message or a file without words, which the agent cannot read.";
    let decision = guardrail::fail(&inbound, Escalation::AgentDecision, why, ask.channel);
    turn.conclude(decision.outcome, &inbound);
    *turn.end().record
}

/// Runs one turn and hands each event to `sink` as it comes. No answer is a result, not an error. Keeping the record is for the
/// caller, in the transaction of whatever follows from it.
pub async fn run(cx: &Cx, ask: TurnAsk<'_>, sink: &mut (impl FnMut(TurnEvent) + Send)) -> Result<TurnDone> {
    if ask.input.trim().is_empty() {
        return Err(Error::field("input", "Write what the lead says."));
    }
    let mut turn = Turn::begin(cx, &ask, sink);
    let inbound = turn.read();
    if inbound.forced.is_some() && !turn.rules_off() {
        turn.decide(&inbound, &guardrail::Proposal::Escalate { subject: None, note: String::new() }, "");
        return Ok(turn.end());
    }
    let gathered = turn.gather().await;
    turn.form = form(cx, &ask, gathered.ticket.as_deref()).await?;
    let told = prompt::told(&ask, &turn.form, &gathered);
    turn.record.system = told.whole();
    match turn.rounds(&told, &gathered).await? {
        rounds::End::Proposed(proposal) => turn.decide(&inbound, &proposal, &told.instructions),
        rounds::End::Broke { why } => turn.used_up(&inbound, &why).await?,
        rounds::End::Failed { reason, passing } => turn.fail(reason, passing),
    }
    Ok(turn.end())
}
