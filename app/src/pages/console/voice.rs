//! The play button of an answer on the phone: the server's speech model reads it, or the browser does, which is said.

use domain::id::AgentId;
use leptos::prelude::*;

use super::state::Console;
use crate::ui::{Button, Icon, Size};

/// Reads one message aloud.
#[component]
pub fn Spoken(
    /// The console's state.
    console: Console,
    /// What is read.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let (sound, said, busy) = (RwSignal::new(None::<String>), RwSignal::new(String::new()), RwSignal::new(false));
    let by_server = console.speaks;
    let play = move |_| {
        let words = text.get_untracked();
        if !by_server {
            let heard = browser_reads(&words);
            said.set(
                if heard {
                    "Read by this browser, not by the agent's voice."
                } else {
                    "This browser cannot read aloud."
                }
                .to_owned(),
            );
            return;
        }
        let (id, voice) = console.agent.with_untracked(|a| (a.id, a.draft.voice.voice.clone()));
        busy.set(true);
        said.set(String::new());
        leptos::task::spawn_local(async move {
            match sample(id, voice, words.clone()).await {
                Ok(url) => {
                    sound.try_set(Some(url));
                }
                Err(why) => {
                    let heard = browser_reads(&words);
                    let tail = if heard { " Read by this browser instead." } else { "" };
                    said.try_set(format!("{why}{tail}"));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="mt-1 flex flex-wrap items-center gap-2">
            <Button size=Size::Small icon=Icon::Play busy=busy on_click=play of="the message">
                {if by_server { "Play" } else { "Play (browser voice)" }}
            </Button>
            {move || sound.get().map(|url| view! { <audio class="h-8 max-w-full" src=url controls=true autoplay=true aria-label="The message, read aloud"></audio> })}
            <span class="text-2xs text-ink-3" role="status">{said}</span>
        </div>
    }
}

/// Asks the server for the sound and gives an address for it.
#[cfg(feature = "hydrate")]
async fn sample(id: AgentId, voice: String, words: String) -> Result<String, String> {
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    const FAILED: &str = "The voice could not be fetched.";
    let failed = |_: JsValue| FAILED.to_owned();
    let body = serde_json::json!({ "script": { "voice": voice, "opening": words } }).to_string();
    let headers = web_sys::Headers::new().map_err(failed)?;
    headers.set("content-type", "application/json").map_err(failed)?;
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&body));
    let asked = window().fetch_with_str_and_init(&format!("/api/agents/{id}/speech"), &init);
    let response: web_sys::Response = JsFuture::from(asked).await.map_err(failed)?.dyn_into().map_err(failed)?;
    if !response.ok() {
        let told = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
        let told: serde_json::Value = serde_json::from_str(&told.as_string().unwrap_or_default()).unwrap_or_default();
        return Err(told["error"]["message"].as_str().unwrap_or(FAILED).to_owned());
    }
    let blob: web_sys::Blob =
        JsFuture::from(response.blob().map_err(failed)?).await.map_err(failed)?.dyn_into().map_err(failed)?;
    web_sys::Url::create_object_url_with_blob(&blob).map_err(failed)
}

#[cfg(not(feature = "hydrate"))]
async fn sample(_: AgentId, _: String, _: String) -> Result<String, String> {
    Err("Only a browser plays.".to_owned())
}

/// Lets the browser read; `false` when it has no voice.
#[cfg(feature = "hydrate")]
fn browser_reads(words: &str) -> bool {
    use wasm_bindgen::{JsCast, JsValue};

    let speak = || -> Result<(), JsValue> {
        let window = JsValue::from(window());
        let synthesis = js_sys::Reflect::get(&window, &"speechSynthesis".into())?;
        let make: js_sys::Function = js_sys::Reflect::get(&window, &"SpeechSynthesisUtterance".into())?.dyn_into()?;
        let utterance = js_sys::Reflect::construct(&make, &js_sys::Array::of1(&words.into()))?;
        for (name, argument) in [("cancel", None), ("speak", Some(&utterance))] {
            let function: js_sys::Function = js_sys::Reflect::get(&synthesis, &name.into())?.dyn_into()?;
            match argument {
                None => function.call0(&synthesis)?,
                Some(argument) => function.call1(&synthesis, argument)?,
            };
        }
        Ok(())
    };
    speak().is_ok()
}

#[cfg(not(feature = "hydrate"))]
fn browser_reads(_: &str) -> bool {
    false
}
