//! The bar under the drawer: what is unsaved or wrong; save, discard, publish.

use leptos::prelude::*;

use super::draft::Editing;
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{Badge, Banner, Button, FormError, Icon, LinkButton, Tone, Variant};

/// Says what is unsaved or wrong, and what people hear.
#[component]
pub fn Footer(
    /// What is being edited.
    editing: Editing,
    /// Whether it is being saved.
    saving: RwSignal<bool>,
    /// Why it could not be saved.
    failure: RwSignal<Option<AppError>>,
    /// Saves.
    #[prop(into)]
    on_save: Callback<()>,
    /// Saves what is unsaved, then asks whether to publish.
    #[prop(into)]
    on_publish: Callback<()>,
) -> impl IntoView {
    let may_write = use_me().may_write();
    let news = move || match (editing.is_dirty(), editing.problems().0.len()) {
        (false, 0) => String::new(),
        (_, 0) => "Unsaved changes".to_owned(),
        (_, 1) => "1 problem to solve".to_owned(),
        (_, n) => format!("{n} problems to solve"),
    };
    // A problem may stand in another section than the one on the screen.
    let first_problem = move || {
        let problems = editing.problems();
        problems.0.first().map(|p| p.message.clone())
    };
    let heard = move || match (editing.published_version(), editing.base()) {
        (_, None) => None,
        (None, _) => Some((Tone::Neutral, "Not published yet".to_owned())),
        (Some(live), _) if editing.is_ahead() => Some((Tone::Warn, format!("People hear version {live}"))),
        (Some(live), _) => Some((Tone::Good, format!("Version {live} is live"))),
    };
    let cannot_save = Signal::derive(move || !may_write || !editing.is_dirty() || !editing.problems().is_empty());
    let cannot_publish = Signal::derive(move || {
        !may_write || !editing.problems().is_empty() || !(editing.is_ahead() || editing.is_dirty())
    });
    view! {
        <div class="flex w-full flex-col gap-2">
            <FormError error=failure/>
            {(!may_write).then(|| view! {
                <Banner tone=Tone::Info>"Your role may look at agents, not change them."</Banner>
            })}
            <div class="flex flex-wrap items-center justify-end gap-2">
                <span class="mr-auto flex flex-wrap items-center gap-2 text-xs text-ink-2">
                    <span role="status" title=first_problem>{news}</span>
                    {move || heard().map(|(tone, words)| view! { <Badge tone>{words}</Badge> })}
                </span>
                {move || editing.base().filter(|_| !editing.is_dirty()).map(|(id, _)| view! {
                    <LinkButton href=format!("/agents/{id}/test") variant=Variant::Ghost>"Test"</LinkButton>
                })}
                <Button keeps_focus=true disabled=Signal::derive(move || !editing.is_dirty()) on_click=move |_| editing.discard()>
                    "Discard changes"
                </Button>
                <Button keeps_focus=true busy=saving disabled=cannot_save on_click=move |_| on_save.run(())>"Save draft"</Button>
                {move || editing.base().is_some().then(|| view! {
                    <Button keeps_focus=true variant=Variant::Primary icon=Icon::Upload disabled=cannot_publish on_click=move |_| on_publish.run(())>
                        "Publish"
                    </Button>
                })}
            </div>
        </div>
    }
}
