//! Which column of a file becomes which field: one choice per column, and the first rows as they would come in.

use domain::lead::{COUNTRY_CODE, ColumnMapping, IMPORT_FIELDS, ImportPreview, RowProblem, consent_of};
use domain::problem::Problems;
use leptos::prelude::*;

use crate::ui::{Card, Choice, Column, Select, Table, Td, Tr};

/// A field's name for people.
pub fn field_label(field: &str) -> &'static str {
    match field {
        "file" => "File",
        "name" => "Name",
        "first_name" => "First name",
        "last_name" => "Last name",
        "phone" => "Phone",
        "email" => "E-mail",
        "company" => "Company",
        "title" => "Job title",
        "industry" => "Industry",
        "location" => "Location",
        "source" => "Source",
        "consent" => "Consent",
        "assigned_agent" => "Agent",
        "notes" => "Notes",
        _ => "Row",
    }
}

/// The field of each column, empty for none, from a mapping.
pub fn fields_of(mapping: &ColumnMapping, columns: usize) -> Vec<String> {
    let field = |i: usize| {
        let here = |(f, c): &&(String, u32)| f != COUNTRY_CODE && usize::try_from(*c) == Ok(i);
        mapping.iter().find(here).map(|(f, _)| f.clone())
    };
    (0..columns).map(|i| field(i).unwrap_or_default()).collect()
}

/// The mapping that these choices make, with the calling code of numbers that have none.
pub fn mapping_of(fields: &[String], country: u32) -> ColumnMapping {
    let columns = (0..).zip(fields).filter(|(_, field)| !field.is_empty()).map(|(i, field)| (field.clone(), i));
    columns.chain((country != 1).then(|| (COUNTRY_CODE.to_owned(), country))).collect()
}

/// The countries that numbers without a calling code may be of.
const COUNTRIES: &[(u32, &str)] = &[
    (1, "United States, Canada (+1)"),
    (61, "Australia (+61)"),
    (43, "Austria (+43)"),
    (32, "Belgium (+32)"),
    (55, "Brazil (+55)"),
    (33, "France (+33)"),
    (49, "Germany (+49)"),
    (91, "India (+91)"),
    (353, "Ireland (+353)"),
    (39, "Italy (+39)"),
    (52, "Mexico (+52)"),
    (31, "Netherlands (+31)"),
    (48, "Poland (+48)"),
    (34, "Spain (+34)"),
    (46, "Sweden (+46)"),
    (41, "Switzerland (+41)"),
    (44, "United Kingdom (+44)"),
];

/// What keeps these choices from being used; the server asks the same.
pub fn check(fields: &[String]) -> Problems {
    let mut problems = Problems::none();
    for field in IMPORT_FIELDS {
        if fields.iter().filter(|f| f == field).count() > 1 {
            problems.add("mapping", format!("Two columns are chosen as {}. Keep one.", field_label(field)));
        }
    }
    if !fields.iter().any(|f| f == "phone" || f == "email") {
        problems.add("mapping", "Choose the column that holds the phone number, or the one with the e-mail address.");
    }
    problems
}

/// One choice per column.
#[component]
pub fn MappingTable(
    /// The file as it was seen.
    preview: ImportPreview,
    /// The field of each column.
    fields: RwSignal<Vec<String>>,
    /// The calling code of numbers that have none.
    country: RwSignal<u32>,
) -> impl IntoView {
    let countries: Vec<Choice> = COUNTRIES.iter().map(|(code, name)| Choice::new(code.to_string(), *name)).collect();
    let choices: Vec<Choice> = std::iter::once(Choice::new("", "Leave out"))
        .chain(IMPORT_FIELDS.iter().map(|f| Choice::new(*f, field_label(f))))
        .collect();
    let (heading, first) = (preview.heading, preview.rows);
    let row = |(i, title): (usize, String)| {
        let choices = choices.clone();
        let examples: Vec<String> =
            first.iter().filter_map(|row| row.get(i).cloned()).filter(|c| !c.is_empty()).take(2).collect();
        let chosen = Signal::derive(move || fields.with(|f| f.get(i).cloned().unwrap_or_default()));
        let title = if title.is_empty() { format!("Column {}", i + 1) } else { title };
        let label = format!("What {title} becomes");
        view! {
            <Tr>
                <Td label="In your file"><span class="font-medium text-ink">{title}</span></Td>
                <Td label="Examples" wide_only=true><span class="text-ink-2">{examples.join(" · ")}</span></Td>
                <Td label="Becomes">
                    <Select
                        label=label
                        value=chosen
                        options=choices
                        on_change=move |field: String| fields.update(|f| {
                            if let Some(slot) = f.get_mut(i) {
                                *slot = field;
                            }
                        })
                    />
                </Td>
            </Tr>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = heading.into_iter().enumerate().map(row).collect();
    let columns = vec![Column::new("In your file"), Column::new("Examples").wide_only(), Column::new("Becomes")];
    view! {
        <Card title="Columns" subtitle="Say what each column is. We guessed from the heading." flush=true>
            <Table label="Columns" columns=columns>{rows}</Table>
            <div class="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-3">
                <p class="text-sm text-ink-2">"Numbers without + or 00 are from"</p>
                <Select
                    label="Country of numbers without +"
                    value=Signal::derive(move || country.get().to_string())
                    options=countries
                    on_change=move |code: String| country.set(code.parse().unwrap_or(1))
                />
            </div>
        </Card>
    }
}

/// The first rows as they would come in.
#[component]
pub fn FirstRows(
    /// The file as it was seen.
    preview: ImportPreview,
    /// The field of each column.
    fields: RwSignal<Vec<String>>,
    /// What there is to say about rows.
    marks: Signal<Vec<RowProblem>>,
) -> impl IntoView {
    let table = move || {
        let shown: Vec<(usize, &'static str)> = fields.with(|chosen| {
            IMPORT_FIELDS.iter().filter_map(|f| chosen.iter().position(|c| c == f).map(|i| (i, *f))).collect()
        });
        let columns = shown
            .iter()
            .map(|(_, field)| Column::new(field_label(field)))
            .chain([Column::new("To look at")])
            .collect::<Vec<_>>();
        let row = |(number, row): (Option<i64>, &Vec<String>)| {
            let cell = |(i, field): &(usize, &'static str)| {
                let cell = row.get(*i).cloned().unwrap_or_default();
                let text = match *field {
                    "consent" => match consent_of(&cell) {
                        Some(true) => "Yes".to_owned(),
                        Some(false) => "No".to_owned(),
                        None => format!("No (\"{cell}\")"),
                    },
                    _ => cell,
                };
                view! { <Td label=field_label(field)>{text}</Td> }.into_any()
            };
            let mut cells: Vec<AnyView> = shown.iter().map(cell).collect();
            let said = marks.with(|marks| {
                let of_row = marks.iter().filter(|mark| Some(mark.row) == number);
                of_row.map(|mark| mark.message.clone()).collect::<Vec<_>>().join(" ")
            });
            cells.push(view! { <Td label="To look at"><span class="text-xs text-warn">{said}</span></Td> }.into_any());
            view! { <Tr>{cells}</Tr> }.into_any()
        };
        let rows: Vec<AnyView> = preview
            .numbers
            .iter()
            .copied()
            .map(Some)
            .chain(std::iter::repeat(None))
            .zip(&preview.rows)
            .map(row)
            .collect();
        view! { <Table label="First rows" columns=columns cards=true>{rows}</Table> }
    };
    view! { <Card title="First rows" subtitle="As they will come in." flush=true>{table}</Card> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_and_mapping_are_two_forms_of_one_thing() {
        let mapping = vec![("name".to_owned(), 0), ("phone".to_owned(), 2)];
        let fields = fields_of(&mapping, 3);
        assert_eq!(fields, ["name", "", "phone"]);
        assert_eq!(mapping_of(&fields, 1), mapping);
        let german = mapping_of(&fields, 49);
        assert_eq!(german.last(), Some(&(COUNTRY_CODE.to_owned(), 49)));
        assert_eq!(fields_of(&german, 50), fields_of(&mapping, 50), "the calling code is no column");
    }

    #[test]
    fn a_way_to_reach_people_is_needed_and_no_field_twice() {
        let check = |fields: &[&str]| check(&fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>()).0.len();
        assert_eq!(check(&["name", "email", ""]), 0);
        assert_eq!(check(&["name", ""]), 1);
        assert_eq!(check(&["phone", "phone", ""]), 1);
    }
}
