//! The library itself: search, states, the table, and what its rows can do. The address is the state.

use domain::advice::Section;
use domain::agent::AgentStatus;
use domain::filter::Filter;
use domain::id::AgentId;
use domain::library::AgentSort;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::{
    agent_dependents, agent_models, delete_agent, duplicate_agent, list_agents, make_starter, set_agent_status,
};
use super::drawer::AgentDrawer;
use super::list::{AgentTable, NoAgents, RowActions};
use super::sort::{Order, SortMenu};
use super::starters::Starter;
use crate::live::{use_connected, use_live};
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{
    Card, Checkbox, Choice, ConfirmDialog, Empty, Icon, LinkButton, Loaded, Pager, SearchBox, Select, Tab, TabLinks,
    Variant, leave_opened, use_toasts,
};

/// What the address narrows the list to.
fn filter_of(query: &ParamsMap) -> Filter {
    Filter {
        q: query.get("q"),
        // A word that is none shows all.
        status: query.get("status").filter(|word| word.parse::<AgentStatus>().is_ok()),
        model: query.get("model"),
        attention: query.get("attention").map(|word| word == "1"),
        sort: query.get("sort"),
        page: query.get("page").and_then(|page| page.parse().ok()),
        ..Filter::default()
    }
}

/// An address as people write it: what needs no percent sign has none.
pub(super) fn readable(words: &str) -> String {
    words.replace("%5F", "_").replace("%2D", "-")
}

/// The library's address with one thing changed; `None` takes it out.
fn with(query: &ParamsMap, key: &'static str, value: Option<String>) -> String {
    let mut query = query.clone();
    query.remove(key);
    if matches!(key, "q" | "status" | "model" | "attention" | "sort") {
        query.remove("page");
    }
    if key == "edit" {
        query.remove("section");
        query.remove("full");
    }
    if let Some(value) = value.filter(|v| !v.is_empty()) {
        query.insert(key, value);
    }
    let words = readable(&query.to_query_string());
    if words == "?" { "/agents".to_owned() } else { format!("/agents{words}") }
}

/// The drawer's address once a new agent has an id: the same section, as wide as before.
fn made(query: &ParamsMap, id: AgentId) -> String {
    let mut query = query.clone();
    query.replace("edit", id.to_string());
    format!("/agents{}", readable(&query.to_query_string()))
}

/// `/agents`
#[component]
pub fn AgentsPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    // What stays when another state is chosen.
    let kept = Memo::new(move |_| {
        let filter = filter.get();
        let attention = filter.attention.filter(|on| *on).map(|_| "1".to_owned());
        let all = [("q", filter.q), ("model", filter.model), ("attention", attention), ("sort", filter.sort)];
        all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect::<Vec<_>>()
    });
    let order = move || {
        let (by, down) = filter.with(|f| AgentSort::read(f.sort.as_deref()));
        Order {
            by,
            down,
            href: Callback::new(move |word: String| query.with_untracked(|q| with(q, "sort", Some(word)))),
        }
    };
    let status = Signal::derive(move || filter.with(|f| Filter::word(&f.status)).unwrap_or_else(|| "all".into()));
    let edit = Memo::new(move |_| query.with(|q| q.get("edit")).filter(|key| !key.is_empty()));
    let leave = leave_opened(edit);
    let section = Memo::new(move |_| {
        query.with(|q| q.get("section")).and_then(|word| word.parse().ok()).unwrap_or(Section::General)
    });
    let full = Memo::new(move |_| query.with(|q| q.get("full")).is_some_and(|word| word == "1"));
    let live = use_live("agent");
    let list = Resource::new(move || (filter.get(), live.get()), |(filter, _)| list_agents(filter));
    // A change comes back as a live note; only without the live stream does the page have to ask by itself.
    let connected = use_connected();
    let shown_anew = move || {
        if !connected.get_untracked() {
            list.refetch();
        }
    };
    let navigate = StoredValue::new(use_navigate());
    let go_to = move |href: String, replace: bool| {
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, replace, ..NavigateOptions::default() }));
    };
    let go = move |href: String| go_to(href, false);
    let href = move |key: &'static str, value: Option<String>| query.with(|q| with(q, key, value));
    let href_now = move |key: &'static str, value: Option<String>| query.with_untracked(|q| with(q, key, value));
    let toasts = use_toasts();
    // The models that can be narrowed to; the one in the address is always among them.
    let known = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        spawn_local(async move {
            if let Ok(all) = agent_models().await {
                known.set(all);
            }
        });
    });
    let models = Memo::new(move |_| {
        let mut names = known.get();
        names.extend(filter.with(|f| f.model.clone()).filter(|m| !m.is_empty() && !names.contains(m)));
        let all = Choice::new("", "All models");
        std::iter::once(all).chain(names.into_iter().map(|name| Choice::new(name.clone(), name))).collect::<Vec<_>>()
    });
    let making = RwSignal::new(None::<Starter>);
    let deleting = RwSignal::new(None::<(AgentId, String)>);
    let asking = RwSignal::new(false);
    let depend = RwSignal::new(None::<(i64, i64)>);

    let make = Callback::new(move |starter: Starter| {
        if making.get_untracked().is_some() {
            return;
        }
        making.set(Some(starter));
        spawn_local(async move {
            let made = make_starter(starter).await;
            making.set(None);
            match made {
                Ok(agent) => {
                    shown_anew();
                    toasts.success(format!(
                        "{} is made. It is a draft: look it over, then set it live.",
                        agent.draft.name
                    ));
                    go(href_now("edit", Some(agent.id.to_string())));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let duplicate = Callback::new(move |id: AgentId| {
        spawn_local(async move {
            match duplicate_agent(id).await {
                Ok(agent) => {
                    shown_anew();
                    toasts.success(format!("{} is made, as a draft.", agent.draft.name));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let set_status = Callback::new(move |(id, status): (AgentId, AgentStatus)| {
        spawn_local(async move {
            match set_agent_status(id, status).await {
                Ok(agent) => {
                    shown_anew();
                    let news = if status == AgentStatus::Live { "answers people now" } else { "is silent now" };
                    toasts.success(format!("{} {news}.", agent.draft.name));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let delete = move |()| {
        let Some((id, name)) = deleting.get_untracked() else { return };
        spawn_local(async move {
            match delete_agent(id).await {
                Ok(()) => {
                    shown_anew();
                    toasts.success(format!("{name} is deleted."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let actions = RowActions {
        edit: Callback::new(move |id: AgentId| href_now("edit", Some(id.to_string()))),
        duplicate,
        set_status,
        delete: Callback::new(move |agent: (AgentId, String)| {
            let id = agent.0;
            depend.set(None);
            deleting.set(Some(agent));
            asking.set(true);
            spawn_local(async move {
                if let Ok(counts) = agent_dependents(id).await {
                    depend.set(Some(counts));
                }
            });
        }),
    };
    let may_write = use_me().may_write();
    view! {
        <PageHead
            title="Agents"
            subtitle="Who answers people for you, and through which models. Figures are of the last 30 days."
            actions=move || may_write.then(|| view! {
                <LinkButton href=move || href("edit", Some("new".into())) variant=Variant::Primary icon=Icon::Plus>"New agent"</LinkButton>
            })
        />
        <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
            {move || {
                // Made anew only for another search, so that the keyboard stays on a tab that was chosen.
                let query: ParamsMap = kept.get().into_iter().collect();
                let tab = |key: &str, label: &str| {
                    Tab::new(key, label).href(with(&query, "status", Some(key.to_owned()).filter(|k| k != "all")))
                };
                let items = vec![tab("all", "All"), tab("live", "Live"), tab("draft", "Draft"), tab("paused", "Paused")];
                view! { <TabLinks label="Status" current=status items=items/> }
            }}
            <span class="flex flex-wrap items-center gap-3">
                <Checkbox
                    label="Needs attention"
                    checked=Signal::derive(move || filter.with(|f| f.attention == Some(true)))
                    on_change=move |on: bool| go_to(href_now("attention", on.then(|| "1".to_owned())), true)
                />
                <Select
                    label="Model" narrow=true
                    value=Signal::derive(move || filter.with(|f| f.model.clone().unwrap_or_default()))
                    on_change=move |model: String| go_to(href_now("model", Some(model)), true)
                    options=Signal::derive(move || models.get())
                />
                {move || view! { <SortMenu order=order()/> }}
                <SearchBox
                    label="Search agents"
                    value=move || filter.with(|f| f.q.clone().unwrap_or_default())
                    on_search=move |text: String| go_to(href_now("q", Some(text.trim().to_owned())), true)
                />
            </span>
        </div>
        <Card flush=true>
            <Loaded resource=list steady=true let:page>
                {
                    let is_narrowed = filter.with_untracked(|f| {
                        f.like().is_some()
                            || Filter::word(&f.status).is_some()
                            || Filter::word(&f.model).is_some()
                            || f.attention == Some(true)
                    });
                    if page.total == 0 && is_narrowed {
                        view! {
                            <Empty icon=Icon::Search title="No agent fits" text="Try another word or another status.">
                                <LinkButton href="/agents">"Show all agents"</LinkButton>
                            </Empty>
                        }
                        .into_any()
                    } else if page.total == 0 {
                        view! { <NoAgents on_make=make making new_href=href_now("edit", Some("new".into()))/> }.into_any()
                    } else {
                        view! {
                            <AgentTable rows=page.items actions order=untrack(order)/>
                            {(page.total_pages > 1).then(|| view! {
                                <Pager
                                    page=page.page total_pages=page.total_pages total=page.total noun="agents"
                                    href=move |n: i64| href_now("page", Some(n.to_string()))
                                />
                            })}
                        }
                        .into_any()
                    }
                }
            </Loaded>
        </Card>
        <AgentDrawer
            edit
            section
            full
            section_href=Callback::new(move |section: Section| href("section", Some(section.to_string())))
            full_href=Callback::new(move |on: bool| href("full", on.then(|| "1".to_owned())))
            on_close=Callback::new(move |()| leave.run(href_now("edit", None)))
            on_made=Callback::new(move |id: AgentId| go_to(query.with_untracked(|q| made(q, id)), true))
            on_saved=Callback::new(move |_| shown_anew())
        />
        <ConfirmDialog
            open=asking
            title=move || deleting.with(|d| d.as_ref().map_or_else(String::new, |(_, name)| format!("Delete {name}?")))
            confirm="Delete"
            danger=true
            on_confirm=delete
        >
            {move || depend.get().map(|(conversations, campaigns)| dependence(conversations, campaigns))}
            "It answers nobody any more. Its past messages and figures stay. This cannot be undone."
        </ConfirmDialog>
    }
}

/// What deleting an agent means for what depends on it; nothing when nothing does.
fn dependence(conversations: i64, campaigns: i64) -> String {
    let mut said = String::new();
    match conversations {
        0 => {}
        1 => said.push_str("1 open conversation will wait for a person. "),
        n => said.push_str(&format!("{n} open conversations will wait for a person. ")),
    }
    match campaigns {
        0 => {}
        1 => said.push_str("1 campaign speaks through it and needs another agent. "),
        n => said.push_str(&format!("{n} campaigns speak through it and need another agent. ")),
    }
    said
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_filter_and_a_new_search_starts_on_page_one() {
        let query: ParamsMap = [("q", "mia & co"), ("page", "3"), ("edit", "new")].into_iter().collect();
        assert_eq!(filter_of(&query), Filter { q: Some("mia & co".into()), page: Some(3), ..Filter::default() });
        assert_eq!(with(&query, "edit", None), "/agents?q=mia%20%26%20co&page=3");
        assert_eq!(with(&query, "status", Some("live".into())), "/agents?q=mia%20%26%20co&edit=new&status=live");
        let drawer: ParamsMap =
            [("edit", "agt_1"), ("section", "prompt"), ("full", "1"), ("sort", "-p95")].into_iter().collect();
        assert_eq!(with(&drawer, "edit", None), "/agents?sort=-p95");
        assert_eq!(with(&[("edit", "new")].into_iter().collect(), "edit", None), "/agents");
    }
}
