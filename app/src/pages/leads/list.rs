//! The table of leads, and what stands there when it is empty.

use domain::id::{AgentId, LeadId};
use domain::lead::Lead;
use leptos::prelude::*;

use crate::session::use_me;
use crate::ui::{
    Avatar, Badge, Button, Column, Empty, Icon, IconButton, LinkButton, RowLink, Size, StatusBadge, Table, Td, Tone,
    Tr, Variant, When,
};

/// The leads of one page.
#[component]
pub fn LeadTable(
    /// The leads.
    rows: Vec<Lead>,
    /// Every agent: id and name.
    agents: Vec<(AgentId, String)>,
    /// The address that opens the drawer.
    edit: Callback<LeadId, String>,
    /// Asks, then deletes: the id and what to call them.
    on_delete: Callback<(LeadId, String)>,
) -> impl IntoView {
    let columns = vec![
        Column::new("Name"),
        Column::new("Phone"),
        Column::new("E-mail").wide_only(),
        Column::new("Company").wide_only(),
        Column::new("Status"),
        Column::new("Consent"),
        Column::new("Agent").wide_only(),
        Column::new("Added").wide_only(),
        Column::actions(),
    ];
    let may_delete = use_me().may_delete();
    let row = move |lead: Lead| {
        let agent =
            lead.assigned_agent.and_then(|id| agents.iter().find(|(a, _)| *a == id)).map(|(_, name)| name.clone());
        let (id, title) = (lead.id, lead.title().to_owned());
        let label = format!("Delete {title}");
        let (asked, face) = (title.clone(), title.clone());
        let (phone, email) =
            (lead.phone.clone().unwrap_or_else(|| "–".into()), lead.email.clone().unwrap_or_else(|| "–".into()));
        let (company, status, added) = (dash(&lead.company), lead.status.as_str(), lead.created_at);
        view! {
            <Tr>
                <Td label="Name">
                    <span class="flex min-w-0 items-center gap-2.5">
                        <Avatar name=face size=Size::Small/>
                        <RowLink href=edit.run(id)>{title}</RowLink>
                    </span>
                </Td>
                <Td label="Phone"><span class="whitespace-nowrap tabular-nums">{phone}</span></Td>
                <Td label="E-mail" wide_only=true><span class="block max-w-36 truncate" title=email.clone()>{email.clone()}</span></Td>
                <Td label="Company" wide_only=true>{company}</Td>
                <Td label="Status"><StatusBadge status=status/></Td>
                <Td label="Consent"><ConsentMark lead/></Td>
                <Td label="Agent" wide_only=true>{agent.unwrap_or_else(|| "–".into())}</Td>
                <Td label="Added" wide_only=true><When at=added relative=true/></Td>
                <Td label="Actions" number=true on_top=true>
                    <IconButton
                        icon=Icon::Trash
                        label=label
                        size=Size::Small
                        disabled={!may_delete}
                        on_click=move |_| on_delete.run((id, asked.clone()))
                    />
                </Td>
            </Tr>
        }
    };
    view! {
        <Table label="Leads" columns=columns cards=true>
            {rows.into_iter().map(row).collect_view()}
        </Table>
    }
}

fn dash(text: &str) -> String {
    if text.is_empty() { "–".into() } else { text.into() }
}

/// Whether this person agreed to be contacted, with where as a tooltip.
#[component]
fn ConsentMark(lead: Lead) -> impl IntoView {
    if lead.consent {
        view! { <Badge tone=Tone::Good icon=Icon::Check title=lead.consent_source>"Consent"</Badge> }
    } else {
        view! { <Badge tone=Tone::Neutral icon=Icon::X title="US numbers are not messaged without consent.">"None"</Badge> }
    }
}

/// Nobody here yet: the file, the sample, or one by hand.
#[component]
pub fn NoLeads(
    /// Makes the sample leads.
    on_sample: Callback<()>,
    /// Whether they are being made.
    #[prop(into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let may_write = use_me().may_write();
    view! {
        <Empty
            icon=Icon::Users
            title="No leads yet"
            text="Leads are the people your campaigns reach. Bring your list as a CSV file, or look around with made-up ones first."
        >
            <LinkButton href="/leads/import" variant=Variant::Primary icon=Icon::Upload>"Import CSV"</LinkButton>
            <Button icon=Icon::Sparkles busy=busy disabled={!may_write} on_click=move |_| on_sample.run(())>"Use sample data"</Button>
        </Empty>
    }
}
