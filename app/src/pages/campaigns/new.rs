//! The dialog that makes a campaign: a name, who speaks for it, and a drawing to begin with.

use domain::agent::AgentStatus;
use domain::campaign::CampaignDraft;
use domain::flow::check::KnownAgent;
use domain::flow::starter::Starter;
use domain::problem::Problems;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::{agent_of, campaign_agents, make_campaign};
use crate::error::AppError;
use crate::session::use_me;
use crate::ui::{Button, Choice, Field, FormError, Icon, Loaded, Select, SkeletonBox, TextInput, Variant, browser};

/// Name, picture and sentence of a starter.
fn look(starter: Starter, emulator: bool) -> (Icon, &'static str, &'static str) {
    match (starter, emulator) {
        (Starter::ThreeSteps, true) => (
            Icon::Layout,
            "SMS → WhatsApp → voice",
            "Three tries, each after a minute without an answer. Whoever answers is handed to the agent.",
        ),
        (Starter::ThreeSteps, false) => (
            Icon::Layout,
            "SMS → WhatsApp → voice",
            "Three tries, each after a day without an answer. Whoever answers is handed to the agent.",
        ),
        (Starter::OneSms, _) => (Icon::Message, "One SMS", "A single message, then the end."),
        (Starter::Blank, _) => (Icon::Plus, "Blank", "Only a start: draw the rest yourself."),
    }
}

/// The agents as a drop-down list has them.
pub(super) fn agent_choices(agents: &[KnownAgent]) -> Vec<Choice> {
    agents
        .iter()
        .map(|a| {
            let label =
                if a.status == AgentStatus::Live { a.name.clone() } else { format!("{} ({})", a.name, a.status) };
            Choice::new(a.id.to_string(), label)
        })
        .collect()
}

/// The one that a new campaign begins with: the first that is live.
fn first_live(agents: &[KnownAgent]) -> String {
    agents.iter().find(|a| a.status == AgentStatus::Live).map(|a| a.id.to_string()).unwrap_or_default()
}

/// What stands in the dialog.
#[component]
pub fn NewCampaign(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let agents = Resource::new(|| (), |()| campaign_agents());
    view! {
        <Loaded
            resource=agents
            skeleton=move || view! { <div class="space-y-4"><SkeletonBox class="h-14 rounded-md"/><SkeletonBox class="h-14 rounded-md"/><SkeletonBox class="h-48 rounded-md"/></div> }
            let:agents
        >
            <NewForm agents open/>
        </Loaded>
    }
}

#[component]
fn NewForm(agents: Vec<KnownAgent>, open: RwSignal<bool>) -> impl IntoView {
    let (name, agent) = (RwSignal::new(String::new()), RwSignal::new(first_live(&agents)));
    let starter = RwSignal::new(Starter::ThreeSteps);
    let (busy, problems, failure) =
        (RwSignal::new(false), RwSignal::new(Problems::none()), RwSignal::new(None::<AppError>));
    let navigate = StoredValue::new(use_navigate());
    let emulator = use_me().emulator;
    // The form comes after the dialog has opened, which is when the browser looks for a first field.
    Effect::new(|_| request_animation_frame(|| browser::focus("campaign-name")));
    let make = move |event: SubmitEvent| {
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
            let made = make_campaign(draft, starter.get_untracked()).await;
            busy.try_set(false);
            match made {
                Ok(campaign) => {
                    navigate.try_with_value(|go| {
                        go(&format!("/campaigns/{}/flow", campaign.id), NavigateOptions::default())
                    });
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
    let choices = agent_choices(&agents);
    let cards = Starter::ALL
        .iter()
        .map(|s| {
            let (icon, title, sentence) = look(*s, emulator);
            let which = *s;
            view! {
                <label class="flex cursor-pointer items-start gap-3 rounded-lg border border-line-strong bg-surface p-3 transition-colors \
                              hover:bg-surface-2 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2">
                    <input
                        type="radio"
                        name="starter"
                        value=which.as_str()
                        class="mt-0.5 size-4 shrink-0 accent-accent"
                        checked=which == Starter::ThreeSteps
                        prop:checked=move || starter.get() == which
                        on:change=move |_| starter.set(which)
                    />
                    <span class="min-w-0 flex-1">
                        <span class="flex items-center gap-2 text-sm font-medium text-ink"><Icon icon=icon/>{title}</span>
                        <span class="mt-0.5 block text-xs text-ink-3">{sentence}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="space-y-4" on:submit=make>
            <Field id="campaign-name" label="Name" problem=move || problems.with(|p| p.of("name").map(str::to_owned))>
                <TextInput bind=name placeholder="Spring open house" autofocus=true/>
            </Field>
            <Field
                id="campaign-agent"
                label="Agent"
                hint="Answers people who write back."
                problem=move || problems.with(|p| p.of("agent_id").map(str::to_owned))
            >
                <Select bind=agent options=choices placeholder="No agent"/>
            </Field>
            <fieldset class="space-y-2">
                <legend class="mb-1.5 text-sm font-medium text-ink">"Begin with"</legend>
                {cards}
            </fieldset>
            <FormError error=move || failure.get()/>
            <div class="flex justify-end gap-2">
                <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                <Button kind="submit" variant=Variant::Primary busy=busy>"Create campaign"</Button>
            </div>
        </form>
    }
}
