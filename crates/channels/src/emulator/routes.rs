//! The door of the emulated API: who asks, for what, and Twilio's way of saying no.
//!
//! Not here: what each resource checks and does (`messages`, `calls`, `content`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Emulator;
use crate::signature::same;

/// An answer of the emulated API, for the server to put on the wire as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct EmulatedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub json: Value,
}

impl EmulatedResponse {
    pub(super) fn ok(json: Value) -> Self {
        Self { status: 200, json }
    }

    pub(super) fn created(json: Value) -> Self {
        Self { status: 201, json }
    }

    /// An error as Twilio words it.
    pub(super) fn error(status: u16, code: u32, message: impl Into<String>) -> Self {
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        Self {
            status,
            json: json!({ "code": code, "message": message.into(), "more_info": more_info, "status": status }),
        }
    }
}

/// Fields of a form or a query, in order.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

impl Emulator {
    /// Answers one request. `path` is as Twilio would see it (`/2010-04-01/…`, `/v1/…`); an `/emulator` before it is taken off.
    /// `authorization` is the header of that name.
    pub async fn handle(
        &self,
        method: &str,
        path: &str,
        query: &str,
        authorization: Option<&str>,
        body: &[u8],
    ) -> EmulatedResponse {
        if !self.knows(authorization) {
            return EmulatedResponse::error(401, 20003, "Authenticate");
        }
        let path = path.strip_prefix("/emulator").unwrap_or(path).trim_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        let query = Fields::read(query.as_bytes());
        match (method, parts.as_slice()) {
            (_, ["2010-04-01", "Accounts", account, ..]) if *account != self.config().account_sid => not_found(path),
            ("POST", ["2010-04-01", "Accounts", _, "Messages.json"]) => self.create_message(&Fields::read(body)),
            ("GET", ["2010-04-01", "Accounts", _, "Messages.json"]) => self.list(&query, false),
            ("POST", ["2010-04-01", "Accounts", _, "Calls.json"]) => self.create_call(&Fields::read(body)),
            ("GET", ["2010-04-01", "Accounts", _, "Calls.json"]) => self.list(&query, true),
            ("GET", ["2010-04-01", "Accounts", _, resource @ ("Messages" | "Calls"), sid]) => {
                self.fetch(sid.trim_end_matches(".json"), *resource == "Calls").unwrap_or_else(|| not_found(path))
            }
            ("POST", ["v1", "Content"]) => self.create_content(body),
            ("GET", ["v1", "Content", sid]) => self.fetch_content(sid).unwrap_or_else(|| not_found(path)),
            ("POST", ["v1", "Content", sid, "ApprovalRequests", "whatsapp"]) => {
                self.request_approval(sid, body).unwrap_or_else(|| not_found(path))
            }
            ("GET", ["v1", "Content", sid, "ApprovalRequests"]) => {
                self.fetch_approval(sid).unwrap_or_else(|| not_found(path))
            }
            (_, ["2010-04-01", "Accounts", _, "Messages.json" | "Calls.json"] | ["v1", "Content"]) => {
                EmulatedResponse::error(405, 20004, "Method not allowed")
            }
            _ => not_found(path),
        }
    }

    fn knows(&self, authorization: Option<&str>) -> bool {
        let config = self.config();
        let expected = STANDARD.encode(format!("{}:{}", config.account_sid, config.auth_token.expose()));
        let given = authorization.and_then(|header| header.split_once(' '));
        given.is_some_and(|(scheme, credentials)| {
            scheme.eq_ignore_ascii_case("basic") && same(&expected, credentials.trim())
        })
    }
}

fn not_found(path: &str) -> EmulatedResponse {
    EmulatedResponse::error(404, 20404, format!("The requested resource /{path} was not found"))
}
