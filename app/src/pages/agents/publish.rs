//! Asks before a draft becomes what people hear: what changes for them, a note for the history, and, when its tests are not green, why.

use domain::advice::Level;
use domain::agent::Agent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::publish_agent;
use super::diff::DiffView;
use super::draft::Editing;
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{Badge, Banner, Button, Dialog, Field, FormError, Icon, TextInput, Tone, Variant, use_toasts};

/// The question over the drawer.
#[component]
pub fn PublishDialog(
    /// What is being edited; it is saved by now.
    editing: Editing,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// It is published.
    on_published: Callback<Agent>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (note, why) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    // What the tests said, once the server was asked.
    let red = RwSignal::new(None::<String>);
    let is_owner = use_me().role == "owner";
    let publish = move |_| {
        let Some((id, _)) = untrack(|| editing.base()) else { return };
        busy.set(true);
        failure.set(None);
        let reason = Some(why.get_untracked()).filter(|_| untrack(|| red.get()).is_some() && is_owner);
        let words = note.get_untracked();
        spawn_local(async move {
            match publish_agent(id, words, reason).await {
                Ok(agent) => {
                    let version = agent.version;
                    toasts.success(format!("{}: people hear version {version} now.", agent.draft.name));
                    note.set(String::new());
                    why.set(String::new());
                    red.set(None);
                    open.set(false);
                    on_published.try_run(agent);
                }
                Err(AppError::Invalid { problems }) if problems.of("overrule").is_some() => {
                    red.set(problems.of("overrule").map(str::to_owned));
                }
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let errors = move || editing.advice().into_iter().filter(|a| a.level == Level::Error).collect::<Vec<_>>();
    let cannot = Signal::derive(move || {
        !errors().is_empty() || (red.with(Option::is_some) && why.with(|w| w.trim().is_empty()))
    });
    let title = Signal::derive(move || match editing.base() {
        Some((_, version)) => format!("Publish version {version}?"),
        None => "Publish".to_owned(),
    });
    view! {
        <Dialog
            open=open
            title=title
            wide=true
            footer=move || view! {
                <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary icon=Icon::Check busy=busy disabled=cannot on_click=publish>
                    {move || if red.with(Option::is_some) { "Publish all the same" } else { "Publish now" }}
                </Button>
            }
        >
            <div class="flex flex-col gap-4">
                <FormError error=failure/>
                <ul class="flex flex-col gap-1.5 empty:hidden" aria-label="What keeps it from being published">
                    {move || errors()
                        .into_iter()
                        .map(|a| view! {
                            <li class="flex items-start gap-2 text-xs text-ink-2"><Badge tone=Tone::Bad icon=Icon::Alert>"Error"</Badge>{a.message}</li>
                        })
                        .collect_view()}
                </ul>
                {move || red.get().map(|said| view! {
                    <Banner tone=Tone::Warn title="Its tests are not green">{said}</Banner>
                    {is_owner.then(|| view! {
                        <Field id="publish-why" label="Why publish all the same" hint="Kept in the history.">
                            <TextInput bind=why/>
                        </Field>
                    })}
                })}
                <Field id="publish-note" label="Note" optional=true hint="What changed, for your team. Kept in the history.">
                    <TextInput bind=note/>
                </Field>
                <section class="flex flex-col gap-2" aria-label="What changes for people">
                    <h3 class="text-sm font-medium text-ink">"What changes for people"</h3>
                    {move || match editing.against_live() {
                        None => view! { <p class="text-sm text-ink-2">"It is published for the first time."</p> }.into_any(),
                        Some(changes) => view! { <DiffView changes/> }.into_any(),
                    }}
                </section>
            </div>
        </Dialog>
    }
}
