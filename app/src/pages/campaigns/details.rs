//! The dialog that changes a campaign's name and agent.

use domain::campaign::CampaignDraft;
use domain::flow::check::KnownAgent;
use domain::problem::Problems;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{agent_of, campaign_agents, save_campaign};
use super::follow::Followed;
use super::new::agent_choices;
use crate::error::AppError;
use crate::ui::{Button, Field, FormError, Loaded, Select, TextInput, Variant, use_toasts};

/// What stands in the dialog.
#[component]
pub fn Details(
    /// The campaign.
    followed: Followed,
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let agents = Resource::new(|| (), |()| campaign_agents());
    view! {
        <Loaded resource=agents let:agents>
            <Form agents followed open/>
        </Loaded>
    }
}

#[component]
fn Form(agents: Vec<KnownAgent>, followed: Followed, open: RwSignal<bool>) -> impl IntoView {
    let campaign = followed.data.with_untracked(|d| d.campaign.clone());
    let name = RwSignal::new(campaign.name.clone());
    let agent = RwSignal::new(campaign.agent_id.map(|a| a.to_string()).unwrap_or_default());
    let (busy, problems, failure) =
        (RwSignal::new(false), RwSignal::new(Problems::none()), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let draft = CampaignDraft { name: name.get_untracked(), agent_id: agent_of(&agent.get_untracked()) };
        let wrong = draft.check();
        failure.set(None);
        problems.set(wrong.clone());
        if busy.get_untracked() || !wrong.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let saved = save_campaign(campaign.id, draft).await;
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.success("Saved.");
                    followed.reload();
                    open.set(false);
                }
                Err(AppError::Invalid { problems: wrong }) => {
                    problems.try_set(wrong);
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <form class="space-y-4" on:submit=save>
            <Field id="details-name" label="Name" problem=move || problems.with(|p| p.of("name").map(str::to_owned))>
                <TextInput bind=name/>
            </Field>
            <Field
                id="details-agent"
                label="Agent"
                hint="Speaks from the next message on."
                problem=move || problems.with(|p| p.of("agent_id").map(str::to_owned))
            >
                <Select bind=agent options=agent_choices(&agents) placeholder="No agent"/>
            </Field>
            <FormError error=move || failure.get()/>
            <div class="flex justify-end gap-2">
                <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                <Button kind="submit" variant=Variant::Primary busy=busy>"Save"</Button>
            </div>
        </form>
    }
}
