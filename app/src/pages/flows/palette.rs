//! The palette on the left: every step, to click (it goes behind the selection) or to drag onto the canvas.

use leptos::prelude::*;

use super::dom;
use super::geometry::Spot;
use super::kinds::{Offer, insert_point};
use super::state::{Carried, Editor, Place, Selected, use_editor};
use crate::ui::Icon;

impl Editor {
    /// A click in the palette: behind the selected way or node, else before the end of the main line.
    pub fn add_behind_selection(&self, offer: Offer) {
        let place = match self.selection.get_untracked() {
            Selected::Edge(from, port) => Some(Place::Behind(from, port)),
            selected => {
                let id = if let Selected::Node(id) = selected { Some(id) } else { None };
                let point = self.doc.with_untracked(|d| insert_point(d.now(), id.as_deref()));
                point.map(|(from, port)| Place::Behind(from, port))
            }
        };
        self.add(offer, &place.unwrap_or_else(|| Place::Free(domain::flow::Point::default(), None)));
    }
}

/// The palette.
#[component]
pub fn Palette() -> impl IntoView {
    let group = |name: &'static str, offers: &'static [Offer]| {
        view! {
            <h2 class="px-2 pb-1 pt-3 text-2xs font-medium uppercase tracking-wide text-ink-3 first:pt-0">{name}</h2>
            <ul class="space-y-0.5">
                {offers.iter().map(|offer| view! { <li><Piece offer=*offer/></li> }).collect_view()}
            </ul>
        }
    };
    view! {
        <aside aria-label="Steps" class="hidden w-52 shrink-0 overflow-y-auto border-r border-line bg-surface p-2 pt-3 lg:block">
            {Offer::GROUPS.into_iter().map(|(name, offers)| group(name, offers)).collect_view()}
            <p class="mt-4 px-2 text-xs text-ink-3">"Click to add after the selected step, or drag onto the canvas."</p>
        </aside>
        <Ghost/>
    }
}

/// One step of the palette.
#[component]
fn Piece(offer: Offer) -> impl IntoView {
    let editor = use_editor();
    let start = StoredValue::new(None::<Spot>);
    // A drag ends with a click on the piece that has the pointer; that one must not add another step.
    let dragged = StoredValue::new(false);
    let on_move = move |event: leptos::ev::PointerEvent| {
        let Some(from) = start.get_value() else { return };
        let at = dom::client(&event);
        if editor.carried.with_untracked(Option::is_some) || from.distance(at) > 5.0 {
            dragged.set_value(true);
            editor.carried.set(Some(Carried { offer, at }));
        }
    };
    let stop = move || start.set_value(None);
    view! {
        <button
            type="button"
            class="flex w-full cursor-grab select-none items-center gap-2.5 rounded-md px-2 py-1.5 text-left transition-colors hover:bg-surface-3 \
                disabled:cursor-not-allowed disabled:opacity-50"
            title=offer.hint()
            disabled=!editor.may_write
            on:pointerdown=move |event| {
                if event.button() == 0 && event.pointer_type() != "touch" {
                    dom::capture_here(&event);
                    start.set_value(Some(dom::client(&event)));
                    dragged.set_value(false);
                }
            }
            on:pointermove=on_move
            on:pointerup=move |_| {
                stop();
                editor.drop_carried();
            }
            on:pointercancel=move |_| {
                stop();
                editor.carried.set(None);
            }
            on:click=move |_| {
                if !dragged.get_value() {
                    editor.add_behind_selection(offer);
                }
                dragged.set_value(false);
            }
        >
            <span class=format!("flex size-7 shrink-0 items-center justify-center rounded-md {}", offer.tint())>
                <Icon icon=offer.icon()/>
            </span>
            <span class="min-w-0 truncate text-sm text-ink">{offer.label()}</span>
        </button>
    }
}

/// The step that is being dragged, under the pointer.
#[component]
fn Ghost() -> impl IntoView {
    let editor = use_editor();
    let offer = Memo::new(move |_| editor.carried.get().map(|c| c.offer));
    let at = move || editor.carried.get().map(|c| c.at).unwrap_or_default();
    view! {
        {move || offer.get().map(|offer| view! {
            <div
                class="pointer-events-none fixed left-0 top-0 z-50 flex w-48 items-center gap-2.5 rounded-lg border border-accent bg-surface px-3 py-2.5 opacity-90 shadow-pop"
                style:transform=move || { let p = at(); format!("translate({:.0}px,{:.0}px)", p.x - 96.0, p.y - 24.0) }
                aria-hidden="true"
            >
                <span class=format!("flex size-7 shrink-0 items-center justify-center rounded-md {}", offer.tint())>
                    <Icon icon=offer.icon()/>
                </span>
                <span class="truncate text-sm font-medium">{offer.label()}</span>
            </div>
        })}
    }
}
