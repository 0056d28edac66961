//! How far an import is, and what became of every row.

use domain::lead::{Import, ImportStatus, RowProblem};
use leptos::prelude::*;

use super::api::find_import;
use super::mapping::field_label;
use super::upload::save_as;
use crate::live::use_live;
use crate::ui::{
    Badge, Banner, Button, Card, Column, Icon, LinkButton, Loaded, Progress, Size, Stat, Table, Td, Tone, Tr, Variant,
};

/// The report of the import with this id; follows it until it is done.
#[component]
pub fn Report(
    /// The id.
    id: String,
) -> impl IntoView {
    let live = use_live("leads");
    let import = Resource::new(move || (id.clone(), live.get()), |(id, _)| find_import(id));
    view! {
        <Loaded resource=import steady=true let:import>
            {match import.status {
                ImportStatus::Queued | ImportStatus::Running => view! { <Under import/> }.into_any(),
                ImportStatus::Done => view! { <Done import/> }.into_any(),
                ImportStatus::Failed => view! {
                    <Banner tone=Tone::Bad title="The file could not be read">{import.error}</Banner>
                    <div class="mt-4"><LinkButton href="/leads/import">"Try another file"</LinkButton></div>
                }
                .into_any(),
            }}
        </Loaded>
    }
}

/// While it goes on.
#[component]
fn Under(import: Import) -> impl IntoView {
    let (processed, total) = (import.processed, import.result.total);
    view! {
        <Card title=format!("Taking in {}", import.file_name) subtitle="You can leave this page; it goes on by itself.">
            <div class="flex flex-col gap-2">
                <Progress done=Signal::stored(processed) of=Signal::stored(total) label="Rows read"/>
                <p class="text-sm text-ink-2 tabular-nums" role="status">
                    {format!("{processed} of {total} rows read, {} leads so far", import.result.created)}
                </p>
            </div>
        </Card>
    }
}

/// When it is over.
#[component]
fn Done(import: Import) -> impl IntoView {
    let result = import.result;
    let headline = match result.created {
        1 => "1 lead created".to_owned(),
        n => format!("{n} leads created"),
    };
    let tone = if result.created > 0 { Tone::Good } else { Tone::Warn };
    view! {
        <div class="flex flex-col gap-4">
            <Banner tone=tone title=headline>{format!("From {}.", import.file_name)}</Banner>
            <div class="grid gap-3 sm:grid-cols-3">
                <Stat label="Created" value=result.created.to_string()/>
                <Stat label="Left out" value=result.skipped.to_string()/>
                <Stat label="Rows in the file" value=result.total.to_string()/>
            </div>
            <div class="flex flex-wrap gap-2">
                <LinkButton href="/leads" variant=Variant::Primary icon=Icon::Users>"Show the leads"</LinkButton>
                <LinkButton href="/leads/import" icon=Icon::Upload>"Another file"</LinkButton>
            </div>
            {(!result.problems.is_empty()).then(|| view! { <ProblemTable problems=result.problems/> })}
        </div>
    }
}

/// What there is to say about rows, before and after they are taken in.
#[component]
pub fn ProblemTable(
    /// What there is to say.
    problems: Vec<RowProblem>,
) -> impl IntoView {
    let csv = StoredValue::new(report_csv(&problems));
    let columns =
        vec![Column::new("Row").number(), Column::new("Field"), Column::new("What is wrong"), Column::new("Became")];
    let subtitle = if problems.len() == 500 {
        "The first 500. Row 1 is the one below the heading."
    } else {
        "Row 1 is the one below the heading."
    };
    let row = |p: RowProblem| {
        view! {
            <Tr>
                <Td label="Row" number=true>{if p.row == 0 { "all".to_owned() } else { p.row.to_string() }}</Td>
                <Td label="Field">{field_label(&p.field)}</Td>
                <Td label="What is wrong">{p.message}</Td>
                <Td label="Became">{if p.row == 0 { ().into_any() } else if p.left_out { view! { <Badge tone=Tone::Bad>"Left out"</Badge> }.into_any() } else { view! { <Badge tone=Tone::Good>"A lead"</Badge> }.into_any() }}</Td>
            </Tr>
        }
    };
    view! {
        <Card
            title="Rows to look at"
            subtitle=subtitle
            flush=true
            actions=move || view! {
                <Button size=Size::Small icon=Icon::Download on_click=move |_| csv.with_value(|csv| save_as("import-report.csv", csv))>
                    "Download as CSV"
                </Button>
            }
        >
            <Table label="Rows to look at" columns=columns>{problems.into_iter().map(row).collect_view()}</Table>
        </Card>
    }
}

/// The report as a file for the spreadsheet that the list came from.
fn report_csv(problems: &[RowProblem]) -> String {
    let mut out = String::from("row,field,left_out,problem\r\n");
    for p in problems {
        let left_out = if p.left_out { "yes" } else { "no" };
        out.push_str(&format!("{},{},{left_out},\"{}\"\r\n", p.row, p.field, p.message.replace('"', "\"\"")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_survives_quotes() {
        let problem = RowProblem {
            row: 2,
            field: "assigned_agent".into(),
            message: "no agent called \"Mia, Jr\"".into(),
            left_out: false,
        };
        assert_eq!(
            report_csv(&[problem]),
            "row,field,left_out,problem\r\n2,assigned_agent,no,\"no agent called \"\"Mia, Jr\"\"\"\r\n"
        );
    }
}
