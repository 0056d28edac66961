//! The canvas: one layer with one transform, on it the ways and the nodes; over it the controls and the menu of steps.
//!
//! Made in the browser only (the server shows the outline), so positions can be set as styles under a strict content policy.
//! Not here: what a pointer does (`gesture`), what a key does (`keys`).

use std::collections::HashSet;

use leptos::ev::WheelEvent;
use leptos::prelude::*;

use super::dom;
use super::edge::EdgeWay;
use super::gallery::Invitation;
use super::geometry::{self, Spot, View};
use super::menu::StepMenu;
use super::node::NodeCard;
use super::state::{Editor, use_editor};
use crate::ui::{Icon, IconButton, Size};

/// Below this size labels and exits are left away: they could not be read or hit.
const FAR: f64 = 0.45;

/// The dots of the ground: closer together when zoomed out would be a grey haze, so they are thinned out.
fn dots(view: View) -> f64 {
    let step = 20.0 * view.k;
    if view.k < 0.5 { step * 4.0 } else { step }
}

/// How much one turn of the wheel zooms.
fn wheel_factor(event: &WheelEvent) -> f64 {
    // 0 pixels, 1 lines, 2 pages.
    let unit = match event.delta_mode() {
        0 => 1.0,
        1 => 16.0,
        _ => 400.0,
    };
    // A pinch on a touchpad arrives as a wheel with Ctrl and small steps.
    let speed = if event.ctrl_key() { 0.01 } else { 0.0015 };
    (-event.delta_y() * unit * speed).clamp(-0.7, 0.7).exp()
}

fn on_wheel(editor: Editor, event: &WheelEvent) {
    event.prevent_default();
    if event.shift_key() {
        let by = if event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() };
        editor.view.update(|v| *v = v.panned(-by, 0.0));
        return;
    }
    let at = dom::spot_in(editor.root, dom::client(event));
    let factor = wheel_factor(event);
    editor.view.update(|v| *v = v.zoomed(at, factor));
}

/// The canvas.
#[component]
pub fn Canvas() -> impl IntoView {
    let editor = use_editor();
    let view = editor.view;
    // Drawings that came in through the API may name a node twice; the check says so, and the list shows the first.
    let nodes = Memo::new(move |_| {
        let mut seen = HashSet::new();
        editor.doc.with(|d| {
            d.now().nodes.iter().map(|n| n.id.clone()).filter(|id| seen.insert(id.clone())).collect::<Vec<_>>()
        })
    });
    let edges = Memo::new(move |_| {
        let mut seen = HashSet::new();
        editor.doc.with(|d| {
            d.now()
                .edges
                .iter()
                .map(|e| (e.from.clone(), e.port.clone()))
                .filter(|e| seen.insert(e.clone()))
                .collect::<Vec<_>>()
        })
    });
    let is_far = Memo::new(move |_| view.get().k < FAR);
    dom::watch_size(editor.root, move |size| {
        let first = editor.screen.get_untracked().x == 0.0;
        editor.screen.set(size);
        if first && size.x > 0.0 {
            editor.view.set(editor.doc.with_untracked(|d| geometry::opening(d.now(), editor.height(), size)));
        }
    });
    // Leaving the canvas and coming back finds it as it was; a size of nothing would lose that.
    on_cleanup(move || editor.cancel());
    view! {
        <div
            node_ref=editor.root
            id="flow-canvas"
            data-flow-canvas="canvas"
            role="group"
            aria-label="Flow canvas. Arrow keys move between steps, Enter edits, N adds a step, Delete removes."
            tabindex="-1"
            class="relative min-h-0 min-w-0 flex-1 cursor-grab touch-none select-none overflow-clip bg-canvas outline-none active:cursor-grabbing \
                bg-[radial-gradient(circle,var(--color-line-strong)_1px,transparent_1.2px)]"
            style:background-position=move || { let v = view.get(); format!("{:.1}px {:.1}px", v.x, v.y) }
            style:background-size=move || { let step = dots(view.get()); format!("{step:.2}px {step:.2}px") }
            on:pointerdown=move |event| editor.press_ground(&event)
            on:pointermove=move |event| editor.move_pointer(&event)
            on:pointerup=move |event| editor.release(&event)
            on:pointercancel=move |_| editor.cancel()
            on:wheel=move |event| on_wheel(editor, &event)
        >
            <div
                class="group/layer absolute left-0 top-0 size-0 origin-top-left"
                data-far=move || is_far.get().then_some("")
                style:transform=move || { let v = view.get(); format!("translate({:.2}px,{:.2}px) scale({:.4})", v.x, v.y, v.k) }
            >
                <svg class="pointer-events-none absolute size-px overflow-visible" aria-hidden="true">
                    <defs>
                        <marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
                            <path d="M0.5,0.5 L7.5,4 L0.5,7.5 z" class="fill-ink-3"></path>
                        </marker>
                    </defs>
                </svg>
                <For each=move || edges.get() key=Clone::clone let:edge>
                    <EdgeWay from=edge.0 port=edge.1/>
                </For>
                <For each=move || nodes.get() key=Clone::clone let:id>
                    <NodeCard id=id/>
                </For>
                <WireEnd/>
            </div>
            <Controls/>
            <Invitation floating=true/>
            <StepMenu/>
        </div>
    }
}

/// The way that is being drawn, following the pointer.
#[component]
fn WireEnd() -> impl IntoView {
    let editor = use_editor();
    let d = move || editor.wire.with(|w| w.as_ref().map(|w| geometry::loose_way(w.start, w.end).d).unwrap_or_default());
    view! {
        <svg class="pointer-events-none absolute size-px overflow-visible" aria-hidden="true" class:hidden=move || editor.wire.with(Option::is_none)>
            <path d=d fill="none" class="stroke-accent-text" stroke-width="2" stroke-dasharray="5 4" marker-end="url(#flow-arrow)"></path>
        </svg>
    }
}

/// Zoom and fit.
#[component]
fn Controls() -> impl IntoView {
    let editor = use_editor();
    let percent = move || format!("{:.0} %", editor.view.get().k * 100.0);
    let reset = move |_| {
        let k = editor.view.get_untracked().k;
        editor.zoom(1.0 / k);
    };
    view! {
        <div
            class="absolute bottom-3 left-3 flex cursor-default items-center gap-0.5 rounded-lg border border-line bg-surface p-0.5 shadow-xs"
            role="toolbar"
            aria-label="Zoom"
            on:pointerdown=move |event| event.stop_propagation()
        >
            <IconButton icon=Icon::ZoomOut label="Zoom out" size=Size::Small on_click=move |_| editor.zoom(1.0 / 1.25)/>
            <button
                type="button"
                class="h-7 w-12 rounded-md text-xs text-ink-2 hover:bg-surface-3"
                title="Reset zoom"
                aria-label=move || format!("{}. Reset zoom", percent())
                on:click=reset
            >
                {percent}
            </button>
            <IconButton icon=Icon::ZoomIn label="Zoom in" size=Size::Small on_click=move |_| editor.zoom(1.25)/>
            <IconButton icon=Icon::Fit label="Fit to view" size=Size::Small on_click=move |_| editor.fit()/>
        </div>
    }
}

/// Where a place on the canvas is on the screen, for menus that open there.
pub fn on_screen(editor: Editor, at: Spot) -> Spot {
    editor.view.get_untracked().to_screen(at)
}
