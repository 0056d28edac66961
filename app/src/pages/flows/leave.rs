//! Asks before a link or the browser's Back leads away from a drawing that is not saved. Which clicks those are is in `dom`.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::state::use_editor;
use crate::ui::{Button, Dialog, Variant, ask_before_back, go_back};

/// Where the browser's Back would have led: it does not say.
const BACK: &str = "";

/// What becomes of somebody who wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The save is on its way.
    Wait,
    /// Everything is saved.
    Go,
    /// It could not be saved; the editor says why.
    Stay,
}

/// After "Save and leave".
fn after_saving(saving: bool, unsaved: bool) -> Step {
    match (saving, unsaved) {
        (true, _) => Step::Wait,
        (false, false) => Step::Go,
        (false, true) => Step::Stay,
    }
}

/// The question, while `leaving` names where a link would have led.
#[component]
pub fn LeaveDialog(leaving: RwSignal<Option<String>>) -> impl IntoView {
    let editor = use_editor();
    let navigate = StoredValue::new(use_navigate());
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if leaving.with(Option::is_some) {
            open.set(true);
        }
    });
    ask_before_back(editor.unsaved.into(), Callback::new(move |()| leaving.set(Some(BACK.to_owned()))));
    let go = move |href: String| {
        if href == BACK {
            return go_back();
        }
        navigate.try_with_value(|navigate| navigate(&href, NavigateOptions::default()));
    };
    // Followed once the dialog is closed: what closes it must not be gone by then.
    let decided = StoredValue::new(None::<String>);
    let leave = move |_| {
        decided.set_value(leaving.get_untracked());
        open.set(false);
    };
    let on_close = move |()| {
        leaving.set(None);
        if let Some(href) = decided.try_update_value(Option::take).flatten() {
            go(href);
        }
    };
    // Where to go once the save is through.
    let next = RwSignal::new(None::<String>);
    let save = move |_| {
        next.set(leaving.get_untracked());
        open.set(false);
        editor.save(false);
    };
    Effect::new(move |_| {
        let Some(href) = next.get() else { return };
        match after_saving(editor.saving.get(), editor.unsaved.get()) {
            Step::Wait => {}
            Step::Go => {
                next.set(None);
                go(href);
            }
            Step::Stay => next.set(None),
        }
    });
    view! {
        <Dialog
            open=open
            title="Leave without saving?"
            on_close=on_close
            footer=move || view! {
                <Button on_click=move |_| open.set(false)>"Stay"</Button>
                <Button variant=Variant::Danger on_click=leave>"Leave without saving"</Button>
                <Button variant=Variant::Primary disabled={!editor.may_write} on_click=save>"Save and leave"</Button>
            }
        >
            <p class="text-sm text-ink-2">"This flow has changes that are not saved yet."</p>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leaves_before_the_save_is_through_or_when_it_fails() {
        assert_eq!(after_saving(true, true), Step::Wait);
        assert_eq!(after_saving(true, false), Step::Wait);
        assert_eq!(after_saving(false, false), Step::Go);
        assert_eq!(after_saving(false, true), Step::Stay);
    }
}
