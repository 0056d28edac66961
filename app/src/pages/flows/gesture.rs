//! What a pointer on the canvas does: pan, pinch, move a node, draw a way. Begun by nodes, exits and the ground; carried on by the
//! canvas, which has captured the pointer. Not here: views, keys.

use domain::flow::NodeId;
use domain::flow::edit::FlowEdit;
use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::dom;
use super::geometry::{self, Spot, View};
use super::state::{Editor, KindMenu, Place, Selected, Wire};

/// How far a pointer may shake and still be a click, in screen pixels.
const SHAKE: f64 = 4.0;

/// What is going on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gesture {
    /// The fingers that are down, by pointer id, in the order they came.
    fingers: Vec<(i32, Spot)>,
    action: Action,
    /// Whether space is held: then everything pans.
    pub space: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Action {
    #[default]
    Nothing,
    Pan {
        from: Spot,
        view: View,
        moved: bool,
    },
    Pinch {
        middle: Spot,
        apart: f64,
        view: View,
    },
    Move {
        id: NodeId,
        from: Spot,
        grabbed: Spot,
        moved: bool,
    },
    Draw {
        from: Spot,
        moved: bool,
    },
}

/// Where the fingers are: the middle between the first two, and how far apart they are.
fn spread(fingers: &[(i32, Spot)]) -> Option<(Spot, f64)> {
    let [(_, a), (_, b), ..] = fingers else { return None };
    Some((Spot::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y)), a.distance(*b).max(1.0)))
}

impl Editor {
    fn spot(&self, event: &PointerEvent) -> Spot {
        dom::spot_in(self.root, dom::client(event))
    }

    /// A finger or button goes down on the ground: pan, or with a second finger pinch.
    pub fn press_ground(&self, event: &PointerEvent) {
        if event.button() > 1 {
            return;
        }
        let (at, view) = (self.spot(event), self.view.get_untracked());
        dom::capture(self.root, event);
        self.menu.set(None);
        self.gesture.update_value(|g| {
            g.fingers.retain(|(id, _)| *id != event.pointer_id());
            g.fingers.push((event.pointer_id(), at));
            g.action = match spread(&g.fingers) {
                Some((middle, apart)) => Action::Pinch { middle, apart, view },
                None => Action::Pan { from: at, view, moved: false },
            };
        });
        self.drop_drag();
    }

    /// A finger or button goes down on a node: select it, and perhaps move it.
    pub fn press_node(&self, event: &PointerEvent, id: &str) {
        let (busy, space) = self.gesture.with_value(|g| (!g.fingers.is_empty(), g.space));
        if busy || space || event.button() != 0 {
            // The ground takes it: a second finger, a middle button, space.
            return;
        }
        event.stop_propagation();
        let at = self.spot(event);
        self.menu.set(None);
        self.select(id);
        let node = self.doc.with_untracked(|d| d.now().node(id).map(|n| n.at));
        let Some(node) = node else { return };
        dom::capture(self.root, event);
        let on_canvas = self.view.get_untracked().to_canvas(at);
        let grabbed = Spot::new(on_canvas.x - f64::from(node.x), on_canvas.y - f64::from(node.y));
        self.gesture.update_value(|g| {
            g.fingers = vec![(event.pointer_id(), at)];
            g.action = Action::Move { id: id.to_owned(), from: at, grabbed, moved: false };
        });
    }

    /// A finger or button goes down on an exit: draw a way from it.
    pub fn press_exit(&self, event: &PointerEvent, from: &str, port: &str, start: Spot) {
        if !self.may_write || event.button() != 0 {
            return;
        }
        event.stop_propagation();
        let at = self.spot(event);
        dom::capture(self.root, event);
        self.menu.set(None);
        self.gesture.update_value(|g| {
            g.fingers = vec![(event.pointer_id(), at)];
            g.action = Action::Draw { from: at, moved: false };
        });
        self.wire.set(Some(Wire { from: from.to_owned(), port: port.to_owned(), start, end: start }));
    }

    /// The pointer moves.
    pub fn move_pointer(&self, event: &PointerEvent) {
        let (at, view) = (self.spot(event), self.view.get_untracked());
        let Some(mut gesture) = self.gesture.try_get_value() else { return };
        let Some(finger) = gesture.fingers.iter_mut().find(|(id, _)| *id == event.pointer_id()) else { return };
        finger.1 = at;
        match &mut gesture.action {
            Action::Nothing => {}
            Action::Pan { from, view: before, moved } => {
                *moved |= from.distance(at) > SHAKE;
                if *moved {
                    self.view.set(before.panned(at.x - from.x, at.y - from.y));
                }
            }
            Action::Pinch { middle, apart, view: before } => {
                if let Some((now, wide)) = spread(&gesture.fingers) {
                    self.view.set(before.zoomed(*middle, wide / *apart).panned(now.x - middle.x, now.y - middle.y));
                }
            }
            Action::Move { id, from, grabbed, moved } => {
                if !*moved && self.may_write && from.distance(at) > SHAKE {
                    *moved = true;
                    self.dragged.set(Some(id.clone()));
                }
                if *moved {
                    let on_canvas = view.to_canvas(at);
                    let to = geometry::snap(Spot::new(on_canvas.x - grabbed.x, on_canvas.y - grabbed.y));
                    if self.dragged_to.get_untracked() != to {
                        self.dragged_to.set(to);
                    }
                }
            }
            Action::Draw { from, moved } => {
                *moved |= from.distance(at) > SHAKE;
                let on_canvas = view.to_canvas(at);
                let aimed = self.node_under(on_canvas);
                self.wire.update(|w| {
                    if let Some(wire) = w {
                        wire.end = on_canvas;
                    }
                });
                if self.aimed.get_untracked() != aimed {
                    self.aimed.set(aimed);
                }
            }
        }
        self.gesture.set_value(gesture);
    }

    /// The node that a loose end at this place would connect to.
    fn node_under(&self, at: Spot) -> Option<NodeId> {
        let wire = self.wire.get_untracked()?;
        let may = |kind: &domain::flow::NodeKind| *kind != domain::flow::NodeKind::Start;
        self.doc.with_untracked(|d| {
            geometry::hit(d.now(), self.height(), at)
                .filter(|n| n.id != wire.from && may(&n.kind))
                .map(|n| n.id.clone())
        })
    }

    /// The pointer is lifted.
    pub fn release(&self, event: &PointerEvent) {
        let at = self.spot(event);
        let Some(mut gesture) = self.gesture.try_get_value() else { return };
        gesture.fingers.retain(|(id, _)| *id != event.pointer_id());
        let action = std::mem::take(&mut gesture.action);
        if let (Action::Pinch { .. }, [(_, rest)]) = (&action, gesture.fingers.as_slice()) {
            // One finger stays: it goes on panning from where it is.
            gesture.action = Action::Pan { from: *rest, view: self.view.get_untracked(), moved: true };
        }
        self.gesture.set_value(gesture);
        match action {
            Action::Pan { moved: false, .. } => self.selection.set(Selected::Nothing),
            Action::Move { id, moved: true, .. } => {
                self.edit(&FlowEdit::Move { id, at: self.dragged_to.get_untracked() });
                self.dragged.set(None);
            }
            Action::Draw { moved, .. } => self.finish_wire(at, moved),
            _ => {}
        }
    }

    /// A way ends over a node: connect. Over the ground: offer a step to put there. Where it began: offer a step to insert.
    fn finish_wire(&self, at: Spot, moved: bool) {
        let wire = self.wire.get_untracked();
        let aimed = self.aimed.get_untracked();
        self.wire.set(None);
        self.aimed.set(None);
        let Some(Wire { from, port, .. }) = wire else { return };
        match aimed {
            _ if !moved => self.menu.set(Some(KindMenu { at, place: Place::Behind(from, port) })),
            Some(to) => {
                self.edit(&FlowEdit::Connect { from, port, to });
            }
            None => {
                let spot = self.view.get_untracked().to_canvas(at);
                let corner = geometry::snap(Spot::new(spot.x - geometry::WIDTH / 2.0, spot.y));
                self.menu.set(Some(KindMenu { at, place: Place::Free(corner, Some((from, port))) }));
            }
        }
    }

    /// The browser took the pointer away, or a gesture gave way to another: nothing of it stays.
    pub fn cancel(&self) {
        self.gesture.update_value(|g| {
            g.fingers.clear();
            g.action = Action::Nothing;
        });
        self.drop_drag();
    }

    fn drop_drag(&self) {
        if self.dragged.with_untracked(Option::is_some) {
            self.dragged.set(None);
        }
        if self.wire.with_untracked(Option::is_some) {
            self.wire.set(None);
            self.aimed.set(None);
        }
    }

    /// A step was dragged out of the palette and let go at this place of the window.
    pub fn drop_carried(&self) {
        let Some(carried) = self.carried.get_untracked() else { return };
        self.carried.set(None);
        let Some(canvas) = dom::rect(self.root) else { return };
        if !canvas.has(carried.at) {
            return;
        }
        let screen = Spot::new(carried.at.x - canvas.x, carried.at.y - canvas.y);
        let spot = self.view.get_untracked().to_canvas(screen);
        let corner = geometry::snap(Spot::new(spot.x - geometry::WIDTH / 2.0, spot.y - self.height() / 2.0));
        // Let go on a node: behind it. Elsewhere: to that very place.
        let on = self.doc.with_untracked(|d| {
            let node = geometry::hit(d.now(), self.height(), spot)?;
            super::kinds::insert_point(d.now(), Some(&node.id))
        });
        let place = match on {
            Some((from, port)) => Place::Behind(from, port),
            None => Place::Free(corner, None),
        };
        self.add(carried.offer, &place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fingers_have_a_middle_and_a_distance() {
        let fingers = [(1, Spot::new(0.0, 0.0)), (2, Spot::new(6.0, 8.0)), (3, Spot::new(99.0, 99.0))];
        assert_eq!(spread(&fingers), Some((Spot::new(3.0, 4.0), 10.0)));
        assert_eq!(spread(&fingers[..1]), None);
        assert_eq!(spread(&[(1, Spot::default()), (2, Spot::default())]).map(|(_, d)| d), Some(1.0), "never zero");
    }
}
