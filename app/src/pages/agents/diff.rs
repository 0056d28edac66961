//! The differences of two versions as people read them: field by field, removed lines red, added lines green.

use domain::diff::{FieldChange, Line, LineChange};
use leptos::prelude::*;

/// Lines that did not change, beyond these around a change, are left out.
const AROUND: usize = 2;

/// What of a field is shown: its changed lines with a few around them; `None` stands for what was left out.
fn shown(lines: &[Line]) -> Vec<Option<&Line>> {
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        lines[from..lines.len().min(at + AROUND + 1)].iter().any(|line| line.change != LineChange::Same)
    };
    let mut out: Vec<Option<&Line>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if near(at) {
            out.push(Some(line));
        } else if !matches!(out.last(), Some(None)) {
            out.push(None);
        }
    }
    out
}

/// The changes, or that there are none.
#[component]
pub fn DiffView(
    /// What changed.
    changes: Vec<FieldChange>,
    /// What to say when nothing did.
    #[prop(default = "Nothing differs.")]
    none: &'static str,
) -> impl IntoView {
    if changes.is_empty() {
        return view! { <p class="text-sm text-ink-3">{none}</p> }.into_any();
    }
    view! {
        <div class="flex flex-col gap-3">
            {changes
                .into_iter()
                .map(|change| {
                    let lines = shown(&change.lines).into_iter().map(|line| line.map(LineOf::of)).collect::<Vec<_>>();
                    let (label, named) = (change.label.clone(), format!("Change of {}", change.label));
                    view! {
                        <section class="overflow-hidden rounded-md border border-line" aria-label=named>
                            <h3 class="border-b border-line bg-surface-2 px-3 py-1.5 text-xs font-medium text-ink-2">{label}</h3>
                            <div class="overflow-x-auto py-1 font-mono text-xs leading-5">
                                {lines.into_iter().map(line_view).collect_view()}
                            </div>
                        </section>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// A line on its way to the screen.
struct LineOf {
    class: &'static str,
    mark: &'static str,
    said: &'static str,
    text: String,
}

impl LineOf {
    fn of(line: &Line) -> Self {
        let (class, mark, said) = match line.change {
            LineChange::Same => ("flex whitespace-pre-wrap px-3 text-ink-3", " ", ""),
            LineChange::Removed => ("flex whitespace-pre-wrap bg-bad-soft px-3 text-bad", "−", "Removed: "),
            LineChange::Added => ("flex whitespace-pre-wrap bg-good-soft px-3 text-good", "+", "Added: "),
        };
        Self { class, mark, said, text: line.text.clone() }
    }
}

fn line_view(line: Option<LineOf>) -> AnyView {
    match line {
        None => view! { <div class="px-3 text-ink-3" aria-hidden="true">"⋯"</div> }.into_any(),
        Some(line) => view! {
            <div class=line.class>
                <span class="w-4 shrink-0 select-none" aria-hidden="true">{line.mark}</span>
                <span class="sr-only">{line.said}</span>
                <span class="min-w-0 break-words">{line.text}</span>
            </div>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_a_change_is_shown() {
        let text = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join("\n");
        let lines = domain::diff::lines(&text(20), &text(20).replace("\n10\n", "\nten\n"));
        let shown: Vec<_> = shown(&lines).into_iter().map(|l| l.map_or("…", |l| l.text.as_str())).collect();
        assert_eq!(shown, ["…", "8", "9", "10", "ten", "11", "12", "…"]);
    }
}
