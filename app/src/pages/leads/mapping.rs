//! Which column of a file becomes which field: one choice per column, and the first rows as they would come in.

use domain::lead::{ColumnMapping, IMPORT_FIELDS, ImportPreview, consent_word};
use domain::problem::Problems;
use leptos::prelude::*;

use crate::ui::{Card, Choice, Column, Select, Table, Td, Tr};

/// A field's name for people.
pub fn field_label(field: &str) -> &'static str {
    match field {
        "name" => "Name",
        "phone" => "Phone",
        "email" => "E-mail",
        "company" => "Company",
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
    let field = |i: usize| mapping.iter().find(|(_, c)| usize::try_from(*c) == Ok(i)).map(|(f, _)| f.clone());
    (0..columns).map(|i| field(i).unwrap_or_default()).collect()
}

/// The mapping that these choices make.
pub fn mapping_of(fields: &[String]) -> ColumnMapping {
    (0..).zip(fields).filter(|(_, field)| !field.is_empty()).map(|(i, field)| (field.clone(), i)).collect()
}

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
) -> impl IntoView {
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
) -> impl IntoView {
    let table = move || {
        let shown: Vec<(usize, &'static str)> = fields.with(|chosen| {
            IMPORT_FIELDS.iter().filter_map(|f| chosen.iter().position(|c| c == f).map(|i| (i, *f))).collect()
        });
        let columns = shown.iter().map(|(_, field)| Column::new(field_label(field))).collect::<Vec<_>>();
        let row = |row: &Vec<String>| {
            let cell = |(i, field): &(usize, &'static str)| {
                let cell = row.get(*i).cloned().unwrap_or_default();
                let text = match *field {
                    "consent" => if consent_word(&cell) { "Yes" } else { "No" }.to_owned(),
                    _ => cell,
                };
                view! { <Td label=field_label(field)>{text}</Td> }.into_any()
            };
            let cells: Vec<AnyView> = shown.iter().map(cell).collect();
            view! { <Tr>{cells}</Tr> }.into_any()
        };
        let rows: Vec<AnyView> = preview.rows.iter().map(row).collect();
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
        assert_eq!(mapping_of(&fields), mapping);
    }

    #[test]
    fn a_way_to_reach_people_is_needed_and_no_field_twice() {
        let check = |fields: &[&str]| check(&fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>()).0.len();
        assert_eq!(check(&["name", "email", ""]), 0);
        assert_eq!(check(&["name", ""]), 1);
        assert_eq!(check(&["phone", "phone", ""]), 1);
    }
}
