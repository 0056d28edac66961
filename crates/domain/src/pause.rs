//! How long another system asks us to wait (`Retry-After` and its relatives), read so that no value of theirs can do harm.
//!
//! A wait is never longer than [`LONGEST`], so it may be added to any moment. Not here: whether to wait at all.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The longest wait that anybody is granted; after it we look again.
pub const LONGEST: Duration = Duration::from_secs(3_600);

/// A number of seconds as a wait: what is no number is none, below zero is no wait, and anything longer is [`LONGEST`].
pub fn seconds(text: &str) -> Option<Duration> {
    scaled(text, 1.0)
}

/// The same for milliseconds.
pub fn milliseconds(text: &str) -> Option<Duration> {
    scaled(text, 0.001)
}

fn scaled(text: &str, unit: f64) -> Option<Duration> {
    let number = text.trim().parse::<f64>().ok().filter(|number| !number.is_nan())?;
    Some(Duration::from_secs_f64((number * unit).clamp(0.0, LONGEST.as_secs_f64())))
}

/// The value of a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
pub fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    seconds(text).or_else(|| {
        let date = DateTime::parse_from_rfc2822(text.trim()).ok()?.with_timezone(&Utc);
        Some((date - now).to_std().unwrap_or(Duration::ZERO).min(LONGEST))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_from_outside_is_longer_than_the_longest() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        for (text, wait) in [
            ("2", Some(2)),
            (" 2 ", Some(2)),
            ("-1", Some(0)),
            ("-inf", Some(0)),
            ("7200", Some(3_600)),
            ("9999999999999999999", Some(3_600)),
            ("99999999999999999999999999999999999999999", Some(3_600)),
            ("1e300", Some(3_600)),
            ("1e999", Some(3_600)),
            ("inf", Some(3_600)),
            ("NaN", None),
            ("later", None),
            ("", None),
            ("Sat, 21 Nov 2026 10:00:30 GMT", Some(30)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(3_600)),
        ] {
            assert_eq!(retry_after(text, now), wait.map(Duration::from_secs), "{text}");
            // It can be added to any moment.
            let _ = std::time::Instant::now() + retry_after(text, now).unwrap_or_default();
        }
        assert_eq!(milliseconds("150"), Some(Duration::from_millis(150)));
        assert_eq!(milliseconds("18446744073709551615"), Some(LONGEST));
    }
}
