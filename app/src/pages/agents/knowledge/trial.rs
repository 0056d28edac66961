//! "Test retrieval": what the agent would find for a question, with how well each passage fits.

use domain::id::AgentId;
use domain::knowledge::Passage;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::search_knowledge;
use super::section::choices;
use crate::error::AppError;
use crate::pages::turns::WhyFound;
use crate::ui::{Badge, Banner, Button, FormError, Icon, Progress, Select, TextInput, Tone};

/// The box with a question and the passages that were found.
#[component]
pub fn Trial(agent_id: AgentId, categories: RwSignal<Vec<String>>) -> impl IntoView {
    let (query, only) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = RwSignal::new(None::<Vec<Passage>>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let search = move || {
        if busy.get_untracked() || query.with_untracked(|q| q.trim().is_empty()) {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (asked, category) = (query.get_untracked(), only.get_untracked());
        spawn_local(async move {
            let result = search_knowledge(agent_id, asked, category).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(passages) => found.set(Some(passages)),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <section class="flex flex-col gap-3 rounded-lg border border-line bg-surface-2 p-3" aria-label="Test retrieval">
            <h3 class="text-sm font-semibold text-ink">"Test retrieval"</h3>
            // Enter searches; it must not reach the form of the drawer around it.
            <div
                class="flex flex-wrap items-center gap-2"
                on:keydown=move |event: KeyboardEvent| if event.key() == "Enter" {
                    event.prevent_default();
                    search();
                }
            >
                <div class="min-w-48 flex-1">
                    <TextInput bind=query id="knowledge-query" label="Question" icon=Icon::Search placeholder="What a person might ask"/>
                </div>
                <div class="w-40">
                    <Select id="knowledge-query-category" label="Search in" bind=only options=choices(categories, only)/>
                </div>
                <Button busy=busy disabled=Signal::derive(move || query.with(|q| q.trim().is_empty())) on_click=move |_| search()>"Search"</Button>
            </div>
            <FormError error=failure/>
            <div aria-live="polite">
                {move || found.get().map(|passages| if passages.is_empty() {
                    view! { <Banner tone=Tone::Info title="No match">"Nothing the agent knows fits this question. After a second search without a match it hands over to a person."</Banner> }.into_any()
                } else {
                    view! {
                        <ol class="flex flex-col gap-2" aria-label="Passages found">
                            {passages.into_iter().map(|passage| view! { <Hit passage/> }).collect_view()}
                        </ol>
                    }.into_any()
                })}
            </div>
        </section>
    }
}

/// One passage with its score.
#[component]
fn Hit(passage: Passage) -> impl IntoView {
    #[expect(clippy::cast_possible_truncation, reason = "a score is from 0 to 1")]
    let percent = (passage.score * 100.0).round() as i64;
    let tone = if percent >= 60 { Tone::Good } else { Tone::Warn };
    view! {
        <li class="rounded-md border border-line bg-surface p-3">
            <div class="flex items-center gap-3">
                <p class="min-w-0 flex-1 truncate text-sm font-medium text-ink">
                    {passage.title}
                    {(!passage.heading.is_empty()).then(|| view! { <span class="font-normal text-ink-3">" › " {passage.heading}</span> })}
                </p>
                <Badge>{passage.category}</Badge>
                <span class="tabular-nums text-xs text-ink-2">{format!("{percent} %")}</span>
            </div>
            <div class="mt-1.5"><Progress done=percent of=100i64 label="How well it fits" tone=tone/></div>
            <p class="mt-2 line-clamp-4 whitespace-pre-line text-xs text-ink-2">{passage.text}</p>
            <WhyFound reasons=passage.reasons/>
            {(!passage.notes.is_empty()).then(|| view! {
                <p class="mt-1 break-words text-2xs text-warn">{format!("About this document: {}", passage.notes.join(" "))}</p>
            })}
        </li>
    }
}
