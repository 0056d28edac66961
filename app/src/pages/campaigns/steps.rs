//! The steps of a drawing as lists name them.

use domain::flow::graph::KindWord;
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
    /// Its kind; none of a step that was removed.
    pub kind: Option<KindWord>,
}

impl Step {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        let kind = match (self.channel, self.kind) {
            (Some(Channel::Sms), _) => return Icon::Message,
            (Some(Channel::Whatsapp), _) => return Icon::Whatsapp,
            (Some(Channel::Voice), _) => return Icon::Phone,
            (None, None) => return Icon::Dot,
            (None, Some(kind)) => kind,
        };
        match kind {
            KindWord::Start => Icon::Play,
            KindWord::Send => Icon::Send,
            KindWord::WaitReply => Icon::Wait,
            KindWord::Delay => Icon::Clock,
            KindWord::Branch => Icon::Branch,
            KindWord::Agent => Icon::Bot,
            KindWord::Webhook => Icon::Webhook,
            KindWord::End => Icon::Flag,
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
