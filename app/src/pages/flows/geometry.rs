//! Where things are on the canvas: pure arithmetic over the drawing. Not here: signals, elements, events.
//!
//! Canvas pixels are those of `domain::flow::Point`; screen pixels count from the canvas's own top left corner.

use domain::flow::edit::ROW;
use domain::flow::{FlowGraph, Node, NodeId, Point};

/// How far out and in one may zoom.
pub const ZOOM: (f64, f64) = (0.25, 2.0);
/// A node's usual width.
pub const WIDTH: f64 = 220.0;
/// A node's height without counters, and with them.
pub const HEIGHT: (f64, f64) = (62.0, 86.0);
/// The room that one exit's label needs.
const PORT_ROOM: f64 = 78.0;
/// Nodes stand on multiples of this.
const GRID: f64 = 10.0;

/// A place, as fine as a pointer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spot {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Spot {
    /// A place.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// How far it is to another place.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl From<Point> for Spot {
    fn from(at: Point) -> Self {
        Self::new(f64::from(at.x), f64::from(at.y))
    }
}

/// A box.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
}

impl Rect {
    /// Whether a place is inside.
    pub fn has(self, at: Spot) -> bool {
        (self.x..=self.x + self.w).contains(&at.x) && (self.y..=self.y + self.h).contains(&at.y)
    }

    fn right(self) -> f64 {
        self.x + self.w
    }
}

/// The part of the canvas that is seen: screen = canvas × `k` + (`x`, `y`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Where the canvas's origin is on the screen.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// How large things are.
    pub k: f64,
}

impl Default for View {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, k: 1.0 }
    }
}

impl View {
    /// Where a place on the screen is on the canvas.
    pub fn to_canvas(self, at: Spot) -> Spot {
        Spot::new((at.x - self.x) / self.k, (at.y - self.y) / self.k)
    }

    /// Where a place on the canvas is on the screen.
    pub fn to_screen(self, at: Spot) -> Spot {
        Spot::new(at.x * self.k + self.x, at.y * self.k + self.y)
    }

    /// Larger or smaller, with the place under the pointer staying where it is.
    pub fn zoomed(self, at: Spot, factor: f64) -> Self {
        let fixed = self.to_canvas(at);
        let k = (self.k * factor).clamp(ZOOM.0, ZOOM.1);
        Self { x: at.x - fixed.x * k, y: at.y - fixed.y * k, k }
    }

    /// Shifted by so many screen pixels.
    pub fn panned(self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }
}

/// A node's box. Many exits make it wider, so that their labels do not run into each other.
pub fn node_rect(at: Spot, exits: usize, height: f64) -> Rect {
    let wanted = u32::try_from(exits).map_or(WIDTH, |n| f64::from(n) * PORT_ROOM);
    Rect { x: at.x, y: at.y, w: wanted.max(WIDTH), h: height }
}

/// The box of a node of a drawing.
pub fn rect_of(node: &Node, height: f64) -> Rect {
    node_rect(node.at.into(), node.kind.exits().len(), height)
}

/// Where the exit of that number leaves the box: spread evenly along its lower edge.
pub fn exit_spot(rect: Rect, index: usize, count: usize) -> Spot {
    let share = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    Spot::new(rect.x + rect.w * (share(index) + 0.5) / share(count.max(1)), rect.y + rect.h)
}

/// Where ways enter the box.
pub fn entry_spot(rect: Rect) -> Spot {
    Spot::new(rect.x + rect.w / 2.0, rect.y)
}

/// How a way is drawn, and where its plus button stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The path, as SVG writes it.
    pub d: String,
    /// A place on the path, clear of the exit's label.
    pub mid: Spot,
}

/// The way from an exit to a node: in a gentle curve to the next row; beside the boxes where it passes rows or leads back up.
pub fn way(from: Spot, source: Rect, target: Rect) -> Way {
    let to = entry_spot(target);
    let dy = to.y - from.y;
    if dy < 24.0 || dy > f64::from(ROW) * 1.4 {
        return around(from, to, lane(source, target));
    }
    loose_way(from, to)
}

/// A way whose end hangs in the air, or meets a node that is near.
pub fn loose_way(from: Spot, to: Spot) -> Way {
    let dy = to.y - from.y;
    let bend = if dy >= 0.0 { dy * 0.5 } else { 6.25 * (-dy).sqrt() };
    let (c1, c2) = (Spot::new(from.x, from.y + bend), Spot::new(to.x, to.y - bend));
    let d = format!(
        "M{:.1},{:.1} C{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}",
        from.x, from.y, c1.x, c1.y, c2.x, c2.y, to.x, to.y
    );
    Way { d, mid: bezier(from, c1, c2, to, 0.6) }
}

/// The upright line beside the boxes that a way around takes.
fn lane(source: Rect, target: Rect) -> f64 {
    let gap = 30.0;
    if target.x > source.right() {
        source.right() + gap
    } else if target.right() < source.x {
        source.x - gap
    } else {
        source.right().max(target.right()) + gap
    }
}

fn around(from: Spot, to: Spot, lane: f64) -> Way {
    // The corners are cubic curves, so that the path has no kinks; `r` shrinks when there is little room.
    let (out, back) = (from.y + 26.0, to.y - 26.0);
    let r = 14.0_f64.min((lane - from.x).abs() / 2.0).min((lane - to.x).abs() / 2.0).min((back - out).abs() / 2.0);
    let (sx, ex) = (r.copysign(lane - from.x), r.copysign(to.x - lane));
    let sy = r.copysign(back - out);
    let d = format!(
        "M{:.1},{:.1} C{:.1},{out:.1} {:.1},{out:.1} {:.1},{out:.1} L{:.1},{out:.1} C{lane:.1},{out:.1} {lane:.1},{out:.1} {lane:.1},{:.1} \
         L{lane:.1},{:.1} C{lane:.1},{back:.1} {lane:.1},{back:.1} {:.1},{back:.1} L{:.1},{back:.1} C{:.1},{back:.1} {:.1},{back:.1} {:.1},{:.1}",
        from.x,
        from.y,
        from.x,
        from.x,
        from.x + sx,
        lane - sx,
        out + sy,
        back - sy,
        lane + ex,
        to.x - ex,
        to.x,
        to.x,
        to.x,
        to.y,
    );
    Way { d, mid: Spot::new(lane, f64::midpoint(out, back)) }
}

fn bezier(a: Spot, b: Spot, c: Spot, d: Spot, t: f64) -> Spot {
    let u = 1.0 - t;
    let mix =
        |a: f64, b: f64, c: f64, d: f64| u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d;
    Spot::new(mix(a.x, b.x, c.x, d.x), mix(a.y, b.y, c.y, d.y))
}

/// The box around the whole drawing.
pub fn bounds(graph: &FlowGraph, height: f64) -> Option<Rect> {
    graph.nodes.iter().map(|n| rect_of(n, height)).reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect { x, y, w: a.right().max(b.right()) - x, h: (a.y + a.h).max(b.y + b.h) - y }
    })
}

/// The view that shows the whole drawing, never larger than life.
pub fn fit(graph: &FlowGraph, height: f64, screen: Spot) -> View {
    let Some(all) = bounds(graph, height) else { return View::default() };
    let margin = 56.0;
    let room = Spot::new((screen.x - 2.0 * margin).max(40.0), (screen.y - 2.0 * margin).max(40.0));
    let k = (room.x / all.w).min(room.y / all.h).clamp(ZOOM.0, 1.0);
    View { x: (screen.x - all.w * k) / 2.0 - all.x * k, y: (screen.y - all.h * k) / 2.0 - all.y * k, k }
}

/// The view a drawing opens with: the whole of it if that can be read, else its upper part.
pub fn opening(graph: &FlowGraph, height: f64, screen: Spot) -> View {
    let whole = fit(graph, height, screen);
    let (Some(all), readable) = (bounds(graph, height), 0.8) else { return whole };
    if whole.k >= readable {
        return View { y: whole.y.min(56.0 - all.y * whole.k), ..whole };
    }
    let wide = (screen.x - 48.0) / all.w;
    let k = readable.min(wide.max(whole.k)).max(ZOOM.0);
    View { x: (screen.x - all.w * k) / 2.0 - all.x * k, y: 40.0 - all.y * k, k }
}

/// The view shifted just so far that the box is seen.
pub fn reveal(view: View, rect: Rect, screen: Spot) -> View {
    let margin = 32.0;
    let a = view.to_screen(Spot::new(rect.x, rect.y));
    let b = view.to_screen(Spot::new(rect.x + rect.w, rect.y + rect.h));
    let shift = |low: f64, high: f64, room: f64| {
        if low < margin {
            margin - low
        } else if high > room - margin {
            (room - margin - high).max(margin - low)
        } else {
            0.0
        }
    };
    view.panned(shift(a.x, b.x, screen.x), shift(a.y, b.y, screen.y))
}

/// The topmost node at a place, with a little tolerance for fingers.
pub fn hit(graph: &FlowGraph, height: f64, at: Spot) -> Option<&Node> {
    graph.nodes.iter().rev().find(|n| {
        let r = rect_of(n, height);
        Rect { x: r.x - 8.0, y: r.y - 14.0, w: r.w + 16.0, h: r.h + 20.0 }.has(at)
    })
}

/// The nearest place that nodes stand on.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
pub fn snap(at: Spot) -> Point {
    let round = |v: f64| ((v / GRID).round() * GRID).clamp(-100_000.0, 100_000.0) as i32;
    Point { x: round(at.x), y: round(at.y) }
}

/// Which way an arrow key points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Arrow {
    Up,
    Down,
    Left,
    Right,
}

/// The node an arrow key leads to: along the ways if there is one in that direction, else the nearest there.
pub fn neighbour(graph: &FlowGraph, id: &str, arrow: Arrow) -> Option<NodeId> {
    let here = graph.node(id)?;
    let joined = |n: &Node| {
        graph.edges.iter().any(|e| (e.from == here.id && e.to == n.id) || (e.to == here.id && e.from == n.id))
    };
    let score = |n: &Node| -> Option<(bool, i32)> {
        let (dx, dy) = (n.at.x - here.at.x, n.at.y - here.at.y);
        let (ahead, aside) = match arrow {
            Arrow::Down => (dy, dx),
            Arrow::Up => (-dy, dx),
            Arrow::Right => (dx, dy),
            Arrow::Left => (-dx, dy),
        };
        (n.id != here.id && ahead > 0)
            .then(|| (!joined(n), ahead.saturating_add(aside.saturating_abs().saturating_mul(2))))
    };
    graph.nodes.iter().filter_map(|n| score(n).map(|s| (s, n))).min_by_key(|(s, _)| *s).map(|(_, n)| n.id.clone())
}
