//! The problems panel: what keeps the campaign from starting, and advice. Found in the browser on every change, by the rules the
//! server uses.

use domain::flow::check::FlowProblem;
use leptos::prelude::*;

use super::kinds;
use super::state::use_editor;
use crate::ui::{Icon, Tone};

/// How many problems block, and how many are advice.
pub fn counts(list: &[FlowProblem]) -> (usize, usize) {
    let blocking = list.iter().filter(|p| p.blocking).count();
    (blocking, list.len() - blocking)
}

/// The counts in words.
pub fn in_words(list: &[FlowProblem]) -> String {
    let plural = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    match counts(list) {
        (0, 0) => "No problems".into(),
        (0, a) => plural(a, "piece of advice", "pieces of advice"),
        (b, 0) => plural(b, "problem", "problems"),
        (b, a) => format!("{}, {}", plural(b, "problem", "problems"), plural(a, "piece of advice", "pieces of advice")),
    }
}

/// The panel at the bottom: one line, and the list when it is open.
#[component]
pub fn Problems() -> impl IntoView {
    let editor = use_editor();
    let open = editor.problems_open;
    let look = move || {
        editor.problems.with(|list| match counts(list) {
            (0, 0) => (Icon::Check, "text-good"),
            (0, _) => (Icon::Info, "text-warn"),
            _ => (Icon::Alert, "text-bad"),
        })
    };
    let row = move |problem: FlowProblem| {
        let tone = if problem.blocking { Tone::Bad } else { Tone::Warn };
        let icon = if problem.blocking { Icon::Alert } else { Icon::Info };
        let node = problem.node.clone();
        let title = node.as_ref().and_then(|id| editor.doc.with_untracked(|d| d.now().node(id).map(kinds::title)));
        view! {
            <li>
                <button
                    type="button"
                    class="flex w-full items-start gap-2.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-surface-3 disabled:cursor-default disabled:hover:bg-transparent"
                    disabled=node.is_none()
                    on:click=move |_| if let Some(id) = &node { editor.go_to(id) }
                >
                    <span class=format!("mt-px inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-2xs font-medium {}", tone.soft())>
                        <Icon icon=icon class="size-3"/>
                        {if problem.blocking { "Blocks launch" } else { "Advice" }}
                    </span>
                    <span class="min-w-0">
                        {title.map(|title| view! { <span class="font-medium">{title}": "</span> })}
                        <span class="text-ink-2">{problem.message}</span>
                    </span>
                </button>
            </li>
        }
    };
    view! {
        <section aria-label="Problems" class="shrink-0 border-t border-line bg-surface">
            <button
                type="button"
                class="flex h-9 low:h-7 w-full items-center gap-2 px-4 text-left text-xs font-medium text-ink-2 hover:bg-surface-2"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls="flow-problems"
                on:click=move |_| open.update(|o| *o = !*o)
            >
                {move || { let (icon, tone) = look(); view! { <span class=tone><Icon icon=icon class="size-3.5"/></span> } }}
                <span aria-live="polite">{move || editor.problems.with(|list| in_words(list))}</span>
                <span class="flex-1"></span>
                {move || view! { <Icon icon=if open.get() { Icon::ChevronDown } else { Icon::ChevronUp } class="size-3.5"/> }}
            </button>
            <div id="flow-problems" class="max-h-48 overflow-y-auto border-t border-line p-2" class:hidden=move || !open.get()>
                {move || {
                    let mut list = editor.problems.get();
                    list.sort_by_key(|p| !p.blocking);
                    if list.is_empty() {
                        return view! { <p class="px-2 py-1.5 text-sm text-ink-3">"Nothing is wrong with this flow: the campaign can start."</p> }.into_any();
                    }
                    view! { <ul>{list.into_iter().map(row).collect_view()}</ul> }.into_any()
                }}
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_in_words() {
        let of = |blocking: usize, advice: usize| {
            let problem = |blocking| FlowProblem { node: None, code: String::new(), message: String::new(), blocking };
            let list: Vec<_> =
                (0..blocking).map(|_| problem(true)).chain((0..advice).map(|_| problem(false))).collect();
            in_words(&list)
        };
        assert_eq!(of(0, 0), "No problems");
        assert_eq!(of(1, 0), "1 problem");
        assert_eq!(of(0, 1), "1 piece of advice");
        assert_eq!(of(2, 3), "2 problems, 3 pieces of advice");
    }
}
