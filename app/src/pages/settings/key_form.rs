//! Making a key, and the one moment in which it is shown.

use domain::api_key::{ApiKeyDraft, KeyScope, NewApiKey};
use domain::problem::Problems;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::create_key;
use crate::error::AppError;
use crate::ui::*;

/// The dialog. While the new key is shown, nothing else is.
#[component]
pub fn NewKeyDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// A key was made.
    on_made: Callback<()>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(vec![KeyScope::Api]);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let made = RwSignal::new(None::<NewApiKey>);
    let problems = Signal::derive(move || failure.with(|f| f.as_ref().map_or_else(Problems::none, AppError::problems)));
    Effect::new(move |_| {
        if open.get() {
            name.set(String::new());
            failure.set(None);
            made.set(None);
        }
    });
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        let draft = ApiKeyDraft { name: name.get_untracked(), scopes: chosen.get_untracked() };
        let problems = draft.check();
        if !problems.is_empty() {
            failure.set(Some(AppError::Invalid { problems }));
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match create_key(draft).await {
                Ok(key) => {
                    made.set(Some(key));
                    on_made.try_run(());
                }
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let of = move |field: &'static str| move || problems.with(|p| p.of(field).map(str::to_owned));
    view! {
        <Dialog
            open=open
            title="New key"
            footer=move || view! {
                {move || if made.with(Option::is_some) {
                    view! { <Button variant=Variant::Primary on_click=move |_| open.set(false)>"Done"</Button> }.into_any()
                } else {
                    view! {
                        <Button on_click=move |_| open.set(false)>"Cancel"</Button>
                        <Button variant=Variant::Primary busy=busy on_click=move |_| save()>"Make the key"</Button>
                    }
                    .into_any()
                }}
            }
        >
            {move || match made.get() {
                Some(key) => view! { <Shown key/> }.into_any(),
                None => view! {
                    <form
                        class="flex flex-col gap-5"
                        on:submit=move |event| {
                            event.prevent_default();
                            save();
                        }
                    >
                        <Field id="key-name" label="Name" hint="The program that will use it" problem=of("name")>
                            <TextInput bind=name placeholder="CRM sync".to_owned()/>
                        </Field>
                        <fieldset class="flex flex-col gap-3">
                            <legend class="mb-1 text-sm font-medium text-ink">"What it opens"</legend>
                            {KeyScope::ALL
                                .iter()
                                .map(|scope| view! {
                                    <Checkbox
                                        label=scope.label()
                                        hint=scope.hint()
                                        checked=Signal::derive(move || chosen.with(|c| c.contains(scope)))
                                        on_change=move |on: bool| chosen.update(|c| {
                                            c.retain(|known| known != scope);
                                            if on {
                                                c.push(*scope);
                                            }
                                        })
                                    />
                                })
                                .collect_view()}
                            {move || of("scopes")().map(|text| view! { <p class="text-xs text-bad" role="alert">{text}</p> })}
                        </fieldset>
                        <FormError error=move || failure.get().filter(|f| f.problems().is_empty())/>
                    </form>
                }
                .into_any(),
            }}
        </Dialog>
    }
}

/// The key itself, this once.
#[component]
fn Shown(key: NewApiKey) -> impl IntoView {
    view! {
        <div class="flex flex-col gap-4">
            <Banner tone=Tone::Warn title="Copy it now">"It is shown this once. Only its hash is kept."</Banner>
            <div class="flex items-center gap-2 rounded-md border border-line bg-surface-2 px-3 py-2">
                <code class="min-w-0 flex-1 break-all font-mono text-xs" data-testid="secret">{key.secret.clone()}</code>
                <CopyButton text=key.secret label="Copy the key"/>
            </div>
            <p class="text-xs text-ink-3">"Send it as "<code class="font-mono">"Authorization: Bearer ao_…"</code>"."</p>
        </div>
    }
}
