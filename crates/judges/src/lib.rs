//! For tests only: holds what we say against what somebody else says, a library, an official client, public data.
//!
//! A test whose name has `judged_by` in it fills a [`Judge`] and ends with [`Judge::finish`], which prints one line, fails over every
//! difference that is no decision, and writes a file for the table of `make outside`. Decisions stand in docs/TESTING.md with their reason.
//! Not here: the cases, and anything of the product.

mod fuzz;

use std::fmt::Display;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

pub use fuzz::fuzz;

/// One judge's cases, as they are compared.
pub struct Judge {
    name: String,
    cases: usize,
    differed: Vec<Difference>,
}

struct Difference {
    input: String,
    ours: String,
    theirs: String,
    /// The name of a decision, a heading of docs/TESTING.md.
    decision: Option<&'static str>,
}

impl Judge {
    /// `name` says what is judged and by whom, with the version: `phone numbers by phonenumbers 9.0.43`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), cases: 0, differed: Vec::new() }
    }

    /// One case. `decision` names the decision that explains a difference, when there is one.
    pub fn case<T: PartialEq + Display>(&mut self, input: &str, ours: &T, theirs: &T, decision: Option<&'static str>) {
        self.cases += 1;
        if ours != theirs {
            self.differs(input, &ours.to_string(), &theirs.to_string(), decision);
        }
    }

    /// Cases without a difference, that were compared elsewhere.
    pub fn agreed(&mut self, cases: usize) {
        self.cases += cases;
    }

    /// A difference of the cases that were compared elsewhere.
    pub fn differs(&mut self, input: &str, ours: &str, theirs: &str, decision: Option<&'static str>) {
        let [input, ours, theirs] = [input, ours, theirs].map(|text| short(text.to_owned()));
        self.differed.push(Difference { input, ours, theirs, decision });
    }

    /// Prints the line of the table and fails when a difference is no decision.
    ///
    /// # Panics
    /// When a difference has no decision, when a decision is not in docs/TESTING.md, and when nothing was judged.
    pub fn finish(self) {
        self.finish_with(0);
    }

    /// As [`Judge::finish`] for a judge that may itself be wrong now and then: `allowed` differences without a decision are no failure, but
    /// are printed.
    ///
    /// # Panics
    /// As [`Judge::finish`].
    pub fn finish_with(self, allowed: usize) {
        let open = self.differed.iter().filter(|d| d.decision.is_none()).count();
        println!(
            "judge: {}: {} cases, {} agreed, {} differed, of these {} decided",
            self.name,
            self.cases,
            self.cases - self.differed.len(),
            self.differed.len(),
            self.differed.len() - open
        );
        for each in &self.differed {
            let reason = each.decision.unwrap_or("OPEN");
            println!("  {:?}: ours {:?}, theirs {:?} ({reason})", each.input, each.ours, each.theirs);
        }
        self.write();
        let decisions = std::fs::read_to_string(root().join("docs/TESTING.md")).unwrap_or_default();
        for each in self.differed.iter().filter_map(|d| d.decision) {
            assert!(decisions.contains(each), "docs/TESTING.md has no decision {each:?}");
        }
        assert!(self.cases > 0, "{} judged nothing", self.name);
        assert!(open <= allowed, "{}: {open} of {} cases differ, {allowed} may", self.name, self.cases);
    }

    /// Writes what `scripts/outside.mjs` makes its table of, when `OUTSIDE_REPORT` names a folder.
    fn write(&self) {
        let Ok(folder) = std::env::var("OUTSIDE_REPORT") else { return };
        let differed: Vec<Value> = self
            .differed
            .iter()
            .map(|d| json!({ "input": d.input, "ours": d.ours, "theirs": d.theirs, "decision": d.decision }))
            .collect();
        let report = json!({ "judge": self.name, "cases": self.cases, "differed": differed });
        let name: String = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = Path::new(&folder).join(format!("{name}.json"));
        std::fs::write(&path, report.to_string()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}

fn short(text: String) -> String {
    match text.char_indices().nth(500) {
        Some((end, _)) => format!("{} ... ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}

/// How many cases to judge: few in `make test`, many in `make outside`.
pub fn cases(few: usize, many: usize) -> usize {
    if std::env::var("OUTSIDE").is_ok_and(|v| v == "many") { many } else { few }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file or folder of the shared cases (`OUTSIDE_DATA`, `../shared/cases` when it is not set). Where there is none this says so, and the
/// caller has nothing to judge.
pub fn data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OUTSIDE_DATA").map_or_else(|| root().join("../shared/cases"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("NOTICE: {} is not there (OUTSIDE_DATA); what it judges was not tested", path.display());
    None
}

/// Runs a Python program of `scripts/outside/` with the packages of `scripts/judges.txt`; gives it `input` and takes its answer, both JSON.
/// None, with a notice, where the packages are not installed.
///
/// # Panics
/// When the program fails or does not answer in JSON.
pub fn python(program: &str, input: &Value) -> Option<Value> {
    let python = root().join(".tools/judges/bin/python");
    if !python.exists() {
        println!("NOTICE: .tools/judges is not there (scripts/judges); {program} judged nothing");
        return None;
    }
    let mut command = Command::new(python);
    command.arg(root().join("scripts/outside").join(program));
    Some(run(command, input))
}

/// Runs a program that reads JSON and answers in JSON.
///
/// # Panics
/// When it cannot be started, fails or does not answer in JSON.
pub fn run(mut command: Command, input: &Value) -> Value {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let mut stdout = child.stdout.take().expect("its output is a pipe");
    let text = input.to_string();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let mut answer = String::new();
    stdout.read_to_string(&mut answer).unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let status = child.wait().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(status.success(), "{command:?}: {status}");
    // A program that answers without reading its input to the end closes the pipe: no fault.
    let _ = writer.join();
    serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{command:?} answered {:?}: {e}", short(answer.clone())))
}
