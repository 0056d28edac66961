//! The rounds between model and tools, bounded in number, calls and time. A model has the tools it was offered and no others,
//! whatever a message says.

use std::time::Instant;

use domain::guardrail::Proposal;
use domain::skill::{Escalation, Tool};
use domain::text::cut;
use domain::turn::{Speaker, StepKind};
use llm::{Ask, Finish, ToolCall, ToolChoice};
use serde_json::{Value, json};

use super::gather::Gathered;
use super::model::Asked;
use super::prompt::Told;
use super::state::Turn;
use crate::Result;
use crate::tools::{self, Ran};

/// How often a model is asked in one turn.
const ROUNDS: u32 = 6;
/// How many tools a model may use in one turn.
const CALLS: u32 = 12;

/// How the rounds ended.
pub(super) enum End {
    /// The model proposes something.
    Proposed(Proposal),
    /// The budget is used up.
    Broke {
        /// Whose.
        why: String,
    },
    /// No model could answer.
    Failed {
        /// Why, for people.
        reason: String,
        /// Whether the same turn may well succeed later by itself.
        passing: bool,
    },
}

impl Turn<'_> {
    /// Asks the model until it proposes something.
    pub async fn rounds(&mut self, told: &Told, gathered: &Gathered) -> Result<End> {
        let offered = tools::offered(&self.ask.draft.tools, gathered.has_knowledge, &gathered.actions);
        let mut messages: Vec<llm::Turn> = self
            .ask
            .history
            .iter()
            .map(|said| match said.speaker {
                Speaker::Lead => llm::Turn::user(said.text.clone()),
                Speaker::Agent => llm::Turn::assistant(said.text.clone()),
            })
            .collect();
        messages.push(llm::Turn::user(self.ask.input));
        let mut calls = 0;
        for round in 1..=ROUNDS {
            let last = round == ROUNDS || calls >= CALLS;
            let request = Ask {
                system: told.whole(),
                messages: messages.clone(),
                max_tokens: self.ask.draft.max_tokens,
                tools: offered.clone(),
                tool_choice: if last { ToolChoice::None } else { ToolChoice::Auto },
                ..Ask::default()
            };
            let answer = match self.ask_model(request, round).await? {
                Asked::Answered(answer) => answer,
                Asked::Broke { why } => return Ok(End::Broke { why }),
                Asked::Failed { reason, passing } => return Ok(End::Failed { reason, passing }),
            };
            if answer.finish == Finish::Refused {
                let reason = format!("`{}` declined to answer this.", answer.choice);
                return Ok(End::Failed { reason, passing: false });
            }
            if answer.tool_calls.is_empty() {
                return Ok(End::Proposed(Proposal::Reply { text: answer.text }));
            }
            self.unsay();
            let mut results = Vec::with_capacity(answer.tool_calls.len());
            for call in &answer.tool_calls {
                calls += 1;
                let told = if last || calls > CALLS {
                    self.refuse(call, "No more tools in this turn: the limit is reached. Answer with what you know.")
                } else {
                    match self.use_called(call, &offered, gathered).await {
                        Used::Proposed(proposal) => return Ok(End::Proposed(proposal)),
                        Used::Told(told) => told,
                    }
                };
                results
                    .push(llm::Turn::tool_result(call, told.as_str().map_or_else(|| told.to_string(), str::to_owned)));
            }
            messages.push(llm::Turn::tool_calls(answer.text, answer.tool_calls));
            messages.extend(results);
        }
        Ok(End::Failed {
            reason: format!(
                "The model asked for tools without end: {calls} times in {ROUNDS} rounds, and gave no answer."
            ),
            passing: false,
        })
    }

    /// One tool that the model asked for.
    async fn use_called(&mut self, call: &ToolCall, offered: &[llm::ToolSpec], gathered: &Gathered) -> Used {
        let tool = call.name.parse::<Tool>().ok();
        let speaks = tool == Some(Tool::SendResponse) && self.ask.draft.tools.contains(&Tool::SendResponse);
        if !speaks && !offered.iter().any(|spec| spec.name == call.name) {
            return Used::Told(self.refuse(call, "There is no such tool here. Answer with what you know."));
        }
        let text = |field: &str| call.arguments[field].as_str().map(str::trim).filter(|text| !text.is_empty());
        match tool {
            Some(Tool::SendResponse) => match text("text") {
                Some(text) => {
                    let text = text.to_owned();
                    self.accept(call);
                    Used::Proposed(Proposal::Reply { text })
                }
                None => Used::Told(self.refuse(call, "`text` is missing. Answer in plain words instead.")),
            },
            Some(Tool::EscalateToHuman) => {
                let note = cut(text("reason").unwrap_or("The agent asked for a human."), 300).to_owned();
                let subject =
                    text("subject").and_then(|word| Escalation::SUBJECTS.into_iter().find(|s| s.as_str() == word));
                self.accept(call);
                Used::Proposed(Proposal::Escalate { subject, note })
            }
            Some(tool @ Tool::SearchKnowledgeBase) => {
                let Some(query) = text("query") else {
                    return Used::Told(self.refuse(call, "`query` is missing: say what to search for."));
                };
                let query = cut(query, 400).to_owned();
                let ran = self.use_tool(tool, json!({ "query": query }), true).await;
                if self.searches.1 >= 2 && self.record.passages.is_empty() {
                    let note = "Two searches of the knowledge found nothing that fits.".to_owned();
                    return Used::Proposed(Proposal::Escalate { subject: None, note });
                }
                Used::Told(ran.told)
            }
            Some(Tool::CreateTicket | Tool::GetCustomerHistory) => {
                Used::Told(self.refuse(call, "This was done already; what came of it is in the context."))
            }
            None => {
                let at = self.now_ms();
                let until = Instant::now() + self.left_for_tools();
                let ran = self.world().act(self.cx, self.ask, call, &gathered.actions, until).await;
                let detail =
                    json!({ "arguments": call.arguments, "result": ran.told, "note": ran.note, "by_model": true });
                let title = format!("{}{}", call.name, if ran.ok { "" } else { " failed" });
                self.step(StepKind::Tool, title, ran.ok, detail, at);
                self.used(&call.name, true, call.arguments.clone(), &ran, at);
                Used::Told(ran.told)
            }
        }
    }

    /// Writes a tool down that ends the rounds.
    fn accept(&mut self, call: &ToolCall) {
        let at = self.now_ms();
        let ran = Ran::well(Value::Null);
        self.step(
            StepKind::Tool,
            call.name.clone(),
            true,
            json!({ "arguments": call.arguments, "by_model": true }),
            at,
        );
        self.used(&call.name, true, call.arguments.clone(), &ran, at);
    }

    /// Writes a tool down that may not be used, and gives what the model is told.
    fn refuse(&mut self, call: &ToolCall, why: &str) -> Value {
        let at = self.now_ms();
        let name: String = call.name.chars().take(64).collect();
        let ran = Ran::refused(why);
        let detail = json!({ "arguments": call.arguments, "refused": why, "by_model": true });
        self.step(StepKind::Tool, format!("Refused: {name}"), false, detail, at);
        self.used(&name, true, call.arguments.clone(), &ran, at);
        ran.told
    }
}

/// What came of a tool call.
enum Used {
    /// The rounds are over.
    Proposed(Proposal),
    /// The model is told this.
    Told(Value),
}
