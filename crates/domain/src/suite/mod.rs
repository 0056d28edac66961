//! Tests of an agent: what a lead says, what has to come of it, what came of it, and whether a version may be published. Pure.
//!
//! Not here: running a test, or asking the model that judges (`engine::suites`).

mod assertion;
mod correction;
mod gate;
mod run;
mod test;

pub use assertion::{Assertion, Checked, Observed, check, suggest};
pub use correction::Correction;
pub use gate::{Gate, Past, flake_percent};
pub use run::{Judged, Last, Report, RunReport, Suite, SuiteRun, SuiteStatus, TestResult, TestRow};
pub use test::{MAX_ASSERTIONS, MAX_TESTS, TestDraft};
