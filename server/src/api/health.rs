//! Whether the product lives, is ready, and how its parts are.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use engine::{Cx, Engine};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::ApiRouter;

/// How long a look at the model providers may hold up an answer.
const PROVIDERS: Duration = Duration::from_millis(400);

/// The routes of this file. `/health` at the root is added by `http.rs`.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(health)).routes(routes!(live)).routes(routes!(ready))
}

#[derive(Serialize, ToSchema)]
struct Alive {
    /// Always `ok`.
    status: &'static str,
    /// This program's version.
    version: &'static str,
    /// When it said so.
    timestamp: DateTime<Utc>,
}

fn alive() -> Json<Alive> {
    Json(Alive { status: "ok", version: env!("CARGO_PKG_VERSION"), timestamp: Utc::now() })
}

/// For load balancers: the process answers.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = 200, body = Alive)))]
pub async fn health() -> impl axum::response::IntoResponse {
    alive()
}

/// For supervisors: the process lives.
#[utoipa::path(get, path = "/health/live", tag = "health", security(()), responses((status = 200, body = Alive)))]
async fn live() -> impl axum::response::IntoResponse {
    alive()
}

#[derive(Serialize, ToSchema)]
struct Readiness {
    /// `ready`, `degraded` or `not_ready`.
    status: &'static str,
    /// The parts, each with its state and how long it took to say so.
    components: Components,
    /// This program's version.
    version: &'static str,
    /// When it said so.
    timestamp: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
struct Components {
    /// Postgres.
    database: Component,
    /// The work list: jobs that are late by a minute, or dead, degrade it.
    queue: Component,
    /// The models.
    agent: Component,
    /// The phone network, which is not asked; says when it is the emulator.
    whatsapp: Component,
}

#[derive(Serialize, ToSchema)]
struct Component {
    /// `healthy`, `degraded` or `unhealthy`.
    status: &'static str,
    /// How long the look took.
    latency_ms: u64,
    /// More, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// For rollouts: whether requests can be served. Looks at the parts at the same time; 503 when the database is away. The details are for
/// who is signed in.
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()), responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
async fn ready(State(engine): State<Engine>, who: Option<Extension<Cx>>) -> impl axum::response::IntoResponse {
    let parts = engine.parts();
    let (mut database, mut queue, mut agent) = tokio::join!(
        async {
            let began = Instant::now();
            let up = parts.db.is_up().await;
            component(if up { "healthy" } else { "unhealthy" }, began, None)
        },
        async {
            let began = Instant::now();
            match db::jobs::depth_everywhere(&parts.db).await {
                Ok((waiting, late, dead)) => {
                    let status = if late > 0 || dead > 0 { "degraded" } else { "healthy" };
                    component(status, began, Some(format!("{waiting} waiting, {late} late, {dead} dead")))
                }
                Err(_) => component("unhealthy", began, None),
            }
        },
        agent(&parts.models),
    );
    let began = Instant::now();
    let detail = parts.settings.emulator.then(|| "emulator: no real messages".to_owned());
    let mut whatsapp = component("healthy", began, detail);
    if who.is_none() {
        for part in [&mut database, &mut queue, &mut agent, &mut whatsapp] {
            part.detail = None;
        }
    }
    let all = [database.status, queue.status, agent.status, whatsapp.status];
    let (code, status) = if database.status == "unhealthy" {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    } else if all.iter().any(|s| *s != "healthy") {
        (StatusCode::OK, "degraded")
    } else {
        (StatusCode::OK, "ready")
    };
    let components = Components { database, queue, agent, whatsapp };
    (code, Json(Readiness { status, components, version: env!("CARGO_PKG_VERSION"), timestamp: Utc::now() }))
}

/// Whether models can be asked: at least one that does not rest, and no provider that is set up but away.
async fn agent(models: &llm::Models) -> Component {
    let began = Instant::now();
    if models.available().iter().all(|model| model.resting.is_some()) {
        return component("degraded", began, Some("no model can be asked at the moment".into()));
    }
    // In a task of its own: a provider that hangs is found out, but nobody's probe waits for it.
    let models = models.clone();
    let asked = tokio::spawn(async move { models.health().await });
    let Ok(Ok(found)) = tokio::time::timeout(PROVIDERS, asked).await else {
        return component("healthy", began, Some("the model providers are still being asked".into()));
    };
    let down = found.iter().filter(|health| health.state == llm::HealthState::Down);
    let reasons: Vec<String> = down.map(|health| health.reason.clone().unwrap_or_default()).collect();
    if reasons.is_empty() {
        component("healthy", began, None)
    } else {
        component("degraded", began, Some(reasons.join("; ")))
    }
}

fn component(status: &'static str, began: Instant, detail: Option<String>) -> Component {
    Component { status, latency_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX), detail }
}
