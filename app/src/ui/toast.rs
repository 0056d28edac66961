//! Short news in the corner: done, failed, undo. Not for problems of a form, which stand beside their fields.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[cfg(feature = "hydrate")]
use super::browser;
use super::{Icon, IconButton, Size, Tone};

#[derive(Debug, Clone, PartialEq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    undo: Option<StoredUndo>,
}

/// A callback that compares by identity of its toast only.
#[derive(Debug, Clone, Copy)]
struct StoredUndo(Callback<()>);

impl PartialEq for StoredUndo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Says things in the corner. Take it in the component's body with [`use_toasts`], use it in event handlers and effects.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    /// Where they stand, and where they stand while no dialog is open.
    node: NodeRef<html::Div>,
    home: NodeRef<html::Div>,
}

impl Toasts {
    /// Puts them where they can be seen and pressed: in the topmost dialog, while one is open. A frame later, when what changed has its
    /// place. To be called when a dialog opened or closed.
    pub(crate) fn settle(self) {
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || {
            let (home, node) = (self.home.try_get_untracked().flatten(), self.node.try_get_untracked().flatten());
            if let (Some(home), Some(node)) = (home, node) {
                browser::lay_toasts(&home, &node, self.list.try_with_untracked(|list| !list.is_empty()) == Some(true));
            }
        });
    }

    /// It worked.
    pub fn success(&self, text: impl Into<String>) {
        self.add(Tone::Good, text.into(), None);
    }

    /// It did not; say what to do. Stays longer.
    pub fn error(&self, text: impl Into<String>) {
        self.add(Tone::Bad, text.into(), None);
    }

    /// Something to know.
    pub fn info(&self, text: impl Into<String>) {
        self.add(Tone::Info, text.into(), None);
    }

    /// It worked, and can be taken back.
    pub fn undo(&self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.add(Tone::Good, text.into(), Some(Callback::new(move |()| undo())));
    }

    fn add(&self, tone: Tone, text: String, undo: Option<Callback<()>>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            list.push(Toast { id, tone, text, undo: undo.map(StoredUndo) });
            // More than four cannot be read.
            let extra = list.len().saturating_sub(4);
            list.drain(..extra);
        });
        let seconds = if tone == Tone::Bad || undo.is_some() { 9 } else { 5 };
        let this = *self;
        set_timeout(move || this.remove(id), Duration::from_secs(seconds));
    }

    fn remove(&self, id: u32) {
        self.list.try_update(|list| list.retain(|t| t.id != id));
    }
}

/// Makes the toasts known below. Once, in the app's root.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        node: NodeRef::new(),
        home: NodeRef::new(),
    };
    provide_context(toasts);
    toasts
}

/// The toasts of this app. Call in a component's body.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(provide_toasts)
}

/// Where toasts appear. Once, beside the router.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    // What can be undone is undone where it was done.
    let path = use_location().pathname;
    Effect::new(move |before: Option<()>| {
        path.track();
        if before.is_some() {
            toasts.list.update(|list| list.retain(|toast| toast.undo.is_none()));
        }
    });
    Effect::new(move |_| {
        toasts.list.track();
        toasts.settle();
    });
    view! {
        <div node_ref=toasts.home class="contents">
            <div
                node_ref=toasts.node
                id="toasts"
                popover="manual"
                role="status"
                aria-live="polite"
                aria-label="Notifications"
                class="fixed bottom-18 left-auto right-4 top-auto m-0 w-[min(24rem,calc(100vw-2rem))] overflow-visible border-0 bg-transparent p-0 \
                       text-ink md:bottom-4"
            >
                <div class="flex flex-col gap-2">
                    <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                        {
                            let Toast { id, tone, text, undo } = toast;
                            let icon = match tone {
                                Tone::Good => Icon::Check,
                                Tone::Bad => Icon::Alert,
                                _ => Icon::Info,
                            };
                            view! {
                                <div
                                    role=(tone == Tone::Bad).then_some("alert")
                                    class="flex animate-rise items-start gap-2.5 rounded-lg border border-line bg-surface py-2.5 pl-3 pr-2 shadow-pop"
                                >
                                    <span class=format!("mt-0.5 flex size-5 items-center justify-center rounded-full {}", tone.soft())>
                                        <Icon icon=icon class="size-3.5"/>
                                    </span>
                                    <p class="min-w-0 flex-1 break-words py-0.5 text-sm">{text}</p>
                                    {undo.map(|StoredUndo(undo)| view! {
                                        <button
                                            type="button"
                                            class="rounded-sm px-1.5 py-0.5 text-sm font-semibold text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current"
                                            on:click=move |_| {
                                                undo.run(());
                                                toasts.remove(id);
                                            }
                                        >
                                            "Undo"
                                        </button>
                                    })}
                                    <IconButton icon=Icon::X label="Dismiss" size=Size::Small on_click=move |_| toasts.remove(id)/>
                                </div>
                            }
                        }
                    </For>
                </div>
            </div>
        </div>
    }
}
