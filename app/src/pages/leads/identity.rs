//! Who a lead is, how they are reached, and who answers them.

use domain::id::AgentId;
use leptos::prelude::*;

use super::drawer::EditingLead;
use crate::ui::{Choice, Field, Select, TextArea, TextInput};

/// A text that may be missing altogether.
fn filled(text: String) -> Option<String> {
    Some(text).filter(|t| !t.is_empty())
}

/// The fields of a person.
#[component]
pub fn Identity(
    /// What is being edited.
    editing: EditingLead,
    /// Every agent: id and name.
    agents: Vec<(AgentId, String)>,
) -> impl IntoView {
    let choices: Vec<Choice> = agents.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    let agent =
        Signal::derive(move || editing.draft.with(|d| d.assigned_agent).map(|id| id.to_string()).unwrap_or_default());
    view! {
        <Field id="lead-name" label="Name" problem=editing.problem("name")>
            <TextInput value=editing.text(|d| &d.name) on_input=editing.set_text(|d, text| d.name = text)/>
        </Field>
        <div class="grid gap-4 sm:grid-cols-2">
            <Field id="lead-phone" label="Phone" hint="With country code, such as +14155550123" problem=editing.problem("phone")>
                <TextInput
                    kind="tel"
                    value=editing.text(|d| d.phone.as_deref().unwrap_or_default())
                    on_input=editing.set_text(|d, text| d.phone = filled(text))
                />
            </Field>
            <Field id="lead-email" label="E-mail" problem=editing.problem("email")>
                <TextInput
                    kind="email"
                    value=editing.text(|d| d.email.as_deref().unwrap_or_default())
                    on_input=editing.set_text(|d, text| d.email = filled(text))
                />
            </Field>
            <Field id="lead-company" label="Company" optional=true problem=editing.problem("company")>
                <TextInput value=editing.text(|d| &d.company) on_input=editing.set_text(|d, text| d.company = text)/>
            </Field>
            <Field id="lead-title" label="Job title" optional=true problem=editing.problem("title")>
                <TextInput value=editing.text(|d| &d.title) on_input=editing.set_text(|d, text| d.title = text)/>
            </Field>
            <Field id="lead-industry" label="Industry" optional=true problem=editing.problem("industry")>
                <TextInput value=editing.text(|d| &d.industry) on_input=editing.set_text(|d, text| d.industry = text)/>
            </Field>
            <Field id="lead-location" label="Location" optional=true problem=editing.problem("location")>
                <TextInput value=editing.text(|d| &d.location) on_input=editing.set_text(|d, text| d.location = text)/>
            </Field>
            <Field id="lead-source" label="Source" optional=true problem=editing.problem("source")>
                <TextInput value=editing.text(|d| &d.source) on_input=editing.set_text(|d, text| d.source = text)/>
            </Field>
            <Field id="lead-agent" label="Agent" optional=true problem=editing.problem("assigned_agent")>
                <Select
                    value=agent
                    options=choices
                    placeholder="Nobody in particular"
                    on_change=move |text: String| editing.draft.update(|d| d.assigned_agent = text.parse().ok())
                />
            </Field>
        </div>
        <Field id="lead-notes" label="Notes" optional=true problem=editing.problem("notes")>
            <TextArea rows=3 value=editing.text(|d| &d.notes) on_input=editing.set_text(|d, text| d.notes = text)/>
        </Field>
    }
}
