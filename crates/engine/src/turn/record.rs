//! Writes a question's calls to providers down and settles its money, whatever becomes of the one who asked.

use std::time::Instant;

use db::usage::LlmRequest;
use domain::agent::ModelChoice;
use domain::id::LlmRequestId;
use domain::money::Micros;
use llm::Attempt;

use super::TurnAsk;
use crate::Cx;
use crate::budgets::{self, Reservation};
use crate::usage::{self, Asker};

/// The calls of one question. Dropped before [`Record::end`], it writes down what it saw: the operator pressed Stop or went away.
pub(super) struct Record {
    cx: Cx,
    asker: Asker,
    begun: Vec<Begun>,
    held: Option<Reservation>,
}

/// A call that was begun.
struct Begun {
    model: ModelChoice,
    at: Instant,
    first_text: Option<Instant>,
    ended: Option<Instant>,
}

impl Record {
    /// An empty record of this question, with the money that is held back for it.
    pub fn begin(cx: &Cx, ask: &TurnAsk<'_>, held: Reservation) -> Self {
        Self {
            cx: cx.clone(),
            asker: Asker {
                purpose: ask.purpose.as_str(),
                agent: ask.agent_id,
                version: ask.version.map(|(id, _)| id),
                conversation: ask.conversation.map(|(conversation, _)| conversation.id),
            },
            begun: Vec::new(),
            held: Some(held),
        }
    }

    /// A provider is being called; the call before it, if any, has failed.
    pub fn started(&mut self, model: &ModelChoice) {
        let at = Instant::now();
        if let Some(last) = self.begun.last_mut() {
            last.ended = Some(at);
        }
        self.begun.push(Begun { model: model.clone(), at, first_text: None, ended: None });
    }

    /// It said something.
    pub fn spoke(&mut self) {
        if let Some(last) = self.begun.last_mut() {
            last.first_text.get_or_insert_with(Instant::now);
        }
    }

    /// The question is over: writes the calls down as the models' own count has them, and gives the ids of the rows. A failure to
    /// write is logged; the answer stands.
    pub async fn end(mut self, attempts: &[Attempt]) -> Vec<LlmRequestId> {
        self.begun.clear();
        let rows: Vec<_> =
            attempts.iter().enumerate().map(|(i, attempt)| self.asker.row(&self.cx, i, attempt)).collect();
        let ids = rows.iter().map(|row| row.id).collect();
        let cost = rows.iter().fold(Micros(0), |sum, row| sum + row.cost_micros);
        // In a task of its own: the rows are written even if the caller leaves right now.
        let written = tokio::spawn(write(self.cx.clone(), rows, self.held.take(), cost)).await;
        if let Err(error) = written {
            tracing::error!(%error, "writing calls to models down was interrupted");
        }
        ids
    }

    fn of_begun(&self, i: usize, call: &Begun) -> LlmRequest {
        let since = |at: Instant| i32::try_from(at.duration_since(call.at).as_millis()).unwrap_or(i32::MAX);
        let (outcome, error) = match call.ended {
            Some(_) => ("failed", "the next model was asked"),
            None => ("stopped", "stopped before the answer was complete; its cost is the most it may be"),
        };
        LlmRequest {
            outcome: outcome.to_owned(),
            error: Some(error.to_owned()),
            latency_ms: since(call.ended.unwrap_or_else(Instant::now)),
            first_token_ms: call.first_text.map(since),
            ..self.asker.blank(&self.cx, i, &call.model)
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let held = self.held.take();
        if self.begun.is_empty() && held.is_none() {
            return;
        }
        let mut rows: Vec<_> = self.begun.iter().enumerate().map(|(i, call)| self.of_begun(i, call)).collect();
        // What a stopped call cost is not known, so what was held back for it counts as spent.
        let cost = match (&held, rows.last_mut()) {
            (Some(held), Some(last)) => {
                (last.cost_micros, last.estimated) = (held.amount(), true);
                held.amount()
            }
            _ => Micros(0),
        };
        // Without a runtime the process is ending, and nobody is left to write.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(write(self.cx.clone(), rows, held, cost));
        }
    }
}

async fn write(cx: Cx, rows: Vec<LlmRequest>, held: Option<Reservation>, cost: Micros) {
    if let Some(held) = held
        && let Err(error) = budgets::settle(&cx, held, cost).await
    {
        tracing::error!(%error, "what was held back for a model could not be settled; it ends by itself");
    }
    if let Err(error) = usage::insert(&cx, &rows).await {
        tracing::error!(%error, "calls to models could not be written down");
    }
}
