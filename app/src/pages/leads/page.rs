//! The list of leads: search, states, the table, and what its rows can do. The address is the state.

use domain::filter::Filter;
use domain::id::LeadId;
use domain::lead::LeadStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::{add_sample_leads, delete_lead, erase_lead, list_leads};
use super::drawer::LeadDrawer;
use super::list::{LeadTable, NoLeads};
use crate::live::use_live;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{
    Card, ConfirmDialog, Empty, Icon, LinkButton, Loaded, Pager, SearchBox, Tab, TabLinks, Variant, leave_opened,
    use_toasts,
};

/// What the address narrows the list to.
fn filter_of(query: &ParamsMap) -> Filter {
    Filter {
        q: query.get("q"),
        // A word that is none shows all.
        status: query.get("status").filter(|word| word.parse::<LeadStatus>().is_ok()),
        page: query.get("page").and_then(|page| page.parse().ok()),
        ..Filter::default()
    }
}

/// The list's address with one thing changed; `None` takes it out.
fn with(query: &ParamsMap, key: &'static str, value: Option<String>) -> String {
    let mut query = query.clone();
    query.remove(key);
    if matches!(key, "q" | "status") {
        query.remove("page");
    }
    if let Some(value) = value.filter(|v| !v.is_empty()) {
        query.insert(key, value);
    }
    let words = query.to_query_string();
    if words == "?" { "/leads".to_owned() } else { format!("/leads{words}") }
}

/// `/leads`
#[component]
pub fn LeadsPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let edit = Memo::new(move |_| query.with(|q| q.get("edit")).filter(|key| !key.is_empty()));
    let leave = leave_opened(edit);
    let live = use_live("lead");
    let list = Resource::new(move || (filter.get(), live.get()), |(filter, _)| list_leads(filter));
    let navigate = StoredValue::new(use_navigate());
    let go = move |href: String| {
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    };
    let href = move |key: &'static str, value: Option<String>| query.with(|q| with(q, key, value));
    let href_now = move |key: &'static str, value: Option<String>| query.with_untracked(|q| with(q, key, value));
    let toasts = use_toasts();
    let sampling = RwSignal::new(false);
    let deleting = RwSignal::new(None::<(LeadId, String)>);
    let asking = RwSignal::new(false);

    let sample = Callback::new(move |()| {
        sampling.set(true);
        spawn_local(async move {
            let made = add_sample_leads().await;
            sampling.set(false);
            match made {
                Ok(made) => {
                    list.refetch();
                    toasts.success(format!("{made} made-up leads are added."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let delete = move |()| {
        let Some((id, name)) = deleting.get_untracked() else { return };
        spawn_local(async move {
            match delete_lead(id).await {
                Ok(()) => {
                    list.refetch();
                    toasts.success(format!("{name} is deleted."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let erasing = RwSignal::new(None::<(LeadId, String)>);
    let asking_to_erase = RwSignal::new(false);
    let erase = move |()| {
        let Some((id, name)) = erasing.get_untracked() else { return };
        spawn_local(async move {
            match erase_lead(id).await {
                Ok(receipt) => {
                    list.refetch();
                    let rows: i64 = receipt.tables.iter().map(|t| t.removed + t.blanked).sum();
                    toasts.success(format!("{name} is erased: {rows} rows."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let ask_erase = Callback::new(move |lead| {
        erasing.set(Some(lead));
        asking_to_erase.set(true);
    });
    let ask_delete = Callback::new(move |lead| {
        deleting.set(Some(lead));
        asking.set(true);
    });
    let may_write = use_me().may_write();
    view! {
        <PageHead
            title="Leads"
            subtitle="The people your campaigns reach, and what they agreed to."
            actions=move || may_write.then(|| view! {
                <LinkButton href="/leads/import" icon=Icon::Upload>"Import CSV"</LinkButton>
                <LinkButton href=move || href("edit", Some("new".into())) variant=Variant::Primary icon=Icon::Plus>"New lead"</LinkButton>
            })
        />
        <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
            {move || {
                let tab = |key: &str, label: &str| {
                    Tab::new(key, label).href(href("status", Some(key.to_owned()).filter(|k| k != "all")))
                };
                let items = std::iter::once(tab("all", "All"))
                    .chain(LeadStatus::ALL.iter().map(|s| tab(s.as_str(), s.label())))
                    .collect();
                let current = filter.with(|f| Filter::word(&f.status)).unwrap_or_else(|| "all".into());
                view! { <TabLinks label="Status" current=current items=items/> }
            }}
            <SearchBox
                label="Search leads"
                value=move || filter.with(|f| f.q.clone().unwrap_or_default())
                on_search=move |text: String| go(href_now("q", Some(text.trim().to_owned())))
            />
        </div>
        <Card flush=true>
            <Loaded resource=list steady=true let:list>
                {
                    let is_narrowed = filter.with_untracked(|f| f.like().is_some() || Filter::word(&f.status).is_some());
                    let page = list.page;
                    if page.total == 0 && is_narrowed {
                        view! {
                            <Empty icon=Icon::Search title="No lead fits" text="Try another word or another status.">
                                <LinkButton href="/leads">"Show all leads"</LinkButton>
                            </Empty>
                        }
                        .into_any()
                    } else if page.total == 0 {
                        view! { <NoLeads on_sample=sample busy=sampling/> }.into_any()
                    } else {
                        view! {
                            <LeadTable
                                rows=page.items
                                agents=list.agents
                                edit=Callback::new(move |id: LeadId| href_now("edit", Some(id.to_string())))
                                on_delete=ask_delete
                            />
                            <Pager
                                page=page.page total_pages=page.total_pages total=page.total noun="leads"
                                href=move |n: i64| href_now("page", Some(n.to_string()))
                            />
                        }
                        .into_any()
                    }
                }
            </Loaded>
        </Card>
        <LeadDrawer
            edit
            on_close=Callback::new(move |()| leave.run(href_now("edit", None)))
            on_saved=Callback::new(move |()| list.refetch())
            on_delete=ask_delete
            on_erase=ask_erase
        />
        <ConfirmDialog
            open=asking_to_erase
            title=move || erasing.with(|e| e.as_ref().map_or_else(String::new, |(_, name)| format!("Erase {name} for good?")))
            confirm="Erase"
            danger=true
            on_confirm=erase
        >
            "Name, numbers, messages and everything else that is kept about this person goes, everywhere. Only an opt-out stays, as a number. There is no way back."
        </ConfirmDialog>
        <ConfirmDialog
            open=asking
            title=move || deleting.with(|d| d.as_ref().map_or_else(String::new, |(_, name)| format!("Delete {name}?")))
            confirm="Delete"
            danger=true
            on_confirm=delete
        >
            "Campaigns do not reach this person any more. Past messages stay, and so does an opt-out. This cannot be undone."
        </ConfirmDialog>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_filter_and_a_new_search_starts_on_page_one() {
        let query: ParamsMap = [("q", "ada & co"), ("page", "3")].into_iter().collect();
        assert_eq!(filter_of(&query), Filter { q: Some("ada & co".into()), page: Some(3), ..Filter::default() });
        assert_eq!(with(&query, "edit", Some("new".into())), "/leads?q=ada%20%26%20co&page=3&edit=new");
        assert_eq!(with(&query, "status", Some("replied".into())), "/leads?q=ada%20%26%20co&status=replied");
    }
}
