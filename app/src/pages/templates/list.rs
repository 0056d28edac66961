//! The templates, one table per channel, and what stands there when there are none.

use domain::id::TemplateId;
use domain::message::Channel;
use domain::template::{Template, TemplateState, placeholders};
use leptos::prelude::*;

use crate::session::use_me;
use crate::ui::{
    Badge, Button, Card, Column, Empty, Icon, LinkButton, Menu, MenuItem, MenuLine, MenuLink, RowLink, Size,
    StatusBadge, Table, Td, Tone, Tr, Variant, When,
};

/// What a row can ask the page to do.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// The address that opens the drawer.
    pub edit: Callback<TemplateId, String>,
    /// Hands it in to WhatsApp.
    pub submit: Callback<TemplateId>,
    /// Asks, then deletes: the id and the name.
    pub delete: Callback<(TemplateId, String)>,
}

/// Where a template stands. Only WhatsApp asks; the others can be sent as they are.
#[component]
pub fn StateBadge(
    /// Over which channel.
    channel: Channel,
    /// Where it stands.
    state: TemplateState,
    /// Why it was rejected.
    #[prop(default = None)]
    reason: Option<String>,
) -> impl IntoView {
    if channel == Channel::Whatsapp {
        view! { <StatusBadge status=state.as_str() title=reason.unwrap_or_default()/> }.into_any()
    } else {
        view! { <Badge tone=Tone::Good icon=Icon::Check title="This channel needs no approval.">"Ready"</Badge> }
            .into_any()
    }
}

/// One table per channel that has templates.
#[component]
pub fn TemplateTables(
    /// The templates.
    templates: Vec<Template>,
    /// What a row can do.
    actions: RowActions,
) -> impl IntoView {
    let of = |channel: Channel| templates.iter().filter(|t| t.draft.channel == channel).cloned().collect::<Vec<_>>();
    let table = |channel: Channel| {
        let rows = of(channel);
        (!rows.is_empty()).then(|| {
            let columns = vec![
                Column::new("Name"),
                Column::new("Text").wide_only(),
                Column::new("State"),
                Column::new("Placeholders").number(),
                Column::new("Changed").wide_only(),
                Column::actions(),
            ];
            view! {
                <Card title=channel.label() flush=true>
                    <Table label=channel.label() columns=columns cards=true>
                        {rows.into_iter().map(|template| view! { <Row template actions/> }).collect_view()}
                    </Table>
                </Card>
            }
        })
    };
    view! { <div class="flex flex-col gap-4">{Channel::ALL.iter().map(|c| table(*c)).collect_view()}</div> }
}

#[component]
fn Row(template: Template, actions: RowActions) -> impl IntoView {
    let me = use_me();
    let Template { id, draft, state, reason, updated_at, .. } = template;
    let name = draft.name.clone();
    let can_submit =
        draft.channel == Channel::Whatsapp && matches!(state, TemplateState::Draft | TemplateState::Rejected);
    let count = placeholders(&draft.body).len();
    let submitted = name.clone();
    let why = reason.clone().filter(|_| state == TemplateState::Rejected);
    view! {
        <Tr>
            <Td label="Name">
                <RowLink href=actions.edit.run(id)><span class="break-words font-mono text-xs">{draft.name}</span></RowLink>
            </Td>
            <Td label="Text" wide_only=true><span class="line-clamp-2 max-w-[48ch] text-ink-2">{draft.body}</span></Td>
            <Td label="State">
                <StateBadge channel=draft.channel state reason=reason/>
                {why.map(|why| view! { <span class="mt-1 block max-w-[32ch] text-xs text-bad">{why}</span> })}
            </Td>
            <Td label="Placeholders" number=true>{count.to_string()}</Td>
            <Td label="Changed" wide_only=true><When at=updated_at relative=true/></Td>
            // A button with words needs a line of its own on a phone.
            <Td label=if can_submit { "Approval" } else { "Actions" } number=true on_top=true>
                <span class="inline-flex items-center gap-1">
                    {can_submit.then(|| view! {
                        <Button
                            size=Size::Small icon=Icon::Send
                            of=submitted
                            disabled={!me.may_write()}
                            on_click=move |_| actions.submit.run(id)
                        >
                            "Submit for approval"
                        </Button>
                    })}
                    <Menu id=format!("template-{id}") label=format!("More actions for {name}") size=Size::Small>
                        <MenuLink href=actions.edit.run(id) icon=Icon::Edit>"Edit"</MenuLink>
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

/// None yet: the starters, or an empty one.
#[component]
pub fn NoTemplates(
    /// Makes the starters.
    on_starters: Callback<()>,
    /// Whether they are being made.
    #[prop(into)]
    busy: Signal<bool>,
    /// The address of an empty new template.
    new_href: String,
) -> impl IntoView {
    let may_write = use_me().may_write();
    view! {
        <Empty
            icon=Icon::FileText
            title="No templates yet"
            text="A template is a text that a campaign sends, with places for the lead's name and the like. WhatsApp wants to approve its own first."
        >
            <Button variant=Variant::Primary icon=Icon::Sparkles busy=busy disabled={!may_write} on_click=move |_| on_starters.run(())>
                "Add the starter templates"
            </Button>
            <LinkButton href=new_href icon=Icon::Plus>"Empty template"</LinkButton>
        </Empty>
    }
}
