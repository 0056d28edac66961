//! Tables, written so that the browser's parser changes nothing: `<thead>` and `<tbody>` are always there.

use leptos::prelude::*;

use super::Icon;

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// Small to large.
    Up,
    /// Large to small.
    Down,
}

/// One column's head.
#[derive(Debug, Clone)]
pub struct Column {
    label: String,
    hidden_label: bool,
    number: bool,
    wide_only: bool,
    sort: Option<(String, Option<Sorted>)>,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), hidden_label: false, number: false, wide_only: false, sort: None }
    }

    /// A column of buttons: its name is only read out.
    pub fn actions() -> Self {
        Self { hidden_label: true, number: true, ..Self::new("Actions") }
    }

    /// Numbers stand right.
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// Left out below 1024 px.
    pub fn wide_only(mut self) -> Self {
        self.wide_only = true;
        self
    }

    /// Its name is a link that sorts; `now` says how it is sorted at the moment.
    pub fn sort(mut self, href: impl Into<String>, now: Option<Sorted>) -> Self {
        self.sort = Some((href.into(), now));
        self
    }
}

/// Where a cell stands and when it shows.
fn cell_class(number: bool, wide_only: bool) -> &'static str {
    match (number, wide_only) {
        (false, false) => "text-left",
        (true, false) => "text-right",
        (false, true) => "hidden text-left lg:table-cell",
        (true, true) => "hidden text-right lg:table-cell",
    }
}

/// A table that scrolls sideways when it must, or whose rows become cards on phones.
#[component]
pub fn Table(
    /// What it lists, for screen readers.
    #[prop(into)]
    label: String,
    /// Its columns.
    columns: Vec<Column>,
    /// Rows become cards on phones; give every `Td` its `label`.
    #[prop(optional)]
    cards: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let head = columns
        .into_iter()
        .map(|column| {
            let Column { label, hidden_label, number, wide_only, sort } = column;
            let sorted = sort.as_ref().and_then(|(_, now)| *now);
            let words = match sort {
                _ if hidden_label => view! { <span class="sr-only">{label}</span> }.into_any(),
                None => label.into_any(),
                Some((href, now)) => view! {
                    <a href=href class="inline-flex items-center gap-1 rounded-sm hover:text-ink">
                        {label}
                        {now.map(|now| view! {
                            <Icon icon=if now == Sorted::Up { Icon::ArrowUp } else { Icon::ArrowDown } class="size-3"/>
                        })}
                    </a>
                }
                .into_any(),
            };
            view! {
                <th
                    scope="col"
                    class=format!("whitespace-nowrap px-3 py-2 first:pl-4 last:pr-4 text-xs font-medium text-ink-3 {}", cell_class(number, wide_only))
                    aria-sort=sorted.map(|s| if s == Sorted::Up { "ascending" } else { "descending" })
                >
                    {words}
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="relative w-full overflow-x-auto" class:table-cards=cards>
            <table role="table" aria-label=label class="w-full border-collapse text-sm">
                <thead role="rowgroup" class="border-b border-line">
                    <tr role="row">{head}</tr>
                </thead>
                <tbody role="rowgroup" class="divide-y divide-line">{children()}</tbody>
            </table>
        </div>
    }
}

/// One row.
#[component]
pub fn Tr(
    /// Marked as chosen.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// Its cells.
    children: Children,
) -> impl IntoView {
    view! {
        <tr
            role="row"
            class="group/row relative transition-colors duration-75 hover:bg-surface-2 has-[a:focus-visible]:bg-surface-2"
            class:bg-accent-soft=move || selected.get()
            aria-selected=move || selected.get().then_some("true")
        >
            {children()}
        </tr>
    }
}

/// One cell.
#[component]
pub fn Td(
    /// The name of its column, shown when rows are cards.
    #[prop(optional, into)]
    label: Option<String>,
    /// Numbers stand right.
    #[prop(optional)]
    number: bool,
    /// Left out below 1024 px, as its column.
    #[prop(optional)]
    wide_only: bool,
    /// Holds its own buttons, above the link of the row.
    #[prop(optional)]
    on_top: bool,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    let above = if on_top { "relative z-1" } else { "" };
    view! {
        <td
            role="cell"
            class=format!("px-3 py-2.5 align-middle first:pl-4 last:pr-4 text-ink-2 first:text-ink {} {above}", cell_class(number, wide_only))
            data-label=label
        >
            {children()}
        </td>
    }
}

/// The link of a row: the whole row can be clicked, the words are what is read out.
#[component]
pub fn RowLink(
    /// Where to.
    #[prop(into)]
    href: String,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class="inline-block min-w-24 max-w-[40ch] rounded-sm font-medium text-ink [overflow-wrap:anywhere] after:absolute after:inset-0 after:content-[''] group-hover/row:text-accent-text">
            {children()}
        </a>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_table_always_has_a_head_and_a_body() {
        let html = Owner::new().with(|| {
            view! {
                <Table label="Agents" columns=vec![Column::new("Name"), Column::new("Cost").number()]>
                    <Tr>
                        <Td label="Name">"Mia"</Td>
                        <Td label="Cost" number=true>"$1.00"</Td>
                    </Tr>
                </Table>
            }
            .into_any()
            .to_html()
        });
        let order = ["<table", "<thead", "<tr", "<th", "</thead>", "<tbody", "<tr", "<td", "</tbody>", "</table>"];
        let mut rest = html.as_str();
        for part in order {
            let at = rest.find(part).unwrap_or_else(|| panic!("{part} is missing in {html}"));
            rest = &rest[at..];
        }
        assert!(html.contains(r#"aria-label="Agents""#) && html.contains(r#"data-label="Cost""#), "{html}");
    }
}
