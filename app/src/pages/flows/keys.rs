//! What the keys do. Not in text fields, dialogs and menus: there they belong to whoever types.

use leptos::prelude::*;

use super::dom::{self, Focus};
use super::geometry::{self, Arrow};
use super::outline;
use super::state::{Editor, KindMenu, Place, Selected};
use crate::ui::browser;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// One step back.
    Undo,
    /// One step forward.
    Redo,
    /// Save.
    Save,
    /// Remove what is selected.
    Remove,
    /// To the next step in that direction.
    Go(Arrow),
    /// Into the inspector.
    Inspect,
    /// Add a step after the selected one.
    Insert,
    /// Show everything.
    Fit,
    /// At its true size.
    Reset,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// Let go of the selection.
    Leave,
    /// While held, everything pans.
    Space,
}

/// What a key asks for, by where the keyboard is.
pub fn command(key: &str, with_ctrl: bool, with_shift: bool, focus: Focus) -> Option<Command> {
    if with_ctrl {
        return match (key, focus) {
            ("s" | "S", _) => Some(Command::Save),
            (_, Focus::Typing) => None,
            ("z" | "Z", _) => Some(if with_shift { Command::Redo } else { Command::Undo }),
            ("y" | "Y", _) => Some(Command::Redo),
            _ => None,
        };
    }
    match (key, focus) {
        (_, Focus::Typing) => None,
        ("Escape", _) => Some(Command::Leave),
        ("n" | "N", _) => Some(Command::Insert),
        ("1", _) => Some(Command::Fit),
        ("0", _) => Some(Command::Reset),
        ("+" | "=", _) => Some(Command::ZoomIn),
        ("-" | "_", _) => Some(Command::ZoomOut),
        (_, Focus::Control) => None,
        ("Delete" | "Backspace", _) => Some(Command::Remove),
        ("Enter", _) => Some(Command::Inspect),
        (" ", _) => Some(Command::Space),
        ("ArrowUp", _) => Some(Command::Go(Arrow::Up)),
        ("ArrowDown", _) => Some(Command::Go(Arrow::Down)),
        ("ArrowLeft", _) => Some(Command::Go(Arrow::Left)),
        ("ArrowRight", _) => Some(Command::Go(Arrow::Right)),
        _ => None,
    }
}

impl Editor {
    fn on_canvas(&self) -> bool {
        self.mode.with_untracked(|m| m == "canvas")
    }

    /// Selects a step and moves the keyboard to it.
    fn walk_to(&self, id: &str) {
        self.go_to(id);
        let element = if self.on_canvas() { format!("flow-node-{id}") } else { format!("flow-line-{id}") };
        let quietly = self.on_canvas();
        dom::soon(move || if quietly { dom::focus_quietly(&element) } else { browser::focus(&element) });
    }

    fn go(&self, arrow: Arrow) {
        let selected = self.selected_node_untracked();
        let next = self.doc.with_untracked(|d| match (&selected, self.on_canvas()) {
            (Some(id), true) => geometry::neighbour(d.now(), id, arrow),
            (None, true) => d.now().start().map(|n| n.id.clone()),
            (id, false) => outline::beside(d.now(), id.as_deref(), matches!(arrow, Arrow::Up | Arrow::Left)),
        });
        if let Some(next) = next {
            self.walk_to(&next);
        }
    }

    /// Opens the menu of steps behind the selection, where it can be seen.
    pub fn open_insert_menu(&self) {
        if !self.may_write {
            return;
        }
        let selected = self.selected_node_untracked();
        let place = match self.selection.get_untracked() {
            Selected::Edge(from, port) => Some((from, port)),
            _ => self.doc.with_untracked(|d| super::kinds::insert_point(d.now(), selected.as_deref())),
        };
        let Some((from, port)) = place else { return };
        let spot = self.doc.with_untracked(|d| {
            let node = d.now().node(&from)?;
            let exits = node.kind.exits();
            let index = exits.iter().position(|e| e.port == port)?;
            Some(geometry::exit_spot(geometry::rect_of(node, self.height()), index, exits.len()))
        });
        let at = self.view.get_untracked().to_screen(spot.unwrap_or_default());
        self.menu.set(Some(KindMenu { at, place: Place::Behind(from, port) }));
    }

    /// Carries out what a key asks for; says whether it did.
    fn obey(&self, command: Command) -> bool {
        let canvas = self.on_canvas();
        match command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Save => self.save(false),
            Command::Remove => match self.selection.get_untracked() {
                Selected::Node(id) => self.remove_node(&id),
                Selected::Edge(from, port) => self.remove_edge(&from, &port),
                Selected::Nothing => return false,
            },
            Command::Go(arrow) => self.go(arrow),
            Command::Inspect => {
                if !canvas || self.selected_node_untracked().is_none() {
                    return false;
                }
                browser::focus("flow-title");
            }
            Command::Insert if canvas => self.open_insert_menu(),
            Command::Fit if canvas => self.fit(),
            Command::Reset if canvas => {
                let k = self.view.get_untracked().k;
                self.zoom(1.0 / k);
            }
            Command::ZoomIn if canvas => self.zoom(1.25),
            Command::ZoomOut if canvas => self.zoom(1.0 / 1.25),
            Command::Leave => {
                self.menu.set(None);
                self.cancel();
                self.selection.set(Selected::Nothing);
            }
            Command::Space if canvas => self.gesture.update_value(|g| g.space = true),
            _ => return false,
        }
        true
    }

    /// Listens to the keys while the editor is there.
    pub fn listen(&self) {
        let editor = *self;
        Effect::new(move |_| {
            let down = window_event_listener(leptos::ev::keydown, move |event| {
                if event.default_prevented() || event.alt_key() {
                    return;
                }
                let with_ctrl = event.ctrl_key() || event.meta_key();
                let asked = command(&event.key(), with_ctrl, event.shift_key(), dom::focus_of(&event));
                if asked.is_some_and(|c| editor.obey(c)) {
                    event.prevent_default();
                }
            });
            let up = window_event_listener(leptos::ev::keyup, move |event| {
                if event.key() == " " {
                    editor.gesture.try_update_value(|g| g.space = false);
                }
            });
            on_cleanup(move || {
                down.remove();
                up.remove();
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_they_say_only_where_they_are_ours() {
        let c = |key, focus| command(key, false, false, focus);
        assert_eq!(c("n", Focus::Canvas), Some(Command::Insert));
        assert_eq!(c("n", Focus::Typing), None);
        assert_eq!(c("Delete", Focus::Typing), None);
        assert_eq!(c("Delete", Focus::Control), None, "a focused button is not the step");
        assert_eq!(c("Delete", Focus::Canvas), Some(Command::Remove));
        assert_eq!(c("ArrowDown", Focus::Canvas), Some(Command::Go(Arrow::Down)));
        assert_eq!(c("Enter", Focus::Control), None);
        assert_eq!(command("z", true, false, Focus::Canvas), Some(Command::Undo));
        assert_eq!(command("Z", true, true, Focus::Canvas), Some(Command::Redo));
        assert_eq!(command("y", true, false, Focus::Canvas), Some(Command::Redo));
        assert_eq!(command("z", true, false, Focus::Typing), None, "a field has its own undo");
        assert_eq!(command("s", true, false, Focus::Typing), Some(Command::Save));
        assert_eq!(command("n", true, false, Focus::Canvas), None);
    }
}
