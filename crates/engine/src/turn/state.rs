//! A turn under way: its record growing, its steps told as they happen.

use std::time::{Duration, Instant};

use domain::format::Form;
use domain::guardrail::{self, Inbound};
use domain::turn::{Outcome, Purpose, StepKind, TraceStep, TurnEvent, TurnRecord};
use serde_json::{Value, json};

use super::{TurnAsk, TurnDone};
use crate::Cx;

/// The longest test or replay, whatever the agent's own limit for one model.
const LONGEST: Duration = Duration::from_secs(150);
/// What is left of a job's lease for everything behind the last call to a model.
const SLACK_SECS: u32 = 5;
/// What a tool leaves of a turn's time, so that the model can still say what came of it.
const FOR_THE_ANSWER: Duration = Duration::from_secs(15);

/// See the head of this file.
pub(super) struct Turn<'a> {
    pub cx: &'a Cx,
    pub ask: &'a TurnAsk<'a>,
    pub record: TurnRecord,
    /// The form that the answer gets; the channel's own until the workspace's is known.
    pub form: Form,
    /// How often the knowledge was searched, and how often in vain.
    pub searches: (u32, u32),
    sink: &'a mut (dyn FnMut(TurnEvent) + Send),
    begun: Instant,
    /// What was last shown as the answer.
    shown: String,
}

impl<'a> Turn<'a> {
    /// An empty turn.
    pub fn begin(cx: &'a Cx, ask: &'a TurnAsk<'a>, sink: &'a mut (dyn FnMut(TurnEvent) + Send)) -> Self {
        let record = TurnRecord {
            format: 1,
            id: cx.new_id(),
            purpose: ask.purpose,
            at: cx.now(),
            agent_id: ask.agent_id,
            version_id: ask.version.map(|(id, _)| id),
            version: ask.version.map(|(_, number)| number),
            draft: ask.draft.clone(),
            conversation_id: ask.conversation.map(|(conversation, _)| conversation.id),
            answers: ask.conversation.map(|(_, message)| message),
            channel: ask.channel,
            lead_name: ask.lead_name.map(str::to_owned),
            campaign_name: ask.campaign_name.map(str::to_owned),
            workspace_name: ask.workspace_name.to_owned(),
            input: ask.input.to_owned(),
            history: ask.history.clone(),
            system: String::new(),
            sentiment: None,
            ticket: None,
            passages: vec![],
            tools: vec![],
            rulings: vec![],
            calls: vec![],
            said: String::new(),
            outcome: Outcome::Failed { reason: "The turn did not come to its end.".into(), passing: true },
            stand_in: None,
            figures: None,
            duration_ms: 0,
            trace: vec![],
        };
        let form = Form::bare(ask.channel);
        Self { cx, ask, record, form, searches: (0, 0), sink, begun: Instant::now(), shown: String::new() }
    }

    /// Whether the rules are only shown. Never for a reply to a person.
    pub fn rules_off(&self) -> bool {
        self.ask.guardrails_off && self.ask.purpose != Purpose::Reply
    }

    /// Reads what came in by the rules.
    pub fn read(&mut self) -> Inbound {
        let at = self.now_ms();
        let inbound = guardrail::inbound(self.ask.input, &self.ask.draft.guardrails);
        self.record.sentiment = Some(inbound.sentiment);
        let title = match &inbound.forced {
            Some(forced) => format!("Must go to a human: {}", forced.reason.label()),
            None => format!("Nothing that must go to a human; sentiment {} of 100", inbound.sentiment),
        };
        let detail = serde_json::to_value(&inbound).unwrap_or_default();
        self.step(StepKind::Guardrail, title, inbound.forced.is_none(), detail, at);
        inbound
    }

    /// Milliseconds since the beginning.
    pub fn now_ms(&self) -> u32 {
        u32::try_from(self.begun.elapsed().as_millis()).unwrap_or(u32::MAX)
    }

    /// How long models and tools may still be asked. A reply ends inside the lease that its job began with.
    pub fn left(&self) -> Duration {
        let lease = self.cx.parts().settings.job_lease_secs.saturating_sub(SLACK_SECS).max(SLACK_SECS);
        let longest = match self.ask.purpose {
            Purpose::Reply => Duration::from_secs(u64::from(lease)),
            Purpose::Test | Purpose::Suite | Purpose::Replay => LONGEST,
        };
        longest.saturating_sub(self.begun.elapsed())
    }

    /// How long other systems may still be waited for: what is left, but for the answer.
    pub fn left_for_tools(&self) -> Duration {
        let left = self.left();
        left.saturating_sub(FOR_THE_ANSWER.min(left / 2))
    }

    /// A step that began at `at` is complete.
    pub fn step(&mut self, kind: StepKind, title: impl Into<String>, ok: bool, detail: Value, at_ms: u32) {
        let duration_ms = self.now_ms().saturating_sub(at_ms);
        self.keep(TraceStep { kind, title: title.into(), ok, detail, at_ms, duration_ms, tokens: None, cost: None });
    }

    /// Keeps a step and tells it.
    pub fn keep(&mut self, step: TraceStep) {
        self.record.trace.push(step.clone());
        self.tell(TurnEvent::Step { step });
    }

    /// Tells whoever listens.
    pub fn tell(&mut self, event: TurnEvent) {
        match &event {
            TurnEvent::Text { text } => self.shown.push_str(text),
            TurnEvent::Shortened { text } => self.shown.clone_from(text),
            _ => {}
        }
        (self.sink)(event);
    }

    /// What was shown of an answer does not stand: the model went on.
    pub fn unsay(&mut self) {
        if !self.shown.is_empty() {
            self.tell(TurnEvent::Shortened { text: String::new() });
        }
    }

    /// There is no answer.
    pub fn fail(&mut self, reason: String, passing: bool) {
        let at = self.now_ms();
        self.step(StepKind::Decision, "No answer", false, json!({ "reason": reason }), at);
        self.record.outcome = Outcome::Failed { reason, passing };
    }

    /// Closes the record and says the last word.
    pub fn end(mut self) -> TurnDone {
        self.record.duration_ms = self.now_ms();
        let figures = self.record.figures.clone();
        match self.record.outcome.clone() {
            Outcome::Failed { reason, .. } => self.tell(TurnEvent::Failed { reason }),
            Outcome::Escalated { handover } => self.tell(TurnEvent::Escalated { handover, figures }),
            Outcome::Sent { parts, .. } if self.record.stand_in.is_some() => {
                let template = self.record.stand_in.as_ref().map(|t| t.name.clone()).unwrap_or_default();
                self.tell(TurnEvent::StoodIn { template, text: parts.concat() });
            }
            Outcome::Sent { parts, .. } => {
                let whole = parts.join("\n\n");
                if whole != self.shown {
                    self.tell(TurnEvent::Shortened { text: whole });
                }
                if parts.len() > 1 {
                    self.tell(TurnEvent::Parts { parts });
                }
                if let Some(figures) = figures {
                    self.tell(TurnEvent::Done { figures });
                }
            }
        }
        TurnDone::of(self.record)
    }
}
