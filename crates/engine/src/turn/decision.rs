//! What becomes of a proposal: the pure function is asked, its verdicts are written down, the outcome is set.

use domain::guardrail::{self, Facts, Inbound, Proposal};
use domain::skill::{Escalation, Tool};
use domain::turn::{Handover, Outcome, Ruling, StepKind};
use serde_json::json;

use super::state::Turn;

impl Turn<'_> {
    /// Decides on what the model proposes. `instructions` is what the agent was told, without what was gathered for it: quoting a
    /// passage is no leak.
    pub fn decide(&mut self, inbound: &Inbound, proposal: &Proposal, instructions: &str) {
        let at = self.now_ms();
        if let Proposal::Reply { text } = proposal {
            self.record.said.clone_from(text);
        }
        let passages: Vec<&str> = self.record.passages.iter().map(|passage| passage.text.as_str()).collect();
        let facts = Facts {
            searches: self.searches.0,
            empty_searches: self.searches.1,
            passages: &passages.join("\n"),
            system: instructions,
            // Webhooks of the agent's own; the built-in tools book and send nothing.
            acted: self.record.tools.iter().any(|used| used.by_model && used.ok && used.name.parse::<Tool>().is_err()),
            guardrails: &self.ask.draft.guardrails,
            form: &self.form,
        };
        let decision = guardrail::decide(inbound, proposal, &facts);
        self.record.rulings = decision.verdicts.into_iter().map(Ruling::from).collect();
        // Orders to the model are shown; by themselves they decide nothing.
        let counts = |r: &&Ruling| !r.passed && r.rule != guardrail::Rule::Injection.as_str();
        let broken: Vec<String> = self.record.rulings.iter().filter(counts).map(Ruling::label).collect();
        let title = match broken.as_slice() {
            [] => format!("All {} rules hold", self.record.rulings.len()),
            broken if self.rules_off() => format!("Would be handed over: {}", broken.join(", ")),
            broken => format!("Handed over: {}", broken.join(", ")),
        };
        let detail = json!({ "rulings": self.record.rulings });
        self.step(StepKind::Guardrail, title, broken.is_empty(), detail, at);
        if let (true, Proposal::Reply { text }) = (self.rules_off(), proposal) {
            let priority = inbound.priority();
            let at = self.now_ms();
            self.step(StepKind::Decision, "Shown as it is: the rules are off in this session", true, json!({}), at);
            self.record.outcome = Outcome::Sent { parts: vec![text.clone()], priority };
            return;
        }
        self.conclude(decision.outcome, inbound);
    }

    /// Sets the outcome, and says so as a step.
    pub fn conclude(&mut self, outcome: guardrail::Outcome, inbound: &Inbound) {
        let at = self.now_ms();
        match outcome {
            guardrail::Outcome::Send { .. } if !self.ask.draft.tools.contains(&Tool::SendResponse) => {
                let why = "The agent has `send_response` switched off: it drafts, a human answers.";
                let decision = guardrail::fail(inbound, Escalation::AgentDecision, why, self.ask.channel);
                if let guardrail::Outcome::Escalate { .. } = decision.outcome {
                    self.conclude(decision.outcome, inbound);
                }
            }
            guardrail::Outcome::Send { parts, priority } => {
                if parts.len() > 1 || parts.first().is_some_and(|part| *part != self.record.said) {
                    let lengths: Vec<usize> = parts.iter().map(|part| part.chars().count()).collect();
                    let channel = self.ask.channel.map_or("no channel", |channel| channel.label());
                    let title = match parts.len() {
                        1 => format!("Put into the form of {channel}"),
                        n => format!("Put into the form of {channel}: {n} messages"),
                    };
                    self.step(
                        StepKind::Format,
                        title,
                        true,
                        json!({ "characters": lengths, "said": self.record.said, "around": self.form.frame() }),
                        at,
                    );
                }
                let title = match parts.len() {
                    1 => "Send it".to_owned(),
                    n => format!("Send it as {n} messages"),
                };
                self.step(StepKind::Decision, title, true, json!({ "priority": priority }), at);
                self.record.outcome = Outcome::Sent { parts, priority };
            }
            guardrail::Outcome::Escalate { reason, evidence, holding, priority } => {
                let title = format!("Hand over to a human: {}", reason.label());
                let detail =
                    json!({ "reason": reason, "evidence": evidence, "holding": holding, "priority": priority });
                self.step(StepKind::Decision, title, false, detail, at);
                self.record.outcome = Outcome::Escalated { handover: Handover { reason, evidence, holding, priority } };
            }
        }
    }
}
