//! A person outside: who they are, how they are reached, and what they agreed to.

mod import;

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::{AgentId, ImportId, LeadId};
use crate::phone::Phone;
use crate::problem::Problems;
use crate::text::{self, Email};

pub use import::{consent_of, guess_mapping};

closed_list! {
    /// Where a lead stands.
    pub enum LeadStatus {
        /// Not reached yet.
        New = "new",
        /// We wrote.
        Contacted = "contacted",
        /// They answered.
        Replied = "replied",
        /// They asked us to stop. Nothing is ever sent again.
        OptedOut = "opted_out",
    }
}

impl LeadStatus {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Contacted => "Contacted",
            Self::Replied => "Replied",
            Self::OptedOut => "Opted out",
        }
    }
}

/// What an operator or a client sends to make or change a lead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct LeadDraft {
    /// The person's name; may be empty for somebody who wrote first.
    pub name: String,
    /// Phone number as typed; kept in E.164.
    pub phone: Option<String>,
    /// E-mail as typed; kept in lower case.
    pub email: Option<String>,
    /// Company.
    pub company: String,
    /// What they do there: the job title.
    pub title: String,
    /// The trade they are in.
    pub industry: String,
    /// Town or region, free text.
    pub location: String,
    /// Where the lead came from.
    pub source: String,
    /// Whether the person agreed to be contacted.
    pub consent: bool,
    /// When they agreed; the time of saving when consent is given without it.
    pub consent_at: Option<DateTime<Utc>>,
    /// Where they agreed: a form, a fair, a call.
    pub consent_source: String,
    /// The agent that answers this lead.
    pub assigned_agent: Option<AgentId>,
    /// Anything else.
    pub notes: String,
}

/// A draft whose fields were read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedLead {
    /// See [`LeadDraft`].
    pub name: String,
    /// In E.164 form.
    pub phone: Option<Phone>,
    /// In lower case.
    pub email: Option<Email>,
    /// See [`LeadDraft`].
    pub company: String,
    /// See [`LeadDraft`].
    pub title: String,
    /// See [`LeadDraft`].
    pub industry: String,
    /// See [`LeadDraft`].
    pub location: String,
    /// See [`LeadDraft`].
    pub source: String,
    /// See [`LeadDraft`].
    pub consent: bool,
    /// See [`LeadDraft`].
    pub consent_at: Option<DateTime<Utc>>,
    /// See [`LeadDraft`].
    pub consent_source: String,
    /// See [`LeadDraft`].
    pub assigned_agent: Option<AgentId>,
    /// See [`LeadDraft`].
    pub notes: String,
}

impl LeadDraft {
    /// Reads every field, or says what is wrong with each. A lead needs a phone number or an e-mail address.
    pub fn checked(&self) -> Result<CheckedLead, Problems> {
        let mut problems = Problems::none();
        let filled =
            |value: &Option<String>| value.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let phone = filled(&self.phone).and_then(|t| problems.take("phone", Phone::typed(&t, 1)));
        let email = filled(&self.email).and_then(|t| problems.take("email", Email::parse(&t)));
        let checked = CheckedLead {
            name: text::optional(&mut problems, "name", &self.name, 120),
            company: text::optional(&mut problems, "company", &self.company, 120),
            title: text::optional(&mut problems, "title", &self.title, 120),
            industry: text::optional(&mut problems, "industry", &self.industry, 120),
            location: text::optional(&mut problems, "location", &self.location, 120),
            source: text::optional(&mut problems, "source", &self.source, 120),
            consent: self.consent,
            consent_at: self.consent_at,
            consent_source: text::optional(&mut problems, "consent_source", &self.consent_source, 120),
            assigned_agent: self.assigned_agent,
            notes: text::long(&mut problems, "notes", &self.notes, 5_000),
            phone,
            email,
        };
        // Other years, such as -262143, are no dates to Postgres.
        if checked.consent_at.is_some_and(|at| !(1900..=9999).contains(&at.year())) {
            problems.add("consent_at", "Give the day of the consent with a year from 1900 to 9999.");
        }
        if problems.is_empty() && checked.phone.is_none() && checked.email.is_none() {
            problems.add("phone", "Give a phone number or an e-mail address: without one nobody can be reached.");
        }
        problems.into_result().map(|()| checked)
    }
}

/// A lead as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// See [`LeadDraft`].
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
    /// Lower case.
    pub email: Option<String>,
    /// See [`LeadDraft`].
    pub company: String,
    /// See [`LeadDraft`].
    #[serde(default)]
    pub title: String,
    /// See [`LeadDraft`].
    #[serde(default)]
    pub industry: String,
    /// See [`LeadDraft`].
    pub location: String,
    /// See [`LeadDraft`].
    pub source: String,
    /// See [`LeadDraft`].
    pub notes: String,
    /// Where they stand.
    pub status: LeadStatus,
    /// Whether they agreed to be contacted.
    pub consent: bool,
    /// When they agreed.
    pub consent_at: Option<DateTime<Utc>>,
    /// Where they agreed.
    pub consent_source: String,
    /// The agent that answers this lead.
    pub assigned_agent: Option<AgentId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Lead {
    /// What to call them: the name, else the phone number, else the address.
    pub fn title(&self) -> &str {
        if !self.name.is_empty() {
            return &self.name;
        }
        self.phone.as_deref().or(self.email.as_deref()).unwrap_or("Unknown")
    }

    /// What an editor begins with.
    pub fn draft(&self) -> LeadDraft {
        LeadDraft {
            name: self.name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            company: self.company.clone(),
            title: self.title.clone(),
            industry: self.industry.clone(),
            location: self.location.clone(),
            source: self.source.clone(),
            consent: self.consent,
            consent_at: self.consent_at,
            consent_source: self.consent_source.clone(),
            assigned_agent: self.assigned_agent,
            notes: self.notes.clone(),
        }
    }
}

/// What became of a bulk request or an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// Leads that were made.
    pub created: i64,
    /// Rows that were left out: duplicates and rows with problems.
    pub skipped: i64,
    /// All rows.
    pub total: i64,
    /// Why rows were left out; at most the first 500.
    pub problems: Vec<RowProblem>,
}

/// What there is to say about one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowProblem {
    /// The row's number, from 1, without the heading.
    pub row: i64,
    /// The field, or `row` for the whole.
    pub field: String,
    /// A whole sentence: what is wrong.
    pub message: String,
    /// Whether the row became no lead because of it.
    #[serde(default)]
    pub left_out: bool,
}

closed_list! {
    /// How far an import got.
    pub enum ImportStatus {
        /// Stored, not begun.
        Queued = "queued",
        /// Being read.
        Running = "running",
        /// Finished; the report is complete.
        Done = "done",
        /// Could not be read at all.
        Failed = "failed",
    }
}

/// Which column of a file holds which field: `(field, column number from 0)`. Beside the columns it may say `("country_code", 49)`:
/// the calling code of numbers that are written without one.
pub type ColumnMapping = Vec<(String, u32)>;

/// The word of a mapping that names no column but the calling code of numbers without one; without it they are of the US.
pub const COUNTRY_CODE: &str = "country_code";

/// The fields a CSV column may be mapped to (spec LED-03, with e-mail's company).
pub const IMPORT_FIELDS: &[&str] = &[
    "name",
    "first_name",
    "last_name",
    "phone",
    "email",
    "company",
    "title",
    "industry",
    "location",
    "source",
    "consent",
    "assigned_agent",
    "notes",
];

/// One CSV import and its report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file's name as uploaded.
    pub file_name: String,
    /// How far it got.
    pub status: ImportStatus,
    /// Rows read so far.
    pub processed: i64,
    /// The report so far.
    #[serde(flatten)]
    pub result: BulkResult,
    /// Why it failed, when it did.
    pub error: Option<String>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// A file before it is taken in.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The first row.
    pub heading: Vec<String>,
    /// Which column would hold which field.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub mapping: ColumnMapping,
    /// The first five rows, as many cells as the heading has.
    pub rows: Vec<Vec<String>>,
    /// The numbers of these rows, from 1 without the heading.
    #[serde(default)]
    pub numbers: Vec<i64>,
    /// All rows.
    pub total: i64,
    /// Rows that can become leads as it is mapped now, if nobody with the same number or address is known yet.
    #[serde(default)]
    pub good: i64,
    /// What there is to say about rows, as the report would; at most the first 100.
    #[serde(default)]
    pub marks: Vec<RowProblem>,
    /// What keeps it from being taken in as it is mapped now.
    pub problems: Problems,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_needs_a_way_to_be_reached_and_says_what_is_wrong() {
        let fields =
            |draft: LeadDraft| draft.checked().err().map(|p| p.0.into_iter().map(|p| p.field).collect::<Vec<_>>());
        let phone = |t: &str| LeadDraft { phone: Some(t.into()), ..LeadDraft::default() };
        assert_eq!(fields(phone("+1 415 555 0123")), None);
        assert_eq!(fields(LeadDraft::default()), Some(vec!["phone".into()]));
        assert_eq!(fields(phone(" ")), Some(vec!["phone".into()]));
        assert_eq!(
            fields(LeadDraft { email: Some("nope".into()), ..phone("12") }),
            Some(vec!["phone".into(), "email".into()])
        );
        let consent_at = Some(DateTime::<Utc>::MIN_UTC);
        assert_eq!(fields(LeadDraft { consent_at, ..phone("+14155550123") }), Some(vec!["consent_at".into()]));
        assert_eq!(fields(LeadDraft { name: "x".repeat(121), ..phone("+14155550123") }), Some(vec!["name".into()]));
    }
}
