//! The console's frame: the agent from the address, its parts as tabs, three columns that are tabs on phones, and the keys.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::{ConsoleData, load_console};
use super::chat::Chat;
use super::chips::SessionChips;
use super::correct::CorrectionDialog;
use super::editor::TestEditor;
use super::pane::TracePane;
use super::scenario::Scenario;
use super::state::Console;
use super::suite::TestsSection;
use crate::session::use_me;
use crate::shell::{PageHead, page_shortcuts};
use crate::ui::{
    Button, Icon, LinkButton, Loaded, Segmented, SkeletonBox, StatusBadge, Switch, Tab, TabLinks, browser,
};

/// `/agents/{id}/test`
#[component]
pub fn ConsolePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    // Not live: a save elsewhere must not throw the conversation away.
    let data = Resource::new(move || id.get(), load_console);
    view! {
        <Loaded resource=data skeleton=move || view! { <SkeletonBox class="h-96 w-full"/> } let:data>
            <Bench data/>
        </Loaded>
    }
}

/// One agent under test.
#[component]
fn Bench(data: ConsoleData) -> impl IntoView {
    let console = Console::new(data);
    let id = console.agent.with_untracked(|a| a.id);
    let query = use_query_map();
    let tab = Memo::new(move |_| match query.with(|q| q.get("tab")).as_deref() {
        Some("suite") => "suite".to_owned(),
        _ => "try".to_owned(),
    });
    let is_suite = move || tab.with(|t| t == "suite");
    let is_empty = Signal::derive(move || console.is_empty());
    let may_write = use_me().may_write();
    let navigate = leptos_router::hooks::use_navigate();
    let on_try = move |draft: domain::suite::TestDraft| {
        console.load(&draft);
        navigate(&format!("/agents/{id}/test"), Default::default());
    };
    listen(console);
    view! {
        <PageHead
            title=Signal::derive(move || format!("Test {}", console.agent.with(|a| a.draft.name.clone())))
            subtitle=Signal::derive(move || Some(format!("Version {}, as it was last saved. Nothing is sent to anyone.", console.agent.with(|a| a.version))))
            back=("Agents", "/agents")
            badges=move || view! { {move || view! { <StatusBadge status=console.agent.with(|a| a.draft.status.as_str())/> }} }
            actions=move || view! {
                {may_write.then(|| view! { <Switch checked=console.compare on_change=move |on: bool| console.set_compare(on) label="Compare two"/> })}
                <Button icon=Icon::Undo disabled=is_empty on_click=move |_| console.reset()>"Reset"</Button>
                <LinkButton href=format!("/agents?edit={id}") icon=Icon::Edit>"Edit"</LinkButton>
            }
        />
        <div class="mb-4">
            <TabLinks
                label="Test Console" current=Signal::derive(move || tab.get())
                items=vec![
                    Tab::new("try", "Conversation").href(format!("/agents/{id}/test")),
                    Tab::new("suite", "Suite").href(format!("/agents/{id}/test?tab=suite")),
                ]
            />
        </div>
        // The conversation stays while the suite is looked at.
        <div class:hidden=is_suite>
            <SessionChips console/>
            <Columns console/>
        </div>
        <Show when=is_suite>
            <TestsSection agent_id=id on_try=on_try.clone()/>
        </Show>
        <TestEditor agent=id writing=console.writing/>
        <CorrectionDialog agent=id correcting=console.correcting/>
    }
}

/// The three columns.
#[component]
fn Columns(console: Console) -> impl IntoView {
    let shown = move |column: &'static str| move || !console.column.with(|c| c == column);
    let grid = move || match console.compare.get() {
        false => "grid gap-4 lg:grid-cols-[14rem_minmax(0,1fr)_19rem] 2xl:grid-cols-[17rem_minmax(0,1fr)_23rem]",
        true => "grid gap-4 lg:grid-cols-[14rem_minmax(0,1fr)] 2xl:grid-cols-[15rem_minmax(0,1fr)_21rem]",
    };
    let trace = move || match console.compare.get() {
        false => "flex min-w-0 flex-col gap-4 lg:flex!",
        true => "flex min-w-0 flex-col gap-4 lg:flex! lg:max-2xl:col-span-2",
    };
    view! {
        <div class="mb-3 lg:hidden">
            <Segmented
                label="Column" selected=console.column
                items=vec![Tab::new("scenario", "Scenario"), Tab::new("conversation", "Conversation"), Tab::new("trace", "Trace")]
            />
        </div>
        <div class=grid>
            <div class="min-w-0 lg:block!" class:hidden=shown("scenario")><Scenario console/></div>
            <div class="flex min-w-0 lg:flex!" class:hidden=shown("conversation")><Chat console/></div>
            <div class=trace class:hidden=shown("trace")><TracePane console/></div>
        </div>
    }
}

/// The keys of this page.
fn listen(console: Console) {
    page_shortcuts(&[
        ("Ctrl Enter", "Send as the lead"),
        ("Alt R", "Rerun the newest reply"),
        ("Alt T", "Save the newest reply as a test"),
        ("Alt M", "Mark the newest reply wrong"),
        ("Alt 1 / 2 / 3", "Scenario, conversation, trace"),
    ]);
    let may_write = use_me().may_write();
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if !event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            let column = |name: &'static str| {
                console.column.set(name.to_owned());
                browser::focus(&format!("console-{name}"));
            };
            // The place of the key, since Alt makes other letters of it on some keyboards.
            match event.code().as_str() {
                "KeyR" if may_write => console.rerun_all(),
                "KeyT" if may_write => console.save_as_test(untrack(|| console.shown_lane()), None),
                "KeyM" if may_write => console.mark_wrong(untrack(|| console.shown_lane()), None),
                "Digit1" => column("scenario"),
                "Digit2" => column("conversation"),
                "Digit3" => column("trace"),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
    });
}
