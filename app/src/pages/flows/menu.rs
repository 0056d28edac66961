//! The menu of steps that opens on the canvas: behind a plus button, and where a new way was let go. Not here: the palette.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::dom;
use super::kinds::Offer;
use super::state::use_editor;
use crate::ui::{Icon, browser};

/// The menu's width and height, to keep it inside the canvas.
const ROOM: (f64, f64) = (216.0, 352.0);

/// The menu of steps, while it is open.
#[component]
pub fn StepMenu() -> impl IntoView {
    let editor = use_editor();
    Effect::new(move |_| {
        if editor.menu.with(Option::is_some) {
            dom::soon(|| dom::focus_quietly("flow-menu-sms"));
        }
    });
    let close = move || {
        editor.menu.set(None);
        dom::focus_quietly("flow-canvas");
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close();
        }
        "ArrowDown" | "ArrowUp" => {
            event.prevent_default();
            browser::focus_neighbour("flow-menu", event.key() == "ArrowUp");
        }
        "Tab" => close(),
        _ => {}
    };
    view! {
        {move || editor.menu.get().map(|menu| {
            let screen = editor.screen.get_untracked();
            let left = (menu.at.x + 12.0).min(screen.x - ROOM.0 - 8.0).max(8.0);
            let top = menu.at.y.min(screen.y - ROOM.1 - 8.0).max(8.0);
            let item = |offer: Offer| {
                let place = menu.place.clone();
                let choose = move |_| {
                    editor.menu.set(None);
                    editor.add(offer, &place);
                    dom::soon(move || if let Some(id) = editor.selected_node_untracked() {
                        dom::focus_quietly(&format!("flow-node-{id}"));
                    });
                };
                view! {
                    <button
                        type="button"
                        role="menuitem"
                        id=format!("flow-menu-{}", offer.word())
                        class="flex h-9 w-full items-center gap-2.5 rounded-sm px-2 text-left text-sm text-ink outline-none hover:bg-surface-3 focus-visible:bg-surface-3"
                        on:click=choose
                    >
                        <span class=format!("flex size-6 shrink-0 items-center justify-center rounded-sm {}", offer.tint())>
                            <Icon icon=offer.icon() class="size-3.5"/>
                        </span>
                        {offer.label()}
                    </button>
                }
            };
            view! {
                <div
                    id="flow-menu"
                    role="menu"
                    aria-label="Add a step"
                    class="absolute left-0 top-0 z-20 w-54 cursor-default overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-pop animate-fade-in"
                    style:left=format!("{left:.0}px")
                    style:top=format!("{top:.0}px")
                    style:max-height=format!("{:.0}px", (screen.y - 16.0).max(120.0))
                    on:pointerdown=move |event| event.stop_propagation()
                    on:wheel=move |event| event.stop_propagation()
                    on:keydown=on_key
                >
                    {Offer::all().map(item).collect_view()}
                </div>
            }
        })}
    }
}
