//! Measures what goes to a human, rules and learned reader together: real messages of BANKING77's other half, held-out ones in fifteen
//! languages, examples of public reports, languages that nobody taught. Every figure is printed with its count at every run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use domain::guardrail::inbound;
use domain::skill::{Escalation, Guardrails};

const HELD_OUT: &str = include_str!("reader/held_out.txt");
const SEEN: &str = include_str!("reader/seen.txt");
const EXAMPLES: &str = include_str!("reader/examples.txt");
const UNKNOWN: &str = include_str!("reader/unknown.txt");
const LEARNED_FROM: &[&str] = &[
    include_str!("../reader/en.txt"),
    include_str!("../reader/de.txt"),
    include_str!("../reader/fr.txt"),
    include_str!("../reader/es.txt"),
    include_str!("../reader/it.txt"),
    include_str!("../reader/pt.txt"),
    include_str!("../reader/nl.txt"),
    include_str!("../reader/pl.txt"),
    include_str!("../reader/tr.txt"),
    include_str!("../reader/ru.txt"),
    include_str!("../reader/ja.txt"),
    include_str!("../reader/zh.txt"),
    include_str!("../reader/ko.txt"),
    include_str!("../reader/ar.txt"),
    include_str!("../reader/hi.txt"),
    include_str!("../reader/phrases_1.txt"),
    include_str!("../reader/phrases_2.txt"),
    include_str!("../reader/phrases_3.txt"),
    include_str!("../reader/phrases_4.txt"),
    include_str!("../reader/frames.txt"),
    include_str!("../reader/everyday.txt"),
    include_str!("../reader/subjects.txt"),
    include_str!("../reader/tempting.txt"),
    include_str!("../reader/banking77.txt"),
];

/// BANKING77's topics about what something costs, and about money back.
const CHARGES: &[&str] = &[
    "exchange_charge",
    "top_up_by_card_charge",
    "top_up_by_bank_transfer_charge",
    "card_payment_fee_charged",
    "transfer_fee_charged",
    "cash_withdrawal_charge",
];
const REFUNDS: &[&str] = &["request_refund", "Refund_not_showing_up"];
/// Topics in which many messages ask for money back or for a rate, and others do not: neither right nor wrong.
const EITHER: &[&str] = &[
    "category",
    "extra_charge_on_statement",
    "transaction_charged_twice",
    "exchange_rate",
    "reverted_card_payment?",
    "card_payment_wrong_exchange_rate",
    "wrong_exchange_rate_for_cash_withdrawal",
    "cancel_transfer",
    "wrong_amount_of_cash_received",
    "card_payment_not_recognised",
    "cash_withdrawal_not_recognised",
    "direct_debit_payment_not_recognised",
    "terminate_account",
    "top_up_reverted",
];

struct Case {
    language: String,
    topic: String,
    text: String,
}

fn cases(file: &str) -> Vec<Case> {
    let (mut language, mut topic) = (String::new(), String::new());
    let mut all = Vec::new();
    for line in file.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("@ ") {
            name.clone_into(&mut language);
        } else if let Some(name) = line.strip_prefix("= ") {
            name.clone_into(&mut topic);
        } else {
            all.push(Case { language: language.clone(), topic: topic.clone(), text: line.to_owned() });
        }
    }
    all
}

/// Every second row of BANKING77, those that the reader did not learn from: its words and its topic.
fn banking77() -> Option<Vec<(String, String)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("OUTSIDE_DATA").map_or_else(|| root.join("../shared/cases"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join("banking77_train.csv")).ok()?;
    let mut rows = Vec::new();
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut fields));
            }
            '\r' => {}
            c => field.push(c),
        }
    }
    let even = rows.into_iter().step_by(2).filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())));
    Some(even.filter(|(_, topic)| topic != "category").collect())
}

fn goes_to(text: &str) -> Vec<Escalation> {
    let read = inbound(text, &Guardrails::default());
    let mut reasons: Vec<Escalation> = read.found.iter().map(|found| found.reason).collect();
    reasons.extend(read.forced.filter(|_| read.found.is_empty()).map(|forced| forced.reason));
    // A plain STOP is obeyed before any agent is asked.
    if domain::keyword::keyword(text) == Some(domain::keyword::Keyword::Stop) {
        reasons.insert(0, Escalation::StopWish);
    }
    reasons
}

/// How many of how many.
#[derive(Default, Clone, Copy)]
struct Share {
    hit: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hit += usize::from(hit);
        self.of += 1;
    }

    fn percent(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some thousand messages")]
        let share = 100.0 * self.hit as f64 / self.of.max(1) as f64;
        share
    }

    fn told(self) -> String {
        format!("{} of {} ({:.1} %)", self.hit, self.of, self.percent())
    }
}

/// Written to the stream itself: what a passing test prints is swallowed, and these are meant to be seen.
fn tell(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).expect("stderr takes text");
}

#[test]
fn held_out_messages_in_fifteen_languages_go_where_they_belong() {
    // What was reached, so that it does not become less. The goal is 99 % and 5 % (docs/TESTING.md).
    measure("held-out messages", HELD_OUT, (78.0, 18.0));
    measure("messages that were seen, and learned from in kind", SEEN, (90.0, 5.0));
}

fn measure(name: &str, file: &str, (least, most): (f64, f64)) {
    let (mut by_topic, mut by_language): (BTreeMap<String, Share>, BTreeMap<String, (Share, Share)>) =
        Default::default();
    let mut confusion: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut wrong = String::new();
    for case in cases(file) {
        let reasons = goes_to(&case.text);
        let (forced, others) = by_language.entry(case.language.clone()).or_default();
        let went = reasons.first().map_or("nobody", |reason| reason.as_str());
        *confusion.entry((case.topic.clone(), went.to_owned())).or_default() += 1;
        by_topic.entry(case.topic.clone()).or_default().add(!reasons.is_empty());
        let right = if case.topic == "none" {
            others.add(!reasons.is_empty());
            reasons.is_empty()
        } else {
            forced.add(!reasons.is_empty());
            !reasons.is_empty()
        };
        if !right {
            wrong += &format!("  {} {} -> {went}: {}\n", case.language, case.topic, case.text);
        }
    }
    let mut told = format!("learned reader and rules, {name} that went to a human:\n");
    for (topic, share) in &by_topic {
        told += &format!("  {topic}: {}\n", share.told());
    }
    for (language, (forced, others)) in &by_language {
        told += &format!("  {language}: subjects for a human {}, others {}\n", forced.told(), others.told());
    }
    told += "  confusion (what it is -> why it went to a human):\n";
    for ((topic, went), count) in &confusion {
        told += &format!("    {topic} -> {went}: {count}\n");
    }
    tell(&(told + &wrong));
    for (topic, share) in by_topic {
        if topic == "none" {
            assert!(share.percent() <= most, "{topic}: {}", share.told());
        } else {
            assert!(share.percent() >= least, "{topic}: {}", share.told());
        }
    }
}

#[test]
fn real_messages_of_a_bank_go_where_they_belong() {
    let Some(rows) = banking77() else {
        tell("banking77_train.csv is not on this machine (OUTSIDE_DATA): the held-out messages stand in for it\n");
        return;
    };
    let (mut charges, mut refunds, mut others) = (Share::default(), Share::default(), Share::default());
    let mut wrong = String::new();
    let mut by_topic: BTreeMap<&str, Share> = BTreeMap::new();
    for (text, topic) in rows.iter().filter(|(_, topic)| !EITHER.contains(&topic.as_str())) {
        let reasons = goes_to(text);
        let (share, right) = match topic.as_str() {
            topic if CHARGES.contains(&topic) => (&mut charges, !reasons.is_empty()),
            topic if REFUNDS.contains(&topic) => (&mut refunds, !reasons.is_empty()),
            _ => (&mut others, reasons.is_empty()),
        };
        share.add(!reasons.is_empty());
        by_topic.entry(topic).or_default().add(!reasons.is_empty());
        if !right {
            wrong += &format!(
                "  {topic} -> {:?}: {}\n",
                inbound(text, &Guardrails::default()).forced.map(|f| format!("{} ({})", f.reason, f.evidence)),
                text.trim()
            );
        }
    }
    let mut told = format!(
        "BANKING77, rows that were not learned from, that went to a human:\n  charges: {}\n  money back: {}\n  other topics: {}\n",
        charges.told(),
        refunds.told(),
        others.told()
    );
    if std::env::var_os("OUTSIDE").is_some() {
        told.extend(by_topic.iter().map(|(topic, share)| format!("    {topic}: {}\n", share.told())));
        told += &wrong;
    }
    tell(&told);
    assert!(charges.percent() >= 99.0 && refunds.percent() >= 99.0, "{wrong}");
    assert!(others.percent() <= 5.0, "{}", others.told());
}

#[test]
fn examples_of_public_reports_go_to_a_human() {
    for case in cases(EXAMPLES) {
        let reasons = goes_to(&case.text);
        assert_eq!(reasons.is_empty(), case.topic == "none", "{}: {reasons:?}", case.text);
    }
}

#[test]
fn a_language_that_nobody_taught_goes_to_a_human() {
    let all: Vec<&str> = UNKNOWN.lines().filter(|line| !line.starts_with('#')).collect();
    let answered: Vec<&&str> = all.iter().filter(|text| goes_to(text).is_empty()).collect();
    tell(&format!("languages not taught: {} of {} went to a human\n", all.len() - answered.len(), all.len()));
    assert!(answered.len() <= 2, "{answered:?}");
}

#[test]
fn nothing_that_measures_the_reader_taught_it() {
    let plain = |text: &str| text.to_lowercase().trim_end_matches(['.', '?', '!']).to_owned();
    let learned: BTreeSet<String> =
        LEARNED_FROM.iter().flat_map(|file| file.lines()).flat_map(|line| line.split(" | ")).map(plain).collect();
    for case in cases(HELD_OUT).into_iter().chain(cases(EXAMPLES)) {
        assert!(!learned.contains(&plain(&case.text)), "{}", case.text);
    }
}
