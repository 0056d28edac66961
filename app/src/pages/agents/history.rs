//! The drawer's section on what the agent was: its versions with who, when and what changed, and bringing one back.

use std::collections::{BTreeMap, BTreeSet};

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
    let toasts = use_toasts();
    let rows = Rows {
        open: RwSignal::new(BTreeSet::new()),
        against: StoredValue::new(BTreeMap::new()),
        busy: RwSignal::new(None),
    };
    let restore = Callback::new(move |version: i32| {
        rows.busy.set(Some(version));
        spawn_local(async move {
            match restore_version(agent, version).await {
                Ok(agent) => {
                    toasts.success(format!(
                        "Version {version} is back, as version {}. Publish it when it is right.",
                        agent.version
                    ));
                    on_restored.try_run(agent);
                }
                Err(error) => toasts.error(error.to_string()),
            }
            rows.busy.try_set(None);
        });
    });
    let (asking, about) = (RwSignal::new(false), RwSignal::new(0));
    let ask = Callback::new(move |version: i32| {
        if untrack(|| editing.is_dirty()) {
            about.set(version);
            asking.set(true);
        } else {
            restore.run(version);
        }
    });
    view! {
        <Loaded resource=versions steady=true let:found>
            <ol class="flex flex-col gap-3" aria-label="Versions, newest first">
                {found
                    .into_iter()
                    .enumerate()
                    .map(|(at, row)| view! { <Version row is_newest={at == 0} rows ask/> })
                    .collect_view()}
            </ol>
        </Loaded>
        <ConfirmDialog
            open=asking title=move || format!("Restore version {}?", about.get()) confirm="Restore"
            on_confirm=move |()| restore.run(about.get_untracked())
        >
            "What you changed since the last save will be lost."
        </ConfirmDialog>
    }
}

/// What goes on with the versions, by their numbers. It lives above them: every change of an agent asks for the list again, and makes
/// the rows anew.
#[derive(Clone, Copy)]
struct Rows {
    /// Those whose changes are shown.
    open: RwSignal<BTreeSet<i32>>,
    /// What those are compared with: the key of a tab.
    against: StoredValue<BTreeMap<i32, ArcRwSignal<String>>>,
    /// The one that is being brought back.
    busy: RwSignal<Option<i32>>,
}

impl Rows {
    /// Shows a version's changes, or hides them.
    fn toggle(self, version: i32) {
        self.open.update(|open| {
            if !open.remove(&version) {
                open.insert(version);
            }
        });
    }

    /// What a version is compared with; at first the tab with this key.
    fn against(self, version: i32, first: &str) -> RwSignal<String> {
        let kept = self
            .against
            .try_update_value(|all| all.entry(version).or_insert_with(|| ArcRwSignal::new(first.to_owned())).clone());
        kept.unwrap_or_else(|| ArcRwSignal::new(first.to_owned())).into()
    }
}

/// One version.
#[component]
fn Version(row: HistoryRow, is_newest: bool, rows: Rows, ask: Callback<i32>) -> impl IntoView {
    let HistoryRow { version, author, created_at, is_published, publications, changes, until_now } = row;
    let open = Signal::derive(move || rows.open.with(|all| all.contains(&version)));
    let busy = Signal::derive(move || rows.busy.get() == Some(version));
    // Several versions may be open at once, and keys of tabs are unique in the page.
    let (before_key, since_key) = (format!("before-{version}"), format!("since-{version}"));
    let which = rows.against(version, &before_key);
    let author = if author.is_empty() { "the system".to_owned() } else { author };
    let fields = changes.iter().flatten().map(|c| c.label.clone()).collect::<Vec<_>>().join(", ");
    let summary = match (&changes, fields.is_empty()) {
        (None, _) => "The oldest version that is kept here.".to_owned(),
        (Some(_), true) => "Nothing but its state changed.".to_owned(),
        (Some(_), false) => format!("Changed: {fields}"),
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
                    <Button size=Size::Small of=format!("version {version}") on_click=move |_| rows.toggle(version)>
                        {move || if open.get() { "Hide changes" } else { "Compare" }}
                    </Button>
                    {(!is_newest).then(|| view! {
                        <Button
                            size=Size::Small icon=Icon::Undo busy=busy disabled={!may_write}
                            of=format!("version {version}") on_click=move |_| ask.run(version)
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
                let items = vec![Tab::new(key.clone(), "Against the version before"), Tab::new(since_key.clone(), "Until now")];
                view! {
                    <Segmented label="Compare with" selected=which items=items/>
                    {move || {
                        let changes = if which.get() == key { before.clone() } else { since.clone() };
                        view! { <DiffView changes/> }
                    }}
                }
            })}
        </li>
    }
}
