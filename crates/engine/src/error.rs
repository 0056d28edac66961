//! What can go wrong with a request, by what the one who asked can do about it. Failures that belong to the business (a blocked
//! send, a failed turn) are rows, not errors.

use domain::access::Right;
use domain::problem::Problems;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this workspace.
    #[error("This does not exist, or is not in this workspace.")]
    NotFound,
    /// The actor's role lacks the right.
    #[error("Your role does not allow this (it needs the right to {0}). Ask an owner or admin of the workspace.")]
    Forbidden(Right),
    /// Nobody is signed in, or the address and password do not fit.
    #[error("{0}")]
    Unauthorised(String),
    /// Fields are wrong.
    #[error("{0}")]
    Invalid(Problems),
    /// The state of things does not allow it, or somebody else was quicker.
    #[error("{0}")]
    Conflict(String),
    /// Asked too often.
    #[error("Too many attempts. Try again in {after_secs} seconds.")]
    TooMany {
        /// How long to wait.
        after_secs: u32,
    },
    /// A provider said no.
    #[error("{0}")]
    Refused(String),
    /// Ours to mend. The text is for the log only.
    #[error("internal error: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// What every function here gives.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// One wrong field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(Problems::one(field, message))
    }

    /// Ours to mend.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<db::Error> for Error {
    /// Named constraints become field errors; the rest is ours to mend.
    fn from(error: db::Error) -> Self {
        match db::broken_constraint(&error) {
            Some("agents_name_unique") => Self::field("name", "Another agent has this name already."),
            Some("agent_tests_name_unique") => Self::field("name", "Another test of this agent has this name already."),
            Some("agent_actions_name_unique") => {
                Self::field("name", "Another webhook of this agent has this name already.")
            }
            Some("templates_name_unique") => {
                Self::field("name", "Another template of this channel has this name already.")
            }
            Some("budgets_target_once") => Self::field("scope", "This has a budget already. Change that one."),
            Some("person_at_work") => Self::Conflict(
                "An import, an answer or a send is under way that this person may be part of. Try again in a minute."
                    .into(),
            ),
            Some("users_email_unique") => Self::field("email", "Somebody has an account with this address already."),
            Some("lead_identifiers_value_unique") => {
                Self::field("phone", "Another lead has this phone number or e-mail address already.")
            }
            Some("sender_numbers_once") => {
                Self::field("number", "Another workspace uses this number for this channel.")
            }
            _ => Self::Internal(Box::new(error)),
        }
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}
