//! The only error that a browser ever sees. It mirrors `engine::Error` for the wire, with a short reference in place of internals.

use domain::problem::Problems;
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
#[cfg(feature = "ssr")]
use leptos::server_fn::{Bytes, Encodes};
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
    /// The request makes no sense to the server.
    Malformed {
        /// What to do.
        message: String,
    },
    /// Asked too often.
    TooMany {
        /// How long to wait.
        message: String,
    },
    /// A provider said no.
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
            Self::Malformed { .. } => "malformed",
            Self::TooMany { .. } => "too_many",
            Self::Refused { .. } => "refused",
            Self::Internal { .. } => "internal",
            Self::Network { .. } => "network",
        }
    }

    /// The status of an answer that carries this.
    #[cfg(feature = "ssr")]
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode as S;
        match self {
            Self::NotFound => S::NOT_FOUND,
            Self::Forbidden { .. } => S::FORBIDDEN,
            Self::SignedOut => S::UNAUTHORIZED,
            Self::Invalid { .. } => S::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => S::CONFLICT,
            Self::Malformed { .. } => S::BAD_REQUEST,
            Self::TooMany { .. } => S::TOO_MANY_REQUESTS,
            Self::Refused { .. } => S::BAD_GATEWAY,
            Self::Internal { .. } | Self::Network { .. } => S::INTERNAL_SERVER_ERROR,
        }
    }

    /// The answer that is being made gets the status of this error.
    #[cfg(feature = "ssr")]
    pub fn set_status(&self) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(self.status());
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
            Self::Forbidden { message }
            | Self::Conflict { message }
            | Self::Malformed { message }
            | Self::TooMany { message }
            | Self::Refused { message } => f.write_str(message),
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
                Self::Malformed { message: "The request could not be read. Reload the page and try again.".into() }
            }
            other => Self::Network { message: other.to_string() },
        }
    }

    /// Every error of a server function comes by here on its way out, wherever it was made: so its status is set here.
    #[cfg(feature = "ssr")]
    fn ser(&self) -> Bytes {
        self.set_status();
        // Text and lists of texts always become JSON.
        JsonEncoding::encode(self).unwrap_or_default()
    }
}

#[cfg(feature = "ssr")]
impl From<engine::Error> for AppError {
    /// Also sets the status of the page that is being made, and logs what is ours to mend, once, under its reference.
    fn from(error: engine::Error) -> Self {
        use engine::Error as E;
        let error = match error {
            E::NotFound => Self::NotFound,
            E::Forbidden(_) => Self::Forbidden { message: error.to_string() },
            E::Unauthorised(_) => Self::SignedOut,
            E::Invalid(problems) => Self::Invalid { problems },
            E::Conflict(message) => Self::Conflict { message },
            E::TooMany { .. } => Self::TooMany { message: error.to_string() },
            E::Refused(message) => Self::Refused { message },
            E::Internal(cause) => {
                let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
                tracing::error!(%reference, error = %cause, "a page's request failed");
                Self::Internal { reference }
            }
        };
        error.set_status();
        error
    }
}

#[cfg(feature = "ssr")]
impl From<db::Error> for AppError {
    fn from(error: db::Error) -> Self {
        engine::Error::from(error).into()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::{Owner, provide_context};

    use super::*;

    #[test]
    fn the_status_follows_from_the_error_wherever_it_was_made() {
        let message = || "x".to_owned();
        let malformed = AppError::from_server_fn_error(ServerFnErrorErr::Args("no".into()));
        for (error, status) in [
            (AppError::NotFound, 404),
            (AppError::Forbidden { message: message() }, 403),
            (AppError::SignedOut, 401),
            (AppError::Invalid { problems: Problems::none() }, 422),
            (AppError::Conflict { message: message() }, 409),
            (malformed, 400),
            (engine::Error::TooMany { after_secs: 3 }.into(), 429),
            (AppError::Refused { message: message() }, 502),
            (AppError::Internal { reference: message() }, 500),
        ] {
            Owner::new().with(|| {
                let options = leptos_axum::ResponseOptions::default();
                provide_context(options.clone());
                assert_eq!(AppError::de(error.ser()), error);
                let set = options.0.read().unwrap().status.map(|s| s.as_u16());
                assert_eq!(set, Some(status), "{error:?}");
            });
        }
    }
}
