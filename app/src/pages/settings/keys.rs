//! Keys for programs: the list, making one, revoking one.

use domain::api_key::ApiKey;
use domain::id::ApiKeyId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{list_keys, revoke_key};
use super::key_form::NewKeyDialog;
use super::{SettingsTabs, may_manage};
use crate::live::use_live;
use crate::shell::PageHead;
use crate::ui::*;

/// `/settings/keys`
#[component]
pub fn KeysPage() -> impl IntoView {
    let live = use_live("api_key");
    let keys = Resource::new(move || live.get(), |_| list_keys());
    let making = RwSignal::new(false);
    let (asking, revoking) = (RwSignal::new(false), RwSignal::new(None::<(ApiKeyId, String)>));
    let toasts = use_toasts();
    let may = may_manage();
    let revoke = move |()| {
        let Some((id, name)) = revoking.get_untracked() else { return };
        spawn_local(async move {
            match revoke_key(id).await {
                Ok(()) => toasts.success(format!("{name} is revoked.")),
                Err(error) => toasts.error(error.to_string()),
            }
            keys.refetch();
        });
    };
    let ask = Callback::new(move |key: (ApiKeyId, String)| {
        revoking.set(Some(key));
        asking.set(true);
    });
    view! {
        <PageHead
            title="API keys"
            subtitle=Some("A key lets a program in: the REST API, the model gateway, the MCP server. It acts in the name of whoever made it.".to_owned())
            actions=move || may.then(|| view! {
                <Button variant=Variant::Primary icon=Icon::Plus on_click=move |_| making.set(true)>"New key"</Button>
            })
        />
        <SettingsTabs current="keys"/>
        <div class="mt-4">
            <Loaded resource=keys steady=true let:keys>
                {if keys.is_empty() {
                    view! {
                        <Card flush=true>
                            <Empty icon=Icon::Key title="No keys yet" text="Make one for each program, so that each can be revoked alone.">
                                <Button variant=Variant::Primary icon=Icon::Plus on_click=move |_| making.set(true)>"New key"</Button>
                            </Empty>
                        </Card>
                    }
                    .into_any()
                } else {
                    view! { <Keys keys ask/> }.into_any()
                }}
            </Loaded>
        </div>
        <NewKeyDialog open=making on_made=Callback::new(move |()| keys.refetch())/>
        <ConfirmDialog
            open=asking
            title=move || revoking.with(|r| r.as_ref().map_or_else(String::new, |(_, name)| format!("Revoke {name}?")))
            confirm="Revoke"
            danger=true
            on_confirm=revoke
        >
            "Programs that use this key are refused from now on. This cannot be undone; make a new key instead."
        </ConfirmDialog>
    }
}

#[component]
fn Keys(keys: Vec<ApiKey>, ask: Callback<(ApiKeyId, String)>) -> impl IntoView {
    let columns = vec![
        Column::new("Name"),
        Column::new("Key"),
        Column::new("Opens"),
        Column::new("Made").wide_only(),
        Column::new("Last used"),
        Column::new("Actions"),
    ];
    view! {
        <Card flush=true>
            <Table label="API keys" columns=columns cards=true>
                {keys.into_iter().map(|key| view! { <Row key ask/> }).collect_view()}
            </Table>
        </Card>
    }
}

#[component]
fn Row(key: ApiKey, ask: Callback<(ApiKeyId, String)>) -> impl IntoView {
    let scopes = key.scopes.into_iter().map(|scope| view! { <Badge>{scope.label()}</Badge> }).collect_view();
    let (id, name) = (key.id, key.name.clone());
    let is_revoked = key.revoked_at.is_some();
    view! {
        <Tr>
            <Td label="Name">
                <span class="font-medium text-ink">{key.name}</span>
            </Td>
            <Td label="Key"><span class="font-mono text-xs text-ink-2">{format!("{}…", key.prefix)}</span></Td>
            <Td label="Opens"><span class="flex flex-wrap gap-1">{scopes}</span></Td>
            <Td label="Made" wide_only=true>
                <span class="text-ink-2"><When at=key.created_at relative=true/>{format!(" by {}", key.made_by)}</span>
            </Td>
            <Td label="Last used">
                {match key.last_used_at {
                    Some(at) => view! { <When at=at relative=true/> }.into_any(),
                    None => view! { <span class="text-ink-3">"never"</span> }.into_any(),
                }}
            </Td>
            <Td label="Actions" on_top=true>
                {if is_revoked {
                    view! { <Badge tone=Tone::Bad>"Revoked"</Badge> }.into_any()
                } else {
                    view! {
                        <Button size=Size::Small of=name.clone() on_click=move |_| ask.run((id, name.clone()))>"Revoke"</Button>
                    }
                    .into_any()
                }}
            </Td>
        </Tr>
    }
}
