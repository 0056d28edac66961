//! `POST /faults`: a browser reports that a page stopped working. One line in the log names the place; nothing else comes of it.
//!
//! Anybody may report, since the sign-in page can fail too. So there are only closed words and places, which hold nothing about people,
//! and so many a minute. Not here: what the person is told (`fault.js` in `app`).

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;

/// How many reports a minute are written down.
const A_MINUTE: u32 = 30;

/// What failed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The browser half panicked.
    Panic,
    /// It ended without saying why.
    Trap,
    /// A part of it could not be fetched.
    Part,
    /// It could not be fetched at all.
    Load,
}

/// What a browser reports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    kind: Kind,
    /// File, line and column of a panic.
    at: String,
    /// The first word of the address.
    page: String,
    /// Which build the page is of.
    build: String,
}

impl Report {
    /// Whether it holds places only, no text that somebody wrote.
    fn is_plain(&self) -> bool {
        let plain = |text: &str, more: &str, most: usize| {
            text.len() <= most && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        plain(&self.at, "/\\._-:", 300) && plain(&self.page, "/-", 40) && plain(&self.build, "_-", 64)
    }

    /// The place without the folders of whoever built this.
    fn place(&self) -> &str {
        let start = self.at.rmatch_indices(['/', '\\']).nth(3).map_or(0, |(i, _)| i + 1);
        &self.at[start..]
    }
}

/// How many came in this minute.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Option<(Instant, u32)>>);

impl Faults {
    fn admits(&self, now: Instant) -> bool {
        let mut held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (since, count) =
            held.filter(|(since, _)| now.duration_since(*since) < Duration::from_secs(60)).unwrap_or((now, 0));
        *held = Some((since, count.saturating_add(1)));
        count < A_MINUTE
    }
}

pub(crate) async fn report(Extension(faults): Extension<Arc<Faults>>, Json(report): Json<Report>) -> StatusCode {
    if !report.is_plain() {
        return StatusCode::BAD_REQUEST;
    }
    if !faults.admits(Instant::now()) {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    tracing::warn!(
        fault.kind = ?report.kind,
        fault.at = report.place(),
        fault.page = report.page,
        fault.build = report.build,
        "a page stopped working in a browser"
    );
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(json: &str) -> Option<Report> {
        serde_json::from_str::<Report>(json).ok().filter(Report::is_plain)
    }

    #[test]
    fn a_report_holds_a_place_and_no_words_of_people() {
        let good = r#"{"kind":"panic","at":"/home/x/.cargo/registry/src/i/reactive_graph-0.2.16/src/traits.rs:394:39","page":"/leads","build":"a_b-c"}"#;
        assert_eq!(report(good).expect("taken").place(), "i/reactive_graph-0.2.16/src/traits.rs:394:39");
        for bad in [
            r#"{"kind":"panic","at":"call Ada at home","page":"/leads","build":""}"#,
            r#"{"kind":"panic","at":"","page":"/leads?q=ada@example.com","build":""}"#,
            r#"{"kind":"panic","at":"","page":"/","build":"","message":"Ada"}"#,
            r#"{"kind":"a rumour","at":"","page":"/","build":""}"#,
            "{\"kind\":\"panic\",\"at\":\"a\\nINFO forged\",\"page\":\"/\",\"build\":\"\"}",
        ] {
            assert!(report(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_flood_of_reports_does_not_fill_the_log() {
        let (faults, now) = (Faults::default(), Instant::now());
        let admitted = (0..1000).filter(|_| faults.admits(now)).count();
        assert_eq!(admitted, 30);
        assert!(faults.admits(now + Duration::from_secs(61)), "the next minute is another one");
    }
}
