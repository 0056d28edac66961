//! The section "Write to them" of a lead's drawer: which agent, as what, about what; and the draft that comes of it.

use domain::content::{ContentAsk, Form, LONGEST_PURPOSE, Written};
use domain::id::{AgentId, LeadId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::write_content;
use super::shown::DraftView;
use crate::error::AppError;
use crate::ui::*;

/// The section. Not inside a form: nothing here is saved.
#[component]
pub fn WriteToThem(
    /// The person.
    lead: LeadId,
    /// The agent that answers them, if one is named.
    assigned: Option<AgentId>,
    /// Every agent: id and name.
    agents: Vec<(AgentId, String)>,
) -> impl IntoView {
    if agents.is_empty() {
        return view! {
            <Card title="Write to them">
                <p class="mb-3 text-sm text-ink-2">"An agent writes a draft in the tone that fits this person. There is no agent yet."</p>
                <LinkButton href="/agents?edit=new" icon=Icon::Bot>"New agent"</LinkButton>
            </Card>
        }
        .into_any();
    }
    let first = assigned.filter(|id| agents.iter().any(|(known, _)| known == id)).unwrap_or(agents[0].0);
    let agent = RwSignal::new(first.to_string());
    let form = RwSignal::new(Form::Sms.as_str().to_owned());
    let purpose = RwSignal::new(String::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let written = RwSignal::new(None::<Written>);
    let choices: Vec<Choice> = agents.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let forms: Vec<Choice> = Form::ALL.iter().map(|form| Choice::new(form.as_str(), form.label())).collect();
    let write = move || {
        let (Ok(agent), Ok(form)) = (agent.get_untracked().parse(), form.get_untracked().parse()) else { return };
        let purpose = purpose.get_untracked();
        if busy.get_untracked() || purpose.trim().is_empty() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = write_content(agent, ContentAsk { lead_id: lead, form, purpose, conversation_id: None }).await;
            // The drawer may be closed by now.
            if busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(draft) => written.set(Some(draft)),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let cannot = Signal::derive(move || purpose.with(|text| text.trim().is_empty()));
    let subtitle = "An agent writes a draft in the tone that fits them. Nothing is sent.";
    view! {
        <Card title="Write to them" subtitle=subtitle>
            <div class="flex flex-col gap-4">
                <div class="grid gap-4 sm:grid-cols-2">
                    <Field id="write-agent" label="Written by"><Select bind=agent options=choices/></Field>
                    <Field id="write-form" label="As"><Select bind=form options=forms/></Field>
                </div>
                <Field id="write-purpose" label="What it is about" hint="Such as: invite them to the open house on Friday.">
                    <TextArea bind=purpose rows=2 max_chars=LONGEST_PURPOSE on_submit=move |()| write()/>
                </Field>
                <FormError error=failure/>
                <div class="flex items-center gap-2">
                    <Button icon=Icon::Sparkles busy=busy disabled=cannot on_click=move |_| write()>
                        {move || if written.with(Option::is_some) { "Write again" } else { "Write a draft" }}
                    </Button>
                    <span class="text-xs text-ink-3" role="status">{move || busy.get().then_some("The agent is writing…")}</span>
                </div>
                {move || match (written.get(), busy.get()) {
                    (Some(written), busy) => view! { <div class:opacity-50=busy><DraftView written/></div> }.into_any(),
                    (None, true) => view! { <SkeletonBox class="h-24 w-full rounded-md"/> }.into_any(),
                    (None, false) => ().into_any(),
                }}
            </div>
        </Card>
    }
    .into_any()
}
