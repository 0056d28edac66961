//! A menu behind a button: the browser's own popover, so it closes on Esc and on a click elsewhere, and no scrolling box cuts it off.

use leptos::context::Provider;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Icon, Size, browser};

/// The id of the menu around an item, so that a choice closes it.
#[derive(Clone)]
struct MenuId(String);

const ITEM: &str = "flex w-full items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-left text-sm text-ink outline-none transition-colors \
    hover:bg-surface-3 focus-visible:bg-surface-3 disabled:cursor-not-allowed disabled:text-ink-3 pointer-coarse:py-2.5";

/// Moves the keyboard through the items, as menus do.
fn on_key(event: &KeyboardEvent, id: &str) {
    let back = match event.key().as_str() {
        "ArrowDown" => false,
        "ArrowUp" => true,
        _ => return,
    };
    event.prevent_default();
    browser::focus_neighbour(id, back);
}

/// A button that opens a menu.
#[component]
pub fn Menu(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What the menu is for.
    #[prop(into)]
    label: String,
    /// The icon on the button.
    #[prop(default = Icon::More)]
    icon: Icon,
    /// Words on the button, instead of the icon alone.
    #[prop(optional, into)]
    text: Option<String>,
    /// How big the button is.
    #[prop(optional)]
    size: Size,
    /// Any other face for the button, such as an avatar.
    #[prop(optional, into)]
    face: Option<leptos::children::ViewFnOnce>,
    /// [`MenuItem`]s, [`MenuLink`]s, [`MenuLine`]s.
    children: Children,
) -> impl IntoView {
    let button_id = format!("{id}-button");
    let square = match size {
        Size::Small => "size-7 pointer-coarse:size-9",
        _ => "size-8.5 pointer-coarse:size-10",
    };
    // Words on it are its name.
    let (name, tooltip) = (text.is_none().then(|| label.clone()), label);
    let (class, inside) = match (face, text) {
        (Some(face), _) => {
            ("inline-flex items-center rounded-md transition-colors hover:bg-surface-3".to_owned(), face.run())
        }
        (None, Some(text)) => (
            format!(
                "inline-flex items-center gap-1.5 rounded-md border border-line-strong bg-surface font-medium shadow-xs transition-colors \
                 hover:bg-surface-2 {}",
                if size == Size::Small { "h-7 px-2.5 text-xs pointer-coarse:h-9" } else { "h-8.5 px-3 text-sm" }
            ),
            view! { {text}<Icon icon=Icon::ChevronDown class="size-3.5"/> }.into_any(),
        ),
        (None, None) => (
            format!(
                "inline-flex items-center justify-center rounded-md text-ink-2 transition-colors hover:bg-surface-3 hover:text-ink {square}"
            ),
            view! { <Icon icon=icon/> }.into_any(),
        ),
    };
    let place = {
        let (button_id, id) = (button_id.clone(), id.clone());
        move |_: leptos::ev::Event| browser::place_popover(&button_id, &id)
    };
    let (keys_id, menu) = (id.clone(), MenuId(id.clone()));
    view! {
        <span class="relative z-1 inline-flex">
            <button id=button_id type="button" class=class popovertarget=id.clone() aria-haspopup="menu" aria-label=name title=tooltip>
                {inside}
            </button>
            <div
                id=id.clone()
                popover="auto"
                role="menu"
                class="fixed m-0 min-w-44 max-w-72 rounded-lg border border-line bg-surface p-1 text-ink shadow-pop open:animate-fade-in"
                on:toggle=place
                on:keydown=move |event| on_key(&event, &keys_id)
            >
                <Provider value=menu>{children()}</Provider>
            </div>
        </span>
    }
}

/// Something a menu does.
#[component]
pub fn MenuItem(
    /// Its icon.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether it cannot be chosen now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Takes something away.
    #[prop(optional)]
    danger: bool,
    /// What happens.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// In a form: `submit`.
    #[prop(default = "button")]
    kind: &'static str,
    /// The words.
    children: Children,
) -> impl IntoView {
    let menu = use_context::<MenuId>();
    view! {
        <button
            type=kind
            role="menuitem"
            class=ITEM
            class:text-bad=danger
            disabled=move || disabled.get()
            on:click=move |_| {
                if let Some(menu) = &menu {
                    browser::hide_popover(&menu.0);
                }
                if let Some(on_click) = on_click {
                    on_click.run(());
                }
            }
        >
            {icon.map(|icon| view! { <Icon icon=icon/> })}
            {children()}
        </button>
    }
}

/// A place a menu leads to.
#[component]
pub fn MenuLink(
    /// Where to.
    #[prop(into)]
    href: String,
    /// Its icon.
    #[prop(optional)]
    icon: Option<Icon>,
    /// A file to download or another site; the router keeps out of it.
    #[prop(optional)]
    external: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    let menu = use_context::<MenuId>();
    view! {
        <a
            role="menuitem"
            class=ITEM
            href=href
            rel=external.then_some("external")
            on:click=move |_| {
                if let Some(menu) = &menu {
                    browser::hide_popover(&menu.0);
                }
            }
        >
            {icon.map(|icon| view! { <Icon icon=icon/> })}
            {children()}
        </a>
    }
}

/// A line between groups.
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <div role="separator" class="my-1 border-t border-line"></div> }
}
