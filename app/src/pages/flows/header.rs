//! The editor's head: which campaign, whether it is saved, and everything that concerns the whole drawing.

use domain::campaign::CampaignStatus;
use domain::flow::edit::FlowEdit;
use leptos::prelude::*;

use super::api;
use super::problems;
use super::state::{Editor, use_editor};
use crate::error::AppError;
use crate::ui::{Button, Dialog, Icon, IconButton, Menu, MenuItem, Segmented, Size, StatusBadge, Tab, Variant};

impl Editor {
    /// Saves the drawing. `overwrite`: on top of whatever somebody else saved meanwhile.
    pub fn save(&self, overwrite: bool) {
        if !self.may_write || self.saving.get_untracked() {
            return;
        }
        let editor = *self;
        let id = self.campaign.with_value(|c| c.id);
        let graph = self.doc.with_untracked(|d| d.now().clone());
        let known_revision = self.revision.get_untracked();
        self.saving.set(true);
        leptos::task::spawn_local(async move {
            let revision = match overwrite {
                true => api::load_editor(id).await.map(|data| data.flow.revision),
                false => Ok(known_revision),
            };
            let result = match revision {
                Ok(revision) => api::save_flow(id, revision, graph).await,
                Err(error) => Err(error),
            };
            // The page may be gone by now.
            if editor.saving.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(flow) => {
                    editor.revision.set(flow.revision);
                    editor.saved.set(flow.graph);
                    editor.doc.update_untracked(super::history::History::pause);
                    editor.toasts.success("Saved.");
                }
                Err(AppError::Conflict { .. }) => editor.conflict.set(true),
                Err(error) => editor.toasts.error(error.to_string()),
            }
        });
    }

    fn arrange(&self) {
        if self.edit(&FlowEdit::Arrange) {
            self.fit();
        }
    }

    fn show_problems(&self) {
        self.problems_open.set(true);
        if self.problems.with_untracked(|list| list.is_empty()) {
            self.toasts.success("Nothing is wrong with this flow.");
        }
    }
}

/// The head.
#[component]
pub fn Header() -> impl IntoView {
    let editor = use_editor();
    let locked = !editor.may_write;
    let (name, status, back) =
        editor.campaign.with_value(|c| (c.name.clone(), c.status, format!("/campaigns/{}", c.id)));
    let state = move || match (editor.saving.get(), editor.unsaved.get()) {
        _ if locked => "Read only",
        (true, _) => "Saving…",
        (false, true) => "Unsaved changes",
        (false, false) => "Saved",
    };
    let blocking = Memo::new(move |_| editor.problems.with(|list| problems::counts(list).0));
    view! {
        <header class="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1.5 border-b border-line bg-surface px-3 py-2 low:py-1 sm:px-4">
            <a
                href=back
                class="inline-flex min-w-0 items-center gap-1.5 rounded-sm text-ink-3 hover:text-ink max-md:flex-1"
                title="Back to the campaign"
            >
                <Icon icon=Icon::ArrowLeft/>
                <span class="sr-only">"Back to the campaign"</span>
                <h1 class="max-w-64 truncate text-base font-semibold text-ink">{name}</h1>
            </a>
            {(status != CampaignStatus::Draft).then(|| view! { <span class="max-md:hidden"><StatusBadge status=status.as_str()/></span> })}
            <span class="inline-flex items-center gap-1.5 text-xs text-ink-3" aria-live="polite" data-save-state="">
                <span class="size-1.5 rounded-full" class=("bg-warn", move || editor.unsaved.get()) class=("bg-good", move || !editor.unsaved.get())></span>
                <span class="max-sm:sr-only">{state}</span>
            </span>
            <span class="flex-1 max-md:hidden"></span>
            <div class="flex items-center gap-2 max-md:order-last max-md:w-full max-md:justify-between">
                <Segmented label="View" items=vec![Tab::new("canvas", "Canvas"), Tab::new("outline", "Outline")] selected=editor.mode/>
                <div class="flex items-center" role="toolbar" aria-label="Drawing">
                    <IconButton icon=Icon::Undo label="Undo" size=Size::Small disabled=move || !editor.doc.with(|d| d.can_undo()) on_click=move |_| editor.undo()/>
                    <IconButton icon=Icon::Redo label="Redo" size=Size::Small disabled=move || !editor.doc.with(|d| d.can_redo()) on_click=move |_| editor.redo()/>
                    <IconButton icon=Icon::Layout label="Arrange" size=Size::Small disabled=locked on_click=move |_| editor.arrange()/>
                    <span class="max-sm:hidden">
                        <IconButton icon=Icon::Upload label="Import JSON" size=Size::Small disabled=locked on_click=move |_| editor.choose_file()/>
                        <IconButton icon=Icon::Download label="Export JSON" size=Size::Small on_click=move |_| editor.export()/>
                    </span>
                    <Menu id="flow-more" label="More" size=Size::Small>
                        <MenuItem icon=Icon::Sparkles disabled=locked on_click=move |()| editor.gallery_open.set(true)>"Start from…"</MenuItem>
                        <MenuItem icon=Icon::Plus disabled=locked on_click=move |()| editor.open_insert_menu()>"Add a step"</MenuItem>
                        <span class="sm:hidden">
                            <MenuItem icon=Icon::Upload disabled=locked on_click=move |()| editor.choose_file()>"Import JSON"</MenuItem>
                            <MenuItem icon=Icon::Download on_click=move |()| editor.export()>"Export JSON"</MenuItem>
                        </span>
                    </Menu>
                </div>
            </div>
            <Button icon=Icon::Check on_click=move |_| editor.show_problems()>
                "Check"
                {move || (blocking.get() > 0).then(|| view! {
                    <span class="rounded-full bg-bad-soft px-1.5 text-2xs font-semibold text-bad" title="Problems that block the launch">{blocking.get()}</span>
                })}
            </Button>
            <Button
                variant=Variant::Primary
                busy=editor.saving
                disabled=move || locked || !editor.unsaved.get()
                title="Ctrl+S"
                on_click=move |_| editor.save(false)
            >
                "Save"
            </Button>
        </header>
    }
}

/// Says what a change means while leads are under way.
#[component]
pub fn RunningNote() -> impl IntoView {
    let editor = use_editor();
    let (status, version) = editor.campaign.with_value(|c| (c.status, editor.version));
    let runs = matches!(status, CampaignStatus::Active | CampaignStatus::Paused);
    runs.then(|| {
        let which = version.map_or_else(|| "a frozen version".to_owned(), |n| format!("version {n}"));
        view! {
            <p class="flex shrink-0 items-center gap-2 border-b border-info-line bg-info-soft px-4 py-1.5 text-xs text-info">
                <Icon icon=Icon::Info class="size-3.5"/>
                {format!("Running on {which}: changes apply to leads enrolled later.")}
            </p>
        }
    })
}

/// Somebody else saved meanwhile: take theirs, or put ours on top.
#[component]
pub fn ConflictDialog(reload: Callback<()>) -> impl IntoView {
    let editor = use_editor();
    let open = editor.conflict;
    let take_theirs = move |_| {
        open.set(false);
        reload.run(());
    };
    let keep_ours = move |_| {
        open.set(false);
        editor.save(true);
    };
    view! {
        <Dialog
            open=open
            title="Somebody else saved this flow"
            footer=move || view! {
                <Button on_click=take_theirs>"Reload"</Button>
                <Button variant=Variant::Danger on_click=keep_ours>"Overwrite"</Button>
            }
        >
            <p class="text-sm text-ink-2">
                "The flow changed since you opened it. Reload to see the other version (your unsaved changes are lost), or overwrite it with yours."
            </p>
            <p class="mt-2 text-sm text-ink-3">"To keep both, export yours as JSON first."</p>
        </Dialog>
    }
}
