//! The people of one campaign: where each stands, what comes next, how it ended. The address is the state.

use domain::filter::Filter;
use domain::flow::step::RunStatus;
use domain::id::CampaignId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::api::{CampaignData, Person, list_people};
use super::list::with;
use super::steps::name_of;
use super::why::outcome;
use crate::live::use_live_calm;
use crate::ui::{
    Avatar, Badge, Card, Choice, Column, Empty, Icon, LinkButton, Loaded, Pager, RowLink, SearchBox, Select, Size,
    StatusBadge, Table, Td, Tone, Tr, When, status_look,
};

/// The tab.
#[component]
pub fn People(
    /// Of which campaign.
    id: CampaignId,
    /// The campaign, whose steps have names.
    data: RwSignal<CampaignData>,
) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|q| Filter {
            q: q.get("q"),
            status: q.get("status"),
            // A word that is none shows everybody.
            counted: q.get("counted").and_then(|word| word.parse().ok()),
            step: q.get("step"),
            page: q.get("page").and_then(|page| page.parse().ok()),
            ..Filter::default()
        })
    });
    let live = use_live_calm(&["campaign", "message"]);
    let people = Resource::new(move || (filter.get(), live.get()), move |(filter, _)| list_people(id, filter));
    let navigate = StoredValue::new(use_navigate());
    let go = move |href: String| {
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    };
    let href_now = move |key: &'static str, value: Option<String>| {
        query.with_untracked(|q| with(&format!("/campaigns/{id}"), q, key, value))
    };
    let states: Vec<Choice> =
        RunStatus::ALL.iter().map(|s| Choice::new(s.as_str(), status_look(s.as_str()).2)).collect();
    view! {
        <div class="mb-3 flex flex-wrap items-center justify-between gap-3">
            <Select
                label="Status"
                narrow=true
                placeholder="Every status"
                value=move || filter.with(|f| Filter::word(&f.status).unwrap_or_default())
                options=states
                on_change=move |status: String| go(href_now("status", Some(status)))
            />
            <SearchBox
                label="Search people"
                value=move || filter.with(|f| f.q.clone().unwrap_or_default())
                on_search=move |text: String| go(href_now("q", Some(text.trim().to_owned())))
            />
        </div>
        {move || {
            let (counted, step) = filter.with(|f| (f.counted, f.step.clone()));
            let words = match (counted?.label(), step) {
                (figure, Some(node)) => format!("{figure}: {}", data.with(|d| name_of(&d.steps, &node))),
                (figure, None) => figure.to_owned(),
            };
            Some(view! {
                <p class="mb-3 flex flex-wrap items-center gap-2 text-sm text-ink-2">
                    "Only people behind the figure "<Badge tone=Tone::Accent>{words}</Badge>
                    <LinkButton href=format!("/campaigns/{id}?tab=people") size=Size::Small>"Show everybody"</LinkButton>
                </p>
            })
        }}
        <Card flush=true>
            <Loaded resource=people steady=true let:page>
                {
                    let is_narrowed = filter.with_untracked(|f| f.like().is_some() || f.counted.is_some() || Filter::word(&f.status).is_some());
                    if page.total == 0 && is_narrowed {
                        view! {
                            <Empty icon=Icon::Search title="Nobody fits" text="Try another name or another status.">
                                <LinkButton href=format!("/campaigns/{id}?tab=people")>"Show everybody"</LinkButton>
                            </Empty>
                        }
                        .into_any()
                    } else if page.total == 0 {
                        view! {
                            <Empty icon=Icon::Users title="Nobody is in this campaign yet" text="People are chosen when it is launched, and can be added later."/>
                        }
                        .into_any()
                    } else {
                        view! {
                            <PeopleTable people=page.items/>
                            <Pager
                                page=page.page total_pages=page.total_pages total=page.total noun="people"
                                href=move |n: i64| href_now("page", Some(n.to_string()))
                            />
                        }
                        .into_any()
                    }
                }
            </Loaded>
        </Card>
    }
}

#[component]
fn PeopleTable(people: Vec<Person>) -> impl IntoView {
    let columns = vec![
        Column::new("Lead"),
        Column::new("Step"),
        Column::new("Status"),
        Column::new("Next action"),
        Column::new("Outcome"),
        Column::new("Last moved").wide_only(),
        Column::actions(),
    ];
    view! {
        <Table label="People" columns=columns cards=true>
            {people.into_iter().map(|person| view! { <Row person/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(person: Person) -> impl IntoView {
    let Person { run, step, conversation } = person;
    let lead_href = format!("/leads?edit={}", run.lead_id);
    let href = conversation.map_or_else(|| lead_href.clone(), |c| format!("/inbox?c={c}"));
    let dash = || view! { <span class="text-ink-3">"–"</span> }.into_any();
    view! {
        <Tr>
            <Td label="Lead">
                <span class="flex min-w-0 items-center gap-2.5">
                    <Avatar name=run.lead_name.clone() size=Size::Small/>
                    <RowLink href=href>{run.lead_name.clone()}</RowLink>
                </span>
            </Td>
            <Td label="Step">{step}</Td>
            <Td label="Status"><StatusBadge status=run.status.as_str()/></Td>
            <Td label="Next action">
                {match run.wake_at {
                    Some(at) => view! { <When at=at due=true/> }.into_any(),
                    None => dash(),
                }}
            </Td>
            <Td label="Outcome">
                {match run.outcome {
                    Some(word) => view! { <span class="text-ink">{outcome(&word)}</span> }.into_any(),
                    None => dash(),
                }}
            </Td>
            <Td label="Last moved" wide_only=true><When at=run.updated_at relative=true/></Td>
            <Td label="Actions" number=true on_top=true>
                {match conversation {
                    Some(c) => view! { <LinkButton href=format!("/inbox?c={c}") size=Size::Small icon=Icon::Message>"Conversation"</LinkButton> }.into_any(),
                    None => view! { <LinkButton href=lead_href size=Size::Small icon=Icon::User>"Lead"</LinkButton> }.into_any(),
                }}
            </Td>
        </Tr>
    }
}
