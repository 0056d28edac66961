//! What came of a suite: a run, the result of each test, and how a test stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Checked, Gate, TestDraft};
use crate::agent::ModelChoice;
use crate::closed_list;
use crate::id::{AgentId, AgentVersionId, SuiteRunId, TestId};
use crate::money::Micros;
use crate::turn::{Figures, TraceStep};

closed_list! {
    /// How far a run got.
    pub enum SuiteStatus {
        /// Tests are still to run.
        Running = "running",
        /// Every test ran.
        Finished = "finished",
        /// It was stopped.
        Stopped = "stopped",
    }
}

/// What the judge found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Judged {
    /// Whether what it looked for is true of the answer.
    pub passed: bool,
    /// Why, in a sentence.
    pub reason: String,
    /// Who judged; none when nobody could be asked.
    #[serde(default)]
    pub model: Option<ModelChoice>,
    /// What asking cost.
    #[serde(default)]
    pub cost_micros: Micros,
}

/// What came of one test, whole. Kept as a document: new fields have defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SuiteReport))]
pub struct Report {
    /// The test as it was.
    pub test: TestDraft,
    /// `sent`, `escalated` or `failed`.
    pub outcome: String,
    /// Each message that the person would have got.
    pub output: Vec<String>,
    /// Everything that was expected, compared; the judge's opinion last.
    pub checks: Vec<Checked>,
    /// What the judge found, if one was asked.
    #[serde(default)]
    pub judged: Option<Judged>,
    /// Why there is no answer, if there is none.
    #[serde(default)]
    pub error: Option<String>,
    /// What the answer took, if a model was asked.
    #[serde(default)]
    pub figures: Option<Figures>,
    /// What the agent's calls to models cost, without the judge.
    #[serde(default)]
    pub cost_micros: Micros,
    /// How long the answer took.
    #[serde(default)]
    pub duration_ms: u32,
    /// Step by step.
    #[serde(default)]
    pub trace: Vec<TraceStep>,
}

impl Report {
    /// Whether the test passed: there was an answer, and everything expected of it held.
    pub fn passed(&self) -> bool {
        self.error.is_none() && self.checks.iter().all(|c| c.passed)
    }
}

/// One run of an agent's tests on one of its versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuiteRun {
    /// Its id.
    pub id: SuiteRunId,
    /// The agent.
    pub agent_id: AgentId,
    /// The version that was tested.
    pub version_id: AgentVersionId,
    /// Its number.
    pub version: i32,
    /// How far it got.
    pub status: SuiteStatus,
    /// Tests in all.
    pub total: i32,
    /// Tests that passed so far.
    pub passed: i32,
    /// Tests that failed so far.
    pub failed: i32,
    /// What it cost so far.
    pub cost_micros: Micros,
    /// Who asked for it; empty for the system.
    pub by: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the last test had run.
    pub finished_at: Option<DateTime<Utc>>,
}

impl SuiteRun {
    /// How many tests have run.
    pub fn done(&self) -> i32 {
        self.passed + self.failed
    }
}

/// The result of one test in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestResult {
    /// The test.
    pub test_id: TestId,
    /// Whether it passed.
    pub passed: bool,
    /// What it cost.
    pub cost_micros: Micros,
    /// How long the answer took.
    pub latency_ms: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// What was expected and what came.
    pub report: Report,
}

/// A run with its results, in the order they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunReport {
    /// The run.
    #[serde(flatten)]
    pub run: SuiteRun,
    /// Its results.
    pub results: Vec<TestResult>,
}

/// How a test last came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LastResult))]
pub struct Last {
    /// In which run.
    pub run_id: SuiteRunId,
    /// On which version.
    pub version: i32,
    /// Whether it passed.
    pub passed: bool,
    /// Whether the test was changed since.
    pub is_stale: bool,
    /// What it cost.
    pub cost_micros: Micros,
    /// How long the answer took.
    pub latency_ms: i32,
    /// When.
    pub at: DateTime<Utc>,
}

/// A test with how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AgentTest))]
pub struct TestRow {
    /// Its id.
    pub id: TestId,
    /// Counts up with each change.
    pub revision: i32,
    /// The test.
    #[serde(flatten)]
    pub draft: TestDraft,
    /// How it last came out.
    pub last: Option<Last>,
    /// See [`super::flake_percent`].
    pub flake_percent: Option<u8>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An agent's tests, how they stand, and the run that is under way or was the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suite {
    /// The agent.
    pub agent_id: AgentId,
    /// Its newest version.
    pub version: i32,
    /// What the tests say about that version.
    pub gate: Gate,
    /// The tests, oldest first.
    pub tests: Vec<TestRow>,
    /// The newest run.
    pub run: Option<SuiteRun>,
}
