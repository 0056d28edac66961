//! The five tools for other programs (the MCP server): the same rules hold as for an agent's own turn, and the send gate decides last.

use db::Tx;
use domain::access::Right;
use domain::agent::Agent;
use domain::conversation::{Conversation, Owner};
use domain::filter::PageAt;
use domain::format::Around;
use domain::guardrail::{self, Facts, Outcome, Proposal};
use domain::id::{AgentId, ConversationId, MessageId};
use domain::message::{Author, Direction, Message, Status};
use domain::skill::{Escalation, Tool};
use serde_json::{Value, json};

use super::{World, shown};
use crate::escalate::escalate_in;
use crate::{Cx, Error, Result, send};

/// The longest text that a program may send, in characters.
const LONGEST: u32 = 1_600;

/// Runs one of the five tools in a conversation, for real. Arguments: `query`, `text`, `reason`, `subject`, each where its tool needs
/// it; `key` makes a `send_response` that is repeated send nothing twice.
pub async fn call(cx: &Cx, id: ConversationId, tool: Tool, arguments: &Value) -> Result<Value> {
    cx.may(Right::Write)?;
    let mut tx = cx.read().await?;
    let conversation = db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let agent = match conversation.agent_id {
        Some(agent) => speaking(&mut tx, agent).await?,
        None => None,
    };
    drop(tx);
    let text = |field: &str| {
        let given = arguments[field].as_str().map(|t| t.replace('\0', "")).filter(|t| !t.trim().is_empty());
        given.ok_or_else(|| Error::field(field, format!("`{field}` is missing.")))
    };
    match tool {
        Tool::SendResponse => {
            let guardrails = agent.map(|agent| agent.draft.guardrails).unwrap_or_default();
            respond(cx, &conversation, text("text")?, arguments["key"].as_str(), &guardrails).await
        }
        Tool::EscalateToHuman => {
            let mut tx = cx.write().await?;
            let (reason, priority) = (Escalation::AgentDecision, guardrail::Priority::High);
            let first = escalate_in(cx, &mut tx, id, reason, &text("reason")?, priority).await?;
            tx.commit().await?;
            Ok(json!({ "escalated": true, "first": first }))
        }
        Tool::CreateTicket | Tool::GetCustomerHistory | Tool::SearchKnowledgeBase => {
            if tool == Tool::SearchKnowledgeBase {
                text("query")?;
            }
            let arguments = match tool {
                Tool::CreateTicket => {
                    json!({ "subject": domain::ticket::subject(arguments["subject"].as_str().unwrap_or(&conversation.last_body)) })
                }
                _ => arguments.clone(),
            };
            let knowledge = agent.as_ref().map(|a| a.draft.knowledge.clone()).unwrap_or_default();
            let ran = World::Live(&conversation).run(cx, conversation.agent_id, &knowledge, tool, &arguments).await;
            if !ran.ok {
                let why = ran.told["error"].as_str().unwrap_or("The tool failed.").to_owned();
                return Err(Error::Refused(why));
            }
            Ok(match tool {
                Tool::SearchKnowledgeBase => json!({ "text": shown(&ran.passages), "passages": ran.passages }),
                Tool::GetCustomerHistory => json!({ "history": ran.told }),
                _ => ran.told,
            })
        }
    }
}

/// Searches what an agent knows, outside of any conversation. In the shape that [`call`] gives.
pub async fn search_agent(cx: &Cx, id: AgentId, query: &str) -> Result<Value> {
    let mut tx = cx.read().await?;
    let agent = speaking(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let arguments = json!({ "query": query });
    let ran = World::Dry.run(cx, Some(id), &agent.draft.knowledge, Tool::SearchKnowledgeBase, &arguments).await;
    if !ran.ok {
        let why = ran.told["error"].as_str().unwrap_or("The tool failed.").to_owned();
        return Err(Error::Refused(why));
    }
    Ok(json!({ "text": shown(&ran.passages), "passages": ran.passages }))
}

/// The agent as people hear it; as it is drawn up, if it was never published.
pub(crate) async fn speaking(tx: &mut Tx, id: AgentId) -> Result<Option<Agent>> {
    match db::agents::published(tx, id).await? {
        Some(agent) => Ok(Some(agent)),
        None => Ok(db::agents::find(tx, id).await?),
    }
}

/// Sends a text as the conversation's agent, if the rules let it pass.
async fn respond(
    cx: &Cx,
    conversation: &Conversation,
    text: String,
    key: Option<&str>,
    guardrails: &domain::skill::Guardrails,
) -> Result<Value> {
    let mut problems = domain::problem::Problems::none();
    domain::text::long(&mut problems, "text", &text, LONGEST);
    problems.into_result()?;
    let mut tx = cx.write().await?;
    let held = db::conversations::lock(&mut tx, conversation.id).await?.ok_or(Error::NotFound)?;
    if held.owner != Owner::Ai {
        return Err(Error::Conflict("A human holds this conversation. The AI is silent in it.".into()));
    }
    if conversation.escalated_at.is_some() {
        return Err(Error::Conflict("This conversation waits for a human. The AI is silent in it.".into()));
    }
    let said = last_said(&mut tx, conversation.id).await?;
    let inbound = guardrail::inbound(&said, guardrails);
    let workspace = db::users::workspace_name(&mut tx).await?;
    let ticket = db::tickets::open_of(&mut tx, held.id).await?.map(|ticket| ticket.number);
    let around = Around {
        lead_name: Some(conversation.lead_name.as_str()),
        agent: conversation.agent_name.as_deref().unwrap_or_default(),
        workspace: &workspace,
        ticket: ticket.as_deref(),
    };
    let form = crate::channel_configs::form(&mut tx, Some(held.channel), &around).await?;
    // What the other side did with tools of its own is not known here.
    let facts =
        Facts { searches: 0, empty_searches: 0, passages: "", system: "", acted: false, guardrails, form: &form };
    let decision = guardrail::decide(&inbound, &Proposal::Reply { text }, &facts);
    let Outcome::Send { parts, .. } = decision.outcome else {
        let broken: Vec<String> =
            decision.verdicts.iter().filter(|v| !v.passed).map(|v| format!("{}: {}", v.rule.label(), v.note)).collect();
        return Err(Error::Conflict(format!("The rules keep this from being sent. {}", broken.join("; "))));
    };
    let key = key
        .filter(|k| !k.is_empty() && k.len() <= 100 && !k.contains('\0'))
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let mut ids = Vec::new();
    for (n, body) in parts.into_iter().enumerate() {
        let message = db::messages::NewMessage {
            id: cx.new_id::<MessageId>(),
            conversation_id: held.id,
            lead_id: held.lead_id,
            direction: Direction::Outbound,
            channel: held.channel,
            author: Author::Agent,
            user_id: None,
            agent_id: held.agent_id,
            agent_version_id: None,
            campaign_id: held.campaign_id,
            step: None,
            template_id: None,
            body,
            variables: vec![],
            media: vec![],
            status: Status::Queued,
            provider_message_id: None,
            numbers: None,
            send_key: Some(format!("tool:{}:{key}:{n}", held.id)),
            owner_epoch: held.owner_epoch,
        };
        if send::queue(cx, &mut tx, &message).await? {
            ids.push(message.id.to_string());
        }
    }
    tx.commit().await?;
    Ok(json!({ "queued": !ids.is_empty(), "messages": ids }))
}

/// What the person said since we last spoke.
async fn last_said(tx: &mut Tx, id: ConversationId) -> Result<String> {
    let thread = db::messages::thread(tx, id, PageAt::new(Some(1), Some(20))).await?.items;
    let newest = thread.iter().rev().take_while(|m: &&Message| m.direction == Direction::Inbound);
    let mut said: Vec<&str> = newest.map(|m| m.body.as_str()).collect();
    said.reverse();
    Ok(said.join("\n"))
}
