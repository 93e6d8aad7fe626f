//! Conversion between the server's time and smoltcp's, and the loop's clock, which leaves out time
//! in which the loop stood still.

use crate::time::{Duration, Instant};

/// The latest moment that smoltcp can name in its microseconds.
const LATEST: u64 = i64::MAX as u64 / 1000;

/// The moment in smoltcp's type.
pub(super) fn moment(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_millis(now.as_millis().min(LATEST) as i64)
}

/// The moment in the server's type.
pub(super) fn instant(at: smoltcp::time::Instant) -> Instant {
    Instant::from_millis(at.total_millis().max(0) as u64)
}

/// The span in smoltcp's type.
pub(super) fn span(duration: Duration) -> smoltcp::time::Duration {
    smoltcp::time::Duration::from_millis(duration.as_millis().min(LATEST))
}

/// How much too late the loop may wake before it counts as having stood still.
const SLACK: Duration = Duration::from_secs(1);

/// The loop's clock: the product's clock without the time in which the loop stood still.
///
/// A stopped process, a frozen machine or a slow disk is no fault of the peers. On the product's
/// clock all of them would have been silent for too long at once, before the server looked at any
/// frame of theirs.
#[derive(Debug, Default)]
pub(super) struct LoopClock {
    /// How far it is behind the product's clock.
    behind: Duration,
    now: Instant,
    /// The moment at which the loop was to wake, on this clock.
    due: Option<Instant>,
}

impl LoopClock {
    /// This clock's time when the product's clock shows `shown`. It is never more than a second
    /// after the moment at which the loop was to wake.
    pub(super) fn read(&mut self, shown: Instant) -> Instant {
        let now = (shown - self.behind).max(self.now);
        let latest = self.due.map_or(now, |due| due.max(self.now) + SLACK);
        if now > latest {
            self.behind = self.behind + now.saturating_since(latest);
        }
        self.now = now.min(latest);
        self.now
    }

    /// Notes when the loop has to wake, and answers that moment on the product's clock.
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
        // Without a moment to wake at, nobody waits for anything.
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
        // For a moment in the past the second counts from now.
        clock.sleep(Some(at(3_000)));
        assert_eq!(clock.read(at(200_000)), at(11_000));
        assert_eq!(clock.read(at(200_000)), at(11_000));
    }
}
