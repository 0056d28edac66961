//! The state of an edit drawer: what is being edited, what was saved, what is wrong. Lives above the drawer, so that closing it by
//! mistake loses nothing.

use domain::problem::Problems;
use leptos::prelude::*;

/// What is being edited: a draft `D` of the thing with the id `I`. Copies are the same one.
pub struct Editing<D: Send + Sync + 'static, I: Send + Sync + 'static> {
    /// The draft as it stands on the screen.
    pub draft: RwSignal<D>,
    saved: RwSignal<D>,
    base: RwSignal<Option<I>>,
    refused: RwSignal<Option<(D, Problems)>>,
    begun: RwSignal<bool>,
    check: fn(&D) -> Problems,
}

impl<D: Send + Sync + 'static, I: Send + Sync + 'static> Clone for Editing<D, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Send + Sync + 'static, I: Send + Sync + 'static> Copy for Editing<D, I> {}

impl<D, I> Editing<D, I>
where
    D: Clone + PartialEq + Send + Sync + 'static,
    I: Copy + PartialEq + Send + Sync + 'static,
{
    /// Nothing yet. `check` says what is wrong with a draft.
    pub fn new(empty: D, check: fn(&D) -> Problems) -> Self {
        Self {
            draft: RwSignal::new(empty.clone()),
            saved: RwSignal::new(empty),
            base: RwSignal::new(None),
            refused: RwSignal::new(None),
            begun: RwSignal::new(false),
            check,
        }
    }

    /// Begins with what the server has: the thing's id, or none for a new one. Unsaved changes of the same thing stay.
    pub fn begin(self, id: Option<I>, draft: D) {
        let same = self.base.get_untracked() == id;
        if self.begun.get_untracked() && same && untrack(|| self.is_dirty()) {
            return;
        }
        self.base.set(id);
        self.saved.set(draft.clone());
        self.draft.set(draft);
        self.refused.set(None);
        self.begun.set(true);
    }

    /// Nothing is being edited any more.
    pub fn end(self) {
        self.begun.set(false);
        self.refused.set(None);
    }

    /// Goes back to what was saved.
    pub fn discard(self) {
        self.draft.set(self.saved.get_untracked());
        self.refused.set(None);
    }

    /// The server took it.
    pub fn accepted(self, id: I, draft: D) {
        self.base.set(Some(id));
        self.saved.set(draft.clone());
        self.draft.set(draft);
        self.refused.set(None);
    }

    /// The server found something wrong with what was sent. Told until the draft changes.
    pub fn refused(self, sent: D, problems: Problems) {
        self.refused.set(Some((sent, problems)));
    }

    /// Whether there is anything to edit.
    pub fn is_begun(self) -> bool {
        self.begun.get()
    }

    /// What is being edited; none for a new thing.
    pub fn base(self) -> Option<I> {
        self.base.get()
    }

    /// Whether something was changed.
    pub fn is_dirty(self) -> bool {
        self.begun.get() && self.draft.with(|draft| self.saved.with(|saved| draft != saved))
    }

    /// What is wrong, in the browser and at the server. An untouched draft is not nagged about.
    pub fn problems(self) -> Problems {
        let mut problems = if self.is_dirty() { self.draft.with(self.check) } else { Problems::none() };
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

    /// One text of the draft.
    pub fn text(self, of: fn(&D) -> &str) -> Signal<String> {
        Signal::derive(move || self.draft.with(|draft| of(draft).to_owned()))
    }

    /// Changes one text of the draft.
    pub fn set_text(self, to: fn(&mut D, String)) -> Callback<String> {
        Callback::new(move |text: String| self.draft.update(|draft| to(draft, text)))
    }

    /// A sentence about unsaved changes and problems; empty when there is nothing to say.
    pub fn news(self) -> String {
        match (self.is_dirty(), self.problems().0.len()) {
            (false, 0) => String::new(),
            (_, 0) => "Unsaved changes".to_owned(),
            (_, 1) => "1 problem to solve".to_owned(),
            (_, n) => format!("{n} problems to solve"),
        }
    }
}
