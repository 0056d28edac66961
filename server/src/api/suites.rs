//! Tests of agents over HTTP: writing them, running them on a version, reading what came of it.

use axum::Json;
use axum::http::StatusCode;
use domain::id::{AgentId, SuiteRunId, TestId};
use domain::suite::{RunReport, Suite, SuiteRun, TestDraft, TestRow};
use engine::suites;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiJson, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(find, save, delete))
        .routes(routes!(run))
        .routes(routes!(runs))
        .routes(routes!(report))
        .routes(routes!(stop))
}

/// Lists an agent's tests with how each last came out and how often it flakes, what they say about the newest version, and the newest run.
#[utoipa::path(get, path = "/agents/{id}/tests", tag = "tests", operation_id = "list_tests", params(("id" = AgentId, Path)),
    responses((status = 200, body = Suite)))]
async fn list(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<Json<Suite>, ApiError> {
    Ok(Json(suites::list(&cx, id).await?))
}

/// Writes a test: what a lead says, and what has to come of it.
#[utoipa::path(post, path = "/agents/{id}/tests", tag = "tests", operation_id = "create_test", params(("id" = AgentId, Path)), request_body = TestDraft,
    responses((status = 201, body = TestRow), (status = 409, body = ErrorBody)))]
async fn create(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(draft): ApiJson<TestDraft>,
) -> Result<(StatusCode, Json<TestRow>), ApiError> {
    Ok((StatusCode::CREATED, Json(suites::create(&cx, id, draft).await?)))
}

/// Gives one test.
#[utoipa::path(get, path = "/agents/{id}/tests/{test}", tag = "tests", operation_id = "find_test", params(("id" = AgentId, Path), ("test" = TestId, Path)),
    responses((status = 200, body = TestRow)))]
async fn find(ApiCx(cx): ApiCx, ApiPath((id, test)): ApiPath<(AgentId, TestId)>) -> Result<Json<TestRow>, ApiError> {
    Ok(Json(suites::get(&cx, id, test).await?))
}

/// Changes a test. What it came to before no longer counts.
#[utoipa::path(put, path = "/agents/{id}/tests/{test}", tag = "tests", operation_id = "save_test", params(("id" = AgentId, Path), ("test" = TestId, Path)),
    request_body = TestDraft,
    responses((status = 200, body = TestRow)))]
async fn save(
    ApiCx(cx): ApiCx,
    ApiPath((id, test)): ApiPath<(AgentId, TestId)>,
    ApiJson(draft): ApiJson<TestDraft>,
) -> Result<Json<TestRow>, ApiError> {
    Ok(Json(suites::save(&cx, id, test, draft).await?))
}

/// Deletes a test. What came of it stays.
#[utoipa::path(delete, path = "/agents/{id}/tests/{test}", tag = "tests", operation_id = "delete_test", params(("id" = AgentId, Path), ("test" = TestId, Path)),
    responses((status = 204)))]
async fn delete(ApiCx(cx): ApiCx, ApiPath((id, test)): ApiPath<(AgentId, TestId)>) -> Result<StatusCode, ApiError> {
    suites::delete(&cx, id, test).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = RunSuite)]
pub(super) struct Run {
    /// The version to test; the newest when left out.
    version: Option<i32>,
}

/// Runs all tests of an agent on a version. A run under way on it is given back instead of a second one.
#[utoipa::path(post, path = "/agents/{id}/suite", tag = "tests", operation_id = "start_suite", params(("id" = AgentId, Path)), request_body = Run,
    responses((status = 202, body = SuiteRun), (status = 409, body = ErrorBody)))]
async fn run(
    ApiCx(cx): ApiCx,
    ApiPath(id): ApiPath<AgentId>,
    ApiJson(run): ApiJson<Run>,
) -> Result<(StatusCode, Json<SuiteRun>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(suites::start(&cx, id, run.version).await?)))
}

/// Lists the newest runs of an agent's tests.
#[utoipa::path(get, path = "/agents/{id}/suite/runs", tag = "tests", operation_id = "suite_runs", params(("id" = AgentId, Path)),
    responses((status = 200, body = Vec<SuiteRun>)))]
async fn runs(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<AgentId>) -> Result<Json<Vec<SuiteRun>>, ApiError> {
    Ok(Json(suites::runs(&cx, id).await?))
}

/// Gives a run with the result of each test: what was expected, what came, the trace.
#[utoipa::path(get, path = "/agents/{id}/suite/runs/{run}", tag = "tests", operation_id = "suite_run", params(("id" = AgentId, Path), ("run" = SuiteRunId, Path)),
    responses((status = 200, body = RunReport)))]
async fn report(
    ApiCx(cx): ApiCx,
    ApiPath((id, run)): ApiPath<(AgentId, SuiteRunId)>,
) -> Result<Json<RunReport>, ApiError> {
    Ok(Json(suites::report(&cx, id, run).await?))
}

/// Stops a run. The test under way comes to its end; the others do not run.
#[utoipa::path(post, path = "/agents/{id}/suite/runs/{run}/stop", tag = "tests", operation_id = "stop_suite", params(("id" = AgentId, Path), ("run" = SuiteRunId, Path)),
    responses((status = 200, body = SuiteRun)))]
async fn stop(
    ApiCx(cx): ApiCx,
    ApiPath((id, run)): ApiPath<(AgentId, SuiteRunId)>,
) -> Result<Json<SuiteRun>, ApiError> {
    Ok(Json(suites::stop(&cx, id, run).await?))
}
