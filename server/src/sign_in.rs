//! Signing in and out from the browser: plain form posts, a cookie, a redirect.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use domain::access::Door;
use engine::{Engine, Error, access};
use serde::Deserialize;

use crate::guard::{Caller, SESSION_COOKIE, session_cookie, url_encode};

#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`. Comes back to the form with a word for what was wrong.
pub(crate) async fn sign_in(
    State(engine): State<Engine>,
    Extension(caller): Extension<Caller>,
    Form(posted): Form<Posted>,
) -> Response {
    let next = inside(&posted.next).to_owned();
    let back = move |word: &str| Redirect::to(&again(word, &next)).into_response();
    if posted.email.trim().is_empty() || posted.password.is_empty() {
        return back("missing");
    }
    let opened = match access::sign_in(&engine, &posted.email, &posted.password, caller.0, Door::Form).await {
        Ok(identity) => access::open_session(&engine, &identity).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(token) => {
            let age = access::SESSION_DAYS * 86_400;
            let mut response = Redirect::to(inside(&posted.next)).into_response();
            set_cookie(&engine, &mut response, &token, age);
            response
        }
        Err(Error::Unauthorised(_)) => back("wrong"),
        Err(Error::TooMany { .. }) => back("slow"),
        Err(error) => {
            tracing::error!(%error, "signing in failed");
            back("other")
        }
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(State(engine): State<Engine>, headers: HeaderMap) -> Response {
    if let Some(token) = session_cookie(&headers)
        && let Err(error) = access::close_session(&engine, &token).await
    {
        tracing::error!(%error, "signing out failed");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let mut response = Redirect::to("/sign-in?error=out").into_response();
    set_cookie(&engine, &mut response, "", 0);
    response
}

/// `HttpOnly`, `SameSite=Lax`, and `Secure` wherever the product is reached by https.
fn set_cookie(engine: &Engine, response: &mut Response, token: &str, max_age: i64) {
    let secure = if engine.parts().settings.public_url.starts_with("https://") { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The form once more, with a word for what was wrong and where it was meant to lead.
fn again(word: &str, next: &str) -> String {
    if next == "/" {
        format!("/sign-in?error={word}")
    } else {
        format!("/sign-in?error={word}&next={}", url_encode(next))
    }
}

/// Only a path of ours is followed: `//elsewhere` and `/\elsewhere` would leave the site.
fn inside(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
        && !next.starts_with("/sign-in");
    if ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::{again, inside};

    #[test]
    fn after_a_wrong_password_it_still_leads_where_it_was_meant_to() {
        assert_eq!(again("wrong", inside("/inbox?c=1&q=a b")), "/sign-in?error=wrong&next=/inbox%3Fc%3D1%26q%3Da%20b");
        assert_eq!(again("wrong", inside("//evil.example")), "/sign-in?error=wrong");
    }

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(inside("/inbox?c=1"), "/inbox?c=1");
        for bad in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/sign-in", "/a\nb"] {
            assert_eq!(inside(bad), "/", "{bad}");
        }
    }
}
