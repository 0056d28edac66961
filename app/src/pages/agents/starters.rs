//! Three agents to begin with. Each is made as a draft: nobody hears from it before somebody has looked at it.

use domain::agent::{AgentDraft, AgentKind, Tone};
use serde::{Deserialize, Serialize};

use crate::ui::Icon;

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starter {
    /// Answers whoever writes.
    ReplyHandler,
    /// Reminds people of an appointment and moves it.
    AppointmentReminder,
    /// Invites people to an open house.
    OpenHouseInvite,
}

impl Starter {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::ReplyHandler, Self::AppointmentReminder, Self::OpenHouseInvite];

    /// Its name, also the agent's.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplyHandler => "Reply handler",
            Self::AppointmentReminder => "Appointment reminder",
            Self::OpenHouseInvite => "Open-house invite",
        }
    }

    /// What it does, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ReplyHandler => "Answers people who write back, and hands over when it should not answer itself.",
            Self::AppointmentReminder => "Reminds people of an appointment, confirms it or finds another time.",
            Self::OpenHouseInvite => "Invites people to an open house and answers what they ask about it.",
        }
    }

    /// Its picture.
    pub fn icon(self) -> Icon {
        match self {
            Self::ReplyHandler => Icon::Message,
            Self::AppointmentReminder => Icon::Calendar,
            Self::OpenHouseInvite => Icon::Home,
        }
    }

    /// What it is made from.
    pub fn draft(self) -> AgentDraft {
        let (kind, tone, prompt) = match self {
            Self::ReplyHandler => (
                AgentKind::Reply,
                Tone::Friendly,
                "You answer people who reply to messages of {{workspace.name}}.\n\n\
                 Goals:\n\
                 - Answer the question in one or two sentences.\n\
                 - When somebody is interested, offer a short call and ask which day suits them.\n\
                 - When somebody is not interested, thank them and stop.\n\n\
                 Hand over to a colleague, and say so, when somebody asks for a person, for a refund, about prices you do not know, or \
                 about anything legal.",
            ),
            Self::AppointmentReminder => (
                AgentKind::Outreach,
                Tone::Professional,
                "You remind people of an appointment with {{workspace.name}}.\n\n\
                 Goals:\n\
                 - Ask {{lead.first_name}} to confirm the appointment.\n\
                 - When the time does not suit, ask for two other times and say that a colleague will confirm one of them.\n\
                 - When they cancel, accept it at once and ask whether they want a new date.\n\n\
                 Never invent a date or a time that the lead did not name.",
            ),
            Self::OpenHouseInvite => (
                AgentKind::Outreach,
                Tone::Friendly,
                "You invite people to an open house of {{workspace.name}}.\n\n\
                 Goals:\n\
                 - Greet {{lead.first_name}} by name and find out whether they will come, and with how many people.\n\
                 - Answer questions about the place with what you were told; otherwise say that the team on site knows.\n\
                 - When they cannot come, offer a private visit on another day.\n\n\
                 Keep it light: one question per message.",
            ),
        };
        AgentDraft { name: self.name().into(), kind, tone, prompt: prompt.into(), ..AgentDraft::default() }
    }
}

#[cfg(test)]
mod tests {
    use domain::agent::{AgentStatus, unknown_placeholders};

    use super::*;

    #[test]
    fn starters_could_go_live_as_they_are() {
        for starter in Starter::ALL {
            let draft = starter.draft();
            assert_eq!(draft.status, AgentStatus::Draft);
            assert_eq!(unknown_placeholders(&draft.prompt), [""; 0]);
            assert!(AgentDraft { status: AgentStatus::Live, ..draft }.check().is_empty(), "{starter:?}");
        }
    }
}
