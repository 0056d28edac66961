//! What the operator is writing, one draft per conversation. Lives above the thread, so that news does not wipe it.

use std::collections::BTreeMap;

use domain::id::{ConversationId, TemplateId};
use leptos::prelude::*;

use super::dom;
use crate::error::AppError;
use crate::ui::browser;

/// One conversation's draft.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    /// The text.
    pub text: String,
    /// A template that goes out instead of the text.
    pub template: Option<TemplateId>,
    /// Names this intended message; a second press of the same sends nothing twice. Empty until the first press.
    key: String,
    /// Whether it is being sent.
    pub busy: bool,
    /// Why it was not sent.
    pub error: Option<AppError>,
}

/// All drafts of this page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drafts(RwSignal<BTreeMap<ConversationId, Draft>>);

impl Drafts {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// Part of one draft.
    pub fn of<T>(self, id: ConversationId, part: impl FnOnce(&Draft) -> T) -> T {
        self.0.with(|drafts| match drafts.get(&id) {
            Some(draft) => part(draft),
            None => part(&Draft::default()),
        })
    }

    /// Another text or template is another message.
    pub fn change(self, id: ConversationId, change: impl FnOnce(&mut Draft)) {
        self.0.update(|drafts| {
            let draft = drafts.entry(id).or_default();
            change(draft);
            draft.key.clear();
            draft.error = None;
            browser::keep(&kept_as(id), &draft.text);
        });
    }

    /// Brings back what was being written in this tab before a reload. In the browser only, after the first render.
    pub fn recall(self, id: ConversationId) {
        if self.0.with_untracked(|drafts| drafts.contains_key(&id)) {
            return;
        }
        if let Some(text) = browser::kept(&kept_as(id)) {
            self.0.update(|drafts| drafts.entry(id).or_default().text = text);
        }
    }

    /// Begins sending: gives what to send and under which key, unless it is on its way already.
    pub fn begin(self, id: ConversationId) -> Option<Draft> {
        self.0.try_update(|drafts| {
            let draft = drafts.entry(id).or_default();
            if draft.busy {
                return None;
            }
            if draft.key.is_empty() {
                draft.key = dom::random_key();
            }
            draft.busy = true;
            draft.error = None;
            Some(draft.clone())
        })?
    }

    /// Ends sending: what was sent is gone from the draft, what was not stays with its key.
    pub fn end(self, id: ConversationId, outcome: Result<(), AppError>) {
        self.0.try_update(|drafts| match outcome {
            Ok(()) => {
                drafts.remove(&id);
                browser::keep(&kept_as(id), "");
            }
            Err(error) => {
                let draft = drafts.entry(id).or_default();
                draft.busy = false;
                draft.error = Some(error);
            }
        });
    }
}

/// Under which name this tab keeps a draft's text.
fn kept_as(id: ConversationId) -> String {
    format!("reply:{id}")
}

impl Draft {
    /// Names this intended message.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_draft_is_sent_once_and_survives_a_failure() {
        let owner = Owner::new();
        owner.with(|| {
            let (drafts, id) = (Drafts::new(), ConversationId::new(Uuid::from_u128(1)));
            drafts.change(id, |d| d.text = "Hi".into());
            assert_eq!(drafts.begin(id).map(|d| d.text), Some("Hi".into()));
            assert_eq!(drafts.begin(id), None, "a second press while the first is on its way");
            drafts.end(id, Err(AppError::NotFound));
            assert_eq!(drafts.of(id, |d| (d.text.clone(), d.busy, d.error.is_some())), ("Hi".into(), false, true));
            assert!(drafts.begin(id).is_some());
            drafts.end(id, Ok(()));
            assert_eq!(drafts.of(id, Clone::clone), Draft::default());
        });
    }
}
