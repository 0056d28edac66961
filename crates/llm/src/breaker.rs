//! When to stop calling a model that keeps failing. Pure: the time is an argument.
//!
//! Closed (calls go through) -> open (calls are skipped) -> half open (one call may try) -> closed or open again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

const IN_A_ROW: u32 = 5;
const WINDOW: usize = 20;
const REST: Duration = Duration::from_secs(30);
/// A provider may ask for more; we look again after an hour at the latest.
const LONGEST_REST: Duration = Duration::from_secs(3600);

/// The memory of one model.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    state: State,
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
    HalfOpen,
}

impl Breaker {
    /// May a call be made now? If not, for how long not. A yes must be followed by one of the three below.
    pub fn enter(&mut self, now: Instant) -> Result<(), Duration> {
        match self.state {
            State::Closed => Ok(()),
            State::Open { until } if now >= until => {
                self.state = State::HalfOpen;
                Ok(())
            }
            State::Open { until } => Err(until - now),
            // Someone else is trying; how it goes is known soon.
            State::HalfOpen => Err(Duration::from_secs(1)),
        }
    }

    /// How long calls are still skipped, without asking for one.
    pub fn resting(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Open { until } if now < until => Some(until - now),
            _ => None,
        }
    }

    /// The call went well, or failed in a way that says nothing against the model.
    pub fn went_well(&mut self) {
        match self.state {
            State::Closed => {
                self.failures_in_a_row = 0;
                self.remember(false);
            }
            State::HalfOpen => *self = Self::default(),
            // A call that began before the breaker opened; the rest goes on.
            State::Open { .. } => {}
        }
    }

    /// The call failed. `rest` is how long the provider asked to be left alone.
    pub fn failed(&mut self, now: Instant, rest: Option<Duration>) {
        self.failures_in_a_row += 1;
        self.remember(true);
        let failures = self.recent.iter().filter(|failed| **failed).count();
        let tripped = self.failures_in_a_row >= IN_A_ROW || (self.recent.len() == WINDOW && failures * 2 > WINDOW);
        if tripped || rest.is_some() || self.state == State::HalfOpen {
            let rest = rest.unwrap_or(REST).min(LONGEST_REST);
            // A call that began before the breaker opened must not shorten the rest.
            let until = match self.state {
                State::Open { until } => until.max(now + rest),
                _ => now + rest,
            };
            self.state = State::Open { until };
            self.failures_in_a_row = 0;
            self.recent.clear();
        }
    }

    /// Nobody knows how the call went, because the caller left. The next one may try.
    pub fn abandoned(&mut self, now: Instant) {
        if self.state == State::HalfOpen {
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
            assert_eq!(breaker.enter(now), Ok(()));
            breaker.failed(now, None);
        }
        assert_eq!(breaker.enter(now), Ok(()));
        breaker.failed(now, None);
        assert_eq!(breaker.enter(now + seconds(10)), Err(seconds(20)));
        assert_eq!(breaker.resting(now + seconds(10)), Some(seconds(20)));

        let later = now + seconds(30);
        assert_eq!(breaker.enter(later), Ok(()), "one probe");
        assert!(breaker.enter(later).is_err(), "and only one");
        breaker.failed(later, None);
        assert_eq!(breaker.enter(later + seconds(29)), Err(seconds(1)), "a failed probe opens it again");

        let later = later + seconds(30);
        assert_eq!(breaker.enter(later), Ok(()));
        breaker.abandoned(later);
        assert_eq!(breaker.enter(later), Ok(()), "an abandoned probe gives its place free");
        breaker.went_well();
        assert!(breaker.enter(later).is_ok() && breaker.enter(later).is_ok(), "closed");
    }

    #[test]
    fn a_success_in_between_starts_the_count_anew() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            (0..4).for_each(|_| breaker.failed(now, None));
            (0..5).for_each(|_| breaker.went_well());
        }
        assert_eq!(breaker.enter(now), Ok(()), "16 of 36 failed, never five in a row, never more than half of twenty");
    }

    #[test]
    fn more_than_half_of_twenty_opens_it() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for n in 0..19 {
            assert_eq!(breaker.enter(now), Ok(()), "call {n}");
            if n % 2 == 0 { breaker.failed(now, None) } else { breaker.went_well() }
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
        assert_eq!(breaker.enter(now + seconds(7)), Ok(()));
        breaker.failed(now, Some(seconds(1_000_000)));
        assert_eq!(breaker.enter(now), Err(LONGEST_REST));
    }
}
