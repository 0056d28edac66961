//! One node on the canvas: its face, its entry, its exits. Wakes only when that node, its problems or its counters change.

use domain::campaign::NodeProgress;
use domain::flow::{NodeId, NodeKind, Point, Port};
use leptos::prelude::*;

use super::canvas::on_screen;
use super::geometry;
use super::kinds;
use super::state::{Editor, KindMenu, Place, Selected, use_editor};
use crate::ui::Icon;

/// One node.
#[component]
pub fn NodeCard(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let key = StoredValue::new(Some(id.clone()));
    let at = Memo::new(move |_| {
        let drawn = node.with(|n| n.as_ref().map_or(Point::default(), |n| n.at));
        key.with_value(|key| editor.place_of(key, drawn))
    });
    let exits = Memo::new(move |_| node.with(|n| n.as_ref().map(|n| n.kind.exits()).unwrap_or_default()));
    let width = move || geometry::node_rect(geometry::Spot::default(), exits.with(Vec::len), 0.0).w;
    let takes_ways = Memo::new(move |_| node.with(|n| n.as_ref().is_some_and(|n| n.kind != NodeKind::Start)));
    let count = Memo::new(move |_| exits.with(Vec::len));
    let rows = move || exits.get().into_iter().enumerate().map(|(i, e)| (i, e.port, e.label)).collect::<Vec<_>>();
    let is_aimed = Memo::new(move |_| key.with_value(|key| editor.is_aimed(key)));
    let owner = id.clone();
    view! {
        <div
            class="absolute left-0 top-0 text-left"
            data-node=id.clone()
            style:transform=move || { let p = at.get(); format!("translate({}px,{}px)", p.x, p.y) }
            style:width=move || format!("{}px", width())
            style:height=format!("{}px", editor.height())
        >
            <Face id=id.clone() is_aimed=is_aimed/>
            <span
                class="pointer-events-none absolute left-1/2 -top-[5px] size-2.5 -translate-x-1/2 rounded-full border-2 border-surface bg-ink-3 \
                    group-data-far/layer:hidden data-aimed:bg-accent"
                class:hidden=move || !takes_ways.get()
                data-aimed=move || is_aimed.get().then_some("")
            ></span>
            <For each=rows key=Clone::clone let:row>
                <Outlet id=owner.clone() index=row.0 port=row.1 label=row.2 count=count at=at/>
            </For>
        </div>
    }
}

/// The card itself: what one sees, selects, drags.
#[component]
fn Face(id: NodeId, is_aimed: Memo<bool>) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let trouble = editor.trouble(id.clone());
    let this = StoredValue::new(Selected::Node(id.clone()));
    let is_selected = Memo::new(move |_| this.with_value(|s| editor.is_selected(s)));
    let title = Memo::new(move |_| node.with(|n| n.as_ref().map(kinds::title).unwrap_or_default()));
    let summary = Memo::new(move |_| {
        node.with(|n| n.as_ref().map(|n| editor.known.with(|k| kinds::summary(&n.kind, k))).unwrap_or_default())
    });
    let look =
        Memo::new(move |_| node.with(|n| n.as_ref().map_or(("", ""), |n| (n.kind.label(), kinds::tint(&n.kind)))));
    let icon = move || node.with_untracked(|n| n.as_ref().map_or(Icon::Dot, |n| kinds::icon(&n.kind)));
    // One node can be reached by Tab: the selected one, else the start.
    let is_start = Memo::new(move |_| node.with(|n| n.as_ref().is_some_and(|n| n.kind == NodeKind::Start)));
    let tab = move || {
        let nothing = editor.selection.with(|s| !matches!(s, Selected::Node(_)));
        if is_selected.get() || (nothing && is_start.get()) { "0" } else { "-1" }
    };
    let (pressed, clicked, element) = (id.clone(), id.clone(), format!("flow-node-{id}"));
    view! {
        <div
            id=element
            role="button"
            tabindex=tab
            aria-pressed=move || if is_selected.get() { "true" } else { "false" }
            class="flex size-full cursor-pointer flex-col rounded-lg border border-line-strong bg-surface shadow-xs outline-none transition-[border-color,box-shadow] \
                hover:border-ink-3 hover:shadow-pop focus-visible:ring-2 focus-visible:ring-accent-text focus-visible:ring-offset-2 \
                focus-visible:ring-offset-canvas aria-pressed:border-accent-text aria-pressed:ring-1 aria-pressed:ring-accent-text \
                data-aimed:border-accent data-aimed:bg-accent-soft"
            data-aimed=move || is_aimed.get().then_some("")
            on:pointerdown=move |event| editor.press_node(&event, &pressed)
            on:click=move |event| {
                event.stop_propagation();
                editor.select(&clicked);
            }
            on:dblclick=move |_| super::dom::soon(|| crate::ui::browser::focus("flow-title"))
        >
            <div class="flex h-[60px] w-full shrink-0 items-center gap-2.5 px-3">
                {move || {
                    let (_, tint) = look.get();
                    view! {
                        <span class=format!("flex size-8 shrink-0 items-center justify-center rounded-md {tint}")>
                            <Icon icon=icon()/>
                        </span>
                    }
                }}
                <span class="min-w-0 flex-1">
                    <span class="block truncate text-sm font-medium leading-5 text-ink">{move || title.get()}</span>
                    <span class="block truncate text-xs leading-4 text-ink-3" class:text-warn=move || summary.get().1>
                        {move || summary.get().0}
                    </span>
                </span>
                {move || trouble.get().map(|t| view! {
                    <span
                        class="flex size-4.5 shrink-0 items-center justify-center rounded-full"
                        class=("bg-bad-solid", t.blocking) class=("text-white", t.blocking)
                        class=("bg-warn-soft", !t.blocking) class=("text-warn", !t.blocking)
                        title=t.first
                        data-trouble=if t.blocking { "blocking" } else { "advice" }
                    >
                        <Icon icon=Icon::Alert class="size-3"/>
                        <span class="sr-only">{if t.blocking { "Problem: " } else { "Advice: " }}{t.first.clone()}</span>
                    </span>
                })}
            </div>
            {editor.started.then(|| view! { <Counters id=id/> })}
        </div>
    }
}

/// How many leads came, stand here, and what became of the messages.
#[component]
fn Counters(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let progress = {
        let id = id.clone();
        Memo::new(move |_| editor.progress.with(|p| p.get(&id).cloned()))
    };
    let node = editor.node(id);
    let sends = Memo::new(move |_| node.with(|n| matches!(n.as_ref().map(|n| &n.kind), Some(NodeKind::Send { .. }))));
    let empty = || NodeProgress { node: String::new(), entered: 0, here: 0, sent: 0, not_sent: 0, in_doubt: 0 };
    view! {
        <div class="flex h-6 items-center gap-2.5 rounded-b-lg border-t border-line bg-surface-2 px-3 text-2xs text-ink-3">
            {move || {
                let p = progress.get().unwrap_or_else(empty);
                let figure = |icon, n: i64, what: &str, tone: &'static str| {
                    view! {
                        <span class=format!("inline-flex items-center gap-0.5 {tone}") title=format!("{n} {what}")>
                            <Icon icon=icon class="size-3"/>
                            {n}
                            <span class="sr-only">{format!(" {what}")}</span>
                        </span>
                    }
                };
                let here = if p.here > 0 { "font-medium text-accent-text" } else { "" };
                view! {
                    {figure(Icon::Users, p.entered, "came here", "")}
                    {figure(Icon::Clock, p.here, "stand here now", here)}
                    {sends.get().then(|| view! {
                        {figure(Icon::Check, p.sent, "sent", "text-good")}
                        {(p.not_sent > 0).then(|| figure(Icon::Ban, p.not_sent, "not sent", "text-bad"))}
                        {(p.in_doubt > 0).then(|| figure(Icon::Help, p.in_doubt, "in doubt", "text-warn"))}
                    })}
                }
            }}
        </div>
    }
}

/// Where an exit is on the canvas.
fn spot(editor: Editor, at: Point, index: usize, count: usize) -> geometry::Spot {
    geometry::exit_spot(editor.box_at(at, count), index, count)
}

/// One exit: a circle to drag from, its label, and a plus button while nothing follows.
#[component]
fn Outlet(id: NodeId, index: usize, port: Port, label: String, count: Memo<usize>, at: Memo<Point>) -> impl IntoView {
    let editor = use_editor();
    let leads = {
        let (id, port) = (id.clone(), port.clone());
        Memo::new(move |_| editor.doc.with(|d| d.now().target(&id, &port).is_some()))
    };
    let left = move || {
        let room = editor.box_at(Point::default(), count.get());
        format!("{:.1}px", geometry::exit_spot(room, index, count.get()).x)
    };
    let here = move || spot(editor, at.get_untracked(), index, count.get_untracked());
    let hint = if label.is_empty() { "the next step".to_owned() } else { format!("“{label}”") };
    let spoken = format!("Add a step for {hint}");
    let place = StoredValue::new(Place::Behind(id.clone(), port.clone()));
    let add = move |_| {
        let at = on_screen(editor, here());
        editor.menu.set(Some(KindMenu { at, place: place.get_value() }));
    };
    let shown = (!label.is_empty()).then(|| label.clone());
    let (name, grip) = (port.clone(), port);
    view! {
        <div class="pointer-events-none absolute top-full flex w-0 flex-col items-center" style:left=left data-exit=name>
            <span
                class="group/grip pointer-events-auto absolute -top-3.5 flex size-7 cursor-crosshair items-center justify-center group-data-far/layer:hidden"
                title="Drag to connect"
                on:pointerdown=move |event| editor.press_exit(&event, &id, &grip, here())
            >
                <span class="size-2.5 rounded-full border-2 border-accent-text bg-surface transition-transform group-hover/grip:scale-150 group-hover/grip:bg-accent"></span>
            </span>
            {shown.map(|label| view! {
                <span class="absolute left-1.5 top-1 max-w-22 truncate rounded-sm bg-canvas px-0.5 text-2xs leading-4 text-ink-3 group-data-far/layer:hidden">{label}</span>
            })}
            {move || (!leads.get() && editor.may_write).then(|| {
                let spoken = spoken.clone();
                view! {
                    <span class="h-6 w-px bg-line-field group-data-far/layer:hidden"></span>
                    <button
                        type="button"
                        tabindex="-1"
                        class="pointer-events-auto flex size-5 items-center justify-center rounded-md border border-dashed border-line-field bg-surface text-ink-3 \
                            transition-colors hover:border-accent hover:bg-accent hover:text-accent-ink group-data-far/layer:hidden pointer-coarse:size-7"
                        aria-label=spoken.clone()
                        title=spoken
                        on:pointerdown=move |event| event.stop_propagation()
                        on:click=add
                    >
                        <Icon icon=Icon::Plus class="size-3"/>
                    </button>
                }
            })}
        </div>
    }
}
