//! How errors look over HTTP. The only place that turns `engine::Error` into a status.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// A word for the kind: `invalid`, `not_found`, `unauthorised` …
    pub code: &'static str,
    /// A whole sentence.
    pub message: String,
    /// The fields that are wrong, if that is what is wrong.
    pub problems: Vec<Problem>,
    /// What to quote when asking for help, for errors on our side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// An error on its way out.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: ErrorDetail,
    retry_after: Option<u32>,
}

impl ApiError {
    /// An error without field problems.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let detail = ErrorDetail { code, message: message.into(), problems: vec![], reference: None };
        Self { status, detail, retry_after: None }
    }

    /// The same with the seconds after which to try again.
    pub fn after(mut self, secs: u32) -> Self {
        self.retry_after = Some(secs);
        self
    }

    /// Wrong fields under a status of choice: 400 for what could not be read, 422 for what was read and is wrong.
    pub fn invalid(status: StatusCode, problems: Problems) -> Self {
        let mut error = Self::new(status, "invalid", problems.to_string());
        error.detail.problems = problems.0;
        error
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "Sign in first: send a token from POST /api/auth/login.")
    }
}

impl From<engine::Error> for ApiError {
    fn from(error: engine::Error) -> Self {
        use engine::Error as E;
        let message = error.to_string();
        match error {
            E::NotFound => Self::new(StatusCode::NOT_FOUND, "not_found", message),
            E::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", message),
            E::Unauthorised(_) => Self::new(StatusCode::UNAUTHORIZED, "unauthorised", message),
            E::Invalid(problems) => Self::invalid(StatusCode::UNPROCESSABLE_ENTITY, problems),
            E::Conflict(_) => Self::new(StatusCode::CONFLICT, "conflict", message),
            E::TooMany { after_secs } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message).after(after_secs)
            }
            E::Refused(_) => Self::new(StatusCode::BAD_GATEWAY, "refused", message),
            E::Internal(cause) => {
                let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
                tracing::error!(%reference, error = %cause, "an API request failed");
                let sentence = "Something went wrong on our side. Try again; if it stays, quote the reference.";
                let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", sentence);
                error.detail.reference = Some(reference);
                error
            }
        }
    }
}

impl From<db::Error> for ApiError {
    fn from(error: db::Error) -> Self {
        engine::Error::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ErrorBody { error: self.detail })).into_response();
        if let Some(secs) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}
