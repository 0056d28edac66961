//! The person beside the thread: how they are reached, what they agreed to, where they stand.

use domain::lead::{Lead, LeadStatus};
use leptos::prelude::*;

use super::data::Thread;
use super::page::Desk;
use super::reading::reading;
use super::tickets::tickets;
use crate::pages::leads::ConsentHistory;
use crate::session::use_me;
use crate::ui::*;

/// The right column; its own screen where there is no room for it.
#[component]
pub(super) fn PersonPane(
    /// What is shown.
    thread: Thread,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let class = move || {
        if desk.place.with(|p| p.details) {
            "block min-h-0 min-w-0 overflow-y-auto border-line bg-surface md:border-l"
        } else {
            "hidden min-h-0 min-w-0 overflow-y-auto border-line bg-surface md:border-l xl:block"
        }
    };
    let c = thread.conversation.clone();
    let back = desk.place.get_untracked().opening(Some(c.id)).href();
    let lead = thread.lead.clone();
    let campaign = c.campaign_id.map(|id| (id, thread.name(Some(id)).unwrap_or_else(|| "Campaign".into())));
    let agent = c.agent_id.zip(c.agent_name.clone());
    let phone = lead.phone.clone();
    let persona = thread.persona.clone().filter(|_| use_me().emulator);
    view! {
        <aside aria-label="Person" class=class>
            <div class="flex items-center gap-2 border-b border-line px-3 py-2 xl:hidden">
                <a href=back data-noscroll="true" class="inline-flex h-9 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-ink-2 hover:bg-surface-3">
                    <Icon icon=Icon::ArrowLeft/>
                    "Back to the messages"
                </a>
            </div>
            <div class="flex flex-col items-center gap-2 border-b border-line px-4 pb-4 pt-5 text-center">
                <Avatar name=c.lead_name.clone() size=Size::Large/>
                <h2 class="max-w-full break-words text-base font-semibold">{lead.title().to_owned()}</h2>
                <StatusBadge status=lead.status.as_str()/>
                <a href=format!("/leads?edit={}", lead.id) class="text-xs font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current">"Open the lead"</a>
            </div>
            <div class="space-y-5 p-4">
                {persona.zip(phone).map(|(persona, phone)| view! {
                    <div class="rounded-lg border border-info-line bg-info-soft px-3 py-2.5 text-xs text-info">
                        <p class="flex items-center gap-1.5 font-semibold"><Icon icon=Icon::Smartphone class="size-3.5"/>{format!("Made-up person: {}", persona.label)}</p>
                        <p class="mt-1">{persona.description}</p>
                        <a class="mt-1.5 inline-block font-medium underline" href=format!("/phone?n={}", phone.trim_start_matches('+'))>"Open their phone"</a>
                    </div>
                })}
                {reading(&thread)}
                {tickets(thread.tickets.clone(), desk)}
                {contact(&lead)}
                {consent(&thread)}
                <section>
                    <h3 class="mb-2 text-xs font-semibold text-ink-2">"Conversation"</h3>
                    <Facts>
                        <Fact label="Agent">
                            {match agent {
                                Some((id, name)) => view! { <a class="text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=format!("/agents?edit={id}")>{name}</a> }.into_any(),
                                None => "None".into_any(),
                            }}
                        </Fact>
                        <Fact label="Campaign">
                            {match campaign {
                                Some((id, name)) => view! { <a class="text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=format!("/campaigns/{id}")>{name}</a> }.into_any(),
                                None => "None".into_any(),
                            }}
                        </Fact>
                        <Fact label="Messages">{thread.total}</Fact>
                        <Fact label="Last from them">
                            {match c.last_inbound_at {
                                Some(at) => view! { <When at=at relative=true/> }.into_any(),
                                None => "Never".into_any(),
                            }}
                        </Fact>
                        <Fact label="Began"><When at=c.created_at/></Fact>
                    </Facts>
                </section>
                {(!lead.notes.is_empty()).then(|| view! {
                    <section>
                        <h3 class="mb-1 text-xs font-semibold text-ink-2">"Notes"</h3>
                        <p class="whitespace-pre-wrap break-words text-sm text-ink-2">{lead.notes.clone()}</p>
                    </section>
                })}
            </div>
        </aside>
    }
}

fn contact(lead: &Lead) -> impl IntoView + use<> {
    let filled = [
        ("Phone", lead.phone.clone().unwrap_or_default()),
        ("E-mail", lead.email.clone().unwrap_or_default()),
        ("Company", lead.company.clone()),
        ("Job title", lead.title.clone()),
        ("Industry", lead.industry.clone()),
        ("Location", lead.location.clone()),
        ("Source", lead.source.clone()),
    ];
    let facts = filled
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <Fact label=label>{value}</Fact> })
        .collect_view();
    view! {
        <section>
            <h3 class="mb-2 text-xs font-semibold text-ink-2">"Contact"</h3>
            <Facts>{facts}</Facts>
        </section>
    }
}

fn consent(thread: &Thread) -> impl IntoView + use<> {
    let lead = &thread.lead;
    let opted_out = lead.status == LeadStatus::OptedOut;
    let history = thread.consents.clone();
    let source =
        if lead.consent_source.is_empty() { "Source not recorded".to_owned() } else { lead.consent_source.clone() };
    let at = lead.consent_at;
    view! {
        <section>
            <h3 class="mb-2 text-xs font-semibold text-ink-2">"Consent"</h3>
            {if lead.consent {
                view! {
                    <p class="flex items-center gap-1.5 text-sm font-medium text-good"><Icon icon=Icon::Check/>"May be contacted"</p>
                    <p class="mt-1 text-xs text-ink-3">{source}{at.map(|at| view! { " · "<When at=at/> })}</p>
                }.into_any()
            } else if opted_out {
                ().into_any()
            } else {
                view! {
                    <p class="flex items-center gap-1.5 text-sm font-medium text-warn"><Icon icon=Icon::Alert/>"No consent on record"</p>
                    <p class="mt-1 text-xs text-ink-3">"Answers are allowed; campaigns to US numbers are not sent."</p>
                }.into_any()
            }}
            {(!history.is_empty()).then(|| view! { <div class="mt-2"><ConsentHistory consents=history/></div> })}
        </section>
    }
}
