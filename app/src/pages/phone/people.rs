//! The list of people with a phone.

use leptos::prelude::*;

use super::data::Person;
use super::page::{Booth, href};
use crate::ui::*;

/// The list, or why it is empty.
#[component]
pub(super) fn People(
    /// Whom to show.
    people: Vec<Person>,
    /// The page.
    booth: Booth,
    /// Opens the form for somebody new.
    newcomer: RwSignal<bool>,
) -> impl IntoView {
    if people.is_empty() {
        let searching = !booth.q.with_untracked(String::is_empty);
        let (title, text) = if searching {
            ("Nobody found", "No lead with a phone number has this name or number.")
        } else {
            ("Nobody has a phone yet", "Import leads with phone numbers, or write in as somebody new.")
        };
        return view! {
            <Empty icon=Icon::Smartphone title=title text=text>
                <Button icon=Icon::Plus on_click=move |_| newcomer.set(true)>"New person"</Button>
                <LinkButton href="/leads/import" icon=Icon::Upload>"Import leads"</LinkButton>
            </Empty>
        }
        .into_any();
    }
    let rows = people.into_iter().map(|person| row(person, booth)).collect_view();
    view! { <ul class="min-h-0 flex-1 divide-y divide-line overflow-y-auto" aria-label="People">{rows}</ul> }.into_any()
}

fn row(person: Person, booth: Booth) -> impl IntoView {
    let number = person.phone.trim_start_matches('+').to_owned();
    let address = href(&number, &booth.q.get_untracked());
    let here = move || booth.number.with(|n| *n == number).then_some("true");
    let last = if person.last_body.is_empty() { person.phone.clone() } else { person.last_body };
    view! {
        <li>
            <a
                href=address
                aria-current=here
                data-noscroll="true"
                class="flex gap-3 px-4 py-2.5 outline-offset-[-2px] transition-colors hover:bg-surface-2 aria-[current=true]:bg-accent-soft"
            >
                <Avatar name=person.name.clone()/>
                <span class="min-w-0 flex-1">
                    <span class="flex items-baseline justify-between gap-2">
                        <span class="truncate text-sm font-medium text-ink">{person.name}</span>
                        {person.last_at.map(|at| view! { <span class="shrink-0 text-2xs text-ink-3"><When at=at relative=true/></span> })}
                    </span>
                    <span class="block truncate text-xs text-ink-3">{last}</span>
                    <span class="mt-1 flex gap-1.5">
                        // Whom somebody plays answers as they like, and not as their number says.
                        {match person.by_hand {
                            true => view! { <Badge tone=Tone::Accent icon=Icon::Hand>"By hand"</Badge> }.into_any(),
                            false => view! { <Badge title=person.persona.description>{person.persona.label}</Badge> }.into_any(),
                        }}
                    </span>
                </span>
            </a>
        </li>
    }
}
