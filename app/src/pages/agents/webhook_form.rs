//! The form of one webhook. Secrets are typed in and never shown again.

use domain::action::{ACTION_PLACEHOLDERS, ActionDraft, Argument, ArgumentKind, Mapped, Method};
use domain::id::AgentId;
use domain::problem::Problems;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::save_action;
use super::hooking::Hooking;
use crate::error::AppError;
use crate::ui::{
    Button, Checkbox, Choice, Field, FormError, Icon, IconButton, Select, Size, TextArea, TextInput, Variant,
    use_toasts,
};

/// What becomes of a stored secret: an empty field keeps it, a tick takes it away.
fn secret_of(typed: &str, is_gone: bool) -> Option<String> {
    match (typed.trim(), is_gone) {
        (_, true) => Some(String::new()),
        ("", false) => None,
        (text, false) => Some(text.to_owned()),
    }
}

/// The form, for a new webhook or an old one.
#[component]
pub fn WebhookForm(
    /// Whose.
    agent: AgentId,
    /// What stands in it.
    hooking: Hooking,
    /// It is saved.
    on_done: Callback<()>,
    /// It is not.
    on_cancel: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let id = untrack(|| hooking.id());
    let (has_token, has_secret) = untrack(|| hooking.kept());
    let Hooking { draft, token, secret, no_token, no_secret, .. } = hooking;
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let (tried, refused) = (RwSignal::new(false), RwSignal::new(Problems::none()));
    // Nobody is nagged before the first try to save.
    let problem = move |field: &'static str| {
        Signal::derive(move || {
            let own = tried.get().then(|| draft.with(|d| d.check().of(field).map(str::to_owned))).flatten();
            own.or_else(|| refused.with(|r| r.of(field).map(str::to_owned)))
        })
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if busy.get_untracked() || draft.with_untracked(|d| !d.check().is_empty()) {
            return;
        }
        busy.set(true);
        failure.set(None);
        refused.set(Problems::none());
        let token = token.with_untracked(|t| secret_of(t, no_token.get_untracked()));
        let secret = secret.with_untracked(|t| secret_of(t, no_secret.get_untracked()));
        let sent = draft.get_untracked();
        let (kept_token, kept_secret) =
            (has_token && !no_token.get_untracked(), has_secret && !no_secret.get_untracked());
        spawn_local(async move {
            match save_action(agent, id, sent, token, secret).await {
                Ok(action) => {
                    toasts.success(format!("The webhook {} is saved.", action.draft.name));
                    if (kept_token && !action.has_token) || (kept_secret && !action.has_secret) {
                        toasts.info("It leads to another host now: what was kept of token and secret is gone. Enter them again if the new host needs them.".to_owned());
                    }
                    on_done.try_run(());
                }
                Err(AppError::Invalid { problems }) => refused.set(problems),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let methods: Vec<Choice> = Method::ALL.iter().map(|m| Choice::new(m.as_str(), m.as_str())).collect();
    let known = ACTION_PLACEHOLDERS.iter().map(|name| format!("{{{{{name}}}}}")).collect::<Vec<_>>().join(" ");
    view! {
        <form class="flex flex-col gap-4 rounded-lg border border-line p-4" aria-label="Webhook" on:submit=save>
            <Field id="hook-name" label="Name" hint="What the model calls it, such as book_viewing." problem=problem("name")>
                <TextInput value=move || draft.with(|d| d.name.clone()) on_input=move |t: String| draft.update(|d| d.name = t) mono=true autocomplete="off"/>
            </Field>
            <Field id="hook-description" label="Description" hint="When to call it and what it gives. The model reads this." problem=problem("description")>
                <TextInput value=move || draft.with(|d| d.description.clone()) on_input=move |t: String| draft.update(|d| d.description = t)/>
            </Field>
            <div class="grid gap-4 sm:grid-cols-[8rem_1fr]">
                <Field id="hook-method" label="Method">
                    <Select
                        value=move || draft.with(|d| d.method.as_str().to_owned())
                        on_change=move |word: String| if let Ok(method) = word.parse() { draft.update(|d| d.method = method) }
                        options=methods
                    />
                </Field>
                <Field id="hook-url" label="Address" hint="Placeholders may stand behind the host." problem=problem("url")>
                    <TextInput
                        value=move || draft.with(|d| d.url.clone()) on_input=move |t: String| draft.update(|d| d.url = t)
                        placeholder="https://example.com/leads/{{lead.id}}".to_owned() mono=true autocomplete="off" inputmode="url"
                    />
                </Field>
            </div>
            <Arguments draft tried/>
            {move || draft.with(|d| d.method.has_body()).then(|| view! {
                <Field id="hook-body" label="Body" optional=true hint="JSON with placeholders. Empty: everything that is known is sent." problem=problem("body")>
                    <TextArea value=move || draft.with(|d| d.body.clone()) on_input=move |t: String| draft.update(|d| d.body = t) rows=5 mono=true/>
                </Field>
            })}
            <p class="break-words font-mono text-2xs text-ink-3">{known} " {{args.…}}"</p>
            <Answer draft tried/>
            <Secret id="hook-token" label="Bearer token" hint="Sent as Authorization: Bearer, over https:// only. Kept for this scheme, host and port: another one needs it anew." text=token gone=no_token kept=has_token problem=problem("token")/>
            <Secret
                id="hook-secret" label="Signing secret" hint="Signs each call (Standard Webhooks and X-Agency-OS-Signature). Kept for this scheme, host and port."
                text=secret gone=no_secret kept=has_secret problem=problem("secret")
            />
            <FormError error=failure/>
            <div class="flex justify-end gap-2">
                <Button on_click=move |_| on_cancel.run(())>"Cancel"</Button>
                <Button kind="submit" variant=Variant::Primary busy=busy>"Save webhook"</Button>
            </div>
        </form>
    }
}

/// A secret: typed in, kept, or taken away.
#[component]
fn Secret(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    text: RwSignal<String>,
    gone: RwSignal<bool>,
    kept: bool,
    #[prop(into)] problem: Signal<Option<String>>,
) -> impl IntoView {
    let hint = if kept {
        format!("{hint} One is kept; it is never shown. Type another to replace it.")
    } else {
        hint.to_owned()
    };
    view! {
        <div class="flex flex-col gap-1.5">
            <Field id=id label=label optional=true hint=hint problem=problem>
                <TextInput bind=text kind="password" autocomplete="new-password" disabled=gone/>
            </Field>
            {kept.then(|| view! { <Checkbox bind=gone label=format!("Take the {} away", label.to_lowercase())/> })}
        </div>
    }
}

/// What the model fills in.
#[component]
fn Arguments(draft: RwSignal<ActionDraft>, tried: RwSignal<bool>) -> impl IntoView {
    let count = Memo::new(move |_| draft.with(|d| d.arguments.len()));
    let add = move |_| {
        draft.update(|d| {
            d.arguments.push(Argument {
                name: String::new(),
                kind: ArgumentKind::Text,
                description: String::new(),
                required: true,
            });
        });
    };
    let kinds = [(ArgumentKind::Text, "Text"), (ArgumentKind::Number, "Number"), (ArgumentKind::Flag, "Yes or no")];
    let problem = move |at: usize| {
        Signal::derive(move || {
            tried
                .get()
                .then(|| draft.with(|d| d.check().of(&format!("arguments.{at}.name")).map(str::to_owned)))
                .flatten()
        })
    };
    view! {
        <fieldset class="flex flex-col gap-3">
            <legend class="mb-1 text-sm font-medium text-ink">"Arguments"</legend>
            {move || (0..count.get())
                .map(|at| {
                    let of = move |read: fn(&Argument) -> String| {
                        Signal::derive(move || draft.with(|d| d.arguments.get(at).map(read).unwrap_or_default()))
                    };
                    let set = move |write: fn(&mut Argument, String)| {
                        Callback::new(move |text: String| draft.update(|d| if let Some(a) = d.arguments.get_mut(at) { write(a, text) }))
                    };
                    let options: Vec<Choice> = kinds.iter().map(|(kind, label)| Choice::new(kind.as_str(), *label)).collect();
                    let number = at + 1;
                    view! {
                        <div class="flex flex-wrap items-end gap-2 rounded-md bg-surface-2 p-2">
                            <span class="min-w-28 flex-1">
                                <Field id=format!("hook-arg-{at}") label=format!("Argument {number}") problem=problem(at)>
                                    <TextInput value=of(|a| a.name.clone()) on_input=set(|a, t| a.name = t) mono=true autocomplete="off"/>
                                </Field>
                            </span>
                            <Select
                                label=format!("Kind of argument {number}") narrow=true value=of(|a| a.kind.as_str().to_owned())
                                on_change=set(|a, t| if let Ok(kind) = t.parse() { a.kind = kind }) options=options
                            />
                            <span class="min-w-28 flex-[2]">
                                <TextInput
                                    id=format!("hook-arg-{at}-description") label=format!("Description of argument {number}")
                                    placeholder="What it is, for the model".to_owned()
                                    value=of(|a| a.description.clone()) on_input=set(|a, t| a.description = t)
                                />
                            </span>
                            <Checkbox
                                label=format!("Argument {number} is required")
                                checked=Signal::derive(move || draft.with(|d| d.arguments.get(at).is_some_and(|a| a.required)))
                                on_change=move |on: bool| draft.update(|d| if let Some(a) = d.arguments.get_mut(at) { a.required = on })
                            />
                            <IconButton
                                icon=Icon::X size=Size::Small label=format!("Remove argument {number}")
                                on_click=move |_| draft.update(|d| if at < d.arguments.len() { d.arguments.remove(at); })
                            />
                        </div>
                    }
                })
                .collect_view()}
            <span><Button size=Size::Small icon=Icon::Plus on_click=add>"Add an argument"</Button></span>
        </fieldset>
    }
}

/// What the model sees of the answer.
#[component]
fn Answer(draft: RwSignal<ActionDraft>, tried: RwSignal<bool>) -> impl IntoView {
    let count = Memo::new(move |_| draft.with(|d| d.response.len()));
    let add = move |_| draft.update(|d| d.response.push(Mapped { name: String::new(), path: String::new() }));
    let problem = move |at: usize, part: &'static str| {
        Signal::derive(move || {
            tried
                .get()
                .then(|| draft.with(|d| d.check().of(&format!("response.{at}.{part}")).map(str::to_owned)))
                .flatten()
        })
    };
    view! {
        <fieldset class="flex flex-col gap-3">
            <legend class="mb-1 text-sm font-medium text-ink">"What the model sees of the answer"</legend>
            <p class="text-xs text-ink-3">"Nothing here: all of it, shortened."</p>
            {move || (0..count.get())
                .map(|at| {
                    let of = move |read: fn(&Mapped) -> String| {
                        Signal::derive(move || draft.with(|d| d.response.get(at).map(read).unwrap_or_default()))
                    };
                    let set = move |write: fn(&mut Mapped, String)| {
                        Callback::new(move |text: String| draft.update(|d| if let Some(m) = d.response.get_mut(at) { write(m, text) }))
                    };
                    let number = at + 1;
                    view! {
                        <div class="flex flex-wrap items-end gap-2 rounded-md bg-surface-2 p-2">
                            <span class="min-w-32 flex-1">
                                <Field id=format!("hook-value-{at}") label=format!("Value {number}") problem=problem(at, "name")>
                                    <TextInput value=of(|m| m.name.clone()) on_input=set(|m, t| m.name = t) mono=true autocomplete="off"/>
                                </Field>
                            </span>
                            <span class="min-w-40 flex-[2]">
                                <Field id=format!("hook-value-{at}-path") label=format!("Path of value {number}") problem=problem(at, "path")>
                                    <TextInput
                                        value=of(|m| m.path.clone()) on_input=set(|m, t| m.path = t) mono=true
                                        placeholder="slots.0.at".to_owned() autocomplete="off"
                                    />
                                </Field>
                            </span>
                            <IconButton
                                icon=Icon::X size=Size::Small label=format!("Remove value {number}")
                                on_click=move |_| draft.update(|d| if at < d.response.len() { d.response.remove(at); })
                            />
                        </div>
                    }
                })
                .collect_view()}
            <span><Button size=Size::Small icon=Icon::Plus on_click=add>"Add a value"</Button></span>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::secret_of;

    #[test]
    fn an_empty_field_keeps_a_secret() {
        assert_eq!(secret_of("  ", false), None);
        assert_eq!(secret_of(" abc ", false), Some("abc".into()));
        assert_eq!(secret_of("abc", true), Some(String::new()));
    }
}
