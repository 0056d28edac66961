//! The webhook that is being written in the drawer. Lives above the sections, as the draft does, so that looking at another section loses
//! nothing and closing the drawer asks.

use domain::action::{Action, ActionDraft};
use domain::id::ActionId;
use leptos::prelude::*;

/// The form's contents. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Hooking {
    /// The one that is changed, as it was; an empty one for a new webhook. None while no form is open.
    of: RwSignal<Option<Option<Action>>>,
    /// As it stands on the screen.
    pub draft: RwSignal<ActionDraft>,
    /// A new bearer token.
    pub token: RwSignal<String>,
    /// Whether the kept token is taken away.
    pub no_token: RwSignal<bool>,
    /// A new signing secret.
    pub secret: RwSignal<String>,
    /// Whether the kept secret is taken away.
    pub no_secret: RwSignal<bool>,
}

impl Hooking {
    /// No form is open.
    pub fn new() -> Self {
        Self {
            of: RwSignal::new(None),
            draft: RwSignal::new(ActionDraft::default()),
            token: RwSignal::new(String::new()),
            no_token: RwSignal::new(false),
            secret: RwSignal::new(String::new()),
            no_secret: RwSignal::new(false),
        }
    }

    /// Opens the form, for an old webhook or a new one.
    pub fn begin(self, action: Option<Action>) {
        self.draft.set(action.as_ref().map(|a| a.draft.clone()).unwrap_or_default());
        self.token.set(String::new());
        self.no_token.set(false);
        self.secret.set(String::new());
        self.no_secret.set(false);
        self.of.set(Some(action));
    }

    /// Closes the form and forgets what stood in it.
    pub fn clear(self) {
        self.begin(None);
        self.of.set(None);
    }

    /// Whether the form is open.
    pub fn is_open(self) -> bool {
        self.of.with(Option::is_some)
    }

    /// Which one is changed; none for a new one.
    pub fn id(self) -> Option<ActionId> {
        self.of.with(|of| of.as_ref().and_then(|a| a.as_ref().map(|a| a.id)))
    }

    /// Whether it has a token and a secret.
    pub fn kept(self) -> (bool, bool) {
        self.of.with(|of| of.as_ref().and_then(|a| a.as_ref().map(|a| (a.has_token, a.has_secret)))).unwrap_or_default()
    }

    /// Whether something stands in the form that is not saved.
    pub fn is_dirty(self) -> bool {
        let was = self.of.get().map(|action| action.map(|a| a.draft).unwrap_or_default());
        was.is_some_and(|was| self.draft.with(|draft| *draft != was))
            || [self.token, self.secret].into_iter().any(|text| text.with(|t| !t.trim().is_empty()))
            || self.no_token.get()
            || self.no_secret.get()
    }
}
