//! The browser's own voice, for when no speech model is set up. Harmless on the server.

/// Reads a text aloud with the browser's voice. `false` when it has none.
pub fn speak(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, JsValue};
        let read = || -> Result<(), JsValue> {
            let window: JsValue = leptos::prelude::window().into();
            let synthesis = js_sys::Reflect::get(&window, &"speechSynthesis".into())?;
            let call = |name: &str| js_sys::Reflect::get(&synthesis, &name.into())?.dyn_into::<js_sys::Function>();
            let maker: js_sys::Function =
                js_sys::Reflect::get(&window, &"SpeechSynthesisUtterance".into())?.dyn_into()?;
            let words = js_sys::Reflect::construct(&maker, &js_sys::Array::of1(&text.into()))?;
            call("cancel")?.call0(&synthesis)?;
            call("speak")?.call1(&synthesis, &words)?;
            Ok(())
        };
        read().is_ok()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        false
    }
}
