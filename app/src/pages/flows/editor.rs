//! The page: loads the drawing, makes the editor, and lays out its parts.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::{self, EditorData};
use super::canvas::Canvas;
use super::dom;
use super::gallery::{FileInput, Gallery};
use super::header::{ConflictDialog, Header, RunningNote};
use super::inspector::Inspector;
use super::leave::LeaveDialog;
use super::outline::Outline;
use super::palette::Palette;
use super::problems::Problems;
use super::state::{Editor, Selected};
use crate::error::AppError;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::shell::{PageFull, page_shortcuts};
use crate::ui::{Loaded, SkeletonBox, browser, guard_leaving, guard_links};

/// Where the choice between canvas and outline is kept.
const MODE_KEY: &str = "flow-view";

/// The flow editor of one campaign.
#[component]
pub fn FlowEditorPage() -> impl IntoView {
    page_shortcuts(&[
        ("← ↑ ↓ →", "Move between steps"),
        ("Enter", "Edit the step"),
        ("N", "Add a step after"),
        ("Delete", "Remove"),
        ("Ctrl Z", "Undo"),
        ("Ctrl Shift Z", "Redo"),
        ("Ctrl S", "Save"),
        ("1", "Fit to view"),
        ("0", "Reset zoom"),
        ("+ −", "Zoom"),
        ("Space + drag", "Move the canvas"),
    ]);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").unwrap_or_default()));
    let data = Resource::new(
        move || id.get(),
        |id| async move {
            match id.parse() {
                Ok(id) => api::load_editor(id).await,
                Err(_) => Err(AppError::NotFound),
            }
        },
    );
    let reload = Callback::new(move |()| data.refetch());
    let skeleton = || {
        view! {
            <div class="flex h-full flex-col gap-3 p-4" role="status">
                <span class="sr-only">"Loading"</span>
                <SkeletonBox class="h-9 w-full"/>
                <SkeletonBox class="min-h-40 w-full flex-1"/>
            </div>
        }
    };
    view! {
        <PageFull>
            <Loaded resource=data skeleton=skeleton let:data>
                <EditorView data=data reload=reload/>
            </Loaded>
        </PageFull>
    }
}

/// The editor, once the drawing is there.
#[component]
fn EditorView(data: EditorData, reload: Callback<()>) -> impl IntoView {
    let name = data.campaign.name.clone();
    let campaign_id = data.campaign.id;
    let editor = Editor::new(data, use_me().may_write());
    provide_context(editor);
    editor.listen();
    guard_leaving(editor.unsaved.into());
    let leaving = RwSignal::new(None);
    guard_links(editor.unsaved.into(), Callback::new(move |href| leaving.set(Some(href))));

    // Templates, agents and counters follow what happens elsewhere; the drawing is never touched by that.
    let news = use_live_calm(&["message", "campaign", "template", "agent"]);
    let around = Action::new(move |()| async move {
        if let Ok(around) = api::look_around(campaign_id).await {
            editor.look(around);
        }
    });
    Effect::watch(
        move || news.get(),
        move |_, _, _| {
            if !around.pending().get_untracked() {
                around.dispatch(());
            }
        },
        false,
    );

    // What the browser knows comes after the first render: its width, and what was chosen last time.
    let mounted = RwSignal::new(false);
    let query = use_query_map();
    Effect::new(move |_| {
        let kept = browser::stored(MODE_KEY);
        let outline = kept.map_or_else(dom::is_narrow, |mode| mode == "outline");
        if outline {
            editor.mode.set("outline".to_owned());
        }
        // A link may name the step that it is about.
        let named = query
            .with_untracked(|q| q.get("node"))
            .filter(|id| editor.doc.with_untracked(|d| d.now().node(id).is_some()));
        if let Some(node) = named {
            editor.selection.set(Selected::Node(node));
        }
        mounted.set(true);
    });
    Effect::watch(
        move || editor.mode.get(),
        move |mode, before, _| {
            if before.is_some_and(|b| b != mode) && mounted.get_untracked() {
                browser::store(MODE_KEY, mode);
            }
        },
        false,
    );

    let on_canvas = Memo::new(move |_| editor.mode.with(|m| m == "canvas"));
    view! {
        <Title text=format!("Flow of {name}")/>
        <Header/>
        <RunningNote/>
        <div class="flex min-h-0 flex-1">
            {move || match (mounted.get(), on_canvas.get()) {
                (true, true) => view! { <Palette/><Canvas/> }.into_any(),
                _ => view! { <Outline/> }.into_any(),
            }}
            <Inspector/>
        </div>
        <Problems/>
        <FileInput/>
        <Gallery/>
        <ConflictDialog reload=reload/>
        <LeaveDialog leaving=leaving/>
    }
}
