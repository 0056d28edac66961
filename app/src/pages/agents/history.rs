//! The drawer's section on what the agent was: its versions with who, when and what changed, and bringing one back.

use domain::agent::Agent;
use domain::id::AgentId;
#[cfg(feature = "ssr")]
use domain::library::AgentVersion;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{HistoryRow, agent_history, restore_version};
use super::diff::DiffView;
use super::draft::Editing;
use crate::live::use_live;
use crate::session::use_me;
use crate::ui::{Badge, Button, ConfirmDialog, Icon, Loaded, Segmented, Size, Tab, Tone, When, use_toasts};

/// The versions, newest first, each with what changed before and since.
#[cfg(feature = "ssr")]
pub fn rows(all: &[AgentVersion]) -> Vec<HistoryRow> {
    let newest = all.first().map(|v| &v.draft);
    let before = all.iter().skip(1).map(Some).chain(std::iter::once(None));
    all.iter()
        .zip(before)
        .map(|(v, before)| HistoryRow {
            version: v.version,
            author: v.author.clone(),
            created_at: v.created_at,
            is_published: v.is_published,
            publications: v.publications.clone(),
            changes: before.map(|before| domain::diff::drafts(&before.draft, &v.draft)),
            until_now: newest.map(|newest| domain::diff::drafts(&v.draft, newest)).unwrap_or_default(),
        })
        .collect()
}

/// The versions of a saved agent.
#[component]
pub fn History(
    /// What is being edited.
    editing: Editing,
    /// Whose history.
    agent: AgentId,
    /// A version was brought back.
    on_restored: Callback<Agent>,
) -> impl IntoView {
    let live = use_live("agent");
    let versions = Resource::new(move || (agent, live.get(), editing.base()), |(agent, _, _)| agent_history(agent));
    view! {
        <Loaded resource=versions let:rows>
            <ol class="flex flex-col gap-3" aria-label="Versions, newest first">
                {rows
                    .into_iter()
                    .enumerate()
                    .map(|(at, row)| view! { <Version editing agent row is_newest={at == 0} on_restored/> })
                    .collect_view()}
            </ol>
        </Loaded>
    }
}

/// One version.
#[component]
fn Version(
    editing: Editing,
    agent: AgentId,
    row: HistoryRow,
    is_newest: bool,
    on_restored: Callback<Agent>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (open, asking, busy) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let HistoryRow { version, author, created_at, is_published, publications, changes, until_now } = row;
    // Several versions may be open at once, and keys of tabs are unique in the page.
    let before_key = format!("before-{version}");
    let which = RwSignal::new(before_key.clone());
    let author = if author.is_empty() { "the system".to_owned() } else { author };
    let fields = changes.iter().flatten().map(|c| c.label.clone()).collect::<Vec<_>>().join(", ");
    let summary = match (&changes, fields.is_empty()) {
        (None, _) => "The oldest version that is kept here.".to_owned(),
        (Some(_), true) => "Nothing but its state changed.".to_owned(),
        (Some(_), false) => format!("Changed: {fields}"),
    };
    let restore = move |()| {
        busy.set(true);
        spawn_local(async move {
            match restore_version(agent, version).await {
                Ok(agent) => {
                    toasts.success(format!(
                        "Version {version} is back, as version {}. Publish it when it is right.",
                        agent.version
                    ));
                    on_restored.run(agent);
                }
                Err(error) => toasts.error(error.to_string()),
            }
            busy.set(false);
        });
    };
    let ask = move |_| {
        if untrack(|| editing.is_dirty()) { asking.set(true) } else { restore(()) }
    };
    let may_write = use_me().may_write();
    view! {
        <li class="flex flex-col gap-2 rounded-lg border border-line p-3" aria-label=format!("Version {version}")>
            <div class="flex flex-wrap items-center gap-2">
                <span class="text-sm font-semibold text-ink">{format!("Version {version}")}</span>
                {is_published.then(|| view! { <Badge tone=Tone::Good icon=Icon::Check>"Published"</Badge> })}
                {is_newest.then(|| view! { <Badge>"Newest draft"</Badge> })}
                <span class="text-xs text-ink-3">"saved by " {author} " " <When at=created_at relative=true/></span>
                <span class="ml-auto flex gap-1.5">
                    <Button size=Size::Small label=format!("Compare version {version}") on_click=move |_| open.update(|o| *o = !*o)>
                        {move || if open.get() { "Hide changes" } else { "Compare" }}
                    </Button>
                    {(!is_newest).then(|| view! {
                        <Button
                            size=Size::Small icon=Icon::Undo busy=busy disabled={!may_write}
                            label=format!("Restore version {version}") on_click=ask
                        >
                            "Restore"
                        </Button>
                    })}
                </span>
            </div>
            <p class="text-xs text-ink-2">{summary}</p>
            {publications
                .into_iter()
                .map(|p| view! {
                    <p class="text-xs text-ink-3">
                        "Published by " {if p.by.is_empty() { "the system".to_owned() } else { p.by }} " " <When at=p.at relative=true/>
                        {(!p.note.is_empty()).then(|| format!(": {}", p.note))}
                        {p.overrule.map(|why| view! { <span class="text-warn">{format!(" (although its tests were not green: {why})")}</span> })}
                    </p>
                })
                .collect_view()}
            {move || open.get().then(|| {
                let key = before_key.clone();
                let (before, since) = (changes.clone().unwrap_or_default(), until_now.clone());
                let items = vec![Tab::new(key.clone(), "Against the version before"), Tab::new(format!("since-{version}"), "Until now")];
                view! {
                    <Segmented label="Compare with" selected=which items=items/>
                    {move || {
                        let changes = if which.get() == key { before.clone() } else { since.clone() };
                        view! { <DiffView changes/> }
                    }}
                }
            })}
        </li>
        <ConfirmDialog open=asking title=format!("Restore version {version}?") confirm="Restore" on_confirm=restore>
            "What you changed since the last save will be lost."
        </ConfirmDialog>
    }
}
