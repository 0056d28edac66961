//! The library's table, and what stands there when it is empty.

use domain::agent::{Agent, AgentRow, AgentStatus, Provider};
use domain::id::AgentId;
use leptos::prelude::*;

use super::general::kind_label;
use super::models::ScriptedMark;
use super::starters::Starter;
use crate::session::use_me;
use crate::ui::{
    Avatar, Button, Column, Empty, Icon, LinkButton, Menu, MenuItem, MenuLine, MenuLink, Money, RowLink, Size,
    StatusBadge, Table, Td, Tr, When,
};

/// What a row can ask the page to do.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// The address that opens the drawer.
    pub edit: Callback<AgentId, String>,
    /// Makes a copy.
    pub duplicate: Callback<AgentId>,
    /// Lets it speak, or silences it.
    pub set_status: Callback<(Agent, AgentStatus)>,
    /// Asks, then deletes: the id and the name.
    pub delete: Callback<(AgentId, String)>,
}

/// Milliseconds, for people.
fn time(ms: Option<i64>) -> String {
    match ms {
        None => "–".into(),
        Some(ms) if ms < 1_000 => format!("{ms} ms"),
        Some(ms) => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
}

/// The agents of one page.
#[component]
pub fn AgentTable(
    /// The agents.
    rows: Vec<AgentRow>,
    /// What a row can do.
    actions: RowActions,
) -> impl IntoView {
    let columns = vec![
        Column::new("Name"),
        Column::new("Status"),
        Column::new("Model"),
        Column::new("p50 / p95").number(),
        Column::new("Requests").number(),
        Column::new("Cost").number(),
        Column::new("Updated").wide_only(),
        Column::actions(),
    ];
    view! {
        <Table label="Agents" columns=columns cards=true>
            // Keyed, so that a refresh neither moves an open menu to another agent nor takes the keyboard away.
            <For
                each=move || rows.clone()
                key=|row| (row.agent.id, row.agent.version, row.requests, row.cost_micros.0)
                let:row
            >
                <Row row actions/>
            </For>
        </Table>
    }
}

#[component]
fn Row(row: AgentRow, actions: RowActions) -> impl IntoView {
    let AgentRow { agent, requests, p50_ms, p95_ms, cost_micros } = row;
    let (id, draft) = (agent.id, agent.draft.clone());
    let first = draft.models.first().cloned();
    let is_scripted = first.as_ref().is_some_and(|m| m.provider == Provider::Scripted);
    let chain = draft.models.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
    let fallbacks = draft.models.len().saturating_sub(1);
    let name = draft.name.clone();
    let me = use_me();
    view! {
        <Tr>
            <Td label="Name">
                <span class="flex min-w-0 items-center gap-2.5">
                    <Avatar name=draft.name.clone() bot=true/>
                    <span class="min-w-0">
                        <RowLink href=actions.edit.run(id)>{draft.name.clone()}</RowLink>
                        <span class="block truncate text-xs text-ink-3">{kind_label(draft.kind)}</span>
                    </span>
                </span>
            </Td>
            <Td label="Status"><StatusBadge status=draft.status.as_str()/></Td>
            <Td label="Model">
                <span class="flex flex-wrap items-center gap-1.5" title=chain>
                    {if is_scripted {
                        view! { <ScriptedMark short=true/> }.into_any()
                    } else {
                        view! { <span class="text-ink">{first.map(|m| m.model)}</span> }.into_any()
                    }}
                    {match fallbacks {
                        0 => None,
                        1 => Some("+ 1 fallback".to_owned()),
                        n => Some(format!("+ {n} fallbacks")),
                    }
                    .map(|text| view! { <span class="whitespace-nowrap text-2xs text-ink-3">{text}</span> })}
                </span>
            </Td>
            <Td label="p50 / p95" number=true>
                <span class="whitespace-nowrap">{format!("{} / {}", time(p50_ms), time(p95_ms))}</span>
            </Td>
            <Td label="Requests in 30 days" number=true>{requests}</Td>
            <Td label="Cost in 30 days" number=true><Money amount=cost_micros/></Td>
            <Td label="Updated" wide_only=true><When at=agent.updated_at relative=true/></Td>
            <Td label="Actions" number=true on_top=true>
                <span class="inline-flex items-center gap-1">
                    <LinkButton href=format!("/agents/{id}/test") size=Size::Small icon=Icon::Play>"Test"</LinkButton>
                    <Menu id=format!("agent-{id}") label=format!("More actions for {name}") size=Size::Small>
                        <MenuLink href=actions.edit.run(id) icon=Icon::Edit>"Edit"</MenuLink>
                        <MenuItem icon=Icon::Copy disabled={!me.may_write()} on_click=move |()| actions.duplicate.run(id)>"Duplicate"</MenuItem>
                        <MenuItem
                            icon=if draft.status == AgentStatus::Live { Icon::Pause } else { Icon::Play }
                            disabled={!me.may_write()}
                            on_click={
                                let agent = agent.clone();
                                let next = if draft.status == AgentStatus::Live { AgentStatus::Paused } else { AgentStatus::Live };
                                move |()| actions.set_status.run((agent.clone(), next))
                            }
                        >
                            {if draft.status == AgentStatus::Live { "Pause" } else { "Set live" }}
                        </MenuItem>
                        <MenuLine/>
                        <MenuItem
                            icon=Icon::Trash
                            danger=true
                            disabled={!me.may_delete()}
                            on_click={
                                let name = name.clone();
                                move |()| actions.delete.run((id, name.clone()))
                            }
                        >
                            "Delete"
                        </MenuItem>
                    </Menu>
                </span>
            </Td>
        </Tr>
    }
}

/// Nothing here yet: three agents to begin with, each one click away.
#[component]
pub fn NoAgents(
    /// Makes one.
    on_make: Callback<Starter>,
    /// The one that is being made.
    making: RwSignal<Option<Starter>>,
    /// The address of an empty new agent.
    new_href: String,
) -> impl IntoView {
    let may_write = use_me().may_write();
    view! {
        <Empty icon=Icon::Bot title="No agents yet" text="An agent answers people for you, by SMS, WhatsApp or on the phone. Begin with one of these, or with an empty one.">
            <LinkButton href=new_href icon=Icon::Plus>"Empty agent"</LinkButton>
        </Empty>
        <ul class="grid gap-3 border-t border-line p-4 md:grid-cols-3" aria-label="Starter agents">
            {Starter::ALL
                .into_iter()
                .map(|starter| view! {
                    <li class="flex flex-col gap-2 rounded-lg border border-line bg-surface p-4">
                        <span class="flex items-center gap-2 text-sm font-semibold text-ink">
                            <span class="text-accent-text"><Icon icon=starter.icon()/></span>
                            {starter.name()}
                        </span>
                        <p class="flex-1 text-sm text-ink-2">{starter.sentence()}</p>
                        <span>
                            <Button
                                size=Size::Small
                                icon=Icon::Plus
                                label=format!("Make the {}", starter.name())
                                disabled={!may_write}
                                busy=Signal::derive(move || making.get() == Some(starter))
                                on_click=move |_| on_make.run(starter)
                            >
                                "Make this agent"
                            </Button>
                        </span>
                    </li>
                })
                .collect_view()}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_short() {
        for (ms, shown) in
            [(None, "–"), (Some(0), "0 ms"), (Some(999), "999 ms"), (Some(1_250), "1.2 s"), (Some(61_000), "61.0 s")]
        {
            assert_eq!(time(ms), shown);
        }
    }
}
