//! The edit drawer. The address says what is open (`?edit=agt_…&section=prompt`, `?edit=new`); the draft lives beside it, so that closing
//! by mistake asks before anything is lost.

use domain::advice::Section;
use domain::agent::{Agent, AgentStatus};
use domain::id::AgentId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::{EditorData, edit_agent, save_agent};
use super::draft::Editing;
use super::footer::Footer;
use super::page::readable;
use super::publish::PublishDialog;
use super::sections::{PANEL, SectionPanel, SectionTabs, Shelf};
use crate::error::AppError;
use crate::ui::{
    ConfirmDialog, Drawer, ErrorCard, LinkButton, Size, Skeleton, Variant, ask_before_back, browser, go_back,
    guard_leaving, guard_links, use_toasts,
};

/// What the address says for an agent that is being made.
const NEW: &str = "new";

/// What was asked for while something was unsaved.
#[derive(Clone, PartialEq, Eq)]
enum Way {
    /// Closing the drawer.
    Closed,
    /// The browser's Back or Forward.
    Back,
    /// A link to another page.
    Link(String),
}

/// Whether the address, as the browser has it now, is no longer that of the drawer with this agent.
fn is_elsewhere(key: &str) -> bool {
    let location = window().location();
    let (path, search) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    let search = readable(search.trim_start_matches('?'));
    let same = search.split('&').any(|pair| pair.strip_prefix("edit=") == Some(key));
    path != "/agents" || !same
}

/// The drawer over the library.
#[component]
pub fn AgentDrawer(
    /// What the address says: `new`, an id, or nothing.
    edit: Memo<Option<String>>,
    /// Which section the address says.
    section: Memo<Section>,
    /// Whether it fills the window.
    full: Memo<bool>,
    /// The address of a section.
    section_href: Callback<Section, String>,
    /// The address of the drawer filling the window, or not.
    full_href: Callback<bool, String>,
    /// Takes the drawer out of the address.
    on_close: Callback<()>,
    /// A new agent was saved for the first time: the address becomes its own.
    on_made: Callback<AgentId>,
    /// An agent was saved.
    on_saved: Callback<Agent>,
) -> impl IntoView {
    let editing = Editing::new();
    let (open, asking, publishing) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let (saving, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    // Not a resource: asking again would dispose the form's signals while the form is still shown and typed in.
    let loaded = RwSignal::new(None::<Result<EditorData, AppError>>);
    let load = move |key: String| {
        loaded.set(None);
        let is_new = key == NEW;
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
            // The form came after the drawer had opened, so the keyboard stands on "Close".
            if is_new {
                request_animation_frame(|| browser::focus("agent-name"));
            }
        });
    };
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| {
        failure.set(None);
        let key = edit.get();
        // Opening anew what is open would make its content anew.
        if open.get_untracked() != key.is_some() {
            open.set(key.is_some());
        }
        // A new agent that was just saved is on the screen already.
        let shown = untrack(|| editing.base()).map(|(id, _)| id.to_string());
        let is_shown = loaded.with_untracked(|l| matches!(l, Some(Ok(_)))) && key == shown;
        if let Some(key) = key.filter(|_| !is_shown) {
            load(key);
        }
    });
    let leave = move || {
        editing.clear();
        if edit.get_untracked().is_some() {
            on_close.run(());
        }
    };
    let way = RwSignal::new(Way::Closed);
    let go = StoredValue::new(use_navigate());
    let unsaved = Signal::derive(move || edit.with(Option::is_some) && editing.would_lose());
    // From section to section nothing is lost, so that Back may lead there unasked.
    let lost = Signal::derive(move || unsaved.get() && edit.with(|key| key.as_deref().is_some_and(is_elsewhere)));
    let ask = move |where_to: Way| {
        way.set(where_to);
        asking.set(true);
    };
    ask_before_back(lost, Callback::new(move |()| ask(Way::Back)));
    guard_links(unsaved, Callback::new(move |href| ask(Way::Link(href))));
    guard_leaving(unsaved);
    let closed = move |()| {
        if untrack(|| unsaved.get()) {
            open.set(true);
            // A frame later, so that the question lies above the drawer.
            request_animation_frame(move || ask(Way::Closed));
        } else {
            leave();
        }
    };
    let ask_to_publish = move || request_animation_frame(move || publishing.set(true));
    let save = move |then_publish: bool| {
        // Enter in a field comes here too, so what the button refuses is refused again.
        if saving.get_untracked() || untrack(|| !editing.is_dirty() || !editing.problems().is_empty()) {
            return;
        }
        let (mut draft, base) = (editing.draft.get_untracked(), untrack(|| editing.base()));
        // Saving a draft as live would publish it at once, before anybody was asked. Publishing sets it live.
        if then_publish && draft.status == AgentStatus::Live && untrack(|| editing.was_draft()) {
            draft.status = AgentStatus::Draft;
            if editing.is_saved(&draft) {
                editing.discard();
                ask_to_publish();
                return;
            }
        }
        saving.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = save_agent(base.map(|(id, _)| id), draft.clone(), base.map(|(_, version)| version)).await;
            saving.set(false);
            match result {
                Ok(agent) => {
                    let is_live = agent.published_version == Some(agent.version);
                    if is_live {
                        editing.published(&agent)
                    } else {
                        editing.accepted(&agent)
                    }
                    let heard = match agent.published_version {
                        Some(_) if is_live => " People hear it now.".to_owned(),
                        Some(live) => format!(" People hear version {live} until you publish."),
                        None => String::new(),
                    };
                    toasts.success(format!("{} is saved as version {}.{heard}", agent.draft.name, agent.version));
                    if base.is_none() && edit.try_get_untracked().flatten().as_deref() == Some(NEW) {
                        on_made.try_run(agent.id);
                        // What had the keyboard may be gone with the form of a new agent.
                        request_animation_frame(|| browser::refocus(PANEL));
                    }
                    if then_publish && !is_live {
                        ask_to_publish();
                    }
                    on_saved.try_run(agent);
                }
                Err(AppError::Invalid { problems }) => editing.refused(draft, problems),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let publish = move |()| if untrack(|| editing.is_dirty()) { save(true) } else { ask_to_publish() };
    let published = Callback::new(move |agent: Agent| {
        editing.published(&agent);
        on_saved.run(agent);
    });
    let restored = Callback::new(move |agent: Agent| {
        editing.accepted(&agent);
        on_saved.run(agent);
    });
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
            full=Signal::derive(move || full.get())
            on_close=closed
            footer=move || view! { <Footer editing saving failure on_save=move |()| save(false) on_publish=publish/> }
        >
            {move || match loaded.get() {
                None => view! { <Skeleton/> }.into_any(),
                Some(Err(error)) => {
                    let again = move |_| if let Some(key) = edit.get_untracked() { load(key) };
                    view! { <ErrorCard error on_retry=again/> }.into_any()
                }
                Some(Ok(data)) => {
                    let shelf = Shelf::of(data);
                    view! {
                        <div class="mx-auto w-full max-w-5xl">
                            <div class="mb-2 hidden justify-end sm:flex">
                                <LinkButton href=Signal::derive(move || full_href.run(!full.get())) variant=Variant::Ghost size=Size::Small replace=true>
                                    {move || if full.get() { "Shrink to a drawer" } else { "Expand to full page" }}
                                </LinkButton>
                            </div>
                            <SectionTabs editing section href=section_href/>
                            <SectionPanel
                                editing section shelf saving href=section_href
                                on_save=move |()| save(false) on_restored=restored
                            />
                        </div>
                    }
                    .into_any()
                }
            }}
        </Drawer>
        <PublishDialog editing open=publishing on_published=published/>
        <ConfirmDialog
            open=asking
            title="Discard your changes?"
            confirm="Discard"
            danger=true
            on_confirm=move |()| {
                editing.discard();
                editing.hooking.clear();
                match way.get_untracked() {
                    Way::Closed => open.set(false),
                    Way::Back => go_back(),
                    Way::Link(href) => go.with_value(|go| go(&href, NavigateOptions::default())),
                }
            }
        >
            "What you changed since the last save will be lost."
        </ConfirmDialog>
    }
}
