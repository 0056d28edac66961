//! What is seen, and the calls it makes.
//!
//! Not here: SQL, transactions, provider calls, business rules. This file has the document's shell, the app, and the route table:
//! the list of every page.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod backend;
pub mod error;
pub mod fault;
pub mod lazy;
pub mod live;
pub mod pages;
pub mod session;
pub mod shell;
pub mod ui;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

/// The whole document, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let nonce = backend::nonce().unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    let nonce = String::new();
    #[cfg(feature = "ssr")]
    let (build, faults) = (backend::build_of(&options), fault::script());
    #[cfg(not(feature = "ssr"))]
    let (build, faults) = ("", "");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-build=build>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <script nonce=nonce.clone() inner_html=shell::THEME_SCRIPT></script>
                <script nonce=nonce inner_html=faults></script>
                <HashedStylesheet options=options.clone() id="leptos" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body class="bg-canvas text-ink">
                <App />
            </body>
        </html>
    }
}

/// The app on both sides.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let me = session::provide_me();
    live::provide_live();
    ui::provide_toasts();
    ui::listen_for_back();
    let _ = me;
    view! {
        <Title formatter=title_of/>
        <Router>
            <Routes fallback=pages::not_found::NotFoundPage>
                <Route path=path!("/sign-in") view=pages::sign_in::SignInPage />
                <ParentRoute path=path!("") view=Framed>
                    <Route path=path!("/") view={Lazy::<lazy::Overview>::new()} />
                    <Route path=path!("/inbox") view={Lazy::<lazy::Inbox>::new()} />
                    <Route path=path!("/campaigns") view={Lazy::<lazy::Campaigns>::new()} />
                    <Route path=path!("/campaigns/:id") view={Lazy::<lazy::Campaign>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/campaigns/:id/flow") view={Lazy::<lazy::FlowEditor>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/agents") view={Lazy::<lazy::Agents>::new()} />
                    <Route path=path!("/agents/:id/test") view={Lazy::<lazy::Console>::new()} />
                    <Route path=path!("/leads") view={Lazy::<lazy::Leads>::new()} />
                    <Route path=path!("/leads/import") view={Lazy::<lazy::LeadsImport>::new()} />
                    <Route path=path!("/templates") view={Lazy::<lazy::Templates>::new()} />
                    <Route path=path!("/settings") view={Lazy::<lazy::Keys>::new()} />
                    <Route path=path!("/settings/keys") view={Lazy::<lazy::Keys>::new()} />
                    <Route path=path!("/settings/budgets") view={Lazy::<lazy::Budgets>::new()} />
                    <Route path=path!("/settings/channels") view={Lazy::<lazy::Channels>::new()} />
                    <Route path=path!("/settings/work") view={Lazy::<lazy::Work>::new()} />
                    <Route path=path!("/phone") view={Lazy::<lazy::Phone>::new()} />
                    <Route path=path!("/replay") view={Lazy::<lazy::Replay>::new()} />
                    <Route path=path!("/ui") view={Lazy::<lazy::Gallery>::new()} />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// What stands in the window's title bar. The server writes it into the page as it is, so it is escaped there; the browser sets it as
/// plain text.
fn title_of(title: String) -> String {
    let whole = if title.is_empty() { "Agent Outreach".to_owned() } else { format!("{title} · Agent Outreach") };
    if cfg!(feature = "ssr") { whole.replace('&', "&amp;").replace('<', "&lt;") } else { whole }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #[test]
    fn a_title_cannot_open_a_tag() {
        let title = super::title_of("</title><meta http-equiv=refresh>".into());
        assert!(!title.contains('<'), "{title}");
    }
}

/// Every signed-in page stands in the frame.
#[component]
fn Framed() -> impl IntoView {
    let me = session::use_me();
    let news = live::use_live_calm(&["conversation"]);
    let unread = LocalResource::new(move || {
        news.track();
        pages::inbox::api::count_unread()
    });
    // What was known stays while it is asked anew, and when that fails.
    let waiting = Memo::new(move |before: Option<&i64>| match unread.get() {
        Some(Ok(count)) => count,
        _ => before.copied().unwrap_or_default(),
    });
    view! {
        <shell::Frame me waiting>
            <Outlet />
        </shell::Frame>
    }
}
