//! The edit drawer. The address says what is open (`?edit=agt_…`, `?edit=new`); the draft lives beside it, so that closing by mistake
//! asks before anything is lost.

use domain::agent::Agent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{EditorData, ModelOption, edit_agent, save_agent};
use super::draft::Editing;
use super::general::General;
use super::models::Models;
use super::prompt::Prompt;
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{
    Banner, Button, ConfirmDialog, Drawer, ErrorCard, FormError, LinkButton, Skeleton, Tone, Variant, use_toasts,
};

/// The drawer over the library.
#[component]
pub fn AgentDrawer(
    /// What the address says: `new`, an id, or nothing.
    edit: Memo<Option<String>>,
    /// Takes `edit` out of the address.
    on_close: Callback<()>,
    /// An agent was saved.
    on_saved: Callback<Agent>,
) -> impl IntoView {
    let editing = Editing::new();
    let (open, asking) = (RwSignal::new(false), RwSignal::new(false));
    let (saving, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    // Not a resource: asking again would dispose the form's signals while the form is still shown and typed in.
    let loaded = RwSignal::new(None::<Result<EditorData, AppError>>);
    let load = move |key: String| {
        loaded.set(None);
        spawn_local(async move {
            let result = edit_agent(key.clone()).await;
            // Another agent may have been opened meanwhile, or the page left.
            if edit.try_get_untracked().flatten() != Some(key) {
                return;
            }
            if let Ok(data) = &result {
                editing.begin(data);
            }
            loaded.set(Some(result));
        });
    };
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| {
        failure.set(None);
        let key = edit.get();
        open.set(key.is_some());
        if let Some(key) = key {
            load(key);
        }
    });
    let leave = move || {
        editing.clear();
        if edit.get_untracked().is_some() {
            on_close.run(());
        }
    };
    let closed = move |()| {
        if untrack(|| editing.is_dirty()) && edit.get_untracked().is_some() {
            open.set(true);
            // A frame later, so that the question lies above the drawer.
            request_animation_frame(move || asking.set(true));
        } else {
            leave();
        }
    };
    let save = move || {
        // Enter in a field comes here too, so what the button refuses is refused again.
        if saving.get_untracked() || untrack(|| !editing.is_dirty() || !editing.problems().is_empty()) {
            return;
        }
        saving.set(true);
        failure.set(None);
        let (draft, base) = (editing.draft.get_untracked(), untrack(|| editing.base()));
        spawn_local(async move {
            let result = save_agent(base.map(|(id, _)| id), draft.clone(), base.map(|(_, version)| version)).await;
            saving.set(false);
            match result {
                Ok(agent) => {
                    editing.accepted(&agent);
                    toasts.success(format!("{} is saved as version {}.", agent.draft.name, agent.version));
                    open.set(false);
                    on_saved.run(agent);
                }
                Err(AppError::Invalid { problems }) => editing.refused(draft, problems),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let title = Signal::derive(move || match editing.base() {
        _ if !editing.is_begun() => "Agent".to_owned(),
        None => "New agent".to_owned(),
        Some((_, version)) => format!("{} · version {version}", editing.draft.with(|d| d.name.clone())),
    });
    view! {
        <Drawer
            open=open
            title=title
            wide=true
            on_close=closed
            footer=move || view! { <Footer editing saving failure on_save=move |()| save()/> }
        >
            {move || match loaded.get() {
                None => view! { <Skeleton/> }.into_any(),
                Some(Err(error)) => {
                    let again = move |_| if let Some(key) = edit.get_untracked() { load(key) };
                    view! { <ErrorCard error on_retry=again/> }.into_any()
                }
                Some(Ok(data)) => view! { <Form editing options=data.models on_save=move |()| save()/> }.into_any(),
            }}
        </Drawer>
        <ConfirmDialog
            open=asking
            title="Discard your changes?"
            confirm="Discard"
            danger=true
            on_confirm=move |()| {
                editing.discard();
                open.set(false);
            }
        >
            "What you changed since the last save will be lost."
        </ConfirmDialog>
    }
}

/// The sections.
#[component]
fn Form(editing: Editing, options: Vec<ModelOption>, #[prop(into)] on_save: Callback<()>) -> impl IntoView {
    view! {
        <form
            class="flex flex-col gap-8"
            on:submit=move |event| {
                event.prevent_default();
                on_save.run(());
            }
        >
            <Section title="General">
                <General editing/>
            </Section>
            <Section title="Prompt">
                <Prompt editing/>
            </Section>
            <Section title="Model">
                <Models editing options/>
            </Section>
        </form>
    }
}

/// One part of the form under its heading.
#[component]
fn Section(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="flex flex-col gap-4" aria-label=title>
            <h3 class="border-b border-line pb-1.5 text-xs font-semibold uppercase tracking-wide text-ink-3">{title}</h3>
            {children()}
        </section>
    }
}

/// Says what is unsaved or wrong, and saves.
#[component]
fn Footer(
    editing: Editing,
    saving: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
    #[prop(into)] on_save: Callback<()>,
) -> impl IntoView {
    let may_write = use_me().may_write();
    let news = move || match (editing.is_dirty(), editing.problems().0.len()) {
        (false, 0) => String::new(),
        (_, 0) => "Unsaved changes".to_owned(),
        (_, 1) => "1 problem to solve".to_owned(),
        (_, n) => format!("{n} problems to solve"),
    };
    let cannot = Signal::derive(move || !may_write || !editing.is_dirty() || !editing.problems().is_empty());
    view! {
        <div class="flex w-full flex-col gap-2">
            <FormError error=failure/>
            {(!may_write).then(|| view! {
                <Banner tone=Tone::Info>"Your role may look at agents, not change them."</Banner>
            })}
            <div class="flex flex-wrap items-center justify-end gap-2">
                <span class="mr-auto text-xs text-ink-2" role="status">{news}</span>
                {move || editing.base().filter(|_| !editing.is_dirty()).map(|(id, _)| view! {
                    <LinkButton href=format!("/agents/{id}/test") variant=Variant::Ghost>"Test"</LinkButton>
                })}
                <Button disabled=Signal::derive(move || !editing.is_dirty()) on_click=move |_| editing.discard()>"Discard changes"</Button>
                <Button variant=Variant::Primary busy=saving disabled=cannot on_click=move |_| on_save.run(())>"Save"</Button>
            </div>
        </div>
    }
}
