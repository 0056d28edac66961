//! What a lead agreed to: whether, when and where, and the record of every change.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;

use super::api::ConsentLine;
use super::drawer::EditingLead;
use crate::ui::{Card, Field, Icon, Switch, TextInput, When};

/// A day as a date field writes it, at noon: the same day almost everywhere.
fn day(text: &str) -> Option<DateTime<Utc>> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(noon).and_utc())
}

/// The consent of one lead.
#[component]
pub fn ConsentCard(
    /// What is being edited.
    editing: EditingLead,
    /// The record, newest first.
    consents: Vec<ConsentLine>,
    /// Whether they asked us to stop: then only they can change it.
    opted_out: bool,
) -> impl IntoView {
    let given = Signal::derive(move || editing.draft.with(|d| d.consent));
    let when = Signal::derive(move || {
        editing.draft.with(|d| d.consent_at).map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
    });
    let problem = editing.problem("consent");
    view! {
        <Card title="Consent" subtitle="US numbers are messaged only with consent.">
            <div class="flex flex-col gap-4">
                <Switch
                    label="Agreed to be contacted"
                    checked=given
                    disabled={opted_out}
                    on_change=move |on: bool| editing.draft.update(|d| {
                        d.consent = on;
                        d.consent_at = None;
                    })
                />
                {move || problem.get().map(|text| view! { <p class="text-xs text-bad" role="alert">{text}</p> })}
                <Show when=move || given.get()>
                    <div class="grid gap-4 sm:grid-cols-2">
                        <Field id="lead-consent-at" label="When" hint="Empty: today">
                            <TextInput
                                kind="date"
                                value=when
                                on_change=move |text: String| editing.draft.update(|d| d.consent_at = day(&text))
                            />
                        </Field>
                        <Field
                            id="lead-consent-source" label="Where" hint="A form, a fair, a call"
                            problem=editing.problem("consent_source")
                        >
                            <TextInput
                                value=editing.text(|d| &d.consent_source)
                                on_input=editing.set_text(|d, text| d.consent_source = text)
                            />
                        </Field>
                    </div>
                </Show>
                {(!consents.is_empty()).then(|| view! { <ConsentHistory consents/> })}
            </div>
        </Card>
    }
}

/// The record of changes.
#[component]
pub fn ConsentHistory(
    /// The record, newest first.
    consents: Vec<ConsentLine>,
) -> impl IntoView {
    let line = |c: ConsentLine| {
        let (icon, word, colour) =
            if c.granted { (Icon::Check, "Given", "text-good") } else { (Icon::X, "Taken back", "text-bad") };
        let by = if c.recorded_by.is_empty() { String::new() } else { format!(", written down by {}", c.recorded_by) };
        view! {
            <li class="flex items-start gap-2 text-xs text-ink-2">
                <span class=format!("mt-0.5 {colour}")><Icon icon=icon class="size-3.5"/></span>
                <span class="min-w-0">
                    <span class="font-medium text-ink">{word}</span>
                    " · "
                    <When at=c.at/>
                    <span class="block break-words text-ink-3">{format!("{}{by}", c.source)}</span>
                </span>
            </li>
        }
    };
    view! {
        <ul class="flex flex-col gap-2 border-t border-line pt-3" aria-label="Record of consents">
            {consents.into_iter().map(line).collect_view()}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_is_read_and_nonsense_is_none() {
        assert_eq!(day("2026-11-02").map(|d| d.to_rfc3339()), Some("2026-11-02T12:00:00+00:00".into()));
        assert_eq!(day(""), None);
        assert_eq!(day("2026-02-30"), None);
    }
}
