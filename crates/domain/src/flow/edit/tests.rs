//! Changes of a drawing.

use super::*;

fn delay() -> NodeKind {
    NodeKind::Delay { secs: 60 }
}

#[test]
fn gestures_change_the_drawing_and_nonsense_does_not() {
    let g = FlowGraph::blank().apply(&FlowEdit::Add { kind: delay(), at: Point { x: 5, y: 6 } });
    assert_eq!(g.nodes[1].id, "n2");
    let g = g.apply(&FlowEdit::Connect { from: "n1".into(), port: "next".into(), to: "n2".into() });
    assert_eq!(g.edges.len(), 1);
    for nonsense in [
        FlowEdit::Connect { from: "n2".into(), port: "next".into(), to: "n1".into() },
        FlowEdit::Connect { from: "n2".into(), port: "reply".into(), to: "n2".into() },
        FlowEdit::Connect { from: "n2".into(), port: "next".into(), to: "n2".into() },
        FlowEdit::Connect { from: "n9".into(), port: "next".into(), to: "n2".into() },
        FlowEdit::Remove { id: "n1".into() },
        FlowEdit::Remove { id: "n9".into() },
    ] {
        assert_eq!(g.apply(&nonsense), g, "{nonsense:?}");
    }
    let g = g.apply(&FlowEdit::Remove { id: "n2".into() });
    assert_eq!(g, FlowGraph::blank());
}

#[test]
fn inserting_keeps_what_followed() {
    let g = FlowGraph::blank()
        .apply(&FlowEdit::InsertAfter { from: "n1".into(), port: "next".into(), kind: NodeKind::End })
        .apply(&FlowEdit::InsertAfter { from: "n1".into(), port: "next".into(), kind: delay() });
    assert_eq!(g.target("n1", "next").map(|n| n.id.as_str()), Some("n3"));
    assert_eq!(g.target("n3", "next").map(|n| n.id.as_str()), Some("n2"));
    assert!(g.node("n2").is_some_and(|n| n.at.y > g.node("n3").map_or(0, |n| n.at.y)));
}

#[test]
fn changing_a_kind_drops_the_ways_it_no_longer_has() {
    let g = FlowGraph::blank()
        .apply(&FlowEdit::InsertAfter {
            from: "n1".into(),
            port: "next".into(),
            kind: NodeKind::WaitReply { timeout_secs: 60 },
        })
        .apply(&FlowEdit::InsertAfter { from: "n2".into(), port: "reply".into(), kind: NodeKind::End })
        .apply(&FlowEdit::Change { id: "n2".into(), kind: delay() });
    assert!(g.edges.iter().all(|e| e.from != "n2"));
}

#[test]
fn ways_follow_their_cases() {
    use super::super::condition::{Case, Test};
    let case = |test| Case { test, value: String::new() };
    let cases = vec![case(Test::Positive), case(Test::Negative), case(Test::Question)];
    let mut g = FlowGraph::blank().apply(&FlowEdit::Add { kind: NodeKind::Branch { cases }, at: Point::default() });
    for to in ["n3", "n4", "n5", "n6"] {
        g = g.apply(&FlowEdit::Add { kind: NodeKind::End, at: Point::default() });
        let port = if to == "n6" { "else".to_owned() } else { format!("case:{}", g.nodes.len() - 3) };
        g = g.apply(&FlowEdit::Connect { from: "n2".into(), port, to: to.into() });
    }
    let goes = |g: &FlowGraph| -> Vec<String> {
        let exits = g.node("n2").map(|n| n.kind.exits()).unwrap_or_default();
        exits
            .iter()
            .map(|e| format!("{} {}", e.label, g.target("n2", &e.port).map_or("-", |n| n.id.as_str())))
            .collect()
    };
    assert_eq!(goes(&g), ["says yes n3", "says no n4", "asks n5", "otherwise n6"]);
    let moved = g.apply(&FlowEdit::MoveCase { id: "n2".into(), case: 2, to: 0 });
    assert_eq!(goes(&moved), ["asks n5", "says yes n3", "says no n4", "otherwise n6"]);
    let fewer = g.apply(&FlowEdit::RemoveCase { id: "n2".into(), case: 0 });
    assert_eq!(goes(&fewer), ["says no n4", "asks n5", "otherwise n6"]);
    assert_eq!(g.apply(&FlowEdit::MoveCase { id: "n2".into(), case: 0, to: 9 }), g);
    assert_eq!(g.apply(&FlowEdit::RemoveCase { id: "n1".into(), case: 0 }), g);
}

#[test]
fn the_starter_is_arranged_as_it_is_drawn() {
    let drawn = super::super::starter::sms_whatsapp_voice(None, None, None, None, 60);
    let arranged = drawn.apply(&FlowEdit::Arrange);
    let at = |id: &str| arranged.node(id).map(|n| (n.at.x / COLUMN, n.at.y / ROW));
    for (row, id) in ["n1", "n2", "n3", "n5", "n6", "n7", "n8"].into_iter().enumerate() {
        assert_eq!(at(id), Some((0, i32::try_from(row).unwrap_or(-1))), "{id} is on the main line");
    }
    let mut places: Vec<_> = arranged.nodes.iter().map(|n| (n.at.x, n.at.y)).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), arranged.nodes.len(), "no two nodes share a place");
    for edge in &arranged.edges {
        let (Some(a), Some(b)) = (arranged.node(&edge.from), arranged.node(&edge.to)) else { continue };
        assert!(a.at.y < b.at.y, "{} leads down to {}", a.id, b.id);
    }
}

#[test]
fn a_large_drawing_is_arranged_and_checked_at_once() {
    // 500 nodes whose ways are listed backwards, all in one great loop with a wait in it. Quadratic searching by name took minutes.
    let mut g = FlowGraph::blank();
    for i in 2..=500 {
        g.nodes.push(Node { id: format!("n{i}"), title: String::new(), at: Point::default(), kind: delay() });
    }
    g.nodes[1].kind = NodeKind::Delay { secs: 3_600 };
    g.edges.push(Edge { from: "n500".into(), port: "next".into(), to: "n2".into() });
    g.edges.extend((1..500).rev().map(|i| Edge {
        from: format!("n{i}"),
        port: "next".into(),
        to: format!("n{}", i + 1),
    }));
    let g = g.apply(&FlowEdit::Arrange);
    assert_eq!(g.node("n500").map(|n| (n.at.x, n.at.y)), Some((0, 499 * ROW)));
    let codes: Vec<_> = g.check(&super::super::check::Known::default()).into_iter().map(|p| p.code).collect();
    assert_eq!(codes, ["no_send"]);
}

#[test]
fn arranging_a_loop_ends() {
    let mut g = FlowGraph::blank();
    for _ in 0..3 {
        g = g.apply(&FlowEdit::Add { kind: delay(), at: Point::default() });
    }
    for (a, b) in [("n1", "n2"), ("n2", "n3"), ("n3", "n2")] {
        g = g.apply(&FlowEdit::Connect { from: a.into(), port: "next".into(), to: b.into() });
    }
    let g = g.apply(&FlowEdit::Arrange);
    let mut places: Vec<_> = g.nodes.iter().map(|n| (n.at.x, n.at.y)).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 4, "no two nodes share a place");
}
