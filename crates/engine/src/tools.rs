//! Running one tool call: for a real conversation, dry for tests, or answered from the record for a replay.
//!
//! Not here: which tools run when, and what is refused (`turn`), how a webhook is called (`actions`).

mod history;
mod remote;

pub use domain::action::Action;
use domain::conversation::Conversation;
use domain::id::{AgentId, TicketId};
use domain::knowledge::Passage;
use domain::skill::{Escalation, Tool};
use domain::turn::{Found, TurnRecord};
use llm::{ToolCall, ToolSpec};
use serde_json::{Value, json};

use crate::turn::TurnAsk;
use crate::{Cx, Result, actions, knowledge, tickets};

pub use history::customer_history;
pub(crate) use remote::speaking;
pub use remote::{call, search_agent};

/// How much of a passage the model reads, in characters.
const LONGEST_PASSAGE: usize = 2_000;

/// What came of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ran {
    /// What the model is told: text, or JSON.
    pub told: Value,
    /// Whether it worked.
    pub ok: bool,
    /// Whether it was refused.
    pub refused: bool,
    /// What the operator should know about it: that nothing was written, that it came from the record.
    pub note: &'static str,
    /// The passages that were found.
    pub passages: Vec<Found>,
    /// The ticket that it belongs to.
    pub ticket: Option<TicketId>,
}

impl Ran {
    /// It worked.
    pub fn well(told: Value) -> Self {
        Self { told, ok: true, refused: false, note: "", passages: vec![], ticket: None }
    }

    /// It did not; `told` is safe for the model.
    pub fn badly(told: impl Into<String>) -> Self {
        Self { ok: false, ..Self::well(json!({ "error": told.into() })) }
    }

    /// It may not be used.
    pub fn refused(why: &str) -> Self {
        Self { refused: true, ..Self::badly(why) }
    }

    fn noting(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// Who answers the tools of a turn.
#[derive(Clone, Copy)]
pub(crate) enum World<'a> {
    /// The real one.
    Live(&'a Conversation),
    /// Reads only: nothing is written and nobody is called.
    Dry,
    /// An old turn: its tools answer as they did then.
    Record(&'a TurnRecord),
}

/// Said of tools that were not really run.
const DRY: &str = "Dry run: nothing was written and nobody was called.";
/// Said of a call that an earlier try of the same answer made.
const REPEATED: &str = "Done when this answer was first begun, and not again.";
/// Said of tools of a replay.
const RECORDED: &str = "Answered from the record.";

impl World<'_> {
    /// Whether there is any knowledge to search.
    pub async fn has_knowledge(&self, cx: &Cx, agent: Option<AgentId>) -> bool {
        match (self, agent) {
            (Self::Record(record), _) => record.tools.iter().any(|t| t.name == Tool::SearchKnowledgeBase.as_str()),
            (_, Some(agent)) => match passages_of(cx, agent).await {
                Ok(count) => count > 0,
                Err(error) => {
                    tracing::error!(%error, "could not look whether an agent has knowledge");
                    false
                }
            },
            (_, None) => false,
        }
    }

    /// Runs one of the five tools.
    pub async fn run(
        &self,
        cx: &Cx,
        agent: Option<AgentId>,
        categories: &[String],
        tool: Tool,
        arguments: &Value,
    ) -> Ran {
        let ran = match (self, tool) {
            (Self::Record(record), _) => return recorded(record, tool.as_str(), arguments),
            (_, Tool::SearchKnowledgeBase) => search(cx, agent, categories, arguments).await,
            (Self::Dry, Tool::CreateTicket) => return Ran::well(json!({ "ticket": "TKT-0000" })).noting(DRY),
            (Self::Dry, Tool::GetCustomerHistory) => {
                return Ran::well("No earlier conversations: this is a test.".into()).noting(DRY);
            }
            (Self::Live(conversation), Tool::CreateTicket) => {
                let subject = arguments["subject"].as_str().unwrap_or_default();
                tickets::open_for(cx, conversation, subject).await.map(|ticket| Ran {
                    ticket: Some(ticket.id),
                    ..Ran::well(json!({ "ticket": ticket.number, "subject": ticket.subject, "status": ticket.status }))
                })
            }
            (Self::Live(conversation), Tool::GetCustomerHistory) => {
                customer_history(cx, conversation).await.map(|text| Ran::well(text.into()))
            }
            (_, Tool::SendResponse | Tool::EscalateToHuman) => {
                Ok(Ran::refused("This ends a turn; it is not run as a tool."))
            }
        };
        ran.unwrap_or_else(|error| {
            tracing::error!(%error, tool.name = tool.as_str(), "a tool failed");
            Ran::badly("This does not work at the moment. Go on without it.")
        })
    }

    /// Calls one of the agent's webhooks, which has until then to answer.
    pub async fn act(
        &self,
        cx: &Cx,
        ask: &TurnAsk<'_>,
        call: &ToolCall,
        actions: &[Action],
        until: std::time::Instant,
    ) -> Ran {
        let Some(action) = actions.iter().find(|action| action.draft.name == call.name) else {
            return match self {
                Self::Record(record) => recorded(record, &call.name, &call.arguments),
                _ => Ran::badly("There is no such tool here any more."),
            };
        };
        if let Err(why) = action.draft.read_arguments(&call.arguments) {
            return Ran::badly(why);
        }
        match self {
            Self::Record(record) => recorded(record, &call.name, &call.arguments),
            Self::Dry => Ran::well(json!({ "dry_run": true, "note": "Not called: this is a test." })).noting(DRY),
            Self::Live(conversation) => call_action(cx, ask, conversation, action, &call.arguments, until).await,
        }
    }
}

/// Calls a webhook for a conversation.
async fn call_action(
    cx: &Cx,
    ask: &TurnAsk<'_>,
    conversation: &Conversation,
    action: &Action,
    arguments: &Value,
    until: std::time::Instant,
) -> Ran {
    let about = actions::About {
        lead_id: Some(conversation.lead_id),
        conversation_id: Some(conversation.id),
        campaign_id: conversation.campaign_id,
        channel: Some(conversation.channel),
        message: ask.input.to_owned(),
        answers: ask.conversation.map(|(_, message)| message),
        until: Some(until),
    };
    match actions::call(cx, action.agent_id, action.id, arguments, &about).await {
        Ok(called) => {
            let note = if called.is_repeat { REPEATED } else { "" };
            Ran { ok: called.ok, ..Ran::well(called.told) }.noting(note)
        }
        Err(error) => {
            tracing::error!(%error, action.id = %action.id, "an action could not be called");
            Ran::badly("This does not work at the moment. Go on without it.")
        }
    }
}

/// The webhooks that an agent may call. None when they cannot be read: the agent answers without them.
pub(crate) async fn actions_of(cx: &Cx, agent: Option<AgentId>) -> Vec<Action> {
    let Some(agent) = agent else { return vec![] };
    let read = async {
        let mut tx = cx.read().await?;
        Ok::<_, crate::Error>(db::actions::list(&mut tx, agent).await?)
    };
    read.await.unwrap_or_else(|error| {
        tracing::error!(%error, "could not read an agent's actions");
        vec![]
    })
}

/// What the model, the second reader of a message, may find in it.
fn subjects() -> Vec<&'static str> {
    ["other"].into_iter().chain(Escalation::SUBJECTS.iter().map(|subject| subject.as_str())).collect()
}

/// What a model is offered: the tools that its agent has switched on and that it may call itself, and the agent's webhooks. Nothing
/// that anybody writes to the agent adds to this.
pub(crate) fn offered(tools: &[Tool], has_knowledge: bool, actions: &[Action]) -> Vec<ToolSpec> {
    let mut offered = Vec::new();
    if has_knowledge && tools.contains(&Tool::SearchKnowledgeBase) {
        offered.push(spec(
            Tool::SearchKnowledgeBase.as_str(),
            "Searches the company's knowledge for passages. It was searched for the person's message already; use other words.",
            json!({ "type": "object", "properties": { "query": { "type": "string", "description": "What to look for, in a few words." } },
                    "required": ["query"], "additionalProperties": false }),
        ));
    }
    if tools.contains(&Tool::EscalateToHuman) {
        offered.push(spec(
            Tool::EscalateToHuman.as_str(),
            "Hands the conversation to a human colleague. Use it, and answer nothing yourself, when the person, in whatever words or \
             language, asks what something costs or for a discount (pricing), wants money back or a wrong charge undone (refund), speaks \
             of lawyers, courts or authorities (legal), wants a human (human_request), or wants to hear no more (stop_wish). Use it, too, \
             when you cannot help or must not decide (other).",
            json!({ "type": "object", "properties": {
                        "subject": { "type": "string", "enum": subjects(), "description": "What the message is about." },
                        "reason": { "type": "string", "description": "Why, for the colleague." } },
                    "required": ["subject", "reason"], "additionalProperties": false }),
        ));
    }
    for action in actions {
        // A webhook cannot take the name of a tool.
        if action.draft.name.parse::<Tool>().is_err() {
            offered.push(spec(&action.draft.name, &action.draft.description, action.draft.schema()));
        }
    }
    offered
}

fn spec(name: &str, description: &str, schema: Value) -> ToolSpec {
    ToolSpec { name: name.to_owned(), description: description.to_owned(), schema }
}

async fn passages_of(cx: &Cx, agent: AgentId) -> Result<i64> {
    let mut tx = cx.read().await?;
    Ok(db::knowledge::count(&mut tx, agent).await?)
}

async fn search(cx: &Cx, agent: Option<AgentId>, categories: &[String], arguments: &Value) -> Result<Ran> {
    let query = arguments["query"].as_str().unwrap_or_default();
    let found = match agent {
        Some(agent) => knowledge::search(cx, agent, query, categories).await?,
        None => vec![],
    };
    let passages: Vec<Found> = found.into_iter().map(|passage| found_by(passage, query)).collect();
    Ok(Ran { told: Value::String(shown(&passages)), passages, ..Ran::well(Value::Null) })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
fn found_by(passage: Passage, query: &str) -> Found {
    let title =
        if passage.heading.is_empty() { passage.title } else { format!("{} › {}", passage.title, passage.heading) };
    Found {
        id: passage.id,
        document: Some(passage.document),
        title,
        text: passage.text,
        score: (passage.score.clamp(0.0, 1.0) * 100.0).round() as u8,
        query: query.to_owned(),
        reasons: passage.reasons,
    }
}

/// Passages as the model reads them.
pub(crate) fn shown(passages: &[Found]) -> String {
    if passages.is_empty() {
        return "Nothing in the knowledge fits.".into();
    }
    let lines = passages.iter().enumerate().map(|(i, passage)| {
        let text = domain::text::cut(&passage.text, LONGEST_PASSAGE);
        format!("[{}] {}\n{text}", i + 1, passage.title)
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

/// What a tool answered in an old turn: to the same arguments, or for the tools that run by code, whatever the arguments.
fn recorded(record: &TurnRecord, name: &str, arguments: &Value) -> Ran {
    let of_name = || record.tools.iter().filter(|used| used.name == name && !used.refused);
    let fixed = [Tool::CreateTicket.as_str(), Tool::GetCustomerHistory.as_str()].contains(&name);
    let Some(used) = of_name().find(|used| used.arguments == *arguments).or_else(|| of_name().find(|_| fixed)) else {
        return Ran::badly(NOT_RECORDED);
    };
    let query = arguments["query"].as_str().unwrap_or_default();
    let passages = match name.parse() {
        Ok(Tool::SearchKnowledgeBase) => record.passages.iter().filter(|p| p.query == query).cloned().collect(),
        _ => vec![],
    };
    Ran { told: used.result.clone(), ok: used.ok, refused: false, note: RECORDED, passages, ticket: None }
}

/// What the model is told about a tool that an old turn did not use.
pub(crate) const NOT_RECORDED: &str = "The record has no answer to this. Go on without it.";
