//! What is gathered before a model is asked, by code and always in this order: ticket, history, knowledge (spec AGT-08). Whatever the
//! model wants, it cannot break it. A part that fails is written down; the turn goes on.

use domain::skill::Tool;
use domain::turn::{Found, StepKind, ToolUse};
use serde_json::{Value, json};

use super::state::Turn;
use crate::tools::{self, Ran, World};

/// What the model is told beside its instructions.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The ticket's number.
    pub ticket: Option<String>,
    /// What was said with this person before.
    pub history: Option<String>,
    /// The passages that fit what came in, as the model reads them.
    pub knowledge: Option<String>,
    /// Whether there is any knowledge to search again.
    pub has_knowledge: bool,
    /// The webhooks that the agent may call.
    pub actions: Vec<tools::Action>,
}

impl Turn<'_> {
    /// Runs the tools that are switched on, in their order.
    pub async fn gather(&mut self) -> Gathered {
        let mut gathered =
            Gathered { actions: tools::actions_of(self.cx, self.ask.agent_id).await, ..Gathered::default() };
        gathered.has_knowledge = self.world().has_knowledge(self.cx, self.ask.agent_id).await;
        for tool in [Tool::CreateTicket, Tool::GetCustomerHistory, Tool::SearchKnowledgeBase] {
            if !self.ask.draft.tools.contains(&tool) || (tool == Tool::SearchKnowledgeBase && !gathered.has_knowledge) {
                continue;
            }
            let arguments = match tool {
                Tool::CreateTicket => json!({ "subject": domain::ticket::subject(self.ask.input) }),
                Tool::SearchKnowledgeBase => json!({ "query": self.ask.input }),
                _ => json!({}),
            };
            let ran = self.use_tool(tool, arguments, false).await;
            let text = || ran.told.as_str().map_or_else(|| ran.told.to_string(), str::to_owned);
            match tool {
                _ if !ran.ok => {}
                Tool::CreateTicket => gathered.ticket = ran.told["ticket"].as_str().map(str::to_owned),
                Tool::GetCustomerHistory => gathered.history = Some(text()),
                _ => gathered.knowledge = Some(text()).filter(|_| !ran.passages.is_empty()),
            }
        }
        gathered
    }

    /// Who answers the tools of this turn.
    pub fn world(&self) -> World<'_> {
        match (self.ask.recorded, self.ask.conversation) {
            (Some(record), _) => World::Record(record),
            (None, Some((conversation, _))) if !self.ask.purpose.is_dry() => World::Live(conversation),
            _ => World::Dry,
        }
    }

    /// Runs one of the five tools and writes it down.
    pub async fn use_tool(&mut self, tool: Tool, arguments: Value, by_model: bool) -> Ran {
        let at = self.now_ms();
        let (cx, ask) = (self.cx, self.ask);
        let ran = self.world().run(cx, ask.agent_id, &ask.draft.knowledge, tool, &arguments).await;
        if let Some(ticket) = ran.ticket {
            self.record.ticket = Some(ticket);
        }
        if tool == Tool::SearchKnowledgeBase {
            self.found(&arguments, &ran, by_model, at);
        } else {
            let title = format!("{tool}{}", if ran.ok { "" } else { " failed" });
            let detail = json!({ "arguments": arguments, "result": ran.told, "note": ran.note, "by_model": by_model });
            self.step(StepKind::Tool, title, ran.ok, detail, at);
        }
        self.used(tool.as_str(), by_model, arguments, &ran, at);
        ran
    }

    /// Writes a search down: counts it, keeps the passages that are new, best first.
    fn found(&mut self, arguments: &Value, ran: &Ran, by_model: bool, at: u32) {
        let found = ran.passages.len();
        if ran.ok {
            self.searches.0 += 1;
            self.searches.1 += u32::from(found == 0);
        }
        let title = match (ran.ok, found) {
            (false, _) => "The search failed".to_owned(),
            (true, 0) => "Searched the knowledge: nothing fits".to_owned(),
            (true, 1) => "Searched the knowledge: 1 passage".to_owned(),
            (true, n) => format!("Searched the knowledge: {n} passages"),
        };
        let passages: Vec<Value> = ran
            .passages
            .iter()
            .map(|p| json!({ "title": p.title, "score": p.score, "id": p.id, "reasons": p.reasons }))
            .collect();
        let detail =
            json!({ "query": arguments["query"], "passages": passages, "note": ran.note, "by_model": by_model });
        self.step(StepKind::Search, title, ran.ok && found > 0, detail, at);
        for passage in &ran.passages {
            if !self.record.passages.iter().any(|known| known.id == passage.id) {
                self.record.passages.push(passage.clone());
            }
        }
        self.record.passages.sort_by_key(|passage: &Found| std::cmp::Reverse(passage.score));
    }

    /// Keeps one use of a tool.
    pub fn used(&mut self, name: &str, by_model: bool, arguments: Value, ran: &Ran, at_ms: u32) {
        let duration_ms = self.now_ms().saturating_sub(at_ms);
        self.record.tools.push(ToolUse {
            name: name.to_owned(),
            by_model,
            arguments,
            result: ran.told.clone(),
            ok: ran.ok,
            refused: ran.refused,
            at_ms,
            duration_ms,
        });
    }
}
