//! The documents of an agent: how each one's reading went, and what can be done with it.

use domain::filter::Page;
use domain::knowledge::{Document, DocumentKind, DocumentState};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{delete_document, refresh_document, set_document_category};
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{
    Badge, Button, ConfirmDialog, Dialog, Empty, Field, Icon, IconButton, Progress, Size, TextInput, Tone, Variant,
    When, use_toasts,
};

/// What can be done with a document, and the questions that are open. Lives beside the list: a list that is made anew, because a document
/// somewhere in it was read, must not close a question.
#[derive(Clone, Copy)]
pub struct Acts {
    deleting: RwSignal<Option<Document>>,
    moving: RwSignal<Option<Document>>,
    ask_delete: RwSignal<bool>,
    ask_move: RwSignal<bool>,
    category: RwSignal<String>,
    told: Callback<Result<String, AppError>>,
}

impl Acts {
    /// Call in a component's body. `on_changed`: after anything was done.
    pub fn new(on_changed: Callback<()>) -> Self {
        let toasts = use_toasts();
        let told = Callback::new(move |result: Result<String, AppError>| {
            match result {
                Ok(text) => toasts.success(text),
                Err(error) => toasts.error(error.to_string()),
            }
            on_changed.try_run(());
        });
        Self {
            deleting: RwSignal::new(None),
            moving: RwSignal::new(None),
            ask_delete: RwSignal::new(false),
            ask_move: RwSignal::new(false),
            category: RwSignal::new(String::new()),
            told,
        }
    }

    fn again(self, document: Document) {
        spawn_local(async move {
            let read = refresh_document(document.id).await;
            self.told.try_run(read.map(|d| format!("{} is being read again.", d.title)));
        });
    }

    fn delete(self) {
        let Some(document) = self.deleting.get_untracked() else { return };
        spawn_local(async move {
            let gone = delete_document(document.id).await;
            self.told.try_run(gone.map(|()| format!("{} is deleted.", document.title)));
        });
    }

    fn put(self) {
        let Some(document) = self.moving.get_untracked() else { return };
        let word = self.category.get_untracked();
        self.ask_move.set(false);
        spawn_local(async move {
            let moved = set_document_category(document.id, word).await;
            self.told.try_run(moved.map(|d| format!("{} is in {} now.", d.title, d.category)));
        });
    }

    fn ask_to_delete(self, document: Document) {
        self.deleting.set(Some(document));
        self.ask_delete.set(true);
    }

    fn ask_to_move(self, document: Document) {
        self.category.set(document.category.clone());
        self.moving.set(Some(document));
        self.ask_move.set(true);
    }
}

/// How many there are of something.
fn counted(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// The questions before a document is deleted or moved.
#[component]
pub fn Questions(acts: Acts) -> impl IntoView {
    view! {
        <ConfirmDialog open=acts.ask_delete title="Delete this document?" confirm="Delete" danger=true on_confirm=move |()| acts.delete()>
            {move || acts.deleting.get().map(|d| match d.passages {
                0 => format!("{} is deleted for good.", d.title),
                n => format!(
                    "{} is deleted for good, with {}. The agent will no longer answer from it.",
                    d.title,
                    counted(n.into(), "passage", "passages"),
                ),
            })}
        </ConfirmDialog>
        <Dialog
            open=acts.ask_move
            title="Change the category"
            footer=move || view! {
                <Button on_click=move |_| acts.ask_move.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary on_click=move |_| acts.put()>"Change"</Button>
            }
        >
            // Enter changes it; the dialog stands inside the drawer's page.
            <div on:keydown=move |event: KeyboardEvent| if event.key() == "Enter" {
                event.prevent_default();
                acts.put();
            }>
                <Field id="knowledge-move" label="New category">
                    <TextInput bind=acts.category autocomplete="off"/>
                </Field>
            </div>
        </Dialog>
    }
}

/// The list.
#[component]
pub fn Documents(
    listed: Page<Document>,
    sums: (i64, i64),
    page: RwSignal<i64>,
    may_write: bool,
    acts: Acts,
) -> impl IntoView {
    let Page { items, page: at, total_pages, .. } = listed;
    let empty = items.is_empty();
    let (documents, passages) = sums;
    let summary =
        format!("{}, {}", counted(documents, "document", "documents"), counted(passages, "passage", "passages"));
    view! {
        {if empty && documents > 0 {
            view! {
                <Empty icon=Icon::Book title="Nothing in this category" text="Its documents were deleted or are in another category now."/>
            }.into_any()
        } else if empty {
            view! {
                <Empty icon=Icon::Book title="Nothing known yet" text="Add files or pages. The agent answers from them, and hands over when nothing fits."/>
            }.into_any()
        } else {
            view! {
                <ul class="divide-y divide-line rounded-lg border border-line" aria-label="Documents">
                    {items.into_iter().map(|document| view! { <Row document may_write acts/> }).collect_view()}
                </ul>
                <div class="flex items-center justify-between gap-2 text-xs text-ink-3">
                    <span>{summary}</span>
                    {(total_pages > 1).then(|| view! {
                        <span class="flex items-center gap-1">
                            <IconButton icon=Icon::ChevronLeft label="Previous page" size=Size::Small disabled={at <= 1} on_click=move |_| page.set(at - 1)/>
                            {format!("{at} / {total_pages}")}
                            <IconButton icon=Icon::ChevronRight label="Next page" size=Size::Small disabled={at >= total_pages} on_click=move |_| page.set(at + 1)/>
                        </span>
                    })}
                </div>
            }.into_any()
        }}
    }
}

/// One document.
#[component]
fn Row(document: Document, may_write: bool, acts: Acts) -> impl IntoView {
    let is_page = document.kind == DocumentKind::Url;
    let busy = matches!(document.state, DocumentState::Queued | DocumentState::Parsing);
    let (tone, icon, word) = match document.state {
        DocumentState::Queued => (Tone::Neutral, Icon::Clock, "Waiting"),
        DocumentState::Parsing => (Tone::Info, Icon::Activity, "Reading"),
        DocumentState::Ready => (Tone::Good, Icon::Check, "Ready"),
        DocumentState::Failed => (Tone::Bad, Icon::Alert, "Failed"),
    };
    let read_again =
        if is_page { format!("Fetch {} again", document.title) } else { format!("Read {} again", document.title) };
    let (for_again, for_delete, for_move) = (document.clone(), document.clone(), document.clone());
    let progress = i64::from(document.progress);
    let passages = counted(document.passages.into(), "passage", "passages");
    view! {
        <li class="flex items-start gap-3 px-3 py-2.5">
            <span class="mt-0.5 text-ink-3"><Icon icon=if is_page { Icon::Link } else { Icon::FileText } class="size-4"/></span>
            <div class="min-w-0 flex-1">
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span class="min-w-0 truncate text-sm font-medium text-ink" title=document.title.clone()>{document.title.clone()}</span>
                    <Badge tone=tone icon=icon>{word}</Badge>
                    <Badge>{document.category.clone()}</Badge>
                </p>
                <p class="mt-0.5 flex flex-wrap gap-x-2 text-xs text-ink-3">
                    <span>{passages}</span>
                    {(document.bytes > 0).then(|| view! { <span>{size(document.bytes)}</span> })}
                    {document.synced_at.map(|at| view! { <span>"read " <When at relative=true/></span> })}
                    {document.url.clone().map(|url| view! { <span class="min-w-0 truncate">{url}</span> })}
                </p>
                {busy.then(|| view! { <div class="mt-1.5"><Progress done=progress of=100i64 label="Reading"/></div> })}
                {document.reason.clone().map(|reason| view! { <p class="mt-1 text-xs text-bad" role="status">{reason}</p> })}
                {(!document.notes.is_empty()).then(|| view! {
                    <details class="mt-1 text-xs text-ink-2">
                        <summary class="cursor-pointer">{match document.notes.len() {
                            1 => "1 note".to_owned(),
                            notes => format!("{notes} notes"),
                        }}</summary>
                        <ul class="mt-1 list-disc pl-4">{document.notes.iter().cloned().map(|note| view! { <li class="break-words">{note}</li> }).collect_view()}</ul>
                    </details>
                })}
            </div>
            {may_write.then(|| view! {
                <span class="flex shrink-0">
                    <IconButton icon=Icon::Refresh label=read_again size=Size::Small disabled=busy on_click=move |_| acts.again(for_again.clone())/>
                    <IconButton icon=Icon::Edit label=format!("Change the category of {}", document.title) size=Size::Small on_click=move |_| acts.ask_to_move(for_move.clone())/>
                    {use_me().may_delete().then(|| view! {
                        <IconButton icon=Icon::Trash label=format!("Delete {}", document.title) size=Size::Small on_click=move |_| acts.ask_to_delete(for_delete.clone())/>
                    })}
                </span>
            })}
        </li>
    }
}

/// A size as people say it.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!([size(12), size(4_321), size(2_560_000)], ["12 bytes", "4 KB", "2.5 MB"]);
    }
}
