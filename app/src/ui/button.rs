//! Everything that is pressed. Not here: menus, tabs, switches.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::{Icon, Size};

/// How loud a button is. One primary per view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one thing to do here.
    Primary,
    /// Anything else.
    #[default]
    Secondary,
    /// Quiet, without a border.
    Ghost,
    /// Takes something away that does not come back.
    Danger,
}

const BASE: &str = "relative inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium \
    transition-colors duration-100 select-none disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50 aria-disabled:cursor-not-allowed";

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => {
                "bg-accent text-accent-ink shadow-xs hover:enabled:bg-accent-hover [a&]:hover:bg-accent-hover"
            }
            Self::Secondary => {
                "bg-surface text-ink border border-line-strong shadow-xs hover:enabled:bg-surface-2 [a&]:hover:bg-surface-2"
            }
            Self::Ghost => {
                "text-ink-2 hover:enabled:bg-surface-3 hover:enabled:text-ink [a&]:hover:bg-surface-3 [a&]:hover:text-ink"
            }
            Self::Danger => "bg-bad-solid text-white shadow-xs hover:enabled:bg-bad-hover [a&]:hover:bg-bad-hover",
        }
    }
}

const fn size_class(size: Size) -> &'static str {
    match size {
        Size::Small => "h-7 px-2.5 text-xs pointer-coarse:h-9",
        Size::Medium => "h-8.5 px-3 text-sm pointer-coarse:h-10",
        Size::Large => "h-10 px-4 text-base pointer-coarse:h-11",
    }
}

const fn square_class(size: Size) -> &'static str {
    match size {
        Size::Small => "size-7 pointer-coarse:size-9",
        Size::Medium => "size-8.5 pointer-coarse:size-10",
        Size::Large => "size-10 pointer-coarse:size-11",
    }
}

/// A small turning ring: something is on its way.
#[component]
pub fn Spinner(
    /// Its size.
    #[prop(default = "size-4")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("animate-spin {class}") viewBox="0 0 24 24" fill="none" aria-hidden="true">
            <circle cx="12" cy="12" r="9" stroke="currentColor" stroke-width="2.5" opacity="0.25"></circle>
            <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"></path>
        </svg>
    }
}

/// A button with words.
#[component]
pub fn Button(
    /// How loud.
    #[prop(optional)]
    variant: Variant,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// `button` or, in a form, `submit`.
    #[prop(default = "button")]
    kind: &'static str,
    /// While true the button shows a spinner and takes no presses.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it takes no presses.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The keyboard stays on it when it is disabled: for one whose own press disables it.
    #[prop(optional)]
    keeps_focus: bool,
    /// As wide as its place.
    #[prop(optional)]
    wide: bool,
    /// What the words are about, where one of them stands in every row: read out behind them. The name of a button begins with what is
    /// seen on it, so that whoever speaks to the browser can say it.
    #[prop(optional, into)]
    of: Option<String>,
    /// A tooltip: why it is disabled, or its shortcut.
    #[prop(optional, into)]
    title: Signal<Option<String>>,
    /// What happens on a press.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// `name` of the value a form sends when this button submits it.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value a form sends.
    #[prop(optional, into)]
    value: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let wide = if wide { "w-full" } else { "" };
    let is_off = Signal::derive(move || disabled.get() || busy.get());
    view! {
        <button
            type=kind
            class=format!("{BASE} {} {} {wide}", variant.class(), size_class(size))
            disabled=move || disabled.get() && !keeps_focus
            // Not `disabled` while busy: the browser would take the keyboard away, and nobody gives it back.
            aria-disabled=move || is_off.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            title=move || title.get()
            name=name
            value=value
            on:click=move |event| {
                if untrack(|| is_off.get()) {
                    // Neither does it submit its form.
                    event.prevent_default();
                } else if let Some(on_click) = on_click {
                    on_click.run(event);
                }
            }
        >
            <span class="inline-flex min-w-0 items-center gap-1.5" class:invisible=move || busy.get()>
                {icon.map(|icon| view! { <Icon icon=icon/> })}
                {children()}
                {of.map(|of| view! { <span class="sr-only">" "{of}</span> })}
            </span>
            <span class="absolute inset-0 items-center justify-center" class:hidden=move || !busy.get() class:flex=move || busy.get()>
                <Spinner/>
            </span>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where to.
    #[prop(into)]
    href: Signal<String>,
    /// How loud.
    #[prop(optional)]
    variant: Variant,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// As wide as its place.
    #[prop(optional)]
    wide: bool,
    /// Leaves the app: a file to download or another site; the router keeps out of it.
    #[prop(optional)]
    external: bool,
    /// Shows the same in another way: no step of the window's history.
    #[prop(optional)]
    replace: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    let wide = if wide { "w-full" } else { "" };
    view! {
        <a
            href=move || href.get()
            class=format!("{BASE} {} {} {wide}", variant.class(), size_class(size))
            rel=external.then_some("external")
            prop:replace=replace
        >
            {icon.map(|icon| view! { <Icon icon=icon/> })}
            {children()}
        </a>
    }
}

/// A square button with only an icon; its label is read out and shown as a tooltip.
#[component]
pub fn IconButton(
    /// The icon.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// How loud; quiet unless told.
    #[prop(default = Variant::Ghost)]
    variant: Variant,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// Whether it takes no presses.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// For a button that stays down: whether it is.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// `button` or, in a form, `submit`.
    #[prop(default = "button")]
    kind: &'static str,
    /// What happens on a press.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
) -> impl IntoView {
    view! {
        <button
            type=kind
            class=format!("{BASE} {} {}", variant.class(), square_class(size))
            class:bg-surface-3=move || pressed.is_some_and(|p| p.get())
            disabled=move || disabled.get()
            aria-label=move || label.get()
            title=move || label.get()
            aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" })
            on:click=move |event| {
                if let Some(on_click) = on_click {
                    on_click.run(event);
                }
            }
        >
            {move || view! { <Icon icon=icon.get()/> }}
        </button>
    }
}
