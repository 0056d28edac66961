//! The pages as parts that the browser fetches when one of them is first visited, so that the first page is small. Pages that share
//! much are one part: what several parts share becomes small files of its own, and a page should not have to ask for a hundred.
//!
//! Not here: the pages themselves.

use leptos::lazy;
use leptos::prelude::*;
use leptos_router::LazyRoute;

use crate::pages;

/// Makes routes of a part's pages: each names the part's function and which of its pages it is.
macro_rules! pages_of {
    ($part:ident / $preload:ident: $($(#[$doc:meta])* $name:ident => $page:path;)*) => {
        #[derive(Debug, Clone, Copy)]
        #[allow(non_camel_case_types, reason = "the names of the routes")]
        enum $part { $($name,)* }

        #[lazy]
        fn $preload(page: $part) -> AnyView {
            match page { $($part::$name => $page().into_any(),)* }
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
                    $preload($part::$name).await
                }

                async fn preload() {
                    preload::$preload().await;
                }
            }
        )*
    };
}

/// Fetches a part ahead of hydration; nothing on the server, which has everything.
mod preload {
    macro_rules! preloads {
        ($($part:ident => $made:ident;)*) => {$(
            pub async fn $part() {
                #[cfg(feature = "hydrate")]
                super::$made().await;
            }
        )*};
    }
    preloads! {
        overview_part => __preload_overview_part;
        talk_part => __preload_talk_part;
        plan_part => __preload_plan_part;
        draw_part => __preload_draw_part;
        make_part => __preload_make_part;
        settings_part => __preload_settings_part;
        gallery_part => __preload_gallery_part;
    }
}

pages_of! { OverviewPart / overview_part:
    /// The overview.
    Overview => pages::overview::OverviewPage;
}

pages_of! { TalkPart / talk_part:
    /// The inbox.
    Inbox => pages::inbox::InboxPage;
    /// The emulated phones.
    Phone => pages::phone::PhonePage;
    /// A conversation once more.
    Replay => pages::replay::ReplayPage;
}

pages_of! { PlanPart / plan_part:
    /// The list of campaigns.
    Campaigns => pages::campaigns::CampaignsPage;
    /// One campaign.
    Campaign => pages::campaigns::CampaignPage;
}

pages_of! { DrawPart / draw_part:
    /// The flow editor.
    FlowEditor => pages::flows::FlowEditorPage;
}

pages_of! { MakePart / make_part:
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

pages_of! { SettingsPart / settings_part:
    /// Keys for programs.
    Keys => pages::settings::KeysPage;
    /// Budgets.
    Budgets => pages::settings::BudgetsPage;
    /// What answers look like over each channel.
    Channels => pages::settings::ChannelsPage;
    /// The work list.
    Work => pages::settings::WorkPage;
}

pages_of! { GalleryPart / gallery_part:
    /// The design system, for whoever builds pages.
    Gallery => crate::ui::gallery::GalleryPage;
}
