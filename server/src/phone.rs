//! The emulated network as the phone page sees it.

use app::backend::PhoneLine;
use app::pages::phone::Persona;
use channels::emulator::{Emulator, persona_of};
use domain::message::{CallEnd, Channel};
use domain::phone::Phone;
use futures::FutureExt;
use futures::future::BoxFuture;

/// One emulated network.
pub struct Line {
    emulator: Emulator,
}

impl Line {
    /// Wraps the network.
    pub fn new(emulator: Emulator) -> Self {
        Self { emulator }
    }
}

impl PhoneLine for Line {
    fn say(
        &self,
        lead: Phone,
        our_number: Phone,
        channel: Channel,
        text: String,
    ) -> BoxFuture<'static, Result<(), String>> {
        let emulator = self.emulator.clone();
        async move { emulator.say(&lead, &our_number, channel, &text).await.map(|_| ()).map_err(|e| e.to_string()) }
            .boxed()
    }

    fn end_call(&self, lead: &Phone, our_number: &Phone, end: CallEnd) -> Result<(), String> {
        self.emulator.end_call(lead, our_number, end).map_err(|e| e.to_string())
    }

    fn persona(&self, phone: &str) -> Persona {
        let persona = persona_of(phone);
        Persona { word: persona.word.into(), label: persona.label.into(), description: persona.description.into() }
    }

    fn is_by_hand(&self, phone: &Phone) -> bool {
        self.emulator.is_played_by_hand(phone)
    }

    fn play_by_hand(&self, phone: &Phone, by_hand: bool) {
        if by_hand {
            self.emulator.play_by_hand(phone);
        } else {
            self.emulator.play_by_itself(phone);
        }
    }
}
