//! The pages as parts of their own: the browser fetches a page's code when it is first visited, so that the first page is small.
//!
//! Not here: the pages themselves.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::pages;

/// Makes a lazily loaded route of each page.
macro_rules! lazy_pages {
    ($($(#[$doc:meta])* $name:ident => $page:path;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        #[lazy_route]
        impl LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            fn view(_page: Self) -> AnyView {
                $page().into_any()
            }
        }
    )*};
}

lazy_pages! {
    /// Sign-in.
    SignIn => pages::sign_in::SignInPage;
    /// The overview.
    Overview => pages::overview::OverviewPage;
    /// The inbox.
    Inbox => pages::inbox::InboxPage;
    /// The list of campaigns.
    Campaigns => pages::campaigns::CampaignsPage;
    /// One campaign.
    Campaign => pages::campaigns::CampaignPage;
    /// The flow editor.
    FlowEditor => pages::flows::FlowEditorPage;
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
    /// The emulated phones.
    Phone => pages::phone::PhonePage;
    /// The design system, for whoever builds pages.
    Gallery => crate::ui::gallery::GalleryPage;
}
