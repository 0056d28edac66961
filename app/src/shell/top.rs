//! The top bar: where one is, what the installation wants said, search, colours, the person.

use leptos::prelude::*;

use super::Place;
use crate::live::SIGNING_OUT;
use crate::session::Me;
use crate::ui::{Avatar, Icon, IconButton, Kbd, Menu, MenuItem, MenuLine, Size, browser};

/// Something true of every page of this installation.
#[component]
fn Chip(icon: Icon, short: &'static str, long: &'static str) -> impl IntoView {
    view! {
        <span
            class="inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full border border-warn-line bg-warn-soft px-2 text-2xs font-medium text-warn"
            title=long
        >
            <Icon icon=icon class="size-3"/>
            <span class="hidden sm:inline xl:hidden" aria-hidden="true">{short}</span>
            <span class="sr-only xl:not-sr-only">{long}</span>
        </span>
    }
}

/// Light, dark, or as the machine is. Remembered in this browser.
#[component]
fn ThemeMenu() -> impl IntoView {
    let theme = RwSignal::new("system".to_owned());
    Effect::new(move |_| {
        if let Some(kept) = browser::stored("theme") {
            theme.set(kept);
        }
    });
    let item = move |word: &'static str, label: &'static str, icon: Icon| {
        let choose = move || {
            theme.set(word.to_owned());
            browser::store("theme", word);
            browser::apply_theme(word);
        };
        view! {
            <MenuItem icon=icon on_click=choose>
                {label}
                <span class="ml-auto" class:invisible=move || theme.with(|t| t != word)><Icon icon=Icon::Check/></span>
            </MenuItem>
        }
    };
    view! {
        <Menu id="theme-menu" label="Colours" icon=Icon::Sun>
            {item("light", "Light", Icon::Sun)}
            {item("dark", "Dark", Icon::Moon)}
            {item("system", "System", Icon::System)}
        </Menu>
    }
}

/// Who is signed in, and the way out: a plain form, so it works whatever the scripts do.
#[component]
fn PersonMenu(me: Me, help: RwSignal<bool>) -> impl IntoView {
    let name = if me.name.trim().is_empty() { me.email.clone() } else { me.name.clone() };
    let face = {
        let name = name.clone();
        move || view! { <Avatar name=name/> }
    };
    view! {
        <Menu id="person-menu" label="Your account" face=face>
            <div class="px-2.5 py-2">
                <p class="truncate text-sm font-semibold">{name}</p>
                <p class="truncate text-xs text-ink-3">{me.email}</p>
                <p class="mt-1 text-2xs text-ink-3">{format!("{} · {}", me.role, me.workspace_name)}</p>
            </div>
            <MenuLine/>
            <MenuItem icon=Icon::Help on_click=move || help.set(true)>"Keyboard shortcuts"</MenuItem>
            <form method="post" action="/sign-out" on:submit=move |_| browser::keep(SIGNING_OUT, "1")>
                <MenuItem icon=Icon::LogOut kind="submit">"Sign out"</MenuItem>
            </form>
        </Menu>
    }
}

/// The bar.
#[component]
pub(super) fn TopBar(
    me: Me,
    places: Vec<Place>,
    path: Memo<String>,
    drawer: RwSignal<bool>,
    palette: RwSignal<bool>,
    help: RwSignal<bool>,
) -> impl IntoView {
    // A function of the address alone, so that both halves write the same.
    let here =
        Memo::new(move |_| path.with(|p| places.iter().find(|place| place.holds(p)).map_or("", |place| place.label)));
    let (emulator, scripted, workspace) = (me.emulator, me.scripted, me.workspace_name.clone());
    view! {
        <header class="sticky top-0 z-20 flex h-13 low:h-10 items-center gap-2 border-b border-line bg-surface/90 px-3 backdrop-blur md:px-5">
            <span class="md:hidden"><IconButton icon=Icon::Menu label="Open the navigation" on_click=move |_| drawer.set(true)/></span>
            <p class="flex min-w-0 items-center gap-1.5 text-sm">
                <span class="hidden max-w-48 truncate text-ink-3 sm:inline">{workspace}</span>
                <span class="hidden text-ink-3" class=("sm:inline", move || !here.get().is_empty()) aria-hidden="true">"/"</span>
                <span class="truncate font-medium text-ink">{here}</span>
            </p>
            <div class="ml-auto flex items-center gap-1.5">
                {emulator.then(|| view! { <Chip icon=Icon::Smartphone short="Emulator" long="Emulator: no real messages leave this machine"/> })}
                {scripted.then(|| view! { <Chip icon=Icon::Sparkles short="Scripted" long="Scripted model: no AI provider is set"/> })}
                <button
                    type="button"
                    class="ml-1 hidden h-8.5 w-44 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink-3 \
                           transition-colors hover:border-ink-3 hover:text-ink-2 lg:flex"
                    aria-haspopup="dialog"
                    on:click=move |_| palette.set(true)
                >
                    <Icon icon=Icon::Search/>
                    "Go to…"
                    <span class="ml-auto flex gap-0.5"><Kbd>"Ctrl"</Kbd><Kbd>"K"</Kbd></span>
                </button>
                <span class="lg:hidden">
                    <IconButton icon=Icon::Search label="Go to…" size=Size::Medium on_click=move |_| palette.set(true)/>
                </span>
                <ThemeMenu/>
                <PersonMenu me=me help=help/>
            </div>
        </header>
    }
}
