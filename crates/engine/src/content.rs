//! Writing to a person on an operator's behalf (spec AGT-15): the agent's models make a draft in the form that is wanted, the agent's
//! rules hold on it, and nothing is ever sent from here.

mod prompt;
#[cfg(test)]
mod tests;

use std::time::Duration;

use db::Tx;
use domain::access::Right;
use domain::agent::{Agent, ModelChoice};
use domain::content::{self, ContentAsk, Draft, Fields, Frame, Known, Written};
use domain::filter::PageAt;
use domain::guardrail::{self, Verdict};
use domain::id::AgentId;
use domain::lead::{Lead, LeadStatus};
use domain::message::{Direction, Message};
use domain::money::Micros;
use domain::skill::Tool;
use domain::turn::Found;
use llm::{Answer, Ask, Attempt, JsonSchema, Turn};
use serde_json::json;

use crate::budgets::Reservation;
use crate::tools::{World, speaking};
use crate::usage::{self, Asker};
use crate::{Cx, Error, Result};

/// The longest draft, in tokens.
const MAX_TOKENS: u32 = 1_200;
/// How many messages of a conversation the model reads.
const MEMORY: i64 = 10;
/// Said where no purpose was given.
const ANSWER: &str = "Answer their last message.";

/// What a draft is made of.
struct Material {
    agent: Agent,
    lead: Lead,
    thread: Vec<Message>,
    workspace: String,
    passages: Vec<Found>,
}

/// Writes a draft to a lead as an agent: the version that people hear, else the newest. A draft that breaks a rule is given with what the
/// rules said and is not `usable`.
pub async fn write(cx: &Cx, id: AgentId, ask: ContentAsk) -> Result<Written> {
    cx.may(Right::Write)?;
    ask.check().into_result()?;
    let material = gather(cx, id, &ask).await?;
    let known = Known::of(&material.lead);
    let chosen = content::tone(&known, material.agent.draft.tone);
    let told = prompt::told(&material, &ask, &known, chosen.tone);
    let request = Ask {
        system: told.whole(),
        messages: vec![Turn::user(told.person.clone())],
        max_tokens: MAX_TOKENS,
        timeout: Duration::from_millis(u64::from(material.agent.draft.timeout_ms)),
        ..Ask::default()
    };
    let (fields, answer) = ask_models(cx, &material.agent, &ask, request).await?;
    let (draft, length, verdicts) = judge(&material, Draft::of(ask.form, fields), &told.instructions);
    let text = draft.text();
    Ok(Written {
        usable: verdicts.iter().all(|verdict| verdict.passed),
        personalisation: content::personalisation(&text, &known),
        text,
        draft,
        verdicts,
        length,
        tone: chosen.tone,
        why: chosen.why,
        passages: material.passages.into_iter().map(|passage| passage.title).collect(),
        cost_micros: answer.attempts.iter().fold(Micros(0), |sum, attempt| sum + attempt.cost),
        latency_ms: answer.attempts.iter().fold(0, |sum: u32, attempt| sum.saturating_add(attempt.latency_ms)),
        model: answer.choice,
    })
}

/// Everything that is read before a model is asked.
async fn gather(cx: &Cx, id: AgentId, ask: &ContentAsk) -> Result<Material> {
    let mut tx = cx.read().await?;
    let agent = speaking(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let lead = db::leads::find(&mut tx, ask.lead_id).await?;
    let lead = lead.ok_or_else(|| Error::field("lead_id", "This lead does not exist any more. Choose another."))?;
    if lead.status == LeadStatus::OptedOut {
        return Err(Error::Conflict("This person asked us to stop: nothing is written to them any more.".into()));
    }
    let thread = conversation(&mut tx, ask).await?;
    let workspace = db::users::workspace_name(&mut tx).await?;
    drop(tx);
    let mut material = Material { agent, lead, thread, workspace, passages: vec![] };
    material.passages = passages(cx, &material, ask).await;
    Ok(material)
}

/// The newest messages of the conversation, oldest first.
async fn conversation(tx: &mut Tx, ask: &ContentAsk) -> Result<Vec<Message>> {
    let Some(id) = ask.conversation_id else { return Ok(vec![]) };
    let found = db::conversations::find(tx, id).await?;
    if found.is_none_or(|conversation| conversation.lead_id != ask.lead_id) {
        return Err(Error::field("conversation_id", "This is no conversation with this lead."));
    }
    Ok(db::messages::thread(tx, id, PageAt::new(Some(1), Some(MEMORY))).await?.items)
}

/// What the agent knows about the purpose, or about what the person wrote last, where it may search.
async fn passages(cx: &Cx, material: &Material, ask: &ContentAsk) -> Vec<Found> {
    let (id, draft) = (Some(material.agent.id), &material.agent.draft);
    if !draft.tools.contains(&Tool::SearchKnowledgeBase) || !World::Dry.has_knowledge(cx, id).await {
        return vec![];
    }
    let last = material.thread.iter().rev().find(|message| message.direction == Direction::Inbound);
    let query = match ask.purpose.trim() {
        "" => last.map(|message| message.body.as_str()).unwrap_or_default(),
        purpose => purpose,
    };
    World::Dry.run(cx, id, &draft.knowledge, Tool::SearchKnowledgeBase, &json!({ "query": query })).await.passages
}

/// One question to the models, with money held back for it. It is asked and booked to its end also when whoever wanted it leaves.
async fn ask_models(cx: &Cx, agent: &Agent, ask: &ContentAsk, request: Ask) -> Result<(Fields, Answer)> {
    let (models, held) = reserve(cx, agent, &request).await?;
    let wanted = JsonSchema::new(format!("draft_{}", ask.form), content::schema(ask.form));
    let (by, version, conversation) = (Some(agent.id), Some(agent.version_id), ask.conversation_id);
    let asker = Asker { purpose: "content", agent: by, version, conversation };
    let cx = cx.clone();
    let asked = tokio::spawn(async move {
        let asked = cx.parts().models.typed::<Fields>(&models, &request, wanted).await;
        let attempts: &[Attempt] = match &asked {
            Ok((_, answer)) => &answer.attempts,
            Err(failed) => &failed.attempts,
        };
        usage::close(&cx, asker, held, attempts).await?;
        Ok::<_, Error>(asked)
    });
    asked.await.map_err(Error::internal)??.map_err(|failed| Error::Refused(usage::why_not(&failed, "a draft")))
}

/// Holds the worst case back.
async fn reserve(cx: &Cx, agent: &Agent, request: &Ask) -> Result<(Vec<ModelChoice>, Reservation)> {
    let granted = usage::afford(cx, agent, None, request).await?;
    granted.map_err(|short| Error::Conflict(short.sentence("Raise it, or write the message yourself.")))
}

/// Puts the draft into its form and asks every rule.
fn judge(material: &Material, draft: Draft, instructions: &str) -> (Draft, String, Vec<Verdict>) {
    let first_name = domain::name::first_name(&material.lead.name);
    let frame = Frame { to: Some(&first_name), from: &material.agent.draft.name, workspace: &material.workspace };
    let fitted = content::fit(draft, frame);
    let passages: Vec<&str> = material.passages.iter().map(|passage| passage.text.as_str()).collect();
    // A part that was left out makes the whole unusable.
    let is_whole = fitted.draft.sections().iter().all(|(_, text)| !text.trim().is_empty());
    let text = if is_whole { fitted.draft.text() } else { String::new() };
    let mut verdicts = guardrail::review(&text, &material.agent.draft.guardrails, &passages.join("\n"), instructions);
    verdicts.push(fitted.verdict);
    (fitted.draft, fitted.length, verdicts)
}
