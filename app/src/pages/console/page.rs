//! The console's frame: the agent from the address, the conversation left, the figures right.

use domain::agent::Agent;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::api::console_agent;
use super::chat::Chat;
use super::figures::FiguresPane;
use super::state::Console;
use crate::shell::PageHead;
use crate::ui::{Button, Icon, LinkButton, Loaded, SkeletonBox, StatusBadge};

/// `/agents/{id}/test`
#[component]
pub fn ConsolePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    // Not live: a save elsewhere must not throw the conversation away.
    let agent = Resource::new(move || id.get(), console_agent);
    view! {
        <Loaded resource=agent skeleton=move || view! { <SkeletonBox class="h-96 w-full"/> } let:agent>
            <Bench agent/>
        </Loaded>
    }
}

/// One agent under test.
#[component]
fn Bench(agent: Agent) -> impl IntoView {
    let console = Console::new(agent.id);
    let (status, version, id) = (agent.draft.status, agent.version, agent.id);
    let is_empty = Signal::derive(move || console.transcript.with(|t| t.lines.is_empty()));
    view! {
        <PageHead
            title=format!("Test {}", agent.draft.name)
            subtitle=format!("Version {version}, as it was last saved. Tests are counted in its figures.")
            back=("Agents", "/agents")
            badges=move || view! { <StatusBadge status=status.as_str()/> }
            actions=move || view! {
                <Button icon=Icon::Undo disabled=is_empty on_click=move |_| console.reset()>"Reset"</Button>
                <LinkButton href=format!("/agents?edit={id}") icon=Icon::Edit>"Edit"</LinkButton>
            }
        />
        <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_19rem]">
            <Chat console agent_name=agent.draft.name.clone()/>
            <FiguresPane console/>
        </div>
    }
}
