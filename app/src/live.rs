//! One EventSource for the whole app. A note names a topic; the topic's version rises; resources that have it in their source ask
//! again through the same server function. Pushed data is never rendered.

use leptos::prelude::*;

/// The topics: the word before the dot of every event's kind.
pub const TOPICS: &[&str] = &[
    "agent",
    "api_key",
    "budget",
    "campaign",
    "channel",
    "conversation",
    "job",
    "knowledge",
    "lead",
    "leads",
    "message",
    "reply",
    "suite",
    "template",
    "ticket",
    "user",
    "webhook",
];

/// Where this tab keeps that it is signing out.
pub const SIGNING_OUT: &str = "signing-out";
/// Where this browser keeps when somebody last signed out: every other tab hears of a change.
pub const SIGNED_OUT: &str = "signed-out";

/// The versions, one signal per topic, in the order of [`TOPICS`].
#[derive(Clone, Copy)]
struct Live {
    versions: StoredValue<Vec<RwSignal<u32>>>,
    connected: RwSignal<bool>,
}

/// Makes the versions, and in the browser opens the stream. Call once, in the app's root.
pub fn provide_live() {
    let live = Live {
        versions: StoredValue::new(TOPICS.iter().map(|_| RwSignal::new(0)).collect()),
        connected: RwSignal::new(true),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::open(live));
}

/// A topic's version: put it into a resource's source.
pub fn use_live(topic: &'static str) -> Signal<u32> {
    let live = use_context::<Live>();
    let signal = live.and_then(|live| {
        let i = TOPICS.iter().position(|t| *t == topic)?;
        live.versions.with_value(|v| v.get(i).copied())
    });
    Signal::derive(move || signal.map(|s| s.get()).unwrap_or_default())
}

/// One version for several topics, for pages whose answer is large: it rises once things have changed, at most every 300 ms, so that a
/// campaign with many messages a second does not ask a hundred times.
pub fn use_live_calm(topics: &'static [&'static str]) -> Signal<u32> {
    let versions: Vec<Signal<u32>> = topics.iter().map(|topic| use_live(topic)).collect();
    let (calm, waiting) = (RwSignal::new(0u32), StoredValue::new(false));
    Effect::new(move |before: Option<()>| {
        versions.iter().for_each(Track::track);
        if before.is_none() || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        let rise = move || {
            waiting.try_set_value(false);
            calm.try_update(|n| *n = n.wrapping_add(1));
        };
        set_timeout(rise, std::time::Duration::from_millis(300));
    });
    calm.into()
}

/// Whether the stream is open; a page may say so when it is not.
pub fn use_connected() -> Signal<bool> {
    let live = use_context::<Live>();
    Signal::derive(move || live.is_none_or(|live| live.connected.get()))
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    use super::{Live, TOPICS};

    fn rise(live: Live, topic: Option<&str>) {
        live.versions.with_value(|versions| {
            for (signal, name) in versions.iter().zip(TOPICS) {
                if topic.is_none_or(|t| t == *name) {
                    signal.update(|v| *v = v.wrapping_add(1));
                }
            }
        });
    }

    /// Opens the stream. The browser reconnects by itself; each time it is back, every topic rises once, so nothing is missed.
    pub(super) fn open(live: Live) {
        if window().location().pathname().is_ok_and(|p| p == "/sign-in") {
            return;
        }
        // What one tab ends, no other goes on with.
        let signed_out = window_event_listener(leptos::ev::storage, |event| {
            if event.key().as_deref() == Some(super::SIGNED_OUT) {
                let _ = window().location().set_href("/sign-in?error=out");
            }
        });
        std::mem::forget(signed_out);
        let Ok(source) = web_sys::EventSource::new("/live") else { return };
        let first = std::cell::Cell::new(true);
        let on_open = Closure::<dyn FnMut()>::new(move || {
            live.connected.set(true);
            if !first.replace(false) {
                rise(live, None);
            }
        });
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        on_open.forget();
        let on_message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let topic = event.data().as_string().unwrap_or_default();
            rise(live, if topic == "*" { None } else { Some(topic.as_str()) });
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        // Told at every opening of the stream, so also by the server that came up after a deployment.
        let on_build = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
            crate::fault::compare(&event.data().as_string().unwrap_or_default());
        });
        let _ = source.add_event_listener_with_callback("build", on_build.as_ref().unchecked_ref());
        on_build.forget();
        let on_error = Closure::<dyn FnMut()>::new(move || live.connected.set(false));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
    }
}
