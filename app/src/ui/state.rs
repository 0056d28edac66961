//! The designed states of a region that are not its content: empty, loading, failed, forbidden.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{Button, Icon, LinkButton, Tone, Variant};
use crate::error::AppError;

/// Nothing here yet: what this is, in a sentence, and the one thing to do.
#[component]
pub fn Empty(
    /// Its picture.
    #[prop(default = Icon::Inbox)]
    icon: Icon,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What this place is for.
    #[prop(into)]
    text: String,
    /// What to do: a button or two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center px-6 py-14 text-center">
            <span class="mb-4 flex size-11 items-center justify-center rounded-xl border border-line bg-surface-2 text-ink-3">
                <Icon icon=icon class="size-5"/>
            </span>
            <h2 class="text-base font-semibold text-ink">{title}</h2>
            <p class="mt-1 max-w-sm text-pretty text-sm text-ink-3">{text}</p>
            {children.map(|children| view! { <div class="mt-5 flex flex-wrap items-center justify-center gap-2">{children()}</div> })}
        </div>
    }
}

/// One grey block; its size comes from the class.
#[component]
pub fn SkeletonBox(
    /// Its size and corners: `h-24 w-full rounded-lg`.
    #[prop(default = "h-4 w-full rounded-md")]
    class: &'static str,
) -> impl IntoView {
    view! { <div class=format!("animate-pulse bg-surface-3 {class}") aria-hidden="true"></div> }
}

/// Grey rows in the layout of a list.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 5)]
    rows: usize,
) -> impl IntoView {
    let row = |n: usize| {
        let width = match n % 4 {
            0 => "h-3.5 w-2/5 rounded-md",
            1 => "h-3.5 w-1/3 rounded-md",
            2 => "h-3.5 w-1/2 rounded-md",
            _ => "h-3.5 w-1/4 rounded-md",
        };
        view! {
            <div class="flex items-center gap-3 border-b border-line px-4 py-3.5 last:border-0">
                <SkeletonBox class="size-8 rounded-full"/>
                <SkeletonBox class=width/>
                <span class="flex-1"></span>
                <SkeletonBox class="h-3.5 w-16 rounded-md"/>
            </div>
        }
    };
    view! {
        <div role="status">
            <span class="sr-only">"Loading"</span>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}

/// What failed, why, and what to do: again, sign in, or ask somebody.
#[component]
pub fn ErrorCard(
    /// What happened.
    error: AppError,
    /// Tries again.
    #[prop(optional, into)]
    on_retry: Option<Callback<MouseEvent>>,
) -> impl IntoView {
    // One that no server function answered, as of an address that names nothing.
    #[cfg(feature = "ssr")]
    error.set_status();
    let (icon, tone, title) = match error.kind() {
        "forbidden" => (Icon::Lock, Tone::Warn, "You may not see this"),
        "not_found" => (Icon::Search, Tone::Neutral, "Not found"),
        "signed_out" => (Icon::LogOut, Tone::Info, "Signed out"),
        "network" => (Icon::Refresh, Tone::Warn, "No connection"),
        "invalid" | "conflict" | "malformed" | "too_many" | "refused" => {
            (Icon::Alert, Tone::Warn, "That was not possible")
        }
        _ => (Icon::Alert, Tone::Bad, "Something went wrong"),
    };
    let reference = match &error {
        AppError::Internal { reference } => Some(reference.clone()),
        _ => None,
    };
    let lost = error.kind() == "not_found";
    let above = use_location().pathname.with_untracked(|path| above(path));
    let again = !matches!(error.kind(), "forbidden" | "not_found" | "signed_out");
    view! {
        <div role="alert" class="flex flex-col items-center px-6 py-12 text-center">
            {(lost && above.is_some()).then(|| view! { <Title text="Not found"/> })}
            <span class=format!("mb-4 flex size-11 items-center justify-center rounded-xl {}", tone.soft())>
                <Icon icon=icon class="size-5"/>
            </span>
            <h2 class="text-base font-semibold text-ink">{title}</h2>
            <p class="mt-1 max-w-md text-pretty text-sm text-ink-2">{error.to_string()}</p>
            {(error.kind() == "forbidden").then(|| view! {
                <p class="mt-1 text-sm text-ink-3">"An owner or admin of the workspace can change your role."</p>
            })}
            <div class="mt-5 flex items-center gap-2">
                {on_retry.filter(|_| again).map(|on_retry| view! { <Button icon=Icon::Refresh on_click=on_retry>"Try again"</Button> })}
                {above.filter(|_| lost).map(|href| view! { <LinkButton href=href icon=Icon::ArrowLeft>"Back to the list"</LinkButton> })}
                {reference.map(|reference| view! { <super::CopyButton text=reference label="Copy the reference"/> })}
                {(error.kind() == "signed_out").then(|| view! {
                    <LinkButton href="/sign-in" variant=Variant::Primary external=true>"Sign in"</LinkButton>
                })}
            </div>
        </div>
    }
}

/// The list above an address that names one thing: `/campaigns` for `/campaigns/cmp_1/flow`.
fn above(path: &str) -> Option<String> {
    let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
    (!first.is_empty() && !rest.is_empty()).then(|| format!("/{first}"))
}

/// One line above the buttons of a form, when saving failed for a reason that belongs to no field.
#[component]
pub fn FormError(
    /// What happened, if anything.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <div aria-live="assertive">
            {move || error.get().map(|error| view! {
                <p class="flex items-start gap-2 rounded-md border border-bad-line bg-bad-soft px-3 py-2 text-sm text-bad">
                    <Icon icon=Icon::Alert class="mt-0.5 size-4"/>
                    <span>{error.to_string()}</span>
                </p>
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn what_is_missing_has_a_list_above_it() {
        assert_eq!(above("/campaigns/cmp_1/flow").as_deref(), Some("/campaigns"));
        assert_eq!((above("/campaigns"), above("/")), (None, None));
    }
}
