//! Where things are, tried with the acceptance flow.

use super::geometry::*;
use domain::flow::starter::sms_whatsapp_voice;
use domain::flow::{FlowGraph, Point};

fn starter() -> FlowGraph {
    sms_whatsapp_voice(None, None, None, None, 60)
}

#[test]
fn exits_are_spread_along_the_lower_edge() {
    let rect = node_rect(Spot::new(100.0, 50.0), 2, 62.0);
    assert_eq!(rect.w, WIDTH);
    assert_eq!(exit_spot(rect, 0, 1), Spot::new(210.0, 112.0));
    assert_eq!(exit_spot(rect, 0, 2), Spot::new(155.0, 112.0));
    assert_eq!(exit_spot(rect, 1, 2), Spot::new(265.0, 112.0));
    assert_eq!(entry_spot(rect), Spot::new(210.0, 50.0));
    assert!(node_rect(Spot::default(), 5, 62.0).w > WIDTH, "five labels need more room");
}

#[test]
fn zooming_keeps_the_place_under_the_pointer() {
    let view = View { x: 12.0, y: -30.0, k: 0.8 };
    let pointer = Spot::new(321.0, 123.0);
    let before = view.to_canvas(pointer);
    for factor in [1.25, 0.5, 100.0, 0.001] {
        let zoomed = view.zoomed(pointer, factor);
        assert!(zoomed.to_canvas(pointer).distance(before) < 1e-9);
        assert!((ZOOM.0..=ZOOM.1).contains(&zoomed.k));
    }
    assert!(view.to_canvas(view.to_screen(pointer)).distance(pointer) < 1e-9);
}

#[test]
fn fitting_shows_every_node() {
    for screen in [Spot::new(1200.0, 700.0), Spot::new(390.0, 600.0), Spot::new(2000.0, 3000.0)] {
        let graph = starter();
        let view = fit(&graph, 62.0, screen);
        for node in &graph.nodes {
            let r = rect_of(node, 62.0);
            for corner in [Spot::new(r.x, r.y), Spot::new(r.x + r.w, r.y + r.h)] {
                let s = view.to_screen(corner);
                assert!((0.0..=screen.x).contains(&s.x) && (0.0..=screen.y).contains(&s.y), "{} at {s:?}", node.id);
            }
        }
    }
    assert!(fit(&FlowGraph::blank(), 62.0, Spot::new(1000.0, 800.0)).k <= 1.0);
    assert_eq!(fit(&FlowGraph { nodes: vec![], ..FlowGraph::blank() }, 62.0, Spot::default()), View::default());
}

#[test]
fn a_drawing_opens_readable_with_its_start_in_sight() {
    let screen = Spot::new(900.0, 600.0);
    let view = opening(&starter(), 62.0, screen);
    assert!(view.k > fit(&starter(), 62.0, screen).k);
    let start = view.to_screen(Spot::new(0.0, 0.0));
    assert!(start.x > 0.0 && (0.0..100.0).contains(&start.y), "{start:?}");
}

#[test]
fn revealing_moves_only_what_is_hidden() {
    let screen = Spot::new(800.0, 600.0);
    let seen = Rect { x: 100.0, y: 100.0, w: 220.0, h: 62.0 };
    assert_eq!(reveal(View::default(), seen, screen), View::default());
    let below = Rect { y: 900.0, ..seen };
    let moved = reveal(View::default(), below, screen);
    assert_eq!(moved.x, 0.0);
    assert!(moved.to_screen(Spot::new(0.0, 962.0)).y <= 600.0);
}

#[test]
fn the_topmost_node_is_hit() {
    let graph = starter();
    assert_eq!(hit(&graph, 62.0, Spot::new(110.0, 30.0)).map(|n| n.id.as_str()), Some("n1"));
    assert_eq!(hit(&graph, 62.0, Spot::new(110.0, 105.0)).map(|n| n.id.as_str()), None);
    let mut pile = graph;
    pile.nodes[1].at = Point::default();
    assert_eq!(hit(&pile, 62.0, Spot::new(110.0, 30.0)).map(|n| n.id.as_str()), Some("n2"));
}

#[test]
fn ways_begin_at_the_exit_and_end_at_the_entry() {
    let at = |x, y| node_rect(Spot::new(x, y), 1, 62.0);
    for (source, target, what) in [
        (at(0.0, 0.0), at(0.0, 150.0), "below"),
        (at(0.0, 0.0), at(280.0, 150.0), "beside"),
        (at(0.0, 0.0), at(0.0, 600.0), "far below"),
        (at(0.0, 600.0), at(0.0, 0.0), "back up"),
        (at(0.0, 600.0), at(280.0, 0.0), "back up, right"),
        (at(280.0, 600.0), at(0.0, 0.0), "back up, left"),
        (at(0.0, 0.0), at(0.0, 0.0), "on top of each other"),
    ] {
        let from = exit_spot(source, 0, 1);
        let to = entry_spot(target);
        let way = way(from, source, target);
        assert!(way.d.starts_with(&format!("M{:.1},{:.1} ", from.x, from.y)), "{what}: {}", way.d);
        assert!(way.d.ends_with(&format!("{:.1},{:.1}", to.x, to.y)), "{what}: {}", way.d);
        assert!(!way.d.contains("NaN"), "{what}: {}", way.d);
    }
    let far = way(exit_spot(at(0.0, 0.0), 0, 1), at(0.0, 0.0), at(0.0, 600.0));
    assert!(far.mid.x > WIDTH, "goes around the boxes between");
}

#[test]
fn nodes_snap_to_the_grid() {
    assert_eq!(snap(Spot::new(14.9, -15.1)), Point { x: 10, y: -20 });
    assert_eq!(snap(Spot::new(f64::INFINITY, 0.0)), Point { x: 100_000, y: 0 });
}

#[test]
fn arrows_follow_the_ways() {
    let graph = starter();
    assert_eq!(neighbour(&graph, "n1", Arrow::Down).as_deref(), Some("n2"));
    assert_eq!(neighbour(&graph, "n2", Arrow::Up).as_deref(), Some("n1"));
    assert_eq!(neighbour(&graph, "n5", Arrow::Right).as_deref(), Some("n4"));
    assert_eq!(neighbour(&graph, "n1", Arrow::Up), None);
    assert_eq!(neighbour(&graph, "n99", Arrow::Down), None);
}
