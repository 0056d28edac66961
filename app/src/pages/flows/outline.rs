//! The outline: the same drawing as a list, for the keyboard, screen readers and phones. The main line runs down; other exits are
//! indented. It is what the server renders.

use std::collections::HashMap;

use domain::flow::{FlowGraph, NodeId, NodeKind, Port};
use leptos::prelude::*;

use super::gallery::Invitation;
use super::kinds::{self, Offer, main_exit};
use super::state::{Place, Selected, use_editor};
use crate::ui::{Choice, Icon, Select};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// How far it is indented.
    pub depth: usize,
    /// By which exit one comes here, where that needs saying.
    pub via: String,
    /// What stands there.
    pub what: What,
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// A step, with its number.
    Step(NodeId, usize),
    /// A step that stands in an earlier line, with that line's number.
    Again(NodeId, usize),
    /// Nothing yet behind this exit.
    Missing(NodeId, Port),
}

/// The whole drawing, line by line.
pub fn rows(graph: &FlowGraph) -> Vec<Row> {
    let mut lines = Lines { graph, rows: vec![], taken: vec![] };
    if let Some(start) = graph.start() {
        lines.line(&start.id, 0, String::new());
    }
    for node in &graph.nodes {
        if !lines.taken.contains(&node.id) {
            lines.line(&node.id, 0, "Not connected".into());
        }
    }
    numbered(lines.rows)
}

struct Lines<'a> {
    graph: &'a FlowGraph,
    rows: Vec<Row>,
    /// The nodes that have their line, or will have it further down.
    taken: Vec<NodeId>,
}

impl Lines<'_> {
    /// A node and everything behind it. The main line is taken first, so that a side exit that joins it again does not carry it off.
    fn line(&mut self, first: &str, depth: usize, via: String) {
        let mut chain: Vec<(NodeId, String)> = vec![];
        let (mut next, mut how) = (Some(first.to_owned()), via);
        let mut joins = None;
        while let Some(id) = next.take() {
            let Some(node) = self.graph.node(&id) else { break };
            if self.taken.contains(&id) {
                joins = Some((id, how));
                break;
            }
            self.taken.push(id.clone());
            chain.push((id, std::mem::take(&mut how)));
            if let Some(exit) = main_exit(&node.kind) {
                next = self.graph.target(&node.id, &exit).map(|n| n.id.clone());
                how = exit_label(&node.kind, &exit);
            }
        }
        for (id, via) in chain {
            let Some(kind) = self.graph.node(&id).map(|n| n.kind.clone()) else { continue };
            self.push(depth, via, What::Step(id.clone(), 0));
            let main = main_exit(&kind);
            for exit in kind.exits().into_iter().filter(|e| main.as_ref() != Some(&e.port)) {
                match self.graph.target(&id, &exit.port).map(|n| n.id.clone()) {
                    Some(next) => self.line(&next, depth + 1, exit.label),
                    None if exit.required => self.push(depth + 1, exit.label, What::Missing(id.clone(), exit.port)),
                    None => {}
                }
            }
            let open = kind.exits().into_iter().find(|e| main.as_ref() == Some(&e.port) && e.required);
            if let Some(exit) = open.filter(|e| self.graph.target(&id, &e.port).is_none()) {
                self.push(depth, exit_label(&kind, &exit.port), What::Missing(id, exit.port));
            }
        }
        if let Some((id, via)) = joins {
            self.push(depth, via, What::Again(id, 0));
        }
    }

    fn push(&mut self, depth: usize, via: String, what: What) {
        self.rows.push(Row { depth, via, what });
    }
}

/// An exit's label where it says something: not on the plain next.
fn exit_label(kind: &NodeKind, port: &str) -> String {
    let label = kind.exits().into_iter().find(|e| e.port == port).map(|e| e.label);
    label.filter(|_| port != "next").unwrap_or_default()
}

/// Gives every step its number, and every "goes to" the number of its step.
fn numbered(mut rows: Vec<Row>) -> Vec<Row> {
    let mut numbers: HashMap<NodeId, usize> = HashMap::new();
    for row in &mut rows {
        if let What::Step(id, number) = &mut row.what {
            *number = numbers.len() + 1;
            numbers.insert(id.clone(), *number);
        }
    }
    for row in &mut rows {
        if let What::Again(id, number) = &mut row.what {
            *number = numbers.get(id).copied().unwrap_or_default();
        }
    }
    rows
}

/// The step above or below the selected one, in the order of the lines.
pub fn beside(graph: &FlowGraph, selected: Option<&str>, back: bool) -> Option<NodeId> {
    let steps: Vec<NodeId> = rows(graph)
        .into_iter()
        .filter_map(|r| match r.what {
            What::Step(id, _) => Some(id),
            _ => None,
        })
        .collect();
    let at = selected.and_then(|id| steps.iter().position(|s| s == id));
    match (at, back) {
        (None, _) => steps.first().cloned(),
        (Some(i), true) => steps.get(i.checked_sub(1)?).cloned(),
        (Some(i), false) => steps.get(i + 1).cloned(),
    }
}

const INDENT: [&str; 7] = ["", "pl-6", "pl-12", "pl-18", "pl-24", "pl-28", "pl-32"];

/// A list to choose a new step from, for where there is no canvas.
#[component]
pub fn AddStep(
    /// Where the step goes.
    place: Place,
    /// What the list is for, read out.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let editor = use_editor();
    let options: Vec<Choice> = Offer::all().map(|o| Choice::new(o.word(), o.label())).collect();
    let choose = move |word: String| {
        if let Some(offer) = Offer::from_word(&word) {
            editor.add(offer, &place);
        }
    };
    view! { <Select value="" placeholder="Add a step…" options=options label=label on_change=choose disabled=!editor.may_write narrow=true/> }
}

/// The outline.
#[component]
pub fn Outline() -> impl IntoView {
    let editor = use_editor();
    let lines = Memo::new(move |_| editor.doc.with(|d| rows(d.now())));
    let numbered_lines = move || lines.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div data-flow-canvas="outline" class="min-h-0 min-w-0 flex-1 overflow-y-auto bg-canvas">
            <Invitation/>
            <ol aria-label="Steps of the flow" class="mx-auto max-w-3xl space-y-1.5 p-3 sm:p-6">
                <For each=numbered_lines key=Clone::clone let:line>
                    <Line row=line.1/>
                </For>
            </ol>
        </div>
    }
}

/// One line of the outline.
#[component]
fn Line(row: Row) -> impl IntoView {
    let indent = INDENT[row.depth.min(INDENT.len() - 1)];
    let via = (!row.via.is_empty()).then(|| {
        view! {
            <span class="mb-1 ml-3 inline-flex items-center gap-1 text-2xs font-medium text-ink-3">
                <Icon icon=Icon::ArrowDown class="size-3"/>
                {row.via.clone()}
            </span>
        }
    });
    let what = match row.what {
        What::Step(id, number) => view! { <Step id=id number=number/> }.into_any(),
        What::Again(id, number) => view! { <Again id=id number=number/> }.into_any(),
        What::Missing(from, port) => {
            let label =
                if row.via.is_empty() { "Add a step".to_owned() } else { format!("Add a step for “{}”", row.via) };
            view! {
                <div class="flex items-center gap-3 rounded-lg border border-dashed border-line-field px-3 py-2 text-sm text-ink-3">
                    <span class="flex-1">"Leads nowhere yet"</span>
                    <AddStep place=Place::Behind(from, port) label=label/>
                </div>
            }
            .into_any()
        }
    };
    view! { <li class=indent attr:aria-level=(row.depth + 1).to_string()>{via}{what}</li> }
}

/// A step in the outline.
#[component]
fn Step(id: NodeId, number: usize) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let trouble = editor.trouble(id.clone());
    let this = StoredValue::new(Selected::Node(id.clone()));
    let is_selected = Memo::new(move |_| this.with_value(|s| editor.is_selected(s)));
    let summary = Memo::new(move |_| {
        node.with(|n| n.as_ref().map(|n| editor.known.with(|k| kinds::summary(&n.kind, k))).unwrap_or_default())
    });
    let figures = {
        let id = id.clone();
        move || editor.progress.with(|p| p.get(&id).map(|p| (p.entered, p.here)))
    };
    let element = format!("flow-line-{id}");
    view! {
        <button
            type="button"
            id=element
            class="flex w-full items-center gap-3 rounded-lg border border-line bg-surface px-3 py-2.5 text-left shadow-xs transition-colors hover:border-ink-3 \
                aria-pressed:border-accent-text aria-pressed:ring-1 aria-pressed:ring-accent-text"
            aria-pressed=move || if is_selected.get() { "true" } else { "false" }
            on:click=move |_| editor.select(&id)
        >
            <span class="w-5 shrink-0 text-right text-xs text-ink-3">{number}</span>
            {move || node.get().map(|n| view! {
                <span class=format!("flex size-8 shrink-0 items-center justify-center rounded-md {}", kinds::tint(&n.kind))>
                    <Icon icon=kinds::icon(&n.kind)/>
                </span>
                <span class="min-w-0 flex-1">
                    <span class="block truncate text-sm font-medium text-ink">{kinds::title(&n)}</span>
                    <span class="block truncate text-xs text-ink-3" class:text-warn=move || summary.get().1>{move || summary.get().0}</span>
                </span>
            })}
            {move || figures().filter(|_| editor.started).map(|(entered, here)| view! {
                <span class="shrink-0 text-right text-2xs text-ink-3">
                    {entered}" came"<br/>{here}" here now"
                </span>
            })}
            {move || trouble.get().map(|t| view! {
                <span
                    class="inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-2xs font-medium"
                    class=("bg-bad-soft", t.blocking) class=("text-bad", t.blocking)
                    class=("bg-warn-soft", !t.blocking) class=("text-warn", !t.blocking)
                    title=t.first.clone()
                >
                    <Icon icon=Icon::Alert class="size-3"/>
                    {t.count}
                    <span class="sr-only">{format!(" {}: {}", if t.blocking { "problem" } else { "advice" }, t.first)}</span>
                </span>
            })}
        </button>
    }
}

/// A step that already stands above.
#[component]
fn Again(id: NodeId, number: usize) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    view! {
        <button
            type="button"
            class="flex w-full items-center gap-2 rounded-lg border border-dashed border-line px-3 py-2 text-left text-sm text-ink-2 hover:border-ink-3"
            on:click=move |_| {
                editor.select(&id);
                crate::ui::browser::focus(&format!("flow-line-{id}"));
            }
        >
            <Icon icon=Icon::ArrowRight class="size-3.5"/>
            "goes to "
            {number}
            ". "
            {move || node.with(|n| n.as_ref().map(kinds::title).unwrap_or_default())}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::Point;
    use domain::flow::edit::FlowEdit;
    use domain::flow::starter::{one_sms, sms_whatsapp_voice};

    fn shown(graph: &FlowGraph) -> Vec<String> {
        rows(graph)
            .into_iter()
            .map(|r| {
                let what = match r.what {
                    What::Step(id, n) => format!("{n}:{id}"),
                    What::Again(id, n) => format!("again {n}:{id}"),
                    What::Missing(id, port) => format!("missing {id}.{port}"),
                };
                format!("{}{}>{what}", "-".repeat(r.depth), r.via)
            })
            .collect()
    }

    #[test]
    fn the_main_line_runs_down_and_other_exits_are_indented() {
        assert_eq!(
            shown(&sms_whatsapp_voice(None, None, None, None, 60)),
            [
                ">1:n1",
                ">2:n2",
                "-not sent>again 6:n5",
                ">3:n3",
                "-reply>4:n4",
                "--says no>again 10:n10",
                "-otherwise>5:n9",
                "->again 10:n10",
                "no reply>6:n5",
                "-not sent>again 8:n7",
                ">7:n6",
                "-reply>again 4:n4",
                "no reply>8:n7",
                "-no answer>again 9:n8",
                "-busy>again 9:n8",
                "-voicemail>again 9:n8",
                ">9:n8",
                "-reply>again 4:n4",
                "no reply>10:n10",
            ]
        );
    }

    #[test]
    fn what_is_missing_and_what_is_loose_is_shown() {
        let graph = FlowGraph::blank()
            .apply(&FlowEdit::InsertAfter {
                from: "n1".into(),
                port: "next".into(),
                kind: NodeKind::WaitReply { timeout_secs: 9 },
            })
            .apply(&FlowEdit::Add { kind: NodeKind::End, at: Point::default() });
        assert_eq!(
            shown(&graph),
            [">1:n1", ">2:n2", "-reply>missing n2.reply", "no reply>missing n2.timeout", "Not connected>3:n3"]
        );
    }

    #[test]
    fn every_node_has_exactly_one_line_even_in_loops() {
        let mut graph = sms_whatsapp_voice(None, None, None, None, 60);
        graph = graph.apply(&FlowEdit::Connect { from: "n9".into(), port: "next".into(), to: "n2".into() });
        let mut steps: Vec<_> = rows(&graph)
            .into_iter()
            .filter_map(|r| if let What::Step(id, _) = r.what { Some(id) } else { None })
            .collect();
        steps.sort();
        steps.dedup();
        assert_eq!(steps.len(), graph.nodes.len());
    }

    #[test]
    fn one_walks_from_line_to_line() {
        let graph = one_sms(None);
        assert_eq!(beside(&graph, None, false).as_deref(), Some("n1"));
        assert_eq!(beside(&graph, Some("n1"), false).as_deref(), Some("n2"));
        assert_eq!(beside(&graph, Some("n1"), true), None);
        assert_eq!(beside(&graph, Some("n3"), false), None);
    }
}
