//! One request on its way: who is called, who next, who was faster. Nothing here knows a provider.
//!
//! Until an answer has begun, a failed choice is replaced at once by the next one. Only when nobody is left is the last one
//! waited for and tried once more; one that wrote nonsense is asked once more at once.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use domain::agent::ModelChoice;
use futures::StreamExt;
use futures::future::poll_fn;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::breakers::Permit;
use crate::calls::{self, RawCall};
use crate::models::Models;
use crate::wire::Deltas;
use crate::{Answer, Ask, Attempt, Delta, Error, Failed, Finish, StreamEvent, ToolCall, Usage, price};

/// As many calls as run beside each other at most.
const SIDE_BY_SIDE: usize = 2;

/// A request and the calls that were made for it.
pub(crate) struct Race {
    models: Models,
    ask: Arc<Ask>,
    stream: bool,
    waiting: std::vec::IntoIter<ModelChoice>,
    running: Vec<Run>,
    /// One of the running has begun to answer; the others were let go.
    begun: bool,
    /// The last choice that was called, if waiting may help: who, until when to wait, and until when it may take.
    again: Option<(ModelChoice, Instant, Instant)>,
    retried: bool,
    started: u32,
    attempts: Vec<Attempt>,
    errors: Vec<Error>,
    over: bool,
}

/// One call while it runs.
struct Run {
    call: Call,
    permit: Permit,
    deltas: Deltas,
    deadline: Instant,
}

/// What to do next.
enum Next {
    /// Something came from the call at this place.
    Piece(usize, Result<Delta, Error>),
    /// The first one is silent for too long.
    Hedge,
}

impl Race {
    pub fn new(models: Models, choices: Vec<ModelChoice>, ask: Arc<Ask>, stream: bool) -> Self {
        Self {
            models,
            ask,
            stream,
            waiting: choices.into_iter(),
            running: Vec::with_capacity(1),
            begun: false,
            again: None,
            retried: false,
            started: 0,
            attempts: Vec::with_capacity(1),
            errors: Vec::new(),
            over: false,
        }
    }

    /// The next thing that happened. `Done` and an error are the last.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, Failed>> {
        while !self.over {
            if self.running.is_empty() {
                return Some(match self.start_next().await {
                    Some(event) => Ok(event),
                    None => Err(self.fail(None)),
                });
            }
            let event = match self.wait().await {
                Next::Hedge => self.start_waiting().map(Ok),
                Next::Piece(at, piece) => self.take(at, piece),
            };
            if event.is_some() {
                return event;
            }
        }
        None
    }

    /// The next choice that can be called, else the last one again.
    async fn start_next(&mut self) -> Option<StreamEvent> {
        if let Some(event) = self.start_waiting() {
            return Some(event);
        }
        let (choice, at, deadline) = self.again.take()?;
        if self.retried || at >= deadline {
            return None;
        }
        self.retried = true;
        sleep_until(at).await;
        self.start(choice, deadline)
    }

    fn start_waiting(&mut self) -> Option<StreamEvent> {
        let deadline = Instant::now() + self.ask.timeout;
        while let Some(choice) = self.waiting.next() {
            let event = self.start(choice, deadline);
            if event.is_some() {
                return event;
            }
        }
        None
    }

    fn start(&mut self, choice: ModelChoice, deadline: Instant) -> Option<StreamEvent> {
        if !self.models.is_set_up(choice.provider) {
            self.errors.push(Error::NotConfigured { provider: choice.provider });
            return None;
        }
        let permit = match self.models.enter(&choice) {
            Ok(permit) => permit,
            Err(error) => {
                self.errors.push(error);
                return None;
            }
        };
        self.started += 1;
        let deltas = self.models.open(&choice, &self.ask, self.stream);
        self.running.push(Run { call: Call::new(choice.clone(), self.ask.clone()), permit, deltas, deadline });
        Some(StreamEvent::Started { choice, attempt: self.started })
    }

    async fn wait(&mut self) -> Next {
        let deadline = self.running.iter().map(|run| run.deadline).min().unwrap_or_else(Instant::now);
        let hedge = self.hedge_at();
        let piece = poll_fn(|cx| {
            for (at, run) in self.running.iter_mut().enumerate() {
                if let Poll::Ready(piece) = run.deltas.poll_next_unpin(cx) {
                    return Poll::Ready((at, piece.unwrap_or(Err(Error::Cut))));
                }
            }
            Poll::Pending
        });
        match timeout_at(hedge.map_or(deadline, |hedge| hedge.min(deadline)), piece).await {
            Ok((at, piece)) => Next::Piece(at, piece),
            Err(_) => match self.running.iter().position(|run| run.deadline <= Instant::now()) {
                Some(at) => Next::Piece(at, Err(Error::Timeout)),
                None => Next::Hedge,
            },
        }
    }

    /// When to ask the next choice as well. Never once an answer has begun.
    fn hedge_at(&self) -> Option<Instant> {
        let may = !self.begun && self.running.len() < SIDE_BY_SIDE && self.waiting.len() > 0;
        let after = self.ask.hedge_after.filter(|_| may)?;
        self.running.last().map(|run| run.call.started + after)
    }

    fn take(&mut self, at: usize, piece: Result<Delta, Error>) -> Option<Result<StreamEvent, Failed>> {
        match piece {
            Ok(Delta::Working) => {
                self.keep_only(at);
                None
            }
            Ok(Delta::Text(text)) => {
                let text = self.running.get_mut(at)?.call.take(text)?;
                self.keep_only(at);
                Some(Ok(StreamEvent::Text(text)))
            }
            Ok(Delta::Done { usage, finish, calls }) => {
                let mut run = self.running.remove(at);
                match run.call.end(usage, finish, calls) {
                    Ok((finish, tools)) => {
                        self.drop_others();
                        run.permit.settle(None);
                        self.attempts.push(run.call.attempt(Ended::Well));
                        self.over = true;
                        let attempts = std::mem::take(&mut self.attempts);
                        Some(Ok(StreamEvent::Done(run.call.answer(finish, tools, attempts))))
                    }
                    Err(error) => self.failed(run, error),
                }
            }
            Err(error) => {
                let run = self.running.remove(at);
                self.failed(run, error)
            }
        }
    }

    /// A call failed. After the first shown text that is the end; before it, someone else may answer.
    fn failed(&mut self, run: Run, error: Error) -> Option<Result<StreamEvent, Failed>> {
        let Run { mut call, permit, deadline, deltas } = run;
        drop(deltas);
        permit.settle(Some(&error));
        self.attempts.push(call.attempt(Ended::Failed(&error)));
        tracing::warn!(model.choice = %call.choice, error.kind = error.word(), "a model call failed");
        // Where nobody reads along, nothing was shown yet.
        if self.stream && !call.text.is_empty() {
            return Some(Err(self.fail(Some(error))));
        }
        self.again = match &error {
            // Its caller tries again by itself, and is told when.
            _ if self.ask.as_is => None,
            Error::Cut => Some((call.choice, Instant::now() + backoff(), deadline)),
            // Nothing to wait for: it may choose other words.
            Error::Malformed { .. } => Some((call.choice, Instant::now(), deadline)),
            Error::Retry { after, .. } => Some((call.choice, Instant::now() + after.unwrap_or_else(backoff), deadline)),
            _ => None,
        };
        self.begun = false;
        self.errors.push(error);
        None
    }

    /// This one has begun to answer: the others are let go, and nobody else is asked while it speaks.
    fn keep_only(&mut self, at: usize) {
        if self.begun {
            return;
        }
        self.begun = true;
        let winner = self.running.remove(at);
        self.drop_others();
        self.running.push(winner);
    }

    fn drop_others(&mut self) {
        for mut run in self.running.drain(..) {
            self.attempts.push(run.call.attempt(Ended::Dropped));
        }
    }

    fn fail(&mut self, error: Option<Error>) -> Failed {
        self.over = true;
        let error = error.unwrap_or_else(|| most_hopeful(std::mem::take(&mut self.errors)));
        Failed { attempts: std::mem::take(&mut self.attempts), error }
    }
}

/// How a call ended.
enum Ended<'a> {
    Well,
    Failed(&'a Error),
    /// Another one was faster.
    Dropped,
}

/// One call and what it gave.
struct Call {
    choice: ModelChoice,
    ask: Arc<Ask>,
    started: Instant,
    first_text: Option<Instant>,
    ended: Option<Instant>,
    text: String,
    usage: Option<Usage>,
}

impl Call {
    fn new(choice: ModelChoice, ask: Arc<Ask>) -> Self {
        Self { choice, ask, started: Instant::now(), first_text: None, ended: None, text: String::new(), usage: None }
    }

    /// What to show of a piece of text. White space at the start is dropped: it shows nothing, yet would end the fallbacks.
    fn take(&mut self, mut piece: String) -> Option<String> {
        if !self.ask.as_is && self.text.is_empty() && piece.starts_with(char::is_whitespace) {
            piece = piece.trim_start().to_owned();
        }
        if piece.is_empty() {
            return None;
        }
        self.first_text.get_or_insert_with(Instant::now);
        self.text.push_str(&piece);
        Some(piece)
    }

    /// An answer with neither a word nor a tool call in it is a failure, but for callers who judge for themselves.
    fn end(
        &mut self,
        usage: Option<Usage>,
        finish: Finish,
        raw: Vec<RawCall>,
    ) -> Result<(Finish, Vec<ToolCall>), Error> {
        self.usage = usage;
        let tools = calls::read(raw, finish, self.ask.as_is)?;
        if !tools.is_empty() {
            let was_cut = self.ask.as_is && finish == Finish::Length;
            return Ok((if was_cut { finish } else { Finish::ToolCalls }, tools));
        }
        let reason = match finish {
            Finish::ToolCalls if !self.text.is_empty() || self.ask.as_is => return Ok((Finish::Stop, tools)),
            _ if !self.text.is_empty() || self.ask.as_is => return Ok((finish, tools)),
            Finish::Length => "the model reached its token limit before it said anything; raise the limit",
            Finish::Refused => "the model declined to answer",
            Finish::Stop | Finish::ToolCalls | Finish::Other => "the model gave an empty answer",
        };
        Err(Error::Stop { status: None, reason: reason.into() })
    }

    fn attempt(&mut self, how: Ended<'_>) -> Attempt {
        let ended = *self.ended.get_or_insert_with(Instant::now);
        let guess = self.usage.is_none().then(|| self.guess(&how)).flatten();
        let usage = self.usage.or(guess);
        let cost = usage.and_then(|usage| price::cost(&self.choice, usage));
        let (outcome, reason) = match how {
            Ended::Well => ("ok", None),
            Ended::Failed(error) => (error.word(), Some(error.to_string())),
            Ended::Dropped => ("dropped", Some("another model answered first".to_owned())),
        };
        Attempt {
            choice: self.choice.clone(),
            outcome,
            reason,
            latency_ms: milliseconds(ended - self.started),
            time_to_first_token_ms: self.first_text.map(|at| milliseconds(at - self.started)),
            usage,
            estimated: guess.is_some(),
            cost: cost.unwrap_or_default(),
            priced: cost.is_some(),
        }
    }

    /// What a call of which the provider told nothing may have used. Nothing where it was refused before a word was said.
    fn guess(&self, how: &Ended<'_>) -> Option<Usage> {
        let said = price::tokens(self.text.len());
        let completion_tokens = match how {
            Ended::Well | Ended::Failed(Error::Cut | Error::Malformed { .. }) => said,
            // It may go on to the end of its answer although nobody listens any more.
            Ended::Dropped | Ended::Failed(Error::Timeout) => self.ask.max_tokens.max(said),
            Ended::Failed(_) if self.text.is_empty() => return None,
            Ended::Failed(_) => said,
        };
        Some(Usage { prompt_tokens: price::tokens(self.ask.bytes()), completion_tokens })
    }

    fn answer(mut self, finish: Finish, tool_calls: Vec<ToolCall>, attempts: Vec<Attempt>) -> Answer {
        let Attempt { choice, latency_ms, time_to_first_token_ms, usage, cost, priced, .. } = self.attempt(Ended::Well);
        let time_to_first_token_ms = time_to_first_token_ms.unwrap_or(latency_ms);
        let mut text = self.text;
        if !self.ask.as_is {
            text.truncate(text.trim_end().len());
        }
        Answer { choice, text, tool_calls, usage, latency_ms, time_to_first_token_ms, cost, priced, finish, attempts }
    }
}

pub(crate) fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// The wait before the one second try when the provider named none: about half a second, never in step with others.
pub(crate) fn backoff() -> Duration {
    Duration::from_millis(500).mul_f64(1.0 + rand::random_range(0.0..0.25))
}

/// An error that time may cure comes before one that it does not; the shortest wait before a longer one.
fn most_hopeful(errors: Vec<Error>) -> Error {
    let rank = |error: &Error| match error {
        Error::Retry { after, .. } => (0, after.unwrap_or_default()),
        Error::Timeout | Error::Cut => (1, Duration::ZERO),
        Error::Malformed { .. } => (2, Duration::ZERO),
        Error::Stop { .. } => (3, Duration::ZERO),
        Error::Key { .. } => (4, Duration::ZERO),
        Error::NotConfigured { .. } => (5, Duration::ZERO),
    };
    errors.into_iter().min_by_key(rank).unwrap_or(Error::Stop { status: None, reason: "no model was chosen".into() })
}
