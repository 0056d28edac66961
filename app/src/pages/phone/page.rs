//! The page: people on the left, one phone on the right; on phones one after the other.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::{list_phones, load_handset};
use super::data::{Handset, Person};
use super::handset::HandsetView;
use super::newcomer::Newcomer;
use super::off::EmulatorOff;
use super::people::People;
use crate::error::AppError;
use crate::live::use_live_calm;
use crate::session::use_me;
use crate::shell::PageFull;
use crate::ui::*;

/// What all parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Booth {
    /// The number whose phone is shown, without its `+`; empty for none.
    pub number: Memo<String>,
    /// The search.
    pub q: Memo<String>,
    /// What is being written.
    pub text: RwSignal<String>,
    /// The channel it goes over.
    pub channel: RwSignal<String>,
    /// Whether something was pressed that is not done yet.
    pub busy: RwSignal<bool>,
    people: Resource<Result<Vec<Person>, AppError>>,
    handset: Resource<Result<Option<Handset>, AppError>>,
}

impl Booth {
    /// Asks for both again.
    pub fn refresh(self) {
        self.people.refetch();
        self.handset.refetch();
    }
}

/// The address of somebody's phone.
pub(super) fn href(number: &str, q: &str) -> String {
    let mut query = ParamsMap::new();
    for (name, value) in [("n", number.trim_start_matches('+')), ("q", q)] {
        if !value.is_empty() {
            query.insert(name, value.to_owned());
        }
    }
    format!("/phone{}", query.to_query_string())
}

/// The phone page.
#[component]
pub fn PhonePage() -> impl IntoView {
    if !use_me().emulator {
        return view! { <EmulatorOff/> }.into_any();
    }
    let query = use_query_map();
    let number = Memo::new(move |_| query.with(|q| q.get("n").unwrap_or_default()));
    let q = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let live = use_live_calm(&["message", "lead", "leads", "conversation"]);
    let people = Resource::new(move || (q.get(), live.get()), |(q, _)| list_phones(q));
    let handset = Resource::new(
        move || (number.get(), live.get()),
        |(number, _)| async move {
            if number.is_empty() { Ok(None) } else { load_handset(format!("+{number}")).await.map(Some) }
        },
    );
    let booth = Booth {
        number,
        q,
        text: RwSignal::new(String::new()),
        channel: RwSignal::new("sms".to_owned()),
        busy: RwSignal::new(false),
        people,
        handset,
    };
    let newcomer = RwSignal::new(false);
    let navigate = use_navigate();
    let search = move |q: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&href(&number.get_untracked(), &q), options);
    };
    let list_class = move || {
        if number.with(String::is_empty) {
            "flex min-h-0 min-w-0 flex-col border-line bg-surface md:border-r"
        } else {
            "hidden min-h-0 min-w-0 flex-col border-line bg-surface md:flex md:border-r"
        }
    };
    view! {
        <Title text="Phone"/>
        <PageFull>
            <div class="flex items-center gap-2 border-b border-warn-line bg-warn-soft px-4 py-2 text-xs text-warn">
                <Icon icon=Icon::Smartphone class="size-4"/>
                <p><strong>"Emulator: made-up people. "</strong>"No real messages leave this machine."</p>
            </div>
            <div class="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] md:grid-cols-[20rem_minmax(0,1fr)]">
                <section aria-label="People" class=list_class>
                    <div class="flex flex-col gap-2 border-b border-line px-4 pb-3 pt-3.5">
                        <div class="flex items-center justify-between gap-2">
                            <h1 class="text-lg font-semibold tracking-tight">"Phone"</h1>
                            <Button size=Size::Small icon=Icon::Plus on_click=move |_| newcomer.set(true)>"New person"</Button>
                        </div>
                        <div class="[&>span]:sm:w-full"><SearchBox label="Search people" value=q on_search=search/></div>
                    </div>
                    <Loaded resource=people steady=true skeleton=move || view! { <Skeleton rows=8/> } let:people>
                        <People people=people booth=booth newcomer=newcomer/>
                    </Loaded>
                </section>
                <Loaded resource=handset skeleton=move || view! { <div class="p-6"><SkeletonBox class="mx-auto h-96 w-80 rounded-xl"/></div> } let:handset>
                    {match handset {
                        None => view! {
                            <div class="hidden min-h-0 items-center justify-center md:flex">
                                <Empty icon=Icon::Smartphone title="Nobody's phone is open" text="Choose a person to see what reached them, and answer in their place.">
                                    <Button icon=Icon::Plus on_click=move |_| newcomer.set(true)>"Write as somebody new"</Button>
                                </Empty>
                            </div>
                        }.into_any(),
                        Some(handset) => view! { <HandsetView handset=handset booth=booth/> }.into_any(),
                    }}
                </Loaded>
            </div>
        </PageFull>
        <Newcomer open=newcomer booth=booth/>
    }
    .into_any()
}
