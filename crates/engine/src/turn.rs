//! One agent turn: the only code that asks a model for an answer. The Test Console and the replies to people both run it.
//!
//! No transaction is open while a model is asked. Every call to a provider becomes a row, also when it fails and when whoever
//! asked leaves before the end.

mod prompt;
mod record;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::access::Right;
use domain::agent::AgentDraft;
use domain::id::{AgentId, AgentVersionId, ConversationId};
use domain::message::Channel;
use domain::turn::{Figures, Said, Speaker, TestAsk, TurnEvent};
use futures::StreamExt;
use llm::{Answer, Ask, Attempt, Finish, StreamEvent};

use crate::{Cx, Error, Result};
use record::Record;

/// What a turn needs to know.
pub struct TurnAsk<'a> {
    /// The agent as it should speak now; in the console it may be unsaved.
    pub draft: &'a AgentDraft,
    /// The saved agent, if it is one.
    pub agent_id: Option<AgentId>,
    /// The version that `draft` is, if it is one.
    pub version_id: Option<AgentVersionId>,
    /// `test` or `reply`, for the record.
    pub purpose: &'static str,
    /// What to call the person.
    pub lead_name: Option<&'a str>,
    /// The channel whose rules hold.
    pub channel: Option<Channel>,
    /// The campaign that began the conversation.
    pub campaign_name: Option<&'a str>,
    /// Whose name the agent speaks in.
    pub workspace_name: &'a str,
    /// What was said so far, oldest first; the person's last message is the last one.
    pub history: Vec<llm::Turn>,
    /// The conversation, for the record.
    pub conversation_id: Option<ConversationId>,
}

/// What came of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnDone {
    /// Whether there is an answer that may be sent.
    pub answered: bool,
    /// The answer, shortened for its channel; empty when there is none.
    pub text: String,
    /// What the answer took.
    pub figures: Option<Figures>,
    /// Why there is no answer, for people.
    pub reason: Option<String>,
    /// Whether the same turn may well succeed later by itself.
    pub try_again: bool,
}

impl TurnDone {
    fn failed(reason: String, try_again: bool) -> Self {
        Self { answered: false, text: String::new(), figures: None, reason: Some(reason), try_again }
    }
}

/// Tries a saved agent on what a made-up lead says. Nothing is sent to anyone; the calls are recorded as tests.
pub async fn test(cx: &Cx, id: AgentId, ask: TestAsk, sink: &mut (impl FnMut(TurnEvent) + Send)) -> Result<TurnDone> {
    cx.may(Right::Write)?;
    ask.check().into_result()?;
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let workspace_name = db::users::workspace_name(&mut tx).await?;
    drop(tx);
    let mut history: Vec<llm::Turn> = ask.history.into_iter().map(of_said).collect();
    history.push(llm::Turn::user(ask.input));
    let ask = TurnAsk {
        draft: &agent.draft,
        agent_id: Some(id),
        version_id: Some(agent.version_id),
        purpose: "test",
        lead_name: Some(ask.lead_name.as_str()).filter(|name| !name.trim().is_empty()),
        channel: ask.channel,
        campaign_name: None,
        workspace_name: &workspace_name,
        history,
        conversation_id: None,
    };
    run(cx, ask, sink).await
}

fn of_said(said: Said) -> llm::Turn {
    match said.speaker {
        Speaker::Lead => llm::Turn::user(said.text),
        Speaker::Agent => llm::Turn::assistant(said.text),
    }
}

/// Asks the agent's models in order and hands each event to `sink` as it comes. No answer is a result, not an error.
pub async fn run(cx: &Cx, ask: TurnAsk<'_>, sink: &mut (impl FnMut(TurnEvent) + Send)) -> Result<TurnDone> {
    if ask.history.is_empty() {
        return Err(Error::field("input", "Write what the lead says."));
    }
    let request = Ask {
        system: prompt::system(&ask),
        messages: ask.history.clone(),
        max_tokens: ask.draft.max_tokens,
        timeout: Duration::from_millis(u64::from(ask.draft.timeout_ms)),
        ..Ask::default()
    };
    let mut record = Record::begin(cx, &ask);
    let mut events = cx.parts().models.stream(&ask.draft.models, &request);
    while let Some(event) = events.next().await {
        match event {
            Ok(StreamEvent::Started { choice, .. }) => {
                record.started(&choice);
                sink(TurnEvent::Started { model: choice });
            }
            Ok(StreamEvent::Text(text)) => {
                record.spoke();
                sink(TurnEvent::Text { text });
            }
            Ok(StreamEvent::Done(answer)) => {
                record.end(&answer.attempts).await;
                return Ok(finish(ask.channel, answer, sink));
            }
            Err(failed) => {
                record.end(&failed.attempts).await;
                return Ok(fail(why(&failed), failed.error.is_passing(), sink));
            }
        }
    }
    // The stream ends with an answer or an error; should it ever not, the calls that were begun are still written down.
    drop(record);
    Ok(fail("The model's answer broke off before it was complete.".into(), true, sink))
}

fn finish(channel: Option<Channel>, answer: Answer, sink: &mut impl FnMut(TurnEvent)) -> TurnDone {
    if answer.finish == Finish::Refused {
        return fail(format!("`{}` declined to answer this.", answer.choice), false, sink);
    }
    let text = match channel.and_then(|channel| prompt::shorten(&answer.text, prompt::longest(channel))) {
        Some(text) => {
            sink(TurnEvent::Shortened { text: text.clone() });
            text
        }
        None => answer.text,
    };
    let usage = answer.usage.unwrap_or_default();
    let failed = answer.attempts.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let figures = Figures {
        model: answer.choice,
        tokens_prompt: usage.prompt_tokens,
        tokens_completion: usage.completion_tokens,
        latency_ms: answer.latency_ms,
        first_token_ms: answer.time_to_first_token_ms,
        cost_micros: answer.cost,
        fallbacks: failed.iter().map(said).collect(),
    };
    sink(TurnEvent::Done { figures: figures.clone() });
    TurnDone { answered: true, text, figures: Some(figures), reason: None, try_again: false }
}

fn fail(reason: String, try_again: bool, sink: &mut impl FnMut(TurnEvent)) -> TurnDone {
    sink(TurnEvent::Failed { reason: reason.clone() });
    TurnDone::failed(reason, try_again)
}

/// One failed call, for people.
fn said(attempt: &Attempt) -> String {
    format!("{}: {}", attempt.choice, attempt.reason.as_deref().unwrap_or(attempt.outcome))
}

/// Why there is no answer, for people: each model that was asked with its reason, or why none was.
fn why(failed: &llm::Failed) -> String {
    match failed.attempts.as_slice() {
        [] => format!("No model could be asked: {}.", failed.error),
        [one] => format!("The model gave no answer. {}.", said(one)),
        all => format!("No model gave an answer. {}.", all.iter().map(said).collect::<Vec<_>>().join("; ")),
    }
}
