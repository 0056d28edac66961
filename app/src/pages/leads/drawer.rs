//! The edit drawer. The address says what is open (`?edit=led_…`, `?edit=new`); the draft lives beside it, so that closing by mistake
//! asks before anything is lost.

use domain::id::LeadId;
use domain::lead::{LeadDraft, LeadStatus};
use domain::problem::Problems;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{LeadEditor, edit_lead, save_lead};
use super::consent::ConsentCard;
use super::identity::Identity;
use crate::error::AppError;
use crate::pages::content::WriteToThem;
use crate::pages::editing::Editing;
use crate::session::use_me;
use crate::ui::{
    Banner, Button, ConfirmDialog, Drawer, FormError, Icon, Loaded, Tone, Variant, ask_before_back, use_toasts,
};

/// A lead being edited.
pub type EditingLead = Editing<LeadDraft, LeadId>;

/// The drawer over the list.
#[component]
pub fn LeadDrawer(
    /// What the address says: `new`, an id, or nothing.
    edit: Memo<Option<String>>,
    /// Takes `edit` out of the address.
    on_close: Callback<()>,
    /// A lead was saved.
    on_saved: Callback<()>,
    /// Asks, then deletes: the id and what to call them.
    on_delete: Callback<(LeadId, String)>,
    /// Asks, then erases: the id and what to call them.
    on_erase: Callback<(LeadId, String)>,
) -> impl IntoView {
    let check = |draft: &LeadDraft| draft.checked().err().unwrap_or_else(Problems::none);
    let editing: EditingLead = Editing::new(LeadDraft::default(), check);
    let (open, asking) = (RwSignal::new(false), RwSignal::new(false));
    let (saving, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let name = RwSignal::new(String::new());
    let may_write = use_me().may_write();
    let toasts = use_toasts();
    let data = Resource::new(
        move || edit.get(),
        |edit| async move {
            match edit {
                Some(key) => edit_lead(key).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| {
        failure.set(None);
        open.set(edit.get().is_some());
    });
    ask_before_back(
        Signal::derive(move || open.get() && editing.is_dirty()),
        Callback::new(move |()| asking.set(true)),
    );
    let closed = move |()| {
        if untrack(|| editing.is_dirty()) && edit.get_untracked().is_some() {
            open.set(true);
            // A frame later, so that the question lies above the drawer.
            request_animation_frame(move || asking.set(true));
        } else {
            editing.end();
            if edit.get_untracked().is_some() {
                on_close.run(());
            }
        }
    };
    let save = move || {
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        failure.set(None);
        let (draft, id) = (editing.draft.get_untracked(), untrack(|| editing.base()));
        spawn_local(async move {
            let result = save_lead(id, draft.clone()).await;
            saving.set(false);
            match result {
                Ok(lead) => {
                    editing.accepted(lead.id, lead.draft());
                    toasts.success(format!("{} is saved.", lead.title()));
                    open.set(false);
                    on_saved.try_run(());
                }
                Err(AppError::Invalid { problems }) => editing.refused(draft, problems),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let title = Signal::derive(move || match editing.base() {
        _ if !editing.is_begun() => "Lead".to_owned(),
        None => "New lead".to_owned(),
        Some(_) => name.get(),
    });
    // Leaves the drawer to a question that lies above the list.
    let leave_to = move |ask: Callback<(LeadId, String)>| {
        if let Some(id) = untrack(|| editing.base()) {
            editing.discard();
            open.set(false);
            let name = name.get_untracked();
            request_animation_frame(move || {
                ask.try_run((id, name));
            });
        }
    };
    view! {
        <Drawer
            open=open
            title=title
            on_close=closed
            footer=move || view! { <Footer editing saving failure on_save=move |()| save() on_delete=move |()| leave_to(on_delete) on_erase=move |()| leave_to(on_erase)/> }
        >
            <Loaded resource=data let:data>
                {data.map(|data| {
                    let LeadEditor { lead, agents, consents } = data;
                    editing.begin(lead.as_ref().map(|l| l.id), lead.as_ref().map(|l| l.draft()).unwrap_or_default());
                    name.set(lead.as_ref().map(|l| l.title().to_owned()).unwrap_or_default());
                    let opted_out = lead.as_ref().is_some_and(|l| l.status == LeadStatus::OptedOut);
                    let writers = agents.clone();
                    let whom = lead.as_ref().filter(|_| may_write && !opted_out).map(|l| (l.id, l.assigned_agent));
                    view! {
                        <form
                            class="flex flex-col gap-6"
                            on:submit=move |event| {
                                event.prevent_default();
                                save();
                            }
                        >
                            {opted_out.then(|| view! {
                                <Banner tone=Tone::Bad title="Opted out" icon=Icon::Hand>
                                    "This person asked us to stop. Nothing is sent to them until they write START."
                                </Banner>
                            })}
                            <Identity editing agents/>
                            <ConsentCard editing consents opted_out/>
                        </form>
                        {whom.map(|(lead, assigned)| view! { <div class="mt-6"><WriteToThem lead assigned agents=writers/></div> })}
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

/// Says what is unsaved or wrong, deletes, and saves.
#[component]
fn Footer(
    editing: EditingLead,
    saving: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
    #[prop(into)] on_save: Callback<()>,
    #[prop(into)] on_delete: Callback<()>,
    #[prop(into)] on_erase: Callback<()>,
) -> impl IntoView {
    let me = use_me();
    let (may_write, may_delete) = (me.may_write(), me.may_delete());
    let cannot = Signal::derive(move || !may_write || !editing.is_dirty() || !editing.problems().is_empty());
    view! {
        <div class="flex w-full flex-col gap-2">
            <FormError error=failure/>
            {(!may_write).then(|| view! { <Banner tone=Tone::Info>"Your role may look at leads, not change them."</Banner> })}
            <div class="flex flex-wrap items-center justify-end gap-2">
                {move || (may_delete && editing.base().is_some()).then(|| view! {
                    <Button variant=Variant::Ghost icon=Icon::Trash on_click=move |_| on_delete.run(())>"Delete lead"</Button>
                    <Button variant=Variant::Ghost icon=Icon::Trash on_click=move |_| on_erase.run(())>"Erase person"</Button>
                })}
                <span class="mr-auto text-xs text-ink-2" role="status">{move || editing.news()}</span>
                <Button disabled=Signal::derive(move || !editing.is_dirty()) on_click=move |_| editing.discard()>"Discard changes"</Button>
                <Button variant=Variant::Primary busy=saving disabled=cannot on_click=move |_| on_save.run(())>"Save"</Button>
            </div>
        </div>
    }
}
