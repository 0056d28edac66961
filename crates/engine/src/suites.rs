//! Tests of agents: writing them, running them on a version, and whether a version may be published.
//!
//! A run is a row and a job that carries it on test by test; each result is written once, so a job that runs twice repeats no more than
//! the test under way. Nothing that a test does leaves the house.

mod judge;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use db::Tx;
use db::suites::{NewResult, Running};
use domain::access::Right;
use domain::event::EventKind;
use domain::id::{AgentId, AgentVersionId, SuiteRunId, TestId};
use domain::job::Job;
use domain::money::Micros;
use domain::suite::{
    self, Checked, Gate, MAX_TESTS, Observed, Report, RunReport, Suite, SuiteRun, SuiteStatus, TestDraft, TestRow,
};
use domain::turn::{Outcome, Purpose};

use crate::turn::{self, TurnAsk};
use crate::worker::Next;
use crate::{Cx, Error, Result, events};

/// After this long a job hands over to the next one: well inside its lease, so that no second worker joins in.
const STINT: Duration = Duration::from_secs(20);
/// How many runs a list shows.
const RUNS: i64 = 20;

/// An agent's tests, how they stand, and what they say about its newest version.
pub async fn list(cx: &Cx, agent: AgentId) -> Result<Suite> {
    let mut tx = cx.read().await?;
    let found = db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?;
    Ok(Suite {
        agent_id: agent,
        version: found.version,
        gate: gate(&mut tx, agent, found.version_id).await?,
        tests: db::suites::tests(&mut tx, agent).await?,
        run: db::suites::latest_run(&mut tx, agent).await?,
    })
}

/// What an agent's tests say about one of its versions: all green, or which are not. Publishing asks this.
pub async fn gate(tx: &mut Tx, agent: AgentId, version: AgentVersionId) -> Result<Gate> {
    Ok(Gate::of(&db::suites::results_on(tx, agent, version).await?))
}

/// One test, with how it stands.
pub async fn get(cx: &Cx, agent: AgentId, id: TestId) -> Result<TestRow> {
    let mut tx = cx.read().await?;
    find(&mut tx, agent, id).await
}

/// Writes a test.
pub async fn create(cx: &Cx, agent: AgentId, draft: TestDraft) -> Result<TestRow> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let draft = draft.tidied();
    let id: TestId = cx.new_id();
    let mut tx = cx.write().await?;
    db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?;
    if db::suites::count_tests(&mut tx, agent).await? >= MAX_TESTS {
        return Err(Error::Conflict(format!("An agent may have at most {MAX_TESTS} tests. Delete one first.")));
    }
    db::suites::insert_test(&mut tx, id, agent, &draft, cx.now()).await?;
    events::record(cx, &mut tx, EventKind::SuiteTestSaved, agent, &draft.name).await?;
    let row = find(&mut tx, agent, id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes a test. What it came to before no longer counts.
pub async fn save(cx: &Cx, agent: AgentId, id: TestId, draft: TestDraft) -> Result<TestRow> {
    cx.may(Right::Write)?;
    draft.check().into_result()?;
    let draft = draft.tidied();
    let mut tx = cx.write().await?;
    if !db::suites::save_test(&mut tx, agent, id, &draft, cx.now()).await? {
        return Err(Error::NotFound);
    }
    events::record(cx, &mut tx, EventKind::SuiteTestSaved, agent, &draft.name).await?;
    let row = find(&mut tx, agent, id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Deletes a test. Its results stay, and if it failed, so does its word until the agent is published.
pub async fn delete(cx: &Cx, agent: AgentId, id: TestId) -> Result<()> {
    cx.may(Right::Delete)?;
    let mut tx = cx.write().await?;
    let test = find(&mut tx, agent, id).await?;
    if !db::suites::delete_test(&mut tx, agent, id, cx.now()).await? {
        return Err(Error::NotFound);
    }
    events::record(cx, &mut tx, EventKind::SuiteTestDeleted, agent, &test.draft.name).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(tx: &mut Tx, agent: AgentId, id: TestId) -> Result<TestRow> {
    let all = db::suites::tests(tx, agent).await?;
    all.into_iter().find(|test| test.id == id).ok_or(Error::NotFound)
}

/// Runs all tests on a version: the newest unless one is named. One that is under way on it already is given back instead.
pub async fn start(cx: &Cx, agent: AgentId, version: Option<i32>) -> Result<SuiteRun> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let found = db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?;
    let version_id = match version.filter(|v| *v != found.version) {
        None => found.version_id,
        Some(number) => db::suites::version_id(&mut tx, agent, number)
            .await?
            .ok_or_else(|| Error::field("version", format!("This agent has no version {number}.")))?,
    };
    if db::suites::count_tests(&mut tx, agent).await? == 0 {
        return Err(Error::Conflict("There are no tests yet. Save one from the Test Console first.".into()));
    }
    let mut id: SuiteRunId = cx.new_id();
    if db::suites::insert_run(&mut tx, id, agent, version_id, cx.user(), cx.now()).await? {
        let job = Job::Suite { suite_run_id: id };
        db::jobs::enqueue(&mut tx, cx.new_id(), &job, cx.now(), cx.now()).await?;
        events::record(cx, &mut tx, EventKind::SuiteStarted, agent, &found.draft.name).await?;
    } else if let Some(running) = db::suites::running_on(&mut tx, version_id).await? {
        id = running;
    }
    let run = db::suites::find_run(&mut tx, agent, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(run)
}

/// Stops a run. The test under way comes to its end and counts; the others do not run.
pub async fn stop(cx: &Cx, agent: AgentId, run: SuiteRunId) -> Result<SuiteRun> {
    cx.may(Right::Write)?;
    let mut tx = cx.write().await?;
    let found = db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?;
    if db::suites::end(&mut tx, agent, run, cx.now()).await? {
        events::record(cx, &mut tx, EventKind::SuiteStopped, agent, &found.draft.name).await?;
    }
    let run = db::suites::find_run(&mut tx, agent, run).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(run)
}

/// The newest runs of an agent.
pub async fn runs(cx: &Cx, agent: AgentId) -> Result<Vec<SuiteRun>> {
    let mut tx = cx.read().await?;
    db::agents::find(&mut tx, agent).await?.ok_or(Error::NotFound)?;
    Ok(db::suites::list_runs(&mut tx, agent, RUNS).await?)
}

/// A run with its results.
pub async fn report(cx: &Cx, agent: AgentId, run: SuiteRunId) -> Result<RunReport> {
    let mut tx = cx.read().await?;
    let run = db::suites::find_run(&mut tx, agent, run).await?.ok_or(Error::NotFound)?;
    let results = db::suites::results(&mut tx, run.id).await?;
    Ok(RunReport { run, results })
}

/// Runs the tests of a run that have no result yet, until all have one or the stint is over. On the last try of its job a test that
/// breaks is written down as failed, so that the others still run.
pub(crate) async fn carry_on(cx: &Cx, id: SuiteRunId, is_last: bool) -> Result<Next> {
    let begun = Instant::now();
    loop {
        let mut tx = cx.read().await?;
        let Some(run) = db::suites::running(&mut tx, id).await? else { return Ok(Next::Done) };
        if run.status != SuiteStatus::Running {
            return Ok(Next::Done);
        }
        let next = db::suites::next_test(&mut tx, id).await?;
        let workspace_name = db::users::workspace_name(&mut tx).await?;
        drop(tx);
        let Some((test, revision, draft)) = next else { return finish(cx, id, &run).await };
        if begun.elapsed() > STINT {
            return Ok(Next::At(cx.now()));
        }
        let report = match run_test(cx, &run, draft.clone(), &workspace_name).await {
            Ok(report) => report,
            Err(error @ Error::Internal(_)) if !is_last => return Err(error),
            Err(error) => {
                tracing::warn!(%error, suite.run = %id, "a test could not be run");
                broken(draft, "The test could not be run.")
            }
        };
        let (cost, latency_ms) = took(&report);
        let mut tx = cx.write().await?;
        let new = NewResult {
            id: cx.new_id::<domain::id::EventId>().uuid(),
            run: id,
            test,
            revision,
            cost,
            latency_ms,
            report: &report,
            at: cx.now(),
        };
        db::suites::insert_result(&mut tx, &new).await?;
        events::note(&mut tx, EventKind::SuiteProgress, run.agent_id);
        tx.commit().await?;
    }
}

async fn finish(cx: &Cx, id: SuiteRunId, run: &Running) -> Result<Next> {
    let mut tx = cx.write().await?;
    if let Some(green) = db::suites::finish(&mut tx, id, cx.now()).await? {
        let kind = if green { EventKind::SuitePassed } else { EventKind::SuiteFailed };
        events::record(cx, &mut tx, kind, run.agent_id, &run.name).await?;
    }
    tx.commit().await?;
    Ok(Next::Done)
}

/// Asks the agent, compares, and has the answer judged if the test wants that.
async fn run_test(cx: &Cx, run: &Running, test: TestDraft, workspace_name: &str) -> Result<Report> {
    let turn = TurnAsk {
        draft: &run.draft,
        agent_id: Some(run.agent_id),
        version: Some((run.version_id, run.version)),
        purpose: Purpose::Suite,
        lead_name: Some(test.lead_name.as_str()).filter(|name| !name.trim().is_empty()),
        channel: test.channel,
        campaign_name: None,
        workspace_name,
        input: &test.input,
        history: test.history.clone(),
        conversation: None,
        recorded: None,
        guardrails_off: false,
    };
    let done = turn::run(cx, turn, &mut |_| {}).await?;
    let record = done.record;
    let observed = Observed::of(&record);
    let mut checks = suite::check(&test.assertions, &observed);
    let error = match &record.outcome {
        Outcome::Failed { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    let judged = match test.judge.as_deref().filter(|_| error.is_none()) {
        Some(wanted) => Some(judge::ask(cx, run, &test, wanted, &record.outcome.text()).await?),
        None => None,
    };
    if let (Some(wanted), Some(judged)) = (&test.judge, &judged) {
        let (expected, actual) = (format!("A judge finds: {wanted}"), judged.reason.clone());
        checks.push(Checked { assertion: None, passed: judged.passed, expected, actual });
    }
    let report = Report {
        outcome: record.outcome.word().to_owned(),
        output: done.parts,
        checks,
        judged,
        error,
        figures: record.figures.clone(),
        cost_micros: record.cost(),
        duration_ms: record.duration_ms,
        trace: record.trace.clone(),
        test,
    };
    let mut tx = cx.write().await?;
    db::turns::insert(&mut tx, &record).await?;
    tx.commit().await?;
    Ok(report)
}

fn broken(test: TestDraft, why: &str) -> Report {
    Report {
        outcome: "failed".to_owned(),
        output: vec![],
        checks: suite::check(
            &test.assertions,
            &Observed { outcome: Outcome::Failed { reason: why.to_owned(), passing: true }, tools: vec![] },
        ),
        judged: None,
        error: Some(why.to_owned()),
        figures: None,
        cost_micros: Micros(0),
        duration_ms: 0,
        trace: vec![],
        test,
    }
}

/// What a test cost, the judge included, and how long the answer took.
fn took(report: &Report) -> (Micros, u32) {
    let judge = report.judged.as_ref().map_or(Micros(0), |j| j.cost_micros);
    (report.cost_micros + judge, report.duration_ms)
}
