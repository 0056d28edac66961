//! All server functions of the Test Console and of an agent's tests.

use domain::agent::{Agent, AgentDraft, ModelChoice};
use domain::id::{AgentId, SuiteRunId, TestId};
use domain::suite::{RunReport, Suite, SuiteRun, TestDraft, TestRow};
use domain::turn::TestAsk;
use leptos::prelude::*;
use leptos::server_fn::codec::{ByteStream, Json, Streaming};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// How many versions can be chosen.
#[cfg(feature = "ssr")]
const VERSIONS: i64 = 20;

/// A version that can be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionOption {
    /// Its number.
    pub version: i32,
    /// Whether people hear it.
    pub is_published: bool,
    /// What was saved.
    pub draft: AgentDraft,
}

/// The agent under test, and what it can be compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsoleData {
    /// As it was last saved.
    pub agent: Agent,
    /// Its versions, newest first.
    pub versions: Vec<VersionOption>,
    /// The models that this server can ask, with their names.
    pub models: Vec<(ModelChoice, String)>,
    /// Whether a model can read answers aloud.
    pub speaks: bool,
}

/// The agent under test, from the id in the address.
#[server(prefix = "/fn", input = Json)]
pub async fn load_console(id: String) -> Result<ConsoleData, AppError> {
    let cx = cx().await?;
    let id: AgentId = id.parse().map_err(|_| engine::Error::NotFound)?;
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?;
    let versions = db::agents::versions(&mut tx, id, VERSIONS).await?.into_iter();
    let versions = versions.map(|v| VersionOption { version: v.version, is_published: v.is_published, draft: v.draft });
    let models = cx.parts().models.available().into_iter().map(|m| (m.choice, m.label)).collect();
    Ok(ConsoleData { agent, versions: versions.collect(), models, speaks: !cx.parts().models.speakers().is_empty() })
}

/// Runs one turn: a line of JSON per [`domain::turn::TurnEvent`], as it happens. Dropping the stream stops the model.
#[server(prefix = "/fn", input = Json, output = Streaming)]
pub async fn run_turn(id: AgentId, ask: TestAsk) -> Result<ByteStream<AppError>, AppError> {
    let cx = cx().await?;
    Ok(ByteStream::new(super::stream::of_turn(cx, id, ask)))
}

/// Makes a change of the session part of the agent: its next version.
#[server(prefix = "/fn", input = Json)]
pub async fn make_permanent(id: AgentId, draft: AgentDraft, based_on: i32) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(engine::agents::save(&cx, id, draft, Some(based_on)).await?)
}

/// An agent's tests and how they stand.
#[server(prefix = "/fn", input = Json)]
pub async fn list_suite(id: AgentId) -> Result<Suite, AppError> {
    let cx = cx().await?;
    Ok(engine::suites::list(&cx, id).await?)
}

/// Makes a test, or changes one.
#[server(prefix = "/fn", input = Json)]
pub async fn save_test(id: AgentId, test: Option<TestId>, draft: TestDraft) -> Result<TestRow, AppError> {
    let cx = cx().await?;
    Ok(match test {
        None => engine::suites::create(&cx, id, draft).await?,
        Some(test) => engine::suites::save(&cx, id, test, draft).await?,
    })
}

/// Deletes a test.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_test(id: AgentId, test: TestId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::suites::delete(&cx, id, test).await?)
}

/// Runs all tests on a version; the newest when none is named.
#[server(prefix = "/fn", input = Json)]
pub async fn run_suite(id: AgentId, version: Option<i32>) -> Result<SuiteRun, AppError> {
    let cx = cx().await?;
    Ok(engine::suites::start(&cx, id, version).await?)
}

/// Stops a run.
#[server(prefix = "/fn", input = Json)]
pub async fn stop_suite(id: AgentId, run: SuiteRunId) -> Result<SuiteRun, AppError> {
    let cx = cx().await?;
    Ok(engine::suites::stop(&cx, id, run).await?)
}

/// A run with its results.
#[server(prefix = "/fn", input = Json)]
pub async fn suite_report(id: AgentId, run: SuiteRunId) -> Result<RunReport, AppError> {
    let cx = cx().await?;
    Ok(engine::suites::report(&cx, id, run).await?)
}
