//! The books of one call: whatever becomes of it, also when its client just leaves, every attempt is written down and paid for.

use std::time::Instant;

use db::usage::LlmRequest;
use domain::agent::ModelChoice;
use domain::money::Micros;
use engine::gateway::Pass;
use llm::{Attempt, Usage};

/// See the head of this file.
pub struct Ending {
    pass: Option<Pass>,
    calls: Vec<LlmRequest>,
    current: Option<(ModelChoice, Instant)>,
    first: Option<Instant>,
    /// What was probably used so far: for a call of which nobody tells.
    pub guess: Usage,
    /// The longest answer that was asked for.
    most: u32,
}

impl Ending {
    /// Nothing was called yet. An answer has at most so many tokens.
    pub fn new(pass: Pass, most: u32) -> Self {
        Self {
            pass: Some(pass),
            calls: Vec::with_capacity(1),
            current: None,
            first: None,
            guess: Usage::default(),
            most,
        }
    }

    /// A model is being asked.
    pub fn begin(&mut self, choice: &ModelChoice) {
        (self.current, self.first) = (Some((choice.clone(), Instant::now())), None);
    }

    /// Something of the answer is there.
    pub fn spoke(&mut self) {
        self.first.get_or_insert_with(Instant::now);
    }

    /// The model that was begun with has failed, before anything of its answer was passed on.
    pub fn failed(&mut self, error: &llm::Error) {
        let may_have_used = match error {
            // It may go on to the end of its answer although nobody listens any more.
            llm::Error::Timeout => Some(Usage { completion_tokens: self.most, ..self.guess }),
            llm::Error::Cut | llm::Error::Malformed { .. } => Some(self.guess),
            _ => None,
        };
        self.close(error.word(), Some(error.to_string()), None, may_have_used);
    }

    /// The call is over: what was used is known, or guessed when the provider does not say.
    pub fn end(mut self, outcome: &str, error: Option<String>, usage: Option<Usage>) {
        self.close(outcome, error, usage, Some(self.guess));
        self.finish();
    }

    /// No model answered.
    pub fn give_up(mut self) {
        self.finish();
    }

    /// The call is over, and somebody else has counted.
    pub fn counted(mut self, attempts: &[Attempt]) {
        self.take_over(attempts);
        self.finish();
    }

    /// Somebody else has counted; another model is asked next.
    pub fn take_over(&mut self, attempts: &[Attempt]) {
        self.current = None;
        for attempt in attempts {
            let usage = attempt.usage.unwrap_or_default();
            let call = self.row(&attempt.choice, attempt.outcome, attempt.reason.clone(), usage, attempt.cost);
            let first = attempt.time_to_first_token_ms.map(|ms| i32::try_from(ms).unwrap_or(i32::MAX));
            let latency_ms = i32::try_from(attempt.latency_ms).unwrap_or(i32::MAX);
            let estimated = attempt.estimated;
            self.calls.extend(call.map(|call| LlmRequest { latency_ms, first_token_ms: first, estimated, ..call }));
        }
    }

    /// What was used is told, or else guessed.
    fn close(&mut self, outcome: &str, error: Option<String>, told: Option<Usage>, guess: Option<Usage>) {
        let Some((choice, began)) = self.current.take() else { return };
        let estimated = told.is_none() && guess.is_some();
        let usage = told.or(guess).unwrap_or_default();
        let cost = llm::price::cost(&choice, usage).unwrap_or_default();
        let since = |at: Instant| i32::try_from(at.duration_since(began).as_millis()).unwrap_or(i32::MAX);
        let (latency_ms, first) = (since(Instant::now()), self.first.map(since));
        let call = self.row(&choice, outcome, error, usage, cost);
        self.calls.extend(call.map(|call| LlmRequest { latency_ms, first_token_ms: first, estimated, ..call }));
    }

    fn row(
        &self,
        choice: &ModelChoice,
        outcome: &str,
        error: Option<String>,
        usage: Usage,
        cost: Micros,
    ) -> Option<LlmRequest> {
        let cx = self.pass.as_ref()?.cx();
        let whole = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Some(LlmRequest {
            id: cx.new_id(),
            purpose: "gateway",
            agent_id: None,
            agent_version_id: None,
            conversation_id: None,
            model: choice.clone(),
            attempt: whole(u32::try_from(self.calls.len() + 1).unwrap_or(u32::MAX)),
            outcome: outcome.to_owned(),
            error,
            tokens_prompt: whole(usage.prompt_tokens),
            tokens_completion: whole(usage.completion_tokens),
            latency_ms: 0,
            first_token_ms: None,
            cost_micros: cost,
            estimated: false,
            created_at: cx.now(),
        })
    }

    fn finish(&mut self) {
        if let Some(pass) = self.pass.take() {
            pass.end(std::mem::take(&mut self.calls));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.current.is_some() {
            let why = "stopped before the answer was complete; what was used is a guess";
            self.close("stopped", Some(why.into()), None, Some(self.guess));
        }
        self.finish();
    }
}
