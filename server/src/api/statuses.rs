//! The statuses that follow from what an operation is, in one table: what has a body may be too large, what wants somebody refuses
//! strangers. Each operation names only what is its own, and its own words win. Not here: what only some operations answer.

use utoipa::openapi::OpenApi;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::SecurityRequirement;

/// What decides about an operation's statuses.
struct Kind<'a> {
    changes: bool,
    path: &'a str,
    operation: &'a Operation,
}

impl Kind<'_> {
    fn wants_somebody(&self) -> bool {
        let nobody = SecurityRequirement::default();
        self.operation.security.as_ref().is_none_or(|all| !all.contains(&nobody))
    }

    fn has_parameter(&self, place: ParameterIn) -> bool {
        self.operation.parameters.iter().flatten().any(|parameter| parameter.parameter_in == place)
    }

    fn takes(&self, content_type: &str) -> bool {
        self.operation.request_body.as_ref().is_some_and(|body| body.content.contains_key(content_type))
    }

    fn has_body(&self) -> bool {
        self.operation.request_body.is_some()
    }

    fn is_upload(&self) -> bool {
        self.takes("multipart/form-data")
    }
}

/// A status, whose operations have it, and what it means.
type Rule = (u16, fn(&Kind<'_>) -> bool, &'static str);

const RULES: &[Rule] = &[
    (400, |kind| kind.has_body() || kind.has_parameter(ParameterIn::Query), "The request cannot be read."),
    (401, |kind| kind.wants_somebody(), "Nobody is signed in: there is no token, or it has ended."),
    (403, |kind| kind.changes, "The caller's role or key does not allow it, or it came from a page of another site."),
    (404, |kind| kind.has_parameter(ParameterIn::Path), "There is nothing with this id in the workspace."),
    (408, |kind| kind.is_upload(), "The file did not arrive in time."),
    (413, |kind| kind.has_body(), "The request is larger than this address takes."),
    (415, |kind| kind.has_body(), "The request has another `Content-Type` than this address takes."),
    (422, |kind| kind.has_body(), "Fields are wrong; `problems` names them."),
    (421, |kind| !kind.path.starts_with("/api/health"), "The server does not go by the host name that was asked."),
    (500, |_| true, "A fault of ours; quote the `reference`."),
    (503, |kind| kind.is_upload(), "Too many uploads at once; `Retry-After` says when to try again."),
];

/// Adds them to every operation whose errors are ours. The three doors that speak another protocol name their own.
pub fn add(described: &mut OpenApi) {
    for (path, item) in &mut described.paths.paths {
        if !path.starts_with("/api/") || path.starts_with("/api/webhooks/") {
            continue;
        }
        let PathItem { get, put, post, delete, patch, .. } = item;
        for (changes, operation) in [(false, get), (true, put), (true, post), (true, delete), (true, patch)] {
            let Some(operation) = operation else { continue };
            let kind = Kind { changes, path, operation };
            let told: Vec<_> = RULES.iter().filter(|(_, holds, _)| holds(&kind)).collect();
            for (status, _, meaning) in told {
                let responses = &mut operation.responses.responses;
                responses.entry(status.to_string()).or_insert_with(|| error(meaning).into());
            }
        }
    }
}

fn error(meaning: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    ResponseBuilder::new().description(meaning).content("application/json", body).build()
}
