//! Going through the pages of a list, with links, so that every page has its address.

use leptos::prelude::*;

use super::Icon;

/// Previous, next, and where one is.
#[component]
pub fn Pager(
    /// Which page, from 1.
    page: i64,
    /// Pages in all.
    total_pages: i64,
    /// Rows in all.
    total: i64,
    /// The address of a page.
    #[prop(into)]
    href: Callback<i64, String>,
    /// What is counted: "leads".
    #[prop(default = "results")]
    noun: &'static str,
) -> impl IntoView {
    let link = move |to: i64, label: &'static str, icon: Icon, on: bool| {
        let class = "inline-flex h-8 items-center gap-1 rounded-md border border-line-strong bg-surface px-2.5 text-xs font-medium \
            text-ink-2 transition-colors hover:bg-surface-2 hover:text-ink pointer-coarse:h-10";
        if !on {
            return view! {
                <span class=format!("{class} pointer-events-none opacity-45") aria-disabled="true"><Icon icon=icon/>{label}</span>
            }
            .into_any();
        }
        let rel = if label == "Next" { "next" } else { "prev" };
        view! { <a class=class href=href.run(to) rel=rel><Icon icon=icon/>{label}</a> }.into_any()
    };
    let last = total_pages.max(1);
    let counted = match noun {
        "people" if total == 1 => "person",
        _ if total == 1 => noun.trim_end_matches('s'),
        _ => noun,
    };
    view! {
        <nav class="flex items-center justify-between gap-3 border-t border-line px-4 py-2.5" aria-label="Pages">
            <p class="text-xs text-ink-3">{format!("{total} {counted} · page {page} of {last}")}</p>
            <div class="flex gap-2">
                {link(page - 1, "Previous", Icon::ChevronLeft, page > 1)}
                {link(page + 1, "Next", Icon::ChevronRight, page < last)}
            </div>
        </nav>
    }
}
