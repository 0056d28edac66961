//! What is left when no model can be paid any more: the template that the agent names for it, once in a conversation; then a human.

use std::collections::BTreeMap;

use domain::guardrail::{self, Claim, Inbound, Priority};
use domain::message::Channel;
use domain::skill::{Escalation, Tool};
use domain::template::{self, Template, TemplateState};
use domain::turn::{Handover, Outcome, Speaker, StandIn, StepKind};
use serde_json::json;

use super::state::Turn;
use crate::{Result, runs};

impl Turn<'_> {
    /// The budget is used up: the template speaks, word for word; without one, or when it was said already, a human has to.
    pub async fn used_up(&mut self, inbound: &Inbound, why: &str) -> Result<()> {
        let at = self.now_ms();
        match self.stand_in().await? {
            Some((template, values)) => {
                let text = template::fill(&template.draft.body, &values);
                let channel = template.draft.channel;
                let variables = runs::variables(channel, &template.draft.body, &values);
                let title = format!("{why} The template `{}` is sent instead", template.draft.name);
                let priority = inbound.priority();
                self.step(
                    StepKind::Decision,
                    title,
                    true,
                    json!({ "template": template.id, "priority": priority }),
                    at,
                );
                self.record.stand_in = Some(StandIn { id: template.id, name: template.draft.name, variables });
                self.record.outcome = match guardrail::claim(&text, "") {
                    // A template that says that a human comes makes one come.
                    Some((Claim::HandOver, said)) => Outcome::Escalated {
                        handover: Handover {
                            reason: Escalation::BudgetExhausted,
                            evidence: format!("{why} The template says “{said}”"),
                            holding: text,
                            priority: priority.max(Priority::High),
                        },
                    },
                    _ => Outcome::Sent { parts: vec![text], priority },
                };
            }
            None => {
                let decision = guardrail::fail(inbound, Escalation::BudgetExhausted, why, self.ask.channel);
                self.conclude(decision.outcome, inbound);
            }
        }
        Ok(())
    }

    /// The template that may be sent now, with what its placeholders stand for.
    async fn stand_in(&mut self) -> Result<Option<(Template, BTreeMap<String, String>)>> {
        let (Some(name), Some(channel)) = (&self.ask.draft.budget_template, self.ask.channel) else { return Ok(None) };
        if !self.ask.draft.tools.contains(&Tool::SendResponse) {
            return Ok(None);
        }
        let mut tx = self.cx.read().await?;
        let found = db::templates::find_named(&mut tx, channel, name).await?;
        let may_go = |t: &Template| channel != Channel::Whatsapp || t.state == TemplateState::Approved;
        let Some(template) = found.filter(may_go) else { return Ok(None) };
        let mut values = match self.ask.conversation {
            Some((conversation, _)) => {
                runs::values(&mut tx, conversation.lead_id, conversation.campaign_id, Some(self.ask.input)).await?
            }
            None => self.said_values(),
        };
        values.insert("agent.name".into(), self.ask.draft.name.clone());
        let text = template::fill(&template.draft.body, &values);
        let said = self.ask.history.iter().any(|said| said.speaker == Speaker::Agent && said.text == text);
        Ok((!said).then_some((template, values)))
    }

    /// What is known of a made-up lead.
    fn said_values(&self) -> BTreeMap<String, String> {
        let name = self.ask.lead_name.unwrap_or_default();
        let pairs = [
            ("lead.name", name.to_owned()),
            ("lead.first_name", domain::name::first_name(name)),
            ("campaign.name", self.ask.campaign_name.unwrap_or_default().to_owned()),
            ("workspace.name", self.ask.workspace_name.to_owned()),
            ("reply", self.ask.input.to_owned()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
