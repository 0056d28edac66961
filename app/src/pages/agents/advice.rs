//! What should be known about a section of the draft, beside its fields: errors keep it from being published, warnings do not.

use domain::advice::{Level, Section};
use leptos::prelude::*;

use super::draft::Editing;
use crate::ui::{Badge, Icon, Tone};

/// The advice of one section, as it changes.
#[component]
pub fn AdviceList(
    /// What is being edited.
    editing: Editing,
    /// Which section.
    section: Section,
) -> impl IntoView {
    let all = Memo::new(move |_| editing.advice_on(section));
    view! {
        <ul class="flex flex-col gap-1.5 empty:hidden" aria-label=format!("Advice on {}", section.label()) aria-live="polite">
            {move || {
                all.get()
                    .into_iter()
                    .map(|advice| {
                        let (tone, word, icon) = match advice.level {
                            Level::Error => (Tone::Bad, "Error", Icon::Alert),
                            Level::Warning => (Tone::Warn, "Warning", Icon::Info),
                        };
                        view! {
                            <li class="flex items-start gap-2 text-xs text-ink-2">
                                <span class="shrink-0"><Badge tone icon>{word}</Badge></span>
                                <span class="pt-0.5">{advice.message}</span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}
