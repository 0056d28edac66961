//! Who may speak to the MCP server: a key that opens it, under a name that is ours, and no page of another site.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::api_key::KeyScope;
use engine::api_keys;
use engine::{Engine, Error};
use serde_json::json;

use super::shape::{self, NOT_TAKEN, WRONG_PARAMETERS};
use crate::guard::is_our_name;

/// JSON-RPC's word for a fault of ours.
const OURS: i32 = -32_603;
/// The one kind of body.
const JSON: &[u8] = b"application/json";

/// The middleware: lets a request in with the [`engine::Cx`] of its key.
pub async fn door(State(engine): State<Engine>, mut request: Request, next: Next) -> Response {
    if let Err(why) = at_home(request.uri(), request.headers(), &engine.parts().settings.public_url) {
        return refusal(StatusCode::FORBIDDEN, NOT_TAKEN, why);
    }
    match key(&engine, request.headers()).await {
        Ok(key) => {
            request.extensions_mut().insert(key.identity.cx(&engine));
            match well_formed(request).await {
                Ok(request) => next.run(request).await,
                Err(refusal) => refusal,
            }
        }
        Err(refusal) => refusal,
    }
}

/// A request that takes any kind of answer takes ours (RFC 9110, 12.5.1), and what its message lacks is said in JSON-RPC's own numbers.
async fn well_formed(mut request: Request) -> Result<Request, Response> {
    let accepts = request.headers().get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    let mut kinds = accepts.flat_map(|v| v.split(',')).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if !request.headers().contains_key(header::ACCEPT) || kinds.any(|kind| kind == "*/*") {
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    }
    let says_json = request.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(JSON));
    if request.method() != Method::POST || !says_json {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, super::LARGEST).await else {
        let why = format!("The message is larger than {} KiB, or did not come whole.", super::LARGEST / 1024);
        return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, NOT_TAKEN, &why));
    };
    match shape::check(&body) {
        Ok(()) => Ok(Request::from_parts(parts, Body::from(body))),
        // A question with wrong parameters gets its answer; what is no question is refused.
        Err(fault) => {
            let status = if fault.code == WRONG_PARAMETERS { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            Err(answer(status, &fault.id, fault.code, &fault.why))
        }
    }
}

/// A name that is not ours is refused, and so is a page of another site.
fn at_home(uri: &Uri, headers: &HeaderMap, public_url: &str) -> Result<(), &'static str> {
    if !is_our_name(uri, headers, public_url) {
        return Err("This server does not go by that host name. Ask it under its public address.");
    }
    let asked = headers.get(header::HOST).and_then(|v| v.to_str().ok()).or(uri.authority().map(Authority::as_str));
    let asked = asked.unwrap_or_default();
    match headers.get(header::ORIGIN).map(HeaderValue::to_str) {
        None => Ok(()),
        Some(Ok(origin)) if origin == public_url || origin.split_once("://").is_some_and(|(_, rest)| rest == asked) => {
            Ok(())
        }
        Some(_) => Err("This request came from another site and was refused."),
    }
}

/// The key of a request, if it opens the MCP server.
async fn key(engine: &Engine, headers: &HeaderMap) -> Result<std::sync::Arc<api_keys::Key>, Response> {
    let value = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let token = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")).unwrap_or_default().trim();
    if token.is_empty() {
        return Err(unauthorised("Send a key of this server as `Authorization: Bearer ao_…`."));
    }
    match api_keys::by_token(engine, token, KeyScope::Mcp).await {
        Ok(Some(key)) => return Ok(key),
        Ok(None) => {}
        Err(error) => return Err(failed(&error)),
    }
    // The key was looked up just now; asking what else it opens costs nothing.
    for scope in [KeyScope::Api, KeyScope::Gateway] {
        match api_keys::by_token(engine, token, scope).await {
            Ok(Some(_)) => {
                let why = "This key does not open the MCP server. Make one that does, under Settings.";
                return Err(refusal(StatusCode::FORBIDDEN, NOT_TAKEN, why));
            }
            Ok(None) => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    Err(unauthorised("This is no key of this server, or it was revoked."))
}

fn unauthorised(why: &str) -> Response {
    let mut response = refusal(StatusCode::UNAUTHORIZED, NOT_TAKEN, why);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn failed(error: &Error) -> Response {
    tracing::error!(%error, "a key could not be looked up");
    refusal(StatusCode::INTERNAL_SERVER_ERROR, OURS, "Something went wrong on our side. Try again.")
}

/// An error that belongs to no request yet: it has no id.
fn refusal(status: StatusCode, code: i32, why: &str) -> Response {
    answer(status, &serde_json::Value::Null, code, why)
}

fn answer(status: StatusCode, id: &serde_json::Value, code: i32, why: &str) -> Response {
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": why } });
    (status, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).expect("a host"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).expect("an origin"));
        }
        at_home(&Uri::from_static("/mcp"), &headers, "https://outreach.example").is_ok()
    }

    #[test]
    fn only_our_own_names_are_answered() {
        for host in
            ["outreach.example", "Outreach.Example:443", "localhost:3000", "127.0.0.1", "[::1]:3000", "10.0.0.8"]
        {
            assert!(is_taken(host, None), "{host}");
        }
        for host in ["evil.example", "outreach.example.evil.example", "127.0.0.1.evil.example", "", "localhost.evil"] {
            assert!(!is_taken(host, None), "{host}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        assert!(is_taken("localhost:3000", Some("http://localhost:3000")));
        assert!(is_taken("10.0.0.8", Some("https://outreach.example")), "behind a proxy");
        for origin in ["https://evil.example", "null", "http://localhost:3001", "http://localhost:3000.evil.example"] {
            assert!(!is_taken("localhost:3000", Some(origin)), "{origin}");
        }
    }
}
