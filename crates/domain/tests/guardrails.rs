//! Measures the forced classes on a corpus of own writing: recall and precision are printed at every run, and both must
//! hold.

use std::collections::BTreeMap;
use std::io::Write;

use domain::guardrail::inbound;
use domain::skill::{Escalation, Guardrails};

const FORCED: [Escalation; 4] = [Escalation::Pricing, Escalation::Refund, Escalation::Legal, Escalation::HumanRequest];

/// The files that the rules were tuned on.
const TUNED: &[(&str, &str)] = &[
    ("pricing", include_str!("guardrails/pricing.tsv")),
    ("refund", include_str!("guardrails/refund.tsv")),
    ("legal", include_str!("guardrails/legal.tsv")),
    ("human_request", include_str!("guardrails/human_request.tsv")),
    ("mixed", include_str!("guardrails/mixed.tsv")),
    ("injection", include_str!("guardrails/injection.tsv")),
    ("none", include_str!("guardrails/none.tsv")),
];
const HELD_OUT: &str = include_str!("guardrails/holdout.tsv");

struct Case {
    text: String,
    must: Vec<Escalation>,
    may: Vec<Escalation>,
}

/// Reads `text <tab> class`: `a+b` wants both, `a|b` lets b be found too; `\u{…}` is a hidden character.
fn cases(file: &str) -> Vec<Case> {
    let class = |word: &str| -> Option<Escalation> {
        (word != "none").then(|| word.parse().unwrap_or_else(|e| panic!("{word}: {e}")))
    };
    file.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (text, classes) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
            let mut alternatives = classes.split('|');
            let must = alternatives.next().unwrap_or_default().split('+').filter_map(class).collect();
            Case { text: unescaped(text), must, may: alternatives.filter_map(class).collect() }
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (code, behind) = after.split_once('}').expect("closed");
        out.push_str(before);
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        rest = behind;
    }
    out + rest
}

#[derive(Default)]
struct Score {
    wanted: BTreeMap<Escalation, u32>,
    hit: BTreeMap<Escalation, u32>,
    right: u32,
    found: u32,
    misses: Vec<String>,
    false_alarms: Vec<String>,
    cases: u32,
}

impl Score {
    fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        let mut score = Self::default();
        for case in files.flat_map(cases) {
            score.cases += 1;
            let read = inbound(&case.text, &Guardrails::default());
            let found: Vec<Escalation> = read.found.iter().map(|f| f.reason).collect();
            for class in &case.must {
                *score.wanted.entry(*class).or_default() += 1;
                if found.contains(class) {
                    *score.hit.entry(*class).or_default() += 1;
                } else {
                    score.misses.push(format!("{class}: {}", case.text));
                }
            }
            // The corpus says nothing about the other reasons for a human.
            for forced in read.found.iter().filter(|forced| FORCED.contains(&forced.reason)) {
                score.found += 1;
                if case.must.contains(&forced.reason) || case.may.contains(&forced.reason) {
                    score.right += 1;
                } else {
                    score.false_alarms.push(format!("{} ({}): {}", forced.reason, forced.evidence, case.text));
                }
            }
        }
        score
    }

    fn recall(&self, class: Escalation) -> f64 {
        f64::from(self.hit.get(&class).copied().unwrap_or(0)) / f64::from(self.wanted.get(&class).copied().unwrap_or(0))
    }

    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from(self.found)
    }

    /// Tells the figures. Written to the stream itself: what a passing test prints is swallowed, and these are meant to be seen.
    fn print(&self, name: &str) {
        let mut told = format!("{name}: {} messages\n", self.cases);
        for class in FORCED {
            told += &format!("  recall {class}: {:.1} % of {}\n", 100.0 * self.recall(class), self.wanted[&class]);
        }
        told += &format!("  precision: {:.1} % of {} found\n", 100.0 * self.precision(), self.found);
        told.extend(self.misses.iter().map(|line| format!("  missed {line}\n")));
        told.extend(self.false_alarms.iter().map(|line| format!("  false alarm {line}\n")));
        std::io::stderr().write_all(told.as_bytes()).expect("stderr takes text");
    }
}

#[test]
fn every_forced_class_is_found_and_little_else() {
    let tuned = Score::of(TUNED.iter().map(|(_, file)| *file));
    let held_out = Score::of(std::iter::once(HELD_OUT));
    tuned.print("corpus");
    held_out.print("held out");
    assert!(tuned.cases >= 400 && held_out.cases >= 100, "the corpus is too small to prove anything");
    for class in FORCED {
        assert!(tuned.recall(class) >= 1.0, "{class} was missed: {:?}", tuned.misses);
        assert!(held_out.recall(class) >= 0.95, "{class} was missed: {:?}", held_out.misses);
    }
    assert!(held_out.precision() >= 0.95, "{:?}", held_out.false_alarms);
    assert!(tuned.precision() >= 0.95, "{:?}", tuned.false_alarms);
}
