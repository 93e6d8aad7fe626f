//! The server's time and smoltcp's, turned into each other, and the loop's clock, which leaves out the time in which the loop stood still.
//! Touches nothing but `time`.

use crate::time::{Duration, Instant};

/// The latest moment that smoltcp can name in its microseconds.
const LATEST: u64 = i64::MAX as u64 / 1000;

/// The moment as smoltcp names it.
pub(super) fn moment(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_millis(now.as_millis().min(LATEST) as i64)
}

/// The moment as the server names it.
pub(super) fn instant(at: smoltcp::time::Instant) -> Instant {
    Instant::from_millis(at.total_millis().max(0) as u64)
}

/// The span as smoltcp names it.
pub(super) fn span(duration: Duration) -> smoltcp::time::Duration {
    smoltcp::time::Duration::from_millis(duration.as_millis().min(LATEST))
}

/// How much later than asked the loop may wake before that counts as having stood still.
const SLACK: Duration = Duration::from_secs(1);

/// The loop's clock: the product's without the time in which the loop stood still.
///
/// A process that was stopped, a machine that was frozen or a disk that held the loop for a minute is no fault of the peers: on the
/// product's clock all of them would have been silent for too long at once, before any frame of theirs was looked at.
#[derive(Debug, Default)]
pub(super) struct LoopClock {
    /// How far it is behind the product's.
    behind: Duration,
    now: Instant,
    /// When the loop was to wake, on this clock.
    due: Option<Instant>,
}

impl LoopClock {
    /// The moment when the product's clock shows `shown`: never more than a second behind the moment at which the loop was to wake.
    pub(super) fn read(&mut self, shown: Instant) -> Instant {
        let now = (shown - self.behind).max(self.now);
        let latest = self.due.map_or(now, |due| due.max(self.now) + SLACK);
        if now > latest {
            self.behind = self.behind + now.saturating_since(latest);
        }
        self.now = now.min(latest);
        self.now
    }

    /// Notes when the loop is to wake; that moment as the product's clock will show it.
    pub(super) fn sleep(&mut self, until: Option<Instant>) -> Option<Instant> {
        self.due = until;
        until.map(|until| until + self.behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn who_wakes_within_a_second_has_missed_nothing() {
        let mut clock = LoopClock::default();
        assert_eq!(clock.read(at(5_000)), at(5_000));
        assert_eq!(clock.sleep(Some(at(6_000))), Some(at(6_000)));
        assert_eq!(clock.read(at(7_000)), at(7_000));
        // Without a moment to wake at nobody waits for anything.
        assert_eq!(clock.sleep(None), None);
        assert_eq!(clock.read(at(900_000)), at(900_000));
    }

    #[test]
    fn time_beyond_that_is_left_out_for_good_and_the_clock_never_goes_back() {
        let mut clock = LoopClock::default();
        clock.read(at(5_000));
        clock.sleep(Some(at(6_000)));
        assert_eq!(clock.read(at(7_001)), at(7_000));
        clock.sleep(Some(at(8_000)));
        assert_eq!(clock.read(at(107_001)), at(9_000));
        assert_eq!(clock.sleep(Some(at(10_000))), Some(at(108_001)));
        assert_eq!(clock.read(at(108_001)), at(10_000));
        // A moment that is past already: the second counts from now.
        clock.sleep(Some(at(3_000)));
        assert_eq!(clock.read(at(200_000)), at(11_000));
        assert_eq!(clock.read(at(200_000)), at(11_000));
    }
}
