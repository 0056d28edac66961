//! Errors as OpenAI's clients read them: `{"error": {message, type, param, code}}` with the statuses that their retries depend on.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Timelike, Utc};
use serde_json::{Value, json};

/// An error on its way out.
#[derive(Debug)]
pub struct V1Error {
    status: u16,
    body: Result<Value, Vec<u8>>,
    after: Option<u64>,
    may_retry: Option<bool>,
}

impl V1Error {
    /// An error with OpenAI's words for its kind.
    pub fn new(status: u16, kind: &str, code: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        let body = json!({ "error": { "message": message, "type": kind, "param": null, "code": code } });
        Self { status, body: Ok(body), after: None, may_retry: None }
    }

    /// No key, or none that fits.
    pub fn unauthorised(message: &str) -> Self {
        Self::new(401, "invalid_request_error", "invalid_api_key", message)
    }

    /// A field is wrong.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        let mut error = Self::new(400, "invalid_request_error", "invalid_value", message);
        if let Ok(body) = &mut error.body {
            body["error"]["param"] = json!(name);
        }
        error
    }

    /// A field is not of its type.
    pub fn not_as(name: &str, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or(&text);
        Self::field(name, format!("`{name}` is not what it should be: {text}."))
    }

    /// Nobody has a model of that name.
    pub fn no_model(name: &str) -> Self {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        let message = format!("The model `{name}` does not exist here. GET /v1/models lists those that do.");
        Self::new(404, "invalid_request_error", "model_not_found", message)
    }

    /// The body is larger than we take.
    pub fn too_large() -> Self {
        Self::new(413, "invalid_request_error", "request_too_large", "The request is larger than this server takes.")
    }

    /// Why a call may not be made.
    pub fn denied(denied: engine::gateway::Denied, now: DateTime<Utc>) -> Self {
        use engine::gateway::Denied as D;
        match denied {
            D::Exhausted(scope) => {
                let message =
                    format!("Today's budget of the {scope} does not allow this call. An owner or admin can raise it.");
                let error = Self::new(429, "insufficient_quota", "insufficient_quota", message);
                // Worth no try of its own accord: there is money again when the day of the budgets, a UTC day, is over.
                let of_day = u64::from(now.num_seconds_from_midnight());
                Self { may_retry: Some(false), after: Some(86_400_u64.saturating_sub(of_day).max(1)), ..error }
            }
            D::Unpriced(unpriced) => {
                let message = format!("{} GET /v1/models says which models are priced.", unpriced.sentence());
                let mut error = Self::new(400, "invalid_request_error", "model_not_priced", message);
                if let Ok(body) = &mut error.body {
                    body["error"]["param"] = json!("model");
                }
                Self { may_retry: Some(false), ..error }
            }
            D::Busy => {
                let error =
                    Self::new(503, "server_error", "overloaded", "Too many calls at once. Try again in a moment.");
                Self { after: Some(1), ..error }
            }
            D::Failed(error) => error.into(),
        }
    }

    /// Why no model answered. What a provider says about a request that is wrong is passed on as it is.
    pub fn refused(refused: llm::Refused) -> Self {
        use llm::Error as E;
        let message = refused.error.to_string();
        match refused.error {
            E::Stop { status: Some(status), .. } if !refused.body.is_empty() && is_about_the_request(status) => {
                Self { status, body: Err(refused.body), after: None, may_retry: Some(false) }
            }
            E::Stop { status, .. } => {
                let (status, kind, code) = match status {
                    Some(404) => (404, "invalid_request_error", "model_not_found"),
                    Some(413) => (413, "invalid_request_error", "request_too_large"),
                    Some(status) if is_about_the_request(status) => {
                        (status, "invalid_request_error", "invalid_request")
                    }
                    Some(402 | 429) => (429, "insufficient_quota", "insufficient_quota"),
                    _ => (502, "server_error", "upstream_error"),
                };
                Self { may_retry: Some(false), ..Self::new(status, kind, code, message) }
            }
            E::Retry { status, after, .. } => {
                let error = match status {
                    Some(429) => Self::new(429, "requests", "rate_limit_exceeded", message),
                    _ => Self::new(503, "server_error", "upstream_unavailable", message),
                };
                Self { after: after.map(|wait| wait.as_secs().max(1)), ..error }
            }
            E::Timeout => Self::new(504, "server_error", "upstream_timeout", message),
            E::Cut | E::Malformed { .. } => Self::new(502, "server_error", "upstream_error", message),
            E::Key { .. } | E::NotConfigured { .. } => {
                Self { may_retry: Some(false), ..Self::new(502, "server_error", "upstream_not_configured", message) }
            }
        }
    }

    /// The same as an event of a stream that has begun.
    pub fn event(error: &llm::Error) -> String {
        let body = json!({ "error": { "message": error.to_string(), "type": "server_error", "param": null, "code": error.word() } });
        format!("data: {body}\n\n")
    }
}

/// Whether a provider's status says that the request is wrong: its sender can mend that, so it is told.
const fn is_about_the_request(status: u16) -> bool {
    matches!(status, 400 | 404 | 413 | 415 | 422)
}

impl From<engine::Error> for V1Error {
    fn from(error: engine::Error) -> Self {
        let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
        tracing::error!(%reference, %error, "a gateway request failed");
        let message = format!("Something went wrong on our side. If it stays, quote the reference {reference}.");
        Self::new(500, "server_error", "internal", message)
    }
}

impl IntoResponse for V1Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.body {
            Ok(body) => (status, Json(body)).into_response(),
            Err(body) => (status, [(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response(),
        };
        let headers = response.headers_mut();
        if let Some(after) = self.after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
        }
        if let Some(may) = self.may_retry {
            headers.insert("x-should-retry", HeaderValue::from_static(if may { "true" } else { "false" }));
        }
        response
    }
}
