//! `/campaigns`: every campaign with its state and its figures. The address is the state.

use domain::campaign::{CampaignRow, CampaignStatus};
use domain::filter::Filter;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::list_campaigns;
use super::new::NewCampaign;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{
    Badge, Card, Column, Dialog, Empty, Icon, LinkButton, Loaded, Pager, Progress, RowLink, SearchBox, StatusBadge,
    Tab, TabLinks, Table, Td, Tone, Tr, Variant, When, leave_opened, status_look,
};

/// What the address narrows the list to.
fn filter_of(query: &ParamsMap) -> Filter {
    Filter {
        q: query.get("q"),
        // A word that is none shows all.
        status: query.get("status").filter(|word| word.parse::<CampaignStatus>().is_ok()),
        page: query.get("page").and_then(|page| page.parse().ok()),
        ..Filter::default()
    }
}

/// An address with one thing of its query changed; `None` takes it out. A new search begins on page one.
pub(super) fn with(path: &str, query: &ParamsMap, key: &'static str, value: Option<String>) -> String {
    let mut query = query.clone();
    query.remove(key);
    if key != "page" {
        query.remove("page");
    }
    if let Some(value) = value.filter(|v| !v.is_empty()) {
        query.insert(key, value);
    }
    let words = query.to_query_string();
    if words == "?" { path.to_owned() } else { format!("{path}{words}") }
}

/// `/campaigns`
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let live = use_live_calm(&["campaign", "message"]);
    let list = Resource::new(move || (filter.get(), live.get()), |(filter, _)| list_campaigns(filter));
    let navigate = StoredValue::new(use_navigate());
    let go = move |href: String| {
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    };
    let href = move |key: &'static str, value: Option<String>| query.with(|q| with("/campaigns", q, key, value));
    let href_now =
        move |key: &'static str, value: Option<String>| query.with_untracked(|q| with("/campaigns", q, key, value));
    let may_write = use_me().may_write();

    let making = RwSignal::new(false);
    let asked = Memo::new(move |_| query.with(|q| q.get("new")));
    let leave = leave_opened(asked);
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| making.set(asked.with(Option::is_some)));
    let closed = move |()| {
        if asked.with_untracked(Option::is_some) {
            leave.run(href_now("new", None));
        }
    };
    view! {
        <PageHead
            title="Campaigns"
            subtitle="Who is written to, over which channels, and how far it got."
            actions=move || may_write.then(|| view! {
                <LinkButton href=move || href("new", Some("1".into())) variant=Variant::Primary icon=Icon::Plus>"New campaign"</LinkButton>
            })
        />
        <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
            {move || {
                let tab = |key: &str, label: &str| {
                    Tab::new(key, label).href(href("status", Some(key.to_owned()).filter(|k| k != "all")))
                };
                let states = CampaignStatus::ALL.iter().map(|s| tab(s.as_str(), &status_look(s.as_str()).2));
                let items: Vec<Tab> = std::iter::once(tab("all", "All")).chain(states).collect();
                let current = filter.with(|f| Filter::word(&f.status)).unwrap_or_else(|| "all".into());
                view! { <TabLinks label="Status" current=current items=items/> }
            }}
            <SearchBox
                label="Search campaigns"
                value=move || filter.with(|f| f.q.clone().unwrap_or_default())
                on_search=move |text: String| go(href_now("q", Some(text.trim().to_owned())))
            />
        </div>
        <Card flush=true>
            <Loaded resource=list steady=true let:page>
                {
                    let is_narrowed = filter.with_untracked(|f| f.like().is_some() || Filter::word(&f.status).is_some());
                    if page.total == 0 && is_narrowed {
                        view! {
                            <Empty icon=Icon::Search title="No campaign fits" text="Try another word or another status.">
                                <LinkButton href="/campaigns">"Show all campaigns"</LinkButton>
                            </Empty>
                        }
                        .into_any()
                    } else if page.total == 0 {
                        view! { <NoCampaigns may_write new_href=href_now("new", Some("1".into()))/> }.into_any()
                    } else {
                        view! {
                            <CampaignTable rows=page.items/>
                            <Pager
                                page=page.page total_pages=page.total_pages total=page.total noun="campaigns"
                                href=move |n: i64| href_now("page", Some(n.to_string()))
                            />
                        }
                        .into_any()
                    }
                }
            </Loaded>
        </Card>
        <Dialog open=making title="New campaign" on_close=closed>
            <NewCampaign open=making/>
        </Dialog>
    }
}

#[component]
fn NoCampaigns(may_write: bool, new_href: String) -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Megaphone
            title="No campaigns yet"
            text="A campaign takes people through a flow: an SMS, a WhatsApp, a call, and an agent who answers."
        >
            {may_write.then(|| view! {
                <LinkButton href=new_href variant=Variant::Primary icon=Icon::Plus>"Make the first campaign"</LinkButton>
            })}
            <LinkButton href="/leads/import">"Import leads"</LinkButton>
        </Empty>
    }
}

#[component]
fn CampaignTable(rows: Vec<CampaignRow>) -> impl IntoView {
    let columns = vec![
        Column::new("Name"),
        Column::new("Status"),
        Column::new("People").number(),
        Column::new("Progress"),
        Column::new("Replies").number(),
        Column::new("Not sent").number(),
        Column::new("Started").wide_only(),
    ];
    view! {
        <Table label="Campaigns" columns=columns cards=true>
            {rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(row: CampaignRow) -> impl IntoView {
    let CampaignRow { campaign, progress: p } = row;
    let how = format!("{} done, {} in flight, {} stopped", p.done, p.running, p.stopped);
    let replied =
        if p.enrolled > 0 { format!("{} ({}%)", p.replied, p.replied * 100 / p.enrolled) } else { "–".into() };
    let (not_sent, in_doubt) = (p.not_sent, p.in_doubt);
    let bar = format!("{}: people who came to an end", campaign.name);
    view! {
        <Tr>
            <Td label="Name"><RowLink href=format!("/campaigns/{}", campaign.id)>{campaign.name}</RowLink></Td>
            <Td label="Status"><StatusBadge status=campaign.status.as_str()/></Td>
            <Td label="People" number=true>{p.enrolled}</Td>
            <Td label="Progress">
                <div class="w-full min-w-40 max-w-60 space-y-1">
                    <Progress done=Signal::stored(p.done + p.stopped) of=Signal::stored(p.enrolled) label=bar/>
                    <p class="text-2xs text-ink-3">{how}</p>
                </div>
            </Td>
            <Td label="Replies" number=true>{replied}</Td>
            <Td label="Not sent" number=true>
                <span class="inline-flex flex-wrap items-center justify-end gap-1.5">
                    {if not_sent > 0 {
                        view! { <Badge tone=Tone::Bad icon=Icon::Ban title="Messages that were not sent or failed">{not_sent}</Badge> }.into_any()
                    } else {
                        view! { <span>"0"</span> }.into_any()
                    }}
                    {(in_doubt > 0).then(|| view! {
                        <Badge tone=Tone::Warn icon=Icon::Help title="Messages of which nobody knows">{format!("{in_doubt} in doubt")}</Badge>
                    })}
                </span>
            </Td>
            <Td label="Started" wide_only=true>
                {match campaign.started_at {
                    Some(at) => view! { <When at=at relative=true/> }.into_any(),
                    None => view! { <span class="text-ink-3">"Not yet"</span> }.into_any(),
                }}
            </Td>
        </Tr>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_filter_and_a_new_search_starts_on_page_one() {
        let query: ParamsMap = [("q", "spring"), ("page", "3"), ("new", "1")].into_iter().collect();
        assert_eq!(filter_of(&query), Filter { q: Some("spring".into()), page: Some(3), ..Filter::default() });
        assert_eq!(with("/campaigns", &query, "new", None), "/campaigns?q=spring");
        assert_eq!(with("/campaigns", &query, "page", Some("2".into())), "/campaigns?q=spring&new=1&page=2");
        assert_eq!(with("/x", &ParamsMap::new(), "q", None), "/x");
    }
}
