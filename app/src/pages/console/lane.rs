//! One side of the console: a version and a model, its transcript, and the running turn, which can be stopped.

use domain::agent::{AgentDraft, ModelChoice};
use domain::id::AgentId;
use domain::money::Micros;
use domain::turn::{Figures, Line, Overrides, Speaker, TestAsk, Transcript, TurnEvent};
use futures::StreamExt;
use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::run_turn;
use super::session::Session;
use super::stream::Lines;
use crate::error::AppError;

/// What a stopped answer says in place of figures.
const STOPPED: &str = "You stopped this answer.";
/// What an answer says whose stream ended early.
const BROKE_OFF: &str = "The connection broke off before the answer was complete. Send it again.";

/// What stood at the end of a transcript before the conversation was replayed from there.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// The place of the answer that came instead.
    pub at: usize,
    /// The lead's words, the answer of then, and what followed.
    pub lines: Vec<Line>,
    /// The places of those that were marked wrong.
    wrong: Vec<usize>,
}

/// See the head of this file. Copies are the same one.
#[derive(Clone, Copy, PartialEq)]
pub struct Lane {
    /// `A` or `B`.
    pub name: &'static str,
    /// The number of the version that speaks; empty for the newest.
    pub version: RwSignal<String>,
    /// `provider/model` in place of the agent's own; empty for those.
    pub model: RwSignal<String>,
    /// Whether the changes of the session hold here.
    pub with_session: RwSignal<bool>,
    /// What was said.
    pub transcript: RwSignal<Transcript>,
    /// The models asked for the answer under way, in order.
    pub asked: RwSignal<Vec<ModelChoice>>,
    /// What the newest replay took out.
    pub before: RwSignal<Option<Before>>,
    /// The places of the answers that were marked wrong.
    pub wrong: RwSignal<Vec<usize>>,
    running: StoredValue<Option<AbortHandle>>,
    turn: StoredValue<u32>,
}

/// What all answers took together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Answers, handed over ones too.
    pub answers: u32,
    /// Tokens, both ways.
    pub tokens: u64,
    /// From asking to the last word, all together.
    pub latency_ms: u64,
    /// What they cost.
    pub cost: Micros,
}

/// Adds the finished answers up.
pub fn sum(transcript: &Transcript) -> Sum {
    transcript.lines.iter().filter(|line| line.is_answered()).fold(Sum::default(), |sum, line| {
        let figures = line.figures.as_ref();
        Sum {
            answers: sum.answers + 1,
            tokens: sum.tokens + figures.map_or(0, |f| u64::from(f.tokens_prompt) + u64::from(f.tokens_completion)),
            latency_ms: sum.latency_ms + figures.map_or(0, |f| u64::from(f.latency_ms)),
            cost: sum.cost + figures.map_or(Micros(0), |f| f.cost_micros),
        }
    })
}

/// How a side differs from the saved agent. `saved` is the newest version, `chosen` another one.
pub fn overrides(saved: &AgentDraft, chosen: Option<&AgentDraft>, model: &str, session: &Session) -> Overrides {
    let base = chosen.unwrap_or(saved);
    let spoken = session.applied(base);
    Overrides {
        draft: (spoken != *saved).then(|| Box::new(spoken)),
        models: parse_model(model).into_iter().collect(),
        guardrails_off: session.rules_off,
    }
}

/// A model from the picker's value.
pub fn parse_model(value: &str) -> Option<ModelChoice> {
    let (provider, model) = value.split_once('/')?;
    Some(ModelChoice { provider: provider.parse().ok()?, model: model.to_owned() })
}

impl Lane {
    /// An empty one. Leaving the page stops what runs.
    pub fn new(name: &'static str) -> Self {
        let running = StoredValue::new(None::<AbortHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = running.try_get_value() {
                handle.abort();
            }
        });
        Self {
            name,
            version: RwSignal::new(String::new()),
            model: RwSignal::new(String::new()),
            with_session: RwSignal::new(true),
            transcript: RwSignal::new(Transcript::default()),
            asked: RwSignal::new(Vec::new()),
            before: RwSignal::new(None),
            wrong: RwSignal::new(Vec::new()),
            running,
            turn: StoredValue::new(0),
        }
    }

    /// Whether an answer is under way.
    pub fn is_running(self) -> bool {
        self.transcript.with(Transcript::is_running)
    }

    /// The newest finished answer's figures; none when no model was asked for it.
    pub fn last(self) -> Option<Figures> {
        self.transcript.with(|t| t.lines.iter().rev().find(|line| line.is_answered())?.figures.clone())
    }

    /// Takes over what another side has said, unless this one heard the same already. An answer under way there is left out.
    pub fn catch_up(self, other: Self) {
        let heard = |lines: &[Line]| {
            lines.iter().filter(|l| l.speaker == Speaker::Lead).map(|l| l.text.clone()).collect::<Vec<_>>()
        };
        let mut lines = other.transcript.with_untracked(|t| t.lines.clone());
        if lines.last().is_some_and(Line::is_open) {
            lines.truncate(lines.len().saturating_sub(2));
        }
        if self.transcript.with_untracked(|t| heard(&t.lines) == heard(&lines)) {
            return;
        }
        self.reset();
        let wrong = other.wrong.get_untracked().into_iter().filter(|at| *at < lines.len()).collect();
        self.wrong.set(wrong);
        self.transcript.set(Transcript { lines });
    }

    /// The place of the newest answer.
    pub fn last_reply(self) -> Option<usize> {
        self.transcript.with(|t| t.lines.iter().rposition(|line| line.speaker == Speaker::Agent))
    }

    /// Asks. The lead's words and the agent's open line are in the transcript at once.
    pub fn ask(self, agent: AgentId, ask: TestAsk) {
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
        let (task, handle) = abortable(follow(agent, ask, apply));
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
        self.before.set(None);
        self.wrong.set(Vec::new());
    }

    /// Takes back an answer with everything after it, and gives what the lead had said. What was taken is kept to compare.
    pub fn unsay(self, at: usize) -> Option<String> {
        let asked = self.transcript.with_untracked(|t| {
            let before = t.lines.get(..at)?;
            before.iter().rposition(|line| line.speaker == Speaker::Lead).map(|lead| (lead, before[lead].text.clone()))
        });
        let (lead, text) = asked?;
        let before = self.split(lead);
        self.before.set(Some(before));
        Some(text)
    }

    /// Puts back what the newest replay took out; what stands there now is kept in its place.
    pub fn put_back(self) {
        if untrack(|| self.is_running()) {
            return;
        }
        let Some(Before { at, lines, wrong }) = self.before.get_untracked() else { return };
        let now = self.split(at.saturating_sub(1));
        self.transcript.update(|t| t.lines.extend(lines));
        self.wrong.update(|all| all.extend(wrong));
        self.before.set(Some(now));
    }

    /// Takes everything from this line of the lead's on out of the transcript.
    fn split(self, lead: usize) -> Before {
        let lines = self.transcript.try_update(|t| t.lines.split_off(lead.min(t.lines.len()))).unwrap_or_default();
        let wrong = self.wrong.get_untracked().into_iter().filter(|at| *at >= lead).collect();
        self.wrong.update(|all| all.retain(|at| *at < lead));
        Before { at: lead + 1, lines, wrong }
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
        assert_eq!(sum(&t), Sum { answers: 2, tokens: 30, latency_ms: 2, cost: Micros(14) });
    }

    #[test]
    fn a_replay_keeps_what_it_took_out() {
        let owner = Owner::new();
        owner.with(|| {
            let lane = Lane::new("A");
            let said = |words: &[&str]| {
                lane.transcript.update(|t| {
                    for text in words {
                        t.ask(text);
                        t.apply(&TurnEvent::Failed { reason: format!("no {text}") });
                    }
                });
            };
            let shown =
                || lane.transcript.with_untracked(|t| t.lines.iter().map(|l| l.text.clone()).collect::<Vec<_>>());
            said(&["one", "two", "three"]);
            lane.wrong.set(vec![1, 5]);
            assert_eq!(lane.unsay(3).as_deref(), Some("two"));
            assert_eq!(shown(), ["one", ""]);
            assert_eq!(lane.wrong.get_untracked(), [1]);
            said(&["two"]);
            lane.put_back();
            assert_eq!(shown(), ["one", "", "two", "", "three", ""]);
            assert_eq!(lane.wrong.get_untracked(), [1, 5]);
            lane.put_back();
            assert_eq!(shown(), ["one", "", "two", ""], "and the other way round");
            assert_eq!(lane.unsay(0), None, "nothing was said before the first line");
        });
    }

    #[test]
    fn a_second_side_begins_with_what_the_first_has_said() {
        let owner = Owner::new();
        owner.with(|| {
            let (a, b) = (Lane::new("A"), Lane::new("B"));
            let say = |lane: Lane, text: &str, answer: &str| {
                lane.transcript.update(|t| {
                    t.ask(text);
                    t.apply(&TurnEvent::Text { text: answer.to_owned() });
                    t.apply(&TurnEvent::Failed { reason: "cut".into() });
                });
            };
            let lines = |lane: Lane| lane.transcript.with_untracked(|t| t.lines.clone());
            say(a, "one", "first");
            a.wrong.set(vec![1]);
            b.catch_up(a);
            assert_eq!(lines(b), lines(a));
            assert_eq!(b.wrong.get_untracked(), [1]);
            say(a, "two", "second");
            say(b, "two", "another");
            b.catch_up(a);
            assert_eq!(lines(b)[3].text, "another", "both heard the same: the answers stay");
            let before = lines(a);
            a.transcript.update(|t| t.ask("three"));
            say(b, "four", "more");
            b.catch_up(a);
            assert_eq!(lines(b), before, "an answer under way is left out");
        });
    }

    #[test]
    fn a_side_says_only_what_differs() {
        let saved = AgentDraft { prompt: "New.".into(), ..AgentDraft::default() };
        let old = AgentDraft { prompt: "Old.".into(), ..AgentDraft::default() };
        let plain = Session::default();
        assert_eq!(overrides(&saved, None, "", &plain), Overrides::default());
        assert_eq!(overrides(&saved, Some(&saved), "", &plain), Overrides::default());
        let other = overrides(&saved, Some(&old), "openai/gpt-4.1", &plain);
        assert_eq!(other.draft.map(|d| d.prompt), Some("Old.".to_owned()));
        assert_eq!(other.models, [ModelChoice { provider: Provider::OpenAi, model: "gpt-4.1".into() }]);
        let session = Session { notes: vec!["Six.".into()], rules_off: true, ..plain };
        let changed = overrides(&saved, None, "", &session);
        assert_eq!(changed.draft.map(|d| d.prompt), Some("New.\n\nNote: Six.".to_owned()));
        assert!(changed.guardrails_off);
    }
}
