//! The steps of a drawing as lists name them.

use domain::message::Channel;
use serde::{Deserialize, Serialize};

use crate::ui::Icon;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its id in the drawing.
    pub node: String,
    /// Its name.
    pub name: String,
    /// The template, the length, the agent: what tells it from its like.
    pub detail: String,
    /// The channel, of a step that sends.
    pub channel: Option<Channel>,
    /// The word of its kind.
    pub kind: String,
}

impl Step {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        match (self.channel, self.kind.as_str()) {
            (Some(Channel::Sms), _) => Icon::Message,
            (Some(Channel::Whatsapp), _) => Icon::Whatsapp,
            (Some(Channel::Voice), _) => Icon::Phone,
            (None, "start") => Icon::Play,
            (None, "wait_reply") => Icon::Wait,
            (None, "delay") => Icon::Clock,
            (None, "branch") => Icon::Branch,
            (None, "agent") => Icon::Bot,
            (None, "webhook") => Icon::Webhook,
            (None, "end") => Icon::Flag,
            (None, _) => Icon::Dot,
        }
    }
}

/// What to call a run's place.
pub fn name_of(steps: &[Step], node: &str) -> String {
    if node.is_empty() {
        return "Not begun".to_owned();
    }
    match steps.iter().find(|s| s.node == node) {
        Some(step) if step.detail.is_empty() => step.name.clone(),
        Some(step) => format!("{} ({})", step.name, step.detail),
        None => format!("A step that was removed ({node})"),
    }
}
