//! The drawer's section on webhooks that the agent may call as tools: the list, a form for one, and a test call with what was sent and
//! what came back. They hold at once, for every version of the agent.

use std::collections::HashMap;

use domain::action::{Action, CallReport};
use domain::id::{ActionId, AgentId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{delete_action, list_actions, test_action};
use super::hooking::Hooking;
use super::webhook_form::WebhookForm;
use crate::live::use_live;
use crate::session::use_me;
use crate::ui::{Badge, Button, ConfirmDialog, Empty, Icon, Loaded, Size, Tone, use_toasts};

/// What goes on with the rows. It lives above them: every change of the agent asks for the list again, and makes the rows anew.
#[derive(Clone, Copy)]
struct Calls {
    /// The test calls so far; none stands for one that is under way.
    tests: RwSignal<HashMap<ActionId, Option<CallReport>>>,
    /// The one that is about to be deleted, with its name.
    leaving: RwSignal<Option<(ActionId, String)>>,
}

/// The webhooks of a saved agent.
#[component]
pub fn Webhooks(
    /// Whose.
    agent: AgentId,
    /// The form.
    hooking: Hooking,
) -> impl IntoView {
    let live = use_live("agent");
    let changed = RwSignal::new(0_u32);
    let actions = Resource::new(move || (live.get(), changed.get()), move |_| list_actions(agent));
    let may_write = use_me().may_write();
    let is_open = Memo::new(move |_| hooking.is_open());
    let done = Callback::new(move |()| {
        hooking.clear();
        changed.update(|n| *n += 1);
    });
    let calls = Calls { tests: RwSignal::new(HashMap::new()), leaving: RwSignal::new(None) };
    view! {
        <Leaving calls done/>
        <p class="text-sm text-ink-2">
            "The agent may call these when it needs to: to look an order up, to book a slot. They hold at once, for every version of \
             the agent. Addresses in private networks are refused."
        </p>
        {move || if is_open.get() {
            view! { <WebhookForm agent hooking on_done=done on_cancel=Callback::new(move |()| hooking.clear())/> }.into_any()
        } else {
            view! {
                <span>
                    <Button icon=Icon::Plus disabled={!may_write} on_click=move |_| hooking.begin(None)>"Add a webhook"</Button>
                </span>
                <Loaded resource=actions steady=true let:all>
                    {if all.is_empty() {
                        view! {
                            <Empty icon=Icon::Webhook title="No webhooks" text="Without one, the agent only knows what stands in its knowledge."/>
                        }
                        .into_any()
                    } else {
                        view! {
                            <ul class="flex flex-col gap-3" aria-label="Webhooks">
                                {all.into_iter().map(|action| view! { <Row action hooking calls/> }).collect_view()}
                            </ul>
                        }
                        .into_any()
                    }}
                </Loaded>
            }
            .into_any()
        }}
    }
}

/// The question before a webhook is deleted.
#[component]
fn Leaving(calls: Calls, done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let Calls { leaving, .. } = calls;
    let asking = RwSignal::new(false);
    Effect::new(move || asking.set(leaving.with(Option::is_some)));
    let name = move || leaving.with(|l| l.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
    let delete = move |()| {
        let Some((id, name)) = leaving.get_untracked() else { return };
        spawn_local(async move {
            match delete_action(id).await {
                Ok(()) => {
                    toasts.success(format!("The webhook {name} is deleted."));
                    done.try_run(());
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    view! {
        <ConfirmDialog open=asking title=Signal::derive(move || format!("Delete {}?", name())) confirm="Delete" danger=true on_confirm=delete>
            "The agent cannot call it any more. Its token and its secret are gone for good."
        </ConfirmDialog>
    }
}

/// One webhook.
#[component]
fn Row(action: Action, hooking: Hooking, calls: Calls) -> impl IntoView {
    let toasts = use_toasts();
    let Calls { tests, leaving } = calls;
    let id = action.id;
    let name = action.draft.name.clone();
    let (may_write, may_delete) = (use_me().may_write(), use_me().may_delete());
    let busy = Signal::derive(move || tests.with(|t| t.get(&id).is_some_and(Option::is_none)));
    let report = Memo::new(move |_| tests.with(|t| t.get(&id).cloned().flatten()));
    let test = move |_| {
        tests.update(|t| _ = t.insert(id, None));
        spawn_local(async move {
            match test_action(id).await {
                Ok(done) => tests.update(|t| _ = t.insert(id, Some(done))),
                Err(error) => {
                    tests.update(|t| _ = t.remove(&id));
                    toasts.error(error.to_string());
                }
            }
        });
    };
    let delete = {
        let name = name.clone();
        move |_| leaving.set(Some((id, name.clone())))
    };
    let edit = {
        let action = action.clone();
        move |_| hooking.begin(Some(action.clone()))
    };
    view! {
        <li class="flex flex-col gap-2 rounded-lg border border-line p-3" aria-label=format!("Webhook {name}")>
            <div class="flex flex-wrap items-center gap-2">
                <span class="font-mono text-sm font-semibold text-ink">{name.clone()}</span>
                {action.has_token.then(|| view! { <Badge icon=Icon::Key>"Bearer token"</Badge> })}
                {action.has_secret.then(|| view! { <Badge icon=Icon::Shield>"Signed"</Badge> })}
                <span class="ml-auto flex flex-wrap gap-1.5">
                    <Button size=Size::Small icon=Icon::Send busy=busy disabled={!may_write} of=format!("to {name}") on_click=test>
                        "Send a test call"
                    </Button>
                    <Button size=Size::Small icon=Icon::Edit disabled={!may_write} of=name.clone() on_click=edit>"Edit"</Button>
                    <Button size=Size::Small icon=Icon::Trash disabled={!may_delete} of=name.clone() on_click=delete>
                        "Delete"
                    </Button>
                </span>
            </div>
            <p class="text-sm text-ink-2">{action.draft.description.clone()}</p>
            <p class="break-all font-mono text-xs text-ink-3">{format!("{} {}", action.draft.method, action.draft.url)}</p>
            {move || report.get().map(|report| view! { <Report report/> })}
        </li>
    }
}

const PAPER: &str = "max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-md bg-surface-2 p-2 font-mono text-xs leading-5 text-ink-2";

/// What was sent, what came back, and what the model would see.
#[component]
fn Report(report: CallReport) -> impl IntoView {
    let head = match report.ok {
        true => (Tone::Good, Icon::Check, "It was taken".to_owned()),
        false => (Tone::Bad, Icon::Alert, "It failed".to_owned()),
    };
    let failure = (!report.ok).then(|| report.error().unwrap_or("no answer").to_owned());
    let tries = report.tries.len();
    let took = report.latency_ms();
    let request = std::iter::once(format!("{} {}", report.method, report.url))
        .chain(report.headers.iter().map(|(name, value)| format!("{name}: {value}")))
        .chain((!report.body.is_empty()).then(|| format!("\n{}", report.body)))
        .collect::<Vec<_>>()
        .join("\n");
    let shown = serde_json::to_string_pretty(&report.shown).unwrap_or_default();
    let answer = if report.answer.is_empty() { "(nothing)".to_owned() } else { report.answer.clone() };
    view! {
        <section class="flex flex-col gap-2 border-t border-line pt-2" aria-label="Result of the test call" aria-live="polite">
            <span class="flex flex-wrap items-center gap-2 text-xs text-ink-3">
                <Badge tone=head.0 icon=head.1>{head.2}</Badge>
                {format!("{tries} {} · {took} ms", if tries == 1 { "try" } else { "tries" })}
            </span>
            {failure.map(|why| view! { <p class="break-words text-xs text-bad">{why}</p> })}
            <h3 class="text-xs font-medium text-ink-2">"Sent (secrets masked)"</h3>
            <pre class=PAPER>{request}</pre>
            <h3 class="text-xs font-medium text-ink-2">"Came back"</h3>
            <pre class=PAPER>{answer}</pre>
            <h3 class="text-xs font-medium text-ink-2">"What the model sees"</h3>
            <pre class=PAPER>{shown}</pre>
        </section>
    }
}
