//! Signing in: a plain form that works before any script runs. `server` answers the post and comes back with `?error=` when it refuses.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::live::{SIGNED_OUT, SIGNING_OUT};
use crate::ui::browser;

/// Under which name this tab keeps the address that was typed.
const EMAIL: &str = "sign-in-email";

/// What a refusal's word means, for people. The words are the only thing taken from the address.
fn sentence(word: &str) -> &'static str {
    match word {
        "wrong" => "The e-mail address and password do not match. Check both and try again.",
        "slow" => "Too many attempts. Wait a minute, then try again.",
        "missing" => "Fill in both the e-mail address and the password.",
        "out" => "You were signed out. Sign in to go on.",
        _ => "Signing in did not work. Try again.",
    }
}

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let error = move || query.read().get("error");
    let next = move || query.read().get("next").unwrap_or_default();
    // Read by hand after a refusal, so that nothing has to be typed twice; kept in this tab only, never in the address.
    let email = NodeRef::<leptos::html::Input>::new();
    let keep = move |_| {
        if let Some(input) = email.get_untracked() {
            browser::keep(EMAIL, &input.value());
        }
    };
    Effect::new(move |_| {
        if let (Some(input), Some(kept), true) =
            (email.get(), browser::kept(EMAIL), error().is_some_and(|e| e != "out"))
            && input.value().is_empty()
        {
            input.set_value(&kept);
            browser::focus("password");
        }
        // The other tabs are signed out too: they hear of it here, when it has happened.
        if browser::kept(SIGNING_OUT).is_some() {
            browser::keep(SIGNING_OUT, "");
            browser::store(SIGNED_OUT, &browser::now_ms().to_string());
        }
    });
    const INPUT: &str = "h-10 w-full rounded-lg border border-line bg-surface px-3 text-ink outline-none focus-visible:border-accent focus-visible:ring-2 focus-visible:ring-accent/30";
    view! {
        <Title text="Sign in" />
        <main class="grid min-h-dvh place-items-center bg-surface-2 p-6">
            <div class="w-full max-w-sm">
                <div class="mb-8 flex items-center justify-center gap-3">
                    <img src="/favicon.svg" alt="" class="size-9" />
                    <span class="text-lg font-semibold tracking-tight">"Agent Outreach"</span>
                </div>
                <form method="post" action="/sign-in" on:submit=keep class="rounded-2xl border border-line bg-surface p-6 shadow-sm">
                    <h1 class="text-xl font-semibold">"Sign in"</h1>
                    <p class="mt-1 text-sm text-ink-2">"With the account of your workspace."</p>
                    <Show when=move || error().is_some()>
                        <p role="alert" class="mt-4 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
                            {move || sentence(&error().unwrap_or_default())}
                        </p>
                    </Show>
                    <input type="hidden" name="next" value=next />
                    <label class="mt-5 block text-sm font-medium" for="email">"E-mail"</label>
                    <input node_ref=email id="email" name="email" type="email" autocomplete="username" required=true autofocus=true class=format!("mt-1.5 {INPUT}") />
                    <label class="mt-4 block text-sm font-medium" for="password">"Password"</label>
                    <input id="password" name="password" type="password" autocomplete="current-password" required=true class=format!("mt-1.5 {INPUT}") />
                    <button type="submit" class="mt-6 h-10 w-full rounded-lg bg-accent font-medium text-accent-ink transition hover:opacity-90 focus-visible:ring-2 focus-visible:ring-accent/40">
                        "Sign in"
                    </button>
                </form>
            </div>
        </main>
    }
}
