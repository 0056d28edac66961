//! The router, in order: health, hooks, API, signing in, live, reports of browsers, MCP, the emulated network, pages and server functions, files; and the
//! model gateway, which stands outside of every layer.

use std::sync::Arc;
use std::time::Duration;

use app::backend::CspNonce;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use channels::emulator::Emulator;
use engine::Engine;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::api::{self, ApiError};
use crate::faults::Faults;
use crate::guard::{Guard, guard};
use crate::hear_out::hear_out;
use crate::hooks::HookKeys;
use crate::live::Notes;
use crate::{faults, hooks, live, sign_in};

/// The most that a request may carry, unless its address says otherwise (imports do).
const BODY_LIMIT: usize = 1024 * 1024;

/// The longest pause that a caller may make within a body. Answers may take their time: the stream of live pages never ends.
const BODY_PAUSE: Duration = Duration::from_secs(15);

/// What the router is made of.
pub struct Web {
    /// The engine.
    pub engine: Engine,
    /// Leptos's options.
    pub leptos: LeptosOptions,
    /// Who stands at the door.
    pub guard: Guard,
    /// What posts are verified against.
    pub keys: HookKeys,
    /// Notes to live pages.
    pub notes: Notes,
    /// The emulated network, when there is no Twilio account.
    pub emulator: Option<Emulator>,
}

/// Builds the router.
pub fn router(web: Web) -> Router {
    // Apart from all that pages need: see there.
    let gateway = crate::v1::router(web.engine.clone());
    let (api_routes, described) = api::router();
    let api_routes = api_routes.method_not_allowed_fallback(no_such_method).fallback(no_such_address);
    // Once, and as text: the tree of it is ten times as large.
    let described = Bytes::from(serde_json::to_vec(&described).unwrap_or_default());
    let hook = post(hooks::receive).layer(Extension(Arc::new(web.keys)));
    let docs =
        utoipa_swagger_ui::SwaggerUi::new("/api/docs").config(utoipa_swagger_ui::Config::from("/api/openapi.json"));

    let plain: Router = Router::new()
        .route("/health", get(api::health::health))
        .route("/api/webhooks/receive", hook.clone())
        .route("/api/v1/webhooks/receive", hook)
        .route(
            "/api/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], described) }),
        )
        .nest("/api/v1", api_routes.clone())
        .nest("/api", api_routes)
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/faults", post(faults::report).layer(Extension(Arc::new(Faults::default()))))
        .route("/live", get(live::stream).layer(Extension(web.notes)))
        .with_state(web.engine.clone())
        .merge(crate::mcp::router(web.engine.clone()));

    let emulated: Router = match web.emulator {
        Some(emulator) => Router::new().route("/emulator/{*path}", any(emulate)).with_state(emulator),
        None => Router::new(),
    };

    let options = web.leptos;
    let build = app::backend::build_of(&options);
    let plain = plain.route("/build", get(move || async move { build }));
    let routes = generate_route_list(app::App);
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let pages: Router = Router::new()
        .leptos_routes_with_context(&options, routes, provide_nonce, shell)
        .fallback(leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(provide_nonce, app::shell))
        .with_state(options);

    // Streams must leave word by word; a compressor would gather them.
    let compressible = SizeAbove::new(1024)
        .and(NotForContentType::new("text/event-stream"))
        .and(NotForContentType::new("text/plain"))
        .and(NotForContentType::new("application/octet-stream"))
        .and(NotForContentType::new("application/wasm"))
        .and(NotForContentType::IMAGES);
    plain
        .merge(emulated)
        .merge(docs)
        .merge(pages)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn_with_state(web.guard, guard))
        .layer(axum::middleware::from_fn(hear_out))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::from(engine::Error::internal("a handler panicked")).into_response()
        }))
        .layer(TraceLayer::new_for_http().make_span_with(crate::telemetry::request_span))
        .merge(gateway)
}

/// Pages and their streamed scripts carry the nonce that the guard put into the policy.
fn provide_nonce() {
    if let Some(parts) = leptos::prelude::use_context::<axum::http::request::Parts>()
        && let Some(CspNonce(nonce)) = parts.extensions.get::<CspNonce>().cloned()
    {
        provide_context(leptos::nonce::Nonce::from_value(nonce));
    }
}

async fn no_such_address() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is no such address. /api/docs lists them.")
}

async fn no_such_method() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take that method. /api/docs lists them.",
    )
}

/// The emulated network's own HTTP, as Twilio speaks it.
async fn emulate(State(emulator): State<Emulator>, uri: Uri, headers: HeaderMap, request: Request) -> Response {
    let method = request.method().to_string();
    let body: Bytes = match axum::body::to_bytes(request.into_body(), BODY_LIMIT).await {
        Ok(body) => body,
        Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    let authorization = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let answer = emulator.handle(&method, uri.path(), uri.query().unwrap_or_default(), authorization, &body).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(answer.json)).into_response()
}
