//! The launch checklist: the flow, the agent, the audience, the phone network; and one button. Also used to add people later.

use domain::agent::AgentStatus;
use domain::campaign::{Audience, AudienceCounts, CampaignStatus};
use domain::flow::check::FlowProblem;
use domain::id::CampaignId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{Readiness, count_audience, enrol_people, launch_campaign, load_readiness};
use super::follow::Followed;
use super::steps::name_of;
use super::why::people;
use crate::error::AppError;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::ui::{
    Button, Choice, Field, FormError, Icon, Loaded, SearchBox, Select, SkeletonBox, Tone, Variant, use_toasts,
};

/// The audience that the choices on screen mean; `None` for nobody.
fn audience_of(who: &str, search: &str) -> Option<Audience> {
    let search = search.trim();
    match who {
        "all" => Some(Audience { all: true, ..Audience::default() }),
        "consented" => Some(Audience { all: true, consented_only: true, ..Audience::default() }),
        "new" => Some(Audience { status: Some("new".into()), ..Audience::default() }),
        "search" if !search.is_empty() => Some(Audience { q: Some(search.to_owned()), ..Audience::default() }),
        _ => None,
    }
}

/// Why fewer are taken in than were found.
fn left_out(counts: &AudienceCounts) -> String {
    let parts = [
        (counts.enrolled, "in the campaign already"),
        (counts.opted_out, "opted out"),
        (counts.no_phone, "without a phone number"),
    ];
    parts.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect::<Vec<_>>().join(", ")
}

/// What stands in the dialog.
#[component]
pub fn Launch(
    /// The campaign.
    followed: Followed,
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let id = followed.data.with_untracked(|d| d.campaign.id);
    let live = use_live_calm(&["agent", "template"]);
    let ready = Resource::new(move || live.get(), move |_| load_readiness(id));
    let (who, search) = (RwSignal::new("consented".to_owned()), RwSignal::new(String::new()));
    view! {
        <Loaded
            resource=ready
            skeleton=move || view! { <div class="space-y-4"><SkeletonBox class="h-10 rounded-md"/><SkeletonBox class="h-10 rounded-md"/><SkeletonBox class="h-24 rounded-md"/></div> }
            let:ready
        >
            <Checklist ready followed open who search/>
        </Loaded>
    }
}

#[component]
fn Checklist(
    ready: Readiness,
    followed: Followed,
    open: RwSignal<bool>,
    who: RwSignal<String>,
    search: RwSignal<String>,
) -> impl IntoView {
    let (id, status) = followed.data.with_untracked(|d| (d.campaign.id, d.campaign.status));
    let starts = matches!(status, CampaignStatus::Draft | CampaignStatus::Completed);
    let counts = RwSignal::new(None::<AudienceCounts>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    let waiting = ready.waiting;
    let is_blocked = starts && ready.problems.iter().any(|p| p.blocking);
    let has_people = move || {
        let new = counts.with(|c| c.as_ref().is_some_and(|c| c.fits > 0));
        new || (starts && waiting > 0)
    };
    let go = move |_| {
        failure.set(None);
        let audience = audience_of(&who.get_untracked(), &search.get_untracked());
        busy.set(true);
        spawn_local(async move {
            let result = match (starts, audience) {
                (true, audience) => launch_campaign(id, audience).await,
                (false, Some(audience)) => enrol_people(id, audience).await,
                (false, None) => Err(AppError::Refused { message: "Choose who is added.".into() }),
            };
            busy.try_set(false);
            followed.reload();
            match result {
                Ok(report) if starts => {
                    open.set(false);
                    toasts.success(format!("Launched. Taken in: {}.", people(report.created)));
                }
                Ok(report) => {
                    open.set(false);
                    toasts.success(format!("Added: {}.", people(report.created)));
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    let me = use_me();
    view! {
        <div class="space-y-5">
            {starts.then(|| view! {
                <FlowItem ready=ready.clone() id/>
                <AgentItem ready=ready.clone()/>
            })}
            <AudienceItem id who search counts waiting starts/>
            <Item
                tone=if me.emulator { Tone::Info } else { Tone::Good }
                icon=if me.emulator { Icon::Smartphone } else { Icon::Phone }
                title=if me.emulator { "Emulated phone network" } else { "Real phone network" }
            >
                <p>
                    {if me.emulator {
                        "Nobody outside is reached: made-up people answer. You can play one of them on the Phone page."
                    } else {
                        "Messages and calls go to real people through Twilio, and cost money."
                    }}
                </p>
            </Item>
            <FormError error=move || failure.get()/>
            <div class="flex flex-wrap items-center justify-end gap-2 border-t border-line pt-4">
                <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                <Button
                    variant=Variant::Primary
                    icon=if starts { Icon::Play } else { Icon::Plus }
                    busy=busy
                    disabled=move || is_blocked || !has_people()
                    title=move || is_blocked.then(|| "Solve the problems of the flow first.".to_owned())
                    on_click=go
                >
                    {if starts { "Launch" } else { "Add people" }}
                </Button>
            </div>
        </div>
    }
}

/// One line of the checklist.
#[component]
fn Item(tone: Tone, icon: Icon, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section class="flex items-start gap-3">
            <span class=format!("mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full {}", tone.soft())>
                <Icon icon=icon class="size-3.5"/>
            </span>
            <div class="min-w-0 flex-1 text-sm text-ink-2">
                <h3 class="text-sm font-semibold text-ink">{title}</h3>
                {children()}
            </div>
        </section>
    }
}

/// Whether a problem is about the campaign's own agent.
fn is_about_agent(problem: &FlowProblem) -> bool {
    problem.code.contains("campaign_agent")
}

#[component]
fn FlowItem(ready: Readiness, id: CampaignId) -> impl IntoView {
    let found: Vec<FlowProblem> = ready.problems.iter().filter(|p| !is_about_agent(p)).cloned().collect();
    let blocking = found.iter().filter(|p| p.blocking).count();
    let (tone, icon, title) = match blocking {
        0 => (Tone::Good, Icon::Check, format!("The flow is ready ({} steps)", ready.steps.len())),
        1 => (Tone::Bad, Icon::Alert, "The flow has a problem".to_owned()),
        n => (Tone::Bad, Icon::Alert, format!("The flow has {n} problems")),
    };
    let lines = found
        .into_iter()
        .map(|problem| {
            let (icon, colour) = if problem.blocking { (Icon::Alert, "text-bad") } else { (Icon::Info, "text-ink-3") };
            let place = problem.node.as_ref().map(|node| {
                let href = format!("/campaigns/{id}/flow?node={node}");
                let name = name_of(&ready.steps, node);
                view! { <a href=href class="rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current">{name}</a>": " }
            });
            view! {
                <li class="flex items-start gap-2">
                    <span class=format!("mt-0.5 {colour}")><Icon icon=icon class="size-3.5"/></span>
                    <span class="min-w-0">{place}{problem.message}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Item tone icon title>
            <ul class="mt-1 space-y-1" aria-label="Problems of the flow">{lines}</ul>
            {(blocking > 0).then(|| view! {
                <a href=format!("/campaigns/{id}/flow") class="mt-1 inline-block rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current">"Open the flow"</a>
            })}
        </Item>
    }
}

#[component]
fn AgentItem(ready: Readiness) -> impl IntoView {
    let said = ready.problems.iter().find(|p| is_about_agent(p)).map(|p| p.message.clone());
    let (tone, icon, title) = match &ready.agent {
        Some(agent) if agent.status == AgentStatus::Live => {
            (Tone::Good, Icon::Check, format!("{} is live", agent.name))
        }
        Some(agent) => (Tone::Bad, Icon::Alert, format!("{} is not live", agent.name)),
        None => (Tone::Warn, Icon::Bot, "No agent is chosen".to_owned()),
    };
    let edit = ready.agent.filter(|a| a.status != AgentStatus::Live).map(|a| format!("/agents?edit={}", a.id));
    view! {
        <Item tone icon title>
            {said.map(|said| view! { <p>{said}</p> })}
            {edit.map(|href| view! { <a href=href class="rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current">"Open the agent"</a> })}
        </Item>
    }
}

#[component]
fn AudienceItem(
    id: CampaignId,
    who: RwSignal<String>,
    search: RwSignal<String>,
    counts: RwSignal<Option<AudienceCounts>>,
    waiting: i64,
    starts: bool,
) -> impl IntoView {
    let mut choices = vec![
        Choice::new("consented", "All leads with consent on record"),
        Choice::new("all", "All leads"),
        Choice::new("new", "Leads who were not contacted yet"),
        Choice::new("search", "A search"),
    ];
    if starts && waiting > 0 {
        choices.push(Choice::new("nobody", format!("Only the {waiting} who are in it already")));
    }
    let asked = StoredValue::new(0u32);
    // What the choices come to is asked as they change; only the newest answer counts.
    Effect::new(move |_| {
        let audience = who.with(|w| search.with(|s| audience_of(w, s)));
        let turn = asked.with_value(|n| n.wrapping_add(1));
        asked.set_value(turn);
        let Some(audience) = audience else { return counts.set(None) };
        spawn_local(async move {
            let counted = count_audience(id, audience).await.ok();
            if asked.try_get_value() == Some(turn) {
                counts.try_set(counted);
            }
        });
    });
    let (tone, icon) = (Tone::Accent, Icon::Users);
    view! {
        <Item tone icon title="Audience">
            <div class="mt-2 space-y-2">
                <Field id="audience" label="Who">
                    <Select bind=who options=choices/>
                </Field>
                {move || (who.get() == "search").then(|| view! {
                    <SearchBox label="Search leads" value=search on_search=move |text: String| search.set(text)/>
                })}
                <div aria-live="polite">
                    {move || counts.get().map(|c| {
                        let left_out = left_out(&c);
                        view! {
                            <p class="text-sm text-ink"><strong class="font-semibold">{c.fits}</strong>{format!(" of {} leads will be taken in.", c.total)}</p>
                            {(!left_out.is_empty()).then(|| view! { <p class="text-xs text-ink-3">{format!("Left out: {left_out}.")}</p> })}
                            {(c.no_consent > 0).then(|| view! {
                                <p class="text-xs text-warn">{format!("{} gave no consent: US numbers among them will not be messaged.", c.no_consent)}</p>
                            })}
                        }
                    })}
                </div>
            </div>
        </Item>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_choices_mean_an_audience_and_say_who_is_left_out() {
        assert_eq!(audience_of("search", "  "), None);
        assert_eq!(audience_of("nobody", "x"), None);
        assert_eq!(audience_of("search", " Ada ").and_then(|a| a.q), Some("Ada".into()));
        for who in ["all", "consented", "new"] {
            assert!(audience_of(who, "").is_some_and(|a| a.check().is_empty()), "{who}");
        }
        let counts = AudienceCounts { total: 9, fits: 5, enrolled: 1, opted_out: 3, ..AudienceCounts::default() };
        assert_eq!(left_out(&counts), "1 in the campaign already, 3 opted out");
    }
}
