//! The drawer's section on what the agent is told before every turn.

use domain::advice::{Section, estimated_tokens};
use domain::agent::PROMPT_PLACEHOLDERS;
use leptos::html;
use leptos::prelude::*;

use super::advice::AdviceList;
use super::api::PreviewLead;
use super::draft::Editing;
use super::prompt_views::PromptViews;
use crate::ui::{Field, TextArea};

/// The text with a piece put in where the cursor stands, and where the cursor stands then. The browser counts in UTF-16 units.
fn insert_at(text: &str, cursor: u32, piece: &str) -> (String, u32) {
    let mut units = 0;
    let at = text
        .char_indices()
        .find(|(_, c)| {
            let here = units >= cursor;
            units += u32::try_from(c.len_utf16()).unwrap_or(1);
            here
        })
        .map_or(text.len(), |(at, _)| at);
    let (before, after) = text.split_at(at);
    let end = before.encode_utf16().count() + piece.encode_utf16().count();
    (format!("{before}{piece}{after}"), u32::try_from(end).unwrap_or(u32::MAX))
}

/// The prompt, with placeholders to put in, its length, advice, and how it reads.
#[component]
pub fn Prompt(
    /// What is being edited.
    editing: Editing,
    /// Who it can be previewed with.
    leads: StoredValue<Vec<PreviewLead>>,
) -> impl IntoView {
    let draft = editing.draft;
    let area = NodeRef::<html::Textarea>::new();
    let put_in = move |name: &'static str| {
        let text = draft.with_untracked(|d| d.prompt.clone());
        let area = area.get_untracked();
        // A field that nobody has been in says 0; the end is the better place then.
        let cursor =
            area.as_ref().and_then(|a| a.selection_start().ok().flatten()).filter(|at| *at > 0).unwrap_or(u32::MAX);
        let (text, end) = insert_at(&text, cursor, &format!("{{{{{name}}}}}"));
        draft.update(|d| d.prompt = text);
        // After the text has reached the field.
        request_animation_frame(move || {
            if let Some(area) = area {
                let _ = area.focus();
                let _ = area.set_selection_range(end, end);
            }
        });
    };
    let tokens = Memo::new(move |_| draft.with(|d| estimated_tokens(&d.prompt)));
    view! {
        <Field
            id="agent-prompt"
            label="Prompt"
            hint="Who the agent is, what it should reach, and when it hands over. Tone and channel rules are added by themselves."
            problem=editing.problem("prompt")
        >
            <TextArea
                value=move || draft.with(|d| d.prompt.clone())
                on_input=move |text: String| draft.update(|d| d.prompt = text)
                rows=12
                max_chars=20_000
                node=area
            />
        </Field>
        <div class="flex flex-wrap items-center gap-1.5" role="group" aria-label="Insert a placeholder">
            <span class="mr-1 text-xs text-ink-3">"Insert"</span>
            {PROMPT_PLACEHOLDERS
                .iter()
                .map(|name| view! {
                    <button
                        type="button"
                        class="rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 font-mono text-2xs text-ink-2 transition-colors \
                               hover:bg-surface-2 hover:text-ink pointer-coarse:px-2.5 pointer-coarse:py-2"
                        aria-label=format!("Insert {name}")
                        on:click=move |_| put_in(name)
                    >
                        {*name}
                    </button>
                })
                .collect_view()}
        </div>
        <p class="text-xs text-ink-3">
            {move || format!("About {} tokens (an estimate; each model counts differently), sent with every turn.", tokens.get())}
        </p>
        <AdviceList editing section=Section::Prompt/>
        <PromptViews editing leads/>
    }
}

#[cfg(test)]
mod tests {
    use super::insert_at;

    #[test]
    fn a_piece_goes_where_the_cursor_stands() {
        for (text, cursor, result, end) in [
            ("Hello", 5, "Hello{x}", 8),
            ("Hello", 0, "{x}Hello", 3),
            ("🙂 hi", 2, "🙂{x} hi", 5),
            ("Größe", 3, "Grö{x}ße", 6),
            ("short", u32::MAX, "short{x}", 8),
            ("", 0, "{x}", 3),
        ] {
            assert_eq!(insert_at(text, cursor, "{x}"), (result.to_owned(), end), "{text} at {cursor}");
        }
    }
}
