//! One question to the models of an agent: money is reserved first and settled after, every call becomes a row and a step.

use std::time::Duration;

use domain::agent::ModelChoice;
use domain::turn::{Figures, ModelCall, StepKind, TraceStep, TurnEvent};
use futures::StreamExt;
use llm::price::Worst;
use llm::{Answer, Ask, Attempt, StreamEvent};
use serde_json::json;

use super::record::Record;
use super::state::Turn;
use crate::Result;
use crate::budgets::{self, Grant, Reservation};

/// With less time than this left, no model is asked any more.
const LEAST: Duration = Duration::from_millis(250);

/// What came of asking.
pub(super) enum Asked {
    /// An answer, or calls of tools.
    Answered(Answer),
    /// The budget is used up.
    Broke {
        /// Whose.
        why: String,
    },
    /// No model could answer.
    Failed {
        /// Why, for people.
        reason: String,
        /// Whether asking again may well succeed.
        passing: bool,
    },
}

/// Which models may be asked with which money.
enum Money {
    Enough(Vec<ModelChoice>, Reservation),
    UsedUp(String),
    /// None that a budget can hold: for people to set right, not for tomorrow.
    Unpriced(String),
}

impl Turn<'_> {
    /// Asks the agent's models in order; text is told as it comes.
    pub async fn ask_model(&mut self, mut request: Ask, round: u32) -> Result<Asked> {
        let left = self.left();
        if left < LEAST {
            return Ok(Asked::Failed { reason: "The time for this turn is used up.".into(), passing: true });
        }
        request.timeout = Duration::from_millis(u64::from(self.ask.draft.timeout_ms)).min(left);
        let (choices, reservation) = match self.reserve(&request).await? {
            Money::Enough(choices, reservation) => (choices, reservation),
            Money::UsedUp(why) => return Ok(Asked::Broke { why }),
            Money::Unpriced(reason) => return Ok(Asked::Failed { reason, passing: false }),
        };
        let at = self.now_ms();
        let mut record = Record::begin(self.cx, self.ask, reservation);
        let mut events = self.cx.parts().models.stream(&choices, &request);
        let ended = tokio::time::timeout(left, async {
            while let Some(event) = events.next().await {
                match event {
                    Ok(StreamEvent::Started { choice, .. }) => {
                        record.started(&choice);
                        self.tell(TurnEvent::Started { model: choice });
                    }
                    Ok(StreamEvent::Text(text)) => {
                        record.spoke();
                        self.tell(TurnEvent::Text { text });
                    }
                    Ok(StreamEvent::Done(answer)) => return Some(Ok(answer)),
                    Err(failed) => return Some(Err(failed)),
                }
            }
            None
        })
        .await;
        drop(events);
        match ended {
            Ok(Some(Ok(answer))) => {
                let ids = record.end(&answer.attempts).await;
                self.called(&answer.attempts, &ids, round, at, answer.tool_calls.len());
                self.count(&answer);
                Ok(Asked::Answered(answer))
            }
            Ok(Some(Err(failed))) => {
                let ids = record.end(&failed.attempts).await;
                self.called(&failed.attempts, &ids, round, at, 0);
                self.unsay();
                Ok(Asked::Failed { reason: why(&failed), passing: failed.error.is_passing() })
            }
            // The stream ends with an answer or an error; should it ever not, the calls that were begun are still written down.
            Ok(None) => {
                let reason = "The model's answer broke off before it was complete.".into();
                Ok(Asked::Failed { reason, passing: true })
            }
            Err(_) => {
                self.unsay();
                Ok(Asked::Failed { reason: "The models took longer than this turn may last.".into(), passing: true })
            }
        }
    }

    /// Holds the worst case back. When money is short, the agent's cheaper model speaks; when there is none left, nobody does. A model whose
    /// price nobody knows is left out where a budget applies.
    async fn reserve(&mut self, request: &Ask) -> Result<Money> {
        let at = self.now_ms();
        let (draft, scope) = (self.ask.draft, self.ask.scope());
        let cheaper = budgets::payable(self.cx, scope, draft.cheaper_model.as_slice()).await?.0;
        let cheaper = Some(cheaper).filter(|models| !models.is_empty());
        let (mut models, left_out) = budgets::payable(self.cx, scope, &draft.models).await?;
        if let Some(unpriced) = left_out {
            if models.is_empty() {
                models.extend(cheaper.iter().flatten().cloned());
            }
            let why = unpriced.sentence();
            self.step(StepKind::Budget, why.clone(), false, json!({}), at);
            if models.is_empty() {
                return Ok(Money::Unpriced(why));
            }
        }
        let grant = budgets::reserve(self.cx, scope, worst(&models, request)).await?;
        let (title, money) = match (grant, cheaper) {
            (Grant::Reserved(held), _) => (None, Money::Enough(models, held)),
            (Grant::Low(held), None) => (None, Money::Enough(models, held)),
            (Grant::Low(held), Some(cheaper)) => {
                (Some("The budget runs low: the cheaper model speaks".to_owned()), Money::Enough(cheaper, held))
            }
            (Grant::Unpriced(unpriced), _) => (Some(unpriced.sentence()), Money::Unpriced(unpriced.sentence())),
            (Grant::Exhausted { scope: whose }, cheaper) => {
                let why = format!("Today's budget is used up: {}.", whose.label().to_lowercase());
                let again = match cheaper {
                    Some(cheaper) => Some((budgets::reserve(self.cx, scope, worst(&cheaper, request)).await?, cheaper)),
                    None => None,
                };
                match again {
                    Some((Grant::Reserved(held) | Grant::Low(held), cheaper)) => (
                        Some("The budget is nearly used up: the cheaper model speaks".to_owned()),
                        Money::Enough(cheaper, held),
                    ),
                    _ => (Some(why.clone()), Money::UsedUp(why)),
                }
            }
        };
        let (ok, held) = match &money {
            Money::Enough(_, held) => (true, Some(held.amount())),
            Money::UsedUp(_) | Money::Unpriced(_) => (false, None),
        };
        let title = title.unwrap_or_else(|| format!("Held back at most {}", held.unwrap_or_default().show()));
        self.step(StepKind::Budget, title, ok, json!({ "held_micros": held }), at);
        Ok(money)
    }

    /// Writes the calls of one question down, as steps and in the record.
    fn called(&mut self, attempts: &[Attempt], ids: &[domain::id::LlmRequestId], round: u32, at: u32, tools: usize) {
        let mut begun = at;
        for (i, attempt) in attempts.iter().enumerate() {
            let usage = attempt.usage.unwrap_or_default();
            let ok = attempt.outcome == "ok";
            let call = ModelCall {
                id: ids.get(i).copied(),
                model: attempt.choice.clone(),
                round,
                outcome: attempt.outcome.to_owned(),
                reason: attempt.reason.clone(),
                tokens_prompt: usage.prompt_tokens,
                tokens_completion: usage.completion_tokens,
                latency_ms: attempt.latency_ms,
                cost_micros: attempt.cost,
                estimated: attempt.estimated,
            };
            let title = match (ok, tools) {
                (true, 0) => format!("{} answered", attempt.choice),
                (true, 1) => format!("{} asked for a tool", attempt.choice),
                (true, n) => format!("{} asked for {n} tools", attempt.choice),
                (false, _) => format!("{} failed", attempt.choice),
            };
            let tokens = usage.prompt_tokens.saturating_add(usage.completion_tokens);
            let detail = serde_json::to_value(&call).unwrap_or_default();
            self.keep(TraceStep {
                kind: StepKind::Model,
                title,
                ok,
                detail,
                at_ms: begun,
                duration_ms: attempt.latency_ms,
                tokens: Some(tokens),
                cost: Some(attempt.cost),
            });
            begun = begun.saturating_add(attempt.latency_ms);
            self.record.calls.push(call);
        }
    }

    /// Adds an answer to the figures of the turn.
    fn count(&mut self, answer: &Answer) {
        let usage = answer.usage.unwrap_or_default();
        let before = self.record.figures.take();
        let failed = answer.attempts.split_last().map_or(&[][..], |(_, earlier)| earlier);
        let waited = before.as_ref().map_or(0, |f| f.latency_ms);
        let sum = |read: fn(&Figures) -> u32, more: u32| before.as_ref().map_or(0, read).saturating_add(more);
        let mut fallbacks = before.as_ref().map(|f| f.fallbacks.clone()).unwrap_or_default();
        fallbacks.extend(failed.iter().map(said));
        self.record.figures = Some(Figures {
            model: answer.choice.clone(),
            tokens_prompt: sum(|f| f.tokens_prompt, usage.prompt_tokens),
            tokens_completion: sum(|f| f.tokens_completion, usage.completion_tokens),
            latency_ms: waited.saturating_add(answer.latency_ms),
            first_token_ms: waited.saturating_add(answer.time_to_first_token_ms),
            cost_micros: self.record.cost(),
            fallbacks,
        });
    }
}

/// What a question can cost at most: of the dearest model, every character a token, the longest answer.
fn worst(choices: &[ModelChoice], request: &Ask) -> Worst {
    let chars = request.system.len() + request.messages.iter().map(|turn| turn.text().len() + 32).sum::<usize>();
    let tools: usize =
        request.tools.iter().map(|t| t.name.len() + t.description.len() + t.schema.to_string().len()).sum();
    // A token is at least three bytes in all that people write to us, on the average; half of that is safe.
    let prompt_tokens = u32::try_from((chars + tools) * 2 / 3 + 64).unwrap_or(u32::MAX);
    let usage = llm::Usage { prompt_tokens, completion_tokens: request.max_tokens };
    llm::price::worst(choices, usage)
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
