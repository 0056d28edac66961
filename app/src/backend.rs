//! The server half's only door to the back end: who is asking, with the engine in hand.
//!
//! The server's guard puts a [`engine::Cx`] into each signed-in request; only this file takes it out.

use engine::Cx;
use http::request::Parts;
use leptos::prelude::use_context;

use crate::error::AppError;
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
