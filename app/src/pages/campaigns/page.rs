//! `/campaigns/{id}`: the head with everything that can be done, and the tabs below it.

use domain::campaign::CampaignStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::advice::{Asked, Ways};
use super::api::{CampaignData, complete_campaign, delete_campaign, load_campaign, pause_campaign, resume_campaign};
use super::details::Details;
use super::follow::Followed;
use super::launch::Launch;
use super::overview::Overview;
use super::people::People;
use crate::error::AppError;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{
    Banner, Button, ConfirmDialog, Dialog, Icon, LinkButton, Loaded, Menu, MenuItem, MenuLine, SkeletonBox,
    StatusBadge, Tab, TabLinks, Tone, Variant, use_toasts,
};

/// `/campaigns/{id}`
#[component]
pub fn CampaignPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).unwrap_or_default());
    let campaign = Resource::new_blocking(move || id.get(), load_campaign);
    view! {
        <Loaded
            resource=campaign
            skeleton=move || view! {
                <div class="space-y-4">
                    <SkeletonBox class="h-12 w-72 rounded-md"/>
                    <SkeletonBox class="h-24 rounded-lg"/>
                    <SkeletonBox class="h-72 rounded-lg"/>
                </div>
            }
            let:data
        >
            <CampaignView data/>
        </Loaded>
    }
}

#[component]
fn CampaignView(data: CampaignData) -> impl IntoView {
    let id = data.campaign.id;
    let followed = Followed::new(data);
    let data = followed.data;
    let query = use_query_map();
    let tab = Memo::new(move |_| match query.with(|q| q.get("tab")).as_deref() {
        Some("people") => "people",
        _ => "overview",
    });
    let (pausing, completing) = (RwSignal::new(false), RwSignal::new(false));
    let (deleting, editing) = (RwSignal::new(false), RwSignal::new(false));
    let launching = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let asked = Asked::new(followed);
    let toasts = use_toasts();
    let navigate = StoredValue::new(use_navigate());

    let done = move |result: Result<(), AppError>, news: &'static str| {
        busy.try_set(false);
        match result {
            Ok(()) => toasts.success(news),
            Err(error) => toasts.error(error.to_string()),
        }
        followed.reload();
    };
    let pause = move |()| {
        busy.set(true);
        spawn_local(
            async move { done(pause_campaign(id).await.map(|_| ()), "Paused. Nothing is sent until you resume.") },
        );
    };
    let resume = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move { done(resume_campaign(id).await.map(|_| ()), "Running again.") });
    });
    let complete = move |()| {
        busy.set(true);
        spawn_local(async move {
            done(complete_campaign(id).await.map(|_| ()), "Completed. Nobody gets anything more from it.")
        });
    };
    let delete = move |()| {
        spawn_local(async move {
            match delete_campaign(id).await {
                Ok(()) => {
                    toasts.success("The campaign is deleted.");
                    navigate.try_with_value(|go| go("/campaigns", NavigateOptions::default()));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let (status, name) =
        (Memo::new(move |_| data.with(|d| d.campaign.status)), move || data.with(|d| d.campaign.name.clone()));
    let enrolled = Memo::new(move |_| data.with(|d| d.progress.enrolled));
    let is_stale = Memo::new(move |_| {
        data.with(|d| d.edited && matches!(d.campaign.status, CampaignStatus::Active | CampaignStatus::Paused))
    });
    let me = use_me();
    let (may_write, may_delete) = (me.may_write(), me.may_delete());
    view! {
        <PageHead
            title=name
            subtitle=move || data.with(|d| d.agent.as_ref().map(|a| format!("{} speaks for it", a.name)))
            back=("Campaigns", "/campaigns")
            badges=move || view! { {move || view! { <StatusBadge status=status.get().as_str()/> }} }
            actions=move || view! {
                <LinkButton href=format!("/campaigns/{id}/flow") icon=Icon::Branch>{if may_write { "Edit flow" } else { "Show flow" }}</LinkButton>
                {may_write.then(|| view! { <MainAction status busy launching pausing resume/> })}
                {may_write.then(|| view! {
                    <Menu id="campaign-menu" label="More actions">
                        <MenuItem icon=Icon::Edit on_click=move |()| editing.set(true)>"Rename or change agent"</MenuItem>
                        {move || status.get().may_become(CampaignStatus::Completed).then(|| view! {
                            <MenuItem icon=Icon::Check on_click=move |()| completing.set(true)>"Mark as completed"</MenuItem>
                        })}
                        <MenuLine/>
                        <MenuItem icon=Icon::Trash danger=true disabled={!may_delete} on_click=move |()| deleting.set(true)>"Delete"</MenuItem>
                    </Menu>
                })}
            }
        />
        {move || {
            is_stale.get().then(|| view! {
                <div class="mb-4">
                    <Banner tone=Tone::Info title="The flow was edited">
                        "People who are under way keep the flow they began with. Pause and resume to use the new one for everybody who has not begun."
                    </Banner>
                </div>
            })
        }}
        {move || {
            let href = |key: &str| format!("/campaigns/{id}?tab={key}");
            let items = vec![
                Tab::new("overview", "Overview").href(href("overview")),
                Tab::new("people", "People").href(href("people")).count(enrolled.get()),
            ];
            view! { <TabLinks label="Campaign" current=tab.get() items=items/> }
        }}
        <div class="mt-4">
            {move || match tab.get() {
                "people" => view! { <People id data/> }.into_any(),
                _ => view! { <Overview data launching may_write asked ways=Ways { launching, pausing, resume, busy }/> }.into_any(),
            }}
        </div>
        <ConfirmDialog open=pausing title="Pause this campaign?" confirm="Pause" on_confirm=pause>
            "Nobody is messaged until you resume. Waits go on, and answers still come in."
        </ConfirmDialog>
        <ConfirmDialog open=completing title="Complete this campaign?" confirm="Complete" on_confirm=complete>
            "Everybody who has not come to the end is taken out and gets nothing more from it. What was said stays in the inbox."
        </ConfirmDialog>
        <ConfirmDialog open=deleting title=move || format!("Delete {}?", name()) confirm="Delete" danger=true on_confirm=delete>
            "Everybody in it is taken out and gets nothing more from it. What was said stays in the inbox. This cannot be undone."
        </ConfirmDialog>
        <Dialog open=editing title="Name and agent">
            <Details followed open=editing/>
        </Dialog>
        <Dialog open=launching title=move || launch_title(status.get())>
            <Launch followed open=launching/>
        </Dialog>
    }
}

fn launch_title(status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Draft => "Launch campaign",
        CampaignStatus::Completed => "Launch again",
        CampaignStatus::Active | CampaignStatus::Paused => "Add people",
    }
}

/// The one thing to do in this state, and adding people beside it.
#[component]
fn MainAction(
    status: Memo<CampaignStatus>,
    busy: RwSignal<bool>,
    launching: RwSignal<bool>,
    pausing: RwSignal<bool>,
    resume: Callback<()>,
) -> impl IntoView {
    move || {
        match status.get() {
        CampaignStatus::Draft => view! {
            <Button variant=Variant::Primary icon=Icon::Play on_click=move |_| launching.set(true)>"Launch"</Button>
        }
        .into_any(),
        CampaignStatus::Completed => view! {
            <Button variant=Variant::Primary icon=Icon::Play on_click=move |_| launching.set(true)>"Launch again"</Button>
        }
        .into_any(),
        CampaignStatus::Active => view! {
            <Button icon=Icon::Users on_click=move |_| launching.set(true)>"Add people"</Button>
            <Button icon=Icon::Pause busy=busy on_click=move |_| pausing.set(true)>"Pause"</Button>
        }
        .into_any(),
        CampaignStatus::Paused => view! {
            <Button icon=Icon::Users on_click=move |_| launching.set(true)>"Add people"</Button>
            <Button variant=Variant::Primary icon=Icon::Play busy=busy on_click=move |_| resume.run(())>"Resume"</Button>
        }
        .into_any(),
    }
    }
}
