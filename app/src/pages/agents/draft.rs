//! The state of the drawer: what is being edited, what was saved, what is wrong. Lives above the drawer, so that closing it by
//! mistake loses nothing. `pages::editing` does this for plain things; an agent has versions, a published one, and tests besides.

use domain::advice::{Advice, Section};
use domain::agent::{Agent, AgentDraft, AgentStatus};
use domain::diff::{self, FieldChange};
use domain::id::AgentId;
use domain::problem::Problems;
use leptos::prelude::*;

use super::api::{EditorData, first_models};
use super::hooking::Hooking;

/// What is being edited. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Editing {
    /// The draft as it stands on the screen.
    pub draft: RwSignal<AgentDraft>,
    saved: RwSignal<AgentDraft>,
    base: RwSignal<Option<(AgentId, i32)>>,
    published: RwSignal<Option<(i32, AgentDraft)>>,
    /// How many tests the agent has.
    pub tests: RwSignal<i64>,
    refused: RwSignal<Option<(AgentDraft, Problems)>>,
    begun: RwSignal<bool>,
    /// The webhook that is being written.
    pub hooking: Hooking,
}

impl Editing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            draft: RwSignal::new(AgentDraft::default()),
            saved: RwSignal::new(AgentDraft::default()),
            base: RwSignal::new(None),
            published: RwSignal::new(None),
            tests: RwSignal::new(0),
            refused: RwSignal::new(None),
            begun: RwSignal::new(false),
            hooking: Hooking::new(),
        }
    }

    /// Begins with what the server has. Unsaved changes of the same agent stay.
    pub fn begin(self, data: &EditorData) {
        let base = data.agent.as_ref().map(|a| (a.id, a.version));
        let number = data.agent.as_ref().and_then(|a| a.published_version);
        self.published.set(number.zip(data.published.clone()));
        self.tests.set(data.tests);
        let same = self.base.get_untracked().map(|(id, _)| id) == base.map(|(id, _)| id);
        if !same {
            self.hooking.clear();
        }
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
        self.hooking.clear();
        self.begun.set(false);
        self.base.set(None);
        self.published.set(None);
        self.refused.set(None);
        self.saved.set(AgentDraft::default());
        self.draft.set(AgentDraft::default());
    }

    /// Goes back to what was saved.
    pub fn discard(self) {
        self.draft.set(self.saved.get_untracked());
        self.refused.set(None);
    }

    /// The version that was saved is the one that people hear now.
    pub fn published(self, agent: &Agent) {
        self.accepted(agent);
        self.published.set(agent.published_version.map(|version| (version, agent.draft.clone())));
    }

    /// The number of the version that people hear; none before the first.
    pub fn published_version(self) -> Option<i32> {
        self.published.with(|p| p.as_ref().map(|(version, _)| *version))
    }

    /// How the draft on the screen differs from what people hear; none before the first.
    pub fn against_live(self) -> Option<Vec<FieldChange>> {
        self.published.with(|p| p.as_ref().map(|(_, live)| self.draft.with(|draft| diff::drafts(live, draft))))
    }

    /// Whether the saved draft could be published and would change something.
    pub fn is_ahead(self) -> bool {
        self.published.with(|p| match p {
            None => true,
            Some((_, live)) => self.saved.with(|saved| !diff::is_same(live, saved)),
        })
    }

    /// What should be known about the draft.
    pub fn advice(self) -> Vec<Advice> {
        let tests = self.tests.get();
        self.draft.with(|draft| draft.advice(tests))
    }

    /// What should be known about one section.
    pub fn advice_on(self, section: Section) -> Vec<Advice> {
        self.advice().into_iter().filter(|advice| advice.section == section).collect()
    }

    /// The server took it.
    pub fn accepted(self, agent: &Agent) {
        self.base.set(Some((agent.id, agent.version)));
        self.saved.set(agent.draft.clone());
        self.draft.set(agent.draft.clone());
        self.refused.set(None);
    }

    /// Whether this was saved.
    pub fn is_saved(self, draft: &AgentDraft) -> bool {
        self.saved.with_untracked(|saved| saved == draft)
    }

    /// Whether what was saved is a draft that answers nobody.
    pub fn was_draft(self) -> bool {
        self.saved.with(|saved| saved.status == AgentStatus::Draft)
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

    /// Whether leaving would lose anything: the draft, or a webhook that is being written.
    pub fn would_lose(self) -> bool {
        self.is_dirty() || self.hooking.is_dirty()
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
