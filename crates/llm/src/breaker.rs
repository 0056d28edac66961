//! When to stop calling a model that keeps failing. Pure: the time is an argument.
//!
//! Closed (calls go through) -> open (calls are skipped) -> half open (one call may try) -> closed or open again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

const IN_A_ROW: u32 = 5;
const WINDOW: usize = 20;
const REST: Duration = Duration::from_secs(30);
/// A provider may ask for more; then we look again.
const LONGEST_REST: Duration = domain::pause::LONGEST;
/// How long the one call that tries may keep others from trying.
const LONGEST_PROBE: Duration = Duration::from_secs(120);

/// The memory of one model.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    state: State,
    /// The status of the last failure that came with one: whoever is kept waiting is told the same.
    pub status: Option<u16>,
    failures_in_a_row: u32,
    /// The last outcomes, `true` for a failure.
    recent: VecDeque<bool>,
}

#[derive(Debug, Default, PartialEq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Instant,
    },
    HalfOpen {
        since: Instant,
    },
}

/// What a call's end did to the breaker, where others should hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing that matters to anyone else.
    None,
    /// One more failure.
    Failed,
    /// It opened for that long, or longer than before.
    Opened(Duration),
    /// All is well again.
    Closed,
}

impl Breaker {
    /// May a call be made now? If not, for how long not. A yes must be followed by one of the three below; it is `true` for
    /// the one call that tries whether the model is back.
    pub fn enter(&mut self, now: Instant) -> Result<bool, Duration> {
        match self.state {
            State::Closed => Ok(false),
            State::Open { until } if now < until => Err(until - now),
            // Someone else is trying; how it goes is known soon. One who never said how it went does not block for ever.
            State::HalfOpen { since } if now < since + LONGEST_PROBE => Err(Duration::from_secs(1)),
            State::Open { .. } | State::HalfOpen { .. } => {
                self.state = State::HalfOpen { since: now };
                Ok(true)
            }
        }
    }

    /// Another process opened its breaker, or stored that it is open.
    pub fn opened_elsewhere(&mut self, now: Instant, rest: Duration) {
        let until = now + rest.min(LONGEST_REST);
        let until = if let State::Open { until: before } = self.state { before.max(until) } else { until };
        self.state = State::Open { until };
        self.failures_in_a_row = 0;
        self.recent.clear();
    }

    /// Another process is trying whether the model is back.
    pub fn probed_elsewhere(&mut self, now: Instant) {
        if self.state != State::Closed {
            self.state = State::HalfOpen { since: now };
        }
    }

    /// A call of another process failed. It opens the breaker itself when that was one too many.
    pub fn failed_elsewhere(&mut self) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
    }

    /// A call of another process went well after some had failed.
    pub fn closed_elsewhere(&mut self) {
        *self = Self::default();
    }

    /// How long calls are still skipped, without asking for one.
    pub fn resting(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Open { until } if now < until => Some(until - now),
            _ => None,
        }
    }

    /// The call went well, or failed in a way that says nothing against the model.
    pub fn went_well(&mut self) -> Change {
        match self.state {
            State::Closed => {
                self.remember(false);
                if std::mem::take(&mut self.failures_in_a_row) > 0 { Change::Closed } else { Change::None }
            }
            State::HalfOpen { .. } => {
                *self = Self::default();
                Change::Closed
            }
            // A call that began before the breaker opened; the rest goes on.
            State::Open { .. } => Change::None,
        }
    }

    /// The call failed. `rest` is how long the provider asked to be left alone.
    pub fn failed(&mut self, now: Instant, rest: Option<Duration>) -> Change {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        self.remember(true);
        let failures = self.recent.iter().filter(|failed| **failed).count();
        let tripped = self.failures_in_a_row >= IN_A_ROW || (self.recent.len() == WINDOW && failures * 2 > WINDOW);
        if tripped || rest.is_some() || matches!(self.state, State::HalfOpen { .. }) {
            let rest = rest.unwrap_or(REST).min(LONGEST_REST);
            // A call that began before the breaker opened must not shorten the rest.
            let until = match self.state {
                State::Open { until } => until.max(now + rest),
                _ => now + rest,
            };
            self.state = State::Open { until };
            self.failures_in_a_row = 0;
            self.recent.clear();
            return Change::Opened(until - now);
        }
        Change::Failed
    }

    /// Nobody knows how the call went, because the caller left. The next one may try.
    pub fn abandoned(&mut self, now: Instant) {
        if matches!(self.state, State::HalfOpen { .. }) {
            self.state = State::Open { until: now };
        }
    }

    fn remember(&mut self, failed: bool) {
        if self.recent.len() == WINDOW {
            self.recent.pop_front();
        }
        self.recent.push_back(failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_one_probe_decides() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            assert_eq!(breaker.enter(now), Ok(false));
            breaker.failed(now, None);
        }
        assert_eq!(breaker.enter(now), Ok(false));
        breaker.failed(now, None);
        assert_eq!(breaker.enter(now + seconds(10)), Err(seconds(20)));
        assert_eq!(breaker.resting(now + seconds(10)), Some(seconds(20)));

        let later = now + seconds(30);
        assert_eq!(breaker.enter(later), Ok(true), "one probe");
        assert!(breaker.enter(later).is_err(), "and only one");
        breaker.failed(later, None);
        assert_eq!(breaker.enter(later + seconds(29)), Err(seconds(1)), "a failed probe opens it again");

        let later = later + seconds(30);
        assert_eq!(breaker.enter(later), Ok(true));
        breaker.abandoned(later);
        assert_eq!(breaker.enter(later), Ok(true), "an abandoned probe gives its place free");
        breaker.went_well();
        assert!(breaker.enter(later).is_ok() && breaker.enter(later).is_ok(), "closed");
    }

    #[test]
    fn a_success_in_between_starts_the_count_anew() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            (0..4).for_each(|_| assert_eq!(breaker.failed(now, None), Change::Failed));
            assert_eq!(breaker.went_well(), Change::Closed);
            (0..4).for_each(|_| assert_eq!(breaker.went_well(), Change::None));
        }
        assert_eq!(
            breaker.enter(now),
            Ok(false),
            "16 of 36 failed, never five in a row, never more than half of twenty"
        );
    }

    #[test]
    fn more_than_half_of_twenty_opens_it() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for n in 0..19 {
            assert_eq!(breaker.enter(now), Ok(false), "call {n}");
            if n % 2 == 0 {
                breaker.failed(now, None)
            } else {
                breaker.went_well()
            };
        }
        breaker.failed(now, None);
        assert!(breaker.enter(now).is_err(), "11 of 20 failed");
    }

    #[test]
    fn the_provider_says_how_long() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        breaker.failed(now, Some(seconds(7)));
        assert_eq!(breaker.enter(now), Err(seconds(7)));
        breaker.failed(now, Some(seconds(3)));
        breaker.went_well();
        assert_eq!(breaker.enter(now), Err(seconds(7)), "stragglers do not shorten it");
        assert_eq!(breaker.enter(now + seconds(7)), Ok(true));
        breaker.failed(now, Some(seconds(1_000_000)));
        assert_eq!(breaker.enter(now), Err(LONGEST_REST));
    }

    #[test]
    fn what_others_say_counts() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        (0..4).for_each(|_| breaker.failed_elsewhere());
        assert_eq!(breaker.failed(now, None), Change::Opened(REST), "the fifth in a row, whoever made the others");
        breaker.opened_elsewhere(now, seconds(60));
        assert_eq!(breaker.resting(now), Some(seconds(60)));
        breaker.opened_elsewhere(now, seconds(10));
        assert_eq!(breaker.resting(now), Some(seconds(60)), "the longer rest holds");
        breaker.probed_elsewhere(now + seconds(60));
        assert_eq!(breaker.enter(now + seconds(61)), Err(seconds(1)));
        assert_eq!(
            breaker.enter(now + seconds(60) + LONGEST_PROBE),
            Ok(true),
            "a silent prober is not waited for for ever"
        );
        breaker.closed_elsewhere();
        assert_eq!(breaker.enter(now), Ok(false));
        breaker.probed_elsewhere(now);
        assert_eq!(breaker.enter(now), Ok(false), "nothing to try when all is well");
    }
}
