//! One way on the canvas: its line, a broad invisible line to hit it by, and its plus button. Wakes when one of its two ends moves.

use domain::flow::{NodeId, Point, Port};
use leptos::prelude::*;

use super::canvas::on_screen;
use super::geometry::{self, Way};
use super::state::{Editor, KindMenu, Place, Selected, use_editor};
use crate::ui::Icon;

/// What a way needs of its two ends.
#[derive(Debug, Clone, PartialEq)]
struct Ends {
    from_at: Point,
    exits: usize,
    index: usize,
    to: NodeId,
    to_at: Point,
    to_exits: usize,
    label: String,
}

fn ends(editor: Editor, from: &str, port: &str) -> Option<Ends> {
    editor.doc.with(|d| {
        let graph = d.now();
        let (source, target) = (graph.node(from)?, graph.target(from, port)?);
        let exits = source.kind.exits();
        let index = exits.iter().position(|e| e.port == port)?;
        Some(Ends {
            from_at: source.at,
            exits: exits.len(),
            index,
            to: target.id.clone(),
            to_at: target.at,
            to_exits: target.kind.exits().len(),
            label: format!("{} {}", super::kinds::title(source), exits[index].label),
        })
    })
}

/// One way.
#[component]
pub fn EdgeWay(from: NodeId, port: Port) -> impl IntoView {
    let editor = use_editor();
    let ends = {
        let (from, port) = (from.clone(), port.clone());
        Memo::new(move |_| ends(editor, &from, &port))
    };
    let source = Some(from.clone());
    let way = Memo::new(move |_| -> Option<Way> {
        let ends = ends.get()?;
        let a = editor.box_at(editor.place_of(&source, ends.from_at), ends.exits);
        let b = editor.box_at(editor.place_of(&Some(ends.to.clone()), ends.to_at), ends.to_exits);
        Some(geometry::way(geometry::exit_spot(a, ends.index, ends.exits), a, b))
    });
    let d = move || way.with(|w| w.as_ref().map(|w| w.d.clone()).unwrap_or_default());
    let mid = move || way.with(|w| w.as_ref().map(|w| w.mid).unwrap_or_default());
    let this = StoredValue::new(Selected::Edge(from.clone(), port.clone()));
    let is_selected = Memo::new(move |_| this.with_value(|s| editor.is_selected(s)));
    // Ways for when something did not happen are dashed.
    let dashed = matches!(port.as_str(), "not_sent" | "no_answer" | "busy" | "voicemail" | "failed" | "timeout")
        .then_some("5 4");
    let select = move |event: leptos::ev::PointerEvent| {
        event.stop_propagation();
        editor.menu.set(None);
        editor.selection.set(this.get_value());
        super::dom::focus_quietly("flow-canvas");
    };
    let place = StoredValue::new(Place::Behind(from.clone(), port.clone()));
    let add = move |_| {
        let at = on_screen(editor, way.with_untracked(|w| w.as_ref().map(|w| w.mid).unwrap_or_default()));
        editor.menu.set(Some(KindMenu { at, place: place.get_value() }));
    };
    let remove = {
        let (from, port) = (from.clone(), port.clone());
        move |_| editor.remove_edge(&from, &port)
    };
    let what = move || ends.with(|e| e.as_ref().map(|e| e.label.clone()).unwrap_or_default());
    view! {
        <div class="group/edge contents" data-edge=format!("{from}.{port}")>
            <svg class="pointer-events-none absolute size-px overflow-visible" aria-hidden="true">
                <path
                    d=d
                    fill="none"
                    class="stroke-ink-3 transition-[stroke] group-hover/edge:stroke-accent-text data-selected:stroke-accent-text"
                    data-selected=move || is_selected.get().then_some("")
                    stroke-width=move || if is_selected.get() { "2.5" } else { "1.5" }
                    stroke-dasharray=dashed
                    marker-end="url(#flow-arrow)"
                ></path>
                <path
                    d=d
                    fill="none"
                    stroke="transparent"
                    stroke-width="16"
                    class="[pointer-events:stroke] cursor-pointer"
                    on:pointerdown=select
                ></path>
            </svg>
            <div
                class="absolute left-0 top-0 flex size-0 items-center justify-center group-data-far/layer:hidden"
                style:transform=move || { let m = mid(); format!("translate({:.1}px,{:.1}px)", m.x, m.y) }
                on:pointerdown=move |event| event.stop_propagation()
            >
                <div class="flex gap-1">
                    {editor.may_write.then(|| view! {
                        <button
                            type="button"
                            tabindex="-1"
                            class="flex size-5 items-center justify-center rounded-full border border-line-strong bg-surface text-ink-3 shadow-xs transition-colors \
                                hover:border-accent hover:bg-accent hover:text-accent-ink pointer-coarse:size-7"
                            aria-label=move || format!("Insert a step after {}", what())
                            title="Insert a step here"
                            on:click=add
                        >
                            <Icon icon=Icon::Plus class="size-3"/>
                        </button>
                    })}
                    {move || (is_selected.get() && editor.may_write).then(|| view! {
                        <button
                            type="button"
                            class="flex size-5 items-center justify-center rounded-full border border-bad-line bg-bad-soft text-bad shadow-xs \
                                hover:bg-bad-solid hover:text-white pointer-coarse:size-7"
                            aria-label=move || format!("Remove the connection from {}", what())
                            title="Remove this connection"
                            on:click=remove.clone()
                        >
                            <Icon icon=Icon::X class="size-3"/>
                        </button>
                    })}
                </div>
            </div>
        </div>
    }
}
