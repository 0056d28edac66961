//! `/leads/import`: choose a file, say what its columns are, take it in. With `?id=imp_…` the address names an import and shows its report.

use domain::lead::{Import, ImportPreview, RowProblem};
use domain::problem::Problems;
use leptos::ev::DragEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::mapping::{FirstRows, MappingTable, check, fields_of, mapping_of};
use super::report::{ProblemTable, Report};
use super::upload::{Chosen, dropped, picked, send, slot};
use crate::error::AppError;
use crate::session::use_me;
use crate::shell::PageHead;
use crate::ui::{Banner, Button, Card, ErrorCard, Icon, Spinner, Tone, Variant};

/// `/leads/import`
#[component]
pub fn ImportPage() -> impl IntoView {
    let query = use_query_map();
    let id = Memo::new(move |_| query.with(|q| q.get("id")).filter(|id| !id.is_empty()));
    view! {
        <PageHead title="Import leads" subtitle="From a CSV file, as every spreadsheet can write it." back=("Leads", "/leads")/>
        {move || match id.get() {
            Some(id) => view! { <Report id/> }.into_any(),
            None => view! { <Wizard/> }.into_any(),
        }}
    }
}

/// From the file to the start of its import.
#[component]
fn Wizard() -> impl IntoView {
    let file = slot();
    let preview = RwSignal::new(None::<ImportPreview>);
    let fields = RwSignal::new(Vec::<String>::new());
    let country = RwSignal::new(1u32);
    // How many rows are good and what there is to say about them, as it is mapped now.
    let judged = RwSignal::new(None::<(i64, Vec<RowProblem>)>);
    let asked = StoredValue::new((Vec::<String>::new(), 1u32));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let name = RwSignal::new(String::new());
    let navigate = StoredValue::new(use_navigate());

    let look = move |chosen: Option<Chosen>| {
        let Some(chosen) = chosen else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        name.set(chosen.name.clone());
        file.set_value(Some(chosen.clone()));
        spawn_local(async move {
            match send::<ImportPreview>("/api/leads/import/preview", chosen, None).await {
                Ok(seen) => {
                    let guessed = fields_of(&seen.mapping, seen.heading.len());
                    asked.set_value((guessed.clone(), 1));
                    country.set(1);
                    fields.set(guessed);
                    judged.set(Some((seen.good, seen.marks.clone())));
                    preview.set(Some(seen));
                }
                Err(error) => {
                    preview.set(None);
                    failure.set(Some(error));
                }
            }
            busy.set(false);
        });
    };
    // Another choice is judged by the server: it reads every row the way the import will.
    Effect::new(move |_| {
        let now = (fields.get(), country.get());
        if asked.with_value(|asked| *asked == now) || !check(&now.0).is_empty() {
            return;
        }
        let Some(chosen) = file.get_value() else { return };
        asked.set_value(now.clone());
        judged.set(None);
        spawn_local(async move {
            let mapping = mapping_of(&now.0, now.1);
            let seen = send::<ImportPreview>("/api/leads/import/preview", chosen, Some(mapping)).await;
            // Another choice may have been made meanwhile, or the page left.
            let is_current = asked.try_with_value(|asked| *asked == now) == Some(true);
            if let (Ok(seen), true) = (seen, is_current) {
                judged.set(Some((seen.good, seen.marks)));
            }
        });
    });
    let begin = move || {
        let Some(chosen) = file.get_value() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let mapping = fields.with_untracked(|f| mapping_of(f, country.get_untracked()));
        spawn_local(async move {
            let begun = send::<Import>("/api/leads/import", chosen, Some(mapping)).await;
            busy.set(false);
            match begun {
                // Whoever left meanwhile stays where they went.
                Ok(import) => {
                    let href = format!("/leads/import?id={}", import.id);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    let _ = navigate.try_with_value(|go| go(&href, options));
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <div class="flex flex-col gap-4">
            <DropZone busy name on_file=move |chosen| look(chosen)/>
            {move || failure.get().map(|error| view! { <Failure error/> })}
            {move || preview.get().map(|seen| view! { <Mapped seen fields country judged busy on_import=move |()| begin()/> })}
        </div>
    }
}

/// Why a file was refused: its problems in a list, or the error.
#[component]
fn Failure(error: AppError) -> impl IntoView {
    let problems = error.problems();
    if problems.is_empty() {
        return view! { <ErrorCard error=error/> }.into_any();
    }
    view! { <Banner tone=Tone::Bad title="This file cannot be taken in"><ProblemLines problems/></Banner> }.into_any()
}

#[component]
fn ProblemLines(problems: Problems) -> impl IntoView {
    view! { <ul>{problems.0.into_iter().map(|p| view! { <li>{p.message}</li> }).collect_view()}</ul> }
}

/// Where a file is dropped or chosen.
#[component]
fn DropZone(
    busy: RwSignal<bool>,
    name: RwSignal<String>,
    #[prop(into)] on_file: Callback<Option<Chosen>>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let may_write = use_me().may_write();
    if !may_write {
        return view! { <Banner tone=Tone::Info>"Your role may look at leads, not bring new ones in. Ask an owner or admin."</Banner> }.into_any();
    }
    view! {
        <label
            class="relative flex cursor-pointer flex-col items-center gap-2 rounded-lg border-2 border-dashed border-line-strong bg-surface \
                px-6 py-10 text-center transition-colors hover:border-accent has-focus-visible:border-accent has-focus-visible:bg-accent-soft"
            class:border-accent=move || over.get()
            class:bg-accent-soft=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: DragEvent| {
                over.set(false);
                on_file.run(dropped(&event));
            }
        >
            <input
                type="file"
                accept=".csv,.tsv,.txt,text/csv"
                class="sr-only"
                aria-label="CSV file"
                on:change=move |event| on_file.run(picked(&event))
            />
            <span class="text-accent-text">
                {move || if busy.get() { view! { <Spinner class="size-6"/> }.into_any() } else { view! { <Icon icon=Icon::Upload class="size-6"/> }.into_any() }}
            </span>
            <span class="text-sm font-medium text-ink">
                {move || name.with(|n| if n.is_empty() { "Drop a CSV file here, or choose one".to_owned() } else { n.clone() })}
            </span>
            <span class="text-xs text-ink-3">
                "Up to 32 MB and 200,000 rows. A heading row such as: name, phone, email, location, source, consent, assigned_agent, notes"
            </span>
        </label>
    }
    .into_any()
}

/// The columns, the first rows, and the button.
#[component]
fn Mapped(
    seen: ImportPreview,
    fields: RwSignal<Vec<String>>,
    country: RwSignal<u32>,
    judged: RwSignal<Option<(i64, Vec<RowProblem>)>>,
    busy: RwSignal<bool>,
    #[prop(into)] on_import: Callback<()>,
) -> impl IntoView {
    // What is wrong with the mapping is asked anew with every choice; what is wrong with the file stays.
    let file_problems: Problems = Problems(seen.problems.0.iter().filter(|p| p.field != "mapping").cloned().collect());
    let problems = Signal::derive(move || {
        let mut problems = file_problems.clone();
        problems.0.extend(fields.with(|f| check(f)).0);
        problems
    });
    let total = seen.total;
    let marks = Signal::derive(move || judged.with(|j| j.as_ref().map(|(_, marks)| marks.clone()).unwrap_or_default()));
    let good = Signal::derive(move || judged.with(|j| j.as_ref().map_or(total, |(good, _)| *good)));
    view! {
        <MappingTable preview=seen.clone() fields country/>
        <FirstRows preview=seen fields marks/>
        {move || {
            let marks = marks.get();
            (!marks.is_empty()).then(|| view! { <ProblemTable problems=marks/> })
        }}
        {move || {
            let problems = problems.get();
            (!problems.is_empty()).then(|| view! { <Banner tone=Tone::Warn><ProblemLines problems/></Banner> })
        }}
        <Card>
            <div class="flex flex-wrap items-center justify-between gap-3">
                <p class="text-sm text-ink-2">"People whose number or address is known already are left out and named in the report."</p>
                <Button
                    variant=Variant::Primary
                    icon=Icon::Upload
                    busy=busy
                    disabled=Signal::derive(move || problems.with(|p| !p.is_empty()) || good.get() == 0)
                    on_click=move |_| on_import.run(())
                >
                    {move || match (good.get(), total) {
                        (good, total) if good != total => format!("Import {good} of {total} rows"),
                        (1, _) => "Import 1 row".to_owned(),
                        (good, _) => format!("Import {good} rows"),
                    }}
                </Button>
            </div>
        </Card>
    }
}
