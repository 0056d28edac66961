//! What the tests of this crate share: accounts, numbers, messages.
#![allow(dead_code, clippy::unwrap_used)]

use channels::emulator::{Emulator, EmulatorConfig};
use channels::{Content, Outgoing, Secret, Twilio, TwilioConfig};
use domain::message::Channel;
use domain::phone::Phone;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const TOKEN: &str = "the-token";
pub const OURS: &str = "+14155550100";

/// Without a crypto provider no client can be built.
pub fn crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub fn phone(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

pub fn config(base: &str) -> TwilioConfig {
    TwilioConfig {
        account_sid: ACCOUNT.into(),
        auth_token: Secret::new(TOKEN),
        base_url: base.into(),
        content_base_url: base.into(),
        messaging_service_sid: None,
        public_url: "https://us.example/".into(),
    }
}

pub fn twilio(base: &str) -> Twilio {
    crypto();
    Twilio::new(config(base)).unwrap()
}

pub fn outgoing(channel: Channel, to: &str, content: Content) -> Outgoing {
    let status_callback = "https://us.example/api/webhooks/receive".into();
    Outgoing { channel, from: phone(OURS), to: phone(to), content, status_callback }
}

pub fn sms(to: &str, text: &str) -> Outgoing {
    outgoing(Channel::Sms, to, Content::Text(text.into()))
}

pub fn fields(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

pub fn emulator(webhook_url: &str, pace: f64) -> Emulator {
    crypto();
    let config = EmulatorConfig {
        account_sid: ACCOUNT.into(),
        auth_token: Secret::new(TOKEN),
        webhook_url: webhook_url.into(),
        local_origin: None,
        pace,
    };
    Emulator::new(config).unwrap()
}
