//! Keeps one campaign's figures fresh without building the page anew, so that an open menu or a focused button stays.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{CampaignData, load_campaign};
use crate::live::use_live_calm;

/// A campaign as it was last loaded, and how to load it again.
#[derive(Clone, Copy)]
pub struct Followed {
    /// What was loaded.
    pub data: RwSignal<CampaignData>,
    busy: StoredValue<bool>,
    again: StoredValue<bool>,
}

impl Followed {
    /// Begins with what the page was rendered with, and loads again whenever something of it changed.
    pub fn new(first: CampaignData) -> Self {
        let followed =
            Self { data: RwSignal::new(first), busy: StoredValue::new(false), again: StoredValue::new(false) };
        let live = use_live_calm(&["campaign", "message"]);
        Effect::new(move |before: Option<()>| {
            live.track();
            if before.is_some() {
                followed.reload();
            }
        });
        followed
    }

    /// Loads again; one at a time, and once more if it was asked for meanwhile. What cannot be loaded leaves what is shown.
    pub fn reload(self) {
        if self.busy.try_get_value().unwrap_or(true) {
            self.again.try_set_value(true);
            return;
        }
        self.busy.set_value(true);
        let id = self.data.with_untracked(|d| d.campaign.id);
        spawn_local(async move {
            let loaded = load_campaign(id.to_string()).await;
            self.busy.try_set_value(false);
            if let Ok(new) = loaded
                && self.data.try_with_untracked(|old| *old != new).unwrap_or(false)
            {
                self.data.try_set(new);
            }
            if self.again.try_get_value().unwrap_or(false) {
                self.again.try_set_value(false);
                self.reload();
            }
        });
    }
}
