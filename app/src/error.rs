//! The only error that a browser ever sees. It mirrors `engine::Error` for the wire, with a short reference in place of internals.

use domain::problem::Problems;
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppError {
    /// There is no such thing in this workspace.
    NotFound,
    /// The role lacks the right.
    Forbidden {
        /// Which right is missing and who can grant it.
        message: String,
    },
    /// Nobody is signed in any more.
    SignedOut,
    /// Fields are wrong.
    Invalid {
        /// Which, and why.
        problems: Problems,
    },
    /// The state of things does not allow it.
    Conflict {
        /// Why, and what to do.
        message: String,
    },
    /// A provider said no, or asked too often.
    Refused {
        /// Why, and what to do.
        message: String,
    },
    /// Ours to mend; the log has the details under this reference.
    Internal {
        /// What to quote when asking for help.
        reference: String,
    },
    /// The server could not be reached or answered nonsense.
    Network {
        /// What the browser said.
        message: String,
    },
}

impl AppError {
    /// A word for the kind, for choosing what to show.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::SignedOut => "signed_out",
            Self::Invalid { .. } => "invalid",
            Self::Conflict { .. } => "conflict",
            Self::Refused { .. } => "refused",
            Self::Internal { .. } => "internal",
            Self::Network { .. } => "network",
        }
    }

    /// The problems of fields, if that is what is wrong.
    pub fn problems(&self) -> Problems {
        match self {
            Self::Invalid { problems } => problems.clone(),
            _ => Problems::none(),
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("This does not exist, or is not in this workspace."),
            Self::SignedOut => f.write_str("You were signed out. Sign in again to go on."),
            Self::Forbidden { message } | Self::Conflict { message } | Self::Refused { message } => {
                f.write_str(message)
            }
            Self::Invalid { problems } => write!(f, "{problems}"),
            Self::Internal { reference } => {
                write!(f, "Something went wrong on our side. Try again; if it stays, quote reference {reference}.")
            }
            Self::Network { .. } => f.write_str("The server could not be reached. Check the connection and try again."),
        }
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::Refused { message: "The request could not be read. Reload the page and try again.".into() }
            }
            other => Self::Network { message: other.to_string() },
        }
    }
}

#[cfg(feature = "ssr")]
impl From<engine::Error> for AppError {
    /// Also sets the status of the answer, and logs what is ours to mend, once, under its reference.
    fn from(error: engine::Error) -> Self {
        use engine::Error as E;
        use http::StatusCode as S;
        let (status, error) = match error {
            E::NotFound => (S::NOT_FOUND, Self::NotFound),
            E::Forbidden(_) => (S::FORBIDDEN, Self::Forbidden { message: error.to_string() }),
            E::Unauthorised(_) => (S::UNAUTHORIZED, Self::SignedOut),
            E::Invalid(problems) => (S::UNPROCESSABLE_ENTITY, Self::Invalid { problems }),
            E::Conflict(message) => (S::CONFLICT, Self::Conflict { message }),
            E::TooMany { .. } => (S::TOO_MANY_REQUESTS, Self::Refused { message: error.to_string() }),
            E::Refused(message) => (S::BAD_GATEWAY, Self::Refused { message }),
            E::Internal(cause) => {
                let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
                tracing::error!(%reference, error = %cause, "a page's request failed");
                (S::INTERNAL_SERVER_ERROR, Self::Internal { reference })
            }
        };
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(status);
        }
        error
    }
}

#[cfg(feature = "ssr")]
impl From<db::Error> for AppError {
    fn from(error: db::Error) -> Self {
        engine::Error::from(error).into()
    }
}
