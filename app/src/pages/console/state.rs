//! What the console knows: the transcript, who is being asked, and the running turn, which can be stopped.

use domain::agent::ModelChoice;
use domain::id::AgentId;
use domain::message::Channel;
use domain::money::Micros;
use domain::turn::{Figures, TestAsk, Transcript, TurnEvent};
use futures::StreamExt;
use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::run_turn;
use super::stream::Lines;
use crate::error::AppError;

/// What a stopped answer says in place of figures.
const STOPPED: &str = "You stopped this answer.";
/// What an answer says whose stream ended early.
const BROKE_OFF: &str = "The connection broke off before the answer was complete. Send it again.";

/// The console's state. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Console {
    /// The agent under test.
    pub agent: AgentId,
    /// What was said.
    pub transcript: RwSignal<Transcript>,
    /// The models asked for the answer under way, in order.
    pub asked: RwSignal<Vec<ModelChoice>>,
    /// What the lead is about to say.
    pub input: RwSignal<String>,
    /// The word of the channel, or empty.
    pub channel: RwSignal<String>,
    /// What the lead is called.
    pub lead_name: RwSignal<String>,
    running: StoredValue<Option<AbortHandle>>,
    turn: StoredValue<u32>,
}

/// What all answers took together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Finished answers.
    pub answers: u32,
    /// Tokens, both ways.
    pub tokens: u64,
    /// What they cost.
    pub cost: Micros,
}

/// Adds the finished answers up.
pub fn sum(transcript: &Transcript) -> Sum {
    transcript.lines.iter().filter_map(|line| line.figures.as_ref()).fold(Sum::default(), |sum, f| Sum {
        answers: sum.answers + 1,
        tokens: sum.tokens + u64::from(f.tokens_prompt) + u64::from(f.tokens_completion),
        cost: sum.cost + f.cost_micros,
    })
}

impl Console {
    /// An empty one. Leaving the page stops what runs.
    pub fn new(agent: AgentId) -> Self {
        let running = StoredValue::new(None::<AbortHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = running.try_get_value() {
                handle.abort();
            }
        });
        Self {
            agent,
            transcript: RwSignal::new(Transcript::default()),
            asked: RwSignal::new(Vec::new()),
            input: RwSignal::new(String::new()),
            channel: RwSignal::new(Channel::Sms.as_str().to_owned()),
            lead_name: RwSignal::new("Ada Lovelace".to_owned()),
            running,
            turn: StoredValue::new(0),
        }
    }

    /// Whether an answer is under way.
    pub fn is_running(self) -> bool {
        self.transcript.with(Transcript::is_running)
    }

    /// The figures of the newest finished answer.
    pub fn last(self) -> Option<Figures> {
        self.transcript.with(|t| t.lines.iter().rev().find_map(|line| line.figures.clone()))
    }

    /// The channel whose rules hold.
    pub fn channel(self) -> Option<Channel> {
        self.channel.with(|word| word.parse().ok())
    }

    /// Sends what stands in the field.
    pub fn send(self) {
        let input = self.input.get_untracked();
        if self.say(input) {
            self.input.set(String::new());
        }
    }

    /// Says something as the lead and lets the agent answer. `false` when that is not possible now.
    pub fn say(self, input: String) -> bool {
        let ask = TestAsk {
            input,
            history: self.transcript.with_untracked(Transcript::said),
            channel: untrack(|| self.channel()),
            lead_name: self.lead_name.get_untracked(),
            ..TestAsk::default()
        };
        if ask.input.trim().is_empty() || untrack(|| self.is_running()) {
            return false;
        }
        self.transcript.update(|t| t.ask(ask.input.trim()));
        self.asked.set(Vec::new());
        // A stopped turn may still have a word on its way; it must not land in the next one's line.
        let turn = self.turn.with_value(|n| n.wrapping_add(1));
        self.turn.set_value(turn);
        let apply = move |event: TurnEvent| {
            if self.turn.try_get_value() == Some(turn) {
                self.apply(&event);
            }
        };
        let (task, handle) = abortable(follow(self.agent, ask, apply));
        self.running.set_value(Some(handle));
        spawn_local(async move {
            let reason = match task.await {
                Ok(Ok(())) => BROKE_OFF.to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(_) => STOPPED.to_owned(),
            };
            // Only an answer that is still open takes this.
            apply(TurnEvent::Failed { reason });
        });
        true
    }

    fn apply(self, event: &TurnEvent) {
        if let TurnEvent::Started { model } = event {
            self.asked.try_update(|asked| asked.push(model.clone()));
        }
        self.transcript.try_update(|t| t.apply(event));
    }

    /// Stops the answer under way. The call to the model is closed.
    pub fn stop(self) {
        if let Some(handle) = self.running.get_value() {
            handle.abort();
        }
        self.transcript.update(|t| t.apply(&TurnEvent::Failed { reason: STOPPED.to_owned() }));
    }

    /// Begins anew.
    pub fn reset(self) {
        self.stop();
        self.turn.update_value(|n| *n = n.wrapping_add(1));
        self.transcript.set(Transcript::default());
        self.asked.set(Vec::new());
    }
}

/// Reads the turn's stream to its end.
async fn follow(agent: AgentId, ask: TestAsk, apply: impl Fn(TurnEvent)) -> Result<(), AppError> {
    let mut portions = run_turn(agent, ask).await?.into_inner();
    let mut lines = Lines::default();
    while let Some(portion) = portions.next().await {
        lines.push(&portion?).into_iter().for_each(&apply);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::agent::Provider;

    use super::*;

    #[test]
    fn only_finished_answers_count() {
        let mut t = Transcript::default();
        let figures = Figures {
            model: ModelChoice { provider: Provider::OpenAi, model: "m".into() },
            tokens_prompt: 10,
            tokens_completion: 5,
            latency_ms: 1,
            first_token_ms: 1,
            cost_micros: Micros(7),
            fallbacks: vec![],
        };
        for event in [
            TurnEvent::Done { figures: figures.clone() },
            TurnEvent::Failed { reason: "x".into() },
            TurnEvent::Done { figures },
        ] {
            t.ask("Hi");
            t.apply(&event);
        }
        assert_eq!(sum(&t), Sum { answers: 2, tokens: 30, cost: Micros(14) });
    }
}
