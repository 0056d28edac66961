//! The frame around every signed-in page: rail, top bar, bottom bar on phones, palette, shortcuts.
//!
//! Not here: server calls; who is signed in comes as a value. Nothing in the frame waits for anything.
//!
//! A page starts with [`PageHead`]. It stands in a padded column of at most 80 rem; a page that needs the whole window (inbox, flow
//! editor, console) puts everything into one [`PageFull`], which is exactly as high as the room below the top bar.

mod palette;
mod rail;
mod top;

use leptos::children::ViewFnOnce;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_url};

use crate::session::Me;
use crate::ui::{Icon, ToastHost, browser, provide_tick};

/// Runs in the head, before the first paint: sets the colours and the width of the rail, so that nothing jumps.
pub const THEME_SCRIPT: &str = r#"(function(){var d=document.documentElement,t,r;try{t=localStorage.getItem("theme");r=localStorage.getItem("rail")}catch(e){}if(t==="dark"||(t!=="light"&&matchMedia("(prefers-color-scheme: dark)").matches))d.classList.add("dark");if(r==="slim")d.setAttribute("data-rail","slim")})()"#;

/// One place of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    label: &'static str,
    href: &'static str,
    icon: Icon,
}

const PLACES: &[Place] = &[
    Place { label: "Overview", href: "/", icon: Icon::Home },
    Place { label: "Inbox", href: "/inbox", icon: Icon::Inbox },
    Place { label: "Campaigns", href: "/campaigns", icon: Icon::Megaphone },
    Place { label: "Agents", href: "/agents", icon: Icon::Bot },
    Place { label: "Leads", href: "/leads", icon: Icon::Users },
    Place { label: "Templates", href: "/templates", icon: Icon::FileText },
    Place { label: "Settings", href: "/settings", icon: Icon::Settings },
];

/// Only with the emulator: the phones of the people outside.
const PHONE: Place = Place { label: "Phone", href: "/phone", icon: Icon::Smartphone };

/// Every place this installation has.
fn places(emulator: bool) -> Vec<Place> {
    PLACES.iter().copied().chain(emulator.then_some(PHONE)).collect()
}

impl Place {
    /// Whether a path is here or below.
    fn holds(self, path: &str) -> bool {
        if self.href == "/" {
            return path == "/";
        }
        path.strip_prefix(self.href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The shortcuts of the page that is shown.
#[derive(Clone, Copy)]
struct PageShortcuts(RwSignal<&'static [(&'static str, &'static str)]>);

/// Names the shortcuts of a page for the `?` window: key and what it does. Call in the page's body; the page listens itself.
pub fn page_shortcuts(list: &'static [(&'static str, &'static str)]) {
    if let Some(PageShortcuts(signal)) = use_context::<PageShortcuts>() {
        signal.set(list);
        on_cleanup(move || {
            signal.try_set(&[]);
        });
    }
}

/// The path of the page that is shown. The address may be ahead of it, while the next page is on its way.
#[derive(Clone, Copy)]
struct Shown(RwSignal<String>);

/// Says that the page of the address is there. Called as each page is made.
pub fn arrived() {
    if let Some(Shown(path)) = use_context::<Shown>() {
        path.try_set(use_url().with_untracked(|url| url.path().to_owned()));
    }
}

/// The frame. Its children are the page.
#[component]
pub fn Frame(
    /// Who is signed in.
    me: Me,
    /// How many conversations wait for a person; shown at the inbox.
    #[prop(optional, into)]
    waiting: Signal<i64>,
    /// The page.
    children: Children,
) -> impl IntoView {
    provide_tick();
    let shortcuts = RwSignal::new(&[][..]);
    provide_context(PageShortcuts(shortcuts));
    let wanted = use_location().pathname;
    // On both sides the page of the address is the first one.
    let shown = RwSignal::new(wanted.get_untracked());
    provide_context(Shown(shown));
    let path = Memo::new(move |_| shown.get());
    let (drawer, palette, help) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let places = places(me.emulator);
    Effect::new(move |_| {
        wanted.track();
        drawer.set(false);
        palette.set(false);
        help.set(false);
    });
    view! {
        <a
            href="#content"
            class="fixed left-3 top-3 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 text-sm font-medium text-accent-ink focus:translate-y-0"
            on:click=move |_| browser::focus("content")
            rel="external"
        >
            "Skip to content"
        </a>
        <div class="min-h-dvh bg-canvas text-ink md:grid md:grid-cols-[14.5rem_minmax(0,1fr)] md:rail-slim:grid-cols-[3.75rem_minmax(0,1fr)]">
            <rail::Rail places=places.clone() path=path waiting=waiting workspace=me.workspace_name.clone()/>
            <div class="flex min-h-dvh min-w-0 flex-col">
                <top::TopBar me=me places=places.clone() path=path drawer=drawer palette=palette help=help/>
                <main id="content" tabindex="-1" class="page-main min-w-0 flex-1 outline-none">{children()}</main>
            </div>
        </div>
        <rail::BottomBar path=path waiting=waiting drawer=drawer/>
        <rail::RailDrawer places=places.clone() path=path waiting=waiting open=drawer/>
        <palette::Palette places=places open=palette/>
        <palette::Shortcuts page=shortcuts open=help palette=palette/>
        <ToastHost/>
    }
}

/// The head of a page, and the title of the window.
#[component]
pub fn PageHead(
    /// The page's name.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence below it.
    #[prop(optional, into)]
    subtitle: Signal<Option<String>>,
    /// The place above: a label and its address, as `back=("Agents", "/agents")`.
    #[prop(optional)]
    back: Option<(&'static str, &'static str)>,
    /// Marks beside the name.
    #[prop(optional, into)]
    badges: Option<ViewFnOnce>,
    /// Buttons: `actions=move || view! { … }`.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
) -> impl IntoView {
    // The server writes the window's title once, after the page is made, when the page's signals may be gone already.
    #[cfg(feature = "ssr")]
    let window_title = untrack(|| title.get());
    // The browser asks for it once more while the page gives way to the next one: then they are gone, too, and in a moment the title is.
    #[cfg(not(feature = "ssr"))]
    let window_title = move || title.try_get().unwrap_or_default();
    view! {
        <Title text=window_title/>
        <header class="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
            <div class="min-w-0">
                {back.map(|(label, href)| view! {
                    <a href=href class="mb-1 inline-flex items-center gap-1 rounded-sm text-xs font-medium text-ink-3 hover:text-ink">
                        <Icon icon=Icon::ArrowLeft class="size-3.5"/>
                        {label}
                    </a>
                })}
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1.5">
                    <h1 class="min-w-0 text-balance break-words text-xl font-semibold tracking-tight text-ink">{move || title.get()}</h1>
                    {badges.map(ViewFnOnce::run)}
                </div>
                {move || subtitle.get().map(|text| view! { <p class="mt-0.5 max-w-2xl text-pretty text-sm text-ink-3">{text}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="flex flex-wrap items-center gap-2">{actions.run()}</div> })}
        </header>
    }
}

/// Everything of a page that fills the window below the top bar and scrolls inside itself.
#[component]
pub fn PageFull(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! { <div class="page-full h-page flex min-h-0 flex-col overflow-hidden">{children()}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_what_is_below_it_and_no_neighbour() {
        let leads = PLACES[4];
        assert!(leads.holds("/leads") && leads.holds("/leads/import") && !leads.holds("/leadsx") && !leads.holds("/"));
        assert!(PLACES[0].holds("/") && !PLACES[0].holds("/inbox"));
        assert_eq!(places(false).len() + 1, places(true).len());
    }
}
