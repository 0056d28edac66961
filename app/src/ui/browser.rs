//! What only a browser knows: storage, the clock, the zone, the clipboard. Every function is harmless on the server, and none may
//! decide the first render: call them in effects and event handlers only.

/// A value kept in this browser.
pub fn stored(key: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().local_storage().ok().flatten()?.get_item(key).ok().flatten();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = key;
        None
    }
}

/// Keeps a value in this browser. A browser that forbids it simply forgets.
pub fn store(key: &str, value: &str) {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = leptos::prelude::window().local_storage() {
        let _ = storage.set_item(key, value);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, value);
}

/// A value kept in this tab, over reloads.
pub fn kept(key: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().session_storage().ok().flatten()?.get_item(key).ok().flatten();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = key;
        None
    }
}

/// Keeps a value in this tab, over reloads; an empty one is forgotten.
pub fn keep(key: &str, value: &str) {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = leptos::prelude::window().session_storage() {
        let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, value);
}

/// Sets or removes an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    #[cfg(feature = "hydrate")]
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, value);
}

/// Switches the dark colours on or off; `system` follows the machine.
pub fn apply_theme(theme: &str) {
    #[cfg(feature = "hydrate")]
    {
        let follows = leptos::prelude::window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches());
        let dark = theme == "dark" || (theme != "light" && follows);
        if let Some(root) = leptos::prelude::document().document_element() {
            let _ = root.class_list().toggle_with_force("dark", dark);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = theme;
}

/// Milliseconds since 1970, for "3 min ago" only.
pub fn now_ms() -> i64 {
    #[cfg(feature = "hydrate")]
    #[expect(clippy::cast_possible_truncation, reason = "the clock fits 53 bits")]
    return js_sys::Date::now() as i64;
    #[cfg(not(feature = "hydrate"))]
    0
}

/// How much of a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Day and time, the year only when it is another one.
    Full,
    /// The time of day.
    Time,
    /// Weekday, day, year, time and zone: for tooltips.
    Long,
}

/// A moment in the viewer's zone, or in `zone`. `None` on the server and for a zone the browser does not know.
pub fn local_text(ms: i64, detail: Detail, zone: Option<&str>) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 53 bits")]
        let date = js_sys::Date::new(&JsValue::from_f64(ms as f64));
        let options = js_sys::Object::new();
        let set = |key: &str, value: &str| {
            let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
        };
        set("hour", "2-digit");
        set("minute", "2-digit");
        if detail != Detail::Time {
            set("day", "numeric");
            set("month", "short");
        }
        if detail == Detail::Long {
            set("weekday", "short");
            set("timeZoneName", "short");
        }
        if detail == Detail::Long
            || (detail == Detail::Full && date.get_full_year() != js_sys::Date::new_0().get_full_year())
        {
            set("year", "numeric");
        }
        if let Some(zone) = zone {
            set("timeZone", zone);
        }
        // Through `Reflect`, because an unknown zone throws.
        let locale = JsValue::from_str("en-GB");
        let format = js_sys::Reflect::get(&date, &"toLocaleString".into()).ok()?;
        let format: js_sys::Function = wasm_bindgen::JsCast::dyn_into(format).ok()?;
        format.call2(&date, &locale, &options).ok()?.as_string()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (ms, detail, zone);
        None
    }
}

/// Puts a text on the clipboard.
pub fn copy(text: &str) {
    #[cfg(feature = "hydrate")]
    let _ = leptos::prelude::window().navigator().clipboard().write_text(text);
    #[cfg(not(feature = "hydrate"))]
    let _ = text;
}

/// Moves the keyboard to an element.
pub fn focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(element) = leptos::prelude::document().get_element_by_id(id)
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Moves the keyboard to an element, but only when it stands nowhere: what had it was disabled or taken away.
pub fn refocus(id: &str) {
    #[cfg(feature = "hydrate")]
    if leptos::prelude::document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
        focus(id);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Moves the keyboard from the heading of a window, where it waits while the content is fetched, to this field inside it. A frame later,
/// because a field is made before it is put into the page.
pub fn begin_in(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        let id = id.to_owned();
        leptos::prelude::request_animation_frame(move || {
            let document = leptos::prelude::document();
            let heading = document.query_selector("dialog[open] h2[data-heading]:focus").ok().flatten();
            let window = heading.and_then(|heading| heading.closest("dialog").ok().flatten());
            if let (Some(window), Some(field)) = (window, document.get_element_by_id(&id))
                && window.contains(Some(&field))
            {
                focus(&id);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Whether somebody has asked for a save and typed nothing since: only then may a problem take the keyboard. In an editor that judges while
/// one works it may not.
#[cfg(feature = "hydrate")]
static SAVE_ASKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// A save was asked for, or something was typed since.
pub fn ask_for_save(asked: bool) {
    #[cfg(feature = "hydrate")]
    SAVE_ASKED.store(asked, std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(feature = "hydrate"))]
    let _ = asked;
}

/// Once the answer to a save is drawn: brings the first field with a problem into sight and moves the keyboard there, in the topmost window
/// over the page if there is one.
pub fn show_problem() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        if !SAVE_ASKED.swap(false, std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        let document = leptos::prelude::document();
        let windows = document.query_selector_all("dialog[open]").ok();
        let window = windows.filter(|all| all.length() > 0).and_then(|all| all.item(all.length() - 1));
        let within =
            window.and_then(|node| node.dyn_into::<web_sys::Element>().ok()).or_else(|| document.document_element());
        let Some(field) = within.and_then(|e| e.query_selector("[aria-invalid=true]").ok().flatten()) else {
            // The server has not answered yet.
            SAVE_ASKED.store(true, std::sync::atomic::Ordering::Relaxed);
            return;
        };
        let centre = web_sys::ScrollIntoViewOptions::new();
        centre.set_block(web_sys::ScrollLogicalPosition::Center);
        field.scroll_into_view_with_scroll_into_view_options(&centre);
        if let Ok(field) = field.dyn_into::<web_sys::HtmlElement>() {
            let _ = field.focus();
        }
    });
}

/// Brings an element into sight; one that is in sight stays where it is.
pub fn show(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = leptos::prelude::document().get_element_by_id(id) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Scrolls a row of tabs sideways until the current one stands in its middle. Nothing else scrolls.
pub fn center_current(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(row) = leptos::prelude::document().get_element_by_id(id)
        && let Ok(Some(current)) = row.query_selector("[aria-current=page]")
    {
        let (row_at, at) = (row.get_bounding_client_rect(), current.get_bounding_client_rect());
        let off = at.left() + at.width() / 2.0 - row_at.left() - row_at.width() / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "a row of tabs is not that wide")]
        row.set_scroll_left(row.scroll_left() + off as i32);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Lays the toasts above everything. What is outside an open dialog takes no presses, wherever it lies, so while one is open they are
/// moved into the topmost, and stand above its buttons; afterwards they go home again.
#[cfg(feature = "hydrate")]
pub fn lay_toasts(home: &web_sys::HtmlElement, toasts: &web_sys::HtmlElement, shown: bool) {
    let document = leptos::prelude::document();
    // Later in the page is above: a question stands after the drawer that asks it.
    let open = document.query_selector_all("dialog[open]").ok();
    let dialog = open.and_then(|all| all.item(all.length().checked_sub(1)?));
    let place: &web_sys::Node = dialog.as_ref().unwrap_or(home);
    if toasts.parent_node().as_ref() != Some(place) {
        let _ = place.append_child(toasts);
    }
    let _ = toasts.hide_popover();
    let _ = toasts.style().remove_property("bottom");
    if !shown {
        return;
    }
    let _ = toasts.show_popover();
    let footers = toasts.closest("dialog").ok().flatten().and_then(|d| d.query_selector_all("[data-footer]").ok());
    let footer = footers.and_then(|all| all.item(all.length().checked_sub(1)?));
    let Some(footer) = footer.and_then(|f| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(f).ok()) else { return };
    let (at, own) = (footer.get_bounding_client_rect(), toasts.get_bounding_client_rect());
    let covers =
        own.left() < at.right() && at.left() < own.right() && own.top() < at.bottom() && at.top() < own.bottom();
    let height = document.document_element().map_or(0.0, |root| f64::from(root.client_height()));
    if covers {
        let _ = toasts.style().set_property("bottom", &format!("{}px", height - at.top() + 8.0));
    }
}

/// Puts a popover that was just opened under its button and inside the window, and the keyboard on its first item.
pub fn place_popover(button: &str, popover: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let document = leptos::prelude::document();
        let (Some(button), Some(popover)) = (document.get_element_by_id(button), document.get_element_by_id(popover))
        else {
            return;
        };
        let Ok(popover) = popover.dyn_into::<web_sys::HtmlElement>() else { return };
        if !popover.matches(":popover-open").unwrap_or(false) {
            return;
        }
        let root = document.document_element();
        let (width, height) =
            root.map_or((0.0, 0.0), |root| (f64::from(root.client_width()), f64::from(root.client_height())));
        let (at, menu) = (button.get_bounding_client_rect(), popover.get_bounding_client_rect());
        let left = if at.left() + menu.width() + 8.0 > width { at.right() - menu.width() } else { at.left() };
        let top =
            if at.bottom() + menu.height() + 8.0 > height { at.top() - menu.height() - 4.0 } else { at.bottom() + 4.0 };
        let style = popover.style();
        let _ = style.set_property("left", &format!("{}px", left.max(8.0)));
        let _ = style.set_property("top", &format!("{}px", top.max(8.0)));
        focus_neighbour(&popover.id(), false);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (button, popover);
}

/// Closes an open popover.
pub fn hide_popover(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(element) = leptos::prelude::document().get_element_by_id(id)
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = element.hide_popover();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Moves the keyboard to the next or the previous thing inside an element that can be pressed, round and round.
pub fn focus_neighbour(id: &str, back: bool) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let document = leptos::prelude::document();
        let Some(within) = document.get_element_by_id(id) else { return };
        let Ok(items) = within.query_selector_all("a[href], button:not(:disabled)") else { return };
        let count = items.length();
        if count == 0 {
            return;
        }
        let here = document.active_element();
        let at = (0..count).find(|i| items.item(*i).as_ref() == here.as_ref().map(|e| e.as_ref()));
        let next = match (at, back) {
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => (at + count - 1) % count,
        };
        if let Some(element) = items.item(next).and_then(|n| n.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, back);
}
