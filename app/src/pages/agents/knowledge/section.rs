//! The section itself: what holds its parts together.

use domain::id::AgentId;
use leptos::prelude::*;

use super::add::Add;
use super::api::{Shelf, list_knowledge};
use super::list::{Acts, Documents, Questions};
use super::trial::Trial;
use crate::live::use_live;
use crate::session::use_me;
use crate::ui::{Choice, Loaded, Select};

/// What an agent knows: adding, following, trying, deleting. Everything takes effect at once; nothing waits for the drawer's "Save".
#[component]
pub fn KnowledgeSection(
    /// Whose knowledge.
    agent_id: AgentId,
) -> impl IntoView {
    let may_write = use_me().may_write();
    let live = use_live("knowledge");
    let (only, page) = (RwSignal::new(String::new()), RwSignal::new(1i64));
    // Asked again by hand after a change of one's own: the answer must not wait for the stream of news.
    let changed = RwSignal::new(0u32);
    let shelf = Resource::new(
        move || (live.get(), changed.get(), only.get(), page.get()),
        move |(_, _, only, page)| list_knowledge(agent_id, only, page),
    );
    let on_changed = Callback::new(move |()| changed.update(|n| *n = n.wrapping_add(1)));
    let acts = Acts::new(on_changed);
    // Known once the list is there; the boxes for adding and trying are not to be made anew with each answer.
    let categories = RwSignal::new(Vec::<String>::new());
    view! {
        <div class="flex flex-col gap-6">
            {may_write.then(|| view! { <Add agent_id on_changed/> })}
            <div class="flex flex-col gap-2">
                <div class="flex items-center justify-between gap-2">
                    <h3 class="text-sm font-semibold text-ink">"Documents"</h3>
                    <div class="w-44">
                        <Select
                            id="knowledge-only"
                            label="Show category"
                            value=only
                            options=choices(categories, only)
                            on_change=move |category: String| {
                                page.set(1);
                                only.set(category);
                            }
                        />
                    </div>
                </div>
                <Loaded resource=shelf steady=true let:shelf>
                    {
                        let Shelf { page: listed, categories: known, sums } = shelf;
                        if categories.get_untracked() != known {
                            categories.set(known);
                        }
                        view! { <Documents listed sums page may_write acts/> }
                    }
                </Loaded>
            </div>
            <Questions acts/>
            <Trial agent_id categories/>
        </div>
    }
}

/// All categories, and each of them. The chosen one stays among them when its last document has gone.
pub(super) fn choices(known: RwSignal<Vec<String>>, chosen: RwSignal<String>) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let mut words = known.get();
        words.extend(Some(chosen.get()).filter(|word| !word.is_empty() && !words.contains(word)));
        let all = Choice::new("", "All categories");
        std::iter::once(all).chain(words.into_iter().map(|word| Choice::new(word.clone(), word))).collect()
    })
}
