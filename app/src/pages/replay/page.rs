//! The page: what is changed on top, what came of it below.

use domain::agent::ModelChoice;
use domain::id::TurnId;
use domain::skill::Guardrails;
use domain::turn::{ReplayAsk, Replayed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

use super::api::{Stored, replay_conversation, stored_conversation};
use super::compare::Comparison;
use crate::error::AppError;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::*;

/// `/replay?c=cnv_…`
#[component]
pub fn ReplayPage() -> impl IntoView {
    let query = use_query_map();
    let id = Memo::new(move |_| query.with(|q| q.get("c")).unwrap_or_default());
    let turn = Memo::new(move |_| query.with(|q| q.get("turn")).and_then(|t| t.parse::<TurnId>().ok()));
    let stored = Resource::new(
        move || id.get(),
        |id| async move { if id.is_empty() { Ok(None) } else { stored_conversation(id).await.map(Some) } },
    );
    view! {
        <PageHead
            title="Replay"
            subtitle="A conversation once more with something changed. Tools answer from the record and nothing is sent; the models are really asked."
            back=("Inbox", "/inbox")
        />
        <Loaded resource=stored skeleton=move || view! { <SkeletonBox class="h-64 w-full rounded-lg"/> } let:stored>
            {match stored {
                None => view! {
                    <Empty icon=Icon::Refresh title="No conversation chosen" text="Open a conversation, press “Why?” on an answer of the AI, and replay it from there.">
                        <LinkButton href="/inbox" variant=Variant::Primary>"Open the inbox"</LinkButton>
                    </Empty>
                }.into_any(),
                Some(stored) if stored.turns == 0 => view! {
                    <Empty icon=Icon::Refresh title="Nothing to replay" text="No agent has answered in this conversation yet.">
                        <LinkButton href=format!("/inbox?c={}", stored.id)>"Open the conversation"</LinkButton>
                    </Empty>
                }.into_any(),
                Some(stored) => view! { <Bench stored turn=turn.get_untracked()/> }.into_any(),
            }}
        </Loaded>
    }
}

/// A phrase per line.
fn phrases(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What to change, and what came of it.
#[component]
fn Bench(stored: Stored, turn: Option<TurnId>) -> impl IntoView {
    let may_write = use_me().may_write();
    let model = RwSignal::new(String::new());
    let prompt = RwSignal::new(stored.prompt.clone());
    let (never_say, escalate_on) = (
        RwSignal::new(stored.guardrails.never_say.join("\n")),
        RwSignal::new(stored.guardrails.escalate_on.join("\n")),
    );
    let may_name_prices = RwSignal::new(stored.guardrails.may_name_prices);
    let only = RwSignal::new(turn.is_some());
    let (running, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let result = RwSignal::new(None::<Replayed>);
    let kept: Vec<Choice> = std::iter::once(Choice::new("", "As it was"))
        .chain(stored.models.iter().map(|(choice, label)| Choice::new(choice.to_string(), label.clone())))
        .collect();
    let (id, saved_prompt, saved_guardrails, models) = (stored.id, stored.prompt, stored.guardrails, stored.models);
    let models = StoredValue::new(models);
    let saved = StoredValue::new((saved_prompt, saved_guardrails));
    let run = move || {
        if running.get_untracked() {
            return;
        }
        running.set(true);
        failure.set(None);
        let guardrails = Guardrails {
            never_say: phrases(&never_say.get_untracked()),
            escalate_on: phrases(&escalate_on.get_untracked()),
            may_name_prices: may_name_prices.get_untracked(),
        };
        let wanted = model.get_untracked();
        let chosen: Option<ModelChoice> =
            models.with_value(|all| all.iter().map(|(c, _)| c).find(|c| c.to_string() == wanted).cloned());
        let ask = saved.with_value(|(prompt_then, guardrails_then)| ReplayAsk {
            model: chosen,
            prompt: Some(prompt.get_untracked()).filter(|p| p != prompt_then),
            guardrails: Some(guardrails).filter(|g| g != guardrails_then),
            turns: turn.filter(|_| only.get_untracked()).into_iter().collect(),
        });
        spawn_local(async move {
            let done = replay_conversation(id, ask).await;
            running.try_set(false);
            match done {
                Ok(replayed) => drop(result.try_set(Some(replayed))),
                Err(error) => drop(failure.try_set(Some(error))),
            }
        });
    };
    view! {
        <div class="space-y-5">
            <Card
                title=format!("Conversation with {}", stored.lead_name)
                subtitle=if stored.turns == 1 { "1 turn of an agent".to_owned() } else { format!("{} turns of an agent", stored.turns) }
            >
                <form
                    class="grid gap-4 lg:grid-cols-2"
                    on:submit=move |event| {
                        event.prevent_default();
                        run();
                    }
                >
                    <div class="space-y-4">
                        <Field id="replay-model" label="Model"><Select bind=model options=kept/></Field>
                        <Field id="replay-prompt" label="Prompt"><TextArea bind=prompt rows=8 mono=true max_chars=20_000/></Field>
                    </div>
                    <div class="space-y-4">
                        <Field id="replay-never" label="Never say" hint="A phrase per line"><TextArea bind=never_say rows=4/></Field>
                        <Field id="replay-escalate" label="Hand over on" hint="A phrase per line"><TextArea bind=escalate_on rows=4/></Field>
                        <Checkbox bind=may_name_prices label="May name prices that stand in no passage"/>
                        {turn.map(|_| view! { <Checkbox bind=only label="Only the turn I came from"/> })}
                    </div>
                    <div class="flex flex-wrap items-center justify-end gap-3 lg:col-span-2">
                        <FormError error=failure/>
                        <LinkButton href=format!("/inbox?c={id}")>"Back to the conversation"</LinkButton>
                        <Button kind="submit" variant=Variant::Primary icon=Icon::Play busy=running disabled={!may_write}>"Run again"</Button>
                    </div>
                </form>
            </Card>
            <div aria-live="polite">
                {move || result.get().map(|replayed| view! { <Comparison replayed/> })}
            </div>
        </div>
    }
}
