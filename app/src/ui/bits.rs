//! Small parts: money, keys, copying, banners, cards, lists of facts.

use std::time::Duration;

use domain::money::Micros;
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::{Icon, Tone, browser};

/// An amount.
#[component]
pub fn Money(
    /// How much.
    amount: Micros,
) -> impl IntoView {
    view! { <span class="whitespace-nowrap tabular-nums">{amount.show()}</span> }
}

/// A key of the keyboard.
#[component]
pub fn Kbd(
    /// Its name.
    children: Children,
) -> impl IntoView {
    view! {
        <kbd class="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong bg-surface-2 px-1 font-sans text-2xs font-medium text-ink-2">
            {children()}
        </kbd>
    }
}

/// Puts a text on the clipboard and says so.
#[component]
pub fn CopyButton(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied.
    #[prop(default = "Copy".to_owned(), into)]
    label: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    view! {
        <button
            type="button"
            title=label.clone()
            aria-label=label
            class="relative z-1 inline-flex size-6 items-center justify-center rounded-sm text-ink-3 transition-colors hover:bg-surface-3 hover:text-ink"
            on:click=move |_| {
                browser::copy(&text.get_untracked());
                copied.set(true);
                set_timeout(move || { copied.try_set(false); }, Duration::from_millis(1500));
            }
        >
            {move || if copied.get() {
                view! { <span class="text-good"><Icon icon=Icon::Check class="size-3.5"/></span> }.into_any()
            } else {
                view! { <Icon icon=Icon::Copy class="size-3.5"/> }.into_any()
            }}
            <span class="sr-only" aria-live="polite">{move || copied.get().then_some("Copied")}</span>
        </button>
    }
}

/// A strip across a page or card.
#[component]
pub fn Banner(
    /// Its colour.
    #[prop(default = Tone::Info)]
    tone: Tone,
    /// The news.
    #[prop(optional, into)]
    title: Option<String>,
    /// Its icon, if another one fits better.
    #[prop(optional)]
    icon: Option<Icon>,
    /// More words, a link, a button.
    children: Children,
) -> impl IntoView {
    let icon = icon.unwrap_or(match tone {
        Tone::Warn | Tone::Bad => Icon::Alert,
        Tone::Good => Icon::Check,
        Tone::Accent => Icon::Sparkles,
        Tone::Info | Tone::Neutral => Icon::Info,
    });
    let look = match tone {
        Tone::Neutral => "border-line bg-surface-2 text-ink-2",
        Tone::Good => "border-good-line bg-good-soft text-good",
        Tone::Warn => "border-warn-line bg-warn-soft text-warn",
        Tone::Bad => "border-bad-line bg-bad-soft text-bad",
        Tone::Info => "border-info-line bg-info-soft text-info",
        Tone::Accent => "border-accent-line bg-accent-soft text-accent-text",
    };
    view! {
        <div class=format!("flex items-start gap-2.5 rounded-lg border px-3.5 py-2.5 text-sm {look}") role=(tone == Tone::Bad).then_some("alert")>
            <Icon icon=icon class="mt-0.5 size-4"/>
            <div class="min-w-0 flex-1">
                {title.map(|title| view! { <p class="font-semibold">{title}</p> })}
                <div class="text-pretty">{children()}</div>
            </div>
        </div>
    }
}

/// A bordered surface with an optional head.
#[component]
pub fn Card(
    /// What is on it.
    #[prop(optional, into)]
    title: Option<String>,
    /// A second line.
    #[prop(optional, into)]
    subtitle: Option<String>,
    /// Buttons at the right of the head.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// No padding: for tables and lists.
    #[prop(optional)]
    flush: bool,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <div class="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
                <div class="min-w-0">
                    <h2 class="text-base font-semibold text-ink">{title}</h2>
                    {subtitle.map(|text| view! { <p class="text-xs text-ink-3">{text}</p> })}
                </div>
                {actions.map(|actions| view! { <div class="flex items-center gap-2">{actions.run()}</div> })}
            </div>
        }
    });
    view! {
        <section class="min-w-0 overflow-clip rounded-lg border border-line bg-surface shadow-xs">
            {head}
            <div class:p-4=!flush>{children()}</div>
        </section>
    }
}

/// A list of names and values.
#[component]
pub fn Facts(
    /// [`Fact`]s.
    children: Children,
) -> impl IntoView {
    view! { <dl class="divide-y divide-line text-sm">{children()}</dl> }
}

/// One name and its value.
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    label: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="flex items-baseline justify-between gap-4 py-2 first:pt-0 last:pb-0">
            <dt class="shrink-0 text-ink-3">{label}</dt>
            <dd class="min-w-0 break-words text-right text-ink">{children()}</dd>
        </div>
    }
}
