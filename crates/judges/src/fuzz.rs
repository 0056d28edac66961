//! Bytes as no program should send them: right ones, of which parts were cut, doubled, swapped and overwritten, and strange ones put in.
//!
//! proptest draws them, makes what fails as short as it can be, and keeps it in `crates/judges/found`, so that it is tried first from
//! then on. Not here: what has to hold of an answer; the caller's check asserts that.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::{Judge, cases, root};

/// The longest that one input may take, on a machine that has other work, too.
const LONGEST: Duration = Duration::from_secs(10);

/// What breaks parsers, wherever it stands.
const STRANGE: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\xbd",
    b"\xf0\x9f\x9a",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"\"",
    b"'",
    b"\\",
    b"\\ud83d",
    b"\\u0000",
    b"%",
    b"%00",
    b"%ff",
    b"&amp;&#0;&#x110000;",
    b"<![CDATA[",
    b"<!--",
    b"]]>",
    b"{{",
    b"}}",
    b"--",
    b";",
    b":",
    b"0",
    b"-1",
    b"1e400",
    b"18446744073709551616",
    b"9999999999999999999999999999999999999999",
    b"NaN",
    b"null",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":",
    "\u{1f6b2}".as_bytes(),
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".as_bytes(),
    "e\u{301}\u{301}\u{301}".as_bytes(),
    "\u{202e}\u{2066}".as_bytes(),
    "\u{200b}\u{feff}\u{a0}\u{3000}".as_bytes(),
    "\u{2028}\u{85}".as_bytes(),
    "\u{130}\u{df}\u{fb01}".as_bytes(),
    "\u{6f1}\u{ff11}\u{661}".as_bytes(),
];

/// One change of an input.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index, usize),
    Double(Index, usize),
    Put(Index, Index),
    Set(Index, u8),
    End(Index),
    Many(Index, Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        2 => (at(), 1..200_usize).prop_map(|(at, length)| Change::Double(at, length)),
        6 => (at(), at()).prop_map(|(at, which)| Change::Put(at, which)),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => at().prop_map(Change::End),
        1 => (at(), at(), any::<u8>()).prop_map(|(at, which, times)| Change::Many(at, which, times)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let place = |at: &Index| at.index(bytes.len() + 1);
    match change {
        Change::Cut(at, length) => {
            let from = place(at);
            bytes.drain(from..(from + length).min(bytes.len()));
        }
        Change::Double(at, length) => {
            let from = place(at);
            let part = bytes[from..(from + length).min(bytes.len())].to_vec();
            bytes.splice(from..from, part);
        }
        Change::Put(at, which) => {
            let from = place(at);
            bytes.splice(from..from, which.get(STRANGE).iter().copied());
        }
        Change::Set(at, byte) => {
            let from = place(at);
            if let Some(old) = bytes.get_mut(from) {
                *old = *byte;
            }
        }
        Change::End(at) => bytes.truncate(place(at)),
        Change::Many(at, which, times) => {
            let from = place(at);
            bytes.splice(from..from, which.get(STRANGE).repeat(usize::from(*times) * 8));
        }
    }
}

/// Shown as text where it is one.
#[derive(Clone)]
struct Input(Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = &self.0[..self.0.len().min(2_000)];
        write!(f, "{} bytes: b\"{}\"", self.0.len(), bytes.escape_ascii())
    }
}

/// Tries `check` on inputs made of `samples`: `few` in `make test`, always the same ones, and `many` others in `make outside`.
///
/// # Panics
/// When `check` does, or takes longer than ten seconds; with the shortest such input.
pub fn fuzz(name: &str, samples: &[&[u8]], few: usize, many: usize, check: impl Fn(&[u8])) {
    let samples: Vec<Vec<u8>> = samples.iter().map(|sample| sample.to_vec()).collect();
    let right = proptest::sample::select(samples);
    let mangled = (right, vec(change(), 0..8)).prop_map(|(mut bytes, changes)| {
        changes.iter().for_each(|change| apply(&mut bytes, change));
        Input(bytes)
    });
    let inputs = prop_oneof![9 => mangled, 1 => vec(any::<u8>(), 0..400).prop_map(Input)];

    let number = cases(few, many);
    let file = root().join(format!("crates/judges/found/{}.txt", name.replace(' ', "-")));
    // proptest wants a name that outlives everything; this is a test program, which ends soon.
    let file: &'static str = Box::leak(file.display().to_string().into_boxed_str());
    let config = Config {
        cases: u32::try_from(number).unwrap_or(u32::MAX),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(file))),
        max_shrink_iters: 2_000,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let mut runner = match number == few {
        true => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        false => TestRunner::new(config),
    };
    let result = runner.run(&inputs, |input| {
        let begun = Instant::now();
        check(&input.0);
        let took = begun.elapsed();
        if took > LONGEST { Err(TestCaseError::fail(format!("it took {took:?}"))) } else { Ok(()) }
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    let mut judge = Judge::new(format!("{name} by proptest"));
    judge.agreed(number);
    judge.finish();
}
