//! What stood in place of an answer before the conversation was replayed from there: to compare, and the way back.

use domain::turn::Line;
use leptos::prelude::*;

use super::lane::Lane;
use crate::session::use_me;
use crate::ui::{Button, Icon, Size};

/// Below the answer at this place, when it came in place of another one.
#[component]
pub fn Earlier(
    /// The side it is on.
    lane: Lane,
    /// Its place.
    at: usize,
) -> impl IntoView {
    let before = Memo::new(move |_| {
        lane.before.with(|b| {
            let b = b.as_ref().filter(|b| b.at == at)?;
            Some((b.lines.get(1).cloned()?, b.lines.len().saturating_sub(2)))
        })
    });
    let may_write = use_me().may_write();
    view! {
        {move || before.get().map(|(line, later)| {
            let text = line.failure.clone().unwrap_or_else(|| line.text.clone());
            view! {
                <section class="mt-2 flex flex-col gap-1.5 rounded-md border border-dashed border-line-strong px-3 py-2" aria-label="The answer before">
                    <h3 class="text-2xs font-medium text-ink-3">{headline(later)}</h3>
                    <p class="whitespace-pre-wrap break-words text-xs text-ink-2">{text}</p>
                    {took(&line).map(|words| view! { <p class="text-2xs tabular-nums text-ink-3">{words}</p> })}
                    {may_write.then(|| view! {
                        <span>
                            <Button
                                size=Size::Small icon=Icon::Undo disabled=Signal::derive(move || lane.is_running())
                                on_click=move |_| lane.put_back()
                                title="This answer and what followed it come back; what stands here now is kept to compare."
                            >"Put it back"</Button>
                        </span>
                    })}
                </section>
            }
        })}
    }
}

fn headline(later: usize) -> String {
    match later {
        0 => "The answer before".to_owned(),
        1 => "The answer before; 1 later message is left out".to_owned(),
        n => format!("The answer before; {n} later messages are left out"),
    }
}

/// What it took, in a line; where it was handed over, why.
fn took(line: &Line) -> Option<String> {
    let handed = line.escalated.as_ref().map(|h| format!("Escalated: {}", h.reason.label()));
    let figures = line.figures.as_ref().map(|f| {
        let tokens = f.tokens_prompt.saturating_add(f.tokens_completion);
        format!("{} · {} ms · {tokens} tokens · {}", f.model, f.latency_ms, f.cost_micros.show())
    });
    let words: Vec<String> = handed.into_iter().chain(figures).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}
