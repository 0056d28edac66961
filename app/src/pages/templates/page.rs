//! The templates page: search, channels, the tables. The address is the state.

use domain::filter::Filter;
use domain::id::TemplateId;
use domain::message::Channel;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::{add_starter_templates, delete_template, list_templates, submit_template};
use super::drawer::TemplateDrawer;
use super::list::{NoTemplates, RowActions, TemplateTables};
use crate::live::use_live;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{
    Card, ConfirmDialog, Empty, Icon, LinkButton, Loaded, SearchBox, Tab, TabLinks, Variant, leave_opened, use_toasts,
};

/// What the address narrows the list to.
fn filter_of(query: &ParamsMap) -> Filter {
    Filter {
        q: query.get("q"),
        channel: query.get("channel").filter(|word| word.parse::<Channel>().is_ok()),
        ..Filter::default()
    }
}

/// The page's address with one thing changed; `None` takes it out.
fn with(query: &ParamsMap, key: &'static str, value: Option<String>) -> String {
    let mut query = query.clone();
    query.remove(key);
    if let Some(value) = value.filter(|v| !v.is_empty()) {
        query.insert(key, value);
    }
    let words = query.to_query_string();
    if words == "?" { "/templates".to_owned() } else { format!("/templates{words}") }
}

/// `/templates`
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let edit = Memo::new(move |_| query.with(|q| q.get("edit")).filter(|key| !key.is_empty()));
    let leave = leave_opened(edit);
    let live = use_live("template");
    let list = Resource::new(move || (filter.get(), live.get()), |(filter, _)| list_templates(filter));
    let navigate = StoredValue::new(use_navigate());
    let go = move |href: String| {
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    };
    let href = move |key: &'static str, value: Option<String>| query.with(|q| with(q, key, value));
    let href_now = move |key: &'static str, value: Option<String>| query.with_untracked(|q| with(q, key, value));
    let toasts = use_toasts();
    let adding = RwSignal::new(false);
    let deleting = RwSignal::new(None::<(TemplateId, String)>);
    let asking = RwSignal::new(false);

    let add_starters = Callback::new(move |()| {
        adding.set(true);
        spawn_local(async move {
            let made = add_starter_templates().await;
            adding.set(false);
            match made {
                Ok(made) => {
                    list.refetch();
                    toasts.success(format!("{made} templates are added."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let submit = Callback::new(move |id: TemplateId| {
        spawn_local(async move {
            match submit_template(id).await {
                Ok(template) => {
                    list.refetch();
                    toasts.success(format!("{} is handed in. Its state follows here by itself.", template.draft.name));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });
    let delete = move |()| {
        let Some((id, name)) = deleting.get_untracked() else { return };
        spawn_local(async move {
            match delete_template(id).await {
                Ok(()) => {
                    list.refetch();
                    toasts.success(format!("{name} is deleted."));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let ask_delete = Callback::new(move |template| {
        deleting.set(Some(template));
        asking.set(true);
    });
    let actions = RowActions {
        edit: Callback::new(move |id: TemplateId| href_now("edit", Some(id.to_string()))),
        submit,
        delete: ask_delete,
    };
    let may_write = use_me().may_write();
    view! {
        <PageHead
            title="Templates"
            subtitle="The texts that campaigns send."
            actions=move || may_write.then(|| view! {
                <LinkButton href=move || href("edit", Some("new".into())) variant=Variant::Primary icon=Icon::Plus>"New template"</LinkButton>
            })
        />
        <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
            {move || {
                let tab = |key: &str, label: &str| {
                    Tab::new(key, label).href(href("channel", Some(key.to_owned()).filter(|k| k != "all")))
                };
                let items =
                    std::iter::once(tab("all", "All")).chain(Channel::ALL.iter().map(|c| tab(c.as_str(), c.label()))).collect();
                let current = filter.with(|f| Filter::word(&f.channel)).unwrap_or_else(|| "all".into());
                view! { <TabLinks label="Channel" current=current items=items/> }
            }}
            <SearchBox
                label="Search templates"
                value=move || filter.with(|f| f.q.clone().unwrap_or_default())
                on_search=move |text: String| go(href_now("q", Some(text.trim().to_owned())))
            />
        </div>
        <Loaded resource=list steady=true let:templates>
            {
                let is_narrowed = filter.with_untracked(|f| f.like().is_some() || Filter::word(&f.channel).is_some());
                if templates.is_empty() && is_narrowed {
                    view! {
                        <Card flush=true>
                            <Empty icon=Icon::Search title="No template fits" text="Try another word or another channel.">
                                <LinkButton href="/templates">"Show all templates"</LinkButton>
                            </Empty>
                        </Card>
                    }
                    .into_any()
                } else if templates.is_empty() {
                    view! {
                        <Card flush=true>
                            <NoTemplates on_starters=add_starters busy=adding new_href=href_now("edit", Some("new".into()))/>
                        </Card>
                    }
                    .into_any()
                } else {
                    view! { <TemplateTables templates actions/> }.into_any()
                }
            }
        </Loaded>
        <TemplateDrawer
            edit
            on_close=Callback::new(move |()| leave.run(href_now("edit", None)))
            on_saved=Callback::new(move |()| list.refetch())
            on_delete=ask_delete
        />
        <ConfirmDialog
            open=asking
            title=move || deleting.with(|d| d.as_ref().map_or_else(String::new, |(_, name)| format!("Delete {name}?")))
            confirm="Delete"
            danger=true
            on_confirm=delete
        >
            "New campaigns cannot send it any more. What was sent stays. This cannot be undone."
        </ConfirmDialog>
    }
}
