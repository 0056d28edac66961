//! The pages as parts that the browser fetches when one of them is first visited, so that the first page is small. Pages that share
//! much are one part: what several parts share becomes small files of its own, and a page should not have to ask for a hundred.
//!
//! Not here: the pages themselves.

use std::future::Future;
use std::pin::Pin;

use futures::FutureExt;
use leptos::prelude::*;
use leptos_router::LazyRoute;
use leptos_router::hooks::use_url;

use crate::error::AppError;
use crate::{fault, pages, shell};

/// Makes routes of a part's pages: each names the part's function and which of its pages it is. The function's name is that of the part
/// in the split build, on both sides.
macro_rules! pages_of {
    ($part:ident / $make:ident / $fetch:ident: $($(#[$doc:meta])* $name:ident => $page:path;)*) => {
        #[derive(Debug, Clone, Copy)]
        #[allow(non_camel_case_types, reason = "the names of the routes")]
        enum $part { $($name,)* }

        // `fallible`: what cannot be fetched is an answer, and not the end of the tab.
        #[cfg(feature = "hydrate")]
        #[leptos::wasm_split::wasm_split($make, wasm_split_path = leptos::wasm_split, preload($fetch), fallible)]
        fn $make(page: $part) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
            match page { $($part::$name => Ok($page().into_any()),)* }
        }

        #[cfg(not(feature = "hydrate"))]
        async fn $make(page: $part) -> Result<AnyView, std::convert::Infallible> {
            leptos::prefetch_lazy_fn_on_server(stringify!($make));
            match page { $($part::$name => Ok($page().into_any()),)* }
        }

        #[cfg(not(feature = "hydrate"))]
        async fn $fetch() -> Result<(), std::convert::Infallible> {
            Ok(())
        }

        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl LazyRoute for $name {
                fn data() -> Self {
                    Self
                }

                async fn view(_page: Self) -> AnyView {
                    shell::arrived();
                    match $make($part::$name).await {
                        Ok(view) => view,
                        Err(_) => view! {
                            <Missing
                                fetch=|| Box::pin($fetch().map(|fetched| fetched.is_ok()))
                                make=|| $make($part::$name).now_or_never().and_then(Result::ok)
                            />
                        }
                        .into_any(),
                    }
                }

                // Ahead of hydration, and of every change of page.
                async fn preload() {
                    if cfg!(feature = "hydrate") {
                        patiently(|| $fetch().map(|fetched| fetched.is_ok()), wanted()).await;
                    }
                }
            }
        )*
    };
}

/// How long to wait before a part is asked for again, in milliseconds.
const PAUSES: [u32; 3] = [250, 1_000, 2_500];

/// Fetches a part, again if need be. A page that the server has written needs its part whatever happens, so there it goes on for ever and
/// says so; elsewhere [`Missing`] is shown in the end. A server of another version has other parts: then `address` (empty: the window's own) is loaded
/// anew.
async fn patiently<F: Future<Output = bool>>(fetch: impl Fn() -> F, address: String) {
    let waits = fault::waits();
    if fetch().await {
        return;
    }
    for pause in PAUSES {
        fault::pause(pause).await;
        if fetch().await {
            return;
        }
        if fault::is_replaced(&address).await {
            // The window is being loaded; what comes now would be seen for a moment.
            std::future::pending::<()>().await;
        }
    }
    drop(waits);
    fault::report("part");
    while !fault::is_hydrated() {
        fault::held_up(true);
        fault::pause(4_000).await;
        if fetch().await {
            fault::held_up(false);
            return;
        }
    }
}

/// The address that was asked for; that of the window changes only when the page is there.
fn wanted() -> String {
    use_url().with_untracked(|url| match url.search().trim_start_matches('?') {
        "" => url.path().to_owned(),
        search => format!("{}?{search}", url.path()),
    })
}

/// A page whose part could not be fetched: says so, and tries again when asked.
#[component]
fn Missing(
    /// Fetches the part.
    fetch: fn() -> Pin<Box<dyn Future<Output = bool>>>,
    /// Makes the page, once the part is there.
    make: fn() -> Option<AnyView>,
) -> impl IntoView {
    let (here, busy) = (RwSignal::new(false), StoredValue::new(false));
    let again = move |_| {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        leptos::task::spawn_local(async move {
            patiently(fetch, String::new()).await;
            let fetched = fetch().await;
            busy.try_set_value(false);
            if fetched {
                here.try_set(true);
            }
        });
    };
    move || {
        here.get().then(make).flatten().unwrap_or_else(|| {
            let error = AppError::Network { message: "This page could not be fetched.".to_owned() };
            view! { <crate::ui::ErrorCard error on_retry=again/> }.into_any()
        })
    }
}

pages_of! { OverviewPart / overview_part / fetch_overview:
    /// The overview.
    Overview => pages::overview::OverviewPage;
}

pages_of! { TalkPart / talk_part / fetch_talk:
    /// The inbox.
    Inbox => pages::inbox::InboxPage;
    /// The emulated phones.
    Phone => pages::phone::PhonePage;
    /// A conversation once more.
    Replay => pages::replay::ReplayPage;
}

pages_of! { PlanPart / plan_part / fetch_plan:
    /// The list of campaigns.
    Campaigns => pages::campaigns::CampaignsPage;
    /// One campaign.
    Campaign => pages::campaigns::CampaignPage;
}

pages_of! { DrawPart / draw_part / fetch_draw:
    /// The flow editor.
    FlowEditor => pages::flows::FlowEditorPage;
}

pages_of! { MakePart / make_part / fetch_make:
    /// The Agent Library.
    Agents => pages::agents::AgentsPage;
    /// The Test Console.
    Console => pages::console::ConsolePage;
    /// The list of leads.
    Leads => pages::leads::LeadsPage;
    /// Importing leads.
    LeadsImport => pages::leads::ImportPage;
    /// Templates.
    Templates => pages::templates::TemplatesPage;
}

pages_of! { SettingsPart / settings_part / fetch_settings:
    /// Keys for programs.
    Keys => pages::settings::KeysPage;
    /// Budgets.
    Budgets => pages::settings::BudgetsPage;
    /// What answers look like over each channel.
    Channels => pages::settings::ChannelsPage;
    /// The work list.
    Work => pages::settings::WorkPage;
}

pages_of! { GalleryPart / gallery_part / fetch_gallery:
    /// The design system, for whoever builds pages.
    Gallery => crate::ui::gallery::GalleryPage;
}
