//! Who is signed in, as the frame shows it. Signing in and out are plain form posts that `server` answers.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The signed-in operator and what the installation wants said on every page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Me {
    /// What to call them; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The word of their role.
    pub role: String,
    /// The workspace's name.
    pub workspace_name: String,
    /// Whether the phone network is the emulator.
    pub emulator: bool,
    /// Whether no real model is configured.
    pub scripted: bool,
}

impl Me {
    /// Whether they may make and change things.
    pub fn may_write(&self) -> bool {
        self.role != "viewer"
    }

    /// Whether they may delete things.
    pub fn may_delete(&self) -> bool {
        matches!(self.role.as_str(), "owner" | "admin")
    }
}

/// Known at once on both sides: the server writes it into the page, the browser reads it there.
pub fn provide_me() -> Option<Me> {
    let me = SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        return crate::backend::me();
        #[cfg(not(feature = "ssr"))]
        return None::<Me>;
    })
    .into_inner();
    provide_context(StoredValue::new(me.clone().unwrap_or_default()));
    me
}

/// The signed-in operator. On pages without one (sign-in) it is empty.
pub fn use_me() -> Me {
    use_context::<StoredValue<Me>>().map(|me| me.get_value()).unwrap_or_default()
}
