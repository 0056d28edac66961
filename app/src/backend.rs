//! The server half's only door to the back end: what the server puts into each request, and only this file takes out.
//!
//! An [`engine::Cx`] for whoever is signed in and who that is, the nonce of the content policy, and the emulated phones while there are any.

use std::sync::Arc;

use domain::message::Channel;
use domain::text::Phone;
use engine::Cx;
use futures::future::BoxFuture;
use http::request::Parts;
use leptos::prelude::use_context;

use crate::error::AppError;
use crate::pages::phone::Persona;
use crate::session::Me;

/// The engine, acting for whoever asks. Fails when nobody is signed in.
pub async fn cx() -> Result<Cx, AppError> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Cx>().cloned()).ok_or(AppError::SignedOut)
}

/// Who is asking, for the frame; `None` when nobody is signed in.
pub fn me() -> Option<Me> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Me>().cloned())
}

/// The nonce of this answer's content-security policy, made by the server's guard.
#[derive(Clone)]
pub struct CspNonce(pub String);

/// The nonce, as inline scripts of the shell want it.
pub fn nonce() -> Option<String> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<CspNonce>().map(|n| n.0.clone()))
}

/// The emulated phone network, as far as the phone page needs it. The server puts one into each request when the emulator is on, as
/// `Arc<dyn PhoneLine>`; numbers are E.164.
pub trait PhoneLine: Send + Sync {
    /// A person writes, or, over voice, presses a key in the call that is going on. An error is a sentence for people.
    fn say(
        &self,
        lead: Phone,
        our_number: Phone,
        channel: Channel,
        text: String,
    ) -> BoxFuture<'static, Result<(), String>>;
    /// Who answers at this number.
    fn persona(&self, phone: &str) -> Persona;
    /// Whether the operator plays this person.
    fn is_by_hand(&self, phone: &Phone) -> bool;
    /// From now on the operator plays this person, or no longer does.
    fn play_by_hand(&self, phone: &Phone, by_hand: bool);
}

/// The emulated phone network; `None` when messages reach real people.
pub fn phone_line() -> Option<Arc<dyn PhoneLine>> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Arc<dyn PhoneLine>>().cloned())
}
