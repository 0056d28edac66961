//! What stands before every request: who asks, where from, and the security headers of the answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use app::backend::CspNonce;
use app::error::AppError;
use app::session::Me;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use domain::api_key::KeyScope;
use engine::access::{self, Identity};
use engine::api_keys;
use engine::{Cx, Engine};
use rand::RngCore;

use crate::api::ApiError;

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "outreach_session";

/// What the guard needs to know.
#[derive(Clone)]
pub struct Guard {
    /// The engine, for looking sessions up.
    pub engine: Engine,
    /// Whether no real model is configured.
    pub scripted: bool,
    /// Whether `X-Forwarded-For` is a proxy's word.
    pub trust_proxy: bool,
    /// The phone as pages see it, when the network is the emulator.
    pub phone: Option<Arc<dyn app::backend::PhoneLine>>,
}

/// The middleware itself.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut bytes = [0_u8; 18];
    rand::rng().fill_bytes(&mut bytes);
    let nonce = base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes);
    let public_url = &guard.engine.parts().settings.public_url;
    let is_https = public_url.starts_with("https://");
    let with_headers = |response, path: &str, nonce: &str| with_headers(response, path, nonce, is_https);
    if let Err(refusal) = same_origin(&request, &path, public_url) {
        return with_headers(refusal.into_response(), &path, &nonce);
    }
    if !guard.trust_proxy && !takes_any_name(&path) && !is_our_name(request.uri(), request.headers(), public_url) {
        let why = "This server does not go by that host name. Ask it under its public address.";
        let refusal = ApiError::new(StatusCode::MISDIRECTED_REQUEST, "foreign_host", why);
        return with_headers(refusal.into_response(), &path, &nonce);
    }
    let caller = Caller::of(&request, guard.trust_proxy);
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(CspNonce(nonce.clone()));
    if let Some(phone) = &guard.phone {
        request.extensions_mut().insert(phone.clone());
    }

    if wants_identity(&path) {
        match identify(&guard.engine, &path, request.headers()).await {
            Ok(Some(identity)) => {
                let cx: Cx = identity.cx(&guard.engine);
                let who = &identity.who;
                let me = Me {
                    name: who.name.clone(),
                    email: who.email.clone(),
                    role: who.role.to_string(),
                    workspace_name: who.workspace_name.clone(),
                    emulator: guard.engine.parts().settings.emulator,
                    scripted: guard.scripted,
                };
                request.extensions_mut().insert(cx);
                request.extensions_mut().insert(me);
            }
            Ok(None) if is_page(&path) && path != "/sign-in" => {
                let at = request.uri().path_and_query().map_or("/", |p| p.as_str());
                let query = url_encode(at);
                let address = if at == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={query}") };
                return with_headers(Redirect::to(&address).into_response(), &path, &nonce);
            }
            Ok(None) if path == "/live" => {
                return with_headers(StatusCode::UNAUTHORIZED.into_response(), &path, &nonce);
            }
            // Every server function wants somebody; strangers are refused before their body is read.
            Ok(None) if path.starts_with("/fn/") => {
                let refusal = (StatusCode::UNAUTHORIZED, Json(AppError::SignedOut)).into_response();
                return with_headers(refusal, &path, &nonce);
            }
            Ok(None) => {}
            Err(error) => return with_headers(ApiError::from(error).into_response(), &path, &nonce),
        }
    }
    with_headers(next.run(request).await, &path, &nonce)
}

/// Probes ask under any name, and what is signed says by itself for whom it is. A proxy in front decides for itself which names lead here.
fn takes_any_name(path: &str) -> bool {
    path == "/health"
        || path.starts_with("/api/health")
        || path.starts_with("/api/v1/health")
        || path.ends_with("/webhooks/receive")
}

/// Whether a request asks for a name that is ours: somebody else's, pointed at us, would get a page of theirs around the walls of a browser.
/// An address in numbers cannot be pointed elsewhere.
pub(crate) fn is_our_name(uri: &Uri, headers: &HeaderMap, public_url: &str) -> bool {
    let asked = headers.get(header::HOST).and_then(|v| v.to_str().ok()).or(uri.authority().map(Authority::as_str));
    let name = |authority: &str| authority.parse::<Authority>().ok().map(|a| a.host().to_ascii_lowercase());
    let ours = public_url.split_once("://").and_then(|(_, rest)| name(rest));
    name(asked.unwrap_or_default()).is_some_and(|host| {
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || number.is_ok() || Some(&host) == ours.as_ref()
    })
}

/// Where a request comes from, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller(pub Option<IpAddr>);

impl Caller {
    /// The other end of the connection, or what a trusted proxy wrote down last: everything before that may be the caller's invention.
    fn of(request: &Request, trust_proxy: bool) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let mut lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let told = lines.next_back().and_then(|line| line.rsplit(',').next()).and_then(address);
        Self(told.filter(|_| trust_proxy).or(peer))
    }
}

/// An address as proxies write it: bare, in brackets, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// Files, hooks and the emulator have nothing to do with sessions.
fn wants_identity(path: &str) -> bool {
    !(path.starts_with("/pkg/")
        || path.starts_with("/emulator/")
        || path == "/api/webhooks/receive"
        || path == "/health"
        || path == "/mcp"
        || path == "/build"
        || path == "/faults"
        || path.starts_with("/v1/")
        || is_file(path))
}

/// Files lie at the root or in `pkg`. Deeper down a dot may stand in anything that a person types into an address.
fn is_file(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|name| !name.contains('/') && name.contains('.'))
}

fn is_page(path: &str) -> bool {
    !(path.starts_with("/api/") || path.starts_with("/fn/") || path == "/live" || path == "/sign-out")
}

/// A token first, a cookie else.
pub(crate) async fn identify(engine: &Engine, path: &str, headers: &HeaderMap) -> engine::Result<Option<Identity>> {
    if let Some(value) = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) {
        return match value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")) {
            // A key is for the API only: pages and what they ask belong to people.
            Some(token) if api_keys::is_key(token.trim()) => {
                let key = match path.starts_with("/api/") {
                    true => api_keys::by_token(engine, token.trim(), KeyScope::Api).await?,
                    false => None,
                };
                Ok(key.map(|key| key.identity.clone()))
            }
            Some(token) => access::by_token(engine, token.trim()).await,
            None => Ok(None),
        };
    }
    match session_cookie(headers) {
        Some(token) => access::by_session(engine, &token).await,
        None => Ok(None),
    }
}

/// The value of the session cookie.
pub fn session_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// A change that a browser sends from another site is refused: cookies travel along with those, tokens do not. Our own site is the
/// address that was asked (which HTTP/2 has in the URI), and the public one, since proxies may put another name into the request.
fn same_origin(request: &Request, path: &str, public_url: &str) -> Result<(), ApiError> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    if safe
        || path == "/api/webhooks/receive"
        || path.starts_with("/emulator/")
        || headers.contains_key(header::AUTHORIZATION)
    {
        return Ok(());
    }
    let word = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let authority = request.uri().authority().map(|a| a.as_str());
    let host = word(header::HOST).or(authority).unwrap_or_default();
    let foreign = match word(header::ORIGIN) {
        Some(origin) => origin != public_url && origin.split_once("://").map(|(_, rest)| rest) != Some(host),
        None => headers.get("sec-fetch-site").is_some_and(|v| v != "same-origin" && v != "none"),
    };
    if foreign {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "This request came from another site and was refused.",
        ));
    }
    Ok(())
}

fn with_headers(mut response: Response, path: &str, nonce: &str, is_https: bool) -> Response {
    let docs = path.starts_with("/api/docs");
    let scripts = if docs { String::new() } else { format!(" 'nonce-{nonce}' 'wasm-unsafe-eval'") };
    let styles = if docs { " 'unsafe-inline'" } else { "" };
    let policy = format!(
        "default-src 'self'; script-src 'self'{scripts}; style-src 'self'{styles}; style-src-attr 'unsafe-inline'; img-src 'self' data:; media-src 'self' data: blob:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if is_https {
        // A year. Neighbours under the same name are not ours to speak for.
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // Files of a build carry a hash in their names; everything else may hold what only this operator may see.
    if path.starts_with("/pkg/") {
        set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    } else if is_file(path) && !docs {
        set(header::CACHE_CONTROL, "public, max-age=3600");
    } else if !headers_has(&response, header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn headers_has(response: &Response, name: header::HeaderName) -> bool {
    response.headers().contains_key(name)
}

pub(crate) fn url_encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_page_whose_address_has_a_dot_is_no_file() {
        for page in ["/campaigns/x.y", "/agents/agt_1/a.b", "/api/leads/x.y", "/fn/x.y", "/"] {
            assert!(!is_file(page), "{page}");
        }
        assert!(is_file("/favicon.svg") && is_file("/robots.txt"));
        assert!(wants_identity("/campaigns/x.y") && !wants_identity("/favicon.svg"));
    }

    fn is_taken(uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method("POST").uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let path = request.uri().path().to_owned();
        same_origin(&request, &path, "https://public.example").is_ok()
    }

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let request = |forwarded: &[&str]| {
            let mut request = Request::builder();
            for line in forwarded {
                request = request.header("x-forwarded-for", *line);
            }
            let mut request = request.body(Body::empty()).expect("a request");
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 80))));
            request
        };
        let told = |forwarded: &[&str], trust| Caller::of(&request(forwarded), trust).0.map(|ip| ip.to_string());
        let (proxy, asker) = (Some("10.0.0.1".to_owned()), Some("203.0.113.5".to_owned()));
        assert_eq!(told(&["203.0.113.5"], false), proxy);
        assert_eq!(told(&["203.0.113.5"], true), asker);
        assert_eq!(told(&["1.1.1.1", "9.9.9.9, 203.0.113.5"], true), asker, "what the caller made up stands before");
        assert_eq!(told(&[], true), proxy);
        assert_eq!(told(&["unknown"], true), proxy);
        for with_port in ["203.0.113.5:4711", "\"203.0.113.5:4711\"", "9.9.9.9, 203.0.113.5:80"] {
            assert_eq!(told(&[with_port], true), asker, "{with_port}");
        }
        for v6 in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"] {
            assert_eq!(told(&[v6], true), Some("2001:db8::1".to_owned()), "{v6}");
        }
    }

    #[test]
    fn browsers_are_kept_to_https_where_there_is_https() {
        let told = |is_https| {
            let answer = with_headers(StatusCode::OK.into_response(), "/", "n", is_https);
            answer.headers().get(header::STRICT_TRANSPORT_SECURITY).cloned()
        };
        assert_eq!(told(true).expect("the header"), "max-age=31536000");
        assert_eq!(told(false), None);
    }

    #[test]
    fn changes_from_other_sites_are_refused() {
        let from = |origin: &str| is_taken("/sign-out", &[("host", "own.example:8"), ("origin", origin)]);
        assert!(from("http://own.example:8") && from("https://own.example:8") && from("https://public.example"));
        for origin in [
            "https://evil.example",
            "null",
            "http://own.example:8.evil.example",
            "http://x@own.example:8",
            "http://own.example",
        ] {
            assert!(!from(origin), "{origin}");
        }
        assert!(
            is_taken("https://own.example/sign-out", &[("origin", "https://own.example")]),
            "HTTP/2 has no host header"
        );
        assert!(is_taken("/sign-out", &[("host", "own.example")]), "a program sends no origin");
        for site in ["cross-site", "same-site"] {
            assert!(!is_taken("/sign-out", &[("host", "own.example"), ("sec-fetch-site", site)]), "{site}");
        }
        assert!(!is_taken("/sign-out", &[("origin", "null")]));
        assert!(is_taken("/api/leads", &[("origin", "https://evil.example"), ("authorization", "Bearer x")]));
    }
}
