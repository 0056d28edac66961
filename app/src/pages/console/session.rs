//! What is changed for this session only: a prompt, notes, tools switched off, words never to say, the rules off. Pure.
//!
//! Nothing of it is saved until it is made permanent, each change by itself.

use domain::agent::AgentDraft;
use domain::skill::Tool;

/// Everything that differs from the saved agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Another prompt.
    pub prompt: Option<String>,
    /// Facts added to the prompt.
    pub notes: Vec<String>,
    /// Tools that are switched off.
    pub tools_off: Vec<Tool>,
    /// More phrases that keep an answer from being sent.
    pub never_say: Vec<String>,
    /// Whether the rules are only shown.
    pub rules_off: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Change {
    /// The prompt is another.
    Prompt,
    /// A note was added.
    Note(String),
    /// A tool is off.
    ToolOff(Tool),
    /// A phrase is not to be said.
    NeverSay(String),
    /// The rules are only shown.
    RulesOff,
}

impl Change {
    /// For people.
    pub fn label(&self) -> String {
        let short = |text: &str| match text.chars().count() {
            0..=32 => text.to_owned(),
            _ => format!("{}…", domain::text::cut(text, 30)),
        };
        match self {
            Self::Prompt => "Prompt edited".to_owned(),
            Self::Note(note) => format!("Note: {}", short(note)),
            Self::ToolOff(tool) => format!("{tool} off"),
            Self::NeverSay(phrase) => format!("Never say “{}”", short(phrase)),
            Self::RulesOff => "Guardrails off".to_owned(),
        }
    }

    /// Whether it may become part of the agent. The rules always hold for people.
    pub fn may_stay(&self) -> bool {
        *self != Self::RulesOff
    }
}

impl Session {
    /// Each change, in the order of the agent's parts.
    pub fn changes(&self) -> Vec<Change> {
        let mut all: Vec<Change> = self.prompt.iter().map(|_| Change::Prompt).collect();
        all.extend(self.notes.iter().cloned().map(Change::Note));
        all.extend(self.tools_off.iter().copied().map(Change::ToolOff));
        all.extend(self.never_say.iter().cloned().map(Change::NeverSay));
        all.extend(self.rules_off.then_some(Change::RulesOff));
        all
    }

    /// The agent as it speaks in this session.
    pub fn applied(&self, draft: &AgentDraft) -> AgentDraft {
        self.changes().iter().fold(draft.clone(), |draft, change| self.with(draft, change))
    }

    /// The agent with one of the changes.
    pub fn with(&self, mut draft: AgentDraft, change: &Change) -> AgentDraft {
        match change {
            Change::Prompt => {
                if let Some(prompt) = &self.prompt {
                    draft.prompt.clone_from(prompt);
                }
            }
            Change::Note(note) => draft.prompt = format!("{}\n\nNote: {note}", draft.prompt.trim_end()),
            Change::ToolOff(tool) => draft.tools.retain(|t| t != tool),
            Change::NeverSay(phrase) => {
                if !draft.guardrails.never_say.contains(phrase) {
                    draft.guardrails.never_say.push(phrase.clone());
                }
            }
            Change::RulesOff => {}
        }
        draft
    }

    /// Takes one back.
    pub fn discard(&mut self, change: &Change) {
        match change {
            Change::Prompt => self.prompt = None,
            Change::Note(note) => self.notes.retain(|n| n != note),
            Change::ToolOff(tool) => self.tools_off.retain(|t| t != tool),
            Change::NeverSay(phrase) => self.never_say.retain(|p| p != phrase),
            Change::RulesOff => self.rules_off = false,
        }
    }

    /// Adds a note; an empty one or one that is there already changes nothing.
    pub fn note(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.notes.iter().any(|n| n == text) {
            self.notes.push(text.to_owned());
        }
    }

    /// Adds a phrase; an empty one or one that is there already changes nothing.
    pub fn never(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.never_say.iter().any(|p| p == text) {
            self.never_say.push(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> AgentDraft {
        AgentDraft { name: "Mia".into(), prompt: "Be kind. \n".into(), ..AgentDraft::default() }
    }

    #[test]
    fn an_unchanged_session_changes_nothing() {
        assert_eq!(Session::default().applied(&draft()), draft());
        assert!(Session::default().changes().is_empty());
    }

    #[test]
    fn changes_add_up_and_are_taken_back_one_by_one() {
        let mut session = Session { prompt: Some("Be brief.".into()), rules_off: true, ..Session::default() };
        session.note(" We close at six. ");
        session.note("We close at six.");
        session.note("  ");
        session.never("guarantee");
        session.tools_off.push(Tool::CreateTicket);
        let spoken = session.applied(&draft());
        assert_eq!(spoken.prompt, "Be brief.\n\nNote: We close at six.");
        assert!(!spoken.tools.contains(&Tool::CreateTicket));
        assert_eq!(spoken.guardrails.never_say, ["guarantee"]);
        let labels: Vec<String> = session.changes().iter().map(Change::label).collect();
        assert_eq!(
            labels,
            ["Prompt edited", "Note: We close at six.", "create_ticket off", "Never say “guarantee”", "Guardrails off"]
        );
        for change in session.changes() {
            session.discard(&change);
        }
        assert_eq!(session, Session::default());
    }

    #[test]
    fn one_change_is_made_permanent_without_the_others() {
        let session = Session { notes: vec!["Six.".into()], tools_off: vec![Tool::CreateTicket], ..Session::default() };
        let kept = session.with(draft(), &Change::Note("Six.".into()));
        assert_eq!(kept.prompt, "Be kind.\n\nNote: Six.");
        assert!(kept.tools.contains(&Tool::CreateTicket));
        assert!(!Change::RulesOff.may_stay());
    }
}
