//! Dialogs and the drawer: the browser's own `<dialog>`, which keeps the keyboard inside, closes on Esc and gives the focus back.

use std::time::Duration;

use leptos::children::ViewFn;
use leptos::ev::{Event, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

use super::{Button, Icon, IconButton, Size, Toasts, Variant};

/// Opens and closes the element as the signal says.
fn follow(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    // Outside the topmost dialog nothing can be pressed, so the toasts go along with it, and are not taken away with it.
    let toasts = use_context::<Toasts>();
    let settle = move || {
        if let Some(toasts) = toasts {
            toasts.settle();
        }
    };
    on_cleanup(settle);
    Effect::new(move |before: Option<bool>| {
        let open = open.get();
        let Some(dialog) = node.get() else { return false };
        if !open {
            dialog.close();
            if before == Some(true) {
                settle();
            }
            return false;
        }
        // One frame later the content is there, so the browser finds the first field to focus.
        request_animation_frame(move || {
            if !dialog.open() && dialog.is_connected() {
                let _ = dialog.show_modal();
                start_at_the_top(&dialog);
                settle();
            }
        });
        true
    });
}

/// Where the keyboard begins: in the first field, where the browser puts it. Without one it waits at the heading, not at a button below nor
/// at the frame, and a field that comes later takes it from there (`browser::begin_in`). A question begins at its first button.
fn start_at_the_top(dialog: &leptos::web_sys::Element) {
    use leptos::wasm_bindgen::JsCast;
    const IN_THE_CONTENT: &str = ":is(a, button, input, select, textarea):focus:not([data-footer] *, [data-close] *)";
    let within = |place: &str| dialog.query_selector(place).ok().flatten();
    let is_question = dialog.get_attribute("role").is_some_and(|role| role == "alertdialog");
    if is_question || within(IN_THE_CONTENT).is_some() {
        return;
    }
    if let Some(heading) = within("h2[data-heading]").and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // A heading that could always take the keyboard would be taken for the first field.
        let _ = heading.set_attribute("tabindex", "-1");
        let _ = heading.focus();
    }
}

/// Whether something happened to this window itself: not to what is inside, and not to a question that lies above it and is made inside it.
fn is_at(node: NodeRef<html::Dialog>, event: &Event) -> bool {
    node.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()))
}

/// The element, shared by all three. The close button stands last, so that the keyboard starts in the content.
pub(crate) fn modal(
    open: RwSignal<bool>,
    on_close: Option<Callback<()>>,
    class: impl Into<Signal<&'static str>>,
    role: Option<&'static str>,
    title: Signal<String>,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let class = class.into();
    follow(node, open);
    view! {
        <dialog
            node_ref=node
            role=role
            class=move || class.get()
            aria-label=move || title.get()
            on:cancel=move |event: Event| {
                // Esc goes the way of the close button. A file field inside tells of its own cancelling, too.
                if is_at(node, &event) {
                    event.prevent_default();
                    open.set(false);
                }
            }
            on:close=move |_| {
                let told = move || {
                    if let Some(on_close) = on_close {
                        on_close.try_run(());
                    }
                };
                // A browser may close it without asking first (Esc twice). What is inside goes before anybody hears of it: whoever is
                // told ends what the content was made from.
                if open.get_untracked() {
                    open.set(false);
                    set_timeout(told, Duration::ZERO);
                } else {
                    told();
                }
            }
            on:mousedown=move |event: MouseEvent| {
                // Only the backdrop has the dialog itself as its target. Where the press landed nothing takes the keyboard: it goes back to
                // what had it before.
                if is_at(node, &event) {
                    event.prevent_default();
                    open.set(false);
                }
            }
        >
            {move || open.get().then(|| untrack(&content))}
        </dialog>
    }
}

/// Title, body and buttons, as dialogs and drawers have them.
fn frame(title: Signal<String>, open: RwSignal<bool>, children: &ChildrenFn, footer: Option<&ViewFn>) -> AnyView {
    view! {
        // Not wider than the window, however long a row of tabs inside is.
        <div class="flex max-h-[inherit] min-h-0 min-w-0 flex-1 flex-col">
            <h2 data-heading="" class="border-b border-line py-3.5 pl-5 pr-14 text-base font-semibold text-ink outline-none">{move || title.get()}</h2>
            <div class="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children()}</div>
            {footer.map(|footer| view! {
                <div class="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-surface-2 px-5 py-3" data-footer="">
                    {footer.run()}
                </div>
            })}
            <span class="absolute right-3 top-2.5" data-close="">
                <IconButton icon=Icon::X label="Close" size=Size::Small on_click=move |_| open.set(false)/>
            </span>
        </div>
    }
    .into_any()
}

const DIALOG: &str = "m-auto max-h-[min(90dvh,48rem)] w-[min(30rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line \
    bg-surface p-0 text-ink shadow-pop open:flex open:animate-rise";
const DIALOG_WIDE: &str = "m-auto max-h-[min(90dvh,56rem)] w-[min(52rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line \
    bg-surface p-0 text-ink shadow-pop open:flex open:animate-rise";
const DRAWER: &str = "fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-dvh w-full max-w-full border-line bg-surface p-0 text-ink \
    shadow-pop open:flex open:animate-slide-left sm:w-[28rem] sm:border-l";
const DRAWER_WIDE: &str = "fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-dvh w-full max-w-full border-line bg-surface p-0 text-ink \
    shadow-pop open:flex open:animate-slide-left sm:w-[44rem] sm:border-l";

const DRAWER_FULL: &str =
    "fixed inset-0 m-0 h-dvh max-h-dvh w-full max-w-full border-line bg-surface p-0 text-ink shadow-pop open:flex";

/// A window over the page. Its children are made anew each time it opens.
#[component]
pub fn Dialog(
    /// Whether it is open; closing sets it back.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Its buttons.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// For tables and long forms.
    #[prop(optional)]
    wide: bool,
    /// After it closed, however that happened.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// What is inside.
    children: ChildrenFn,
) -> impl IntoView {
    let class = if wide { DIALOG_WIDE } else { DIALOG };
    modal(open, on_close, class, None, title, move || frame(title, open, &children, footer.as_ref()))
}

/// A panel on the right; the whole width on phones.
#[component]
pub fn Drawer(
    /// Whether it is open; closing sets it back.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Its buttons.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// For editors.
    #[prop(optional)]
    wide: bool,
    /// Whether it fills the window.
    #[prop(optional, into)]
    full: Signal<bool>,
    /// After it closed, however that happened.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// What is inside.
    children: ChildrenFn,
) -> impl IntoView {
    let class = Signal::derive(move || match (full.get(), wide) {
        (true, _) => DRAWER_FULL,
        (false, true) => DRAWER_WIDE,
        (false, false) => DRAWER,
    });
    modal(open, on_close, class, None, title, move || frame(title, open, &children, footer.as_ref()))
}

/// Asks before something that matters. The safe answer has the keyboard.
#[component]
pub fn ConfirmDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// The verb on the button: "Pause", "Delete".
    #[prop(into)]
    confirm: Signal<String>,
    /// What happens on yes; the dialog is closed by then.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Whether it does not come back.
    #[prop(optional)]
    danger: bool,
    /// What will happen, in a sentence.
    children: ChildrenFn,
) -> impl IntoView {
    let variant = if danger { Variant::Danger } else { Variant::Primary };
    let yes = move |_| {
        open.set(false);
        on_confirm.run(());
    };
    modal(open, None, DIALOG, Some("alertdialog"), title, move || {
        view! {
            <div class="flex-1">
                <div class="flex gap-3.5 p-5">
                    <span
                        class="flex size-9 shrink-0 items-center justify-center rounded-full"
                        class=("bg-bad-soft", danger) class=("text-bad", danger)
                        class=("bg-accent-soft", !danger) class=("text-accent-text", !danger)
                    >
                        <Icon icon=if danger { Icon::Alert } else { Icon::Help } class="size-4.5"/>
                    </span>
                    <div class="min-w-0">
                        <h2 class="text-base font-semibold">{move || title.get()}</h2>
                        <div class="mt-1 text-sm text-ink-2">{children()}</div>
                    </div>
                </div>
                <div class="flex justify-end gap-2 border-t border-line bg-surface-2 px-5 py-3" data-footer="">
                    <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button variant=variant on_click=yes>{move || confirm.get()}</Button>
                </div>
            </div>
        }
        .into_any()
    })
}
