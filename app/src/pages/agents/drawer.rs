//! The edit drawer. The address says what is open (`?edit=agt_…`, `?edit=new`); the draft lives beside it, so that closing by mistake
//! asks before anything is lost.

use domain::agent::Agent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{edit_agent, save_agent};
use super::draft::Editing;
use super::general::General;
use super::models::Models;
use super::prompt::Prompt;
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{Banner, Button, ConfirmDialog, Drawer, FormError, LinkButton, Loaded, Tone, Variant, use_toasts};

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
    let data = Resource::new(
        move || edit.get(),
        |edit| async move {
            match edit {
                Some(key) => edit_agent(key).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| {
        failure.set(None);
        open.set(edit.get().is_some());
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
        if saving.get_untracked() {
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
            <Loaded resource=data let:data>
                {data.map(|data| {
                    editing.begin(&data);
                    view! {
                        <form
                            class="flex flex-col gap-8"
                            on:submit=move |event| {
                                event.prevent_default();
                                save();
                            }
                        >
                            <Section title="General"><General editing/></Section>
                            <Section title="Prompt"><Prompt editing/></Section>
                            <Section title="Model"><Models editing options=data.models.clone()/></Section>
                        </form>
                    }
                })}
            </Loaded>
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
