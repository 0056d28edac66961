//! How requests are read: who asks, JSON, queries and paths, each with an error in our own shape.

use std::borrow::Cow;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::problem::Problems;
use engine::Cx;
use serde::de::DeserializeOwned;

use super::ApiError;

/// The engine acting for whoever asks, by token or by session cookie (the guard looked). 401 for nobody.
pub struct ApiCx(pub Cx);

impl ApiCx {
    /// The engine acting for whoever asks, for extractors that have to know it first.
    pub fn of(parts: &Parts) -> Result<Cx, ApiError> {
        parts.extensions.get::<Cx>().cloned().ok_or_else(ApiError::signed_out)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiCx {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::of(parts).map(Self)
    }
}

/// A JSON body. 400 for what is no JSON, 422 with the field for what does not fit, 413 for too much, 415 for another type.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Json::<T>::from_request(mended(request, state).await?, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                let text = innermost(&error);
                let problems = Problems::one(field_of(&text), sentence(&text));
                Err(ApiError::invalid(StatusCode::UNPROCESSABLE_ENTITY, problems))
            }
            Err(JsonRejection::JsonSyntaxError(error)) => {
                let text = format!("The body is not valid JSON: {}.", innermost(&error));
                Err(ApiError::invalid(StatusCode::BAD_REQUEST, Problems::one("body", text)))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media_type",
                "Send JSON with the header `Content-Type: application/json`.",
            )),
            Err(other) if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
            Err(other) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "invalid",
                format!("The body could not be read: {}.", other.body_text()),
            )),
        }
    }
}

/// The request with half an emoji in its JSON made a sign that says so: it spoils one character, not the request.
async fn mended<S: Send + Sync>(request: Request, state: &S) -> Result<Request, ApiError> {
    let (parts, body) = request.into_parts();
    let read = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
    let bytes = read.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid",
            format!("The body could not be read: {}.", error.body_text()),
        ),
    })?;
    let whole = match domain::json::mended(&bytes) {
        Cow::Borrowed(_) => bytes.clone(),
        Cow::Owned(whole) => whole.into(),
    };
    Ok(Request::from_parts(parts, Body::from(whole)))
}

/// What to say of a body over the limit.
pub fn too_large() -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request is larger than this address takes.")
}

/// A query string. 400 with what is wrong.
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                let text = innermost(&error);
                Err(ApiError::invalid(StatusCode::BAD_REQUEST, Problems::one(field_of(&text), sentence(&text))))
            }
            Err(other) => Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid", other.body_text())),
        }
    }
}

/// A part of the path, such as an id. What is no id of the wanted kind does not exist: 404.
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        read.map(|Path(value)| Self(value)).map_err(|_| engine::Error::NotFound.into())
    }
}

/// The cause at the bottom: serde's own words, without the layers around them.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut at = error;
    while let Some(next) = at.source() {
        at = next;
    }
    at.to_string()
}

/// The field that serde's words name, if they name one: "missing field `name`", "name: invalid type …".
fn field_of(text: &str) -> String {
    if let Some((_, rest)) = text.split_once("field `")
        && let Some((name, _)) = rest.split_once('`')
    {
        return name.to_owned();
    }
    match text.split_once(": ") {
        Some((path, _)) if !path.contains(' ') => path.to_owned(),
        _ => "body".to_owned(),
    }
}

fn sentence(text: &str) -> String {
    // The position in the text helps nobody who sent the text from a program.
    let text = text.split(" at line ").next().unwrap_or(text);
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}
