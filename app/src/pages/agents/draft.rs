//! The state of the drawer: what is being edited, what was saved, what is wrong. Lives above the drawer, so that closing it by
//! mistake loses nothing.

use domain::agent::{Agent, AgentDraft};
use domain::id::AgentId;
use domain::problem::Problems;
use leptos::prelude::*;

use super::api::{EditorData, first_models};

/// What is being edited. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Editing {
    /// The draft as it stands on the screen.
    pub draft: RwSignal<AgentDraft>,
    saved: RwSignal<AgentDraft>,
    base: RwSignal<Option<(AgentId, i32)>>,
    refused: RwSignal<Option<(AgentDraft, Problems)>>,
    begun: RwSignal<bool>,
}

impl Editing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            draft: RwSignal::new(AgentDraft::default()),
            saved: RwSignal::new(AgentDraft::default()),
            base: RwSignal::new(None),
            refused: RwSignal::new(None),
            begun: RwSignal::new(false),
        }
    }

    /// Begins with what the server has. Unsaved changes of the same agent stay.
    pub fn begin(self, data: &EditorData) {
        let base = data.agent.as_ref().map(|a| (a.id, a.version));
        let same = self.base.get_untracked().map(|(id, _)| id) == base.map(|(id, _)| id);
        if self.begun.get_untracked() && same && untrack(|| self.is_dirty()) {
            return;
        }
        let draft = match &data.agent {
            Some(agent) => agent.draft.clone(),
            None => AgentDraft { models: first_models(&data.models), ..AgentDraft::default() },
        };
        self.base.set(base);
        self.saved.set(draft.clone());
        self.draft.set(draft);
        self.refused.set(None);
        self.begun.set(true);
    }

    /// Forgets everything.
    pub fn clear(self) {
        self.begun.set(false);
        self.base.set(None);
        self.refused.set(None);
        self.saved.set(AgentDraft::default());
        self.draft.set(AgentDraft::default());
    }

    /// Goes back to what was saved.
    pub fn discard(self) {
        self.draft.set(self.saved.get_untracked());
        self.refused.set(None);
    }

    /// The server took it.
    pub fn accepted(self, agent: &Agent) {
        self.base.set(Some((agent.id, agent.version)));
        self.saved.set(agent.draft.clone());
        self.draft.set(agent.draft.clone());
        self.refused.set(None);
    }

    /// The server found something wrong with what was sent. Told until the draft changes.
    pub fn refused(self, sent: AgentDraft, problems: Problems) {
        self.refused.set(Some((sent, problems)));
    }

    /// Whether there is anything to edit.
    pub fn is_begun(self) -> bool {
        self.begun.get()
    }

    /// Which agent, and the version that is being edited; none for a new one.
    pub fn base(self) -> Option<(AgentId, i32)> {
        self.base.get()
    }

    /// Whether something was changed.
    pub fn is_dirty(self) -> bool {
        self.draft.with(|draft| self.saved.with(|saved| draft != saved))
    }

    /// What is wrong, in the browser and at the server. An untouched draft is not nagged about.
    pub fn problems(self) -> Problems {
        let mut problems = if self.is_dirty() { self.draft.with(AgentDraft::check) } else { Problems::none() };
        self.refused.with(|refused| {
            if let Some((sent, more)) = refused
                && self.draft.with(|draft| draft == sent)
            {
                problems.0.extend(more.0.iter().cloned());
            }
        });
        problems
    }

    /// What is wrong with one field.
    pub fn problem(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.problems().of(field).map(str::to_owned))
    }
}
