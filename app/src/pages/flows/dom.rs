//! What only a browser can do for the editor: measure, capture pointers, read and save files. Every function is harmless on the
//! server, and none may decide the first render.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::geometry::{Rect, Spot};

/// Where an element stands in the window.
pub fn rect(node: NodeRef<Div>) -> Option<Rect> {
    #[cfg(feature = "hydrate")]
    {
        let r = node.get_untracked()?.get_bounding_client_rect();
        Some(Rect { x: r.left(), y: r.top(), w: r.width(), h: r.height() })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = node;
        None
    }
}

/// Where a pointer is, from the element's top left corner.
pub fn spot_in(node: NodeRef<Div>, client: Spot) -> Spot {
    rect(node).map_or(client, |r| Spot::new(client.x - r.x, client.y - r.y))
}

/// Where a pointer is in the window.
pub fn client(event: &leptos::ev::MouseEvent) -> Spot {
    Spot::new(f64::from(event.client_x()), f64::from(event.client_y()))
}

/// All further moves of the pointer go to this element, even outside it.
pub fn capture(node: NodeRef<Div>, event: &PointerEvent) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = node.get_untracked() {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (node, event);
}

/// The same, for the element that listens.
pub fn capture_here(event: &PointerEvent) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(element) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Where the keyboard is when a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only a browser knows where the keyboard is"))]
pub enum Focus {
    /// In a field that takes text, or in an open dialog: keys are not ours.
    Typing,
    /// On the canvas, or nowhere.
    Canvas,
    /// On some other control.
    Control,
}

/// Where the keyboard is.
pub fn focus_of(event: &KeyboardEvent) -> Focus {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let within = |selector: &str| element.as_ref().is_some_and(|e| e.closest(selector).ok().flatten().is_some());
        if within("input, textarea, select, [contenteditable], dialog, [role=menu]") {
            Focus::Typing
        } else if within("[data-flow-canvas]")
            || element.is_none_or(|e| e.tag_name() == "BODY" || e.tag_name() == "MAIN")
        {
            Focus::Canvas
        } else {
            Focus::Control
        }
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Focus::Typing
    }
}

/// Moves the keyboard to an element without scrolling anything: the canvas has its own way of bringing things into sight.
pub fn focus_quietly(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Does something once what was just changed is drawn.
pub fn soon(then: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    request_animation_frame(then);
    #[cfg(not(feature = "hydrate"))]
    let _ = then;
}

/// Whether the window is a phone's.
pub fn is_narrow() -> bool {
    #[cfg(feature = "hydrate")]
    return window().inner_width().ok().and_then(|w| w.as_f64()).is_some_and(|w| w < 640.0);
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Saves a text as a file.
pub fn download(name: &str, text: &str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = try_download(name, text);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, text);
}

#[cfg(feature = "hydrate")]
fn try_download(name: &str, text: &str) -> Result<(), wasm_bindgen::JsValue> {
    use wasm_bindgen::JsCast;
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    // The router must not take it for a link of the app.
    link.set_attribute("rel", "external")?;
    document().body().ok_or("no body")?.append_child(&link)?;
    link.click();
    link.remove();
    // The browser has begun to read it by then; freeing at once would cancel the download in some.
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
    Ok(())
}

/// Presses an element that is not seen: a file input behind a button.
pub fn press(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok())
        {
            element.click();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Reads the chosen file, and empties the input so that the same file can be chosen again. A file over `most` bytes is not read.
pub fn read_chosen(event: &leptos::ev::Event, most: u32, then: Callback<Result<String, String>>) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        if file.size() > f64::from(most) {
            then.run(Err("The file is larger than 1 MB. A flow is much smaller; is this the right file?".into()));
            return;
        }
        leptos::task::spawn_local(async move {
            let text = wasm_bindgen_futures::JsFuture::from(file.text()).await.ok().and_then(|t| t.as_string());
            then.try_run(text.ok_or_else(|| "The file could not be read. Try again.".to_owned()));
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, most, then);
}

/// Calls back with the element's size, now and whenever it changes.
pub fn watch_size(node: NodeRef<Div>, then: impl Fn(Spot) + Clone + 'static) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use wasm_bindgen::JsCast;
        use wasm_bindgen::closure::Closure;
        let Some(element) = node.get() else { return };
        let then = then.clone();
        let seen = Closure::<dyn Fn()>::new(move || {
            if let Some(r) = rect(node) {
                then(Spot::new(r.w, r.h));
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(seen.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, seen));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (node, then);
}
