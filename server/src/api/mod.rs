//! The public REST API: one noun per file, one router, mounted at `/api/v1` and at `/api`. What all nouns share is here: who asks, how
//! input is read, how errors look, and the description of it all.

pub mod actions;
pub mod advice;
pub mod agents;
pub mod api_keys;
pub mod auth;
pub mod budgets;
pub mod campaigns;
pub mod channels;
pub mod content;
pub mod conversations;
pub mod health;
pub mod jobs;
pub mod knowledge;
pub mod leads;
pub mod suites;
pub mod templates;
pub mod tickets;
pub mod turns;

mod error;
mod examples;
mod input;
mod room;
mod statuses;

use engine::Engine;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

pub use error::{ApiError, ErrorBody};
pub use input::{ApiCx, ApiJson, ApiPath, ApiQuery};

/// What handlers are given: `State<Engine>`.
pub type ApiRouter = OpenApiRouter<Engine>;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Agent Outreach",
        description = "AI agents that reach out to people and answer them, under rules that hold. \
            Sign in with `POST /api/auth/login` and send the token as `Authorization: Bearer …`. Every path is also served under \
            `/api/v1`. Lists are `{items, page, page_size, total, total_pages}`; errors are `{error: {code, message, problems, reference}}`. \
            Three doors speak another protocol and have other errors: `POST /api/webhooks/receive` takes what Twilio posts, and signed \
            JSON of other systems; `/v1` is OpenAI's chat completions; `/mcp` is the MCP server. The last two want a key of this server, \
            made with `POST /api/keys`.",
    ),
    modifiers(&Security),
    security(("bearer" = []), ("session" = []))
)]
struct Description;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("ao_…").build();
        components.add_security_scheme("key", SecurityScheme::Http(key));
        let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::guard::SESSION_COOKIE)));
        components.add_security_scheme("session", session);
    }
}

fn nouns() -> ApiRouter {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(health::routes())
        .merge(agents::routes())
        .merge(actions::routes())
        .merge(turns::routes())
        .merge(content::routes())
        .merge(knowledge::routes())
        .merge(suites::routes())
        .merge(leads::routes())
        .merge(templates::routes())
        .merge(tickets::routes())
        .merge(campaigns::routes())
        .merge(advice::routes())
        .merge(conversations::routes())
        .merge(api_keys::routes())
        .merge(budgets::routes())
        .merge(channels::routes())
        .merge(jobs::routes())
}

/// The routes without their prefix, and their description with it.
pub fn router() -> (axum::Router<Engine>, utoipa::openapi::OpenApi) {
    let (_, mut described) =
        OpenApiRouter::with_openapi(Description::openapi()).nest("/api", nouns()).split_for_parts();
    for door in [
        crate::hooks::Described::openapi(),
        crate::v1::described::Described::openapi(),
        crate::mcp::Described::openapi(),
    ] {
        described.merge(door);
    }
    examples::show(&mut described);
    statuses::add(&mut described);
    let (routes, _) = nouns().split_for_parts();
    (routes, described)
}
