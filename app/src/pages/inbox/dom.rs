//! What only the browser's page knows: scroll positions, the zone, randomness, where the keyboard is. Harmless on the server, and never
//! part of a first render.

/// Scrolls an element to its end.
pub(in crate::pages) fn scroll_to_end(id: &str) {
    scroll_from_end(id, 0);
}

/// How far an element's lower edge is from the end of its content, in pixels.
pub(super) fn from_end(id: &str) -> i32 {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::document()
        .get_element_by_id(id)
        .map_or(0, |e| e.scroll_height() - e.scroll_top() - e.client_height());
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        0
    }
}

/// Scrolls so that the lower edge is so far from the end.
pub(super) fn scroll_from_end(id: &str, pixels: i32) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = leptos::prelude::document().get_element_by_id(id) {
        element.set_scroll_top(element.scroll_height() - element.client_height() - pixels);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, pixels);
}

/// Presses the first button inside an element.
pub(super) fn press_button_in(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let within = leptos::prelude::document().get_element_by_id(id);
        let button = within.and_then(|e| e.query_selector("button:not(:disabled)").ok().flatten());
        if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
            button.click();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Whether a dialog or a menu has the keyboard, or a field does.
pub(super) fn keys_are_taken() -> bool {
    #[cfg(feature = "hydrate")]
    {
        let document = leptos::prelude::document();
        let typing = document.active_element().is_some_and(|e| {
            matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || e.has_attribute("contenteditable")
        });
        typing || document.query_selector("dialog[open], [role=menu]:popover-open").ok().flatten().is_some()
    }
    #[cfg(not(feature = "hydrate"))]
    true
}

/// How many minutes the viewer's clock is ahead of UTC.
pub(super) fn utc_offset_minutes() -> i32 {
    #[cfg(feature = "hydrate")]
    #[expect(clippy::cast_possible_truncation, reason = "offsets are at most 14 hours")]
    return -js_sys::Date::new_0().get_timezone_offset() as i32;
    #[cfg(not(feature = "hydrate"))]
    0
}

/// 128 random bits as hex, from the browser's own source. Works on plain HTTP too.
pub(super) fn random_key() -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, JsValue};
        let bytes = js_sys::Uint8Array::new_with_length(16);
        let fill = || -> Result<(), JsValue> {
            let crypto = js_sys::Reflect::get(&leptos::prelude::window(), &"crypto".into())?;
            let fill: js_sys::Function = js_sys::Reflect::get(&crypto, &"getRandomValues".into())?.dyn_into()?;
            fill.call1(&crypto, &bytes).map(|_| ())
        };
        if fill().is_err() {
            // Without randomness the moment has to do: it only has to differ between two drafts of one conversation.
            return format!("t{}", crate::ui::browser::now_ms());
        }
        bytes.to_vec().iter().map(|b| format!("{b:02x}")).collect()
    }
    #[cfg(not(feature = "hydrate"))]
    String::new()
}
