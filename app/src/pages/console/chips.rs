//! Above the columns: what is changed for this session, each change with "make permanent" and "discard".

use leptos::prelude::*;

use super::api::{VersionOption, make_permanent};
use super::session::Change;
use super::state::Console;
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{Badge, Button, FormError, Icon, IconButton, Size, Tone, use_toasts};

/// Nothing while nothing is changed.
#[component]
pub fn SessionChips(
    /// The console's state.
    console: Console,
) -> impl IntoView {
    let may_write = use_me().may_write();
    let toasts = use_toasts();
    let error = RwSignal::new(None::<AppError>);
    let keep = Action::new(move |change: &Change| {
        let (agent, change) = (console.agent.get_untracked(), change.clone());
        async move {
            let draft = console.session.with_untracked(|s| s.with(agent.draft.clone(), &change));
            match make_permanent(agent.id, draft, agent.version).await {
                Ok(saved) => {
                    let option =
                        VersionOption { version: saved.version, is_published: false, draft: saved.draft.clone() };
                    console.versions.update(|all| all.insert(0, option));
                    console.session.update(|s| s.discard(&change));
                    toasts.success(format!("Saved as version {}.", saved.version));
                    console.agent.set(saved);
                    error.set(None);
                }
                Err(e) => error.set(Some(e)),
            }
        }
    });
    let busy = keep.pending();
    let chip = move |change: Change| {
        let label = change.label();
        let (kept, gone) = (change.clone(), change.clone());
        view! {
            <li class="flex max-w-full items-center gap-1 rounded-md border border-warn-line bg-warn-soft py-0.5 pl-2 pr-1 text-xs text-warn">
                <span class="min-w-0 truncate" title=label.clone()>{label.clone()}</span>
                {(change.may_stay() && may_write).then(|| view! {
                    <Button
                        size=Size::Small disabled=busy of=label.clone()
                        on_click=move |_| { keep.dispatch(kept.clone()); }
                    >"Make permanent"</Button>
                })}
                <IconButton
                    icon=Icon::X size=Size::Small label=format!("Discard: {label}")
                    on_click=move |_| console.session.update(|s| s.discard(&gone))
                />
            </li>
        }
    };
    let changes = Memo::new(move |_| console.session.with(|s| s.changes()));
    view! {
        <Show when=move || changes.with(|c| !c.is_empty())>
            <div class="mb-4 flex flex-wrap items-center gap-2" role="group" aria-label="Changed for this session only">
                <Badge tone=Tone::Warn icon=Icon::Wait>"Session only"</Badge>
                <ul class="contents">
                    <For each=move || changes.get() key=|change| change.clone() let:change>{chip(change)}</For>
                </ul>
                <Button size=Size::Small on_click=move |_| console.session.set(Default::default())>"Discard all"</Button>
            </div>
            <FormError error=move || error.get()/>
        </Show>
    }
}
