//! The server half's only door to the back end: what the server puts into each request, and only this file takes out.
//!
//! An [`engine::Cx`] for whoever is signed in and who that is, the nonce of the content policy, which build is served, and the emulated phones while there are any.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use domain::message::{CallEnd, Channel};
use domain::phone::Phone;
use engine::Cx;
use futures::future::BoxFuture;
use http::request::Parts;
use leptos::config::LeptosOptions;
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

/// Which build of the browser half is served: the hash of its module, or nothing where files carry none (`make dev`).
pub fn build_of(options: &LeptosOptions) -> &'static str {
    static BUILD: OnceLock<String> = OnceLock::new();
    BUILD.get_or_init(|| {
        let program = std::env::current_exe().unwrap_or_default();
        let beside = program.parent().unwrap_or(Path::new("."));
        let hashes = match options.hash_files {
            true => std::fs::read_to_string(beside.join(options.hash_file.as_ref())).unwrap_or_default(),
            false => String::new(),
        };
        let wasm = hashes.lines().find_map(|line| line.trim().strip_prefix("wasm:"));
        wasm.map(|hash| hash.trim().to_owned()).unwrap_or_default()
    })
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
    /// Lets the call end that goes on with a person whom the operator plays. An error is a sentence for people.
    fn end_call(&self, lead: &Phone, our_number: &Phone, end: CallEnd) -> Result<(), String>;
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
