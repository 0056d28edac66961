//! How knowledge comes in: files by click and drag, several at once, and pages by their address.

use domain::id::AgentId;
use domain::knowledge::PageDraft;
use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::add_page;
use super::upload::{Chosen, dropped, picked, send};
use crate::error::AppError;
use crate::ui::{Button, Field, FormError, Icon, IconButton, Spinner, TextInput};

/// One file on its way, or why it was not taken.
#[derive(Clone, PartialEq)]
struct Sending {
    n: u32,
    name: String,
    refused: Option<String>,
}

/// The boxes for files and pages, with the category that both get.
#[component]
pub fn Add(agent_id: AgentId, on_changed: Callback<()>) -> impl IntoView {
    let category = RwSignal::new(String::new());
    let sending = RwSignal::new(Vec::<Sending>::new());
    let next = StoredValue::new(0u32);
    let take = move |files: Vec<Chosen>| {
        let of = category.get_untracked();
        let mut queue = Vec::new();
        for file in files {
            let n = next.get_value();
            next.set_value(n + 1);
            sending.update(|all| all.push(Sending { n, name: file.name.clone(), refused: None }));
            queue.push((n, file));
        }
        spawn_local(async move {
            // One after the other: ten large files at once would only slow each other down.
            for (n, file) in queue {
                let result = send(agent_id, file, of.clone()).await;
                sending.try_update(|all| match result {
                    Ok(_) => all.retain(|s| s.n != n),
                    Err(error) => {
                        if let Some(one) = all.iter_mut().find(|s| s.n == n) {
                            one.refused = Some(error.to_string());
                        }
                    }
                });
                on_changed.try_run(());
            }
        });
    };
    view! {
        <div class="flex flex-col gap-4">
            <h3 class="text-sm font-semibold text-ink">"Add documents"</h3>
            <Field
                id="knowledge-category" label="Category" optional=true
                hint="What the next files and pages are about, such as products or policies."
            >
                <TextInput bind=category placeholder="general" autocomplete="off"/>
            </Field>
            <DropZone on_files=move |files| take(files)/>
            <ul class="flex flex-col gap-1.5 empty:hidden" aria-label="Files being sent">
                <For each=move || sending.get() key=|s| (s.n, s.refused.is_some()) let:file>
                    <Line file sending/>
                </For>
            </ul>
            <AddPage agent_id category on_changed/>
        </div>
    }
}

/// A file on its way, or refused.
#[component]
fn Line(file: Sending, sending: RwSignal<Vec<Sending>>) -> impl IntoView {
    let n = file.n;
    match file.refused {
        None => view! {
            <li class="flex items-center gap-2 rounded-md bg-surface-2 px-3 py-2 text-sm text-ink-2">
                <Spinner/>
                <span class="min-w-0 truncate">"Sending " {file.name}</span>
            </li>
        }
        .into_any(),
        Some(reason) => view! {
            <li class="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad" role="alert">
                <Icon icon=Icon::Alert class="mt-0.5 size-4 shrink-0"/>
                <span class="min-w-0 flex-1"><span class="font-medium break-all">{file.name}</span>": " {reason}</span>
                <IconButton icon=Icon::X label="Dismiss" size=crate::ui::Size::Small on_click=move |_| sending.update(|all| all.retain(|s| s.n != n))/>
            </li>
        }
        .into_any(),
    }
}

/// Where files are dropped or chosen.
#[component]
fn DropZone(#[prop(into)] on_files: Callback<Vec<Chosen>>) -> impl IntoView {
    let over = RwSignal::new(false);
    view! {
        <label
            class="relative flex cursor-pointer flex-col items-center gap-1.5 rounded-lg border-2 border-dashed border-line-strong bg-surface \
                px-6 py-7 text-center transition-colors hover:border-accent has-focus-visible:border-accent has-focus-visible:bg-accent-soft"
            class:border-accent=move || over.get()
            class:bg-accent-soft=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: DragEvent| {
                over.set(false);
                on_files.run(dropped(&event));
            }
        >
            <input
                type="file"
                multiple
                accept=".pdf,.docx,.html,.htm,.md,.markdown,.csv,.tsv,.txt,.zip"
                class="sr-only"
                aria-label="Add files"
                on:change=move |event| on_files.run(picked(&event))
            />
            <span class="text-accent-text"><Icon icon=Icon::Upload class="size-5"/></span>
            <span class="text-sm font-medium text-ink">"Drop files here, or click to choose"</span>
            <span class="text-xs text-ink-3">"PDF, DOCX, HTML, Markdown, CSV, text, or a zip of those. Up to 25 MB each."</span>
        </label>
    }
}

/// The box for an address.
#[component]
fn AddPage(agent_id: AgentId, category: RwSignal<String>, on_changed: Callback<()>) -> impl IntoView {
    let url = RwSignal::new(String::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let problem =
        Signal::derive(move || failure.with(|f| f.as_ref().and_then(|f| f.problems().of("url").map(str::to_owned))));
    let other = Signal::derive(move || failure.get().filter(|f| f.problems().of("url").is_none()));
    let add = move || {
        if busy.get_untracked() || url.with_untracked(|u| u.trim().is_empty()) {
            return;
        }
        busy.set(true);
        failure.set(None);
        let page = PageDraft { url: url.get_untracked(), category: category.get_untracked() };
        spawn_local(async move {
            let result = add_page(agent_id, page).await;
            let gone = busy.try_set(false).is_some();
            if gone {
                return;
            }
            match result {
                Ok(_) => {
                    url.set(String::new());
                    on_changed.try_run(());
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        // Enter adds the page; it must not reach the form of the drawer around it.
        <div
            class="flex flex-col gap-2"
            on:keydown=move |event: KeyboardEvent| if event.key() == "Enter" {
                event.prevent_default();
                add();
            }
        >
            <div class="flex items-end gap-2">
                <div class="min-w-0 flex-1">
                    <Field id="knowledge-url" label="Page address" problem=problem>
                        <TextInput bind=url kind="url" icon=Icon::Link placeholder="https://example.com/help"/>
                    </Field>
                </div>
                <Button icon=Icon::Plus busy=busy disabled=Signal::derive(move || url.with(|u| u.trim().is_empty())) on_click=move |_| add()>
                    "Add page"
                </Button>
            </div>
            <FormError error=other/>
        </div>
    }
}
