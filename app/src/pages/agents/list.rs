//! The library's table, and what stands there when it is empty.

use domain::agent::{Agent, AgentStatus, Provider};
use domain::id::AgentId;
use domain::library::{AgentRow, AgentSort};
use domain::money::Micros;
use leptos::prelude::*;

use super::general::kind_label;
use super::models::ScriptedMark;
use super::sort::Order;
use super::starters::Starter;
use crate::session::use_me;
use crate::ui::{
    Avatar, Badge, Button, ChannelIcon, Column, Empty, Icon, LinkButton, Menu, MenuItem, MenuLine, MenuLink, RowLink,
    Size, Sparkline, StatusBadge, Table, Td, Tone, Tr, When,
};

/// What a row can ask the page to do.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// The address that opens the drawer.
    pub edit: Callback<AgentId, String>,
    /// Makes a copy.
    pub duplicate: Callback<AgentId>,
    /// Lets it speak, or silences it.
    pub set_status: Callback<(AgentId, AgentStatus)>,
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

/// What the line of latencies shows, in words with its figures, oldest first; none without a day.
fn by_day(days: &[i64]) -> Option<String> {
    let figures = days.iter().map(|ms| time(Some(*ms))).collect::<Vec<_>>().join(", ");
    match days.len() {
        0 => None,
        1 => Some(format!("Average latency on 1 day: {figures}")),
        n => Some(format!("Average latency on {n} days: {figures}")),
    }
}

/// The agents of one page.
#[component]
pub fn AgentTable(
    /// The agents.
    rows: Vec<AgentRow>,
    /// What a row can do.
    actions: RowActions,
    /// How they are sorted.
    order: Order,
) -> impl IntoView {
    let columns = vec![
        order.column("Name", AgentSort::Name),
        order.column("Status", AgentSort::Status),
        order.column("Model", AgentSort::Model),
        order.column("Latency", AgentSort::P95).number(),
        order.column("Cost", AgentSort::CostPerConversation).number(),
        order.column("Messages", AgentSort::Messages).number(),
        order.column("Escalated", AgentSort::Escalation).number(),
        order.column("Tests", AgentSort::Tests).number(),
        Column::actions(),
    ];
    view! {
        <Table label="Agents" columns=columns cards=true>
            // Keyed, so that a refresh neither moves an open menu to another agent nor takes the keyboard away.
            <For
                each=move || rows.clone()
                key=|row| serde_json::to_string(row).unwrap_or_default()
                let:row
            >
                <Row row actions/>
            </For>
        </Table>
    }
}

/// Money, or a dash.
fn cost(amount: Option<Micros>) -> String {
    amount.map_or_else(|| "–".to_owned(), Micros::show)
}

#[component]
fn Row(row: AgentRow, actions: RowActions) -> impl IntoView {
    let id = row.agent.id;
    let draft = row.agent.draft.clone();
    let name = draft.name.clone();
    let attention = row.attention.join(" ");
    let campaigns = match row.campaigns {
        0 => None,
        1 => Some("used by 1 campaign".to_owned()),
        n => Some(format!("used by {n} campaigns")),
    };
    let channels = row.channels.clone();
    let average = time(row.average_ms);
    let spread = row.p50_ms.zip(row.p95_ms).map(|(p50, p95)| (time(Some(p50)), time(Some(p95))));
    let days = row.latency_days.clone();
    let escalated = row.escalation_percent().map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
    let of_talks = format!("{} of {} conversations in 30 days", row.escalated, row.conversations);
    let (model, tests, version) = (row.clone(), row.clone(), row.clone());
    let cost_of =
        (cost(row.cost_per_conversation), row.cost_per_minute.map(|amount| format!("{} / min", amount.show())));
    let messages = row.messages;
    let agent = row.agent;
    view! {
        <Tr>
            <Td label="Name">
                <span class="flex min-w-0 items-center gap-2.5">
                    <Avatar name=draft.name.clone() bot=true/>
                    <span class="min-w-0">
                        <span class="flex items-center gap-1.5">
                            <RowLink href=actions.edit.run(id)>{draft.name.clone()}</RowLink>
                            {(!attention.is_empty()).then(|| view! {
                                <span class="text-warn" title=attention.clone()>
                                    <Icon icon=Icon::Alert/>
                                    <span class="sr-only">"Needs attention: " {attention.clone()}</span>
                                </span>
                            })}
                        </span>
                        <span class="flex items-center gap-1.5 truncate text-xs text-ink-3">
                            {kind_label(draft.kind)}
                            {channels.into_iter().map(|channel| view! { <ChannelIcon channel class="size-3.5"/> }).collect_view()}
                        </span>
                        {campaigns.map(|text| view! { <span class="block whitespace-nowrap text-2xs text-ink-3">{text}</span> })}
                    </span>
                </span>
            </Td>
            <Td label="Status">
                <span class="inline-flex flex-col items-end gap-1 sm:items-start">
                    <StatusBadge status=draft.status.as_str()/>
                    <VersionCell row=version/>
                </span>
            </Td>
            <Td label="Model"><ModelCell row=model/></Td>
            <Td label="Latency: average, p50, p95" number=true>
                <span class="flex flex-col items-end whitespace-nowrap">
                    <span title="Average over 30 days">{average}</span>
                    {spread.map(|(p50, p95)| view! {
                        <span class="text-2xs text-ink-3" title="Half of the answers were faster">{format!("p50 {p50}")}</span>
                        <span class="text-2xs text-ink-3" title="95 of 100 answers were faster">{format!("p95 {p95}")}</span>
                    })}
                    {by_day(&days).map(|label| view! { <Sparkline values=days label=label class="h-4 w-16"/> })}
                </span>
            </Td>
            <Td label="Cost" number=true>
                <span class="flex flex-col items-end whitespace-nowrap">
                    <span title="Per conversation">{cost_of.0}</span>
                    {cost_of.1.map(|text| view! {
                        <span class="text-2xs text-ink-3" title="Per minute in which it answered">{text}</span>
                    })}
                </span>
            </Td>
            <Td label="Messages in 30 days" number=true>{messages}</Td>
            <Td label="Escalated" number=true><span title=of_talks>{escalated}</span></Td>
            <Td label="Tests" number=true><TestsCell row=tests/></Td>
            <Td label="Actions" number=true on_top=true><RowButtons agent name actions/></Td>
        </Tr>
    }
}

/// The first model, and how many stand behind it.
#[component]
fn ModelCell(row: AgentRow) -> impl IntoView {
    let models = row.agent.draft.models;
    let chain = models.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
    let fallbacks = models.len().saturating_sub(1);
    let first = models.into_iter().next();
    let is_scripted = first.as_ref().is_some_and(|m| m.provider == Provider::Scripted);
    view! {
        <span class="flex flex-wrap items-center gap-1.5" title=chain>
            {if is_scripted {
                view! { <ScriptedMark short=true/> }.into_any()
            } else {
                view! { <span class="text-ink">{first.map(|m| m.model)}</span> }.into_any()
            }}
            {match fallbacks {
                0 => None,
                1 => Some("1 fallback".to_owned()),
                n => Some(format!("{n} fallbacks")),
            }
            .map(|text| view! {
                <span class="inline-flex items-center gap-1 whitespace-nowrap text-2xs text-ink-3">
                    <Icon icon=Icon::Branch class="size-3"/>
                    {text}
                </span>
            })}
        </span>
    }
}

/// How many of its tests passed, and how long ago they last ran.
#[component]
fn TestsCell(row: AgentRow) -> impl IntoView {
    let total = row.tests_total;
    if total == 0 {
        return view! { <span class="text-ink-3">"none"</span> }.into_any();
    }
    let passed = match row.tests_passed {
        Some(passed) => {
            let tone = if passed == total { Tone::Good } else { Tone::Bad };
            view! { <Badge tone>{format!("{passed} of {total}")}</Badge> }.into_any()
        }
        None => view! { <span class="text-ink-3" title="They have not run as they stand now">{format!("– of {total}")}</span> }.into_any(),
    };
    let age = match row.tests_run_at {
        Some(at) => view! { <When at relative=true/> }.into_any(),
        None => "never run".into_any(),
    };
    view! {
        <span class="flex flex-col items-end whitespace-nowrap">
            {passed}
            <span class="text-2xs text-ink-3" title="When the tests last ran">{age}</span>
        </span>
    }
    .into_any()
}

/// Which version people hear, and whether the draft is ahead of it. Stands under the state, so that the table fits a small screen.
#[component]
fn VersionCell(row: AgentRow) -> impl IntoView {
    let newest = row.agent.version;
    let (words, class, title) = match (row.agent.published_version, row.is_ahead) {
        (None, _) => (format!("v{newest}, not published"), "text-ink-3", "Nobody has heard it yet"),
        (Some(live), true) => {
            (format!("v{live} · draft v{newest}"), "text-warn", "The draft has changes that are not published")
        }
        (Some(live), false) => (format!("v{live}"), "text-ink-3", "People hear what you see"),
    };
    view! { <span class=format!("whitespace-nowrap text-2xs {class}") title=title>{words}</span> }
}

/// Test, pause, and the rest in a menu.
#[component]
fn RowButtons(agent: Agent, name: String, actions: RowActions) -> impl IntoView {
    let id = agent.id;
    let status = agent.draft.status;
    let me = use_me();
    view! {
        <span class="inline-flex items-center gap-1">
            <LinkButton href=format!("/agents/{id}/test") size=Size::Small icon=Icon::Play>"Test"</LinkButton>
            <Menu id=format!("agent-{id}") label=format!("More actions for {name}") size=Size::Small>
                <MenuLink href=actions.edit.run(id) icon=Icon::Edit>"Edit"</MenuLink>
                <MenuItem icon=Icon::Copy disabled={!me.may_write()} on_click=move |()| actions.duplicate.run(id)>"Duplicate"</MenuItem>
                <MenuItem
                    icon=if status == AgentStatus::Live { Icon::Pause } else { Icon::Play }
                    disabled={!me.may_write()}
                    on_click={
                        let next = if status == AgentStatus::Live { AgentStatus::Paused } else { AgentStatus::Live };
                        move |()| actions.set_status.run((id, next))
                    }
                >
                    {if status == AgentStatus::Live { "Pause" } else { "Set live" }}
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
                                of=format!("({})", starter.name())
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
    use super::{by_day, time};

    #[test]
    fn the_line_of_latencies_is_told_in_figures() {
        assert_eq!(by_day(&[]), None);
        assert_eq!(by_day(&[12]).as_deref(), Some("Average latency on 1 day: 12 ms"));
        assert_eq!(by_day(&[12, 1_250]).as_deref(), Some("Average latency on 2 days: 12 ms, 1.2 s"));
    }

    #[test]
    fn times_are_short() {
        for (ms, shown) in
            [(None, "–"), (Some(0), "0 ms"), (Some(999), "999 ms"), (Some(1_250), "1.2 s"), (Some(61_000), "61.0 s")]
        {
            assert_eq!(time(ms), shown);
        }
    }
}
