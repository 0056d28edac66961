//! "Write with AI" in the composer: an agent's draft becomes the text that the operator edits and sends. It never sends.

use domain::content::{ContentAsk, Form, LONGEST_PURPOSE, Written};
use domain::id::{AgentId, ConversationId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::data::Thread;
use super::page::Desk;
use crate::error::AppError;
use crate::pages::content::Broken;
use crate::pages::content::api::{list_writers, write_content};
use crate::ui::*;

/// What is being asked for. It outlives the composer, which is made anew whenever something happens in the thread.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    /// The conversation in which it is open.
    open: RwSignal<Option<ConversationId>>,
    agents: RwSignal<Vec<(AgentId, String)>>,
    agent: RwSignal<String>,
    purpose: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
    written: RwSignal<Option<(ConversationId, Written)>>,
}

impl Writing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            agents: RwSignal::new(Vec::new()),
            agent: RwSignal::new(String::new()),
            purpose: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            written: RwSignal::new(None),
        }
    }

    /// Whether it is open in a conversation.
    pub fn is_open(self, id: ConversationId) -> bool {
        self.open.get() == Some(id)
    }

    /// Opens it in a conversation, or closes it there.
    fn toggle(self, id: ConversationId, preferred: Option<AgentId>) {
        self.failure.set(None);
        if self.open.get_untracked() == Some(id) {
            self.open.set(None);
            return;
        }
        self.open.set(Some(id));
        self.purpose.set(String::new());
        self.agent.set(preferred.map(|id| id.to_string()).unwrap_or_default());
        spawn_local(async move {
            match list_writers().await {
                Ok(agents) => {
                    let first = agents.first().map(|(id, _)| id.to_string()).unwrap_or_default();
                    if self.agents.try_set(agents).is_none()
                        && self.agent.try_with_untracked(String::is_empty) == Some(true)
                    {
                        self.agent.set(first);
                    }
                }
                Err(error) => {
                    self.failure.try_set(Some(error));
                }
            }
        });
    }

    /// Has a draft written and puts it where the operator writes.
    fn write(self, ask: ContentAsk, id: ConversationId, desk: Desk) {
        let Ok(agent) = self.agent.get_untracked().parse::<AgentId>() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let result = write_content(agent, ask).await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(written) => self.take(id, written, desk),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    /// What may be used becomes the reply, in place of an earlier draft and behind what was typed.
    fn take(self, id: ConversationId, written: Written, desk: Desk) {
        if written.usable {
            let before = self.written.get_untracked().filter(|(of, _)| *of == id).map(|(_, before)| before.text);
            desk.drafts.change(id, |draft| {
                draft.template = None;
                draft.text = joined(&draft.text, before.as_deref(), &written.text);
            });
            browser::focus("reply");
        }
        self.written.set(Some((id, written)));
    }
}

/// The reply with a new draft in it.
fn joined(typed: &str, before: Option<&str>, new: &str) -> String {
    let typed = typed.trim_end();
    let kept = before.and_then(|before| typed.strip_suffix(before.trim_end())).unwrap_or(typed).trim_end();
    if kept.is_empty() { new.to_owned() } else { format!("{kept}\n{new}") }
}

/// The button beside the templates, and what it opens above them.
pub(super) fn write_with_ai(thread: &Thread, desk: Desk) -> impl IntoView + use<> {
    let writing = desk.writing;
    let (id, lead) = (thread.conversation.id, thread.lead.id);
    let form = Form::of_channel(thread.conversation.channel);
    let preferred = thread.conversation.agent_id.or(thread.lead.assigned_agent);
    let is_open = move || writing.is_open(id);
    let write = move || {
        let purpose = writing.purpose.get_untracked();
        writing.write(ContentAsk { lead_id: lead, form, purpose, conversation_id: Some(id) }, id, desk);
    };
    let options = Signal::derive(move || {
        writing.agents.get().into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect::<Vec<_>>()
    });
    let said = move || writing.written.get().filter(|(of, _)| *of == id).map(|(_, written)| written);
    view! {
        <Show when=is_open>
            <section aria-label="Write with AI" class="order-first flex w-full flex-col gap-2 rounded-md border border-accent-line bg-accent-soft p-3">
                <TextArea
                    id="write-purpose"
                    label="What it should say"
                    rows=2
                    bind=writing.purpose
                    placeholder="What should it say? Empty: answer their last message.".to_owned()
                    max_chars=LONGEST_PURPOSE
                    on_submit=move |()| write()
                />
                <div class="flex flex-wrap items-center gap-2">
                    <Select label="Written by" bind=writing.agent options=options narrow=true/>
                    <Button
                        size=Size::Small
                        icon=Icon::Sparkles
                        busy=writing.busy
                        disabled=Signal::derive(move || writing.agent.with(String::is_empty))
                        on_click=move |_| write()
                    >
                        {move || if said().is_some() { "Write again" } else { "Write it" }}
                    </Button>
                    <span class="text-xs text-ink-2" role="status">{move || writing.busy.get().then_some("The agent is writing…")}</span>
                </div>
                <FormError error=writing.failure/>
                {move || said().map(outcome)}
            </section>
        </Show>
        <Button
            size=Size::Small
            icon=Icon::Sparkles
            title="An agent writes a draft; you edit and send it".to_owned()
            on_click=move |_| writing.toggle(id, preferred)
        >
            // Where the middle is narrow, the icon says with what.
            <span>"Write"<span class="sr-only lg:not-sr-only xl:sr-only 2xl:not-sr-only">" with AI"</span></span>
        </Button>
    }
}

/// What came of it, in a line; a draft that may not be used with the reasons.
fn outcome(written: Written) -> AnyView {
    if !written.usable {
        return view! { <Broken written/> }.into_any();
    }
    let share = (written.personalisation.score * 100.0).round();
    let line = format!("Tone {}: {} Personalisation {share} %. Edit it below; you send it.", written.tone, written.why);
    view! { <p class="text-xs text-ink-2">{line}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_new_draft_takes_the_place_of_the_one_before_and_of_nothing_else() {
        assert_eq!(joined("", None, "New"), "New");
        assert_eq!(joined("Hi Ada,", None, "New"), "Hi Ada,\nNew");
        assert_eq!(joined("Old", Some("Old"), "New"), "New");
        assert_eq!(joined("Hi\nOld", Some("Old"), "New"), "Hi\nNew");
        assert_eq!(joined("Old, edited", Some("Old"), "New"), "Old, edited\nNew");
    }
}
